import { randomInt } from 'node:crypto';
import type { ApprovedCard } from '../../../port/approval.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import { type ControlContext, SimulatorRefusal, type WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { wantedReceipt } from '../../../simulators/wanted-receipt.ts';
import { isKiccPayMethod, issuingBankCode, kiccCodes } from '../wire/codes.ts';
import { newPgCno } from './transaction-number.ts';

const dayMs = 24 * 3600_000;
/** An account waits so long where nothing is said; KICC's own default is not public. */
const accountWaitsMs = 7 * dayMs;
/** The card of every payment, and of every key, in the sandbox's window. */
const windowCard = creditCard('451842******1281', '366');
const cardRules: CardChoiceRules = {
  codes: kiccCodes,
  refusal: (problem) =>
    problem === 'company'
      ? new SimulatorRefusal('INVALID_CARD_COMPANY', '지원하지 않는 카드사입니다.')
      : new SimulatorRefusal('INVALID_INSTALLMENT', '할부 개월이 올바르지 않습니다.'),
};

export function cardOfWindow(window: WindowPayment): ApprovedCard {
  return chosenCard(window, windowCard, cardRules);
}

/** The buyer has just paid in KICC's window, or been given an account there. The codes of refusals are the simulator's own. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, orderId, amountMinor } = payment;
  const { now, book, mid } = context;
  if (!isKiccPayMethod(payMethod)) {
    throw new SimulatorRefusal('UNSUPPORTED_PAY_METHOD', '지원하지 않는 결제수단입니다.');
  }
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(orderId)) {
    throw new SimulatorRefusal('INVALID_ORDER_ID', '주문번호는 영문, 숫자, -, _로 이루어진 40자 이하여야 합니다.');
  }
  const isWon = payment.currency === 'KRW' && amountMinor > 0n && amountMinor < 10n ** 12n;
  if (!isWon || payment.taxFreeMinor + payment.vatMinor > amountMinor) {
    throw new SimulatorRefusal('INVALID_AMOUNT', '결제 금액이 올바르지 않습니다.');
  }
  const isAccount = payMethod === 'vbank';
  const bankCode = payment.bankCode ?? '088';
  if ((isAccount ? issuingBankCode(bankCode) : kiccCodes.bankCode(bankCode)) === undefined) {
    throw new SimulatorRefusal('INVALID_BANK', '지원하지 않는 은행입니다.');
  }
  const dueAt = isAccount ? (payment.dueAt ?? new Date(now.getTime() + accountWaitsMs)) : null;
  if (dueAt && dueAt <= now) throw new SimulatorRefusal('INVALID_DUE_DATE', '입금 기한이 올바르지 않습니다.');
  const made = insertPayment(book, {
    mid,
    orderId,
    tid: newPgCno(now),
    orderName: payment.orderName,
    payMethod,
    amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    vatMinor: payment.vatMinor,
    status: isAccount ? 'waiting_for_deposit' : 'paid',
    requestedAt: now,
    dueAt,
    approvalNumber: isAccount ? null : newApprovalNumber(),
    card: payMethod === 'card' ? cardOfWindow(payment) : null,
    bankCode: isAccount || payMethod === 'trans' ? bankCode : null,
    accountNumber: isAccount ? `T${randomInt(10 ** 12, 10 ** 13)}` : null,
    accountHolder: isAccount ? (payment.buyer.name ?? '구매자') : null,
    detail: wantedReceipt(payment.cashReceiptIdentifier),
  });
  if (!made) throw new SimulatorRefusal('DUPLICATE_ORDER_ID', '이미 사용된 주문번호입니다.');
  return made;
}
