import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readAmount } from '../../src/platform/money/currency.ts';
import type { ApiClient } from './api-client.ts';

/** A number that no other order of the run has. */
export function newOrder(prefix = 'order'): string {
  return `${prefix}-${randomBytes(8).toString('hex')}`;
}

export const goodCard = Object.freeze({
  card_number: '5570-4200-0000-7221',
  expiry: '2039-12',
  birth: '900101',
  pwd_2digit: '12',
});

/** Pays by card number and gives the `imp_uid`. */
export async function payByCard(client: ApiClient, amount = 1000, more: object = {}): Promise<string> {
  const paid = await client.post('/subscribe/payments/onetime', {
    merchant_uid: newOrder(),
    amount,
    ...goodCard,
    ...more,
  });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}

/**
 * So many payments, to be cancelled. A few at a time: all at once, some would outlast the short limits that tests give a gateway, on
 * a machine that is busy with other tests.
 */
export async function payManyByCard(client: ApiClient, count: number, amount = 1000): Promise<string[]> {
  const impUids: string[] = [];
  while (impUids.length < count) {
    const lanes = Math.min(4, count - impUids.length);
    impUids.push(...(await Promise.all(Array.from({ length: lanes }, () => payByCard(client, amount)))));
  }
  return impUids;
}

export async function issueVbank(client: ApiClient, amount = 1000, more: object = {}): Promise<string> {
  const issued = await client.post('/vbanks', {
    merchant_uid: newOrder(),
    amount,
    vbank_code: '004',
    vbank_due: Math.floor(Date.now() / 1000) + 86_400,
    vbank_holder: '홍길동',
    ...more,
  });
  assert.equal(issued.code, 0, issued.text);
  return issued.response.imp_uid;
}

export async function depositedVbank(client: ApiClient, amount = 1000): Promise<string> {
  const impUid = await issueVbank(client, amount);
  const deposited = await client.post(`/sandbox/vbanks/${impUid}/deposit`);
  assert.equal(deposited.code, 0, deposited.text);
  return impUid;
}

export async function issueBarcode(client: ApiClient, amount = 1000, more: object = {}): Promise<string> {
  const issued = await client.post('/cvs', { merchant_uid: newOrder(), amount, ...more });
  assert.equal(issued.code, 0, issued.text);
  return issued.response.imp_uid;
}

export const refundAccount = Object.freeze({
  refund_holder: '홍길동',
  refund_bank: '004',
  refund_account: '123-456-789012',
});

export interface BookEntry {
  readonly amount: number;
  readonly cancelled_amount: number;
  readonly status: string;
  readonly cancels: readonly { readonly id: string; readonly amount: number }[];
}

/** What the gateway's own book says of a payment. */
export async function bookOf(client: ApiClient, impUid: string, provider = 'tosspayments'): Promise<BookEntry> {
  const book = await client.get(`/sandbox/books/${provider}?imp_uid=${impUid}`);
  assert.equal(book.code, 0, book.text);
  assert.equal(book.response.transactions.length, 1, `the book of ${provider} has ${impUid} once`);
  return book.response.transactions[0];
}

/** The promise itself: the gateway's book and ours say the same, and neither has given back more than was paid. */
export async function assertBooksAgree(client: ApiClient, impUid: string): Promise<void> {
  const payment = (await client.get(`/payments/${impUid}`)).response;
  const book = await bookOf(client, impUid, payment.pg_provider);
  const history: readonly { amount: number; pg_tid: string }[] = payment.cancel_history;
  const minorOf = (amount: number) => {
    const reading = readAmount(amount, payment.currency);
    return reading.ok ? reading.minor : assert.fail(`${amount} is no amount of ${payment.currency}`);
  };
  assert.equal(
    history.reduce((sum, entry) => sum + minorOf(entry.amount), 0n),
    minorOf(payment.cancel_amount),
    'our history adds up to our book',
  );
  assert.ok(payment.cancel_amount <= payment.amount, 'never more than was paid');
  assert.equal(book.cancelled_amount, payment.cancel_amount, 'the two books agree on what was cancelled');
  assert.deepEqual(
    history.map((entry) => [entry.pg_tid, entry.amount]),
    payment.pay_method === 'vbank' && payment.status === 'failed'
      ? []
      : book.cancels.map((entry) => [entry.id, entry.amount]),
    'each cancellation stands in both books, once and in the same order',
  );
}
