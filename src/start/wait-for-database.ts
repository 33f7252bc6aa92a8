import { type Database, missingLimits } from '../platform/database/pool.ts';
import { isDatabaseOutage, repeatDuringOutage } from '../platform/database/transient-errors.ts';
import type { Log } from '../platform/logging/log.ts';
import { SettingsError } from '../platform/settings/settings.ts';
import { reasonOf } from './complaint.ts';

/**
 * Waits for a database that starts later than this server, or that is not promoted yet. What waiting does not change, such as a wrong
 * password, is told at once.
 */
export async function waitForDatabase(database: Database, waitMs: number, log: Log): Promise<void> {
  const end = performance.now() + waitMs;
  let isTold = false;
  await repeatDuringOutage(
    async () => {
      try {
        const [row] = await database.query<{ transaction_read_only: string }>('show transaction_read_only');
        if (row?.transaction_read_only === 'on') throw new ReadOnly();
      } catch (error) {
        if (isDatabaseOutage(error) && !isTold && waitMs > 0) {
          isTold = true;
          // Expected where a database starts later: a line, and no stack.
          log.warn({ why: reasonOf(error as Error), wait_ms: waitMs }, 'waiting for the database');
        }
        throw error;
      }
    },
    () => end - performance.now(),
  );
  if (isTold) log.info('the database is there');
}

class ReadOnly extends Error {
  readonly code = '25006';

  constructor() {
    super('it can only be read: a standby, or not promoted yet');
  }
}

/** Behind a pooler the time limits have to be the role's. */
export async function assertRoleHasLimits(database: Database): Promise<void> {
  const missing = await missingLimits(database);
  if (missing.length === 0) return;
  const statements = missing.map((setting) => `ALTER ROLE the_role SET ${setting};`);
  throw new SettingsError([
    'HWANBUL_DATABASE_POOLER=transaction: the time limits have to be set for the role of DATABASE_URL, and the pooler to be ' +
      `reconnected: ${statements.join(' ')}`,
  ]);
}
