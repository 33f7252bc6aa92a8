import { readTime } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval, ApprovedCard } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { GatewayPayment } from '../../../port/lookup.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { PayMethod } from '../../../port/payment.ts';
import type { VirtualAccount } from '../../../port/virtual-account.ts';
import { failureOf } from '../../nice/adapter/answers.ts';
import { cardCompanyOf, niceCodes } from '../../nice/wire/codes.ts';
import { niceV2Meaning } from '../wire/errors.ts';
import { amountOf, isSuccess, type NiceCancelEntry, type NicePayment, readResult } from '../wire/wire.ts';

/** HTTP statuses of 4xx that decide nothing, whatever stands in the body. */
const undecided = [408, 425, 429];

/**
 * A success only when `read` finds in the answer exactly what was asked for, signed. NICE says no with HTTP 200, and with
 * 4xx to a wrong key, address or method; both only with a code of its own.
 */
export function outcomeOf<T>(
  call: GatewayCall,
  result: GatewayHttpResult,
  read: (text: string) => T | undefined,
): Outcome<T> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const isDecided = result.status >= 400 && result.status < 500 && !undecided.includes(result.status);
  const answer = result.status === 200 || isDecided ? readResult(result.text) : undefined;
  if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  const { resultCode: code } = answer;
  const message = answer.resultMsg || code;
  if (!isSuccess(code)) return failureOf(call, { code, message, meaning: niceV2Meaning(code, message) });
  const value = result.status === 200 ? read(result.text) : undefined;
  return value === undefined
    ? { kind: 'unclear', why: 'the answer is not the one to this request', code, message }
    : { kind: 'confirmed', result: value };
}

/**
 * The entry that an answer to our cancel names (`cancelledTid`), if it is one that was not known before, of our amount.
 * The id of a cancel of the whole payment is the payment's.
 */
export function answeredCancel(payment: NicePayment, request: Cancel): Cancelled | undefined {
  const entry = freshCancels(payment, request).find(({ tid }) => tid === payment.cancelledTid);
  return entry && amountOf(entry.amount) === request.amountMinor ? cancelledOf(entry) : undefined;
}

export function freshCancels(payment: NicePayment, request: Cancel): NiceCancelEntry[] {
  return (payment.cancels ?? []).filter(({ tid }) => !request.earlierTids.includes(tid));
}

export function cancelledOf(entry: NiceCancelEntry): Cancelled | undefined {
  const cancelledAt = readTime(entry.cancelledAt);
  return (
    cancelledAt && {
      gatewayTid: entry.tid,
      amountMinor: amountOf(entry.amount),
      cancelledAt,
      receiptUrl: entry.receiptUrl ?? null,
    }
  );
}

/** When it was paid; `null` for an account that never was. A time that is not there is `0`. */
export function paidAtOf(payment: NicePayment): Date | null {
  return readTime(payment.paidAt ?? '') ?? null;
}

/** The payment in the words of the port; `undefined` where the answer leaves something open that we must know. */
export function gatewayPaymentOf(payment: NicePayment): GatewayPayment | undefined {
  const payMethod = payMethodOf(payment);
  const paidAt = paidAtOf(payment);
  const status = statusOf(payment, paidAt);
  const entries = status === 'failed' ? [] : (payment.cancels ?? []).map(cancelledOf);
  const cancels = entries.filter((entry) => entry !== undefined);
  if (!payMethod || cancels.length !== entries.length) return undefined;
  return {
    status,
    payMethod,
    amountMinor: amountOf(payment.amount),
    balanceMinor: amountOf(payment.balanceAmt),
    gatewayTid: payment.tid,
    paidAt,
    approval: paidAt && approvalOf(payment, paidAt),
    virtualAccount: virtualAccountOf(payment),
    barcode: null,
    depositorName: null,
    cancels,
  };
}

/** CANCELLED without a time of payment is an account that was cancelled before any deposit: no payment came about. */
function statusOf(payment: NicePayment, paidAt: Date | null): GatewayPayment['status'] {
  switch (payment.status) {
    case 'ready':
      return 'waiting_for_deposit';
    case 'paid':
    case 'expired':
    case 'failed':
      return payment.status;
    case 'partialCancelled':
      return 'partially_cancelled';
    case 'cancelled':
      return paidAt ? 'cancelled' : 'failed';
  }
}

/** A wallet's payment is one by card where it names a card, else by the wallet's points. */
function payMethodOf(payment: NicePayment): PayMethod | undefined {
  switch (payment.payMethod.toLowerCase()) {
    case 'card':
      return 'card';
    case 'vbank':
      return 'vbank';
    case 'bank':
      return 'trans';
    case 'cellphone':
      return 'phone';
    case 'naverpay':
    case 'kakaopay':
    case 'samsungpay':
    case 'payco':
    case 'ssgpay':
      return payment.card?.cardNum ? 'card' : 'point';
    default:
      return undefined;
  }
}

function approvalOf(payment: NicePayment, approvedAt: Date): Approval {
  const bank = payment.bank?.bankCode ? niceCodes.kftcBankCode(payment.bank.bankCode) : undefined;
  return {
    gatewayTid: payment.tid,
    approvalNumber: payment.approveNo || null,
    approvedAt,
    receiptUrl: payment.receiptUrl || null,
    card: cardOf(payment),
    bank: bank === undefined ? null : { code: bank, name: bankName(bank) ?? bank },
  };
}

function cardOf({ card }: NicePayment): ApprovedCard | null {
  if (!card) return null;
  const acquirer = cardCompanyOf(card.acquCardCode ?? card.cardCode ?? null);
  const issuer = cardCompanyOf(card.cardCode ?? null);
  return {
    // The manual shows two ways in which NICE masks a number; ours shows the least of both.
    maskedNumber: maskCardNumber((card.cardNum ?? '').replace(/\D/g, '*').padEnd(16, '*')),
    code: acquirer.code,
    name: acquirer.name,
    issuerCode: issuer.code,
    issuerName: issuer.name,
    installmentMonths: Number(card.cardQuota ?? 0),
    type: card.cardType === 'credit' ? 0 : card.cardType === 'check' ? 1 : null,
  };
}

/** No answer says when an account was issued: until the deposit it is not asked for, and the answer's date stands for it. */
function virtualAccountOf(payment: NicePayment): VirtualAccount | null {
  const { vbank } = payment;
  const bankCode = vbank ? niceCodes.kftcBankCode(vbank.vbankCode) : undefined;
  const dueAt = readTime(vbank?.vbankExpDate ?? '');
  const issuedAt = readTime(payment.ediDate);
  if (!vbank || bankCode === undefined || !dueAt || !issuedAt) return null;
  return {
    gatewayTid: payment.tid,
    bankCode,
    bankName: bankName(bankCode) ?? bankCode,
    accountNumber: vbank.vbankNumber,
    holder: vbank.vbankHolder ?? null,
    dueAt,
    issuedAt,
    noticeSecret: null,
  };
}
