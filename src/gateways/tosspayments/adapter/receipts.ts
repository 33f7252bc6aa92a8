import { readTime, seoulDay, seoulTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revoked } from '../../../port/revocation.ts';
import { amountOf, readReceipt, readReceiptList, type TossReceipt } from '../wire/wire.ts';
import { receiptOf } from './answers.ts';
import { keyIsKept, notConfirmed, unreadable } from './outcome.ts';
import { post, receiptBody, receiptRevocationBody, send } from './requests.ts';

const dayMs = 24 * 3600_000;
/** How far Toss's clock may be behind ours before a later receipt looks like an earlier one. */
const clockDifferenceMs = 10 * 60_000;

export const tossReceiptIssue: OperationAt<'issue_receipt'> = {
  async send(call, request) {
    const result = await post(call, '/v1/cash-receipts', receiptBody(request));
    return receiptOutcomeOf(
      result,
      { orderId: request.receiptOrderId, transactionType: 'CONFIRM', amountMinor: request.amountMinor },
      receiptOf,
    );
  },

  inquire: (call, { receiptOrderId }, sentAt) =>
    inquireReceipts(call, sentAt, (receipt) => {
      if (receipt.orderId !== receiptOrderId || receipt.transactionType !== 'CONFIRM') return undefined;
      return receiptOf(receipt);
    }),
};

export const tossReceiptRevocation: OperationAt<'revoke_receipt'> = {
  async send(call, request) {
    const path = `/v1/cash-receipts/${encodeURIComponent(request.receiptTid)}/cancel`;
    const result = await post(call, path, receiptRevocationBody(request));
    return receiptOutcomeOf(
      result,
      { orderId: request.receiptOrderId, transactionType: 'CANCEL', amountMinor: request.amountMinor },
      revokedOf,
    );
  },

  async inquire(call, request, sentAt) {
    const listed = await listReceipts(call, sentAt);
    if (typeof listed === 'string') return { kind: 'unknown', why: listed };
    const { parts, withoutTime } = withoutEarlier(partsOf(request, listed), request.earlierTids);
    const since = sentAt.getTime() - clockDifferenceMs;
    const fitting = parts.filter(
      ({ part, revoked }) => amountOf(part.amount) === request.amountMinor && revoked.revokedAt.getTime() >= since,
    );
    if (fitting.length > 0 && fitting.length <= withoutTime) {
      return { kind: 'unknown', why: 'what was revoked may be an earlier part of the receipt' };
    }
    // One that failed before was no revocation, and may be in the list beside the one that came of a later request.
    const standing = fitting.filter(({ part }) => part.issueStatus !== 'FAILED');
    return foundReceipt(call, sentAt, standing.length > 0 ? standing : fitting.slice(-1), ({ revoked }) => revoked);
  },
};

interface ReceiptPart {
  readonly part: TossReceipt;
  readonly revoked: Revoked & { readonly gatewayTid: string };
}

/** What was taken off this receipt, as far as the list shows it. */
function partsOf(request: ReceiptRevocation, listed: readonly TossReceipt[]): ReceiptPart[] {
  return listed.flatMap((part) => {
    const revoked = revokedOf(part);
    const isOfReceipt = part.transactionType === 'CANCEL' && part.orderId === request.receiptOrderId;
    return isOfReceipt && revoked ? [{ part, revoked }] : [];
  });
}

/**
 * Toss's key of a revocation is `c_` and the key of the receipt (release notes, 2022-07-27): all parts that are taken off one
 * receipt share it. Our id of a part has the time besides, and two parts of one second have the same.
 */
function revokedOf(receipt: TossReceipt): ReceiptPart['revoked'] | undefined {
  const revokedAt = readTime(receipt.requestedAt);
  return revokedAt && { gatewayTid: `${receipt.receiptKey}@${seoulTime(revokedAt)}`, revokedAt };
}

/**
 * The parts that are none of those known before: each id stands for one part. `withoutTime` ids were kept before the time
 * belonged to them, or typed in by a person: they say only how many parts are not new.
 */
function withoutEarlier(
  listed: readonly ReceiptPart[],
  earlierTids: readonly string[],
): { readonly parts: readonly ReceiptPart[]; readonly withoutTime: number } {
  const parts = [...listed];
  for (const tid of earlierTids) {
    const known = parts.findIndex(({ revoked }) => revoked.gatewayTid === tid);
    if (known >= 0) parts.splice(known, 1);
  }
  return { parts, withoutTime: earlierTids.filter((tid) => !tid.includes('@')).length };
}

function receiptOutcomeOf<T>(
  result: GatewayHttpResult,
  expected: { orderId: string; transactionType: 'CONFIRM' | 'CANCEL'; amountMinor: bigint },
  read: (receipt: TossReceipt) => T | undefined,
): Outcome<T> {
  if (result.kind !== 'answered' || result.status !== 200) return notConfirmed(result);
  const receipt = readReceipt(result.text);
  if (receipt?.orderId !== expected.orderId || receipt.transactionType !== expected.transactionType) return unreadable;
  if (amountOf(receipt.amount) !== expected.amountMinor) return unreadable;
  if (receipt.issueStatus === 'FAILED') {
    const { code, message } = receipt.failure ?? { code: 'FAILED', message: '' };
    return { kind: 'refused', code, message, category: 'other' };
  }
  // IN_PROGRESS is Toss's word until the National Tax Service has it, a day or two later; Toss has taken it for good.
  const value = read(receipt);
  return value === undefined ? unreadable : { kind: 'confirmed', result: value };
}

/** Exactly one receipt must fit; the days from the sending until now are read, because a request may arrive late. */
async function inquireReceipts<T>(
  call: GatewayCall,
  sentAt: Date,
  read: (receipt: TossReceipt) => T | undefined,
): Promise<Inquiry<T>> {
  const listed = await listReceipts(call, sentAt);
  if (typeof listed === 'string') return { kind: 'unknown', why: listed };
  const fitting = listed.flatMap((part) => {
    const result = read(part);
    return result === undefined ? [] : [{ part, result }];
  });
  return foundReceipt(call, sentAt, fitting, ({ result }) => result);
}

function foundReceipt<F extends { readonly part: TossReceipt }, T>(
  call: GatewayCall,
  sentAt: Date,
  fitting: readonly F[],
  resultOf: (found: F) => T,
): Inquiry<T> {
  const [found] = fitting;
  if (!found) return { kind: 'not_done', repeatIsSafe: keyIsKept(call, sentAt) };
  if (fitting.length > 1) return { kind: 'unknown', why: 'several receipts fit' };
  if (found.part.issueStatus !== 'FAILED') return { kind: 'done', result: resultOf(found) };
  const { code, message } = found.part.failure ?? { code: 'FAILED', message: '' };
  return { kind: 'refused', code, message, category: 'other' };
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
