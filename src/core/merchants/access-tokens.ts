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
   * handed a token that is about to die; when it has lived for long, there is a new one instead, and the old one lives out its
   * minute.
   */
  issue(merchant: Merchant): Promise<AccessToken>;
  merchantOf(token: string): Promise<Merchant | undefined>;
  /** After the clock of a sandbox went back: a token from the time before, of one merchant or of all, lives as a new one. */
  bringBack(merchantId: bigint | null): Promise<void>;
}

const lifeMs = 1_800_000;
const extendedWithinMs = 60_000;
const extendedByMs = 300_000;
/** From then on it is extended no more: whoever has come by a token does not have it for ever. */
const longestLifeMs = 4 * 3_600_000;
/** How long a process believes what it has read, so that a busy client does not cost a query per request. */
const cachedForMs = 5_000;
const cachedMax = 10_000;

/** Alive, not in the last minute of a long life, and one that can be made again. */
const isKeptSql =
  't.expires_at > $4 and not (t.expires_at < $6 and t.issued_at < $8) and t.token_hash is distinct from $9';

const tokenContext = 'access_token';

interface CachedToken {
  readonly merchant: Merchant;
  readonly expiresAt: Date;
  readonly until: number;
}

interface IssuedRow {
  readonly nonce: Buffer;
  readonly token_hash: Buffer;
  readonly issued_at: Date;
  readonly expires_at: Date;
}

/** A token is made from its nonce with the server's key: the database holds nothing that opens an account. */
export function createAccessTokens(parts: {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
}): AccessTokens {
  const { database, encryption, clock, clocks } = parts;
  const cache = new Map<string, CachedToken>();

  /** `lost`: the hash of a token that can't be made again, since the key that it was made with is gone. */
  async function issueRow(merchant: Merchant, lost: Buffer | null): Promise<IssuedRow> {
    const now = clocks.of(merchant.id).now();
    const nonce = randomBytes(16);
    const [row] = await database.query<IssuedRow>(
      `insert into access_tokens as t (merchant_id, nonce, token_hash, issued_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (merchant_id) do update set
           nonce = case when ${isKeptSql} then t.nonce else excluded.nonce end,
           token_hash = case when ${isKeptSql} then t.token_hash else excluded.token_hash end,
           issued_at = case when ${isKeptSql} then t.issued_at else excluded.issued_at end,
           expires_at = case
             when not (${isKeptSql}) then excluded.expires_at
             when t.expires_at < $6 then t.expires_at + $7 * interval '1 millisecond'
             else t.expires_at end,
           previous_token_hash = case when ${isKeptSql} then t.previous_token_hash else t.token_hash end,
           previous_expires_at = case when ${isKeptSql} then t.previous_expires_at else t.expires_at end
         returning nonce, token_hash, issued_at, expires_at`,
      [
        merchant.id,
        nonce,
        hashOf(asToken(encryption.derive(nonce, tokenContext))),
        now,
        new Date(wholeSecond(now) + lifeMs),
        new Date(now.getTime() + extendedWithinMs),
        extendedByMs,
        new Date(now.getTime() - longestLifeMs),
        lost,
      ],
    );
    if (!row) throw new Error('an access token was not written');
    return row;
  }

  /** The token as it was made, with whichever key that was. */
  function tokenOf({ nonce, token_hash: hash }: IssuedRow): string | undefined {
    return encryption
      .derivations(nonce, tokenContext)
      .map(asToken)
      .find((token) => hashOf(token).equals(hash));
  }

  return {
    async issue(merchant) {
      // A few rounds at most: each further one means that a process with another key has just written a token.
      let lost: Buffer | null = null;
      for (let round = 0; round < 5; round++) {
        const row = await issueRow(merchant, lost);
        const token = tokenOf(row);
        if (token !== undefined) return { token, issuedAt: row.issued_at, expiresAt: row.expires_at };
        lost = row.token_hash;
      }
      throw new Error('processes with different keys have kept changing an access token');
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
        `select m.id, m.name, t.expires_at from (
           select merchant_id, expires_at from access_tokens where token_hash = $1
           union all
           select merchant_id, previous_expires_at from access_tokens where previous_token_hash = $1
         ) t join merchants m on m.id = t.merchant_id`,
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

function asToken(derived: Buffer): string {
  return derived.toString('hex').slice(0, 40);
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
