import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancelled } from '../../../port/cancel.ts';
import type { GatewayPayment } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import { type NaverHistoryEntry, readAnswer, readHistoryBody } from '../wire/wire.ts';
import { sendHistory } from './requests.ts';

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
  const paidAt = readSeoulDigits(payment.admissionYmdt);
  const known = cancels.map(cancelledOf).filter((cancelled) => cancelled !== undefined);
  if (!paidAt || known.length !== cancels.length) return undefined;
  return {
    status: balanceMinor === 0n ? 'cancelled' : cancels.length > 0 ? 'partially_cancelled' : 'paid',
    payMethod: payMethodOf(payment),
    amountMinor: BigInt(payment.totalPayAmount),
    balanceMinor,
    gatewayTid: payment.paymentId,
    paidAt,
    approval: {
      gatewayTid: payment.paymentId,
      approvalNumber: payment.cardAuthNo || null,
      approvedAt: paidAt,
      receiptUrl: null,
      card: cardOf(payment),
      bank: null,
    },
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

/** Which company a `cardCorpCode` stands for is not public. Naver Pay masks the number itself. */
function cardOf({ primaryPayMeans, cardNo, cardInstCount }: NaverHistoryEntry): ApprovedCard | null {
  if (primaryPayMeans !== 'CARD' || !cardNo) return null;
  return {
    maskedNumber: cardNo.replaceAll('-', ''),
    code: null,
    name: null,
    issuerCode: null,
    issuerName: null,
    installmentMonths: cardInstCount ?? 0,
    type: null,
  };
}
