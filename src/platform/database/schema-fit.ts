import { type Migration, readMigrations } from './migration-files.ts';
import type { Database } from './pool.ts';

/** What keeps a program from working with a database. */
export interface Misfit {
  /** Nothing is wrong: the next start of the program applies what is missing. */
  readonly isBehind: boolean;
  /** One line that says what to do. */
  readonly why: string;
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: Buffer;
  readonly breaking: boolean;
}

/**
 * Compares the program's migrations with those that the database was made with; `undefined`: they fit. A database that a newer
 * program has taken further fits as long as none of the migrations that only that one knows breaks older processes.
 */
export async function findMisfit(database: Database, folder: URL): Promise<Misfit | undefined> {
  const migrations = await readMigrations(folder);
  // By way of JSON, since a database that this program has not been started on yet may lack the column.
  const applied = await database.query<Applied>(
    `select version, name, checksum, coalesce((to_jsonb(m) -> 'breaking')::boolean, true) as breaking
     from schema_migrations m order by version`,
  );
  return misfitOf(migrations, applied);
}

function misfitOf(migrations: readonly Migration[], applied: readonly Applied[]): Misfit | undefined {
  const newest = applied.at(-1)?.version ?? 0;
  const breaking = applied.find((row) => row.version > migrations.length && row.breaking);
  if (breaking !== undefined) {
    return {
      isBehind: false,
      why:
        `The database is at version ${newest}, this Hwanbul knows ${migrations.length}: start the newer Hwanbul that made it, ` +
        `since migration ${breaking.version} (${breaking.name}) breaks older processes.`,
    };
  }
  for (const { version, name, checksum } of migrations) {
    if (version > newest) {
      return { isBehind: true, why: `Migration ${version} (${name}) is missing: a start of this Hwanbul applies it.` };
    }
    if (applied.find((row) => row.version === version)?.checksum.equals(checksum)) continue;
    return {
      isBehind: false,
      why:
        `Migration ${version} (${name}) is not the one that this database was made with: ` +
        'put the file back as it was, and add a new migration for the change.',
    };
  }
  return undefined;
}
