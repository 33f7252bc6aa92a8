import type { Database } from '../platform/database/pool.ts';
import { type Mode, SettingsError } from '../platform/settings/settings.ts';

/**
 * A database belongs to the mode that it was first used in. Otherwise a sandbox, whose keys are public and whose books can be
 * reset, could be started over the payments of real buyers.
 * @throws SettingsError when it belongs to the other mode.
 */
export async function claimDatabaseFor(mode: Mode, database: Database): Promise<void> {
  const [kept] = await database.query<{ value: Buffer }>(
    `with claimed as (
       insert into server_facts (name, value) values ('mode', $1) on conflict (name) do nothing returning value
     )
     select value from claimed union all select value from server_facts where name = 'mode' limit 1`,
    [Buffer.from(mode)],
  );
  const owner = kept?.value.toString();
  if (owner !== undefined && owner !== mode) {
    throw new SettingsError(
      `The database was made by a Hwanbul with HWANBUL_MODE=${owner}: set that, or use another database for ${mode}.`,
    );
  }
}
