import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { Database } from '../database/pool.ts';

export interface Merchant {
  readonly id: bigint;
  readonly name: string;
}

export interface MerchantSettings {
  readonly name: string;
  readonly webhookUrl: string | null;
  readonly webhookFormat: 'json' | 'form';
  readonly webhookRetry: boolean;
}

export interface KeyPair {
  readonly impKey: string;
  readonly impSecret: string;
}

export interface Merchants {
  /** Makes a merchant, or gives an existing one of the same key this secret and these settings. */
  put(keys: KeyPair, settings: MerchantSettings): Promise<Merchant>;
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

export function createMerchants(parts: { readonly database: Database; readonly clock: Clock }): Merchants {
  const { database, clock } = parts;
  return {
    async put(keys, settings) {
      const [row] = await database.query<Merchant>(
        `insert into merchants (imp_key, imp_secret_hash, name, webhook_url, webhook_format, webhook_retry, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (lower(imp_key)) do update set imp_secret_hash = excluded.imp_secret_hash, name = excluded.name
         returning id, name`,
        [
          keys.impKey,
          hashSecret(keys.impSecret),
          settings.name,
          settings.webhookUrl,
          settings.webhookFormat,
          settings.webhookRetry,
          clock.now(),
        ],
      );
      if (!row) throw new Error('a merchant was not written');
      return Object.freeze(row);
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

function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
