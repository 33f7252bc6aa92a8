import type { Clock } from '../../platform/clock/clock.ts';

/** How often, at most, notices make this process ask a gateway about the same payment: anybody may send notices. */
const pauseMs = 1_000;
const rememberedMax = 10_000;

export interface Pace {
  /** True: the gateway may be asked about the payment now, and not again for a while. */
  mayAsk(paymentId: bigint): boolean;
}

export function createPace(clock: Clock): Pace {
  const askedAt = new Map<bigint, number>();
  return {
    mayAsk(paymentId) {
      const now = clock.monotonicMs();
      const last = askedAt.get(paymentId);
      if (last !== undefined && now - last < pauseMs) return false;
      // The oldest stand first.
      askedAt.delete(paymentId);
      askedAt.set(paymentId, now);
      for (const [id, at] of askedAt) {
        if (askedAt.size <= rememberedMax && now - at < pauseMs) break;
        askedAt.delete(id);
      }
      return true;
    },
  };
}
