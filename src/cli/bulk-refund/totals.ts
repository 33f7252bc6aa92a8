import { minorOf, unitsOf } from '../cancel/balance.ts';
import type { PlannedRefund } from './plan.ts';

/** Currency → sum, in the currency's own units. */
export function totalsOf(refunds: readonly PlannedRefund[]): ReadonlyMap<string, number> {
  const totals = new Map<string, bigint>();
  for (const { currency, amount } of refunds) {
    totals.set(currency, (totals.get(currency) ?? 0n) + minorOf(amount, currency));
  }
  return new Map([...totals].map(([currency, minor]) => [currency, unitsOf(minor, currency)]));
}
