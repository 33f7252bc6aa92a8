import { randomBytes, randomInt } from 'node:crypto';
import type { ApprovedCard } from '../../../port/approval.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import type { WindowAuthentication } from '../../../simulators/control.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import {
  type ControlContext,
  type SimulatorContext,
  SimulatorRefusal,
  type WindowPayment,
} from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment, paymentByOrderId } from '../../../simulators/payments.ts';
import { wantedReceipt } from '../../../simulators/wanted-receipt.ts';
import { authenticationOf, keepAuthentication, useAuthentication } from '../../../simulators/window-authentications.ts';
import { completeWindowPayment } from '../../../simulators/window-payment.ts';
import { isKiccPayMethod, issuingBankCode, kiccCodes } from '../wire/codes.ts';
import { lengthMax } from '../wire/text.ts';
import { bodyOf, KiccRefusal } from './protocol.ts';
import { receiptNumbers } from './receipts.ts';
import type { KiccFields } from './requests.ts';
import { signedApproval } from './status.ts';
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

/** The buyer has agreed in KICC's window: an authorization (인증거래번호), which the browser brings to the shop. */
export function authenticateInWindow(payment: WindowPayment, context: ControlContext): WindowAuthentication {
  termsOf(payment, context.now);
  return keepAuthentication(payment, context, randomBytes(16).toString('hex'));
}

/** POST /api/ep9/trades/approval. Order and authorization must go together; the amount is that of the window. */
export function approveWindow(context: SimulatorContext): KiccFields {
  const { book, caller, now } = context;
  const body = bodyOf(context);
  const orderId = body.text('shopOrderNo', lengthMax.shopOrderNo);
  const authorizationId = body.text('authorizationId', lengthMax.authorizationId);
  const found = authenticationOf(book, caller.mid, authorizationId, now);
  if (found?.agreed.orderId !== orderId) throw new KiccRefusal('Z106');
  if (found.isUsed || paymentByOrderId(book, caller.mid, orderId)) throw new KiccRefusal('Z103');
  const { agreed } = found;
  // Its account would be due before it is issued.
  if (agreed.dueAt && agreed.dueAt <= now) throw new KiccRefusal('Z104');
  const at = { ...context, mid: caller.mid };
  const made = payInWindow(agreed, at);
  completeWindowPayment({ receiptNumbers }, made, agreed.isEscrow, at);
  useAuthentication(book, authorizationId, now);
  return signedApproval(made, caller.credentials.secretKey ?? '');
}

/** What the window takes. The codes of refusals are the simulator's own. */
function termsOf(payment: WindowPayment, now: Date) {
  const { payMethod, orderId, amountMinor } = payment;
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
  return { isAccount, bankCode, dueAt, card: payMethod === 'card' ? cardOfWindow(payment) : null };
}

/** The buyer has paid in KICC's window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, orderId, amountMinor } = payment;
  const { now, book, mid } = context;
  const { isAccount, bankCode, dueAt, card } = termsOf(payment, now);
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
    card,
    bankCode: isAccount || payMethod === 'trans' ? bankCode : null,
    accountNumber: isAccount ? `T${randomInt(10 ** 12, 10 ** 13)}` : null,
    accountHolder: isAccount ? (payment.buyer.name ?? '구매자') : null,
    detail: wantedReceipt(payment.cashReceiptIdentifier),
  });
  if (!made) throw new SimulatorRefusal('DUPLICATE_ORDER_ID', '이미 사용된 주문번호입니다.');
  return made;
}
