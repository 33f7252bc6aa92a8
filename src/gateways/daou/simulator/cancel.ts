import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { type BookPayment, paymentByTid, recordCancel, recordRevocation } from '../../../simulators/payments.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { kiwoomCapabilities } from '../capabilities.ts';
import { accountRevocation, cancelMethodOf, refundBanks, refundMethod } from '../wire/codes.ts';
import { isPastMonth } from '../wire/same-month.ts';
import { reasonLengthMax, reasonRule } from '../wire/text.ts';
import {
  type CancelFields,
  giveToken,
  KiwoomRefusal,
  newTransactionId,
  optionalField,
  requiredField,
  tokenOf,
} from './protocol.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

/** What Kiwoom Pay's cancel interface lists; those that no pay method here has are refused later, as unknown payments. */
const listedMethods = new Set(
  (
    'KT KT-BATCH MOBILE MOBILE-BATCH PMOBILE PMOBILE-BATCH CARDK CARDK-BATCH CARD CARD-BATCH BANK VACCOUNT-ISSUECAN ' +
    'VACCOUNT-ASSIGNCAN CULTURE BOOKNLIFE TEENCASH EGGMONEY GAMECARD TMONEY CASHREC KAKAOPAY NAVERPAY SAMSUNGPAY PAYCO ' +
    'APPLEPAY FOREIGNCARD'
  ).split(' '),
);
const cardMethods = new Set(['CARD', 'CARDK']);
/** Seven business days are never fewer than nine days; holidays are not known to the simulator. */
const refundsAfterMs = 9 * 24 * 3600_000;

/** The first step: a token, and where the second one goes. The rest of the body may be there already, and is not read. */
export function ready(fields: CancelFields, context: SimulatorContext): Readonly<Record<string, string>> {
  const method = readMethod(requiredField(fields, 'PAYMETHOD', /^.{1,20}$/));
  requiredField(fields, 'CANCELREQ', /^Y$/);
  return { TOKEN: giveToken(context, method), RETURNURL: `${context.url}/pay/cancel/${method}` };
}

function readMethod(method: string): string {
  if (!listedMethods.has(method)) throw new KiwoomRefusal('9102');
  return method;
}

/**
 * The second step: the cancel. What is cancelled by which method is known since the first: most public clients say neither
 * again, and some do; then it must be the same.
 */
export function cancel(fields: CancelFields, context: SimulatorContext): Readonly<Record<string, string>> {
  const { book, caller, now } = context;
  const method = readMethod(context.request.params.payMethod ?? '');
  // The token is for the pay method that it was asked for with, and so is the address.
  if ((optionalField(fields, 'PAYMETHOD', /^.{1,20}$/) || method) !== method) throw new KiwoomRefusal('9102');
  optionalField(fields, 'CANCELREQ', /^Y$/);
  const amountMinor = BigInt(requiredField(fields, 'AMOUNT', /^\d{1,10}$/));
  const tid = requiredField(fields, 'TRXID', /^[A-Za-z0-9]{1,20}$/);
  const { reason, taxFreeOfReason } = readReason(fields, method);
  const taxFreeOfField = readTaxFree(fields, method);
  const payment = paymentByTid(book, caller.mid, tid);
  if (!payment) throw new KiwoomRefusal('9204', '거래 없음');
  if (method === accountRevocation) revoke(payment, amountMinor, reason, context);
  else {
    if (cancelMethodOf(payment.payMethod, caller.credentials) !== method) {
      throw new KiwoomRefusal('9204', '거래 없음');
    }
    if (method === refundMethod) readRefundAccount(fields);
    take(payment, { amountMinor, reason, taxFreeMinor: taxFreeOfField ?? taxFreeOfReason }, context);
  }
  return {
    TOKEN: tokenOf(context),
    RESULTCODE: '0000',
    ERRORMESSAGE: '',
    TRXID: tid,
    AMOUNT: String(amountMinor),
    CANCELDATE: seoulDigits(now),
    ORDERNO: payment.orderId,
  };
}

/**
 * Where a transfer or a deposited account is refunded to; looked at, and not kept. The only public source names the fields in
 * its own spelling (`bankCode`, `accountNo`); in capitals, as all of Kiwoom Pay's, is inferred: either is taken.
 */
function readRefundAccount(fields: CancelFields): void {
  const read = (name: string, other: string, pattern: RegExp): string =>
    optionalField(fields, name, pattern) || requiredField(fields, other, pattern);
  const bank = read('BANKCODE', 'bankCode', /^\d{2,3}$/);
  const account = read('ACCOUNTNO', 'accountNo', /^[\d-]{6,20}$/).replaceAll('-', '');
  const isRefused = sandboxRefundAccounts.some(({ number }) => number === account);
  if (isRefused || !refundBanks.includes(bank)) throw new KiwoomRefusal('9204', '환불 계좌 오류');
}

/** `reason`, or for refunds `reason^[tax-free amount]`. */
function readReason(
  fields: CancelFields,
  method: string,
): { readonly reason: string; readonly taxFreeOfReason: bigint | null } {
  const text = requiredField(fields, 'CANCELREASON', /^[^\p{Cc}]+$/u);
  if (text.length > reasonLengthMax) throw new KiwoomRefusal('9001');
  const [, reason = '', taxFree] = (method === refundMethod ? /^([^^[\]]+)\^\[(\d{1,10})\]$/.exec(text) : null) ?? [
    '',
    text,
  ];
  if (/[\^[\]]/.test(reason) || reason.length > reasonRule.max) throw new KiwoomRefusal('9001');
  return { reason, taxFreeOfReason: taxFree === undefined ? null : BigInt(taxFree) };
}

function readTaxFree(fields: CancelFields, method: string): bigint | null {
  const digits = optionalField(fields, 'TAXFREEAMT', /^\d{1,10}$/);
  if (digits === '') return null;
  if (!cardMethods.has(method) || BigInt(digits) > BigInt(fields.AMOUNT ?? '0')) throw new KiwoomRefusal('9001');
  return BigInt(digits);
}

function take(
  payment: BookPayment,
  asked: { readonly amountMinor: bigint; readonly taxFreeMinor: bigint | null; readonly reason: string },
  { book, now }: SimulatorContext,
): void {
  const { amountMinor } = asked;
  if (payment.status === 'cancelled') throw new KiwoomRefusal('9206');
  if (payment.paidAt === null) throw new KiwoomRefusal('9204', '입금 전');
  if (payment.payMethod === 'phone' && isPastMonth(payment.paidAt ?? payment.requestedAt, now)) {
    throw new KiwoomRefusal('9204', '취소 기간 경과');
  }
  if (amountMinor === 0n) throw new KiwoomRefusal('9001');
  if (amountMinor > payment.balanceMinor) throw new KiwoomRefusal('9204', '취소 가능 금액 초과');
  const takesParts = kiwoomCapabilities.payMethods[payment.payMethod]?.partialCancel ?? false;
  if (!takesParts && amountMinor !== payment.amountMinor) throw new KiwoomRefusal('9204', '부분취소 불가');
  const taxFreeMinor = taxFreePart(payment, amountMinor, asked.taxFreeMinor ?? 0n);
  const isPaidLater = payment.payMethod === 'vbank';
  const changed = recordCancel(book, {
    tid: payment.tid,
    // A refund that is paid out later is known by the payment's id: nothing that was answered names another.
    cancelTid: isPaidLater ? payment.tid : newTransactionId(book, now),
    amountMinor,
    taxFreeMinor,
    reason: asked.reason,
    now,
    completesAt: isPaidLater ? new Date(now.getTime() + refundsAfterMs) : null,
  });
  if (!changed) throw new KiwoomRefusal('9204', '취소 가능 금액 초과');
}

/** No more of it than is left; and what exceeds the rest of the taxed part is taken from the tax-free one (inferred). */
function taxFreePart(payment: BookPayment, amountMinor: bigint, askedMinor: bigint): bigint {
  if (askedMinor > payment.taxFreeBalanceMinor) throw new KiwoomRefusal('9204', '취소 가능 금액 초과');
  return taxFreeTaken(payment, amountMinor, askedMinor);
}

/** An account that waits for its deposit; a deposited one is refunded another way. */
function revoke(payment: BookPayment, amountMinor: bigint, reason: string, { book, now }: SimulatorContext): void {
  if (payment.payMethod !== 'vbank') throw new KiwoomRefusal('9204', '거래 없음');
  if (amountMinor !== payment.amountMinor) throw new KiwoomRefusal('9204', '취소 금액 불일치');
  if (payment.status === 'revoked') throw new KiwoomRefusal('9206');
  if (payment.status === 'expired') throw new KiwoomRefusal('9204', '입금 기한 경과');
  const revoked = recordRevocation(book, { tid: payment.tid, revocationTid: newTransactionId(book, now), reason, now });
  if (!revoked) throw new KiwoomRefusal('9204', '입금 완료');
}
