import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createDeadline } from '../../src/core/operations/deadline.ts';
import { newOperationId } from '../../src/core/operations/identifier.ts';
import { makePayment } from '../../src/core/payments/make-payment.ts';
import { issueReceipt } from '../../src/core/receipts/receipts.ts';
import type { Operation } from '../../src/core/records/operation.ts';
import type { Payment } from '../../src/core/records/payment.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { Refusal } from '../../src/platform/errors/refusal.ts';
import type { Inquiry, ResultOf } from '../../src/port/operations.ts';
import type { Outcome } from '../../src/port/outcome.ts';
import { type Core, results, startCore } from '../kit/core.ts';
import { newOrder } from '../kit/orders.ts';

/** "No trace of it" is final after this, by the time at which the database wrote down that it was begun. */
const finalAfterMs = 600_000;
const long = new Date(Date.now() - finalAfterMs * 2);

let core: Core;
before(async () => {
  core = await startCore({ notDoneIsFinalAfterMs: finalAfterMs, turnWaitMs: 0 });
});
beforeEach(async () => {
  core.gateway.forget();
  // What earlier tests have left open is not this test's.
  await core.database.query(
    `update operations set next_inquiry_at = 'infinity', lease_until = 'infinity' where ended_at is null`,
  );
});
after(() => core.close());

type CancelOutcome = Outcome<ResultOf<'cancel'>>;
type CancelInquiry = Inquiry<ResultOf<'cancel'>>;
const no = { kind: 'refused', code: 'NO', message: '한도 초과', category: 'other' } as const;
const lost = { kind: 'unclear', why: 'lost' } as const;
const deadline = (ms = 4_000) => createDeadline(systemClock, ms);

/** What the gateway answers to requests, one after another; the last answer counts from then on. */
function answering(...outcomes: (CancelOutcome['kind'] | CancelOutcome)[]): void {
  core.gateway.operations.cancel.send = async ({ now }, request) => {
    const next = (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? 'confirmed';
    if (typeof next !== 'string') return next;
    if (next === 'confirmed' || next === 'accepted') return { kind: next, result: results.cancel(request, now) };
    return next === 'unclear' ? lost : next === 'refused' ? no : { kind: 'never_sent', why: 'no connection' };
  };
}

function told(inquiry: CancelInquiry | 'done' | 'accepted'): void {
  core.gateway.operations.cancel.inquire = async ({ now }, request) =>
    typeof inquiry === 'string' ? { kind: inquiry, result: results.cancel(request, now) } : inquiry;
}

interface Begun {
  readonly payment: Payment;
  readonly operation: Operation;
}

/** Reserved by a process that died, so long ago that its lease is over. */
async function abandoned(more: { readonly id?: string; readonly method?: 'trans' } = {}): Promise<Begun> {
  const payment = await core.pay(more.method ? { pay_method: more.method } : {});
  const operation = await core.reserve(
    payment,
    { amountMinor: 400n },
    { operationId: more.id ?? newOperationId(new Date()) },
  );
  assert.ok(operation);
  await due(operation.id);
  return { payment, operation };
}

/** As if the database had written down so long ago that it was begun. */
const begunLongAgo = (id: string): Promise<unknown> =>
  core.database.withTransaction(async (client) => {
    // Past the trigger that lets nobody change the audit.
    await client.query('set local session_replication_role = replica');
    await client.query('update operation_audit set written_at = $2 where operation_id = $1', [id, long]);
  });

async function inDoubt(more: { readonly id?: string } = {}): Promise<Begun> {
  const begun = await abandoned(more);
  await core.services.runner.markInDoubt(begun.operation, new Date(), 'test', 'lost');
  return { ...begun, operation: await core.operation(begun.operation.id) };
}

const due = (id: string): Promise<unknown> =>
  core.database.query(
    `update operations set next_inquiry_at = now() - interval '1 minute', lease_until = now() - interval '1 minute' where id = $1`,
    [id],
  );

const recover = (): Promise<void> => core.services.recovery.runOnce();
const stateOf = async ({ operation }: Begun): Promise<string> => (await core.operation(operation.id)).state;

// Sending.

test('without time that is left nothing is sent, and nothing is in doubt', async () => {
  const { payment, operation } = await abandoned();
  const report = await core.services.runner.run(
    { operation, subject: { type: 'payment', payment }, channel: core.channel, secrets: {}, card: null },
    deadline(200),
  );
  assert.deepEqual([report.state, report.message], ['unsent', 'no time was left to send it']);
  assert.deepEqual(core.gateway.sent, []);
  assert.equal((await core.operation(operation.id)).sent_at, null);
  assert.equal((await core.read(payment)).reserved_minor, 0n);
});

test('what the book must have and does not have is a defect, and nothing is sent', async () => {
  const payment = await core.pay({ pg_tid: null });
  // It is asked about for as long as its caller waits.
  const report = await core.cancel(payment, {}, core.another({ requestDeadlineMs: 700 }));
  assert.deepEqual([report.state, core.gateway.sent], ['in_doubt', []]);
});

test('what fails in an adapter after it may have sent something is a doubt, and keeps the amount', async () => {
  core.gateway.operations.cancel.send = async () => {
    throw new Error('a defect');
  };
  told({ kind: 'unknown', why: 'not known', isFinal: true });
  const payment = await core.pay();
  const report = await core.cancel(payment, { amount: 400 });
  assert.equal(report.state, 'in_doubt');
  const { reserved_minor, turn_of } = await core.read(payment);
  assert.deepEqual([reserved_minor, turn_of], [400n, report.operationId]);
  const row = await core.operation(report.operationId);
  assert.deepEqual([row.state, row.changed_by, row.changed_why], ['in_doubt', 'api', 'the adapter failed']);
  assert.ok(row.sent_at);
});

test('a doubt that nobody can clear is not asked about for as long as the caller waits, and left to recovery', async () => {
  answering('unclear');
  told({ kind: 'unknown', why: 'not known', isFinal: true });
  const payment = await core.pay();
  const report = await core.cancel(payment);
  assert.deepEqual([report.state, core.gateway.asked.length], ['in_doubt', 1]);
  const { lease_until, next_inquiry_at } = await core.operation(report.operationId);
  assert.ok(lease_until <= core.services.leases.now(), 'the lease has ended');
  assert.ok(next_inquiry_at > core.services.leases.now(), 'after a pause');
});

test('a doubt is asked about again within the deadline, until the gateway knows', async () => {
  answering('unclear');
  let questions = 0;
  core.gateway.operations.cancel.inquire = async ({ now }, request) => {
    questions += 1;
    if (questions === 1) throw new Error('a defect');
    if (questions === 2) return { kind: 'unknown', why: 'not yet' };
    return { kind: 'done', result: results.cancel(request, now) };
  };
  const patient = core.another({ requestDeadlineMs: 4_000 });
  const payment = await core.pay();
  const report = await core.cancel(payment, { amount: 400 }, patient);
  assert.deepEqual([report.state, questions, core.gateway.sent.length], ['confirmed', 3, 1]);
  assert.equal((await core.read(payment)).cancelled_minor, 400n);
});

test('what a check of a card has charged is owed: its cancellation stays open until it could be sent, by whomever', async () => {
  const { payment, operation } = await abandoned();
  await core.database.query(`update operations set details = '{"gives_back_check": true}' where id = $1`, [
    operation.id,
  ]);
  const context = {
    operation: await core.operation(operation.id),
    subject: { type: 'payment', payment: await core.read(payment) },
    channel: core.channel,
    secrets: {},
    card: null,
  } as const;
  answering('never_sent');
  const report = await core.services.runner.run(context, deadline());
  assert.deepEqual([report.state, core.gateway.asked], ['in_doubt', []]);
  const open = await core.operation(operation.id);
  assert.match(open.changed_why, /no connection; it is tried again/);
  assert.ok(open.next_inquiry_at > core.services.leases.now(), 'after a pause');
  told({ kind: 'not_done', repeatIsSafe: true });
  await due(operation.id);
  await recover();
  assert.equal((await core.operation(operation.id)).state, 'in_doubt', 'it could not be sent again');
  assert.equal((await core.read(payment)).reserved_minor, 400n);
  answering('confirmed');
  await due(operation.id);
  await recover();
  assert.equal((await core.operation(operation.id)).state, 'confirmed');
  const { reserved_minor, cancelled_minor, turn_of } = await core.read(payment);
  assert.deepEqual([reserved_minor, cancelled_minor, turn_of], [0n, 400n, null]);
});

// What an inquiry says.

test('what the gateway’s book says ends a doubt: done, taken, or refused', async () => {
  for (const [inquiry, state, cancelled, reserved] of [
    ['done', 'confirmed', 400n, 0n],
    ['accepted', 'accepted', 400n, 0n],
    [no, 'refused', 0n, 0n],
    [{ kind: 'unknown', why: 'not known' }, 'in_doubt', 0n, 400n],
  ] as const) {
    const begun = await inDoubt();
    told(inquiry);
    await recover();
    assert.equal(await stateOf(begun), state);
    const { cancelled_minor, reserved_minor } = await core.read(begun.payment);
    assert.deepEqual([cancelled_minor, reserved_minor], [cancelled, reserved]);
    assert.deepEqual(core.gateway.sent, [], 'nothing was sent again');
  }
});

test('only its success makes a repeat an answer where the gateway can not be asked; its refusal proves nothing', async () => {
  for (const [outcome, state] of [
    ['refused', 'in_doubt'],
    ['unclear', 'in_doubt'],
    ['never_sent', 'in_doubt'],
    ['confirmed', 'confirmed'],
    ['accepted', 'accepted'],
  ] as const) {
    const begun = await inDoubt({ id: newOperationId(long) });
    await begunLongAgo(begun.operation.id);
    told({ kind: 'ask_by_repeating' });
    answering(outcome);
    core.gateway.sent.length = 0;
    await recover();
    assert.equal(await stateOf(begun), state, outcome);
    assert.deepEqual(
      core.gateway.sent.map(({ isRepeat }) => isRepeat),
      [true],
    );
    assert.equal((await core.read(begun.payment)).reserved_minor, state === 'in_doubt' ? 400n : 0n);
  }
});

test('where a repeat is safe and the book has no trace, its answer is the answer, and another failure is none', async () => {
  for (const [outcome, state] of [
    ['refused', 'refused'],
    ['unclear', 'in_doubt'],
    ['never_sent', 'in_doubt'],
    ['confirmed', 'confirmed'],
    ['accepted', 'accepted'],
  ] as const) {
    // So old that without a safe repeat it would be given up.
    const begun = await inDoubt({ id: newOperationId(long) });
    await begunLongAgo(begun.operation.id);
    told({ kind: 'not_done', repeatIsSafe: true });
    answering(outcome);
    core.gateway.sent.length = 0;
    await recover();
    assert.equal(await stateOf(begun), state, outcome);
    assert.deepEqual(
      core.gateway.sent.map(({ isRepeat }) => isRepeat),
      [true],
    );
  }
});

test('without a safe repeat nothing is sent again: the amount stays reserved until long after, and then is free', async () => {
  told({ kind: 'not_done', repeatIsSafe: false });
  // One whose id comes from a server with a wrong clock is as young as it is.
  const [young, old] = [await inDoubt({ id: newOperationId(long) }), await inDoubt()];
  await begunLongAgo(old.operation.id);
  await recover();
  assert.deepEqual([await stateOf(young), await stateOf(old)], ['in_doubt', 'refused']);
  assert.equal((await core.read(young.payment)).reserved_minor, 400n);
  assert.equal((await core.read(old.payment)).reserved_minor, 0n);
  assert.equal((await core.operation(old.operation.id)).gateway_code, 'not_carried_out');
  assert.deepEqual(core.gateway.sent, []);
});

test('how long ago it was is told by the server’s time, not by when it was asked for on a merchant’s clock', async () => {
  told({ kind: 'not_done', repeatIsSafe: false });
  const begun = await inDoubt();
  await core.database.query('update operations set requested_at = $2, sent_at = $2 where id = $1', [
    begun.operation.id,
    long,
  ]);
  await recover();
  assert.equal(await stateOf(begun), 'in_doubt');
});

test('nothing is repeated when less time is left than a call needs', async () => {
  for (const inquiry of [{ kind: 'ask_by_repeating' }, { kind: 'not_done', repeatIsSafe: true }] as const) {
    const { payment, operation } = await inDoubt({ id: newOperationId(long) });
    await begunLongAgo(operation.id);
    told(inquiry);
    const context = {
      operation,
      subject: { type: 'payment', payment },
      channel: core.channel,
      secrets: {},
      card: null,
    };
    const { report } = await core.services.runner.clarify(context as never, deadline(200), 'test');
    assert.equal(report, undefined);
    assert.deepEqual(core.gateway.sent, []);
  }
});

test('a refund that was accepted is never sent again, nor given up, whatever the book does not have', async () => {
  for (const inquiry of [
    { kind: 'ask_by_repeating' },
    { kind: 'not_done', repeatIsSafe: true },
    { kind: 'not_done', repeatIsSafe: false },
    'accepted',
  ] as const) {
    answering('accepted');
    const payment = await core.pay();
    const operation = await core.reserve(payment, { amountMinor: 400n }, { operationId: newOperationId(long) });
    assert.ok(operation);
    await begunLongAgo(operation.id);
    const context = {
      operation,
      subject: { type: 'payment', payment },
      channel: core.channel,
      secrets: {},
      card: null,
    };
    assert.equal((await core.services.runner.run(context as never, deadline())).state, 'accepted');
    core.gateway.sent.length = 0;
    told(inquiry);
    await due(operation.id);
    await recover();
    assert.equal((await core.operation(operation.id)).state, 'accepted', JSON.stringify(inquiry));
    assert.deepEqual(core.gateway.sent, []);
    const { lease_until, next_inquiry_at } = await core.operation(operation.id);
    assert.ok(next_inquiry_at > core.services.leases.now() && lease_until <= core.services.leases.now());
  }
});

for (const kind of ['approve', 'issue_vbank', 'issue_barcode'] as const) {
  const isRepeated = kind !== 'approve';
  test(`${kind} whose answer was lost is ${isRepeated ? 'sent again where that is safe' : 'never sent again: no card number is kept'}`, async () => {
    for (const inquiry of [{ kind: 'not_done', repeatIsSafe: true }, { kind: 'ask_by_repeating' }] as const) {
      const operation = core.gateway.operations[kind] as {
        send(call: unknown, request: unknown): Promise<object>;
        inquire(): Promise<object>;
      };
      const { send } = operation;
      operation.send = async () => lost;
      operation.inquire = async () => ({ kind: 'unknown', why: 'lost', isFinal: true });
      const made = await makePayment(core.services, {
        kind,
        channel: core.channel,
        values: {
          merchant_uid: newOrder(),
          pay_method: kind === 'approve' ? 'card' : kind === 'issue_vbank' ? 'vbank' : 'cvs',
          channel: 'api',
          currency: 'KRW',
          amount_minor: 1000n,
          tax_free_minor: 0n,
          vat_minor: 91n,
          vbank_code: '004',
          vbank_due_at: new Date(Date.now() + 86_400_000),
          vbank_holder: '홍길동',
          started_at: new Date(),
        },
        details: {},
        secrets: {},
        card: {
          number: '5570420000007221',
          expiryYear: '39',
          expiryMonth: '12',
          birthOrBusinessNumber: null,
          passwordFirstTwo: null,
          cvc: null,
        },
        deadline: core.services.requestDeadline(),
      });
      assert.equal(made.state, 'in_doubt');
      operation.send = send;
      operation.inquire = async () => inquiry;
      core.gateway.sent.length = 0;
      await due(made.operationId);
      await recover();
      assert.equal((await core.operation(made.operationId)).state, isRepeated ? 'confirmed' : 'in_doubt');
      assert.equal(core.gateway.sent.length, isRepeated ? 1 : 0);
    }
  });
}

// Who takes what up.

test('recovery takes up what its process has left, tells the audit of it, and settles it', async () => {
  const begun = await abandoned();
  told('done');
  await recover();
  assert.equal(await stateOf(begun), 'confirmed');
  const audit = await core.database.query<{ to_state: string; by: string; why: string }>(
    'select to_state, by, why from operation_audit where merchant_id = $2 and operation_id = $1 order by id',
    [begun.operation.id, core.channel.merchantId],
  );
  assert.deepEqual(
    audit.slice(2).map(({ to_state, by }) => [to_state, by]),
    [
      ['in_doubt', 'recovery'],
      ['confirmed', 'recovery'],
    ],
  );
  assert.equal(audit[2]?.why, 'found open after its process had ended');
});

test('what a process that lives works on, or what has to wait, is not taken up', async () => {
  told('done');
  const [leased, waiting] = [await abandoned(), await inDoubt()];
  await core.database.query(`update operations set lease_until = now() + interval '1 minute' where id = $1`, [
    leased.operation.id,
  ]);
  await core.database.query(`update operations set next_inquiry_at = now() + interval '1 minute' where id = $1`, [
    waiting.operation.id,
  ]);
  await recover();
  assert.deepEqual([await stateOf(leased), await stateOf(waiting)], ['requested', 'in_doubt']);
  assert.deepEqual(core.gateway.asked, []);
  await due(leased.operation.id);
  await due(waiting.operation.id);
  await recover();
  assert.deepEqual([await stateOf(leased), await stateOf(waiting)], ['confirmed', 'confirmed']);
});

test('a row that somebody is changing is passed over, and does not hold up the others', async () => {
  told('done');
  const [held, free] = [await inDoubt(), await inDoubt()];
  await core.database.withTransaction(async (client) => {
    await client.query('select from operations where merchant_id = $2 and id = $1 for update', [
      held.operation.id,
      core.channel.merchantId,
    ]);
    let isWaiting = false;
    const watch = setInterval(() => {
      void core.database
        .query(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
        .then((rows) => {
          isWaiting ||= rows.length > 0;
          // Whoever waits is let go: what follows says that it should not have waited.
          if (isWaiting) void client.query('rollback').catch(() => undefined);
        });
    }, 20);
    await recover();
    clearInterval(watch);
    assert.equal(isWaiting, false, 'recovery waits for the row');
    assert.equal(await stateOf(free), 'confirmed');
  });
  assert.equal(await stateOf(held), 'in_doubt');
});

test('two processes that recover at once ask about each operation once', async () => {
  told('done');
  const begun = await Promise.all(Array.from({ length: 12 }, () => inDoubt()));
  const other = core.another();
  await Promise.all([recover(), other.recovery.runOnce()]);
  assert.equal(core.gateway.asked.length, begun.length);
  for (const each of begun) {
    assert.equal(await stateOf(each), 'confirmed');
    assert.equal((await core.operation(each.operation.id)).inquiries, 1);
  }
});

test('while it asks, recovery holds the lease for longer than it may take', async () => {
  const begun = await inDoubt();
  let held: { lease_of: string; lease_until: Date } | undefined;
  core.gateway.operations.cancel.inquire = async () => {
    held = await core.operation(begun.operation.id);
    return { kind: 'unknown', why: 'not known' };
  };
  const from = core.services.leases.now().getTime();
  await recover();
  assert.ok(held);
  assert.equal(held.lease_of, core.services.leases.owner);
  assert.ok(held.lease_until.getTime() >= from + core.services.settings.requestDeadlineMs * 2 - 1);
});

test('a pause is written only by who still has the lease', async () => {
  const begun = await inDoubt();
  core.gateway.operations.cancel.inquire = async () => {
    await core.database.query(
      `update operations set lease_of = 'another', lease_until = now() + interval '1 hour', next_inquiry_at = now() + interval '1 hour'
       where id = $1`,
      [begun.operation.id],
    );
    return { kind: 'unknown', why: 'not known' };
  };
  await recover();
  const { lease_of, lease_until, next_inquiry_at } = await core.operation(begun.operation.id);
  assert.equal(lease_of, 'another');
  for (const time of [lease_until, next_inquiry_at]) {
    assert.ok(time.getTime() > core.services.leases.now().getTime() + 3_000_000);
  }
});

test('pauses grow with every question, and what only a person can end is asked about once a day', async () => {
  const begun = await inDoubt();
  told({ kind: 'unknown', why: 'not known' });
  const pauses: number[] = [];
  for (let question = 0; question < 3; question++) {
    await due(begun.operation.id);
    await recover();
    const { next_inquiry_at, lease_until, inquiries } = await core.operation(begun.operation.id);
    assert.equal(inquiries, question + 1);
    assert.ok(lease_until <= core.services.leases.now());
    pauses.push(next_inquiry_at.getTime() - core.services.leases.now().getTime());
  }
  const [first = 0, second = 0, third = 0] = pauses;
  assert.ok(first > 0 && first < second && second < third && third < 600_000, String(pauses));
  told({ kind: 'unknown', why: 'not known', isFinal: true });
  await due(begun.operation.id);
  await recover();
  const { next_inquiry_at } = await core.operation(begun.operation.id);
  const pauseMs = next_inquiry_at.getTime() - core.services.leases.now().getTime();
  assert.ok(pauseMs > 80_000_000 && pauseMs <= 86_400_000, String(pauseMs));
});

test('one operation that fails in recovery leaves the others of its round alone', async () => {
  const [failing, fine] = [await inDoubt(), await inDoubt()];
  core.gateway.operations.cancel.inquire = async ({ now }, request) => {
    const result = results.cancel(request, now);
    // No text of PostgreSQL's has this character.
    const gatewayTid = request.orderId === failing.payment.imp_uid ? '\u0000' : result.gatewayTid;
    return { kind: 'done', result: { ...result, gatewayTid } };
  };
  await recover();
  assert.deepEqual([await stateOf(failing), await stateOf(fine)], ['in_doubt', 'confirmed']);
});

test('recovery goes on with the receipt that follows what it has settled', async () => {
  const payment = await core.pay({ pay_method: 'trans' });
  const caller = {
    merchantId: core.channel.merchantId,
    idempotencyId: null,
    deadline: core.services.requestDeadline(),
  };
  const request = {
    identifier: '01012345678',
    identifierType: null,
    type: 'person',
    taxFree: undefined,
    vatAmount: undefined,
  } as const;
  assert.equal((await issueReceipt(core.services, caller, payment.imp_uid, request)).state, 'confirmed');
  const operation = await core.reserve(payment, {});
  assert.ok(operation);
  await due(operation.id);
  told('done');
  core.gateway.sent.length = 0;
  await recover();
  assert.deepEqual(
    core.gateway.sent.map(({ operation: name }) => name),
    ['revoke_receipt'],
  );
  assert.deepEqual(
    (await core.receipts(payment)).map(({ state }) => state),
    ['revoked'],
  );
  const { turn_of, cash_receipt_issued, cancelled_minor } = await core.read(payment);
  assert.deepEqual([turn_of, cash_receipt_issued, cancelled_minor], [null, false, 1000n]);
});

test('a gateway’s answer that comes after somebody else has ended the operation changes nothing', async () => {
  const payment = await core.pay();
  core.gateway.operations.cancel.send = async ({ now }, request) => {
    const [row] = await core.operations(payment);
    assert.ok(row);
    await core.services.runner.markInDoubt(row, now, 'test', 'lost');
    await core.services.settle({
      merchantId: row.merchant_id,
      operationId: row.id,
      turnRowId: payment.id,
      kind: 'cancel',
      outcome: no,
      sentAt: now,
      endedAt: now,
      by: 'kim',
      why: 'seen',
      followUpId: null,
    });
    return { kind: 'confirmed', result: results.cancel(request, now) };
  };
  const report = await core.cancel(payment, { amount: 400 });
  assert.deepEqual([report.state, report.message], ['refused', '한도 초과'], 'what was written down is what counts');
  assert.equal((await core.read(payment)).cancelled_minor, 0n);
});

test('a doubt is written only over what is still running', async () => {
  const begun = await inDoubt();
  const row = await core.operation(begun.operation.id);
  await core.services.runner.markInDoubt(begun.operation, new Date(), 'late', 'again');
  assert.deepEqual(await core.operation(begun.operation.id), row);
  told('done');
  await recover();
  await core.services.runner.markInDoubt(begun.operation, new Date(), 'late', 'again');
  assert.equal(await stateOf(begun), 'confirmed');
});

test('whoever comes after a doubt that nobody will work on is told of it at once', async () => {
  const begun = await inDoubt();
  const patient = core.another({ turnWaitMs: 3_600_000, requestDeadlineMs: 3_600_000 });
  await core.database.query(
    `update operations set lease_until = now() - interval '1 minute', next_inquiry_at = now() + interval '1 day' where id = $1`,
    [begun.operation.id],
  );
  await assert.rejects(core.cancel(begun.payment, {}, patient), (error: unknown) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual([error.errorCode, error.operation?.id], ['cancellation_blocked_by_doubt', begun.operation.id]);
    return true;
  });
});
