import type { Database } from '../../platform/database/pool.ts';
import { isTraitShown } from '../../platform/database/presence.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { writerTrait } from '../records/encrypted-columns.ts';

/** The fact of the key that is written with; the value is its fingerprint. */
const currentName = 'encryption_key_fingerprint';
/** And of a key that was written with earlier, as long as there may be something that only it can read. */
const earlierPrefix = 'earlier_encryption_key_';

/** Fingerprints of the keys that the database needs, the one that is written with first; none before the first start. */
export async function readKeysInUse(database: Database): Promise<readonly Buffer[]> {
  const facts = await database.query<{ name: string; value: Buffer }>(
    'select name, value from server_facts where name = $1 or starts_with(name, $2)',
    [currentName, earlierPrefix],
  );
  const current = facts.filter(({ name }) => name === currentName);
  const earlier = facts.filter(
    ({ name, value }) => name !== currentName && !current.some((each) => each.value.equals(value)),
  );
  return [...current, ...earlier].map(({ value }) => value);
}

/**
 * Makes this the key that the database is written with, and keeps in mind that the one before is still needed; answers the
 * fingerprints of the keys that are needed and not given. Nothing is changed if there are any.
 */
export async function useKeys(database: Database, encryption: Encryption): Promise<readonly Buffer[]> {
  const fingerprint = encryption.fingerprint();
  const given = encryption.fingerprints();
  await database.query('insert into server_facts (name, value) values ($1, $2) on conflict (name) do nothing', [
    currentName,
    fingerprint,
  ]);
  for (;;) {
    const needed = await readKeysInUse(database);
    const missing = needed.filter((each) => !given.some((one) => one.equals(each)));
    if (missing.length > 0) return missing;
    const [current] = needed;
    if (current === undefined || current.equals(fingerprint)) return [];
    // Conditional: somebody else may be changing the key at the same moment, and then it is looked at anew.
    await database.query(
      `with changed as (update server_facts set value = $2 where name = $1 and value = $3 returning 1)
       insert into server_facts (name, value) select $4, $3 from changed on conflict (name) do nothing`,
      [currentName, fingerprint, current, earlierPrefix + current.toString('hex')],
    );
  }
}

/** Those of these keys that a living server still writes with. */
export async function keysOfLivingWriters(database: Database, keys: readonly Buffer[]): Promise<readonly Buffer[]> {
  const living: Buffer[] = [];
  for (const key of keys) if (await isTraitShown(database, writerTrait(key))) living.push(key);
  return living;
}

/** Nothing needs these keys any more. */
export async function forgetKeys(database: Database, keys: readonly Buffer[]): Promise<void> {
  await database.query('delete from server_facts where starts_with(name, $1) and value = any($2::bytea[])', [
    earlierPrefix,
    keys,
  ]);
}
