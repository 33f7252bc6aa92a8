import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { type BookPayment, cancelsOf, paymentByOrderId } from '../../../simulators/payments.ts';
import { methodCodeOf } from '../wire/codes.ts';
import type { HectoContext, HectoSuccess } from './protocol.ts';
import { HectoRefusal } from './refusal.ts';

const dayMs = 24 * 3600_000;

/** APITrdcheck.do: one payment by the merchant's order number, and the sum of what was cancelled of it. */
export function inquire(context: HectoContext): HectoSuccess {
  const { book, caller, body } = context;
  const method = body.text('method', 2);
  const amount = body.text('trdAmt', 12, /^\d+$/);
  const day = body.text('orgTrdDt', 8, /^\d{8}$/);
  const orderId = body.text('orgMchtTrdNo', 100);
  const tid = body.optionalText('orgTrdNo', 40);
  const payment = paymentByOrderId(book, caller.mid, orderId);
  const isFound =
    payment &&
    (tid === '' || payment.tid === tid) &&
    methodCodeOf(payment.payMethod) === method &&
    payment.amountMinor === BigInt(amount) &&
    isNear(day, payment.requestedAt);
  if (!isFound) throw new HectoRefusal('ST06');
  const isRevokedOrExpired = payment.status === 'revoked' || payment.status === 'expired';
  const cancelledMinor = isRevokedOrExpired ? 0n : payment.amountMinor - payment.balanceMinor;
  return {
    trdNo: payment.tid,
    ...stateOf(context, payment),
    data: { method, trdAmt: amount, cnclAmt: String(cancelledMinor) },
  };
}

/**
 * `0000` is a payment in order (of an account: deposited), `0001` a cancelled one (of an account: refunded), `0009` one
 * that failed. What an account is before its deposit, once it is revoked, and while its refund is on the way is inferred.
 */
function stateOf({ book }: HectoContext, payment: BookPayment): Pick<HectoSuccess, 'status' | 'code' | 'message'> {
  switch (payment.status) {
    case 'waiting_for_deposit':
      return { status: '0051', code: '0000', message: '가상계좌 입금대기중' };
    case 'revoked':
    case 'expired':
      return { status: '0031', code: '0009', message: '결제실패' };
  }
  const cancels = cancelsOf(book, payment.tid).filter(({ state }) => state !== 'failed');
  const isAccount = payment.payMethod === 'vbank';
  const isRefunded = isAccount && cancels.length > 0 && cancels.every(({ state }) => state === 'done');
  const isCancelled = !isAccount && payment.status === 'cancelled';
  return isRefunded || isCancelled ? { code: '0001', message: '취소상태' } : { message: '정상거래' };
}

/** Payments from the day before to the day after the one that is named are looked through. */
function isNear(day: string, requestedAt: Date): boolean {
  const named = readSeoulDigits(day);
  const made = readSeoulDigits(seoulDigits(requestedAt).slice(0, 8));
  return named !== undefined && made !== undefined && Math.abs(named.getTime() - made.getTime()) <= dayMs;
}
