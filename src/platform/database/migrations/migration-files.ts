import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { type ConcurrentStatement, concurrentStatementsOf } from './concurrent-statements.ts';
import { MigrationError } from './migration-error.ts';

/** A file `NNNN_name.sql`. Once released it stays as it is, its comments included. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: Buffer;
  /** Why older processes can't work with what it makes; `undefined`: they can. */
  readonly breaks: string | undefined;
  /** The migration that a process has to know to work on beside this one: this one itself, an earlier one, or 0, none. */
  readonly oldestBeside: number;
  /** What is carried out one by one and outside a transaction; `undefined`: the file is one transaction. */
  readonly concurrently: readonly ConcurrentStatement[] | undefined;
}

/**
 * The first line of a file: `-- breaks older processes: no`, or the reason in place of the `no`. A reason has several words and
 * does not begin with "no", so that neither a "yes" nor a "no, because" is taken for one. `-- breaks older processes before 0031: …`
 * breaks only those that do not know that migration.
 */
const mark = /^-- breaks older processes(?: before (?<before>\d{4}))?: (?<answer>no|(?!no\b)\S+ .*\S)(?:\n|$)/i;
/** Up to this number files were released without the mark, when every new migration stopped older processes. */
const lastWithoutMark = 5;

const known = new Map<string, Promise<readonly Migration[]>>();

/**
 * The files of a folder in their order. They do not change while a process runs, and `/health` asks often, so a folder is
 * read once.
 * @throws MigrationError when a file is named or numbered wrongly, does not say whether it breaks older processes, or has more than
 * indexes where it makes one concurrently.
 */
export function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const reading = known.get(folder.href) ?? loadMigrations(folder);
  known.set(folder.href, reading);
  reading.catch(() => known.delete(folder.href));
  return reading;
}

/** As its file is called. */
export function fileNameOf({ version, name }: Pick<Migration, 'version' | 'name'>): string {
  return `${String(version).padStart(4, '0')}_${name}`;
}

/** Names the schema that these migrations make; a test database made from the same files can be shared. */
export async function migrationsChecksum(folder: URL): Promise<string> {
  const hash = createHash('sha256');
  for (const migration of await readMigrations(folder)) hash.update(migration.name).update(migration.checksum);
  return hash.digest('hex');
}

async function loadMigrations(folder: URL): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return await Promise.all(
    files.map(async (file, index) => {
      const [, digits, name] = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file) ?? [];
      if (digits === undefined || name === undefined || Number(digits) !== index + 1) {
        throw new MigrationError(`Migration file ${file} must be named NNNN_name.sql and numbered without gaps.`);
      }
      const version = index + 1;
      const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(sql).digest();
      const concurrently = concurrentStatementsOf(sql, file);
      return { version, name, sql, checksum, ...readMark(sql, { file, version }), concurrently };
    }),
  );
}

function readMark(
  sql: string,
  { file, version }: { readonly file: string; readonly version: number },
): Pick<Migration, 'breaks' | 'oldestBeside'> {
  const { before, answer } = mark.exec(sql)?.groups ?? {};
  if (answer === undefined && version > lastWithoutMark) {
    throw new MigrationError(
      `Migration file ${file} must say in its first line whether it breaks older processes: ` +
        'write "-- breaks older processes: no", or the reason in place of the "no".',
    );
  }
  const isHarmless = answer?.toLowerCase() === 'no';
  if (before !== undefined && (isHarmless || Number(before) < 1 || Number(before) >= version)) {
    throw new MigrationError(
      `Migration file ${file} must name an earlier migration and a reason: "-- breaks older processes before NNNN: reason".`,
    );
  }
  if (isHarmless) return { breaks: undefined, oldestBeside: 0 };
  return {
    breaks: answer ?? 'it is of a time when every migration did',
    oldestBeside: before === undefined ? version : Number(before),
  };
}
