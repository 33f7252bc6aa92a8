import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Merchant } from './merchants.ts';

export interface AccessToken {
  readonly token: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

export interface AccessTokens {
  /**
   * The merchant's token: the same one until it expires. In its last minute it lives five minutes longer, so that nobody is
   * handed a token that is about to die.
   */
  issue(merchant: Merchant): Promise<AccessToken>;
  merchantOf(token: string): Promise<Merchant | undefined>;
  /** After the clock of a sandbox went back: a token from the time before, of one merchant or of all, lives as a new one. */
  bringBack(merchantId: bigint | null): Promise<void>;
}

const lifeMs = 1_800_000;
const extendedWithinMs = 60_000;
const extendedByMs = 300_000;
/** How long a process believes what it has read, so that a busy client does not cost a query per request. */
const cachedForMs = 5_000;
const cachedMax = 10_000;

interface CachedToken {
  readonly merchant: Merchant;
  readonly expiresAt: Date;
  readonly until: number;
}

/** `deriveToken` makes a token from its nonce with the server's key: the database holds nothing that opens an account. */
export function createAccessTokens(parts: {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
}): AccessTokens {
  const { database, encryption, clock, clocks } = parts;
  const cache = new Map<string, CachedToken>();

  return {
    async issue(merchant) {
      const now = clocks.of(merchant.id).now();
      const nonce = randomBytes(16);
      const [row] = await database.query<{ nonce: Buffer; issued_at: Date; expires_at: Date }>(
        `insert into access_tokens as t (merchant_id, nonce, token_hash, issued_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (merchant_id) do update set
           nonce = case when t.expires_at > $4 then t.nonce else excluded.nonce end,
           token_hash = case when t.expires_at > $4 then t.token_hash else excluded.token_hash end,
           issued_at = case when t.expires_at > $4 then t.issued_at else excluded.issued_at end,
           expires_at = case
             when t.expires_at <= $4 then excluded.expires_at
             when t.expires_at < $6 then t.expires_at + $7 * interval '1 millisecond'
             else t.expires_at end
         returning nonce, issued_at, expires_at`,
        [
          merchant.id,
          nonce,
          hashOf(deriveToken(encryption, nonce)),
          now,
          new Date(wholeSecond(now) + lifeMs),
          new Date(now.getTime() + extendedWithinMs),
          extendedByMs,
        ],
      );
      if (!row) throw new Error('an access token was not written');
      return { token: deriveToken(encryption, row.nonce), issuedAt: row.issued_at, expiresAt: row.expires_at };
    },

    async merchantOf(token) {
      const isAlive = (merchantId: bigint, expiresAt: Date): boolean => expiresAt > clocks.of(merchantId).now();
      const cached = cache.get(token);
      if (cached && cached.until > clock.monotonicMs() && isAlive(cached.merchant.id, cached.expiresAt)) {
        return cached.merchant;
      }
      cache.delete(token);
      if (!/^[0-9a-f]{40}$/.test(token)) return undefined;
      const [row] = await database.query<Merchant & { expires_at: Date }>(
        `select m.id, m.name, t.expires_at from access_tokens t join merchants m on m.id = t.merchant_id
         where t.token_hash = $1`,
        [hashOf(token)],
        'merchant_of_token',
      );
      if (!row || !isAlive(row.id, row.expires_at)) return undefined;
      const merchant = Object.freeze({ id: row.id, name: row.name });
      if (cache.size >= cachedMax) cache.clear();
      cache.set(token, { merchant, expiresAt: row.expires_at, until: clock.monotonicMs() + cachedForMs });
      return merchant;
    },

    async bringBack(merchantId) {
      const now = clock.now();
      await database.query(
        `update access_tokens set issued_at = $2, expires_at = $3
         where ($1::bigint is null or merchant_id = $1) and issued_at > $2`,
        [merchantId, now, new Date(wholeSecond(now) + lifeMs)],
      );
      cache.clear();
    },
  };
}

/** Tokens live for whole seconds, since the API tells their times in seconds. */
function wholeSecond(time: Date): number {
  return Math.floor(time.getTime() / 1000) * 1000;
}

function deriveToken(encryption: Encryption, nonce: Buffer): string {
  return encryption.derive(nonce, 'access_token').toString('hex').slice(0, 40);
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
