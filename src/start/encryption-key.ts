import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useKeys } from '../core/key-rotation/keys-in-use.ts';
import { createFileOnce } from '../platform/database/embedded/create-file-once.ts';
import type { Database } from '../platform/database/pool.ts';
import { type Encryption, keyIdOf } from '../platform/encryption/encryption.ts';
import { readEncryptionKey } from '../platform/settings/readers.ts';
import { type Settings, SettingsError } from '../platform/settings/settings.ts';

/** For the doctor, which loads nothing of `core`. */
export { countCiphertexts } from '../core/key-rotation/count-ciphertexts.ts';
export { readKeysInUse } from '../core/key-rotation/keys-in-use.ts';

/** ENCRYPTION_KEY, or in a sandbox the key kept in DATA_DIR, made at the first start. 32 bytes. */
export function loadOrCreateKey(settings: Pick<Settings, 'encryptionKey' | 'mode' | 'dataDir'>): Buffer {
  if (settings.encryptionKey !== undefined) return settings.encryptionKey;
  if (settings.mode === 'live') throw new SettingsError('ENCRYPTION_KEY is required in live mode.');
  const path = join(settings.dataDir, 'encryption.key');
  createFileOnce(path, `${randomBytes(32).toString('base64')}\n`);
  return readKeyFile(path);
}

/** The same, and none is made. */
export function findKey({ encryptionKey, dataDir }: Pick<Settings, 'encryptionKey' | 'dataDir'>): Buffer | undefined {
  if (encryptionKey !== undefined) return encryptionKey;
  const path = join(dataDir, 'encryption.key');
  return existsSync(path) ? readKeyFile(path) : undefined;
}

function readKeyFile(path: string): Buffer {
  try {
    return readEncryptionKey(path, readFileSync(path, 'utf8').trim());
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(
      `${path} holds no encryption key any more: put it back from a copy, or set ENCRYPTION_KEY to the key that the database was made with.`,
    );
  }
}

/**
 * Binds the database to the key at the first start and compares at every later one: without a key that something in the
 * database needs the server would start well and fail at the first cancellation that needs a credential.
 */
export async function assertKeyMatches(database: Database, encryption: Encryption): Promise<void> {
  const [missing] = await useKeys(database, encryption);
  if (missing !== undefined) throw new SettingsError(whatIsMissing(missing));
}

function whatIsMissing(fingerprint: Buffer): string {
  return (
    `This database was made with another encryption key: set ENCRYPTION_KEY to that key (its id: ${keyIdOf(fingerprint)}), or ` +
    'put its DATA_DIR/encryption.key back. While keys are being changed, ENCRYPTION_KEY_PREVIOUS names it.'
  );
}
