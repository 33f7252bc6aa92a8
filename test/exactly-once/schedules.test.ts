import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { chargeKey } from '../../src/core/billing/charge-key.ts';
import { issuedKeyOf, issueKey } from '../../src/core/billing/issue-key.ts';
import { forgetKey } from '../../src/core/billing/revoke-key.ts';
import type { BillingKeyRow } from '../../src/core/records/billing-key.ts';
import type { Payment } from '../../src/core/records/payment.ts';
import type { Schedule } from '../../src/core/records/schedule.ts';
import { moveSchedule, reschedule, revokeSchedules } from '../../src/core/schedules/change-schedules.ts';
import { retrySchedule } from '../../src/core/schedules/charge-schedule.ts';
import { findSchedule } from '../../src/core/schedules/find-schedules.ts';
import { makeSchedules } from '../../src/core/schedules/make-schedules.ts';
import type { Services } from '../../src/core/services.ts';
import { Refusal } from '../../src/platform/errors/refusal.ts';
import { createApiClient } from '../kit/api-client.ts';
import { type Core, results, startCore } from '../kit/core.ts';
import { createTestDatabase } from '../kit/database.ts';
import { goodCard, newOrder } from '../kit/orders.ts';
import { until } from './observations.ts';
import { startServerProcessOn, startSharedSimulators } from './servers.ts';

let core: Core;
let key: BillingKeyRow;
before(async () => {
  core = await startCore();
  key = await register();
});
beforeEach(() => core.gateway.forget());
after(() => core?.close());

const merchantId = () => core.channel.merchantId;
const callerOf = (services: Services) => ({
  merchantId: merchantId(),
  idempotencyId: null,
  deadline: services.requestDeadline(),
});

async function register(customerUid = newOrder('card')): Promise<BillingKeyRow> {
  const report = await issueKey(core.services, callerOf(core.services), {
    customerUid,
    customerId: undefined,
    channel: core.channel,
    card: {
      number: '5570420000007221',
      expiryYear: '39',
      expiryMonth: '12',
      birthOrBusinessNumber: null,
      passwordFirstTwo: null,
      cvc: null,
    },
    customer: {
      customer_name: '홍길동',
      customer_tel: null,
      customer_email: null,
      customer_addr: null,
      customer_postcode: null,
    },
  });
  return issuedKeyOf(report);
}

const minute = (minutes: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + minutes * 60_000);

/** `at` in minutes from now. */
async function schedule(ats: readonly number[], of = key): Promise<readonly string[]> {
  const uids = ats.map(() => newOrder());
  await makeSchedules(
    core.services,
    of,
    ats.map((at, place) => ({
      merchant_uid: uids[place] ?? '',
      schedule_at: minute(at),
      currency: 'KRW',
      amount_minor: 1000n,
      tax_free_minor: 0n,
      vat_minor: 91n,
      card_quota: 0,
      name: null,
      buyer_name: null,
      buyer_email: null,
      buyer_tel: null,
      buyer_addr: null,
      buyer_postcode: null,
      custom_data: null,
      notice_urls: [],
      details: {},
    })),
  );
  return uids;
}

const read = (uid: string): Promise<Schedule> => findSchedule(core.database, merchantId(), uid);

async function runDue(...by: readonly Services[]): Promise<void> {
  const all = by.length === 0 ? [core.services] : by;
  await Promise.all(
    all.map(async ({ schedules }) => {
      await schedules.round.runOnce();
      await schedules.idle();
    }),
  );
}

async function paymentsOf(uid: string): Promise<readonly Payment[]> {
  return core.database.query<Payment>(
    'select * from payments where merchant_id = $1 and merchant_uid = $2 order by id',
    [merchantId(), uid],
  );
}

/** How the charges stand by the gateway: the names of the orders, as they were sent. */
const sent = () =>
  core.gateway.sent
    .filter(({ operation }) => operation === 'charge_key')
    .map(({ request }) => (request as { orderName: string }).orderName);

async function announcedOf(uid: string): Promise<readonly string[]> {
  const all = await Promise.all((await paymentsOf(uid)).map((payment) => core.announced(payment)));
  return all.flat().map(([event, status]) => `${event} ${status}`);
}

const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Refusal) return error.errorCode;
      throw error;
    },
  );

const decline = { kind: 'refused', code: '8035', message: '한도초과', category: 'other' } as const;

test('three servers run what is overdue once each, that of one customer in its order, and nothing that is not due', async () => {
  const keys = await Promise.all([register(), register()]);
  const [early = [], late = []] = await Promise.all(keys.map((each) => schedule([-3, -30, -2, -20, -1, 60], each)));
  const others = await schedule(Array.from({ length: 90 }, () => -1));
  await runDue(core.services);
  await runDue(core.services, core.another(), core.another());
  const due = [...early.slice(0, 5), ...late.slice(0, 5), ...others];
  assert.deepEqual([...sent()].sort(), [...due].sort(), 'each once');
  for (const uids of [early, late]) {
    const inOrder = [1, 3, 0, 2, 4].map((place) => uids[place]);
    assert.deepEqual(
      sent().filter((uid) => uids.includes(uid)),
      inOrder,
    );
    const waiting = await read(uids[5] ?? '');
    assert.deepEqual([waiting.schedule_status, waiting.payment_status, waiting.imp_uid], ['scheduled', null, null]);
  }
  const first = await read(early[1] ?? '');
  const [payment] = await paymentsOf(first.merchant_uid);
  assert.deepEqual(
    [first.schedule_status, first.payment_status, first.imp_uid, first.executed_at],
    ['executed', 'paid', payment?.imp_uid, payment?.paid_at],
  );
  assert.deepEqual([payment?.customer_uid_usage, payment?.user_agent], ['payment.scheduled', null]);
  assert.deepEqual(await announcedOf(first.merchant_uid), ['paid paid']);
  // What has run is run by nobody again.
  await runDue(core.services, core.another());
  assert.equal(sent().length, due.length);
});

test('servers that have read the same schedules charge each of them once', async () => {
  const servers = [core.services, core.another(), core.another()];
  const uids = await schedule(Array.from({ length: 20 }, () => -1));
  // As if each lease had run out at once.
  const forgetLeases = async () => {
    await core.database.query(
      `update schedules set lease_until = '-infinity' where merchant_id = $1 and status = 'scheduled'`,
      [merchantId()],
    );
  };
  await Promise.all([
    ...servers.map(({ schedules }) =>
      schedules.round
        .runOnce()
        .then(forgetLeases)
        .then(() => schedules.round.runOnce()),
    ),
    forgetLeases(),
  ]);
  await runDue(...servers);
  await runDue(...servers);
  assert.deepEqual([...sent()].sort(), [...uids].sort());
  for (const uid of uids) assert.equal((await paymentsOf(uid)).length, 1);
});

test('who revokes, moves or retries while it runs either comes first or is refused, and it is charged at most once', async () => {
  const other = core.another();
  for (let turn = 0; turn < 12; turn += 1) {
    const [revoked = '', moved = '', again = ''] = await schedule([-1, -1, -1]);
    const [revocation, move, retries] = await Promise.all([
      refusalOf(revokeSchedules(other, merchantId(), { customerUid: undefined, merchantUids: [revoked] })),
      refusalOf(moveSchedule(other, merchantId(), moved, minute(60))),
      refusalOf(retrySchedule(other, callerOf(other), again)),
      runDue(core.services, other),
    ]);
    const ran = (uid: string) => sent().filter((each) => each === uid).length;
    assert.ok(['done', 'schedule_nothing_to_revoke'].includes(revocation), revocation);
    assert.equal(ran(revoked), revocation === 'done' ? 0 : 1);
    assert.equal((await read(revoked)).schedule_status, revocation === 'done' ? 'revoked' : 'executed');
    assert.ok(['done', 'schedule_running', 'schedule_executed'].includes(move), move);
    assert.equal(ran(moved), move === 'done' ? 0 : 1);
    assert.ok(['schedule_not_run', 'schedule_running', 'schedule_paid'].includes(retries), retries);
    assert.equal(ran(again), 1);
  }
});

test('a charge in doubt is neither executed nor failed and never sent again; its end is the schedule’s, and announced', async () => {
  core.gateway.operations.charge_key.send = async () => ({ kind: 'unclear', why: 'no answer' });
  const uids = await schedule([-1, -1, -1]);
  const [paid = '', failed = '', open = ''] = uids;
  // Each is asked about for as long as its process waits.
  await runDue(core.another({ requestDeadlineMs: 1_000 }));
  for (const uid of uids) {
    const { schedule_status, payment_status, imp_uid, executed_at } = await read(uid);
    assert.deepEqual([schedule_status, payment_status, imp_uid, executed_at], ['scheduled', null, null, null]);
    assert.deepEqual(await announcedOf(uid), []);
  }
  const other = core.another();
  await runDue(core.services, other);
  const revoke = revokeSchedules(other, merchantId(), { customerUid: undefined, merchantUids: [open] });
  assert.deepEqual(
    await Promise.all([
      refusalOf(moveSchedule(other, merchantId(), open, minute(60))),
      refusalOf(reschedule(other, merchantId(), open, minute(60))),
      refusalOf(retrySchedule(other, callerOf(other), open)),
      refusalOf(revoke),
    ]),
    ['schedule_running', 'schedule_running', 'schedule_running', 'schedule_nothing_to_revoke'],
  );
  core.gateway.operations.charge_key.inquire = async ({ now }, request) => {
    const { orderId } = request as { orderId: string };
    const [asked] = await core.database.query<Payment>(
      'select * from payments where imp_uid = $1 and merchant_id = $2',
      [orderId, merchantId()],
    );
    if (asked?.merchant_uid === paid) return { kind: 'done', result: results.charge_key(request as never, now) };
    if (asked?.merchant_uid === failed) return decline;
    return { kind: 'unknown', why: 'it can not tell' };
  };
  await core.database.query(
    `update operations set next_inquiry_at = '-infinity', lease_until = '-infinity' where merchant_id = $1 and state = 'in_doubt'`,
    [merchantId()],
  );
  await core.services.recovery.runOnce();
  const ends = await Promise.all(uids.map(read));
  assert.deepEqual(
    ends.map(({ schedule_status, payment_status }) => [schedule_status, payment_status]),
    [
      ['executed', 'paid'],
      ['executed', 'failed'],
      ['scheduled', null],
    ],
  );
  assert.deepEqual(await Promise.all(uids.map(announcedOf)), [['paid paid'], ['failed failed'], []]);
  assert.equal(sent().length, 3, 'each was sent once');
});

test('a failed run is announced, the only failure that is, also when it could not even be tried', async () => {
  const goneKey = await register();
  const [[declined = '', twice = ''], [gone = '']] = await Promise.all([schedule([-1, -1]), schedule([-1], goneKey)]);
  assert.ok(await forgetKey(core.services, goneKey));
  const order = (uid: string) => ({
    customerUid: key.customer_uid,
    usage: 'payment' as const,
    values: {
      merchant_uid: uid,
      currency: 'KRW',
      amount_minor: 1000n,
      tax_free_minor: 0n,
      vat_minor: 91n,
      started_at: new Date(),
    },
    details: {},
  });
  await chargeKey(core.services, callerOf(core.services), order(twice));
  core.gateway.operations.charge_key.send = async () => decline;
  const byHand = newOrder();
  await chargeKey(core.services, callerOf(core.services), order(byHand));
  assert.deepEqual(await announcedOf(byHand), []);
  const before = sent().length;
  await runDue();
  assert.equal(sent().length, before + 1, 'only the one that could be tried');
  for (const [uid, reason] of [
    [declined, '[8035]한도초과'],
    [gone, '등록되지 않은 구매자입니다.'],
    [twice, undefined],
  ] as const) {
    const { schedule_status, payment_status, fail_reason, executed_at, imp_uid } = await read(uid);
    assert.deepEqual([schedule_status, payment_status], ['executed', 'failed']);
    if (reason) assert.equal(fail_reason, reason);
    assert.ok(executed_at && imp_uid);
    assert.deepEqual((await announcedOf(uid)).slice(-1), ['failed failed']);
  }
  assert.equal(await refusalOf(retrySchedule(core.services, callerOf(core.services), gone)), 'billing_keys_not_found');
  assert.equal(await refusalOf(retrySchedule(core.services, callerOf(core.services), twice)), 'schedule_paid');
});

test('retries and reschedules that race charge a failed or revoked schedule once; a refund is the record’s', async () => {
  const servers = [core.services, core.another()];
  core.gateway.operations.charge_key.send = async () => decline;
  const [failed = '', later = ''] = await schedule([-1, -1]);
  await runDue();
  core.gateway.forget();
  const [revoked = ''] = await schedule([60]);
  await revokeSchedules(core.services, merchantId(), { customerUid: key.customer_uid, merchantUids: [revoked] });
  for (const uid of [failed, revoked]) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => {
        const by = servers[at % 2] ?? core.services;
        return refusalOf(retrySchedule(by, callerOf(by), uid));
      }),
    );
    assert.equal(answers.filter((answer) => answer === 'done').length, 1, String(answers));
    assert.equal(sent().filter((each) => each === uid).length, 1);
    const ended = await read(uid);
    assert.deepEqual([ended.schedule_status, ended.payment_status, ended.revoked_at], ['executed', 'paid', null]);
  }
  const attempts = await paymentsOf(failed);
  assert.deepEqual(
    attempts.map(({ status }) => status),
    ['failed', 'paid'],
    'the failed payment stays',
  );
  assert.equal((await read(failed)).imp_uid, attempts[1]?.imp_uid);

  assert.equal((await reschedule(core.services, merchantId(), later, minute(0))).payment_status, null);
  assert.equal((await read(later)).imp_uid, null);
  await runDue(...servers);
  assert.equal((await read(later)).payment_status, 'paid');
  assert.equal(await refusalOf(reschedule(core.services, merchantId(), later, minute(5))), 'schedule_paid');
  const [, payment] = await paymentsOf(later);
  assert.ok(payment);
  await core.cancel(payment, { amount: '400' });
  assert.equal((await read(later)).payment_status, 'cancelled');
  assert.equal(await refusalOf(retrySchedule(core.services, callerOf(core.services), later)), 'schedule_paid');
});

test('a server that is killed while it runs a schedule leaves one that the next one ends, charged once', async (t) => {
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  await Promise.all(
    // The answer to the charge, and not the one to the registration.
    ['after_claim', 'after_answer:2'].map(async (point) => {
      const testDatabase = await createTestDatabase({ poolSize: 4 });
      t.after(() => testDatabase.drop());
      const child = await startServerProcessOn(t, testDatabase.url, simulators, { HWANBUL_CRASH_POINT: point });
      const made = await createApiClient(child.url).post('/sandbox/merchants');
      const client = await createApiClient(child.url).logIn(made.response.imp_key, made.response.imp_secret);
      const uid = newOrder('card');
      assert.equal((await client.post(`/subscribe/customers/${uid}`, { pg: 'tosspayments', ...goodCard })).code, 0);
      const entry = { merchant_uid: newOrder(), schedule_at: Math.floor(Date.now() / 1000) - 60, amount: 1000 };
      await client
        .post('/subscribe/payments/schedule', { customer_uid: uid, schedules: [entry] })
        .catch(() => undefined);
      assert.equal((await child.exited).signal, 'SIGKILL', child.stderr());
      const next = await startServerProcessOn(t, testDatabase.url, simulators);
      const by = createApiClient(next.url, client.token);
      const ended = await until(`${point}: it has been run`, async () => {
        const answer = await by.get(`/subscribe/payments/schedule/${entry.merchant_uid}`);
        return answer.response.schedule_status === 'executed' && answer.response;
      });
      assert.equal(ended.payment_status, 'paid');
      const { transactions } = (await by.get('/sandbox/books/tosspayments')).response;
      assert.deepEqual(
        transactions.map((transaction: { imp_uid: string }) => transaction.imp_uid),
        [ended.imp_uid],
        point,
      );
    }),
  );
});
