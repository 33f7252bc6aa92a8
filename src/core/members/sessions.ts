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
  readonly proof: Proof;
}

/** What whoever sits there has shown of late, and what the store asks for. */
export interface Proof {
  readonly hasFactor: boolean;
  readonly hasPassword: boolean;
  /** A factor, or the password where there is none, was shown in the last five minutes. */
  readonly isFresh: boolean;
  /** The store asks for a second factor, and the member has none: there is nothing to be done but to enrol one. */
  readonly mustEnrol: boolean;
  /** The store asks for a fresh proof of whoever moves money or gives rights. */
  readonly stepUp: boolean;
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
  /** For somebody who has just shown who they are. */
  open(memberId: bigint, whence: Whence, client?: DatabaseClient): Promise<NewSession>;
  /** Whoever sits there has shown it again. */
  prove(memberId: bigint, id: bigint): Promise<void>;
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
const proofMs = 5 * 60_000;

export function createSessions({ database, clock }: { readonly database: Database; readonly clock: Clock }): Sessions {
  const idleSince = (): Date => new Date(clock.now().getTime() - idleMs);

  return {
    async open(memberId, { address, userAgent }, { query } = database) {
      const token = randomBytes(32).toString('base64url');
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + longestMs);
      await query(
        `with seen as (update members set seen_at = $5 where id = $2)
         insert into sessions (token_hash, member_id, address, user_agent, created_at, seen_at, proved_at, expires_at)
         values ($1, $2, $3, $4, $5, $5, $5, $6)`,
        [hashOf(token), memberId, address, userAgent.slice(0, 300), now, expiresAt],
      );
      return { token, csrf: csrfOf(token), expiresAt };
    },

    async prove(memberId, id) {
      await database.query('update sessions set proved_at = $3 where member_id = $1 and id = $2', [
        memberId,
        id,
        clock.now(),
      ]);
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
          proved_at: Date | null;
          has_password: boolean;
          has_factor: boolean;
          second_factor_required: boolean | null;
          step_up: boolean | null;
        }
      >(
        `select s.id as session_id, s.created_at, s.seen_at, s.expires_at, s.proved_at, m.name as merchant_name,
           e.password_hash is not null as has_password, c.second_factor_required, c.step_up,
           exists (select from second_factors f where f.member_id = e.id and f.confirmed_at is not null) as has_factor,
           ${memberColumns('e')}
         from sessions s join members e on e.id = s.member_id join merchants m on m.id = e.merchant_id
           left join console_settings c on c.merchant_id = e.merchant_id
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
        proof: Object.freeze({
          hasFactor: row.has_factor,
          hasPassword: row.has_password,
          isFresh: row.proved_at !== null && now.getTime() - row.proved_at.getTime() < proofMs,
          mustEnrol: row.second_factor_required === true && !row.has_factor,
          stepUp: row.step_up === true,
        }),
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
