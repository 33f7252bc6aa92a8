import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../platform/database/embedded/embedded-postgres.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../platform/database/pool.ts';
import { createLog } from '../platform/logging/log.ts';
import type { Settings } from '../platform/settings/settings.ts';

/** Of the embedded database nothing stands in front. */
export function isBehindPooler({ databaseUrl, databasePooler }: Settings): boolean {
  return databaseUrl !== undefined && databasePooler === 'transaction';
}

/**
 * For commands that work on the database of the servers: the one at DATABASE_URL, or the embedded one, which is started for them
 * while no server runs on it. `undefined`: no server has made an embedded one yet.
 */
export async function withDatabaseOf<Result>(
  { databaseUrl, dataDir }: Settings,
  options: Pick<DatabaseOptions, 'applicationName' | 'isPooled'>,
  work: (database: Database) => Promise<Result>,
): Promise<Result | undefined> {
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'postgres'))) return undefined;
  const embedded =
    databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir, log: createLog('error') }) : undefined;
  try {
    const database = openDatabase(databaseUrl ?? embedded?.url ?? '', { poolSize: 2, ...options });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } finally {
    await embedded?.stop();
  }
}
