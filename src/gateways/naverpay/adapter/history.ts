import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { cardName } from '../../../platform/codes/cards.ts';
import type { Approval, ApprovedCard } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancelled } from '../../../port/cancel.ts';
import type { GatewayPayment } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { naverCodes } from '../wire/cards.ts';
import { type NaverHistoryEntry, readAnswer, readHistoryBody } from '../wire/wire.ts';
import { sendHistory, sendHistoryOfTime } from './requests.ts';

/** A payment and its cancellations that came to a good end, as the history has them. */
export interface NaverHistory {
  readonly payment: NaverHistoryEntry;
  readonly cancels: readonly NaverHistoryEntry[];
  readonly balanceMinor: bigint;
}

export type Fetched =
  | { readonly kind: 'found'; readonly history: NaverHistory }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

/** More cancellations of one payment than fit on so many pages of a hundred are not read. */
const pagesMax = 10;

/** Naver Pay knows a payment by its own number only. A history of another payment is no answer. */
export async function fetchHistory(call: GatewayCall, reference: PaymentReference): Promise<Fetched> {
  const { gatewayTid } = reference;
  if (gatewayTid === null) return { kind: 'unknown', why: 'Naver Pay looks payments up by their paymentId' };
  const entries: NaverHistoryEntry[] = [];
  for (let page = 1; ; page++) {
    const result = await sendHistory(call, gatewayTid, page);
    if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
    const answer = result.status === 200 ? readAnswer(result.text) : undefined;
    if (answer?.code === 'InvalidPaymentId') return { kind: 'not_found' };
    const body = answer?.code === 'Success' ? readHistoryBody(answer.body) : undefined;
    if (!body) return { kind: 'unknown', why: `no readable history (HTTP ${result.status})` };
    entries.push(...body.list);
    if (page >= (body.totalPageCount ?? 1)) break;
    if (page === pagesMax) return { kind: 'unknown', why: 'the history is too long' };
  }
  return entries.length === 0 ? { kind: 'not_found' } : historyOf(entries, { ...reference, gatewayTid });
}

/** A busy shop has many payments in an hour; more than fit on so many pages of a hundred are not read. */
const pagesOfTimeMax = 100;
const minuteMs = 60_000;

/**
 * The approval of an order whose `paymentId` is not known, among all of the time around its request. A clock that differs by some
 * minutes loses nothing, and an approval is decided within the hour: Naver Pay's own read time limit is a minute. One of this amount that
 * names no order might be ours, since by which name a charge is told its order is not documented.
 */
export async function fetchApproval(
  call: GatewayCall,
  { orderId, paymentAmountMinor }: Pick<PaymentReference, 'orderId' | 'paymentAmountMinor'>,
  sentAt: Date,
): Promise<
  { readonly kind: 'found'; readonly entry: NaverHistoryEntry } | Exclude<Fetched, { readonly kind: 'found' }>
> {
  const from = new Date(sentAt.getTime() - 10 * minuteMs);
  const until = new Date(sentAt.getTime() + 60 * minuteMs);
  const ours: NaverHistoryEntry[] = [];
  let mightBeOurs = false;
  for (let page = 1; ; page++) {
    const result = await sendHistoryOfTime(call, { from, until }, page);
    if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
    const answer = result.status === 200 ? readAnswer(result.text) : undefined;
    const body = answer?.code === 'Success' ? readHistoryBody(answer.body) : undefined;
    if (!body) return { kind: 'unknown', why: `no readable history (HTTP ${result.status})` };
    const approvals = body.list.filter(isApproval);
    ours.push(...approvals.filter(({ merchantPayKey }) => merchantPayKey === orderId));
    mightBeOurs ||= approvals.some(
      ({ merchantPayKey, totalPayAmount }) => !merchantPayKey && BigInt(totalPayAmount) === paymentAmountMinor,
    );
    if (page >= (body.totalPageCount ?? 1)) break;
    if (page === pagesOfTimeMax) return { kind: 'unknown', why: 'the history of that hour is too long' };
  }
  const [entry] = ours;
  if (!entry && mightBeOurs) return { kind: 'unknown', why: 'a payment of this amount in the history names no order' };
  if (!entry) return { kind: 'not_found' };
  return ours.length === 1 ? { kind: 'found', entry } : { kind: 'unknown', why: 'the history has the order twice' };
}

function isApproval({ admissionTypeCode, admissionState }: NaverHistoryEntry): boolean {
  return admissionTypeCode === '01' && admissionState === 'SUCCESS';
}

/** A payment that was made, as the history and the answer to a charge show it. */
export function approvalOf(entry: NaverHistoryEntry): Approval | undefined {
  const approvedAt = readSeoulDigits(entry.admissionYmdt);
  return (
    approvedAt && {
      gatewayTid: entry.paymentId,
      approvalNumber: entry.cardAuthNo || null,
      approvedAt,
      receiptUrl: null,
      card: cardOf(entry),
      bank: null,
    }
  );
}

function historyOf(
  entries: readonly NaverHistoryEntry[],
  { gatewayTid, orderId }: PaymentReference & { gatewayTid: string },
): Fetched {
  const isOurs = entries.every(
    ({ paymentId, merchantPayKey }) => paymentId === gatewayTid && merchantPayKey === orderId,
  );
  const succeeded = entries.filter(({ admissionState }) => admissionState === 'SUCCESS');
  const [payment, ...more] = succeeded.filter(({ admissionTypeCode }) => admissionTypeCode === '01');
  const cancels = succeeded.filter(({ admissionTypeCode }) => ['03', '04'].includes(admissionTypeCode));
  if (!isOurs || !payment || more.length > 0)
    return { kind: 'unknown', why: 'the history is not that of this payment' };
  const balanceMinor = cancels.reduce(
    (left, { totalPayAmount }) => left - BigInt(totalPayAmount),
    BigInt(payment.totalPayAmount),
  );
  if (balanceMinor < 0n) return { kind: 'unknown', why: 'the history gives back more than was paid' };
  return { kind: 'found', history: { payment, cancels, balanceMinor } };
}

export function cancelledOf(entry: NaverHistoryEntry): Cancelled | undefined {
  const cancelledAt = readSeoulDigits(entry.admissionYmdt);
  const amountMinor = BigInt(entry.totalPayAmount);
  return cancelledAt && { gatewayTid: entry.payHistId, amountMinor, cancelledAt, receiptUrl: null };
}

/** The history in the words of the port; `undefined` where one of its times is none. */
export function gatewayPaymentOf({ payment, cancels, balanceMinor }: NaverHistory): GatewayPayment | undefined {
  const approval = approvalOf(payment);
  const known = cancels.map(cancelledOf).filter((cancelled) => cancelled !== undefined);
  if (!approval || known.length !== cancels.length) return undefined;
  return {
    status: balanceMinor === 0n ? 'cancelled' : cancels.length > 0 ? 'partially_cancelled' : 'paid',
    payMethod: payMethodOf(payment),
    amountMinor: BigInt(payment.totalPayAmount),
    balanceMinor,
    gatewayTid: payment.paymentId,
    paidAt: approval.approvedAt,
    approval,
    virtualAccount: null,
    barcode: null,
    depositorName: null,
    cancels: known,
  };
}

function payMethodOf({ primaryPayMeans }: NaverHistoryEntry): 'card' | 'trans' | 'point' {
  if (primaryPayMeans === 'CARD') return 'card';
  return primaryPayMeans === 'BANK' ? 'trans' : 'point';
}

/** Naver Pay masks the number itself, and names the issuer only. */
function cardOf({ primaryPayMeans, cardCorpCode, cardNo, cardInstCount }: NaverHistoryEntry): ApprovedCard | null {
  if (primaryPayMeans !== 'CARD' || !cardNo) return null;
  const code = naverCodes.standardCardCode(cardCorpCode ?? '') ?? null;
  const name = code === null ? null : (cardName(code) ?? null);
  return {
    maskedNumber: cardNo.replaceAll('-', ''),
    code,
    name,
    issuerCode: code,
    issuerName: name,
    installmentMonths: cardInstCount ?? 0,
    type: null,
  };
}
