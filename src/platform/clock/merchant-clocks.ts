import type { Clock } from './clock.ts';

/**
 * The clock that a merchant's payments, tokens and windows go by. A sandbox may move it; everywhere else it is the server's.
 * The server's own clock stays for what merchants don't see: ids, limits, leases, and the server's own records.
 */
export interface MerchantClocks {
  of(merchantId: bigint): Clock;
}

export function serverClockForAll(clock: Clock): MerchantClocks {
  return Object.freeze({ of: () => clock });
}
