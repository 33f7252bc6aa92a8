import type { Cancel } from '../../../port/cancel.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { ReceiptRevocation } from '../../../port/receipt.ts';
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
  barcodeOf,
  cancelledOf,
  fits,
  ownCancel,
  ownRevocation,
  receiptOf,
  revocationOf,
  revokedOf,
  virtualAccountOf,
} from './answers.ts';
import type { FetchFound, ReadRefusal } from './asked.ts';

/**
 * What became of a request. If the simulator knows the request by its key, its first answer is the truth, brought up to
 * what the book says now. Otherwise the book alone is asked. A repeat is always safe: the key decides.
 */
export async function inquireStandIn(
  question: Question,
  fetchFound: FetchFound,
  refusalOf: ReadRefusal,
): Promise<Inquiry> {
  switch (question.operation) {
    case 'approve':
      return { kind: 'unknown', why: 'the stand-in has no approvals' };
    case 'issue_vbank':
    case 'issue_barcode':
      return inquireIssue(
        await fetchFound(question.operation, question.payment),
        question.operation,
        question.payment,
        refusalOf,
      );
    case 'revoke_vbank':
    case 'revoke_barcode':
      return inquireRevocation(await fetchFound(question.operation, question.request), question.request, refusalOf);
    case 'issue_receipt': {
      const { payment, receiptOrderId, amountMinor } = question.request;
      const found = await fetchFound('issue_receipt', { orderId: payment.orderId, receiptOrderId });
      if ('why' in found) return unknown(found.why);
      const refused = refusedBefore(found, refusalOf);
      if (refused) return refused;
      if (!found.receipt) return notDone;
      if (BigInt(found.receipt.amount) !== amountMinor) return unknown('the receipt has another amount');
      return { kind: 'done', result: receiptOf(found.receipt) };
    }
    case 'revoke_receipt': {
      const { payment, receiptOrderId } = question.request;
      const found = await fetchFound('revoke_receipt', { orderId: payment.orderId, receiptOrderId });
      return inquireReceiptRevocation(found, question.request, refusalOf);
    }
    case 'cancel':
      return inquireCancel(await fetchFound('cancel', question.request), question.request, refusalOf);
  }
}

type Found = FoundAnswer | { readonly why: string };

const notDone: Inquiry = { kind: 'not_done', repeatIsSafe: true };

function unknown(why: string): Inquiry {
  return { kind: 'unknown', why };
}

/**
 * The request itself was refused. An order id that was used before is no refusal: ours are used once, so that the one
 * which used it was ours, and the book has it.
 */
function refusedBefore({ request }: FoundAnswer, refusalOf: ReadRefusal): Inquiry | undefined {
  return isRefusal(request) && request.resultCode !== 'S101' ? refusalOf(request as RefusalAnswer) : undefined;
}

function inquireIssue(
  found: Found,
  operation: 'issue_vbank' | 'issue_barcode',
  reference: PaymentReference,
  refusalOf: ReadRefusal,
): Inquiry {
  if ('why' in found) return unknown(found.why);
  const refused = refusedBefore(found, refusalOf);
  if (refused) return refused;
  const { payment } = found;
  if (!payment) return notDone;
  if (BigInt(payment.amount) !== reference.paymentAmountMinor) return unknown('the order has another amount');
  const result = operation === 'issue_vbank' ? virtualAccountOf(payment) : barcodeOf(payment);
  return result ? { kind: 'done', result } : unknown('the order is another kind of payment');
}

function inquireRevocation(found: Found, request: PaymentReference, refusalOf: ReadRefusal): Inquiry {
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

function inquireReceiptRevocation(found: Found, request: ReceiptRevocation, refusalOf: ReadRefusal): Inquiry {
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

function inquireCancel(found: Found, request: Cancel, refusalOf: ReadRefusal): Inquiry {
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

function stateOf(entry: CancelEntry, refusalOf: ReadRefusal): Inquiry {
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

function refusalFor(code: StandInCode): Inquiry {
  return { kind: 'refused', code, ...standInCodes[code] };
}

function paymentOf({ payment }: FoundAnswer, reference: PaymentReference): PaymentState | undefined {
  if (!payment) return undefined;
  const isThisTid = reference.gatewayTid === null || reference.gatewayTid === payment.transactionId;
  return isThisTid ? payment : undefined;
}
