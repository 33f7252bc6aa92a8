import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';

/** What whoever has shown the password holds until the second factor has been shown: it opens nothing by itself. */
export interface SignInTickets {
  make(memberId: bigint): Promise<string>;
  /** Whose it is. `undefined`: there is none, or it has been used or has expired. */
  find(ticket: string): Promise<bigint | undefined>;
  /** Uses it up. Of two at once, one gets it. */
  take(ticket: string): Promise<boolean>;
  removeEnded(): Promise<void>;
}

const lifeMs = 10 * 60_000;

export function createSignInTickets({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): SignInTickets {
  return {
    async make(memberId) {
      const ticket = randomBytes(32).toString('base64url');
      await database.query('insert into sign_in_tickets (token_hash, member_id, expires_at) values ($1, $2, $3)', [
        hashOf(ticket),
        memberId,
        new Date(clock.now().getTime() + lifeMs),
      ]);
      return ticket;
    },
    async find(ticket) {
      const [row] = await database.query<{ member_id: bigint }>(
        'select member_id from sign_in_tickets where token_hash = $1 and expires_at > $2',
        [hashOf(ticket), clock.now()],
      );
      return row?.member_id;
    },
    async take(ticket) {
      const rows = await database.query(
        'delete from sign_in_tickets where token_hash = $1 and expires_at > $2 returning 1',
        [hashOf(ticket), clock.now()],
      );
      return rows.length > 0;
    },
    async removeEnded() {
      await database.query('delete from sign_in_tickets where expires_at <= $1', [clock.now()]);
    },
  };
}

function hashOf(ticket: string): Buffer {
  return createHash('sha256').update(ticket).digest();
}
