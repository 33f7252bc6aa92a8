import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BookedAnswer, LookupAnswer } from '../../src/api/views/reconciliation.ts';
import { readSettlement } from '../../src/cli/reconcile/settlement-file.ts';
import { comparePayment } from '../../src/rules/reconciliation/compare-payment.ts';
import { compareTransactions } from '../../src/rules/reconciliation/compare-transactions.ts';

const day = { from: 1_000, until: 2_000 };
const payment: BookedAnswer = {
  imp_uid: 'imp_1',
  merchant_uid: 'order-1',
  pg_id: 'mid',
  pg_tid: 'T1',
  pay_method: 'card',
  currency: 'KRW',
  state: 'partially_cancelled',
  amount: 1000,
  cancelled: 300,
  paid_at: 1_100,
  cancellations: [{ pg_tid: 'C1', amount: 300, cancelled_at: 1_200 }],
  open: [],
  gateway: null,
};
const lookup: LookupAnswer = {
  answer: 'found',
  why: null,
  state: 'partially_cancelled',
  amount: 1000,
  balance: 700,
  pg_tid: 'T1',
  paid_at: 1_100,
  cancellations: [{ pg_tid: 'C1', amount: 300, cancelled_at: 1_200 }],
};
const theirs = { order_id: 'imp_1', currency: 'KRW' } as const;
const paidThere = { ...theirs, type: 'payment', transaction_id: 'T1', amount: 1000, at: 1_100 } as const;
const cancelledThere = { ...theirs, type: 'cancellation', transaction_id: 'C1', amount: 300, at: 1_200 } as const;
const kinds = (found: readonly { kind: string; type: string }[]) => found.map(({ kind, type }) => `${kind} ${type}`);

test('a payment that the lookup tells alike has no difference', () => {
  assert.deepEqual(comparePayment({ ...payment, gateway: lookup }), []);
});

test('a cancellation that a person settled without the id of the gateway is found by its amount', () => {
  const settled = { ...payment, cancellations: [{ pg_tid: 'T1', amount: 300, cancelled_at: 1_900 }] };
  assert.deepEqual(comparePayment({ ...settled, gateway: lookup }), []);
  assert.deepEqual(compareTransactions([settled], [paidThere, cancelledThere], day), []);
});

test('a gateway that tells its balance only is compared by what is left', () => {
  const gateway = { ...lookup, cancellations: null };
  assert.deepEqual(comparePayment({ ...payment, gateway }), []);
  const [difference] = comparePayment({ ...payment, gateway: { ...gateway, balance: 600 } });
  assert.deepEqual(
    [difference?.kind, difference?.here, difference?.there],
    ['amount', { en: '700 left', ko: '잔액 700' }, { en: '600 left', ko: '잔액 600' }],
  );
});

test('a cancellation of another amount, one more and one less are three differences', () => {
  const cancellations = [
    { pg_tid: 'C1', amount: 200, cancelled_at: 1_200 },
    { pg_tid: 'C2', amount: 50, cancelled_at: 1_300 },
  ];
  const ours = [...payment.cancellations, { pg_tid: 'C3', amount: 10, cancelled_at: 1_400 }];
  const found = comparePayment({ ...payment, cancellations: ours, gateway: { ...lookup, cancellations } });
  assert.deepEqual(kinds(found), ['amount cancellation', 'only_here cancellation', 'only_there cancellation']);
});

test('a payment that failed here and never reached the gateway is no difference, a paid one is', () => {
  const gateway = { ...lookup, answer: 'not_found', state: null, amount: null } as const;
  assert.deepEqual(comparePayment({ ...payment, state: 'failed', gateway }), []);
  assert.deepEqual(kinds(comparePayment({ ...payment, gateway })), ['only_here payment']);
});

test('a deposit that the gateway has and we do not is a difference of states', () => {
  const waiting = { ...payment, state: 'waiting_for_deposit', cancelled: 0, cancellations: [], paid_at: 0 } as const;
  const gateway = { ...lookup, state: 'paid', balance: 1000, cancellations: [] } as const;
  assert.deepEqual(kinds(comparePayment({ ...waiting, gateway })), ['state payment']);
  assert.deepEqual(comparePayment({ ...waiting, gateway: { ...gateway, state: 'expired' } }), []);
});

test('what both books have on different days is told as that, and lines of other days are left aside', () => {
  const late = { ...payment, cancellations: [{ pg_tid: 'C1', amount: 300, cancelled_at: 2_100 }] };
  assert.deepEqual(kinds(compareTransactions([late], [paidThere, cancelledThere], day)), ['at cancellation']);
  const other = { ...cancelledThere, transaction_id: 'C9', at: 2_500 };
  assert.deepEqual(compareTransactions([payment], [paidThere, cancelledThere, other], day), []);
});

test('one line of ours answers for one line of theirs only', () => {
  const twice = compareTransactions([payment], [paidThere, cancelledThere, cancelledThere], day);
  assert.deepEqual(kinds(twice), ['only_there cancellation']);
});

test('a settlement file is read with its line numbers, minus signs, other columns and times of Seoul', () => {
  const text = 'fee,type,transaction_id,order_id,amount,at\n1,cancellation,C1,o1,-300,2026-01-31 09:00:00\n';
  const read = readSettlement(text);
  assert.ok(read.ok);
  assert.deepEqual(read.transactions, [
    { type: 'cancellation', transaction_id: 'C1', order_id: 'o1', currency: 'KRW', amount: 300, at: 1_769_817_600 },
  ]);
  const bad = readSettlement(`${text}\n1,payment,"a\r\nb",o1,-5,2026-01-31T09:00:00\r\n1,payment,,,5,now\n`);
  assert.ok(!bad.ok);
  assert.deepEqual(
    bad.problems.map(({ line }) => line),
    [4, 6],
  );
});
