import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { revocableKinds, revokeIssued } from '../../src/core/cancellation/revoke-issued.ts';
import { createTurns } from '../../src/core/operations/turns.ts';
import { makePayment } from '../../src/core/payments/make-payment.ts';
import { issueReceipt, revokeReceipt } from '../../src/core/receipts/receipts.ts';
import type { Payment } from '../../src/core/records/payment.ts';
import { paymentOf } from '../../src/core/records/subject.ts';
import type { Services } from '../../src/core/services.ts';
import { Refusal } from '../../src/platform/errors/refusal.ts';
import { type Core, type ReservationMore, results, startCore } from '../kit/core.ts';
import { newOrder } from '../kit/orders.ts';
import { until } from './observations.ts';

let core: Core;
before(async () => {
  core = await startCore();
});
beforeEach(() => core.gateway.forget());
after(() => core.close());

const refusedAs = (errorCode: string) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.equal(error.errorCode, errorCode);
  return true;
};

/** The gateway takes cancellations and pays them out later, and until then the amount is only reserved. */
function acceptsPending(): void {
  const card = core.gateway.capabilities.payMethods.card;
  assert.ok(card);
  core.gateway.capabilities.payMethods.card = { ...card, acceptedRefund: 'pending' };
  core.gateway.operations.cancel.send = async ({ now }, request) => ({
    kind: 'accepted',
    result: results.cancel(request, now),
  });
}

/** 400 of the payment's 1000 are reserved by a refund that is on its way, and its turn is free. */
async function withReserved(): Promise<Payment> {
  acceptsPending();
  const payment = await core.pay();
  const accepted = await core.cancel(payment, { amount: 400, taxFree: 100, vatAmount: 20 });
  assert.equal(accepted.state, 'accepted');
  const { reserved_minor, turn_of } = await core.read(payment);
  assert.deepEqual([reserved_minor, turn_of], [400n, null]);
  core.gateway.forget();
  return payment;
}

test('what is already reserved can not be reserved again, in all, free of tax or of VAT', async () => {
  const payment = await withReserved();
  const before = await core.read(payment);
  for (const plan of [
    { amountMinor: 601n },
    { amountMinor: 250n, taxFreeMinor: 201n },
    { amountMinor: 250n, vatMinor: 44n },
    { checksumMinor: 1000n },
  ]) {
    assert.equal(await core.reserve(payment, plan), undefined, JSON.stringify(Object.keys(plan)));
    assert.deepEqual(await core.read(payment), before);
  }
  const exact = await core.reserve(payment, {
    amountMinor: 600n,
    checksumMinor: 600n,
    taxFreeMinor: 200n,
    vatMinor: 43n,
  });
  assert.equal(exact?.balance_before_minor, 600n);
});

test('who asks for what is reserved is told at once what is too much', async () => {
  const payment = await withReserved();
  for (const [request, errorCode] of [
    [{ amount: 601 }, 'cancel_amount_exceeds_balance'],
    [{ checksum: 1000 }, 'checksum_mismatch'],
    [{ amount: 250, taxFree: 201 }, 'cancel_tax_free_exceeds_balance'],
    [{ amount: 250, vatAmount: 44 }, 'cancel_tax_free_exceeds_balance'],
    [{ amount: 100, taxFree: 101 }, 'tax_free_exceeds_amount'],
    [{ amount: 30, vatAmount: 31 }, 'tax_free_exceeds_amount'],
  ] as const) {
    await assert.rejects(core.cancel(payment, request), refusedAs(errorCode), JSON.stringify(request));
  }
  assert.equal((await core.operations(payment)).length, 1);
  const exact = await core.cancel(payment, { amount: 600, checksum: 600, taxFree: 200, vatAmount: 43 });
  assert.equal(exact.state, 'confirmed');
});

test('what was cancelled before can not be reserved again, in all, free of tax or of VAT', async () => {
  const payment = await core.pay();
  await core.cancel(payment, { amount: 400, taxFree: 100, vatAmount: 20 });
  for (const plan of [
    { amountMinor: 601n },
    { amountMinor: 250n, taxFreeMinor: 201n },
    { amountMinor: 250n, vatMinor: 44n },
    { checksumMinor: 1000n },
  ]) {
    assert.equal(await core.reserve(payment, plan), undefined);
  }
  const exact = await core.reserve(payment, { amountMinor: 600n, taxFreeMinor: 200n, vatMinor: 43n });
  assert.equal(exact?.balance_before_minor, 600n);
});

test('a reservation of nothing, of less than nothing, or of a part that is larger than the whole, is none', async () => {
  const payment = await core.pay();
  for (const plan of [
    { amountMinor: 0n },
    { amountMinor: -1n },
    { amountMinor: 100n, taxFreeMinor: 101n },
    { amountMinor: 100n, taxFreeMinor: -1n },
    { amountMinor: 10n, vatMinor: 11n },
    { amountMinor: 100n, vatMinor: -1n },
  ]) {
    assert.equal(await core.reserve(payment, plan), undefined);
  }
  assert.deepEqual(await core.read(payment), payment);
});

test('a reservation takes amount, tax-free part, VAT and turn, and the operation says the same', async () => {
  const payment = await core.pay();
  const operation = await core.reserve(payment, {
    amountMinor: 400n,
    taxFreeMinor: 100n,
    vatMinor: 20n,
    reason: '변심',
    details: { requester: 'customer' },
  });
  assert.ok(operation);
  const { reserved_minor, reserved_tax_free_minor, reserved_vat_minor, turn_of } = await core.read(payment);
  assert.deepEqual(
    [reserved_minor, reserved_tax_free_minor, reserved_vat_minor, turn_of],
    [400n, 100n, 20n, operation.id],
  );
  const row = await core.operation(operation.id);
  assert.deepEqual(
    [row.amount_minor, row.tax_free_minor, row.vat_minor, row.balance_before_minor, row.state, row.kind, row.reason],
    [400n, 100n, 20n, 1000n, 'requested', 'cancel', '변심'],
  );
  assert.deepEqual([row.details, row.changed_by, row.payment_id], [{ requester: 'customer' }, 'test', payment.id]);
});

test('the last cancellation takes along what is left free of tax and of VAT; one before it takes its share of VAT', async () => {
  const payment = await core.pay();
  const part = await core.cancel(payment, { amount: 111 });
  const rest = await core.cancel(payment);
  const [first, last] = await Promise.all([part, rest].map(({ operationId }) => core.operation(operationId)));
  // An eleventh of what is taxed, rounded.
  assert.deepEqual([first?.amount_minor, first?.tax_free_minor, first?.vat_minor], [111n, 0n, 10n]);
  assert.deepEqual([last?.amount_minor, last?.tax_free_minor, last?.vat_minor], [889n, 300n, 53n]);
  const { cancelled_minor, cancelled_tax_free_minor, cancelled_vat_minor } = await core.read(payment);
  assert.deepEqual([cancelled_minor, cancelled_tax_free_minor, cancelled_vat_minor], [1000n, 300n, 63n]);
});

test('the share of VAT that is computed is never more than what is left of it, nor of the untaxed part', async () => {
  const payment = await core.pay({ tax_free_minor: 900n, vat_minor: 9n });
  const untaxed = await core.cancel(payment, { amount: 500, taxFree: 500 });
  assert.equal((await core.operation(untaxed.operationId)).vat_minor, 0n);
  // 200 that count as taxed would have a VAT of 18.
  const taxed = await core.cancel(payment, { amount: 200, taxFree: 0 });
  assert.equal((await core.operation(taxed.operationId)).vat_minor, 9n);
  const last = await core.cancel(payment);
  assert.deepEqual((await core.operation(last.operationId)).tax_free_minor, 300n);
  const zero = await core.pay({ tax_free_minor: 0n, vat_minor: 500n, amount_minor: 500n });
  const all = await core.cancel(zero, { vatAmount: 100, amount: 450 });
  assert.equal((await core.operation(all.operationId)).vat_minor, 100n);
  // More VAT is left than money: it is not made more than the money.
  const remains = await core.cancel(zero);
  assert.deepEqual((await core.operation(remains.operationId)).vat_minor, 50n);
});

test('the gateway’s ids of earlier cancellations, confirmed or only accepted, stand in each later one', async () => {
  acceptsPending();
  const payment = await core.pay();
  const accepted = await core.cancel(payment, { amount: 100 });
  core.gateway.forget();
  const confirmed = await core.cancel(payment, { amount: 100 });
  core.gateway.operations.cancel.send = async () => ({ kind: 'refused', code: 'NO', message: 'no', category: 'other' });
  await core.cancel(payment, { amount: 100 });
  core.gateway.forget();
  const last = await core.cancel(payment, { amount: 100 });
  const [first, second] = await Promise.all(
    [accepted, confirmed].map(async ({ operationId }) => (await core.operation(operationId)).gateway_tid),
  );
  const { earlier_tids } = await core.operation(last.operationId);
  assert.deepEqual([...earlier_tids].sort(), [first, second].sort());
  assert.deepEqual(
    core.gateway.sent.map(({ request }) => (request as { ordinal: number }).ordinal),
    [3],
  );
  // What is accepted, and shown as cancelled at once, stands in the history alone: it is not named twice.
  core.gateway.operations.cancel.send = async ({ now }, asked) => ({
    kind: 'accepted',
    result: results.cancel(asked, now),
  });
  const other = await core.pay();
  const shown = await core.cancel(other, { amount: 100 });
  const next = await core.cancel(other, { amount: 100 });
  assert.deepEqual((await core.operation(next.operationId)).earlier_tids, [
    (await core.operation(shown.operationId)).gateway_tid,
  ]);
});

test('a payment whose turn somebody has can not be reserved', async () => {
  const payment = await core.pay();
  assert.ok(await core.reserve(payment, { amountMinor: 100n }));
  assert.equal(await core.reserve(payment, { amountMinor: 100n }), undefined);
  assert.equal((await core.operations(payment)).length, 1);
});

test('who comes while another is on its way, and can not wait, is told that the payment is busy', async () => {
  const payment = await core.pay();
  assert.ok(await core.reserve(payment, { amountMinor: 100n }));
  await assert.rejects(core.cancel(payment, {}, core.another({ turnWaitMs: 0 })), refusedAs('cancellation_busy'));
});

for (const status of ['ready', 'failed'] as const) {
  test(`a payment that is ${status} can not be reserved`, async () => {
    const payment = await core.pay({ status, paid_at: null });
    assert.equal(await core.reserve(payment), undefined);
    await assert.rejects(core.cancel(payment), refusedAs('cancel_not_paid'));
  });
}

test('nothing can be reserved of a payment that is not the merchant’s', async () => {
  const payment = await core.pay();
  assert.equal(await core.reserve({ ...payment, merchant_id: payment.merchant_id + 1_000n }), undefined);
  assert.deepEqual(await core.read(payment), payment);
});

test('a payment whose row somebody is changing is passed over, and holds up no other', async () => {
  const [held, free] = [await core.pay(), await core.pay()];
  await core.database.withTransaction(async (client) => {
    await client.query('select from payments where merchant_id = $2 and id = $1 for update', [
      held.id,
      held.merchant_id,
    ]);
    const both = Promise.all([core.reserve(held), core.reserve(free)]);
    const waits = until('somebody waits for the lock', async () => {
      const waiting = await core.database.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length > 0 && 'waits';
    });
    const first = await Promise.race([both, waits]);
    waits.catch(() => undefined);
    assert.notEqual(first, 'waits', 'the reservation waits for the row');
    const [passedOver, reserved] = await both;
    assert.equal(passedOver, undefined);
    assert.ok(reserved);
  });
  assert.ok(await core.reserve(held), 'and it is there for whoever asks again');
});

test('of reservations in one statement, one that fails leaves the others alone', async () => {
  const [used] = await core.database.query<{ id: bigint }>(
    `insert into idempotency_keys (merchant_id, key, request_hash, running_until, created_at, expires_at)
     values ($1, $2, '', now(), now(), now()) returning id`,
    [core.channel.merchantId, newOrder('key')],
  );
  assert.ok(used);
  const [first, second, third] = [await core.pay(), await core.pay(), await core.pay()];
  assert.ok(await core.reserve(first, {}, { idempotencyId: used.id }));
  // PostgreSQL tells of a failure before it lets go of the rows; a row that is still held is passed over, and asked for again.
  const reserve = (payment: Payment, more: ReservationMore = {}) =>
    until('the row is free', () => core.reserve(payment, {}, more));
  const [failed, made] = await Promise.allSettled([reserve(second, { idempotencyId: used.id }), reserve(third)]);
  assert.equal(failed?.status, 'rejected');
  assert.equal(made?.status, 'fulfilled');
  const { turn_of, reserved_minor } = await core.read(second);
  assert.deepEqual([turn_of, reserved_minor], [null, 0n]);
  assert.equal((await core.operations(third)).length, 1);
});

test('reservations of one statement are each their own: what they reserve is not mixed up', async () => {
  const payments = await Promise.all([1, 2, 3, 4].map(() => core.pay()));
  const made = await Promise.all(
    payments.map((payment, index) => core.reserve(payment, { amountMinor: BigInt(index + 1) * 10n })),
  );
  for (const [index, payment] of payments.entries()) {
    assert.equal(made[index]?.payment_id, payment.id);
    const { reserved_minor, turn_of } = await core.read(payment);
    assert.deepEqual([reserved_minor, turn_of], [BigInt(index + 1) * 10n, made[index]?.id]);
  }
});

/** What is asked for while an operation is on its way to the gateway. */
async function whileSending(payment: Payment, work: () => Promise<unknown>): Promise<void> {
  let isSent = (): void => {};
  const sending = new Promise<void>((resolve) => {
    isSent = resolve;
  });
  let goOn = (): void => {};
  const answered = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  core.gateway.operations.cancel.send = async ({ now }, request) => {
    isSent();
    await answered;
    return { kind: 'confirmed', result: results.cancel(request, now) };
  };
  const first = core.cancel(payment, { amount: 400 });
  await sending;
  const next = work();
  setImmediate(goOn);
  assert.equal((await first).state, 'confirmed');
  await next;
}

for (const [where, processOf] of [
  ['the same process', () => core.services],
  ['another process', () => core.another()],
] as const) {
  test(`who waited for the turn in ${where} decides on the payment as it is then`, async () => {
    const payment = await core.pay();
    await whileSending(payment, async () => {
      await assert.rejects(
        core.cancel(payment, { checksum: 1000 }, processOf()),
        refusedAs('checksum_mismatch'),
        'the checksum was right before',
      );
      const rest = await core.cancel(payment, { checksum: 600 }, processOf());
      assert.equal((await core.operation(rest.operationId)).amount_minor, 600n);
    });
    assert.equal((await core.read(payment)).cancelled_minor, 1000n);
  });
}

test('of two who have looked at once, the second decides anew: a gateway that takes one part is asked for one', async () => {
  const card = core.gateway.capabilities.payMethods.card;
  assert.ok(card);
  core.gateway.capabilities.payMethods.card = { ...card, partialCancelsMax: 1 };
  const payment = await core.pay();
  const [first, second] = await Promise.allSettled([
    core.cancel(payment, { amount: 100 }),
    core.cancel(payment, { amount: 100 }),
  ]);
  assert.equal(first?.status, 'fulfilled');
  assert.equal(second?.status, 'rejected');
  assert.ok(refusedAs('partial_cancel_not_supported')(second.reason));
  assert.equal(core.gateway.sent.length, 1);
});

test('a reservation whose answer was lost in an outage is looked for before it is made again', async () => {
  for (const isMade of [true, false]) {
    let attempts = 0;
    const payment = await core.pay();
    const losing: Services = {
      ...core.services,
      async reserveCancel(reservation) {
        attempts += 1;
        if (attempts > 1) return core.services.reserveCancel(reservation);
        if (isMade) await core.services.reserveCancel(reservation);
        throw Object.assign(new Error('lost'), { code: 'ECONNRESET' });
      },
    };
    const report = await core.cancel(payment, { amount: 300 }, losing);
    assert.equal(report.state, 'confirmed');
    assert.equal(attempts, isMade ? 1 : 2);
    assert.equal((await core.operations(payment)).length, 1);
    assert.equal((await core.read(payment)).cancelled_minor, 300n);
  }
});

test('a reservation that the database refuses is an error, and is not tried again', async () => {
  const payment = await core.pay();
  let attempts = 0;
  const failing: Services = {
    ...core.services,
    async reserveCancel() {
      attempts += 1;
      throw new Error('a defect');
    },
  };
  await assert.rejects(core.cancel(payment, {}, failing), /a defect/);
  assert.equal(attempts, 1);
  // Its place in the queue is free again.
  assert.equal((await core.cancel(payment)).state, 'confirmed');
});

/** One operation of each kind that begins on its own, and the revocation of a receipt that follows a cancellation. */
async function beginAll(): Promise<readonly string[]> {
  const { services, channel } = core;
  const caller = { merchantId: channel.merchantId, idempotencyId: null, deadline: services.requestDeadline() };
  const values = {
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
  } as const;
  const make = { channel, details: {}, secrets: {}, card: null, deadline: services.requestDeadline() };
  const request = { identifier: '01012345678', identifierType: null, type: 'person' } as const;
  const issued = await makePayment(services, { ...make, kind: 'issue_vbank', values });
  const { imp_uid } = paymentOf(issued.subject);
  const revoked = await revokeIssued(services, caller, revocableKinds.vbank, imp_uid, {});
  const receiptOf = async (payment: Payment) =>
    issueReceipt(services, caller, payment.imp_uid, { ...request, taxFree: undefined, vatAmount: undefined });
  const [one, other] = [await core.pay({ pay_method: 'trans' }), await core.pay({ pay_method: 'trans' })];
  const reports = [issued, revoked, await receiptOf(one), await revokeReceipt(services, caller, one.imp_uid)];
  reports.push(await receiptOf(other), await core.cancel(other));
  for (const { state } of reports) assert.equal(state, 'confirmed');
  return [...reports.map(({ operationId }) => operationId), ...(await core.operations(other)).map(({ id }) => id)];
}

test('a lease lasts longer than any request lives, whatever is begun', async () => {
  const { settings, leaseMs, leases } = core.services;
  assert.ok(leaseMs >= settings.turnWaitMs + settings.requestDeadlineMs);
  const from = leases.now().getTime();
  const begun = await beginAll();
  for (const id of begun) {
    const { kind, lease_until, lease_of, next_inquiry_at } = await core.operation(id);
    assert.ok(lease_until.getTime() >= from + leaseMs - 1_000, `${kind}: ${lease_until.toISOString()}`);
    assert.deepEqual([next_inquiry_at, lease_of], [lease_until, leases.owner], kind);
  }
});

test('a refund account is asked for where the gateway needs one, and is of digits at a bank that it knows', async () => {
  const { vbank } = core.gateway.capabilities.payMethods;
  assert.ok(vbank);
  const given = {
    refundHolder: ' 홍길동 ',
    refundBank: '004',
    refundAccount: '123-456-789012',
    refundTel: '010-1234-5678',
  };
  const bad = [
    [{ refundHolder: ' ' }, 'refund_account_missing'],
    [{ refundBank: undefined }, 'refund_account_missing'],
    [{ refundAccount: '' }, 'refund_account_missing'],
    [{ refundTel: undefined }, 'refund_account_missing'],
    [{ refundBank: '999' }, 'refund_account_invalid'],
    [{ refundAccount: '12345' }, 'refund_account_invalid'],
    [{ refundAccount: '1'.repeat(17) }, 'refund_account_invalid'],
    [{ refundAccount: '-123456' }, 'refund_account_invalid'],
    [{ refundAccount: '123456a' }, 'refund_account_invalid'],
    [{ refundTel: '0101234' }, 'refund_account_invalid'],
  ] as const;
  core.gateway.capabilities.payMethods.vbank = { ...vbank, refundAccount: 'required_with_tel' };
  const payment = await core.pay({ pay_method: 'vbank' });
  for (const [change, errorCode] of bad) {
    await assert.rejects(core.cancel(payment, { ...given, ...change }), refusedAs(errorCode), JSON.stringify(change));
  }
  assert.deepEqual(core.gateway.sent, []);
  for (const [refundAccount, request, isSent] of [
    ['required_with_tel', given, true],
    ['required', { ...given, refundTel: undefined }, true],
    ['optional', given, true],
    ['optional', {}, false],
    ['none', given, false],
  ] as const) {
    core.gateway.capabilities.payMethods.vbank = { ...vbank, refundAccount };
    core.gateway.sent.length = 0;
    const { operationId } = await core.cancel(await core.pay({ pay_method: 'vbank' }), request);
    const sent: readonly (object | null)[] = core.gateway.sent.map(
      ({ request: each }) => (each as { refundAccount: object | null }).refundAccount,
    );
    const tel = 'refundTel' in request ? (request.refundTel ?? null) : null;
    const account = { holder: '홍길동', bankCode: '004', accountNumber: '123456789012', tel };
    assert.deepEqual(sent, [isSent ? account : null]);
    const { details, secrets } = await core.operation(operationId);
    assert.deepEqual(
      [details, secrets === null],
      isSent ? [{ refund_bank: '004', refund_account_masked: '********9012' }, false] : [{}, true],
    );
  }
  core.gateway.capabilities.payMethods.vbank = { ...vbank, refundAccount: 'required' };
  await assert.rejects(core.cancel(await core.pay({ pay_method: 'vbank' })), refusedAs('refund_account_missing'));
});

test('what a gateway does not do is refused before anything is reserved', async () => {
  const { card } = core.gateway.capabilities.payMethods;
  assert.ok(card);
  const payment = await core.pay();
  for (const [capabilities, request, errorCode] of [
    [{ ...card, partialCancel: false }, { amount: 999 }, 'partial_cancel_not_supported'],
    [{ ...card, partialCancelsMax: 0 }, { amount: 999 }, 'partial_cancel_not_supported'],
    [{ ...card, operations: {} }, {}, 'not_supported_by_gateway'],
    [undefined, {}, 'not_supported_by_gateway'],
  ] as const) {
    core.gateway.capabilities.payMethods = capabilities ? { card: capabilities } : {};
    await assert.rejects(core.cancel(payment, request), refusedAs(errorCode));
  }
  assert.deepEqual([core.gateway.sent, await core.operations(payment)], [[], []]);
  core.gateway.capabilities.payMethods = { card: { ...card, partialCancel: false, partialCancelsMax: 0 } };
  assert.equal((await core.cancel(payment, { amount: 1000 })).state, 'confirmed');
});

// The queue of one process.

test('of one payment, turns come in the order in which they were asked for, and of another at once', async () => {
  const turns = createTurns();
  assert.equal(turns.isFree('payments 1'), true);
  const end = await turns.take('payments 1', 0);
  assert.ok(end);
  assert.equal(turns.isFree('payments 1'), false);
  assert.ok(await turns.take('payments 2', 0));
  assert.equal(await turns.take('payments 1', 0), undefined, 'who can not wait does not');
  const order: string[] = [];
  const [second, third] = ['second', 'third'].map((name) =>
    turns.take('payments 1', 60_000).then((turn) => {
      order.push(name);
      return turn;
    }),
  );
  assert.equal(turns.waiting, 2);
  end();
  // Who ends a turn twice does not end the next one's.
  end();
  const endSecond = await second;
  assert.deepEqual([order, turns.waiting], [['second'], 1]);
  endSecond?.();
  (await third)?.();
  assert.deepEqual([order, turns.waiting, turns.isFree('payments 1')], [['second', 'third'], 0, true]);
});

test('who has waited too long gets no turn, and is in nobody’s way', async () => {
  const turns = createTurns();
  const end = await turns.take('payments 1', 0);
  const [impatient, patient] = [turns.take('payments 1', 20), turns.take('payments 1', 60_000)];
  assert.equal(await impatient, undefined);
  assert.equal(turns.waiting, 1);
  end?.();
  const endPatient = await patient;
  assert.ok(endPatient);
  endPatient();
  assert.deepEqual([turns.isFree('payments 1'), turns.waiting], [true, 0]);
});

test('whose turn came in time is not counted as waiting any more, however long the turn lasts', async () => {
  const turns = createTurns();
  const end = await turns.take('payments 1', 0);
  const next = turns.take('payments 1', 20);
  end?.();
  assert.ok(await next);
  // Later than the end of that wait.
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.deepEqual([turns.waiting, turns.isFree('payments 1')], [0, false]);
});

test('no more than a thousand wait for one payment', async () => {
  const turns = createTurns();
  const end = await turns.take('payments 1', 0);
  const waiting = Array.from({ length: 1_000 }, () => turns.take('payments 1', 60_000).then((turn) => turn?.()));
  assert.equal(await turns.take('payments 1', 60_000), undefined);
  end?.();
  await Promise.all(waiting);
  assert.equal(turns.waiting, 0);
});
