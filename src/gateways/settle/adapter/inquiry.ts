import type { Approval } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayPayment, Lookup } from '../../../port/lookup.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { methodCodeOf } from '../wire/codes.ts';
import { hectoErrors } from '../wire/errors.ts';
import { answerOf, type HectoAnswer, readAmountText } from '../wire/wire.ts';
import { isAnswerTo } from './answers.ts';
import { inquiryPacket, isRefundToAccount, send } from './requests.ts';

const dayMs = 24 * 3600_000;
/** A refund to an account is sent within three to five days (chapter 18). */
const payoutMs = 5 * dayMs;
/** A number of ours is taken once, and so is an ordinal; after this, a request that the book does not show is given up. */
const repeatableMs = dayMs;
const refundRepeatableMs = payoutMs + dayMs;

type Fetched =
  | {
      readonly kind: 'found';
      readonly state: 'waiting' | 'paid' | 'cancelled' | 'failed';
      readonly gatewayTid: string;
      readonly message: string;
      readonly amountMinor: bigint;
      readonly cancelledMinor: bigint;
    }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** Asks Hecto's book what became of a request whose answer was lost. It tells the sum of all cancellations, and no ids. */
export async function inquireHecto(call: GatewayCall, question: Question): Promise<Inquiry> {
  switch (question.operation) {
    case 'approve':
      return inquireApproval(await fetchPayment(call, question.payment), question.payment);
    case 'issue_vbank':
      return inquireIssue(await fetchPayment(call, question.payment));
    case 'revoke_vbank':
      return inquireRevocation(await fetchPayment(call, question.request), question.request);
    case 'cancel':
      return inquireCancel(call, await fetchPayment(call, question.request), question.request);
    default:
      return { kind: 'unknown', why: 'Hecto has no such operation' };
  }
}

export async function lookUpAtHecto(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const found = await fetchPayment(call, reference);
  if (found.kind !== 'found') {
    // Nothing says that an account which waits is a transaction yet: one whose number is known was not made up.
    const isAccount = reference.payMethod === 'vbank' && reference.gatewayTid !== null;
    if (found.kind === 'not_found' && isAccount)
      return { kind: 'unknown', why: 'Hecto shows no deposit of the account' };
    return found;
  }
  return {
    kind: 'found',
    payment: {
      status: statusOf(found),
      payMethod: reference.payMethod,
      amountMinor: found.amountMinor,
      balanceMinor: found.state === 'failed' ? 0n : found.amountMinor - found.cancelledMinor,
      gatewayTid: found.gatewayTid,
      // The answer has no times and no card.
      paidAt: null,
      approval: null,
      virtualAccount: null,
      barcode: null,
      depositorName: null,
      cancels: null,
    },
  };
}

function statusOf(found: Extract<Fetched, { kind: 'found' }>): GatewayPayment['status'] {
  if (found.state === 'waiting') return 'waiting_for_deposit';
  if (found.state === 'failed') return 'failed';
  if (found.cancelledMinor === 0n) return 'paid';
  return found.cancelledMinor === found.amountMinor ? 'cancelled' : 'partially_cancelled';
}

async function fetchPayment(call: GatewayCall, reference: PaymentReference): Promise<Fetched> {
  const method = methodCodeOf(reference.payMethod);
  if (!method) return { kind: 'unknown', why: `Hecto has no pay method ${reference.payMethod}` };
  const packet = inquiryPacket(call, reference, method);
  const result = await send(call, packet);
  if (result.kind === 'never_sent') return { kind: 'unknown', why: result.why };
  const answer = answerOf(result);
  if ('why' in answer) return { kind: 'unknown', why: answer.why };
  if (!isAnswerTo(call, packet, answer)) return { kind: 'unknown', why: 'the answer is not the one to this inquiry' };
  if (answer.status === '0031' && answer.code === 'ST06') return { kind: 'not_found' };
  return readFound(answer, reference, method);
}

function readFound(answer: HectoAnswer, reference: PaymentReference, method: string): Fetched {
  const state = stateOf(answer);
  if (!state) return { kind: 'unknown', why: `Hecto answers ${answer.status} ${answer.code}` };
  const gatewayTid = answer.param('trdNo');
  const amountMinor = readAmountText(answer.field('trdAmt'));
  const cancelledMinor = readAmountText(answer.field('cnclAmt') || '0');
  const isOurs = answer.field('method') === method && (reference.gatewayTid ?? gatewayTid) === gatewayTid;
  if (!isOurs || gatewayTid === '' || amountMinor !== reference.paymentAmountMinor) {
    return { kind: 'unknown', why: 'the answer is about another payment' };
  }
  const isSound = cancelledMinor !== undefined && cancelledMinor <= amountMinor;
  if (!isSound || (state === 'cancelled' && cancelledMinor === 0n)) {
    return { kind: 'unknown', why: 'the amounts in the answer contradict each other' };
  }
  return { kind: 'found', state, gatewayTid, message: answer.message, amountMinor, cancelledMinor };
}

/** `0000`, `0001` and `0009` as chapter 38.7 has them; that an account which waits is told as `0051` is inferred. */
function stateOf({ status, code }: HectoAnswer): Extract<Fetched, { kind: 'found' }>['state'] | undefined {
  if (code === '0001') return 'cancelled';
  if (code === '0009') return 'failed';
  if (status === '0051') return 'waiting';
  return status === '0021' && code === '0000' ? 'paid' : undefined;
}

function inquireApproval(found: Fetched, payment: PaymentReference): Inquiry {
  if (found.kind === 'unknown') return found;
  // Card numbers are not kept, so that nothing could be sent again.
  if (found.kind === 'not_found') return { kind: 'not_done', repeatIsSafe: false };
  if (found.state === 'failed') return { kind: 'refused', code: '0009', message: found.message, category: 'other' };
  const approval: Approval = {
    gatewayTid: found.gatewayTid,
    approvalNumber: null,
    approvedAt: payment.madeAt,
    receiptUrl: null,
    card: null,
    bank: null,
  };
  return found.state === 'waiting' ? { kind: 'unknown', why: 'no card waits' } : { kind: 'done', result: approval };
}

/**
 * The inquiry does not tell the number of an account. Where Hecto knows nothing of the order, the same request may be sent
 * again: it takes an order number once.
 */
function inquireIssue(found: Fetched): Inquiry {
  if (found.kind === 'not_found') return { kind: 'ask_by_repeating' };
  return found.kind === 'unknown'
    ? found
    : { kind: 'unknown', why: 'the account was issued, and its number is not told' };
}

/** Revoking moves no money, so a repeat may always tell; only a deposit speaks against it. */
function inquireRevocation(found: Fetched, request: Revocation): Inquiry {
  if (found.kind === 'unknown') return found;
  if (request.gatewayTid === null || request.accountNumber === null) {
    return { kind: 'unknown', why: 'the number of the account is not known' };
  }
  if (found.kind === 'not_found' || found.state === 'failed') return { kind: 'ask_by_repeating' };
  if (found.state === 'waiting') return { kind: 'not_done', repeatIsSafe: true };
  return { kind: 'refused', code: 'ST03', message: hectoErrors.ST03?.message ?? '', category: 'other' };
}

/**
 * Done when the sum of all cancellations has grown by ours and by nothing else. A refund to an account is taken off the
 * balance when it is taken, and has been paid out when Hecto says "refunded", or when its longest time has passed.
 */
function inquireCancel(call: GatewayCall, found: Fetched, request: Cancel): Inquiry {
  if (found.kind === 'not_found') return { kind: 'unknown', why: 'Hecto does not know the payment' };
  if (found.kind === 'unknown') return found;
  if (found.state === 'waiting' || found.state === 'failed') {
    return { kind: 'unknown', why: 'Hecto does not have the payment as paid' };
  }
  const sinceMs = call.now.getTime() - call.startedAt.getTime();
  const isRefund = isRefundToAccount(request, call.startedAt);
  const balanceMinor = found.amountMinor - found.cancelledMinor;
  if (balanceMinor === request.balanceBeforeMinor) {
    return { kind: 'not_done', repeatIsSafe: sinceMs < (isRefund ? refundRepeatableMs : repeatableMs) };
  }
  if (balanceMinor !== request.balanceBeforeMinor - request.amountMinor) {
    return { kind: 'unknown', why: 'the balance at Hecto is neither the one before nor the one after' };
  }
  const result: Cancelled = {
    gatewayTid: request.gatewayTid,
    amountMinor: request.amountMinor,
    cancelledAt: call.startedAt,
    receiptUrl: null,
  };
  const isPaidOut = !isRefund || found.state === 'cancelled' || sinceMs >= payoutMs;
  return { kind: isPaidOut ? 'done' : 'accepted', result };
}
