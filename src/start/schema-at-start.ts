import { migrationsFolder } from '../core/schema/schema.ts';
import { migrate } from '../platform/database/migrations/migrate.ts';
import { MigrationError } from '../platform/database/migrations/migration-error.ts';
import { fileNameOf, type Migration } from '../platform/database/migrations/migration-files.ts';
import { findMisfit } from '../platform/database/migrations/schema-fit.ts';
import type { Database } from '../platform/database/pool.ts';
import type { Log } from '../platform/logging/log.ts';
import type { Settings } from '../platform/settings/settings.ts';
import { version } from '../platform/version.ts';
import { isBehindPooler } from './database-of-settings.ts';

/**
 * A start applies what is missing, or, with HWANBUL_MIGRATE=off, is refused.
 * @throws MigrationError
 */
export async function bringSchemaUpToDate(database: Database, settings: Settings, log: Log): Promise<void> {
  if (settings.migrate === 'off') return await assertNothingIsMissing(database);
  const applied: Migration[] = [];
  await migrate(database, migrationsFolder, {
    isPooled: isBehindPooler(settings),
    listener: {
      applied(migration, tookMs) {
        applied.push(migration);
        log.debug({ migration: fileNameOf(migration), took_ms: Math.round(tookMs) }, 'a migration was applied');
      },
      heldUp: (migration, holders) =>
        log.warn({ migration: fileNameOf(migration), held_by: holders }, 'a migration waits for locks'),
      triesAgain: (migration, attempt, attempts) =>
        log.warn(
          { migration: fileNameOf(migration), attempt, attempts },
          'a migration has not got its locks, and is tried again after a pause',
        ),
      waitsForOther: () => log.info('another process is migrating the database: waiting for it'),
    },
  });
  const [first, last] = [applied[0], applied.at(-1)];
  if (first === undefined || last === undefined) return;
  const names = { first: fileNameOf(first), last: fileNameOf(last) };
  log.info({ migrations: applied.length, ...names }, 'the database was brought up to date');
}

async function assertNothingIsMissing(database: Database): Promise<void> {
  const misfit = await findMisfit(database, migrationsFolder);
  if (misfit === undefined) return;
  if (misfit.behind === undefined) throw new MigrationError(misfit.why);
  const { version: number, name } = misfit.behind;
  throw new MigrationError(
    `Migration ${number} (${name}) is missing, and HWANBUL_MIGRATE=off: run hwanbul migrate of this version (${version}) ` +
      'with the settings of the servers, and start again.',
  );
}
