import { migrationsFolder } from '../core/schema/schema.ts';
import { type MigrateOptions, migrate } from '../platform/database/migrations/migrate.ts';
import { MigrationError, MigrationGivenUp } from '../platform/database/migrations/migration-error.ts';
import { type MigrationPlan, planMigrations } from '../platform/database/migrations/migration-plan.ts';
import { createLog } from '../platform/logging/log.ts';
import { readSettings, type Settings } from '../platform/settings/settings.ts';
import { complaintAbout } from './complaint.ts';
import { isBehindPooler, withDatabaseOf } from './database-of-settings.ts';
import { waitForDatabase } from './wait-for-database.ts';

export type MigrateResult =
  /** With it, what is missing was applied, unless only the plan was wanted. */
  | { readonly kind: 'done'; readonly plan: MigrationPlan }
  /** There is nothing to migrate: an embedded database is made by the first start of a server. */
  | { readonly kind: 'no_database' }
  /** Settings, or the database can't be reached: lines that say what to mend. */
  | { readonly kind: 'impossible'; readonly lines: readonly string[] }
  /** The database is a newer Hwanbul's or was made from other files, or a migration has failed. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Somebody held all the time what it has to lock. */
  | { readonly kind: 'given_up'; readonly why: string };

export interface MigrateRunOptions extends Pick<MigrateOptions, 'listener' | 'patience'> {
  readonly isPlanOnly: boolean;
  /** Throws to stop between two steps; what it throws comes out of `runMigrations`. */
  readonly assertWanted: () => void;
}

/** `hwanbul migrate`: with the settings of the servers, on the database that they share, or on the embedded one while none runs. */
export async function runMigrations(
  env: NodeJS.ProcessEnv,
  { isPlanOnly, assertWanted, ...options }: MigrateRunOptions,
): Promise<MigrateResult> {
  let settings: Settings | undefined;
  let stopped: unknown;
  const stopOrGoOn = (): void => {
    try {
      assertWanted();
    } catch (error) {
      stopped = error;
      throw error;
    }
  };
  try {
    settings = readSettings(env, []);
    const { databaseWaitMs } = settings;
    const isPooled = isBehindPooler(settings);
    const plan = await withDatabaseOf(settings, { applicationName: 'hwanbul migrate', isPooled }, async (database) => {
      // Its words would stand between those of the command.
      await waitForDatabase(database, databaseWaitMs, createLog('silent'));
      const plan = await planMigrations(database, migrationsFolder);
      if (plan.misfit === undefined && !isPlanOnly) {
        await migrate(database, migrationsFolder, { ...options, isPooled, assertWanted: stopOrGoOn });
      }
      return plan;
    });
    if (plan === undefined) return { kind: 'no_database' };
    return plan.misfit === undefined ? { kind: 'done', plan } : { kind: 'refused', why: plan.misfit };
  } catch (error) {
    if (error === stopped && error !== undefined) throw error;
    if (error instanceof MigrationGivenUp) return { kind: 'given_up', why: error.message };
    if (error instanceof MigrationError) return { kind: 'refused', why: error.message };
    return { kind: 'impossible', lines: complaintAbout(error, settings).lines };
  }
}
