import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { isLoopbackAddress } from '../../platform/loopback.ts';

const windowMs = 15 * 60_000;
/** Few enough that nobody gets far: a thousand a day for one address of e-mail, from wherever they come. */
const perEmailMax = 10;
const perAddressMax = 60;
/** A code has six digits, and three of them hold at a time. */
const codesPerMemberMax = 5;

/**
 * How often people may try to sign in, counted in the database, so that several processes count together. A password is short
 * enough to be guessed, so the right one is refused as well while there are too many; a secret of a shop's program never is
 * (`merchants/wrong-secrets.ts`).
 */
export interface GuessLimits {
  /** Takes one try, before the password is looked at. `false`: there are too many. */
  take(email: string, address: string): Promise<boolean>;
  /** The password was right: its address of e-mail begins anew. */
  forget(email: string): Promise<void>;
  /** The same for codes of a second factor, whoever knows the password. */
  takeCode(memberId: bigint): Promise<boolean>;
  forgetCodes(memberId: bigint): Promise<void>;
  removeEnded(): Promise<void>;
}

export function createGuessLimits({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): GuessLimits {
  async function count(subject: Buffer): Promise<number> {
    const now = clock.now();
    const [row] = await database.query<{ count: number }>(
      `insert into sign_in_counts as c (subject, count, ends_at) values ($1, 1, $3)
       on conflict (subject) do update set
         count = case when c.ends_at <= $2 then 1 else least(c.count + 1, 1000000) end,
         ends_at = case when c.ends_at <= $2 then excluded.ends_at else c.ends_at end
       returning count`,
      [subject, now, new Date(now.getTime() + windowMs)],
    );
    return row?.count ?? 0;
  }

  return {
    async take(email, address) {
      // Whoever is on this machine, or behind a proxy that is not named as trusted, is not one party.
      const ofAddress = isLoopbackAddress(address) ? 0 : await count(subjectOf('address', address));
      if (ofAddress > perAddressMax) return false;
      return (await count(subjectOf('email', email.toLowerCase()))) <= perEmailMax;
    },
    async forget(email) {
      await database.query('delete from sign_in_counts where subject = $1', [subjectOf('email', email.toLowerCase())]);
    },
    takeCode: async (memberId) => (await count(subjectOf('code', String(memberId)))) <= codesPerMemberMax,
    async forgetCodes(memberId) {
      await database.query('delete from sign_in_counts where subject = $1', [subjectOf('code', String(memberId))]);
    },
    async removeEnded() {
      await database.query('delete from sign_in_counts where ends_at <= $1', [clock.now()]);
    },
  };
}

/** Anybody may write down any address here, so that none is kept as such. */
function subjectOf(kind: 'email' | 'address' | 'code', name: string): Buffer {
  return createHash('sha256').update(`${kind} ${name}`).digest();
}
