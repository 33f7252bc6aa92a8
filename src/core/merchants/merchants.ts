import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { webhookSecretContext } from './webhook-secret.ts';

export interface Merchant {
  readonly id: bigint;
  readonly name: string;
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
}

export interface KeyPair {
  readonly impKey: string;
  readonly impSecret: string;
}

export interface Merchants {
  /** Makes a merchant, or gives an existing one of the same key this secret and these settings. */
  put(keys: KeyPair, settings: MerchantSettings): Promise<Merchant>;
  /** Makes a merchant; an existing one of the same key gets this secret and keeps its settings. */
  putIfNew(keys: KeyPair, settings: MerchantSettings): Promise<Merchant>;
  webhookSettings(merchantId: bigint): Promise<WebhookSettings>;
  /** Changes what is given. What waits to be delivered keeps its URL and its form. */
  changeWebhookSettings(merchantId: bigint, changes: Partial<Omit<MerchantSettings, 'name'>>): Promise<WebhookSettings>;
  byKeyPair(impKey: string, impSecret: string): Promise<Merchant | undefined>;
  byKey(impKey: string): Promise<Merchant | undefined>;
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
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
}): Merchants {
  const { database, encryption, clock } = parts;

  async function insert(keys: KeyPair, settings: MerchantSettings, onConflict: string): Promise<Merchant> {
    const [row] = await database.query<Merchant>(
      `insert into merchants (
         imp_key, imp_secret_hash, name, webhook_url, webhook_format, webhook_retry, webhook_secret, created_at
       ) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (lower(imp_key)) do update set imp_secret_hash = excluded.imp_secret_hash, ${onConflict}
       returning id, name`,
      [
        keys.impKey,
        hashSecret(keys.impSecret),
        settings.name,
        settings.webhookUrl,
        settings.webhookFormat,
        settings.webhookRetry,
        encryptSecret(settings.webhookSecret ?? null),
        clock.now(),
      ],
    );
    if (!row) throw new Error('a merchant was not written');
    return Object.freeze(row);
  }

  const encryptSecret = (secret: string | null): Buffer | null =>
    secret === null ? null : encryption.encrypt(secret, webhookSecretContext);

  return {
    put: (keys, settings) =>
      insert(
        keys,
        settings,
        `name = excluded.name, webhook_url = excluded.webhook_url, webhook_format = excluded.webhook_format,
         webhook_retry = excluded.webhook_retry, webhook_secret = excluded.webhook_secret`,
      ),
    putIfNew: (keys, settings) => insert(keys, settings, 'name = excluded.name'),

    async webhookSettings(merchantId) {
      const [row] = await database.query<WebhookRow>(`select ${webhookColumns} from merchants where id = $1`, [
        merchantId,
      ]);
      return webhookSettingsOf(row);
    },

    async changeWebhookSettings(merchantId, { webhookUrl, webhookFormat, webhookRetry, webhookSecret }) {
      const [row] = await database.query<WebhookRow>(
        `update merchants set
           webhook_url = case when $2 then $3 else webhook_url end, webhook_format = coalesce($4, webhook_format),
           webhook_retry = coalesce($5, webhook_retry), webhook_secret = case when $6 then $7 else webhook_secret end
         where id = $1
         returning ${webhookColumns}`,
        [
          merchantId,
          webhookUrl !== undefined,
          webhookUrl ?? null,
          webhookFormat ?? null,
          webhookRetry ?? null,
          webhookSecret !== undefined,
          encryptSecret(webhookSecret ?? null),
        ],
      );
      return webhookSettingsOf(row);
    },

    async byKeyPair(impKey, impSecret) {
      const [row] = await database.query<Merchant & { imp_secret_hash: Buffer }>(
        'select id, name, imp_secret_hash from merchants where lower(imp_key) = lower($1)',
        [impKey],
      );
      if (!row || row.imp_secret_hash.length === 0) return undefined;
      if (!timingSafeEqual(row.imp_secret_hash, hashSecret(impSecret))) return undefined;
      return Object.freeze({ id: row.id, name: row.name });
    },

    async byKey(impKey) {
      const [row] = await database.query<Merchant>('select id, name from merchants where lower(imp_key) = lower($1)', [
        impKey,
      ]);
      return row && Object.freeze(row);
    },

    async lockOutOthers(known) {
      await database.query('delete from access_tokens where merchant_id <> all($1)', [known]);
      // No secret has an empty hash.
      await database.query(`update merchants set imp_secret_hash = '' where id <> all($1)`, [known]);
    },
  };
}

interface WebhookRow {
  readonly webhook_url: string | null;
  readonly webhook_format: 'json' | 'form';
  readonly webhook_retry: boolean;
  readonly is_signed: boolean;
}

const webhookColumns = 'webhook_url, webhook_format, webhook_retry, webhook_secret is not null as is_signed';

function webhookSettingsOf(row: WebhookRow | undefined): WebhookSettings {
  if (!row) throw new Error('a merchant is not there');
  const { webhook_url: webhookUrl, webhook_format: webhookFormat, webhook_retry: webhookRetry } = row;
  return Object.freeze({ webhookUrl, webhookFormat, webhookRetry, isSigned: row.is_signed });
}

function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
