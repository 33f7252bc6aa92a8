import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { Inquiry } from '../../../port/operations.ts';
import { fetchBalance } from './lookup.ts';

/**
 * What became of a cancellation, by the balance in KCP's book. A repeat is safe: a full cancellation is refused once it is
 * done, a partial one is refused when `rem_mny` is not what can be cancelled (documented, code 8037).
 */
export async function inquireCancel(call: GatewayCall, request: Cancel, sentAt: Date): Promise<Inquiry<Cancelled>> {
  const fetched = await fetchBalance(call, request);
  if (fetched.kind === 'not_found') return { kind: 'unknown', why: 'KCP does not know the payment' };
  if (fetched.kind === 'unknown') return fetched;
  const { transaction, amountMinor, balanceMinor } = fetched.found;
  if (amountMinor !== request.paymentAmountMinor) {
    return { kind: 'unknown', why: 'KCP has this payment with another amount' };
  }
  if (balanceMinor === request.balanceBeforeMinor) return { kind: 'not_done', repeatIsSafe: true };
  if (balanceMinor !== request.balanceBeforeMinor - request.amountMinor) {
    return { kind: 'unknown', why: 'the balance at KCP is neither the one before nor the one after' };
  }
  return {
    kind: 'done',
    result: {
      // KCP names a partial cancellation only in the answer to it.
      gatewayTid: transaction.tno,
      amountMinor: request.amountMinor,
      cancelledAt: readSeoulDigits(transaction.canc_time ?? '') ?? sentAt,
      receiptUrl: null,
    },
  };
}
