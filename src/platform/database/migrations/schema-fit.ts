import type { Database } from '../pool.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { type Applied, readHistory } from './migration-history.ts';

/** What keeps a program from working with a database. */
export interface Misfit {
  /** Nothing is wrong, something is missing. The first one of it: all that follow are missing, too. */
  readonly behind: Migration | undefined;
  /** One line that says what to do. */
  readonly why: string;
}

/**
 * Compares the program's migrations with those that the database was made with; `undefined`: they fit. A database that a newer
 * program has taken further fits as long as none of the migrations that only that one knows breaks processes as old as this one.
 */
export async function findMisfit(database: Database, folder: URL): Promise<Misfit | undefined> {
  return misfitOf(await readMigrations(folder), await readHistory(database));
}

export function misfitOf(migrations: readonly Migration[], applied: readonly Applied[]): Misfit | undefined {
  const newest = applied.at(-1)?.version ?? 0;
  const breaking = applied.find((row) => row.version > migrations.length && row.oldestBeside > migrations.length);
  if (breaking !== undefined) {
    return {
      behind: undefined,
      why:
        `The database is at version ${newest}, this Hwanbul knows ${migrations.length}: start the newer Hwanbul that made it, ` +
        `since migration ${breaking.version} (${breaking.name}) breaks older processes.`,
    };
  }
  for (const migration of migrations) {
    const { version, name, checksum } = migration;
    if (version > newest) {
      const why = `Migration ${version} (${name}) is missing: a start of this Hwanbul applies it, or hwanbul migrate.`;
      return { behind: migration, why };
    }
    if (applied.find((row) => row.version === version)?.checksum.equals(checksum)) continue;
    return {
      behind: undefined,
      why:
        `Migration ${version} (${name}) is not the one that this database was made with: ` +
        'put the file back as it was, and add a new migration for the change.',
    };
  }
  return undefined;
}
