import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { ApprovedCard } from '../../../port/approval.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import type { Book } from '../../../simulators/book.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import type { WindowPayment } from '../../../simulators/definition.ts';
import { freshId, isIdUsed } from '../../../simulators/fresh-id.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import type { BookReceipt } from '../../../simulators/receipts.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import type { ReceiptNumbers } from '../../../simulators/wanted-receipt.ts';
import { cardCompanyOf, niceCodes } from '../wire/codes.ts';
import { type TidService, tidOf } from '../wire/transaction-id.ts';

// What the simulators of NICE's two APIs have in common: its ids, numbers that are used once, cancel windows.

/** A TID of NICE's own making; the last four places are digits and letters, so that a busy second has enough of them. */
export function newTid(book: Book, mid: string, service: TidService, now: Date): string {
  return freshId(book, () => {
    const lastFour = randomInt(36 ** 4)
      .toString(36)
      .toUpperCase()
      .padStart(4, '0');
    return tidOf(mid, service, now, lastFour);
  });
}

const numberScope = 'order numbers of cancels';

/** Has a cancel with this order id or Moid been carried out, or is it a payment's or a receipt's? */
export function isNumberUsed(book: Book, mid: string, number: string): boolean {
  if (storedAnswer(book, { mid, scope: numberScope, key: number }, new Date(0))) return true;
  const found = book.get(
    'select 1 from payments where mid = ?1 and order_id = ?2 union all select 1 from receipts where mid = ?1 and order_id = ?2',
    mid,
    number,
  );
  return found !== undefined;
}

export function keepNumber(book: Book, mid: string, number: string, now: Date): void {
  storeAnswer(book, { mid, scope: numberScope, key: number }, { status: 200, body: '' }, now);
}

/** NICE's number of a cancel has eight digits. */
export function newCancelNumber(book: Book): string {
  for (;;) {
    const number = newApprovalNumber();
    if (!isIdUsed(book, number)) return number;
  }
}

/** Receipts have NICE's eight digits, too. */
export const receiptNumbers: ReceiptNumbers = (mid, { book, now }) => ({
  tid: newTid(book, mid, 'receipt', now),
  approvalNumber: newApprovalNumber(),
});

const dayMs = 24 * 3600_000;

/** Cards a year, deposited accounts 180 days, telephones in their month; of transfers nothing is known. */
export function isCancelWindowOver(payment: BookPayment, now: Date): boolean {
  const paidAt = payment.paidAt ?? payment.requestedAt;
  switch (payment.payMethod) {
    case 'card':
      return seoulDigits(now) > aYearLater(seoulDigits(paidAt));
    case 'vbank':
      return now.getTime() - paidAt.getTime() > 180 * dayMs;
    case 'phone':
      return seoulDigits(now).slice(0, 6) !== seoulDigits(paidAt).slice(0, 6);
    default:
      return false;
  }
}

/** Cash receipts can be taken back in the calendar year in which they were issued. */
export function isReceiptYearOver(receipt: BookReceipt, now: Date): boolean {
  return seoulDigits(now).slice(0, 4) !== seoulDigits(receipt.issuedAt).slice(0, 4);
}

function aYearLater(digits: string): string {
  return `${Number(digits.slice(0, 4)) + 1}${digits.slice(4)}`;
}

/** The card of a payment in the window whose buyer chooses none; NICE's own sandbox knows one company only, too. */
export const windowCard = { niceCode: '04', number: '536112******1234' } as const;

/** The card of a payment in the window of either API, refused in its own words. */
export function cardOfWindow(payment: WindowPayment, refusal: CardChoiceRules['refusal']): ApprovedCard {
  const usual = creditCard(windowCard.number, cardCompanyOf(windowCard.niceCode).code);
  return chosenCard(payment, usual, { codes: niceCodes, refusal });
}
