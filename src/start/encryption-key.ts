import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileOnce } from '../platform/database/embedded/create-file-once.ts';
import type { Database } from '../platform/database/pool.ts';
import type { Encryption } from '../platform/encryption/encryption.ts';
import { readEncryptionKey } from '../platform/settings/readers.ts';
import { type Settings, SettingsError } from '../platform/settings/settings.ts';

const fingerprintName = 'encryption_key_fingerprint';

/** ENCRYPTION_KEY, or in a sandbox the key kept in DATA_DIR, made at the first start. 32 bytes. */
export function loadOrCreateKey(settings: Pick<Settings, 'encryptionKey' | 'mode' | 'dataDir'>): Buffer {
  if (settings.encryptionKey !== undefined) return settings.encryptionKey;
  if (settings.mode === 'live') throw new SettingsError('ENCRYPTION_KEY is required in live mode.');
  const path = join(settings.dataDir, 'encryption.key');
  createFileOnce(path, `${randomBytes(32).toString('base64')}\n`);
  return readEncryptionKey(path, readFileSync(path, 'utf8').trim());
}

/**
 * Binds the database to the key at the first start and compares at every later one: with another key the server would
 * start well and fail at the first cancellation that needs a credential.
 */
export async function assertKeyMatches(database: Database, encryption: Encryption): Promise<void> {
  const fingerprint = encryption.fingerprint();
  await database.query('insert into server_facts (name, value) values ($1, $2) on conflict (name) do nothing', [
    fingerprintName,
    fingerprint,
  ]);
  const rows = await database.query<{ value: Buffer }>('select value from server_facts where name = $1', [
    fingerprintName,
  ]);
  const kept = rows[0]?.value;
  if (kept?.length === fingerprint.length && timingSafeEqual(kept, fingerprint)) return;
  throw new SettingsError(
    'This database was made with another encryption key: set ENCRYPTION_KEY to that key, or put its DATA_DIR/encryption.key back.',
  );
}
