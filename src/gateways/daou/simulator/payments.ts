import { randomBytes } from 'node:crypto';
import { encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import { type ControlContext, SimulatorRefusal, type WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { cancelMethodOf, kiwoomCodes } from '../wire/codes.ts';
import { kiwoomErrorOf } from '../wire/errors.ts';
import { issueNotice } from './notices.ts';
import { newTransactionId } from './protocol.ts';

const dayMs = 24 * 3600_000;
/** The card of every payment in the sandbox's window. */
const windowCard = creditCard(maskCardNumber('9410000000001234'), kiwoomCodes.standardCardCode('CCLG') ?? null);
const cardRules: CardChoiceRules = { codes: kiwoomCodes, refusal: () => windowRefusal('9001') };

/** The buyer has just paid in Kiwoom Pay's window, or been given an account there. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { payMethod, orderId, orderName, amountMinor, currency } = payment;
  const isAccount = payMethod === 'vbank';
  if (!isAccount && cancelMethodOf(payMethod, {}) === undefined) throw windowRefusal('9102');
  if (`${orderId}${orderName}`.includes('|')) throw windowRefusal('9011');
  const isFit = encodeEucKr(orderId).length <= 50 && amountMinor > 0n && amountMinor < 10n ** 10n;
  if (!isFit || currency !== 'KRW' || payment.taxFreeMinor > amountMinor) throw windowRefusal('9001');
  const bankCode = isAccount || payMethod === 'trans' ? (payment.bankCode ?? '088') : null;
  if (bankCode !== null && kiwoomCodes.bankCode(bankCode) === undefined) throw windowRefusal('0304');
  const dueAt = isAccount ? (payment.dueAt ?? new Date(context.now.getTime() + 7 * dayMs)) : null;
  if (dueAt && dueAt <= context.now) throw windowRefusal('9001');
  const made = insertPayment(context.book, {
    mid: context.mid,
    orderId,
    tid: newTransactionId(context.book, context.now),
    orderName,
    payMethod,
    currency,
    amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    vatMinor: payment.vatMinor,
    status: isAccount ? 'waiting_for_deposit' : 'paid',
    requestedAt: context.now,
    dueAt,
    approvalNumber: payMethod === 'card' ? newApprovalNumber() : null,
    card: payMethod === 'card' ? chosenCard(payment, windowCard, cardRules) : null,
    bankCode,
    accountNumber: isAccount ? newAccountNumber() : null,
    accountHolder: isAccount ? (payment.buyer.name ?? '구매자') : null,
  });
  if (!made) throw windowRefusal('9002');
  if (isAccount) context.notify(orderId, issueNotice(made));
  return made;
}

function newAccountNumber(): string {
  return `9${String(BigInt(`0x${randomBytes(8).toString('hex')}`) % 10n ** 12n).padStart(12, '0')}`;
}

function windowRefusal(code: string): SimulatorRefusal {
  return new SimulatorRefusal(code, kiwoomErrorOf(code)?.message ?? code);
}
