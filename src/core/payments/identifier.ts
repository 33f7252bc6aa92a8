import { randomInt } from 'node:crypto';

/** `imp_` and 12 digits for a payment made in a gateway's window, `imps_` and 12 digits for one made by the API. */
export function newImpUid(madeBy: 'window' | 'api'): string {
  const digits = String(randomInt(0, 1_000_000)).padStart(6, '0') + String(randomInt(0, 1_000_000)).padStart(6, '0');
  return (madeBy === 'api' ? 'imps_' : 'imp_') + digits;
}
