import { h, pairs } from '../element.ts';
import { jsonView } from './controls.ts';
import type { Book, Look, Payment } from './shop-api.ts';
import type { Words } from './words.ts';

export type Money = (amount: number, currency: string) => string;

/** Can any of it be cancelled, and how much? In the smallest decimals that the numbers have. */
export function balanceOf({ amount, cancel_amount: cancelled }: Payment): number {
  return Math.round((amount - cancelled) * 1_000) / 1_000;
}

export function isIssued({ status, vbank_num: number }: Payment): boolean {
  return status === 'ready' && Boolean(number);
}

/** A window that has issued a key and charged nothing: then the gateway's book has no transaction, whatever amount it was asked to show. */
export function isKeyOnly({ payment, book }: Look): boolean {
  return payment.status === 'paid' && payment.customer_uid !== null && book !== null && book.transactions.length === 0;
}

export function verifyView(look: Look, words: Words, money: Money, time: (seconds: number) => string) {
  const { order, payment } = look;
  const amount = money(payment.amount, payment.currency);
  const isPaid = payment.status === 'paid' || payment.status === 'cancelled';
  return [
    pairs(
      'facts',
      ['imp_uid', h('code', {}, payment.imp_uid)],
      ['merchant_uid', h('code', {}, payment.merchant_uid)],
      [words.status, statusOf(payment, words)],
      [words.reason, payment.fail_reason],
      [words.ordered, order && money(order.amount, order.currency || payment.currency)],
      [isPaid ? words.paid : words.due, payment.status === 'failed' || isKeyOnly(look) ? null : amount],
      [words.account, payment.vbank_num && accountOf(payment)],
      [words.until, payment.vbank_num && payment.vbank_date ? time(payment.vbank_date) : null],
      [words.cancelled, payment.cancel_amount > 0 && money(payment.cancel_amount, payment.currency)],
    ),
    comparison(look, words),
    h('details', { class: 'whole' }, h('summary', {}, words.whole), jsonView(words.whole, payment)),
  ];
}

function accountOf({ vbank_name: bank, vbank_num: number, vbank_holder: holder }: Payment): string {
  return [bank, number, holder].filter(Boolean).join(' ');
}

function statusOf(payment: Payment, { statuses }: Words): string {
  switch (payment.status) {
    case 'ready':
      return isIssued(payment) ? statuses.ready : statuses.open;
    case 'cancelled':
      return balanceOf(payment) > 0 ? statuses.partly : statuses.cancelled;
    default:
      return statuses[payment.status];
  }
}

function comparison(look: Look, words: Words): HTMLParagraphElement {
  const { order, payment } = look;
  const says = (mood: string, sentence: string) => h('p', { class: `verdict ${mood}` }, sentence);
  if (payment.status === 'failed' || (payment.status === 'ready' && !isIssued(payment)))
    return says('bad', words.notPaid);
  if (isKeyOnly(look)) return says('good', `${words.keyOnly} ${payment.customer_uid}`);
  if (!order) return says('', words.noOrder);
  if (order.amount === payment.amount && (order.currency ?? payment.currency) === payment.currency) {
    return says('good', words.agrees);
  }
  return says('bad', words.differs);
}

export function bookView(book: Book | null, payment: Payment, words: Words, money: Money) {
  const [transaction] = book ? book.transactions : [];
  const keys = book ? book.billing_keys : [];
  if (!transaction) {
    return [
      h('p', {}, words.bookAsk),
      keys.length > 0
        ? pairs('facts', [words.bookKey, keys[0]?.card_number || payment.customer_uid])
        : h('p', {}, words.bookEmpty),
    ];
  }
  const isSame = transaction.amount === payment.amount && transaction.cancelled_amount === payment.cancel_amount;
  return [
    h('p', {}, words.bookAsk),
    pairs(
      'facts',
      [words.bookAmount, money(transaction.amount, payment.currency)],
      [words.bookCancelled, money(transaction.cancelled_amount, payment.currency)],
      [words.bookCancels, String(transaction.cancels.length)],
      [words.status, h('code', {}, transaction.status)],
    ),
    h('p', { class: `verdict ${isSame ? 'good' : 'bad'}` }, isSame ? words.bookAgrees : words.bookDiffers),
  ];
}
