import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { revocableKinds, revokeIssued } from '../../src/core/cancellation/revoke-issued.ts';
import { resolveDoubt } from '../../src/core/doubts/resolve-doubt.ts';
import type { EndingOutcome } from '../../src/core/operations/ending.ts';
import { newOperationId } from '../../src/core/operations/identifier.ts';
import { applyDeposit, reverseDeposit } from '../../src/core/payments/deposits.ts';
import type { NewPayment } from '../../src/core/payments/insert-payment.ts';
import { type MakePayment, makePayment } from '../../src/core/payments/make-payment.ts';
import { issueReceipt, revokeReceipt } from '../../src/core/receipts/receipts.ts';
import type { Operation } from '../../src/core/records/operation.ts';
import type { Payment } from '../../src/core/records/payment.ts';
import { paymentOf } from '../../src/core/records/subject.ts';
import type { Services } from '../../src/core/services.ts';
import { Refusal } from '../../src/platform/errors/refusal.ts';
import type { PayMethodCapabilities } from '../../src/port/capabilities.ts';
import type { RequestOf } from '../../src/port/operations.ts';
import { type Core, results, startCore } from '../kit/core.ts';
import { newOrder } from '../kit/orders.ts';
import { until } from './observations.ts';

let core: Core;
before(async () => {
  core = await startCore({ turnWaitMs: 0 });
});
beforeEach(() => core.gateway.forget());
after(() => core.close());

const refusedAs = (errorCode: string) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.errorCode, errorCode);
  return true;
};

const caller = () => ({
  merchantId: core.channel.merchantId,
  idempotencyId: null,
  deadline: core.services.requestDeadline(),
});

function setCapabilities(payMethod: 'card' | 'trans' | 'vbank', more: Partial<PayMethodCapabilities>): void {
  const before = core.gateway.capabilities.payMethods[payMethod];
  assert.ok(before);
  core.gateway.capabilities.payMethods[payMethod] = { ...before, ...more };
}

/** The gateway only accepts cancellations until the test ends. */
function acceptsCancels(shown: 'at once' | 'at the end'): void {
  if (shown === 'at the end') setCapabilities('card', { acceptedRefund: 'pending' });
  core.gateway.operations.cancel.send = async ({ now }, request) => ({
    kind: 'accepted',
    result: results.cancel(request, now),
  });
}

const no: EndingOutcome = { kind: 'refused', code: 'NO', message: '한도 초과', category: 'other' };
const yes = (amountMinor: bigint, more: object = {}): EndingOutcome<'cancel'> => ({
  kind: 'confirmed',
  result: { gatewayTid: `late-${newOrder()}`, amountMinor, cancelledAt: new Date(), receiptUrl: null, ...more },
});

/** Writes down what became of an operation, past every gateway; `undefined` if it was not open for that. */
function settle(
  operation: Operation,
  payment: Payment,
  outcome: EndingOutcome,
  more: { readonly followUpId?: string; readonly isShownAtOnce?: boolean; readonly announcedAlways?: boolean } = {},
): Promise<Payment | undefined> {
  const now = new Date();
  const settled = core.services.settle({
    merchantId: operation.merchant_id,
    operationId: operation.id,
    turnRowId: payment.id,
    kind: operation.kind,
    outcome,
    sentAt: outcome.kind === 'never_sent' ? null : now,
    endedAt: now,
    by: 'test',
    why: 'by the test',
    followUpId: more.followUpId ?? null,
    isShownAtOnce: more.isShownAtOnce ?? false,
    announcedAlways: more.announcedAlways ?? false,
  });
  // Only payments are settled here.
  return settled as Promise<Payment | undefined>;
}

async function reserved(payment: Payment, plan: object = {}): Promise<Operation> {
  const operation = await core.reserve(payment, plan);
  assert.ok(operation);
  return operation;
}

const amountsOf = (payment: Payment): readonly bigint[] => [
  payment.cancelled_minor,
  payment.cancelled_tax_free_minor,
  payment.cancelled_vat_minor,
  payment.reserved_minor,
  payment.reserved_tax_free_minor,
  payment.reserved_vat_minor,
];

const plan = { amountMinor: 400n, taxFreeMinor: 100n, vatMinor: 20n };

test('a refusal, and what was never sent, free amount, tax-free part, VAT and turn, and change nothing else', async () => {
  for (const outcome of [no, { kind: 'never_sent', why: 'no connection' } as const]) {
    const payment = await core.pay();
    const operation = await reserved(payment, plan);
    const settled = await settle(operation, payment, outcome);
    assert.ok(settled);
    const after = await core.read(payment);
    assert.deepEqual({ ...after, updated_at: null }, { ...payment, updated_at: null });
    const row = await core.operation(operation.id);
    assert.equal(row.state, outcome.kind === 'refused' ? 'refused' : 'unsent');
    assert.ok(row.ended_at);
    assert.equal(row.sent_at === null, outcome.kind === 'never_sent');
    assert.deepEqual(
      [row.gateway_code, row.gateway_message, row.gateway_category],
      outcome.kind === 'refused' ? ['NO', '한도 초과', 'other'] : [null, null, null],
    );
    assert.deepEqual((await core.announced(payment)).slice(1), []);
  }
});

test('a confirmation moves amount, tax-free part and VAT into the book, and gives the turn back', async () => {
  const payment = await core.pay();
  const operation = await reserved(payment, { ...plan, details: { enable_webhook: true } });
  await settle(operation, payment, yes(400n, { receiptUrl: 'https://gateway.test/r' }));
  const after = await core.read(payment);
  assert.deepEqual(amountsOf(after), [400n, 100n, 20n, 0n, 0n, 0n]);
  const row = await core.operation(operation.id);
  assert.deepEqual([after.status, after.turn_of, after.cancel_reason], ['cancelled', null, 'test']);
  assert.ok(after.cancelled_at);
  assert.deepEqual(after.cancel_history, [
    {
      pg_tid: row.gateway_tid,
      amount_minor: 400,
      cancelled_at: Math.floor(after.cancelled_at.getTime() / 1000),
      reason: 'test',
      receipt_url: 'https://gateway.test/r',
      cancellation_id: operation.id,
    },
  ]);
  assert.deepEqual((await core.announced(payment)).slice(1), [['cancelled', 'cancelled', operation.id]]);
});

test('an operation that has ended can not be ended again, in any way', async () => {
  for (const first of [no, yes(400n), { kind: 'never_sent', why: 'no connection' } as const]) {
    for (const second of [no, yes(400n), { kind: 'never_sent', why: 'no connection' } as const]) {
      const payment = await core.pay();
      const operation = await reserved(payment, plan);
      assert.ok(await settle(operation, payment, first));
      const [book, row] = [await core.read(payment), await core.operation(operation.id)];
      assert.equal(await settle(operation, payment, second), undefined, `${first.kind}, then ${second.kind}`);
      assert.deepEqual(await core.read(payment), book);
      assert.deepEqual(await core.operation(operation.id), row);
    }
  }
});

test('an operation is settled by its own kind, for its own merchant, and by nothing else', async () => {
  const payment = await core.pay();
  const operation = await reserved(payment, plan);
  assert.equal(await settle({ ...operation, kind: 'revoke_vbank' }, payment, no), undefined);
  assert.equal(await settle({ ...operation, merchant_id: operation.merchant_id + 1_000n }, payment, no), undefined);
  assert.equal((await core.operation(operation.id)).state, 'requested');
  assert.ok(await settle(operation, payment, no));
});

test('settlements of one statement are each their own: what they end is not mixed up', async () => {
  const payments = await Promise.all([1, 2, 3, 4].map(() => core.pay()));
  const operations = await Promise.all(payments.map((payment) => reserved(payment, plan)));
  const settled = await Promise.all(
    payments.map((payment, index) => settle(operations[index] as Operation, payment, index % 2 ? no : yes(400n))),
  );
  for (const [index, payment] of payments.entries()) {
    assert.equal(settled[index]?.id, payment.id);
    assert.equal((await core.read(payment)).cancelled_minor, index % 2 ? 0n : 400n);
  }
});

for (const shown of ['at once', 'at the end'] as const) {
  test(`shown ${shown}, an accepted refund does not end inside another’s turn, nor takes the turn away from it`, async () => {
    acceptsCancels(shown);
    const payment = await core.pay();
    const accepted = await core.operation((await core.cancel(payment, { amount: 400 })).operationId);
    assert.deepEqual([accepted.state, accepted.shown_at_once], ['accepted', shown === 'at once']);
    const other = await reserved(payment, { amountMinor: 100n });
    const during = await core.read(payment);
    for (const outcome of [yes(400n), no]) {
      assert.equal(await settle(accepted, payment, outcome), undefined);
      assert.deepEqual(await core.read(payment), during);
    }
    assert.equal((await core.read(payment)).turn_of, other.id);
    assert.ok(await settle(other, payment, yes(100n)));
    const ended = await settle(accepted, payment, yes(400n));
    assert.ok(ended);
    assert.deepEqual([ended.cancelled_minor, ended.reserved_minor, ended.turn_of], [500n, 0n, null]);
  });

  test(`shown ${shown}, an accepted refund moves amount, tax-free part and VAT once, and back if it fails`, async () => {
    for (const outcome of [yes(400n), no]) {
      acceptsCancels(shown);
      const payment = await core.pay();
      const report = await core.cancel(payment, { amount: 400, taxFree: 100, vatAmount: 20 });
      const between = await core.read(payment);
      assert.deepEqual(
        amountsOf(between),
        shown === 'at once' ? [400n, 100n, 20n, 0n, 0n, 0n] : [0n, 0n, 0n, 400n, 100n, 20n],
      );
      assert.equal(between.status, shown === 'at once' ? 'cancelled' : 'paid');
      assert.deepEqual((await core.announced(payment)).slice(1), []);
      const row = await core.operation(report.operationId);
      assert.deepEqual([row.ended_at, row.accepted_at !== null, row.sent_at !== null], [null, true, true]);
      await settle(row, payment, outcome);
      const after = await core.read(payment);
      assert.deepEqual(
        amountsOf(after),
        outcome.kind === 'confirmed' ? [400n, 100n, 20n, 0n, 0n, 0n] : [0n, 0n, 0n, 0n, 0n, 0n],
      );
      assert.equal(after.status, outcome.kind === 'confirmed' ? 'cancelled' : 'paid');
      assert.equal(after.cancel_history.length, outcome.kind === 'confirmed' ? 1 : 0);
      assert.equal(after.cancelled_at === null, outcome.kind !== 'confirmed');
      assert.deepEqual((await core.announced(payment)).slice(1), [
        [
          outcome.kind === 'confirmed' ? 'cancelled' : 'cancellation_failed',
          outcome.kind === 'confirmed' ? 'cancelled' : 'paid',
          report.operationId,
        ],
      ]);
      const ended = await core.operation(report.operationId);
      assert.deepEqual([ended.accepted_at, ended.shown_at_once], [row.accepted_at, row.shown_at_once]);
      assert.ok(ended.ended_at);
    }
  });
}

test('a turn that somebody takes in the very moment in which an accepted refund ends stays theirs', async () => {
  acceptsCancels('at once');
  const payment = await core.pay();
  const accepted = await core.operation((await core.cancel(payment, { amount: 400 })).operationId);
  const settling = await core.database.withTransaction(async (client) => {
    // As a reservation that is about to be committed.
    await client.query('update payments set turn_of = $2 where merchant_id = $3 and id = $1', [
      payment.id,
      'another',
      payment.merchant_id,
    ]);
    const ending = settle(accepted, payment, yes(400n));
    await until('the settlement waits for the row', async () => {
      const waiting = await core.database.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    return { ending };
  });
  assert.ok(await settling.ending);
  const { turn_of, cancelled_minor } = await core.read(payment);
  assert.deepEqual([turn_of, cancelled_minor], ['another', 400n]);
});

test('accepted a second time, a refund stays where it is', async () => {
  acceptsCancels('at once');
  const payment = await core.pay();
  const report = await core.cancel(payment, { amount: 400 });
  const [book, row] = [await core.read(payment), await core.operation(report.operationId)];
  const again: EndingOutcome = {
    kind: 'accepted',
    result: { gatewayTid: 'x', amountMinor: 400n, cancelledAt: new Date(), receiptUrl: null },
  };
  assert.equal(await settle(row, payment, again, { isShownAtOnce: true }), undefined);
  assert.deepEqual(await core.read(payment), book);
  assert.deepEqual(await core.operation(report.operationId), row);
});

test('an accepted refund is recovery’s to ask about from then on, whatever lease its request had', async () => {
  acceptsCancels('at once');
  const payment = await core.pay();
  const { operationId } = await core.cancel(payment);
  const { lease_until, next_inquiry_at } = await core.operation(operationId);
  assert.ok(lease_until <= core.services.leases.now());
  assert.ok(next_inquiry_at <= core.services.leases.now());
});

test('of two refunds of one payment that end at once, in one statement or in two, each is booked', async () => {
  acceptsCancels('at the end');
  const payment = await core.pay();
  const [one, two] = [await core.cancel(payment, { amount: 300 }), await core.cancel(payment, { amount: 200 })];
  const rows = await Promise.all([one, two].map(({ operationId }) => core.operation(operationId)));
  const ended = await Promise.all(rows.map((row) => settle(row, payment, yes(row.amount_minor))));
  assert.equal(ended.filter(Boolean).length, 2);
  const after = await core.read(payment);
  assert.deepEqual([after.cancelled_minor, after.reserved_minor, after.cancel_history.length], [500n, 0n, 2]);
});

test('a refund that fails late leaves the other entries, the time and the reason of the one before it', async () => {
  const payment = await core.pay();
  await core.cancel(payment, { amount: 100, reason: '첫째' });
  const atFirst = await core.read(payment);
  acceptsCancels('at once');
  const { operationId } = await core.cancel(payment, { amount: 200, reason: '둘째' });
  const second = await core.read(payment);
  assert.deepEqual([second.cancel_reason, second.cancel_history.length], ['둘째', 2]);
  await settle(await core.operation(operationId), payment, no);
  const after = await core.read(payment);
  assert.deepEqual(
    [after.status, after.cancel_reason, after.cancel_history, after.cancelled_minor],
    ['cancelled', '첫째', atFirst.cancel_history, 100n],
  );
  assert.equal(
    Math.floor((after.cancelled_at?.getTime() ?? 0) / 1000),
    Math.floor((atFirst.cancelled_at?.getTime() ?? 0) / 1000),
  );
});

test('the end of a refund that was shown takes the gateway’s final id into its own entry only', async () => {
  const payment = await core.pay();
  await core.cancel(payment, { amount: 100 });
  const [first] = (await core.read(payment)).cancel_history;
  acceptsCancels('at once');
  const { operationId } = await core.cancel(payment, { amount: 200 });
  const end = yes(200n, { gatewayTid: 'final', receiptUrl: 'https://gateway.test/final' });
  await settle(await core.operation(operationId), payment, end);
  const { cancel_history } = await core.read(payment);
  assert.deepEqual(cancel_history[0], first);
  assert.deepEqual(
    [cancel_history[1]?.pg_tid, cancel_history[1]?.receipt_url, cancel_history[1]?.cancellation_id],
    ['final', 'https://gateway.test/final', operationId],
  );
});

test('what ends without moving anything leaves the time, the reason and the history of the last cancellation', async () => {
  const payment = await core.pay();
  await core.cancel(payment, { amount: 100, reason: '첫째' });
  const atFirst = await core.read(payment);
  await settle(await reserved(payment, { amountMinor: 50n }), payment, no);
  assert.deepEqual({ ...(await core.read(payment)), updated_at: null }, { ...atFirst, updated_at: null });
  acceptsCancels('at once');
  const { operationId } = await core.cancel(payment, { amount: 200, reason: '둘째' });
  const shown = await core.read(payment);
  const late = yes(200n, { cancelledAt: new Date(Date.now() + 86_400_000) });
  await settle(await core.operation(operationId), payment, late);
  const ended = await core.read(payment);
  assert.deepEqual(
    [ended.status, ended.cancelled_at, ended.cancel_reason, ended.cancel_history.length, ended.cancelled_minor],
    ['cancelled', shown.cancelled_at, '둘째', 2, 300n],
  );
});

test('asked for again while all of it is on its way, the caller is told which refund that is', async () => {
  for (const [shown, errorCode] of [
    ['at once', 'already_cancelled'],
    ['at the end', 'cancellation_on_its_way'],
  ] as const) {
    core.gateway.forget();
    acceptsCancels(shown);
    const payment = await core.pay();
    await core.cancel(payment, { amount: 100 });
    const last = await core.cancel(payment);
    await assert.rejects(core.cancel(payment), (error: unknown) => {
      assert.ok(refusedAs(errorCode)(error));
      assert.deepEqual((error as Refusal).operation, { id: last.operationId, state: 'accepted' });
      return true;
    });
  }
  core.gateway.forget();
  const done = await core.pay();
  await core.cancel(done);
  await assert.rejects(core.cancel(done), (error: unknown) => {
    assert.ok(refusedAs('already_cancelled')(error));
    assert.equal((error as Refusal).operation, null, 'it has ended');
    return true;
  });
});

test('a webhook tells of a cancellation only if it was asked for, ended by a person, or ended late', async () => {
  for (const [details, announcedAlways, isTold] of [
    [{}, false, false],
    [{ enable_webhook: false }, false, false],
    [{ enable_webhook: true }, false, true],
    [{}, true, true],
  ] as const) {
    const payment = await core.pay();
    const operation = await reserved(payment, { ...plan, details });
    await settle(operation, payment, yes(400n), { announcedAlways });
    const told = (await core.announced(payment)).slice(1);
    assert.deepEqual(told, isTold ? [['cancelled', 'cancelled', operation.id]] : []);
    const refused = await reserved(payment, { amountMinor: 100n, details });
    await settle(refused, payment, no, { announcedAlways });
    assert.equal((await core.announced(payment)).length, told.length + 1, 'a refusal is told to who asked');
  }
});

// The order of a payment.

const madeByApi = (more: Partial<NewPayment> = {}): Partial<NewPayment> => ({
  claims_order: true,
  channel: 'api',
  ...more,
});

function makeVbank(values: Partial<NewPayment> = {}): MakePayment {
  return {
    kind: 'issue_vbank',
    channel: core.channel,
    values: {
      merchant_uid: newOrder(),
      pay_method: 'vbank',
      channel: 'api',
      currency: 'KRW',
      amount_minor: 1000n,
      tax_free_minor: 0n,
      vat_minor: 91n,
      vbank_code: '004',
      vbank_due_at: new Date(Date.now() + 86_400_000),
      vbank_holder: '홍길동',
      started_at: new Date(),
      ...values,
    },
    details: {},
    secrets: {},
    card: null,
    deadline: core.services.requestDeadline(),
  };
}

function makeApproval(values: Partial<NewPayment> = {}): MakePayment {
  return {
    ...makeVbank({ pay_method: 'card', claims_order: true, vbank_code: null, vbank_due_at: null, ...values }),
    kind: 'approve',
    card: {
      number: '5570420000007221',
      expiryYear: '39',
      expiryMonth: '12',
      birthOrBusinessNumber: null,
      passwordFirstTwo: null,
      cvc: null,
    },
  };
}

test('an order that is paid can not be paid again, whoever paid it, and nothing is sent', async () => {
  const [byApi, inWindow, partly] = [await core.pay(madeByApi()), await core.pay(), await core.pay()];
  await core.cancel(partly, { amount: 100 });
  core.gateway.sent.length = 0;
  for (const { merchant_uid } of [byApi, inWindow, partly]) {
    await assert.rejects(
      makePayment(core.services, makeApproval({ merchant_uid })),
      refusedAs('order_already_paid'),
      merchant_uid,
    );
  }
  assert.deepEqual(core.gateway.sent, []);
});

test('an order is free again after a refusal, a failed payment, or when all of it was given back', async () => {
  const failed = await core.pay({ status: 'failed', paid_at: null });
  const waiting = await core.pay({ status: 'ready', paid_at: null });
  const returned = await core.pay(madeByApi());
  await core.cancel(returned);
  const refused = newOrder();
  core.gateway.operations.approve.send = async () => no as never;
  assert.equal((await makePayment(core.services, makeApproval({ merchant_uid: refused }))).state, 'refused');
  core.gateway.forget();
  for (const merchant_uid of [failed.merchant_uid, waiting.merchant_uid, returned.merchant_uid, refused]) {
    const made = await makePayment(core.services, makeApproval({ merchant_uid }));
    assert.equal(made.state, 'confirmed', merchant_uid);
    assert.equal(paymentOf(made.subject).status, 'paid');
  }
});

test('while an order is being paid it can not be paid by another request, which is told of that order’s doubt', async () => {
  core.gateway.operations.approve.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.approve.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  for (const order of [newOrder(), newOrder()]) {
    core.gateway.sent.length = 0;
    const doubt = await makePayment(core.services, makeApproval({ merchant_uid: order }));
    assert.equal(doubt.state, 'in_doubt');
    await assert.rejects(makePayment(core.services, makeApproval({ merchant_uid: order })), (error: Refusal) => {
      refusedAs('order_already_paid')(error);
      assert.ok(error.message.includes(doubt.operationId), error.message);
      return true;
    });
    assert.equal(core.gateway.sent.length, 1);
  }
});

test('an order that is paid is taken whatever its cancellation waits for, which is no doubt about the order', async () => {
  const payment = await core.pay(madeByApi());
  core.gateway.operations.cancel.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.cancel.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  assert.equal((await core.cancel(payment)).state, 'in_doubt');
  const { merchant_uid } = payment;
  await assert.rejects(makePayment(core.services, makeApproval({ merchant_uid })), (error: Refusal) => {
    refusedAs('order_already_paid')(error);
    assert.equal(error.operation, null);
    return true;
  });
});

test('what the gateway can not make is refused before anything is begun', async () => {
  const { payMethods } = core.gateway.capabilities;
  const { card } = payMethods;
  assert.ok(card);
  payMethods.card = { ...card, operations: { ...card.operations, approve: 'unsupported' } };
  const make = makeApproval();
  await assert.rejects(makePayment(core.services, make), refusedAs('not_supported_by_gateway'));
  assert.deepEqual(core.gateway.sent, []);
  const orders = await core.database.query('select from payments where merchant_uid = $1', [make.values.merchant_uid]);
  assert.deepEqual(orders, []);
});

test('an order stays taken by a payment that is given back in part, or by a refund that may still fail', async () => {
  const payment = await core.pay(madeByApi());
  await core.cancel(payment, { amount: 400 });
  assert.equal((await core.read(payment)).claims_order, true);
  acceptsCancels('at once');
  const rest = await core.cancel(payment);
  assert.equal((await core.read(payment)).claims_order, true);
  await settle(await core.operation(rest.operationId), payment, yes(600n));
  assert.equal((await core.read(payment)).claims_order, false);
});

for (const outcome of [no, { kind: 'never_sent', why: 'no connection' } as const]) {
  test(`a payment that is not made (${outcome.kind}) is failed, says why, and has neither order nor turn`, async () => {
    for (const make of [makeApproval(), makeVbank({ claims_order: true })]) {
      const { send } = core.gateway.operations[make.kind];
      core.gateway.operations[make.kind].send = async () => outcome as never;
      const report = await makePayment(core.services, make);
      core.gateway.operations[make.kind].send = send as never;
      assert.equal(report.state, outcome.kind === 'refused' ? 'refused' : 'unsent');
      const payment = await core.read(paymentOf(report.subject));
      assert.deepEqual(
        [payment.status, payment.claims_order, payment.turn_of, payment.fail_reason],
        ['failed', false, null, outcome.kind === 'refused' ? '한도 초과' : 'no connection'],
      );
      assert.ok(payment.failed_at);
      assert.deepEqual(await core.announced(payment), []);
    }
  });
}

test('an approval asks for what the merchant pays for, and only for that', async () => {
  for (const details of [{ interest_free_by_merchant: true }, { use_card_point: true }, {}]) {
    core.gateway.sent.length = 0;
    await makePayment(core.services, { ...makeApproval(), details });
    assert.deepEqual(
      core.gateway.sent.map(({ request }) => {
        const { interestFreeByMerchant, useCardPoint } = request as RequestOf<'approve'>;
        return [interestFreeByMerchant, useCardPoint];
      }),
      [['interest_free_by_merchant' in details, 'use_card_point' in details]],
    );
  }
});

test('a payment is told of at ten addresses of 2000 characters at most', async () => {
  const urls = (count: number, length = 20) => Array.from({ length: count }, () => 'u'.repeat(length));
  for (const notice_urls of [urls(11), urls(1, 2_001), [...urls(9), 'u'.repeat(2_001)]]) {
    await assert.rejects(core.pay({ notice_urls }), refusedAs('parameter_invalid'));
  }
  assert.ok(await core.pay({ notice_urls: urls(10, 2_000) }));
});

test('what was made is told of once, and keeps what the gateway said', async () => {
  const paid = await makePayment(core.services, makeApproval());
  const approved = await core.read(paymentOf(paid.subject));
  assert.deepEqual(
    [approved.status, approved.claims_order, approved.turn_of, approved.apply_num, approved.receipt_url],
    ['paid', true, null, '12345678', 'https://gateway.test/receipt'],
  );
  assert.ok(approved.pg_tid && approved.paid_at);
  assert.match(approved.imp_uid, /^imps_\d{12}$/);
  assert.deepEqual([approved.failed_at, approved.fail_reason], [null, null]);
  assert.deepEqual(await core.announced(approved), [['paid', 'paid', undefined]]);
  const issued = await makePayment(core.services, makeVbank());
  const account = await core.read(paymentOf(issued.subject));
  assert.deepEqual([account.status, account.vbank_num, account.turn_of], ['ready', '12345678901234', null]);
  assert.deepEqual(await core.announced(account), [['ready', 'ready', undefined]]);
});

test('an issued barcode is kept with its time, and nobody is told of it', async () => {
  const made = await makePayment(core.services, {
    ...makeVbank({ pay_method: 'cvs', vbank_code: null, vbank_due_at: null, vbank_holder: null }),
    kind: 'issue_barcode',
  });
  const barcode = await core.read(paymentOf(made.subject));
  assert.deepEqual([barcode.status, barcode.barcode, barcode.turn_of], ['ready', '880001', null]);
  assert.ok(barcode.pg_tid && barcode.barcode_expires_at && barcode.barcode_expires_at > new Date());
  assert.deepEqual(await core.announced(barcode), []);
});

// What waits for its money.

const account = (more: Partial<NewPayment> = {}): Promise<Payment> =>
  core.pay({ pay_method: 'vbank', status: 'ready', paid_at: null, vbank_num: '123', vbank_code: '004', ...more });
const deposit = { paidAt: new Date(), gatewayTid: null, depositorName: '홍', receiptUrl: null, approvalNumber: null };
const parts = () => core.services;

async function revocationOf(payment: Payment): Promise<Operation> {
  const revocable = payment.pay_method === 'cvs' ? revocableKinds.cvs : revocableKinds.vbank;
  core.gateway.operations[revocable.kind].send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations[revocable.kind].inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  const report = await revokeIssued(core.services, caller(), revocable, payment.imp_uid, {});
  assert.equal(report.state, 'in_doubt');
  return core.operation(report.operationId);
}

const revoked: EndingOutcome = { kind: 'confirmed', result: { gatewayTid: 'r', revokedAt: new Date() } };

test('a revocation ends what waits for its money, and a refused one leaves it waiting', async () => {
  for (const [payMethod, failReason] of [
    ['vbank', '계좌말소'],
    ['cvs', '수납번호말소'],
  ] as const) {
    const waiting = () => account(madeByApi({ pay_method: payMethod }));
    const [one, two] = [await waiting(), await waiting()];
    const [done, refused] = [await revocationOf(one), await revocationOf(two)];
    assert.equal(done.kind, payMethod === 'cvs' ? 'revoke_barcode' : 'revoke_vbank');
    await settle(done, one, revoked);
    await settle(refused, two, no);
    const [ended, waits] = [await core.read(one), await core.read(two)];
    assert.deepEqual(
      [ended.status, ended.fail_reason, ended.claims_order, ended.turn_of],
      ['failed', failReason, false, null],
    );
    assert.ok(ended.failed_at);
    assert.deepEqual({ ...waits, updated_at: null }, { ...two, updated_at: null });
  }
});

test('a revocation that is confirmed after the account was paid in the meantime leaves the payment paid', async () => {
  const payment = await account(madeByApi());
  const revocation = await revocationOf(payment);
  assert.ok(await applyDeposit(parts(), payment, deposit));
  await settle(revocation, payment, revoked);
  const { status, failed_at, fail_reason, turn_of } = await core.read(payment);
  assert.deepEqual([status, failed_at, fail_reason, turn_of], ['paid', null, null, null]);
});

test('only what waits can be revoked, of its own kind, and not in another’s turn', async () => {
  for (const payment of [
    await account({ status: 'paid' }),
    await account({ status: 'failed' }),
    await core.pay({ pay_method: 'cvs', status: 'ready' }),
  ]) {
    await assert.rejects(
      revokeIssued(core.services, caller(), revocableKinds.vbank, payment.imp_uid, {}),
      refusedAs('vbank_not_revocable'),
    );
  }
  await assert.rejects(
    revokeIssued(core.services, caller(), revocableKinds.vbank, 'imp_unknown', {}),
    refusedAs('payment_not_found'),
  );
  const busy = await account();
  await revocationOf(busy);
  core.gateway.sent.length = 0;
  const again = revokeIssued(core.services, caller(), revocableKinds.vbank, busy.imp_uid, {});
  await assert.rejects(
    again,
    (error: unknown) => error instanceof Refusal && error.errorCode.startsWith('cancellation_b'),
  );
  assert.deepEqual(core.gateway.sent, []);
});

test('a deposit is booked once, only on what waits for one, and not before its issue is settled', async () => {
  const waiting = await account();
  const booked = await applyDeposit(parts(), waiting, { ...deposit, gatewayTid: 'new', approvalNumber: '77' });
  assert.deepEqual(
    [booked?.status, booked?.pg_tid, booked?.apply_num, booked?.deposit_history.length],
    ['paid', 'new', '77', 1],
  );
  assert.deepEqual((await core.announced(waiting)).slice(1), [['paid', 'paid', undefined]]);
  assert.equal(await applyDeposit(parts(), waiting, deposit), undefined);
  for (const payment of [
    await account({ status: 'failed' }),
    await account({ status: 'paid' }),
    await core.pay({ status: 'ready', paid_at: null }),
  ]) {
    const events = (await core.announced(payment)).length;
    assert.equal(await applyDeposit(parts(), payment, deposit), undefined);
    assert.deepEqual([await core.read(payment), (await core.announced(payment)).length], [payment, events]);
  }
  core.gateway.operations.issue_vbank.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.issue_vbank.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
  const report = await makePayment(core.services, makeVbank());
  assert.equal(await applyDeposit(parts(), paymentOf(report.subject), deposit), undefined);
  assert.equal((await core.read(paymentOf(report.subject))).status, 'ready');
});

test('a deposit that comes while a revocation has the turn is booked, and a paid barcode has no history of deposits', async () => {
  const payment = await account();
  await revocationOf(payment);
  assert.equal((await applyDeposit(parts(), payment, deposit))?.status, 'paid');
  const barcode = await core.pay({ pay_method: 'cvs', status: 'ready', paid_at: null });
  assert.deepEqual((await applyDeposit(parts(), barcode, deposit))?.deposit_history, []);
});

test('a deposit is not taken back while something of it is, or may have been, refunded', async () => {
  const paid = () => account({ status: 'paid', paid_at: new Date() });
  const untouched = await paid();
  const waiting = await reverseDeposit(parts(), untouched);
  assert.deepEqual([waiting?.status, waiting?.paid_at], ['ready', null]);
  assert.deepEqual((await core.announced(untouched)).slice(1), [['deposit_reversed', 'ready', undefined]]);
  const [refunded, reserving, pending] = [await paid(), await paid(), await paid()];
  await core.cancel(refunded, { amount: 1 });
  await reserved(reserving, { amountMinor: 1n });
  setCapabilities('vbank', { acceptedRefund: 'pending' });
  core.gateway.operations.cancel.send = async ({ now }, request) => ({
    kind: 'accepted',
    result: results.cancel(request, now),
  });
  await core.cancel(pending, { amount: 1 });
  assert.deepEqual((await core.read(pending)).turn_of, null);
  for (const payment of [
    refunded,
    reserving,
    pending,
    await core.pay(),
    await account(),
    await account({ status: 'failed' }),
  ]) {
    const before = [await core.read(payment), await core.announced(payment)];
    assert.equal(await reverseDeposit(parts(), payment), undefined);
    assert.deepEqual([await core.read(payment), await core.announced(payment)], before);
  }
});

test('a deposit is not taken back by its state alone, nor by what is cancelled alone', async () => {
  for (const change of [`status = 'cancelled'`, 'cancelled_minor = 1', 'reserved_minor = 1', `turn_of = 'somebody'`]) {
    const payment = await account({ status: 'paid', paid_at: new Date() });
    await core.database.query(`update payments set ${change} where id = $1`, [payment.id]);
    assert.equal(await reverseDeposit(parts(), payment), undefined, change);
  }
});

// The receipt that follows.

const receiptRequest = {
  identifier: '010-1234-5678',
  identifierType: null,
  type: 'person',
  taxFree: undefined,
  vatAmount: undefined,
} as const;

async function withReceipt(more: Partial<NewPayment> = {}): Promise<Payment> {
  const payment = await core.pay({ pay_method: 'trans', ...more });
  const issued = await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest);
  assert.equal(issued.state, 'confirmed');
  return payment;
}

const revocationsOf = async (payment: Payment) =>
  (await core.operations(payment)).filter(({ kind }) => kind === 'revoke_receipt');

test('a receipt is revoked with its payment, in parts and then the rest, and the gateway hears what was taken off before', async () => {
  const payment = await withReceipt();
  await core.cancel(payment, { amount: 300 });
  const [atFirst] = await core.receipts(payment);
  assert.deepEqual([atFirst?.state, atFirst?.revoked_minor, atFirst?.cancelled_at], ['issued', 300n, null]);
  assert.equal((await core.read(payment)).cash_receipt_issued, true);
  const report = await core.cancel(payment);
  assert.equal(paymentOf(report.subject).cash_receipt_issued, false, 'the answer knows of it');
  const [receipt] = await core.receipts(payment);
  assert.deepEqual([receipt?.state, receipt?.revoked_minor], ['revoked', 1000n]);
  assert.ok(receipt?.cancelled_at);
  assert.deepEqual([(await core.read(payment)).cash_receipt_issued, (await core.read(payment)).turn_of], [false, null]);
  const [part, rest] = await revocationsOf(payment);
  assert.deepEqual([part?.amount_minor, part?.balance_before_minor, part?.earlier_tids], [300n, 1000n, []]);
  assert.deepEqual(
    [rest?.amount_minor, rest?.balance_before_minor, rest?.earlier_tids],
    [700n, 700n, [part?.gateway_tid]],
  );
});

test('the last of the money takes all that is left of the receipt along, though the receipt is of less or of more', async () => {
  const payment = await core.pay({ pay_method: 'trans' });
  await core.cancel(payment, { amount: 300 });
  const issued = await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest);
  assert.equal(issued.state, 'confirmed');
  assert.equal((await core.receipts(payment))[0]?.amount_minor, 700n);
  await core.cancel(payment, { amount: 600 });
  await core.cancel(payment);
  assert.deepEqual(
    (await core.receipts(payment)).map(({ state, revoked_minor }) => [state, revoked_minor]),
    [['revoked', 700n]],
  );
});

test('a part that is larger than what is left of the receipt takes only that off, and a revoked receipt is left alone', async () => {
  const payment = await withReceipt();
  assert.equal((await revokeReceipt(core.services, caller(), payment.imp_uid)).state, 'confirmed');
  await core.cancel(payment, { amount: 300 });
  assert.equal((await revocationsOf(payment)).length, 1);
  const other = await withReceipt();
  await core.database.query('update receipts set revoked_minor = 900 where payment_id = $1', [other.id]);
  await core.cancel(other, { amount: 300 });
  assert.deepEqual(
    (await revocationsOf(other)).map(({ amount_minor }) => amount_minor),
    [100n],
  );
});

for (const receiptOnCancel of ['revoked_by_gateway', 'left_alone'] as const) {
  test(`a receipt that is ${receiptOnCancel.replaceAll('_', ' ')} when its payment is cancelled is not revoked by us`, async () => {
    const payment = await withReceipt();
    setCapabilities('trans', { receiptOnCancel });
    core.gateway.sent.length = 0;
    assert.equal((await core.cancel(payment)).state, 'confirmed');
    assert.deepEqual(
      core.gateway.sent.map(({ operation }) => operation),
      ['cancel'],
    );
    assert.equal((await core.receipts(payment))[0]?.state, 'issued');
  });
}

test('a receipt is not revoked with a refund that is refused, or only accepted; it is when that one has ended', async () => {
  const payment = await withReceipt();
  core.gateway.operations.cancel.send = async () => no as never;
  await core.cancel(payment);
  assert.deepEqual(await revocationsOf(payment), []);
  core.gateway.operations.cancel.send = async ({ now }, request) => ({
    kind: 'accepted',
    result: results.cancel(request, now),
  });
  const { operationId } = await core.cancel(payment);
  assert.deepEqual(await revocationsOf(payment), []);
  const followUpId = newOperationId(new Date());
  const settled = await settle(await core.operation(operationId), payment, yes(1000n), { followUpId });
  assert.equal(settled?.turn_of, followUpId, 'in a turn of its own');
  const [revocation] = await revocationsOf(payment);
  assert.deepEqual([revocation?.id, revocation?.state, revocation?.amount_minor], [followUpId, 'requested', 1000n]);
  assert.equal(revocation?.changed_why, `follows the cancellation ${operationId}`);
  assert.ok((revocation?.lease_until ?? 0) > core.services.leases.now(), 'nobody else takes it up meanwhile');
});

test('while another refund may still fail, only the part that has ended is taken off the receipt', async () => {
  const payment = await withReceipt();
  core.gateway.operations.cancel.send = async ({ now }, request) => ({
    kind: 'accepted',
    result: results.cancel(request, now),
  });
  const first = await core.cancel(payment, { amount: 400 });
  const second = await core.cancel(payment, { amount: 600 });
  const [one, two] = [newOperationId(new Date()), newOperationId(new Date())];
  const settled = await settle(await core.operation(first.operationId), payment, yes(400n), { followUpId: one });
  assert.ok(settled);
  assert.equal((await core.operation(one)).amount_minor, 400n);
  await settle(await core.operation(one), settled, revoked);
  await settle(await core.operation(second.operationId), payment, yes(600n), { followUpId: two });
  assert.equal((await core.operation(two)).amount_minor, 600n);
});

test('of one payment two live receipts can not be issued; a failed or revoked one does not count', async () => {
  const payment = await withReceipt();
  await assert.rejects(
    issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest),
    refusedAs('receipt_already_issued'),
  );
  await revokeReceipt(core.services, caller(), payment.imp_uid);
  core.gateway.operations.issue_receipt.send = async () => no as never;
  assert.equal((await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest)).state, 'refused');
  assert.equal((await core.read(payment)).cash_receipt_issued, false);
  core.gateway.forget();
  assert.equal((await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest)).state, 'confirmed');
  assert.deepEqual(
    (await core.receipts(payment)).map(({ state }) => state),
    ['revoked', 'failed', 'issued'],
  );
  assert.equal((await core.read(payment)).cash_receipt_issued, true);
});

test('a payment that had a receipt before follows its living one', async () => {
  const payment = await withReceipt();
  await revokeReceipt(core.services, caller(), payment.imp_uid);
  assert.equal((await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest)).state, 'confirmed');
  assert.equal((await core.cancel(payment)).state, 'confirmed');
  assert.deepEqual(
    (await core.receipts(payment)).map(({ state }) => state),
    ['revoked', 'revoked'],
  );
  assert.equal((await core.read(payment)).turn_of, null);
});

test('a receipt takes as many digits as its kind of identifier has, and hyphens', async () => {
  const takenLengths = {
    person: [13],
    business: [10],
    phone: [10, 11],
    taxcard: [13, 14, 15, 16, 17, 18, 19],
    'any of a person': [10, 11, 13, 14, 15, 16, 17, 18, 19],
    'any of a company': [10, 13, 14, 15, 16, 17, 18, 19],
  };
  // Who is not told of the identifier is told that the payment is not paid.
  const waiting = await core.pay({ pay_method: 'trans', status: 'ready', paid_at: null });
  for (const [kind, lengths] of Object.entries(takenLengths)) {
    for (let length = 8; length <= 21; length++) {
      const request = {
        ...receiptRequest,
        identifier: `${'1'.repeat(4)}-${'2'.repeat(length - 4)}`,
        identifierType: kind.startsWith('any') ? null : (kind as 'person'),
        type: kind === 'any of a company' ? ('company' as const) : ('person' as const),
      };
      const expected = lengths.includes(length) ? 'receipt_payment_not_paid' : 'receipt_identifier_invalid';
      await assert.rejects(
        issueReceipt(core.services, caller(), waiting.imp_uid, request),
        refusedAs(expected),
        `${kind}: ${length}`,
      );
    }
  }
  for (const identifier of ['0101234567a', '', '-']) {
    await assert.rejects(
      issueReceipt(core.services, caller(), waiting.imp_uid, { ...receiptRequest, identifier }),
      refusedAs('receipt_identifier_invalid'),
    );
  }
});

test('a receipt is of what is left, and what is asked for of it is not more', async () => {
  const payment = await core.pay({ pay_method: 'trans' });
  await core.cancel(payment, { amount: 500, taxFree: 250, vatAmount: 10 });
  for (const more of [{ taxFree: 501 }, { vatAmount: 451 }, { taxFree: 400, vatAmount: 101 }]) {
    await assert.rejects(
      issueReceipt(core.services, caller(), payment.imp_uid, { ...receiptRequest, ...more }),
      refusedAs('tax_free_exceeds_amount'),
      JSON.stringify(more),
    );
  }
  assert.equal((await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest)).state, 'confirmed');
  const [receipt] = await core.receipts(payment);
  assert.deepEqual([receipt?.amount_minor, receipt?.tax_free_minor, receipt?.vat_minor], [500n, 50n, 41n]);
  const [other, returned] = [await core.pay({ pay_method: 'trans' }), await core.pay({ pay_method: 'trans' })];
  const exact = { ...receiptRequest, taxFree: 1000, vatAmount: 0 };
  assert.equal((await issueReceipt(core.services, caller(), other.imp_uid, exact)).state, 'confirmed');
  await core.cancel(returned);
  for (const payment of [returned, await core.pay({ pay_method: 'trans', status: 'failed' })]) {
    await assert.rejects(
      issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest),
      refusedAs('receipt_payment_not_paid'),
    );
  }
});

test('a receipt’s revocation that is refused leaves the receipt as it is, and the turn free', async () => {
  const payment = await withReceipt();
  core.gateway.operations.revoke_receipt.send = async () => no as never;
  assert.equal((await revokeReceipt(core.services, caller(), payment.imp_uid)).state, 'refused');
  const [receipt] = await core.receipts(payment);
  assert.deepEqual([receipt?.state, receipt?.revoked_minor, receipt?.cancelled_at], ['issued', 0n, null]);
  const { cash_receipt_issued, turn_of } = await core.read(payment);
  assert.deepEqual([cash_receipt_issued, turn_of], [true, null]);
});

test('a receipt that the gateway has only accepted is issued when that ends, between the turns of others', async () => {
  core.gateway.operations.issue_receipt.send = async ({ now }, request) => ({
    kind: 'accepted',
    result: results.issue_receipt(request, now),
  });
  for (let time = 0; time < 2; time++) {
    const payment = await core.pay({ pay_method: 'trans' });
    const { operationId, state } = await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest);
    assert.equal(state, 'accepted');
    const between = await core.read(payment);
    assert.deepEqual([between.turn_of, between.cash_receipt_issued], [null, false]);
    assert.equal((await core.receipts(payment))[0]?.state, 'requested');
    const row = await core.operation(operationId);
    const issued: EndingOutcome = {
      kind: 'confirmed',
      result: { receiptTid: 'tid', approvalNumber: '1', receiptUrl: null, issuedAt: new Date() },
    };
    const other = await reserved(payment, { amountMinor: 100n });
    assert.equal(await settle(row, payment, issued), undefined);
    assert.equal((await core.read(payment)).turn_of, other.id);
    await settle(other, payment, no);
    // The turns of other payments are not in its way.
    await reserved(await core.pay({ pay_method: 'trans' }), {});
    assert.equal((await settle(row, payment, issued))?.cash_receipt_issued, true);
    assert.equal((await core.receipts(payment))[0]?.state, 'issued');
  }
});

for (const kind of ['issue_vbank', 'revoke_vbank', 'issue_receipt', 'revoke_receipt'] as const) {
  test(`a turn that somebody takes in the very moment in which an accepted ${kind} ends stays theirs`, async () => {
    const issued = { receiptTid: 'tid', approvalNumber: '1', receiptUrl: null, issuedAt: new Date() };
    const receipt = kind === 'revoke_receipt' ? await withReceipt() : await core.pay({ pay_method: 'trans' });
    const operation = core.gateway.operations[kind] as { send(call: unknown, request: unknown): Promise<object> };
    const { send } = operation;
    operation.send = async (call, request) => ({ ...(await send(call, request)), kind: 'accepted' });
    const begun = {
      issue_vbank: () => makePayment(core.services, makeVbank()),
      revoke_vbank: async () =>
        revokeIssued(core.services, caller(), revocableKinds.vbank, (await account()).imp_uid, {}),
      issue_receipt: () => issueReceipt(core.services, caller(), receipt.imp_uid, receiptRequest),
      revoke_receipt: () => revokeReceipt(core.services, caller(), receipt.imp_uid),
    };
    const report = await begun[kind]();
    assert.equal(report.state, 'accepted');
    const payment = paymentOf(report.subject);
    assert.equal(payment.turn_of, null);
    const outcome = {
      kind: 'confirmed',
      result: {
        ...issued,
        gatewayTid: 'tid',
        revokedAt: new Date(),
        bankCode: '004',
        bankName: '',
        accountNumber: '1',
      },
    } as unknown as EndingOutcome;
    const row = await core.operation(report.operationId);
    const { ending } = await core.database.withTransaction(async (client) => {
      await client.query('update payments set turn_of = $2 where merchant_id = $3 and id = $1', [
        payment.id,
        'another',
        payment.merchant_id,
      ]);
      const ending = settle(row, payment, outcome);
      await until('the settlement waits for the row', async () => {
        const waiting = await core.database.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      });
      return { ending };
    });
    assert.ok(await ending);
    assert.equal((await core.read(payment)).turn_of, 'another');
    assert.equal((await core.operation(row.id)).state, 'confirmed');
  });
}

test('a payment without a receipt has none to be revoked, whatever others have', async () => {
  await withReceipt();
  const payment = await core.pay({ pay_method: 'trans' });
  const revoke = () => revokeReceipt(core.services, caller(), payment.imp_uid);
  await assert.rejects(revoke(), refusedAs('receipt_never_issued'));
  core.gateway.operations.issue_receipt.send = async () => no as never;
  await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest);
  await assert.rejects(revoke(), refusedAs('receipt_never_issued'));
  core.gateway.forget();
  await issueReceipt(core.services, caller(), payment.imp_uid, receiptRequest);
  await withReceipt();
  assert.equal((await revoke()).state, 'confirmed');
  await assert.rejects(revoke(), refusedAs('receipt_already_revoked'));
});

// What changes between the look and the reservation: the look is a courtesy, the reservation's own conditions count.

/** The services, with something done by somebody else just before an operation is written. */
function justBefore(change: () => Promise<unknown>): Services {
  const { database } = core.services;
  let isDone = false;
  return {
    ...core.services,
    database: {
      ...database,
      async query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
        if (!isDone && text.includes('insert into operations')) {
          isDone = true;
          await change();
        }
        return database.query<Row>(text, values, name);
      },
    },
  };
}

const changed = (payment: Payment, change: string) => () =>
  core.database.query(`update payments set ${change} where merchant_id = $1 and id = $2`, [
    payment.merchant_id,
    payment.id,
  ]);

for (const change of [
  `turn_of = 'somebody'`,
  `status = 'ready'`,
  'reserved_minor = 1',
  'cancelled_minor = 1',
  `cancelled_minor = 1000, status = 'cancelled'`,
]) {
  test(`a receipt is not issued of a payment of which meanwhile ${change}`, async () => {
    const payment = await core.pay({ pay_method: 'trans' });
    const before = justBefore(changed(payment, change));
    const issue = issueReceipt(
      before,
      { ...caller(), deadline: core.another({ requestDeadlineMs: 400 }).requestDeadline() },
      payment.imp_uid,
      receiptRequest,
    );
    await assert.rejects(issue, Refusal);
    assert.deepEqual([core.gateway.sent, await core.receipts(payment)], [[], []]);
  });
}

test('a receipt is not issued of a payment that has another one meanwhile', async () => {
  for (const state of ['requested', 'issued']) {
    const payment = await core.pay({ pay_method: 'trans' });
    const insert = () =>
      core.database.query(
        `insert into receipts (payment_id, merchant_id, state, type, currency, amount_minor, tax_free_minor, vat_minor, created_at)
         values ($1, $2, $3, 'person', 'KRW', 1, 0, 0, now())`,
        [payment.id, payment.merchant_id, state],
      );
    await assert.rejects(
      issueReceipt(justBefore(insert), caller(), payment.imp_uid, receiptRequest),
      (error: unknown) => error instanceof Refusal,
    );
    assert.deepEqual([core.gateway.sent.length, (await core.receipts(payment)).length], [0, 1]);
  }
});

test('a receipt is not revoked in another’s turn, nor when it has been revoked meanwhile', async () => {
  for (const change of [`turn_of = 'somebody'`, 'the receipt']) {
    const payment = await withReceipt();
    core.gateway.sent.length = 0;
    const before = justBefore(
      change === 'the receipt'
        ? () => core.database.query(`update receipts set state = 'revoked' where payment_id = $1`, [payment.id])
        : changed(payment, change),
    );
    await assert.rejects(revokeReceipt(before, caller(), payment.imp_uid), Refusal);
    assert.deepEqual([core.gateway.sent, (await revocationsOf(payment)).length], [[], 0]);
  }
});

test('an account is not revoked in another’s turn, nor when it has been paid meanwhile', async () => {
  for (const change of [`turn_of = 'somebody'`, `status = 'paid'`, `pay_method = 'cvs'`]) {
    const payment = await account();
    const before = justBefore(changed(payment, change));
    await assert.rejects(revokeIssued(before, caller(), revocableKinds.vbank, payment.imp_uid, {}), Refusal);
    assert.deepEqual([core.gateway.sent, (await core.operations(payment)).length], [[], 0]);
  }
});

// A person ends it.

const resolution = { outcome: 'confirmed', reason: 'seen', actor: 'kim', found: {} } as const;
const resolve = (id: string, more: object = {}) =>
  resolveDoubt(core.services, core.channel.merchantId, id, { ...resolution, ...more });

test('a person can end a doubt, and nothing that is still running or has ended', async () => {
  const payment = await core.pay();
  const running = await reserved(payment, plan);
  assert.equal(await resolve(running.id), false);
  assert.equal((await core.operation(running.id)).state, 'requested');
  await core.services.runner.markInDoubt(running, new Date(), 'test', 'lost');
  assert.equal(await resolveDoubt(core.services, core.channel.merchantId + 1_000n, running.id, resolution), false);
  assert.equal(await resolve(running.id), true);
  const row = await core.operation(running.id);
  assert.deepEqual([row.state, row.changed_by, row.changed_why], ['confirmed', 'person:kim', 'seen']);
  assert.equal((await core.read(payment)).cancelled_minor, 400n);
  assert.deepEqual((await core.announced(payment)).slice(1), [['cancelled', 'cancelled', running.id]]);
  assert.equal(await resolve(running.id, { outcome: 'refused' }), false);
  assert.equal((await core.operation(running.id)).state, 'confirmed');
});

test('a doubt that a person ends as not done gives the amount back', async () => {
  const payment = await core.pay();
  const operation = await reserved(payment, plan);
  await core.services.runner.markInDoubt(operation, new Date(), 'test', 'lost');
  assert.equal(await resolve(operation.id, { outcome: 'refused', reason: 'not there' }), true);
  const row = await core.operation(operation.id);
  assert.deepEqual([row.state, row.gateway_code, row.gateway_message], ['refused', 'resolved_by_person', 'not there']);
  assert.deepEqual(amountsOf(await core.read(payment)), [0n, 0n, 0n, 0n, 0n, 0n]);
});
