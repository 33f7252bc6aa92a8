import type { DatabaseClient } from '../../platform/database/pool.ts';
import { DecryptionError, type Encryption } from '../../platform/encryption/encryption.ts';
import { type EncryptedColumn, encryptedColumns, placeIn } from '../records/encrypted-columns.ts';

/** A main store as a file of merchants can say it, so that what the database has can be compared with what a file wants. */
export interface Store {
  readonly name: string;
  /** SHA-256, in hex; of secrets there is nothing else. */
  readonly secretHash: string;
  readonly previousSecret: { readonly hash: string; readonly untilMs: number } | null;
  readonly operatorSecretHash: string | null;
  /** The file says the keys, and nothing else may. */
  readonly keysInFile: boolean;
  /** `null`: they are set in the console. */
  readonly webhooks: StoreWebhooks | null;
  readonly channels: readonly StoreChannel[];
  readonly tiers: readonly StoreTier[];
}

export interface StoreWebhooks {
  readonly url: string | null;
  readonly format: 'json' | 'form';
  readonly retry: boolean;
  /** `null`: they are not signed. */
  readonly secret: string | null;
}

export interface StoreChannel {
  readonly provider: string;
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly name: string;
  readonly baseUrl: string;
  /** `null`: what is kept can't be read. */
  readonly credentials: Readonly<Record<string, string>> | null;
  readonly isDefault: boolean;
}

export interface StoreTier {
  readonly code: string;
  readonly name: string;
  readonly channels: readonly StoreChannel[];
}

export interface KnownStore extends Store {
  readonly id: bigint;
  readonly impKey: string;
}

interface StoreRow {
  readonly id: bigint;
  readonly imp_key: string;
  readonly name: string;
  readonly imp_secret_hash: Buffer;
  readonly previous_secret_hash: Buffer | null;
  readonly previous_secret_until: Date | null;
  readonly operator_secret_hash: Buffer | null;
  readonly keys_in_file: boolean;
  readonly webhooks_in_file: boolean;
  readonly webhook_url: string | null;
  readonly webhook_format: 'json' | 'form';
  readonly webhook_retry: boolean;
  readonly webhook_secret: Buffer | null;
}

interface ChannelRow {
  readonly merchant_id: bigint;
  readonly provider: string;
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly name: string;
  readonly base_url: string;
  readonly credentials: Buffer;
  readonly is_default: boolean;
}

interface TierRow {
  readonly id: bigint;
  readonly main_store_id: bigint;
  readonly tier_code: string;
  readonly name: string;
}

/** All main stores that are let in, with their channels and sub-stores that are in use. Holds credentials: never logged. */
export async function readKnownStores(
  { query }: DatabaseClient,
  encryption: Encryption,
): Promise<readonly KnownStore[]> {
  const stores = await query<StoreRow>(
    `select id, imp_key, name, imp_secret_hash, previous_secret_hash, previous_secret_until, operator_secret_hash, keys_in_file,
       webhooks_in_file, webhook_url, webhook_format, webhook_retry, webhook_secret
     from merchants where main_store_id is null and imp_secret_hash <> '' order by id`,
  );
  const tiers = Map.groupBy(
    await query<TierRow>(
      `select id, main_store_id, tier_code, name from merchants
       where main_store_id is not null and retired_at is null order by main_store_id, tier_code`,
    ),
    (row) => row.main_store_id,
  );
  const channels = Map.groupBy(
    await query<ChannelRow>(
      `select merchant_id, provider, mid, mode, name, base_url, credentials, is_default from channels
       where retired_at is null order by merchant_id, is_default desc, id`,
    ),
    (row) => row.merchant_id,
  );

  const channelsOf = (id: bigint): readonly StoreChannel[] =>
    (channels.get(id) ?? []).map(({ merchant_id, credentials, base_url: baseUrl, is_default: isDefault, ...row }) => {
      const text = readable(encryption, encryptedColumns.credentials, { merchant_id, ...row }, credentials);
      return { ...row, baseUrl, isDefault, credentials: text === null ? null : JSON.parse(text) };
    });

  return stores.map((row) => ({
    id: row.id,
    impKey: row.imp_key,
    name: row.name,
    secretHash: row.imp_secret_hash.toString('hex'),
    previousSecret:
      row.previous_secret_hash && row.previous_secret_until
        ? { hash: row.previous_secret_hash.toString('hex'), untilMs: row.previous_secret_until.getTime() }
        : null,
    operatorSecretHash: row.operator_secret_hash?.toString('hex') ?? null,
    keysInFile: row.keys_in_file,
    webhooks: row.webhooks_in_file
      ? {
          url: row.webhook_url,
          format: row.webhook_format,
          retry: row.webhook_retry,
          secret:
            row.webhook_secret &&
            // One that can't be read is none that any file has.
            (readable(encryption, encryptedColumns.webhookSecret, row, row.webhook_secret) ?? ''),
        }
      : null,
    channels: channelsOf(row.id),
    tiers: (tiers.get(row.id) ?? []).map(({ id, tier_code: code, name }) => ({ code, name, channels: channelsOf(id) })),
  }));
}

/** `null`: none of the keys reads it here. */
function readable<Bound extends string>(
  encryption: Encryption,
  column: EncryptedColumn<Bound>,
  row: Readonly<Record<Bound, unknown>>,
  ciphertext: Buffer,
): string | null {
  try {
    return encryption.decrypt(ciphertext, placeIn(column, row));
  } catch (error) {
    if (error instanceof DecryptionError) return null;
    throw error;
  }
}
