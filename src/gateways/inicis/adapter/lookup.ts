import { bankName } from '../../../platform/codes/banks.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { GatewayPayment, Lookup } from '../../../port/lookup.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { VirtualAccount } from '../../../port/virtual-account.ts';
import { inicisCodes, payMethodOf } from '../wire/codes.ts';
import { failureOf, type IniapiAnswer, readAnswer } from './answers.ts';
import { sendV1, sendV2 } from './requests.ts';

export type Fetched =
  | { readonly kind: 'found'; readonly answer: IniapiAnswer }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'unknown'; readonly why: string };

const noTid = { kind: 'unknown', why: 'the transaction id is not known' } as const;

/** `POST /v2/pg/inquiry` by transaction id. An answer about another payment is no answer. */
export async function fetchPayment(call: GatewayCall, reference: PaymentReference): Promise<Fetched> {
  if (reference.gatewayTid === null) return noTid;
  return fetchV2(call, reference, { tid: reference.gatewayTid });
}

/** By order number: INICIS answers it only under the contract that order numbers are unique (주문번호 중복방지). */
export async function fetchByOrder(call: GatewayCall, reference: PaymentReference): Promise<Fetched> {
  return fetchV2(call, reference, { oid: reference.orderId });
}

async function fetchV2(
  call: GatewayCall,
  reference: PaymentReference,
  data: Readonly<Record<string, string>>,
): Promise<Fetched> {
  const answer = readFetched(await sendV2(call, 'inquiry', { type: 'inquiry', data }));
  if ('kind' in answer) return answer;
  if (answer.resultCode !== 'SUCCESS') return unlessFound(answer);
  const isOurs =
    answer.text('oid') === reference.orderId &&
    answer.text('tid') !== '' &&
    (reference.gatewayTid === null || answer.text('tid') === reference.gatewayTid) &&
    answer.amount('price') === reference.paymentAmountMinor;
  return isOurs ? { kind: 'found', answer } : { kind: 'unknown', why: 'the answer is about another payment' };
}

/** The states in which v1's inquiry has a virtual account. */
export type AccountState = 'waiting' | 'deposited' | 'revoked' | 'cancelled';
const accountStates: Readonly<Record<string, AccountState>> = {
  N: 'waiting',
  Y: 'deposited',
  C: 'revoked',
  '1': 'cancelled',
};

/** `POST /api/v1/extra`: it alone tells a revoked account from one that was refunded. */
export async function fetchAccountState(
  call: GatewayCall,
  reference: PaymentReference,
): Promise<AccountState | Exclude<Fetched, { kind: 'found' }>> {
  if (reference.gatewayTid === null) return noTid;
  const fields = { originalTid: reference.gatewayTid, oid: reference.orderId };
  const answer = readFetched(await sendV1(call, 'extra', { type: 'Extra', paymethod: 'Inquiry', fields }));
  if ('kind' in answer) return answer;
  if (answer.resultCode !== '00') return unlessFound(answer);
  const status = answer.text('status');
  if (status === '9') return { kind: 'not_found' };
  const isOurs = answer.text('tid') === reference.gatewayTid && answer.amount('price') === reference.paymentAmountMinor;
  const state = isOurs && Object.hasOwn(accountStates, status) ? accountStates[status] : undefined;
  return state ?? { kind: 'unknown', why: isOurs ? `the status is ${status}` : 'the answer is about another payment' };
}

function readFetched(result: GatewayHttpResult): IniapiAnswer | Extract<Fetched, { kind: 'unknown' }> {
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  return answer ?? { kind: 'unknown', why: `HTTP ${result.status} without a readable answer` };
}

function unlessFound(answer: IniapiAnswer): Exclude<Fetched, { kind: 'found' }> {
  const failure = failureOf(answer);
  const isMissing = failure.kind === 'refused' && failure.category === 'unknown_transaction';
  return isMissing ? { kind: 'not_found' } : { kind: 'unknown', why: `INICIS answered ${failure.code}` };
}

/** The balance is known only of a payment of which nothing, or everything, is cancelled. */
export async function lookUpPayment(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
  const found = await fetchPayment(call, reference);
  if (found.kind !== 'found') return found;
  const payment = paymentOf(found.answer, call);
  return payment ? { kind: 'found', payment } : { kind: 'unknown', why: 'INICIS does not say how much of it is left' };
}

/** Of a virtual account: has it been deposited? The fields of the deposit are empty until then. */
function depositTimeOf(answer: IniapiAnswer): Date | undefined {
  return answer.object('vacctInfo')?.time('depositDate', 'depositTime');
}

function paymentOf(answer: IniapiAnswer, call: GatewayCall): GatewayPayment | undefined {
  const payMethod = payMethodOf(answer.text('paymethod'));
  const amountMinor = answer.amount('price');
  if (!payMethod || amountMinor === undefined) return undefined;
  const madeAt = answer.time('approvedDate', 'approvedTime');
  const paidAt = (payMethod === 'vbank' ? depositTimeOf(answer) : madeAt) ?? null;
  const status = statusOf(answer, paidAt, call.now);
  if (!status) return undefined;
  return {
    status,
    payMethod,
    amountMinor,
    balanceMinor: status === 'paid' || status === 'waiting_for_deposit' ? amountMinor : 0n,
    gatewayTid: answer.text('tid'),
    paidAt,
    approval: paidAt && {
      gatewayTid: answer.text('tid'),
      approvalNumber: null,
      approvedAt: paidAt,
      receiptUrl: null,
      card: null,
      bank: null,
    },
    virtualAccount: payMethod === 'vbank' ? accountOf(answer) : null,
    barcode: null,
    depositorName: answer.object('vacctInfo')?.text('depositName') || null,
    cancels: null,
  };
}

function statusOf(answer: IniapiAnswer, paidAt: Date | null, now: Date): GatewayPayment['status'] | undefined {
  switch (answer.text('transactionStatus')) {
    // The last two are words of a newer manual, which one public client has.
    case 'APPROVAL':
    case 'DEPOSIT_COMPLETED':
    case 'NON_DEPOSIT': {
      if (paidAt) return 'paid';
      const dueAt = accountOf(answer)?.dueAt;
      return dueAt && dueAt <= now ? 'expired' : 'waiting_for_deposit';
    }
    case 'CANCEL':
      return paidAt ? 'cancelled' : 'failed';
    default:
      return undefined;
  }
}

/** `null` where the number is masked, as some answers have it until the deposit, or anything else is missing. */
export function accountOf(answer: IniapiAnswer): VirtualAccount | null {
  const info = answer.object('vacctInfo');
  const bankCode = inicisCodes.kftcBankCode(info?.text('bankCode') ?? '');
  const accountNumber = info?.text('accountNumber') ?? '';
  const dueAt = info && dueTimeOf(info);
  const issuedAt = answer.time('approvedDate', 'approvedTime');
  if (!info || !bankCode || !/^\d{6,20}$/.test(accountNumber) || !dueAt || !issuedAt) return null;
  return {
    gatewayTid: answer.text('tid'),
    bankCode,
    bankName: bankName(bankCode) ?? bankCode,
    accountNumber,
    holder: info.text('accountName') || null,
    dueAt,
    issuedAt,
    noticeSecret: null,
  };
}

/** The samples show a day without a time; an account is open until the end of it. */
function dueTimeOf(info: IniapiAnswer): Date | undefined {
  const time = info.time('validDate');
  const isDayOnly = info.text('validDate').length === 8;
  return time && isDayOnly ? new Date(time.getTime() + 24 * 3600_000 - 1000) : time;
}
