import type { PaymentAnswer } from '../../api/views/payment.ts';
import { minorOf } from './balance.ts';

/**
 * The confirmed cancellation in a payment's history that took `amountMinor` when exactly `balanceMinor` was left, where the
 * history alone proves it (nothing of the payment was reserved by others). The server carries ours out only at that balance.
 */
export function refundInHistory(
  payment: PaymentAnswer,
  expected: { readonly amountMinor: bigint; readonly balanceMinor: bigint },
): string | undefined {
  const { currency } = payment;
  let left = minorOf(payment.amount, currency);
  for (const entry of payment.cancel_history) {
    const amount = minorOf(entry.amount, currency);
    if (left === expected.balanceMinor && amount === expected.amountMinor) return entry.cancellation_id;
    left -= amount;
  }
  return undefined;
}
