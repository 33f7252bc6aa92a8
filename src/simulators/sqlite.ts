import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { FileError } from '../platform/files/file-error.ts';
import { makeFolder } from '../platform/files/make-folder.ts';

export type SqlRow = Record<string, unknown>;

/**
 * One SQLite file, which one process alone has open. Every write is one transaction, and SQLite is called synchronously, so that
 * writes of one simulator never overlap: that is what decides the races.
 */
export interface Sqlite {
  all(sql: string, ...values: SQLInputValue[]): SqlRow[];
  get(sql: string, ...values: SQLInputValue[]): SqlRow | undefined;
  /**
   * As `get`, of tables that are hardly ever written: remembered until one of them is. The row is shared, and not to be changed.
   */
  getKnown(sql: string, ...values: string[]): SqlRow | undefined;
  /** How many rows the statement changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /** Statements without values and without a result. */
  script(sql: string): void;
  /** Everything in `work` is committed, or nothing when it throws. */
  transaction<T>(work: () => T): T;
  /** Inside a transaction: what `work` did is taken back when it throws; what was done before stays. */
  undoable<T>(work: () => T): T;
  close(): void;
}

/** `rarelyWritten`: the tables that `getKnown` may ask. */
export function openSqlite(file: string, rarelyWritten: readonly string[] = []): Sqlite {
  const database = open(file);
  const prepared = new Map<string, { readonly statement: StatementSync; readonly writes: string | undefined }>();
  const known = new Map<string, Map<string, SqlRow | undefined>>();
  const statement = (sql: string): StatementSync => {
    let found = prepared.get(sql);
    if (!found) {
      const made = database.prepare(sql);
      made.setReadBigInts(true);
      found = { statement: made, writes: writtenTable.exec(sql)?.[1] };
      prepared.set(sql, found);
    }
    if (found.writes !== undefined && rarelyWritten.includes(found.writes)) known.clear();
    return found.statement;
  };
  const execute = (sql: string): void => {
    statement(sql).run();
  };

  return {
    all: (sql, ...values) => statement(sql).all(...values),
    get: (sql, ...values) => statement(sql).get(...values),
    getKnown(sql, ...values) {
      const rows = known.get(sql) ?? new Map<string, SqlRow | undefined>();
      known.set(sql, rows);
      const key = values.join('\0');
      if (!rows.has(key)) {
        if (rows.size >= knownMax) rows.clear();
        rows.set(key, statement(sql).get(...values));
      }
      return rows.get(key);
    },
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    script(sql) {
      known.clear();
      database.exec(sql);
    },
    transaction(work) {
      execute('BEGIN IMMEDIATE');
      try {
        const result = work();
        execute('COMMIT');
        return result;
      } catch (error) {
        known.clear();
        execute('ROLLBACK');
        throw error;
      }
    },
    undoable(work) {
      execute('SAVEPOINT undoable');
      try {
        const result = work();
        execute('RELEASE undoable');
        return result;
      } catch (error) {
        known.clear();
        execute('ROLLBACK TO undoable');
        execute('RELEASE undoable');
        throw error;
      }
    },
    close: () => database.close(),
  };
}

const knownMax = 1_000;
/** From SQLite's list of result codes. */
const sqliteBusy = 5;
const writtenTable = /^\s*(?:insert(?:\s+or\s+\w+)?\s+into|update(?:\s+or\s+\w+)?|delete\s+from)\s+(\w+)/i;

/** Books hold buyers and accounts. SQLite makes a file for everybody to read, and those beside it as the file itself is. */
function keepToOwner(file: string): void {
  makeFolder(dirname(file), 0o700);
  closeSync(openSync(file, 'a', 0o600));
  for (const each of [file, `${file}-wal`, `${file}-shm`].filter(existsSync)) {
    try {
      chmodSync(each, 0o600);
    } catch {
      // It belongs to somebody else, who has decided who may use it.
    }
  }
}

/** A simulator's book is of no value to anybody else, so that a new one is a cure. */
function open(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (file !== ':memory:') keepToOwner(file);
    database = new DatabaseSync(file);
    // Nobody else has the file open, so that SQLite need not ask for a lock at each statement, nor share an index of its log. A process
    // that is ending may have it a moment longer.
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA locking_mode = EXCLUSIVE');
    // In WAL mode, NORMAL survives a killed process (the system has the pages); only a power failure may lose the end.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 8000');
    return database;
  } catch (error) {
    database?.close();
    const { errcode, message } = error as Error & { readonly errcode?: number };
    const mend =
      errcode === sqliteBusy
        ? 'stop the program that has it open, or keep the books of this one in another folder'
        : 'let this user write it and its folder, or move it away to begin a new one';
    throw new FileError(`The book ${file} can't be opened (${message}): ${mend}.`);
  }
}
