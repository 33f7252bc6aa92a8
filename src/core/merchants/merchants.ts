import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { DatabaseClient } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';

export interface Merchant {
  readonly id: bigint;
  readonly name: string;
  /** Of a sub-store (sub-stores.ts). */
  readonly mainStoreId?: bigint;
}

export interface MerchantSettings {
  readonly name: string;
  readonly webhookUrl: string | null;
  readonly webhookFormat: 'json' | 'form';
  readonly webhookRetry: boolean;
  /** What webhooks are signed with; `null` or absent: they are not. */
  readonly webhookSecret?: string | null;
}

/** How a merchant's webhooks are sent, without the secret. */
export interface WebhookSettings extends Pick<MerchantSettings, 'webhookUrl' | 'webhookFormat' | 'webhookRetry'> {
  readonly isSigned: boolean;
  /** Live mode: the file of merchants says it, and nothing else may. */
  readonly isInFile: boolean;
}

export interface KeyPair {
  readonly impKey: string;
  readonly impSecret: string;
}

/** A secret that has been replaced, and is taken a while longer. */
export interface PreviousSecret {
  readonly secret: string;
  readonly until: Date;
}

/** What is known of a main store's keys; of a secret only its hash is kept. */
export interface KeysOfMerchant {
  readonly impKey: string;
  readonly changedAt: Date | null;
  readonly usedAt: Date | null;
  /** `null`: none that is still taken. */
  readonly previous: { readonly until: Date; readonly usedAt: Date | null } | null;
  readonly isInFile: boolean;
}

export interface Merchants {
  /** Makes a merchant, or gives an existing one of the same key this secret and these settings. Another secret ends its tokens. */
  put(keys: KeyPair, settings: MerchantSettings): Promise<Merchant>;
  /** As `put`, for somebody who has to know an existing merchant's secret or be that merchant; `undefined`: they are neither. */
  putAsOwner(keys: KeyPair, settings: MerchantSettings, merchantId: bigint | undefined): Promise<Merchant | undefined>;
  /** Makes a merchant; an existing one of the same key gets this secret and keeps its settings. */
  putIfNew(keys: KeyPair, settings: MerchantSettings): Promise<Merchant>;
  webhookSettings(merchantId: bigint): Promise<WebhookSettings>;
  /** Says whether the file of merchants has them. */
  setWebhooksInFile(merchantId: bigint, isInFile: boolean): Promise<void>;
  /** Changes what is given, for a main store and all its sub-stores. What waits to be delivered keeps its URL and its form. */
  changeWebhookSettings(merchantId: bigint, changes: Partial<Omit<MerchantSettings, 'name'>>): Promise<WebhookSettings>;
  byKeyPair(impKey: string, impSecret: string): Promise<Merchant | undefined>;
  byKey(impKey: string): Promise<Merchant | undefined>;
  /** No sub-store. */
  mainStoreById(id: bigint): Promise<Merchant | undefined>;
  /** `undefined`: it is no main store. */
  keys(merchantId: bigint): Promise<KeysOfMerchant | undefined>;
  /**
   * Gives a main store a new secret. The one before is taken for so long still, and the one before that no more; without a grace its
   * tokens end, too. `undefined`: the file of merchants has the keys.
   */
  rotateSecret(merchantId: bigint, graceMs: number): Promise<KeyPair | undefined>;
  /** Live mode: what the file of merchants says. */
  setKeysInFile(merchantId: bigint, previous: PreviousSecret | null): Promise<void>;
  /** `null`: nobody is an operator of the merchant's. */
  setOperatorSecret(merchantId: bigint, secret: string | null): Promise<void>;
  isOperator(merchantId: bigint, secret: string): Promise<boolean>;
  /** Takes the keys and tokens of all other merchants away. */
  lockOutOthers(known: readonly bigint[]): Promise<void>;
}

/**
 * A fresh key pair of the form that i'mport gives out: 16 decimal digits and 80 letters and digits. The secret is kept only
 * as a SHA-256 hash: with 476 bits of chance in it, it needs no slow hash.
 */
export function newKeyPair(): KeyPair {
  const pick = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  return {
    impKey: pick('0123456789', 16),
    impSecret: pick('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 80),
  };
}

export function createMerchants(parts: {
  readonly database: DatabaseClient;
  readonly encryption: Encryption;
  readonly clock: Clock;
}): Merchants {
  const { database, encryption, clock } = parts;

  async function insert(
    keys: KeyPair,
    settings: MerchantSettings,
    onConflict: string,
    more: readonly unknown[] = [],
  ): Promise<Merchant | undefined> {
    const [row] = await database.query<Merchant>(
      `with changed as (
         select id from merchants where lower(imp_key) = lower($1) and imp_secret_hash <> $2
       ), ended as (
         delete from access_tokens where merchant_id in (select id from changed)
       )
       insert into merchants (
         imp_key, imp_secret_hash, name, webhook_url, webhook_format, webhook_retry, webhook_secret, created_at, secret_changed_at
       ) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
       on conflict (lower(imp_key)) do update set imp_secret_hash = excluded.imp_secret_hash, ${secretTimes}, ${onConflict}
       returning id, name`,
      [
        keys.impKey,
        hashSecret(keys.impSecret),
        settings.name,
        settings.webhookUrl,
        settings.webhookFormat,
        settings.webhookRetry,
        encryptSecret(keys.impKey, settings.webhookSecret ?? null),
        clock.now(),
        ...more,
      ],
    );
    if (row) await handOnSettings(row.id);
    return row && Object.freeze(row);
  }

  /** How webhooks are sent is the same in a main store and its sub-stores; what they are signed with stands with its key. */
  async function handOnSettings(mainStoreId: bigint): Promise<void> {
    await database.query(
      `update merchants s set webhook_url = m.webhook_url, webhook_format = m.webhook_format, webhook_retry = m.webhook_retry
       from merchants m where s.main_store_id = $1 and m.id = $1`,
      [mainStoreId],
    );
  }

  async function always(made: Promise<Merchant | undefined>): Promise<Merchant> {
    const merchant = await made;
    if (!merchant) throw new Error('a merchant was not written');
    return merchant;
  }

  const encryptSecret = (impKey: string, secret: string | null): Buffer | null =>
    secret === null ? null : encryption.encrypt(secret, placeIn(encryptedColumns.webhookSecret, { imp_key: impKey }));

  /** A merchant's key never changes. */
  async function encryptSecretOf(merchantId: bigint, secret: string): Promise<Buffer | null> {
    const [row] = await database.query<{ imp_key: string }>(
      `select imp_key from merchants where id = ${mainStoreSql}`,
      [merchantId],
    );
    return row ? encryptSecret(row.imp_key, secret) : null;
  }

  return {
    put: (keys, settings) => always(insert(keys, settings, allSettings)),
    putAsOwner: (keys, settings, merchantId) =>
      insert(
        keys,
        settings,
        `${allSettings} where merchants.imp_secret_hash = excluded.imp_secret_hash or merchants.id = $9::bigint`,
        [merchantId ?? null],
      ),
    putIfNew: (keys, settings) => always(insert(keys, settings, 'name = excluded.name')),

    async webhookSettings(merchantId) {
      const [row] = await database.query<WebhookRow>(
        `select ${webhookColumns} from merchants where id = ${mainStoreSql}`,
        [merchantId],
      );
      return webhookSettingsOf(row);
    },

    async setWebhooksInFile(merchantId, isInFile) {
      await database.query('update merchants set webhooks_in_file = $2 where id = $1', [merchantId, isInFile]);
    },

    async changeWebhookSettings(merchantId, { webhookUrl, webhookFormat, webhookRetry, webhookSecret }) {
      const [row] = await database.query<WebhookRow & { id: bigint }>(
        `update merchants set
           webhook_url = case when $2 then $3 else webhook_url end, webhook_format = coalesce($4, webhook_format),
           webhook_retry = coalesce($5, webhook_retry), webhook_secret = case when $6 then $7 else webhook_secret end
         where id = ${mainStoreSql}
         returning id, ${webhookColumns}`,
        [
          merchantId,
          webhookUrl !== undefined,
          webhookUrl ?? null,
          webhookFormat ?? null,
          webhookRetry ?? null,
          webhookSecret !== undefined,
          typeof webhookSecret === 'string' ? await encryptSecretOf(merchantId, webhookSecret) : null,
        ],
      );
      if (row) await handOnSettings(row.id);
      return webhookSettingsOf(row);
    },

    async byKeyPair(impKey, impSecret) {
      const now = clock.now();
      const [row] = await database.query<
        Merchant & {
          imp_secret_hash: Buffer;
          previous_hash: Buffer | null;
          secret_used_at: Date | null;
          previous_secret_used_at: Date | null;
        }
      >(
        `select id, name, imp_secret_hash, secret_used_at, previous_secret_used_at,
           case when previous_secret_until > $2 then previous_secret_hash end as previous_hash
         from merchants where lower(imp_key) = lower($1)`,
        [impKey, now],
      );
      if (!row || row.imp_secret_hash.length === 0) return undefined;
      const hash = hashSecret(impSecret);
      const isCurrent = timingSafeEqual(row.imp_secret_hash, hash);
      if (!isCurrent && !(row.previous_hash && timingSafeEqual(row.previous_hash, hash))) return undefined;
      const usedAt = isCurrent ? row.secret_used_at : row.previous_secret_used_at;
      if (usedAt === null || now.getTime() - usedAt.getTime() > usedToTheMs) {
        await database.query(
          `update merchants set secret_used_at = case when imp_secret_hash = $2 then $3 else secret_used_at end,
             previous_secret_used_at = case when previous_secret_hash = $2 then $3 else previous_secret_used_at end
           where id = $1`,
          [row.id, hash, now],
        );
      }
      return Object.freeze({ id: row.id, name: row.name });
    },

    async keys(merchantId) {
      const [row] = await database.query<{
        imp_key: string;
        secret_changed_at: Date | null;
        secret_used_at: Date | null;
        previous_until: Date | null;
        previous_secret_used_at: Date | null;
        keys_in_file: boolean;
      }>(
        `select imp_key, secret_changed_at, secret_used_at, previous_secret_used_at, keys_in_file,
           case when previous_secret_until > $2 then previous_secret_until end as previous_until
         from merchants where id = $1 and main_store_id is null`,
        [merchantId, clock.now()],
      );
      if (!row) return undefined;
      const { previous_until: until, previous_secret_used_at: usedAt } = row;
      return {
        impKey: row.imp_key,
        changedAt: row.secret_changed_at,
        usedAt: row.secret_used_at,
        previous: until && { until, usedAt },
        isInFile: row.keys_in_file,
      };
    },

    async rotateSecret(merchantId, graceMs) {
      const { impSecret } = newKeyPair();
      const now = clock.now();
      const [row] = await database.query<{ imp_key: string }>(
        `with ended as (
           delete from access_tokens where merchant_id = $1 and not $5
             and exists (select from merchants where id = $1 and not keys_in_file)
         )
         update merchants set imp_secret_hash = $2, secret_changed_at = $3, secret_used_at = null,
           previous_secret_hash = case when $5 then imp_secret_hash end,
           previous_secret_until = case when $5 then $4::timestamptz end,
           previous_secret_used_at = case when $5 then secret_used_at end
         where id = $1 and main_store_id is null and not keys_in_file and imp_secret_hash <> ''
         returning imp_key`,
        [merchantId, hashSecret(impSecret), now, new Date(now.getTime() + graceMs), graceMs > 0],
      );
      return row && { impKey: row.imp_key, impSecret };
    },

    async setKeysInFile(merchantId, previous) {
      await database.query(
        `update merchants set keys_in_file = true, previous_secret_hash = $2, previous_secret_until = $3 where id = $1`,
        [merchantId, previous && hashSecret(previous.secret), previous?.until ?? null],
      );
    },

    async byKey(impKey) {
      const [row] = await database.query<Merchant>('select id, name from merchants where lower(imp_key) = lower($1)', [
        impKey,
      ]);
      return row && Object.freeze(row);
    },

    async mainStoreById(id) {
      const [row] = await database.query<Merchant>(
        'select id, name from merchants where id = $1 and main_store_id is null',
        [id],
      );
      return row && Object.freeze(row);
    },

    async setOperatorSecret(merchantId, secret) {
      await database.query('update merchants set operator_secret_hash = $2 where id = $1', [
        merchantId,
        secret === null ? null : hashSecret(secret),
      ]);
    },

    async isOperator(merchantId, secret) {
      const [row] = await database.query<{ hash: Buffer | null }>(
        `select m.operator_secret_hash as hash from merchants m
         where m.id = ${mainStoreSql}`,
        [merchantId],
      );
      return row?.hash ? timingSafeEqual(row.hash, hashSecret(secret)) : false;
    },

    async lockOutOthers(known) {
      await database.query('delete from access_tokens where merchant_id <> all($1)', [known]);
      // No secret has an empty hash.
      await database.query(
        `update merchants set imp_secret_hash = '', operator_secret_hash = null, previous_secret_hash = null
         where id <> all($1)
           and (imp_secret_hash <> '' or operator_secret_hash is not null or previous_secret_hash is not null)`,
        [known],
      );
    },
  };
}

/** How exactly it is known when a secret was last used; each further write would cost more than that is worth. */
const usedToTheMs = 60_000;

/** The merchant `$1`, or its main store. */
const mainStoreSql = '(select coalesce(main_store_id, id) from merchants where id = $1)';

const isSameSecret = 'merchants.imp_secret_hash = excluded.imp_secret_hash';
const secretTimes = `
  secret_changed_at = case when ${isSameSecret} then merchants.secret_changed_at else excluded.secret_changed_at end,
  secret_used_at = case when ${isSameSecret} then merchants.secret_used_at end,
  previous_secret_used_at = case when ${isSameSecret} then merchants.previous_secret_used_at else merchants.secret_used_at end`;

const allSettings = `
  name = excluded.name, webhook_url = excluded.webhook_url, webhook_format = excluded.webhook_format,
  webhook_retry = excluded.webhook_retry, webhook_secret = excluded.webhook_secret`;

interface WebhookRow {
  readonly webhook_url: string | null;
  readonly webhook_format: 'json' | 'form';
  readonly webhook_retry: boolean;
  readonly is_signed: boolean;
  readonly webhooks_in_file: boolean;
}

const webhookColumns =
  'webhook_url, webhook_format, webhook_retry, webhook_secret is not null as is_signed, webhooks_in_file';

function webhookSettingsOf(row: WebhookRow | undefined): WebhookSettings {
  if (!row) throw new Error('a merchant is not there');
  const { webhook_url: webhookUrl, webhook_format: webhookFormat, webhook_retry: webhookRetry } = row;
  return Object.freeze({
    webhookUrl,
    webhookFormat,
    webhookRetry,
    isSigned: row.is_signed,
    isInFile: row.webhooks_in_file,
  });
}

/** It has too much chance in it for a slow hash to be needed. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
