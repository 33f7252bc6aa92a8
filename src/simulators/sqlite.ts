import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

export type SqlRow = Record<string, unknown>;

/**
 * One SQLite file, written by one process. Every write is one transaction, and SQLite is called synchronously, so that
 * writes of one simulator never overlap: that is what decides the races.
 */
export interface Sqlite {
  all(sql: string, ...values: SQLInputValue[]): SqlRow[];
  get(sql: string, ...values: SQLInputValue[]): SqlRow | undefined;
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

export function openSqlite(file: string, schema: readonly string[] = []): Sqlite {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  // In WAL mode, NORMAL survives a killed process (the system has the pages); only a power failure may lose the end.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
  database.exec('PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 8000');
  for (const part of schema) database.exec(part);

  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    let known = prepared.get(sql);
    if (!known) {
      known = database.prepare(sql);
      known.setReadBigInts(true);
      prepared.set(sql, known);
    }
    return known;
  };

  return {
    all: (sql, ...values) => statement(sql).all(...values),
    get: (sql, ...values) => statement(sql).get(...values),
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    script: (sql) => database.exec(sql),
    transaction(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    undoable(work) {
      database.exec('SAVEPOINT undoable');
      try {
        const result = work();
        database.exec('RELEASE undoable');
        return result;
      } catch (error) {
        database.exec('ROLLBACK TO undoable; RELEASE undoable');
        throw error;
      }
    },
    close: () => database.close(),
  };
}
