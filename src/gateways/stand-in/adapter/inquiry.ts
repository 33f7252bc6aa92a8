import type {
  BillingKeyReference,
  BillingKeyRevocation,
  IssuedBillingKey,
  RevokedBillingKey,
} from '../../../port/billing-key.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { ShippingRegistered, ShippingRegistration } from '../../../port/escrow.ts';
import type { Inquiry } from '../../../port/operations.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { Receipt, ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation, Revoked } from '../../../port/revocation.ts';
import { isStandInCode, type StandInCode, standInCodes } from '../wire/codes.ts';
import {
  type CancelEntry,
  type DoneAnswer,
  type FoundAnswer,
  isDone,
  isRefusal,
  type PaymentState,
  type RefusalAnswer,
} from '../wire/protocol.ts';
import {
  cancelledOf,
  fits,
  issuedKeyOf,
  ownCancel,
  ownRevocation,
  receiptOf,
  revocationOf,
  revokedKeyOf,
  revokedOf,
  shippingOf,
} from './answers.ts';
import type { Found } from './exchange.ts';
import type { ReadRefusal } from './signed-calls.ts';

/**
 * What became of a request. If the simulator knows the request by its key, its first answer is the truth, brought up to
 * what the book says now. Otherwise the book alone is asked. A repeat is always safe: the key decides.
 */

export function issueFound<T>(
  found: Found,
  payment: PaymentReference,
  refusalOf: ReadRefusal,
  resultOf: (payment: PaymentState) => T | undefined,
): Inquiry<T> {
  if ('why' in found) return unknown(found.why);
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  if (!found.payment) return notDone;
  if (BigInt(found.payment.amount) !== payment.paymentAmountMinor) return unknown('the order has another amount');
  const result = resultOf(found.payment);
  return result ? { kind: 'done', result } : unknown('the order is another kind of payment');
}

export function revocationFound(found: Found, request: Revocation, refusalOf: ReadRefusal): Inquiry<Revoked> {
  if ('why' in found) return unknown(found.why);
  const payment = paymentOf(found, request);
  if (!payment) return unknown('the payment is not known');
  const revoked = revokedOf(payment);
  if (revoked) return { kind: 'done', result: revoked };
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  if (payment.state === 'waiting') return notDone;
  return refusalFor(payment.state === 'expired' ? 'S203' : 'S202');
}

export function receiptFound(found: Found, request: ReceiptIssue, refusalOf: ReadRefusal): Inquiry<Receipt> {
  if ('why' in found) return unknown(found.why);
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  if (!found.receipt) return notDone;
  if (BigInt(found.receipt.amount) !== request.amountMinor) return unknown('the receipt has another amount');
  return { kind: 'done', result: receiptOf(found.receipt) };
}

export function receiptRevocationFound(
  found: Found,
  request: ReceiptRevocation,
  refusalOf: ReadRefusal,
): Inquiry<Revoked> {
  if ('why' in found) return unknown(found.why);
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  const { receipt } = found;
  if (receipt?.receiptId !== request.receiptTid) return unknown('the receipt is not known');
  const entry = isDone(found.request)
    ? ownRevocation({ entryId: found.request.entryId, receipt }, request)
    : receipt.revocations.find((each) => !request.earlierTids.includes(each.revocationId) && fits(each, request));
  if (entry) return { kind: 'done', result: revocationOf(entry) };
  return found.request === null ? notDone : unknown('the book does not show what was answered');
}

export function cancelFound(found: Found, request: Cancel, refusalOf: ReadRefusal): Inquiry<Cancelled> {
  if ('why' in found) return unknown(found.why);
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  const payment = paymentOf(found, request);
  if (!payment) return unknown('the payment is not known');
  if (isDone(found.request)) {
    const entry = ownCancel({ entryId: (found.request as DoneAnswer).entryId, payment }, request);
    return entry ? stateOf(entry, refusalOf) : unknown('the book does not show what was answered');
  }
  const entry = payment.cancels.find(
    (each) => each.state !== 'failed' && !request.earlierTids.includes(each.cancelId) && fits(each, request),
  );
  return entry ? stateOf(entry, refusalOf) : notDone;
}

/** The first answer to the request is the truth: the book may have been changed since. Else what the book has is looked at. */
export function shippingFound(
  found: Found,
  request: ShippingRegistration,
  refusalOf: ReadRefusal,
): Inquiry<ShippingRegistered> {
  if ('why' in found) return unknown(found.why);
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  const { payment } = isDone(found.request) ? (found.request as DoneAnswer) : found;
  const registered = payment ? shippingOf(payment, request) : undefined;
  return registered ? { kind: 'done', result: registered } : notDone;
}

export function keyIssueFound(
  found: Found,
  { orderId }: BillingKeyReference,
  refusalOf: ReadRefusal,
): Inquiry<IssuedBillingKey> {
  if ('why' in found) return unknown(found.why);
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  const issued = issuedKeyOf(answerOf(found), orderId);
  return issued ? { kind: 'done', result: issued } : notDone;
}

export function keyRevocationFound(
  found: Found,
  request: BillingKeyRevocation,
  refusalOf: ReadRefusal,
): Inquiry<RevokedBillingKey> {
  if ('why' in found) return unknown(found.why);
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  const revoked = revokedKeyOf(answerOf(found), request);
  return revoked ? { kind: 'done', result: revoked } : notDone;
}

/** The first answer to the request, else what the book has of the order. */
function answerOf({ request, billingKey }: FoundAnswer): Pick<DoneAnswer, 'billingKey'> {
  return isDone(request) ? (request as DoneAnswer) : { billingKey: billingKey ?? null };
}

const notDone = { kind: 'not_done', repeatIsSafe: true } as const;

function unknown(why: string): Inquiry<never> {
  return { kind: 'unknown', why };
}

/**
 * The request itself was refused. An order id that was used before is no refusal: ours are used once, so that the one
 * which used it was ours, and the book has it.
 */
function refusedBefore({ request }: FoundAnswer, refusalOf: ReadRefusal): Inquiry<never> | undefined {
  return isRefusal(request) && request.resultCode !== 'S101' ? refusalOf(request as RefusalAnswer) : undefined;
}

function stateOf(entry: CancelEntry, refusalOf: ReadRefusal): Inquiry<Cancelled> {
  switch (entry.state) {
    case 'done':
      return { kind: 'done', result: cancelledOf(entry) };
    case 'pending':
      return { kind: 'accepted', result: cancelledOf(entry) };
    case 'failed':
      return refusalOf({ resultCode: entry.failureCode ?? 'S307', resultMessage: unpaidText(entry.failureCode) });
  }
}

function unpaidText(code: string | null): string {
  return code === null || isStandInCode(code) ? standInCodes[code ?? 'S307'].message : '환불금을 지급하지 못했습니다.';
}

function refusalFor(code: StandInCode): Inquiry<never> {
  return { kind: 'refused', code, ...standInCodes[code] };
}

function paymentOf({ payment }: FoundAnswer, reference: PaymentReference): PaymentState | undefined {
  if (!payment) return undefined;
  const isThisTid = reference.gatewayTid === null || reference.gatewayTid === payment.transactionId;
  return isThisTid ? payment : undefined;
}
