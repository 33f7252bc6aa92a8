import { forgetKeys, keysOfLivingWriters, readKeysInUse, useKeys } from '../core/key-rotation/keys-in-use.ts';
import {
  type ColumnRotation,
  lastPlainHashExpiry,
  type RotationOptions,
  rotateCiphertexts,
} from '../core/key-rotation/rotate-ciphertexts.ts';
import { migrationsFolder } from '../core/schema/schema.ts';
import { findMisfit } from '../platform/database/migrations/schema-fit.ts';
import type { Database } from '../platform/database/pool.ts';
import { createEncryption, type Encryption, keyIdOf } from '../platform/encryption/encryption.ts';
import { readSettings, type Settings } from '../platform/settings/settings.ts';
import { complaintAbout } from './complaint.ts';
import { isBehindPooler, withDatabaseOf } from './database-of-settings.ts';
import { findKey } from './encryption-key.ts';
import { assertRoleHasLimits } from './wait-for-database.ts';

export type RotationResult =
  | RotationReport
  /** Settings, database or embedded PostgreSQL: lines that say what to mend. */
  | { readonly kind: 'impossible'; readonly lines: readonly string[]; readonly hasBegun: boolean }
  | { readonly kind: 'no_key' | 'no_database' }
  /** The next start of a server brings the schema up to date, or the database is a newer Hwanbul's. */
  | { readonly kind: 'schema_differs'; readonly isBehind: boolean; readonly why: string }
  /** Keys that the database needs and that are not given, by their ids. */
  | { readonly kind: 'keys_missing'; readonly keyIds: readonly string[] }
  /** A server that runs writes with these, and may not be able to read what is written here. */
  | { readonly kind: 'others_write'; readonly keyIds: readonly string[] };

export interface RotationReport {
  readonly kind: 'report';
  readonly isDryRun: boolean;
  readonly columns: readonly ColumnRotation[];
  /** Hashes of requests, by older servers: they leave with their Idempotency-Keys. */
  readonly plainHashes: { readonly count: bigint; readonly until: Date } | null;
  /** Ids of the keys, besides the current one, that something still needs. Empty: they may be taken away. */
  readonly neededKeyIds: readonly string[];
}

export interface RotateKeyOptions {
  readonly isDryRun: boolean;
  /** Throws to stop; what it throws comes out of `rotateKey`. */
  readonly onBatch: NonNullable<RotationOptions['onBatch']>;
}

/** `hwanbul rotate-key`: with the settings of the servers, on the database that they share, or on the embedded one while none runs. */
export async function rotateKey(env: NodeJS.ProcessEnv, options: RotateKeyOptions): Promise<RotationResult> {
  let settings: Settings | undefined;
  let stopped: unknown;
  let hasBegun = false;
  try {
    settings = readSettings(env, []);
    const key = findKey(settings);
    if (key === undefined) return { kind: 'no_key' };
    const encryption = createEncryption(key, settings.previousEncryptionKeys);
    const isPooled = isBehindPooler(settings);
    const done = await withDatabaseOf(
      settings,
      { applicationName: 'hwanbul rotate-key', isPooled },
      async (database) => {
        if (isPooled) await assertRoleHasLimits(database);
        return rotateIn(database, encryption, {
          ...options,
          async onBatch(progress) {
            hasBegun = true;
            try {
              await options.onBatch(progress);
            } catch (error) {
              stopped = error;
              throw error;
            }
          },
        });
      },
    );
    return done ?? { kind: 'no_database' };
  } catch (error) {
    if (error === stopped && error !== undefined) throw error;
    return { kind: 'impossible', lines: complaintAbout(error, settings).lines, hasBegun };
  }
}

async function rotateIn(
  database: Database,
  encryption: Encryption,
  { isDryRun, onBatch }: RotateKeyOptions,
): Promise<RotationResult> {
  const [made] = await database.query<{ is_there: boolean }>(
    `select to_regclass('server_facts') is not null and to_regclass('schema_migrations') is not null as is_there`,
  );
  if (!made?.is_there) return { kind: 'no_database' };
  const misfit = await findMisfit(database, migrationsFolder);
  if (misfit !== undefined) return { kind: 'schema_differs', isBehind: misfit.behind !== undefined, why: misfit.why };
  const current = encryption.fingerprint();
  const needed = await readKeysInUse(database);
  const given = encryption.fingerprints();
  const missing = needed.filter((each) => !given.some((one) => one.equals(each)));
  if (missing.length > 0) return { kind: 'keys_missing', keyIds: missing.map(keyIdOf) };
  const others = [...needed, ...given].filter((each) => !each.equals(current));
  if (!isDryRun) {
    const writing = await keysOfLivingWriters(database, others);
    if (writing.length > 0) return { kind: 'others_write', keyIds: idsOf(writing) };
    const missingNow = await useKeys(database, encryption);
    if (missingNow.length > 0) return { kind: 'keys_missing', keyIds: missingNow.map(keyIdOf) };
  }
  const columns = await rotateCiphertexts({ database, encryption, isDryRun, onBatch });
  const plainHashes = (await lastPlainHashExpiry(database)) ?? null;
  const isLeft = columns.some(({ ofOtherKeys, unbound, unreadable }) => ofOtherKeys + unbound + unreadable > 0);
  if (!isDryRun && !isLeft && plainHashes === null) {
    // A server that began to write with one of them in the meantime has made it the current one, which is not forgotten.
    const writing = await keysOfLivingWriters(database, others);
    if (writing.length === 0) await forgetKeys(database, others);
  }
  const neededKeyIds = idsOf((await readKeysInUse(database)).filter((each) => !each.equals(current)));
  return { kind: 'report', isDryRun, columns, plainHashes, neededKeyIds };
}

function idsOf(fingerprints: readonly Buffer[]): readonly string[] {
  return [...new Set(fingerprints.map(keyIdOf))];
}
