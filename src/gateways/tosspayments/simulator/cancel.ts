import { seoulDay } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { type BookPayment, paymentByTid, recordCancel, recordRevocation } from '../../../simulators/payments.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { revokeReceiptWith } from '../../../simulators/wanted-receipt.ts';
import { readTossBank } from '../wire/codes.ts';
import { newTransactionKey, receiptNumbers } from './payments.ts';
import { bodyOf, type TossBody, TossRefusal } from './protocol.ts';
import { sandboxRefundAccounts } from './sandbox-cards.ts';
import { isGiftCertificate, paymentView, revocationKey } from './view.ts';

const dayMs = 24 * 3600_000;
const reasonLengthMax = 200;

/** POST /v1/payments/{paymentKey}/cancel: cancels what was paid, and revokes an account that waits. */
export function cancelPayment(context: SimulatorContext): unknown {
  const { book, caller, request, now, url } = context;
  const payment = paymentByTid(book, caller.mid, request.params.paymentKey ?? '');
  if (!payment) throw new TossRefusal('NOT_FOUND_PAYMENT');
  const body = bodyOf(context);
  const reason = body.text('cancelReason', reasonLengthMax);
  const refundableAmount = body.optionalAmount('refundableAmount');
  const cancelAmount = body.optionalAmount('cancelAmount');

  switch (payment.status) {
    case 'cancelled':
    case 'revoked':
      throw new TossRefusal('ALREADY_CANCELED_PAYMENT');
    case 'expired':
      throw new TossRefusal('NOT_CANCELABLE_PAYMENT');
  }
  if (refundableAmount !== null && refundableAmount !== payment.balanceMinor) {
    throw new TossRefusal('NOT_MATCHES_REFUNDABLE_AMOUNT');
  }
  if (cancelAmount !== null && cancelAmount > payment.balanceMinor) throw new TossRefusal('NOT_CANCELABLE_AMOUNT');
  const changed =
    payment.status === 'waiting_for_deposit'
      ? revoke(context, payment, cancelAmount, reason)
      : cancel(context, payment, body, cancelAmount ?? payment.balanceMinor, reason);
  return paymentView(book, changed, now, url);
}

/** The same path serves both; a deposited account is cancelled with a refund account, and only then. */
export function operationOfCancel({ book, caller, request }: SimulatorContext): FaultOperation {
  const payment = paymentByTid(book, caller.mid, request.params.paymentKey ?? '');
  const hasAccount = request.body.includes('refundReceiveAccount');
  return payment?.payMethod === 'vbank' && !hasAccount ? 'revoke_vbank' : 'cancel';
}

function revoke(
  context: SimulatorContext,
  payment: BookPayment,
  cancelAmount: bigint | null,
  reason: string,
): BookPayment {
  if (cancelAmount !== null && cancelAmount !== payment.amountMinor) {
    throw new TossRefusal('NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT');
  }
  const revoked = recordRevocation(context.book, {
    tid: payment.tid,
    revocationTid: newTransactionKey(),
    reason,
    now: context.now,
  });
  if (!revoked) throw new TossRefusal('NOT_CANCELABLE_PAYMENT');
  return revoked;
}

function cancel(
  context: SimulatorContext,
  payment: BookPayment,
  body: TossBody,
  amountMinor: bigint,
  reason: string,
): BookPayment {
  if (amountMinor < payment.amountMinor && isGiftCertificate(payment.payMethod)) {
    throw new TossRefusal('NOT_ALLOWED_PARTIAL_REFUND');
  }
  if (isTooLate(payment, context.now)) throw new TossRefusal('EXCEED_MAX_REFUND_DUE');
  if (payment.payMethod === 'vbank') checkRefundAccount(body);
  const taxFreeMinor = taxFreePart(payment, amountMinor, body.amountOrZero('taxFreeAmount'));
  const revoked = revokeReceiptWith(payment, { amountMinor, taxFreeMinor }, context, receiptNumbers);
  const changed = recordCancel(context.book, {
    tid: payment.tid,
    cancelTid: newTransactionKey(),
    amountMinor,
    taxFreeMinor,
    reason,
    now: context.now,
    detail: revoked ? { receiptKey: revocationKey(revoked.receiptTid) } : {},
  });
  if (!changed) throw new TossRefusal('NOT_CANCELABLE_AMOUNT');
  return changed;
}

/** Telephone payments in their calendar month, transfers for 180 days, virtual accounts for 365. */
function isTooLate(payment: BookPayment, now: Date): boolean {
  const paidAt = payment.paidAt ?? payment.requestedAt;
  const age = now.getTime() - paidAt.getTime();
  switch (payment.payMethod) {
    case 'phone':
      return seoulDay(paidAt).slice(0, 7) !== seoulDay(now).slice(0, 7);
    case 'trans':
      return age > 180 * dayMs;
    case 'vbank':
      return age > 365 * dayMs;
    default:
      return false;
  }
}

/** What Toss answers when the account is missing altogether is inferred. The account is looked at and not kept. */
function checkRefundAccount(body: TossBody): void {
  const account = body.object('refundReceiveAccount');
  if (!account) throw new TossRefusal('INVALID_REQUEST');
  const bank = account.text('bank', 20);
  const accountNumber = account.text('accountNumber', 100);
  account.text('holderName', 60);
  if (readTossBank(bank) === undefined) throw new TossRefusal('INVALID_BANK');
  if (!/^\d{1,20}$/.test(accountNumber)) throw new TossRefusal('INVALID_REFUND_ACCOUNT_NUMBER');
  const listed = sandboxRefundAccounts.find(({ number }) => number === accountNumber);
  if (listed) throw new TossRefusal(listed.code);
}

/**
 * The tax-free part of a cancellation. More than is left of it is refused. That a cancellation that is larger than what
 * is left of the taxable part takes the rest from the tax-free part is inferred: something must, in a full cancellation
 * without `taxFreeAmount`.
 */
function taxFreePart(payment: BookPayment, amountMinor: bigint, askedMinor: bigint): bigint {
  if (askedMinor > amountMinor || askedMinor > payment.taxFreeBalanceMinor)
    throw new TossRefusal('NOT_CANCELABLE_AMOUNT');
  return taxFreeTaken(payment, amountMinor, askedMinor);
}
