import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database, DatabaseClient } from '../../platform/database/pool.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { type Member, type MemberRow, memberColumns, memberOf } from './member.ts';

/** A browser in which a member has signed in. */
export interface Session {
  readonly id: bigint;
  readonly member: Member;
  /** The member's main store. */
  readonly merchant: Merchant;
  /** What a page of ours shows with each request that changes something; a page from elsewhere can't know it. */
  readonly csrf: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface SessionSummary {
  readonly id: bigint;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
}

/** Where a request came from. */
export interface Whence {
  readonly address: string;
  readonly userAgent: string;
}

export interface NewSession {
  /** The value of the cookie. */
  readonly token: string;
  readonly csrf: string;
  readonly expiresAt: Date;
}

export interface Sessions {
  open(memberId: bigint, whence: Whence, client?: DatabaseClient): Promise<NewSession>;
  /** By the value of the cookie. `undefined`: there is none, or it has ended. */
  find(token: string): Promise<Session | undefined>;
  /** Those that are alive, the newest first. */
  ofMember(memberId: bigint): Promise<readonly SessionSummary[]>;
  /** Ends one of a member's, or all, or all but one. Tells how many these were. */
  end(memberId: bigint, which: { readonly only?: bigint; readonly allBut?: bigint }): Promise<number>;
  removeEnded(): Promise<void>;
}

const longestMs = 12 * 3_600_000;
/** A browser that nobody has used for so long is left. */
const idleMs = 2 * 3_600_000;
/** How exactly it is known when a session was last used; each further write would cost more than that is worth. */
const touchedAfterMs = 60_000;

export function createSessions({ database, clock }: { readonly database: Database; readonly clock: Clock }): Sessions {
  const idleSince = (): Date => new Date(clock.now().getTime() - idleMs);

  return {
    async open(memberId, { address, userAgent }, { query } = database) {
      const token = randomBytes(32).toString('base64url');
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + longestMs);
      await query(
        `with seen as (update members set seen_at = $5 where id = $2)
         insert into sessions (token_hash, member_id, address, user_agent, created_at, seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $5, $6)`,
        [hashOf(token), memberId, address, userAgent.slice(0, 300), now, expiresAt],
      );
      return { token, csrf: csrfOf(token), expiresAt };
    },

    async find(token) {
      if (!/^[\w-]{43}$/.test(token)) return undefined;
      const now = clock.now();
      const [row] = await database.query<
        MemberRow & {
          session_id: bigint;
          merchant_name: string;
          created_at: Date;
          seen_at: Date;
          expires_at: Date;
        }
      >(
        `select s.id as session_id, s.created_at, s.seen_at, s.expires_at, m.name as merchant_name, ${memberColumns('e')}
         from sessions s join members e on e.id = s.member_id join merchants m on m.id = e.merchant_id
         where s.token_hash = $1 and s.expires_at > $2 and s.seen_at > $3 and m.imp_secret_hash <> ''`,
        [hashOf(token), now, idleSince()],
        'session_by_token',
      );
      if (!row) return undefined;
      if (now.getTime() - row.seen_at.getTime() > touchedAfterMs) {
        await database.query(
          `with seen as (update members set seen_at = $2 where id = $3)
           update sessions set seen_at = $2 where token_hash = $1`,
          [hashOf(token), now, row.id],
        );
      }
      return Object.freeze({
        id: row.session_id,
        member: memberOf(row),
        merchant: Object.freeze({ id: row.merchant_id, name: row.merchant_name }),
        csrf: csrfOf(token),
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      });
    },

    async ofMember(memberId) {
      const rows = await database.query<{
        id: bigint;
        address: string;
        user_agent: string;
        created_at: Date;
        seen_at: Date;
        expires_at: Date;
      }>(
        `select id, address, user_agent, created_at, seen_at, expires_at from sessions
         where member_id = $1 and expires_at > $2 and seen_at > $3 order by id desc limit 100`,
        [memberId, clock.now(), idleSince()],
      );
      return rows.map((row) => ({
        id: row.id,
        address: row.address,
        userAgent: row.user_agent,
        createdAt: row.created_at,
        seenAt: row.seen_at,
        expiresAt: row.expires_at,
      }));
    },

    async end(memberId, { only, allBut }) {
      const rows = await database.query(
        `delete from sessions where member_id = $1 and ($2::bigint is null or id = $2) and ($3::bigint is null or id <> $3)
         returning id`,
        [memberId, only ?? null, allBut ?? null],
      );
      return rows.length;
    },

    async removeEnded() {
      await database.query('delete from sessions where expires_at <= $1', [clock.now()]);
    },
  };
}

/** Made of the cookie's value, which no script can read and no table holds. */
function csrfOf(token: string): string {
  return createHash('sha256').update(`hwanbul csrf ${token}`).digest('base64url');
}

export function isCsrfOf({ csrf }: Session, shown: unknown): boolean {
  if (typeof shown !== 'string') return false;
  const [own, other] = [Buffer.from(csrf), Buffer.from(shown)];
  return own.length === other.length && timingSafeEqual(own, other);
}

/** 256 bits of chance need no slow hash. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
