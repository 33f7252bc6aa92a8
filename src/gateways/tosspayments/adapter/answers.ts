import { readTime } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval, ApprovedCard } from '../../../port/approval.ts';
import type { Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { GatewayPayment } from '../../../port/lookup.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Receipt } from '../../../port/receipt.ts';
import type { VirtualAccount } from '../../../port/virtual-account.ts';
import { cardCompanyOf, payMethodOf } from '../wire/codes.ts';
import { isTossErrorCode, tossErrors } from '../wire/errors.ts';
import {
  amountOf,
  cancelKeyOf,
  kftcBankOf,
  readError,
  type TossCancelEntry,
  type TossPayment,
  type TossReceipt,
} from '../wire/wire.ts';

/**
 * What an HTTP answer that is no success says. A 4xx in Toss's own error form is Toss saying no. Three kinds are not:
 * 409 (the first request with this key is still running), 408 and 429; and DUPLICATED_ORDER_ID, because our order ids
 * are never used twice, so that the earlier request with it must have arrived.
 */
export function failureOf(result: Exclude<GatewayHttpResult, { kind: 'never_sent' }>): Outcome<never> {
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const error = readError(result.text);
  if (!error) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  const { code, message } = error;
  const inDoubt = [408, 409, 425, 429].includes(result.status) || code === 'DUPLICATED_ORDER_ID';
  if (result.status < 400 || result.status >= 500 || inDoubt) {
    return { kind: 'unclear', why: `HTTP ${result.status} ${code}`, code, message };
  }
  return { kind: 'refused', code, message, category: isTossErrorCode(code) ? tossErrors[code].category : 'other' };
}

export function approvalOf(payment: TossPayment, cardNumber: string | null): Approval | undefined {
  const approvedAt = readTime(payment.approvedAt ?? '');
  if (!approvedAt) return undefined;
  const bank = payment.transfer ? kftcBankOf(payment.transfer) : undefined;
  return {
    gatewayTid: payment.paymentKey,
    approvalNumber: payment.card?.approveNo ?? payment.giftCertificate?.approveNo ?? null,
    approvedAt,
    receiptUrl: receiptUrlOf(payment),
    card: cardOf(payment, cardNumber),
    bank: bank === undefined ? null : { code: bank, name: bankName(bank) ?? bank },
  };
}

function receiptUrlOf({ receipt, card }: TossPayment): string | null {
  return receipt?.url ?? card?.receiptUrl ?? null;
}

/** `company` is the issuer: an answer that has both names the same company there and in `issuerCode`. */
function cardOf({ card }: TossPayment, cardNumber: string | null): ApprovedCard | null {
  if (!card) return null;
  const issuedBy = card.issuerCode ?? card.company ?? null;
  const acquirer = cardCompanyOf(card.acquirerCode ?? issuedBy);
  const issuer = cardCompanyOf(issuedBy);
  return {
    // Toss masks other places than we do (first 8, last 4 with a * in the end); the number that was sent is better.
    maskedNumber: maskCardNumber(cardNumber ?? card.number ?? ''),
    code: acquirer.code,
    name: acquirer.name,
    issuerCode: issuer.code,
    issuerName: issuer.name,
    installmentMonths: card.installmentPlanMonths ?? 0,
    type: card.cardType === '신용' ? 0 : card.cardType === '체크' ? 1 : null,
  };
}

/** `askedBank`: the bank of our request, for an answer that names one by a word that is not known. */
export function virtualAccountOf(payment: TossPayment, askedBank?: string): VirtualAccount | undefined {
  const account = payment.virtualAccount;
  if (!account) return undefined;
  const bankCode = kftcBankOf(account) ?? askedBank;
  const dueAt = readTime(account.dueDate);
  const issuedAt = readTime(payment.requestedAt);
  if (bankCode === undefined || !dueAt || !issuedAt) return undefined;
  return {
    gatewayTid: payment.paymentKey,
    bankCode,
    bankName: bankName(bankCode) ?? bankCode,
    accountNumber: account.accountNumber,
    holder: account.customerName ?? null,
    dueAt,
    issuedAt,
    noticeSecret: payment.secret ?? null,
  };
}

export function cancelledOf(payment: TossPayment, entry: TossCancelEntry): Cancelled | undefined {
  const cancelledAt = readTime(entry.canceledAt);
  const gatewayTid = cancelKeyOf(payment, entry);
  if (!cancelledAt || gatewayTid === undefined) return undefined;
  return { gatewayTid, amountMinor: amountOf(entry.cancelAmount), cancelledAt, receiptUrl: receiptUrlOf(payment) };
}

export function receiptOf(receipt: TossReceipt): Receipt | undefined {
  const issuedAt = readTime(receipt.requestedAt);
  return (
    issuedAt && {
      receiptTid: receipt.receiptKey,
      approvalNumber: receipt.issueNumber ?? '',
      receiptUrl: receipt.receiptUrl ?? null,
      issuedAt,
    }
  );
}

/** The payment in the words of the port; `undefined` where the answer leaves something open that we must know. */
export function gatewayPaymentOf(payment: TossPayment): GatewayPayment | undefined {
  const payMethod = payMethodOf(payment.method ?? '');
  // Examples of version 1.4 have an `approvedAt` while the deposit is still waited for.
  const isPaid = payment.status !== 'WAITING_FOR_DEPOSIT' && payment.status !== 'EXPIRED';
  const paidAt = (isPaid && readTime(payment.approvedAt ?? '')) || null;
  const status = statusOf(payment, paidAt);
  const entries = status === 'failed' ? [] : (payment.cancels ?? []).map((entry) => cancelledOf(payment, entry));
  const cancels = entries.filter((entry) => entry !== undefined);
  if (!payMethod || !status || cancels.length !== entries.length) return undefined;
  return {
    status,
    payMethod,
    amountMinor: amountOf(payment.totalAmount),
    balanceMinor: amountOf(payment.balanceAmount),
    gatewayTid: payment.paymentKey,
    paidAt,
    approval: (paidAt && approvalOf(payment, null)) ?? null,
    virtualAccount: virtualAccountOf(payment) ?? null,
    barcode: null,
    depositorName: payment.virtualAccount?.depositorName ?? null,
    cancels,
  };
}

/** CANCELED without an approval is an account that was revoked before any deposit (inferred): no payment came about. */
function statusOf(payment: TossPayment, paidAt: Date | null): GatewayPayment['status'] | undefined {
  switch (payment.status) {
    case 'WAITING_FOR_DEPOSIT':
      return 'waiting_for_deposit';
    case 'DONE':
      return 'paid';
    case 'PARTIAL_CANCELED':
      return 'partially_cancelled';
    case 'CANCELED':
      return paidAt ? 'cancelled' : 'failed';
    case 'EXPIRED':
      return 'expired';
    case 'ABORTED':
      return 'failed';
    default:
      return undefined;
  }
}
