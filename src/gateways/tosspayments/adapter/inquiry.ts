import { readTime, seoulDay } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import type { ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { tossErrors } from '../wire/errors.ts';
import { amountOf, readReceiptList, type TossCancelEntry, type TossPayment, type TossReceipt } from '../wire/wire.ts';
import { approvalOf, cancelledOf, receiptOf, virtualAccountOf } from './answers.ts';
import { type Fetched, fetchPayment } from './lookup.ts';
import { send } from './requests.ts';

const dayMs = 24 * 3600_000;
/** Toss keeps the answer of a key for 15 days (general knowledge); a day is kept back, for clocks that differ. */
const keyLifeMs = 14 * dayMs;
/** How far Toss's clock may be behind ours before a later receipt looks like an earlier one. */
const clockDifferenceMs = 10 * 60_000;

/** Asks Toss's book what became of a request whose answer was lost. */
export async function inquireToss(call: GatewayCall, question: Question): Promise<Inquiry> {
  switch (question.operation) {
    case 'approve': {
      const found = await fetchPayment(call, { orderId: question.payment.orderId, gatewayTid: null });
      // A repeat is not offered: card numbers are not kept, so that nothing could be sent again.
      if (found.kind !== 'found') return unlessFound(found, false);
      return inquirePayment(found.payment, question.payment.paymentAmountMinor, approvalOf(found.payment, null));
    }
    case 'issue_vbank': {
      const found = await fetchPayment(call, { orderId: question.payment.orderId, gatewayTid: null });
      if (found.kind !== 'found') return unlessFound(found, true);
      return inquirePayment(found.payment, question.payment.paymentAmountMinor, virtualAccountOf(found.payment));
    }
    case 'revoke_vbank':
      return inquireRevocation(call, question.request, question.sentAt);
    case 'cancel':
      return inquireCancel(call, question.request, question.sentAt);
    case 'issue_receipt': {
      const { receiptOrderId } = question.request;
      return inquireReceipts(call, question.sentAt, (receipt) => {
        if (receipt.orderId !== receiptOrderId || receipt.transactionType !== 'CONFIRM') return undefined;
        return receiptOf(receipt);
      });
    }
    case 'revoke_receipt':
      return inquireReceipts(call, question.sentAt, (receipt) =>
        revokedReceipt(receipt, question.request, question.sentAt),
      );
    default:
      return { kind: 'unknown', why: 'Toss has no such operation' };
  }
}

/**
 * Our entry in the list of cancellations: not one that was known before, of our amount. Where the balance that it left
 * is given, the one that fits what we know is preferred; without `mustFit` the newest of our amount is taken else.
 */
export function findCancel(payment: TossPayment, request: Cancel, mustFit = false): TossCancelEntry | undefined {
  const fresh = (payment.cancels ?? []).filter(
    (entry) =>
      !request.earlierTids.includes(entry.transactionKey) && amountOf(entry.cancelAmount) === request.amountMinor,
  );
  const left = request.balanceBeforeMinor - request.amountMinor;
  const fitting = fresh.find(({ refundableAmount: after }) => after != null && amountOf(after) === left);
  return fitting ?? (mustFit ? undefined : fresh.at(-1));
}

async function inquireCancel(call: GatewayCall, request: Cancel, sentAt: Date): Promise<Inquiry> {
  const found = await fetchPayment(call, request);
  if (found.kind === 'not_found') return { kind: 'unknown', why: 'Toss does not know the payment' };
  if (found.kind === 'unknown') return found;
  const { payment } = found;
  const entry = findCancel(payment, request, true);
  const cancelled = entry && cancelledOf(payment, entry);
  if (cancelled) {
    const status = entry.cancelStatus ?? 'DONE';
    if (status === 'DONE') return { kind: 'done', result: cancelled };
    if (status === 'IN_PROGRESS') return { kind: 'accepted', result: cancelled };
    return { kind: 'unknown', why: `the cancellation is in the state ${status}` };
  }
  if (amountOf(payment.balanceAmount) === request.balanceBeforeMinor) {
    return { kind: 'not_done', repeatIsSafe: keyIsKept(call, sentAt) };
  }
  return { kind: 'unknown', why: 'the balance at Toss is neither the one before nor the one after' };
}

async function inquireRevocation(call: GatewayCall, request: Revocation, sentAt: Date): Promise<Inquiry> {
  const found = await fetchPayment(call, request);
  if (found.kind === 'not_found') return { kind: 'unknown', why: 'Toss does not know the payment' };
  if (found.kind === 'unknown') return found;
  const { payment } = found;
  const entry = payment.cancels?.at(-1);
  const revokedAt = readTime(entry?.canceledAt ?? '');
  switch (payment.status) {
    case 'CANCELED':
      if (payment.approvedAt || !entry || !revokedAt) break;
      return { kind: 'done', result: { gatewayTid: entry.transactionKey, revokedAt } };
    case 'WAITING_FOR_DEPOSIT':
      return { kind: 'not_done', repeatIsSafe: keyIsKept(call, sentAt) };
    case 'DONE':
    case 'EXPIRED': {
      const { message, category } = tossErrors.NOT_CANCELABLE_PAYMENT;
      return { kind: 'refused', code: 'NOT_CANCELABLE_PAYMENT', message, category };
    }
  }
  return { kind: 'unknown', why: `the payment is ${payment.status}` };
}

function inquirePayment<T>(payment: TossPayment, amountMinor: bigint, result: T | undefined): Inquiry {
  if (amountOf(payment.totalAmount) !== amountMinor) {
    return { kind: 'unknown', why: 'Toss has this order with another amount' };
  }
  if (payment.status === 'ABORTED') {
    return { kind: 'refused', code: 'ABORTED', message: '결제 승인에 실패했습니다.', category: 'other' };
  }
  if (result === undefined) return { kind: 'unknown', why: `the payment is ${payment.status}` };
  return { kind: 'done', result: result as Extract<Inquiry, { kind: 'done' }>['result'] };
}

function unlessFound(found: Exclude<Fetched, { kind: 'found' }>, repeatIsSafe: boolean): Inquiry {
  return found.kind === 'not_found' ? { kind: 'not_done', repeatIsSafe } : found;
}

/** Exactly one receipt must fit; the days from the sending until now are read, because a request may arrive late. */
async function inquireReceipts(
  call: GatewayCall,
  sentAt: Date,
  read: (receipt: TossReceipt) => Extract<Inquiry, { kind: 'done' }>['result'] | undefined,
): Promise<Inquiry> {
  const listed = await listReceipts(call, sentAt);
  if (typeof listed === 'string') return { kind: 'unknown', why: listed };
  const fitting = listed.filter((receipt) => read(receipt) !== undefined);
  const [receipt] = fitting;
  if (!receipt) return { kind: 'not_done', repeatIsSafe: keyIsKept(call, sentAt) };
  const result = read(receipt);
  if (fitting.length > 1 || !result) return { kind: 'unknown', why: 'several receipts fit' };
  if (receipt.issueStatus !== 'FAILED') return { kind: 'done', result };
  const { code, message } = receipt.failure ?? { code: 'FAILED', message: '' };
  return { kind: 'refused', code, message, category: 'other' };
}

function revokedReceipt(receipt: TossReceipt, request: ReceiptRevocation, sentAt: Date) {
  const revokedAt = readTime(receipt.requestedAt);
  const isOurs =
    receipt.transactionType === 'CANCEL' &&
    receipt.orderId === request.receiptOrderId &&
    amountOf(receipt.amount) === request.amountMinor &&
    !request.earlierTids.includes(receipt.receiptKey);
  if (!isOurs || !revokedAt || revokedAt.getTime() < sentAt.getTime() - clockDifferenceMs) return undefined;
  return { gatewayTid: receipt.receiptKey, revokedAt };
}

/** All receipts of the merchant from the day of the sending until today, or why they could not be read. */
async function listReceipts(call: GatewayCall, sentAt: Date): Promise<TossReceipt[] | string> {
  const receipts: TossReceipt[] = [];
  for (const day of daysBetween(new Date(sentAt.getTime() - clockDifferenceMs), call.now)) {
    let cursor: number | null = null;
    for (let page = 0; ; page++) {
      if (page === 100) return 'too many receipts on one day';
      const query = new URLSearchParams({ requestDate: day, limit: '1000' });
      if (cursor !== null) query.set('cursor', String(cursor));
      const result = await send(call, 'GET', `/v1/cash-receipts?${query}`, null);
      if (result.kind !== 'answered') return result.why;
      const list = result.status === 200 ? readReceiptList(result.text) : undefined;
      if (!list) return `no readable answer (HTTP ${result.status})`;
      receipts.push(...list.data);
      if (!list.hasNext) break;
      if (list.lastCursor == null || list.lastCursor === cursor) return 'the list of receipts does not go on';
      cursor = list.lastCursor;
    }
  }
  return receipts;
}

/** At most three days: a request that was sent is carried out within minutes, if ever. */
function daysBetween(from: Date, until: Date): string[] {
  const days: string[] = [seoulDay(from)];
  for (let ms = from.getTime() + dayMs; days.length < 3; ms += dayMs) {
    const day = seoulDay(new Date(ms));
    if (day > seoulDay(until)) break;
    days.push(day);
  }
  return days;
}

function keyIsKept(call: GatewayCall, sentAt: Date): boolean {
  return call.now.getTime() - sentAt.getTime() < keyLifeMs;
}
