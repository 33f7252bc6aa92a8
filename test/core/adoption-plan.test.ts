import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AdoptingPayment, adoptedRows } from '../../src/core/reconciliation/adopted-rows.ts';
import { type AdoptionLine, planOfKnown, planOfUnknown } from '../../src/core/reconciliation/adoption-plan.ts';
import type { CancelHistoryEntry, Payment } from '../../src/core/records/payment.ts';
import type { Cancelled } from '../../src/port/cancel.ts';
import type { GatewayPayment } from '../../src/port/lookup.ts';
import { matchCancellations } from '../../src/rules/reconciliation/match-cancellations.ts';

const time = (second: number): Date => new Date(Date.UTC(2026, 0, 31, 0, 0, second));
const entry = (pg_tid: string, amount_minor: number, second = 1): CancelHistoryEntry => {
  const cancelled_at = time(second).getTime() / 1000;
  return { pg_tid, amount_minor, cancelled_at, reason: 'ours', receipt_url: null, cancellation_id: pg_tid };
};
const cancelled = (gatewayTid: string, amountMinor: bigint, second = 1): Cancelled => {
  return { gatewayTid, amountMinor, cancelledAt: time(second), receiptUrl: null };
};
const line = (amountMinor: bigint, type: AdoptionLine['type'] = 'cancellation', transactionId = 'T'): AdoptionLine => {
  return { type, transactionId, currency: 'KRW', amountMinor, at: time(5) };
};

function ours(history: readonly CancelHistoryEntry[] = [], more: Partial<Payment> = {}): Payment {
  const gone = history.reduce((all, { amount_minor }) => all + BigInt(amount_minor), 0n);
  return {
    ...{ imp_uid: 'imp_100000000001', currency: 'KRW', pay_method: 'card', status: gone > 0n ? 'cancelled' : 'paid' },
    ...{ amount_minor: 1100n, tax_free_minor: 0n, vat_minor: 100n, claims_order: true, receipt_url: null },
    ...{ cancelled_minor: gone, cancelled_tax_free_minor: 0n, cancelled_vat_minor: 0n },
    ...{ cancel_history: history, deposit_history: [], cancel_reason: null, cancelled_at: null },
    ...more,
  } as unknown as Payment;
}

function theirs(cancels: readonly Cancelled[] | null, more: Partial<GatewayPayment> = {}): GatewayPayment {
  const gone = (cancels ?? []).reduce((all, { amountMinor }) => all + amountMinor, 0n);
  return {
    ...{
      status: gone > 0n ? 'partially_cancelled' : 'paid',
      payMethod: 'card',
      amountMinor: 1100n,
      balanceMinor: 1100n - gone,
    },
    ...{
      gatewayTid: 'P',
      paidAt: time(0),
      approval: null,
      virtualAccount: null,
      barcode: null,
      depositorName: null,
      cancels,
    },
    ...more,
  } as GatewayPayment;
}

test('what is adopted of a payment is all that makes its balance the gateway’s, or nothing', () => {
  const told = (payment: Payment, found: GatewayPayment, lines: readonly AdoptionLine[] = []): string => {
    const plan = planOfKnown(payment, found, lines);
    if (plan.kind === 'refused') return `${plan.code} ${plan.about}`.trim();
    return plan.kind === 'lacking'
      ? `${plan.payment} ${plan.cancels.map(({ amountMinor }) => amountMinor)}`.trim()
      : plan.kind;
  };
  const both = [cancelled('A', 100n), cancelled('B', 200n)];
  assert.equal(told(ours(), theirs([])), 'already_here');
  assert.equal(told(ours([entry('A', 100)]), theirs(both)), 'false 200');
  assert.equal(told(ours([entry('', 100)]), theirs(both)), 'false 200', 'settled by a person who did not know the id');
  assert.equal(told(ours([], { status: 'ready' }), theirs([])), 'true');
  assert.equal(told(ours([], { status: 'ready' }), theirs(both)), 'true 100,200');
  assert.equal(told(ours([], { status: 'ready' }), theirs([], { status: 'waiting_for_deposit' })), 'already_here');
  assert.equal(told(ours([], { status: 'ready' }), theirs([], { paidAt: null })), 'not_told when it was paid');
  assert.equal(told(ours([], { status: 'failed' }), theirs([])), 'failed_here');
  assert.equal(told(ours(), theirs([], { status: 'expired' })), 'not_paid_there expired');
  assert.equal(told(ours(), theirs([], { amountMinor: 900n })), 'amount_differs 1100 / 900');
  assert.equal(told(ours([entry('A', 150)]), theirs(both)), 'contradiction A');
  assert.equal(told(ours([entry('C', 50)]), theirs(both)), 'contradiction C');
  assert.equal(told(ours(), theirs(both, { balanceMinor: 900n })), 'balance_differs 300 / 200');
  const balanceOnly = theirs(null, { balanceMinor: 800n });
  assert.equal(told(ours(), balanceOnly), 'lines_missing 300');
  assert.equal(told(ours(), balanceOnly, [line(100n)]), 'lines_differ 100 / 300');
  assert.equal(told(ours(), balanceOnly, [{ ...line(300n), currency: 'USD' }]), 'lines_missing 300');
  assert.equal(told(ours(), balanceOnly, [line(300n), line(1100n, 'payment')]), 'false 300');
  assert.equal(told(ours([entry('A', 200)]), balanceOnly, [line(100n)]), 'false 100', 'lines of one day are not all');
  assert.equal(told(ours([entry('A', 300)]), balanceOnly, [line(300n, 'cancellation', 'A')]), 'already_here');
  assert.equal(told(ours([entry('A', 400)]), balanceOnly), 'lines_differ 400 / 300');
});

test('a payment that our book does not have is adopted with what was given back of it, if it is the one that was named', () => {
  const paid = line(1100n, 'payment', 'P');
  const found = theirs([cancelled('A', 100n)]);
  assert.deepEqual(planOfUnknown(paid, found, [paid]), { kind: 'lacking', payment: true, cancels: found.cancels });
  assert.equal(planOfUnknown({ ...paid, amountMinor: 1000n }, found, []).kind, 'refused');
  assert.equal(planOfUnknown(paid, { ...found, status: 'failed' }, []).kind, 'refused');
});

test('adopted cancellations divide a payment as our own do, the last one taking all that is left', () => {
  let ids = 0;
  const more = { reason: 'restored', now: time(30), newId: () => `id-${++ids}` };
  const payment: AdoptingPayment = ours([entry('B', 100, 20)], {
    tax_free_minor: 110n,
    vat_minor: 90n,
    cancelled_vat_minor: 9n,
  });
  const found = theirs([cancelled('C', 670n, 25), cancelled('A', 330n, 10)]);
  const { columns, operations } = adoptedRows(payment, { payment: false, cancels: found.cancels ?? [] }, found, more);
  assert.deepEqual(
    operations.map((each) => [
      each.gateway_tid,
      each.tax_free_minor,
      each.vat_minor,
      each.balance_before_minor,
      each.event,
    ]),
    [
      ['A', 0n, 30n, 1000n, 'cancelled'],
      ['C', 110n, 51n, 670n, 'cancelled'],
    ],
  );
  assert.deepEqual(operations[1]?.earlier_tids, ['B', 'A']);
  assert.deepEqual(
    [columns.cancelled_minor, columns.cancelled_tax_free_minor, columns.cancelled_vat_minor, columns.claims_order],
    [1100n, 110n, 90n, false],
  );
  assert.deepEqual(
    columns.cancel_history.map(({ pg_tid }) => pg_tid),
    ['A', 'B', 'C'],
  );
  assert.deepEqual([columns.cancelled_at, columns.cancel_reason, columns.status], [time(25), 'restored', 'cancelled']);
});

test('cancellations to which the gateway gives one id are told apart by their amounts', () => {
  const each = (amount: number) => ({ pg_tid: 'same', amount });
  const { unequal, onlyHere, onlyThere } = matchCancellations(
    [each(500), each(300)],
    [each(300), each(500), each(200)],
  );
  assert.deepEqual([unequal, onlyHere, onlyThere], [[], [], [each(200)]]);
});
