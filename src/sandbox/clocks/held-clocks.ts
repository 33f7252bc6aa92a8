import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';

/**
 * The merchants' clocks of a sandbox. They stand in the database and are read from memory: this process's own changes are
 * seen at once, those of other processes on the same database after `refreshMs` at most.
 */
export interface HeldClocks extends MerchantClocks {
  /** `undefined`: the merchant has the server's time. */
  heldAt(merchantId: bigint): Date | undefined;
  /** What has just been written to the database; `undefined`: the row is gone. */
  note(merchantId: bigint, at: Date | undefined): void;
  /** Reads what stands in the database now: a reading that is under way may have missed it, and is not waited for instead. */
  refresh(): Promise<void>;
  readonly round: Round;
}

const refreshMs = 500;

export function createHeldClocks(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}): HeldClocks {
  const { database, clock, log } = parts;
  let held = new Map<bigint, Date>();
  let changes = 0;
  const clocks = new Map<bigint, Clock>();

  async function refresh(): Promise<void> {
    const before = changes;
    const rows = await database.query<{ merchant_id: bigint; at: Date }>('select merchant_id, at from sandbox_clocks');
    // Something that was noted meanwhile is newer than what was read.
    if (changes === before) held = new Map(rows.map((row) => [row.merchant_id, row.at]));
  }

  return {
    of(merchantId) {
      let found = clocks.get(merchantId);
      if (!found) {
        found = Object.freeze({
          now: () => new Date(held.get(merchantId) ?? clock.now()),
          monotonicMs: () => clock.monotonicMs(),
        });
        clocks.set(merchantId, found);
      }
      return found;
    },
    heldAt: (merchantId) => held.get(merchantId),
    note(merchantId, at) {
      changes++;
      if (at) held.set(merchantId, at);
      else held.delete(merchantId);
    },
    refresh,
    round: createRound({ name: 'held clocks', intervalMs: refreshMs, clock, log, work: refresh }),
  };
}
