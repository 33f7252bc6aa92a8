import type { BookPayment } from './payments.ts';

/**
 * How much a cancel takes off the tax-free part: what was asked for, and what is more than is left of the taxed part, since
 * it can come from nowhere else (most gateways' documents leave it open). It can be more than is left of the tax-free one:
 * that is the gateway's to refuse.
 */
export function taxFreeTaken(payment: BookPayment, amountMinor: bigint, askedMinor: bigint): bigint {
  const leastMinor = amountMinor - (payment.balanceMinor - payment.taxFreeBalanceMinor);
  return leastMinor > askedMinor ? leastMinor : askedMinor;
}
