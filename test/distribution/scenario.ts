import assert from 'node:assert/strict';
import type pg from 'pg';
import { forgetKey } from '../../src/core/billing/revoke-key.ts';
import { createIdempotencyKeys } from '../../src/core/idempotency/idempotency.ts';
import { countCiphertexts } from '../../src/core/key-rotation/count-ciphertexts.ts';
import { lastPlainHashExpiry, rotateCiphertexts } from '../../src/core/key-rotation/rotate-ciphertexts.ts';
import { msSinceBegun } from '../../src/core/operations/begun-ago.ts';
import { readSubject } from '../../src/core/operations/context.ts';
import { createLeases } from '../../src/core/operations/leases.ts';
import { giveBackOfDead } from '../../src/core/operations/take-over.ts';
import { turnsOfBillingKeys } from '../../src/core/operations/take-turn.ts';
import { isUnchanged } from '../../src/core/payments/insert-payment.ts';
import type { BillingKeyRow } from '../../src/core/records/billing-key.ts';
import type { Operation } from '../../src/core/records/operation.ts';
import { createRetention } from '../../src/core/retention/retention.ts';
import { giveBack, giveBackOf } from '../../src/core/webhooks/leases.ts';
import { readBookState } from '../../src/metrics/book.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { serverClockForAll } from '../../src/platform/clock/merchant-clocks.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { createSimulatorControl, type SimulatorControl } from '../../src/simulators/control.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { join } from '../kit/console-client.ts';
import { eventually } from '../kit/eventually.ts';
import { bring, orderAtNaver } from '../kit/naver-orders.ts';
import {
  depositedVbank,
  goodCard,
  issueBarcode,
  issueVbank,
  newOrder,
  payByCard,
  refundAccount,
} from '../kit/orders.ts';
import type { Sandbox } from '../kit/sandbox.ts';
import type { Receiver } from '../webhooks/receiver.ts';
import { newWebhookMerchant } from '../webhooks/webhook-merchant.ts';

export interface Stage {
  readonly sandbox: Sandbox;
  readonly receiver: Receiver;
  /** The test's own connection, whose statements are not the server's. */
  readonly own: pg.Client;
}

/**
 * Everything that the server does, once, so that it sends every statement that it has. What only a crash or a stop would
 * bring about is called by itself.
 */
export async function playEverything(stage: Stage): Promise<void> {
  // It forgets what the others do.
  await reset(stage);
  await Promise.all(acts.map((act) => act(stage)));
  await keyRotation(stage);
}

const acts: readonly ((stage: Stage) => Promise<void>)[] = [
  makingPayments,
  billingKeys,
  schedules,
  cancelling,
  receipts,
  certifications,
  escrows,
  cashElsewhere,
  metrics,
  deaths,
  idempotencyKeys,
  doubts,
  looking,
  webhooks,
  notices,
  productOrders,
  movedClocks,
  seeds,
  subStores,
  announcedAmounts,
  checkouts,
  bulkRefunds,
  reconciledDays,
  channelGroups,
  savedViews,
  people,
  refundRequests,
  retention,
];

async function retention({ sandbox, own }: Stage): Promise<void> {
  await own.query(`create table operation_audit_2020_01 (like operation_audit, primary key (merchant_id, id))`);
  await own.query(
    `alter table operation_audit attach partition operation_audit_2020_01 for values from ('2020-01-01') to ('2020-02-01')`,
  );
  const { database } = sandbox;
  const settings = { keepWebhooksDays: 1, keepFailedWebhooksDays: 1, keepNoticesDays: 90, keepAuditMonths: 1 };
  const idempotencyKeys = { removeExpired: async () => {} };
  const parts = { database, settings, idempotencyKeys, clock: systemClock, log: createLog('silent') };
  const isAttached = async () => {
    const { rowCount } = await own.query(`select from audit_months() where part = 'operation_audit_2020_01'`);
    return rowCount === 1;
  };
  // It leaves a month for later while somebody reads all of the audit.
  await eventually(async () => {
    await createRetention(parts).runOnce();
    assert.equal(await isAttached(), false);
  });
}

async function refundRequests({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const [clerk, boss] = [await join(client, 'operator'), await join(client, 'manager')];
  const ask = async (key: string) => {
    const imp_uid = await payByCard(client, 1000);
    return done(await clerk.post('/refund-requests', { imp_uid, amount: 400 }, { 'idempotency-key': key })).response;
  };
  const [approved, rejected, withdrawn] = [await ask('one'), await ask('two'), await ask('three')];
  assert.equal((await clerk.post('/payments/cancel', { imp_uid: approved.imp_uid })).error, 'refund_request_open');
  const path = `/refund-requests/${approved.refund_request_id}`;
  done(await boss.post(`${path}/approve`, { digest: approved.digest }));
  done(await boss.post(`${path}/approve`, { digest: approved.digest }));
  done(await boss.post(`/refund-requests/${rejected.refund_request_id}/reject`, { reason: 'no' }));
  done(await clerk.post(`/refund-requests/${withdrawn.refund_request_id}/withdraw`));
  done(await boss.get('/refund-requests?state=done'));
  for (const look of ['timeline', 'gateway-book', 'cancel-limits']) {
    done(await boss.get(`/payments/${approved.imp_uid}/${look}`));
  }
  // Not any more what was approved.
  const refused = await ask('four');
  done(await client.post('/payments/cancel', { imp_uid: refused.imp_uid, amount: 100 }));
  done(await boss.post(`/refund-requests/${refused.refund_request_id}/approve`, { digest: refused.digest }));
}

function done<T extends { readonly code: number; readonly text: string }>(answer: T): T {
  assert.equal(answer.code, 0, answer.text);
  return answer;
}

async function subStores({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const tier = { tier: '001' };
  done(await client.put('/sandbox/tiers/001', { channels: ['tosspayments'] }));
  done(await client.post('/subscribe/payments/onetime', { merchant_uid: newOrder(), amount: 1000, ...goodCard }, tier));
  done(await client.post('/sandbox/clock', { advance_seconds: 60 }));
  done(await client.delete('/sandbox/clock'));
  const day = new Date().toISOString().slice(0, 10);
  done(await client.get(`/reconciliations/tosspayments/transactions?date=${day}`, tier));
}

async function people({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const owner = await join(client, 'owner');
  done(await owner.put('/console-settings', { reasons: ['오배송'] }));
  done(await owner.get('/console-settings'));
  done(await owner.get(`/member-audit?email=${encodeURIComponent(owner.email)}&subject=x&before=9`, {}));
  done(await owner.get('/member-audit'));
}

async function checkouts({ sandbox, receiver }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const { user_code } = done(await client.get('/sandbox/merchant')).response;
  const open = async (path: string, request: object) =>
    done(await client.post(`/checkout/${path}`, { user_code, request })).response.token as string;
  const paid = await open('payments', { amount: 1000, confirm_url: `${receiver.url}/confirm` });
  done(await client.post(`/checkout/${paid}/pay`, {}));
  const refused = await open('payments', { amount: 1000 });
  done(await client.post(`/checkout/${refused}/pay`, { tester: { do: 'decline' } }));
  done(await client.post(`/checkout/${await open('payments', { amount: 1000 })}/leave`));
  const account = await open('payments', { amount: 1000, pay_method: 'vbank' });
  done(await client.post(`/checkout/${account}/pay`, { bank_code: '088' }));
  const key = await open('payments', { amount: 0, pg: 'html5_inicis', customer_uid: 'of the window' });
  done(await client.post(`/checkout/${key}/pay`, {}));
  const merchant_uid = newOrder();
  const [one, other] = [
    await open('payments', { amount: 1000, merchant_uid }),
    await open('payments', { amount: 1000, merchant_uid }),
  ];
  done(await client.post(`/checkout/${one}/pay`, {}));
  assert.equal((await client.post(`/checkout/${other}/pay`, {})).error, 'order_already_paid');
  const certification = await open('certifications', {});
  done(await client.get(`/checkout/${certification}/window`));
  done(await client.post(`/checkout/${certification}/leave`));
}

async function announcedAmounts({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  done(await client.post('/payments/prepare', { merchant_uid: 'announced', amount: 1000 }));
  done(await client.put('/payments/prepare', { merchant_uid: 'announced', amount: 1100 }));
  const window = { pg_provider: 'kcp', pay_method: 'card', merchant_uid: 'announced', amount: 1100 };
  const { imp_uid } = done(await client.post('/sandbox/payments', window)).response;
  done(await client.get(`/payments/${imp_uid}/balance`));
}

async function makingPayments({ sandbox, receiver }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  await payByCard(client);
  const [account, barcode] = [await issueVbank(client), await issueBarcode(client)];
  done(await client.delete(`/vbanks/${account}`));
  done(await client.delete(`/cvs/${barcode}`));
  done(await client.post(`/sandbox/vbanks/${await issueVbank(client)}/deposit`));
  // A buyer has no token.
  const anybody = createApiClient(sandbox.url);
  done(await anybody.post(`/sandbox/vbanks/${await issueVbank(client)}/deposit`));
  const confirmed = await issueBarcode(client, 1000, { confirm_url: receiver.url });
  done(await client.post(`/sandbox/cvs/${confirmed}/pay`));
}

async function channelGroups({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const path = '/sandbox/channel-groups/group';
  done(
    await client.put(path, {
      channels: [
        { pg: 'tosspayments', weight: 1 },
        { pg: 'kcp', weight: 2 },
      ],
    }),
  );
  const order = { merchant_uid: newOrder(), amount: 1000, channel_group_id: 'group', ...goodCard };
  done(await client.post('/subscribe/payments/onetime', order));
  done(await client.delete(path));
}

async function billingKeys({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  // A card that is checked, and one that is refused then.
  const checked = { pg: 'tosspayments', checking_amount: 100, ...goodCard };
  done(await client.post('/subscribe/customers/checked', checked));
  const overItsLimit = { ...checked, card_number: '4000000000000010' };
  assert.notEqual((await client.post('/subscribe/customers/checked', overItsLimit)).code, 0);
  const path = '/subscribe/customers/card-1';
  done(await client.post(path, { pg: 'tosspayments', ...goodCard }));
  const unanswered = { operation: 'issue_key', kind: 'disconnect', count: 1_000 };
  done(await client.post('/sandbox/faults', { pg_provider: 'nice_v2', ...unanswered }));
  const lost = await client.post('/subscribe/customers/card-2', { pg: 'nice_v2', ...goodCard });
  assert.equal(lost.error, 'billing_key_issue_refused', lost.text);
  done(await client.get(path));
  done(await client.get('/subscribe/customers?customer_uid[]=card-1&customer_uid[]=card-2'));
  const order = { customer_uid: 'card-1', merchant_uid: newOrder(), amount: 1000 };
  done(await client.post('/subscribe/payments/again', order));
  assert.equal((await client.post('/subscribe/payments/again', order)).error, 'order_already_paid');
  await payByCard(client, 1000, { pg: 'nice', customer_uid: 'card-3' });
  done(await client.get(`${path}/payments`));
  const window = { pg_provider: 'kcp', pay_method: 'card', amount: 0, customer_uid: 'card-4' };
  done(await client.post('/sandbox/payments', window));
  // Its turn is somebody else's for a while.
  await Promise.all([1, 2].map(() => client.post(path, { pg: 'tosspayments', ...goodCard })));
  done(await client.delete(path));
  // Another process has the turn; and a gateway has no way to delete keys.
  await sandbox.database.query(turnsOfBillingKeys.holderSql, [0n, 0n, 0, 0]);
  const { database } = sandbox;
  await turnsOfBillingKeys.read(database, 0n, 0n);
  const row = { merchant_id: 0n, id: 0n } as BillingKeyRow;
  await forgetKey({ database, clocks: serverClockForAll(systemClock) }, row);
}

async function schedules({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const base = '/subscribe/payments/schedule';
  for (const uid of ['paid', 'gone']) {
    done(await client.post(`/subscribe/customers/${uid}`, { pg: 'tosspayments', ...goodCard }));
  }
  const { now } = done(await client.post('/sandbox/clock', { advance_seconds: 1 })).response;
  const entry = (at = now + 60) => ({ merchant_uid: newOrder(), schedule_at: at, amount: 1000 });
  const order = entry();
  done(await client.post(base, { customer_uid: 'paid', schedules: [order] }));
  const gone = entry();
  done(await client.post(base, { customer_uid: 'gone', schedules: [gone] }));
  done(await client.put(`${base}/${order.merchant_uid}`, { schedule_at: now + 30 }));
  done(await client.delete('/subscribe/customers/gone'));
  done(await client.post('/sandbox/clock', { advance_seconds: 60 }));
  assert.equal((await client.get(`${base}/${order.merchant_uid}`)).response.payment_status, 'paid');
  done(await client.post(`${base}/${gone.merchant_uid}/reschedule`, { schedule_at: now + 86_400 }));
  done(await client.post('/subscribe/payments/unschedule', { merchant_uid: gone.merchant_uid }));
  done(await client.get(`${base}?schedule_from=${now}&schedule_to=${now + 60}&sorting=scheduled`));
  // Somebody else has taken it since it was read.
  await isUnchanged(sandbox.database, 0n, { id: 0n, version: 0 });
  // Somebody else has ended an operation on a key.
  const ofKey = { merchant_id: 0n, payment_id: null, receipt_id: null, billing_key_id: 0n };
  await readSubject(sandbox.database, ofKey as Operation);
}

async function cancelling({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const order = newOrder();
  await payByCard(client, 1000, { merchant_uid: order });
  done(await client.post('/payments/cancel', { merchant_uid: order, amount: 300 }));
  const { list } = done(await client.get('/cancellations?with_total=true&bounded=true')).response;
  done(await client.get(`/cancellations/${list[0].cancellation_id}`));
}

async function receipts({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const receipt = { identifier: '01012345678', identifier_type: 'phone' };
  const revoked = await depositedVbank(client);
  done(await client.post(`/receipts/${revoked}`, receipt));
  done(await client.get(`/receipts/${revoked}`));
  done(await client.delete(`/receipts/${revoked}`));
  const followed = await depositedVbank(client);
  done(await client.post(`/receipts/${followed}`, receipt));
  done(await client.post('/payments/cancel', { imp_uid: followed, ...refundAccount }));
}

/** What only a death, or a long silence, brings about. */
async function deaths({ sandbox }: Stage): Promise<void> {
  await giveBackOfDead(sandbox.database, ['nobody'], createLeases(systemClock).until(0), 15);
  await msSinceBegun(sandbox.database, { merchant_id: 0n, id: 'none' });
}

async function metrics({ sandbox }: Stage): Promise<void> {
  await readBookState(sandbox.testDatabase.database);
}

/** Receipts without a payment, whose turns are their own; and a payment out of a wallet. */
async function cashElsewhere({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const path = `/receipts/external/${newOrder('cash')}`;
  const sale = { name: 'cash', amount: 1100, identifier: '01000001234' };
  done(await client.post(path, sale));
  assert.equal((await client.post(path, sale)).error, 'external_receipt_already_issued');
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'http_500', count: 1_000 });
  await client.post('/sandbox/faults', { operation: 'revoke_receipt', kind: 'lost_answer' });
  assert.equal((await client.delete(path)).error, 'cancellation_in_doubt');
  assert.equal((await client.delete(path)).error, 'cancellation_blocked_by_doubt');
  await client.delete('/sandbox/faults');
  await eventually(async () => assert.ok(done(await client.get(path)).response.cancelled_at > 0));
  const login = { benepia_user: 'user01', benepia_password: 'password' };
  done(await client.post('/benepia/payment', { ...login, merchant_uid: newOrder(), name: 'cash', amount: 1000 }));
}

async function idempotencyKeys({ sandbox, own }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const impUid = await payByCard(client);
  const cancel = () => client.post('/payments/cancel', { imp_uid: impUid }, { 'idempotency-key': 'kept' });
  done(await cancel());
  done(await cancel());

  const keys = createIdempotencyKeys({
    database: sandbox.database,
    encryption: createEncryption(Buffer.alloc(32, 'test key')),
    clock: systemClock,
    clocks: serverClockForAll(systemClock),
    leases: createLeases(systemClock),
    runningMs: 60_000,
    keptForDays: 15,
  });
  const { rows } = await own.query('select merchant_id from payments where imp_uid = $1', [impUid]);
  const merchantId = BigInt(rows[0].merchant_id);
  const admit = (key: string) => keys.admit(merchantId, key, { method: 'POST', path: '/', parameters: {} });
  const idOf = async (key: string): Promise<bigint> => {
    const admission = await admit(key);
    assert.equal(admission.kind, 'first');
    return admission.id;
  };
  await keys.forget(merchantId, await idOf('forgotten'));
  // The process of the first request died before it had begun anything, that of the second after it had begun what never left.
  await keys.leaveOpen(merchantId, await idOf('left open'));
  const again = await idOf('left open');
  await keys.leaveOpen(merchantId, again);
  await own.query(
    `insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
       idempotency_id, requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
     select 'ZZZZZZZZZZZZZZZZZZZZ', merchant_id, channel_id, id, 'cancel', 'requested', 0, 0, 'test', $2, now(), now(), 'test',
       'test', 'infinity', 'test', 'infinity'
     from payments where imp_uid = $1`,
    [impUid, String(again)],
  );
  await own.query(`update operations set state = 'unsent' where id = 'ZZZZZZZZZZZZZZZZZZZZ'`);
  await idOf('left open');
  await idOf('expired');
  await own.query(`update idempotency_keys set expires_at = '-infinity' where merchant_id = $1 and key = 'expired'`, [
    String(merchantId),
  ]);
  await idOf('expired');
  await keys.removeExpired();
}

async function doubts({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  // Its gateway can't be asked, so that the doubt stays until a person ends it.
  await client.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind: 'disconnect' });
  const order = newOrder();
  const unclear = await client.post('/subscribe/payments/onetime', {
    pg: 'ksnet',
    merchant_uid: order,
    amount: 1000,
    ...goodCard,
  });
  assert.equal(unclear.error, 'outcome_in_doubt', unclear.text);
  const { list } = done(await client.get('/doubts')).response;
  done(await client.get('/doubts?with_total=true'));
  const again = await client.post('/subscribe/payments/onetime', { merchant_uid: order, amount: 1000, ...goodCard });
  assert.match(again.message ?? '', /doubt_id/);
  const resolved = await client.post(`/doubts/${list[0].doubt_id}/resolve`, {
    outcome: 'refused',
    reason: 'not in the books of the gateway',
    actor: 'operator',
  });
  done(resolved);

  // One that recovery ends. Until then its payment is blocked.
  const impUid = await payByCard(client);
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'http_500', count: 1_000 });
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'disconnect' });
  const doubtful = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(doubtful.error, 'cancellation_in_doubt', doubtful.text);
  const blocked = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(blocked.error, 'cancellation_blocked_by_doubt', blocked.text);
  await client.delete('/sandbox/faults');
  await eventually(async () => {
    const payment = done(await client.get(`/payments/${impUid}`)).response;
    assert.equal(payment.status, 'cancelled');
  });
}

async function certifications({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const person = { name: '홍길동', phone: '01012345678', birth: '900101', gender_digit: '1', carrier: 'SKT' };
  done(await client.post('/sandbox/certifications', { name: '홍길동' }));
  const nobody = await client.post('/certifications/otp/request', { ...person, phone: '01012340404' });
  assert.equal(nobody.error, 'certification_person_not_found', nobody.text);
  const { imp_uid: impUid } = done(await client.post('/certifications/otp/request', person)).response;
  const confirm = (otp: string) => client.post(`/certifications/otp/confirm/${impUid}`, { otp });
  assert.equal((await confirm('000000')).error, 'certification_code_wrong');
  // Nobody can be asked what became of it, until somebody looks.
  await client.post('/sandbox/faults', { pg_provider: 'danal', operation: 'inquire', kind: 'http_500', count: 1_000 });
  await client.post('/sandbox/faults', {
    pg_provider: 'danal',
    operation: 'confirm_certification',
    kind: 'lost_answer',
  });
  assert.equal((await confirm('123456')).error, 'certification_in_doubt');
  await client.delete('/sandbox/faults');
  assert.equal(done(await client.get(`/certifications/${impUid}`)).response.certified, true);
  done(await client.delete(`/certifications/${impUid}`));
}

async function escrows({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const paid = await client.post('/sandbox/payments', {
    ...{ pg_provider: 'ksnet', pay_method: 'trans', amount: 1000, escrow: true },
  });
  const { imp_uid: impUid } = done(paid).response;
  const logis = { company: 'CJGLS', invoice: '1', sent_at: 1_733_000_300 };
  done(await client.post(`/escrows/logis/${impUid}`, { logis }));
  done(await client.put(`/escrows/logis/${impUid}`, { logis }));
  done(await client.post(`/sandbox/escrows/${impUid}/decision`, { decision: 'refused', reason: 'broken' }));
  done(await client.get(`/escrows/logis/${impUid}`));
  done(await client.post('/payments/cancel', { imp_uid: impUid }));
}

async function bulkRefunds({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const impUid = await payByCard(client);
  const { merchant_uid } = done(await client.get(`/payments/${await payByCard(client)}`)).response;
  const file = `imp_uid,merchant_uid,amount\n${impUid},,10\n,${merchant_uid},10\n`;
  const plan = async () => done(await client.post('/bulk-refunds', { file })).response.bulk_refund_id as string;
  const discarded = await plan();
  done(await client.post(`/bulk-refunds/${discarded}/discard`));
  const id = await plan();
  done(await client.get('/bulk-refunds'));
  done(await client.get(`/bulk-refunds/${id}/rows`));
  done(await client.post(`/bulk-refunds/${id}/start`));
  await client.post(`/bulk-refunds/${id}/stop`);
  await client.post(`/bulk-refunds/${id}/resume`);
}

async function reconciledDays({ sandbox, own }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const today = new Date().toISOString().slice(0, 10);
  const path = `/reconciliations/tosspayments/days/${today}`;
  done(await client.post(path));
  await eventually(async () => assert.notEqual(done(await client.get(path)).response.state, 'running'));
  done(await client.get(`/reconciliations/days?month=${today.slice(0, 7)}`));
  // Our book loses a payment, and all of another one that was cancelled.
  const [lost, cancelled] = [await payByCard(client), await payByCard(client)];
  done(await client.post('/payments/cancel', { imp_uid: cancelled, amount: 300 }));
  const { pg_tid: transaction_id } = done(await client.get(`/payments/${lost}`)).response;
  await own.query(`update payments set imp_uid = 'imps_gone' where imp_uid = $1`, [lost]);
  await own.query(
    `update payments set cancelled_minor = 0, cancelled_vat_minor = 0, cancel_history = '[]', status = 'paid' where imp_uid = $1`,
    [cancelled],
  );
  const line = { type: 'payment', transaction_id, amount: 1000, at: Math.floor(Date.now() / 1000) };
  const adopted = done(
    await client.post('/reconciliations/tosspayments/adoptions', {
      list: [{ order_id: cancelled }, { order_id: lost, merchant_uid: 'adopted', lines: [line] }],
      ...{ dry_run: false, actor: 'kim', reason: 'restored' },
    }),
  ).response;
  assert.deepEqual(
    adopted.list.map(({ outcome }: { outcome: string }) => outcome),
    ['adopted', 'adopted'],
  );
  for (const list of ['cash-receipts', 'billing-keys', 'schedules', 'certifications'])
    done(await client.get(`/${list}`));
}

async function looking({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const impUid = await payByCard(client);
  const { merchant_uid: order } = done(await client.get(`/payments/${impUid}`)).response;
  const today = new Date(Date.now() + 9 * 3600_000).toISOString().slice(0, 10);
  for (const path of [
    `/payments?imp_uid[]=${impUid}&merchant_uid[]=${order}`,
    `/payments/find/${order}`,
    `/payments/find/${order}/paid`,
    `/payments/findAll/${order}/paid`,
    '/payments/status/all',
    '/payments/status/paid?sorting=paid',
    `/reconciliations/tosspayments/payments?date=${today}`,
    '/search/payments?status=paid&buyer=kim&buyer_tel=010-1234-5678&with_total=true',
    `/search/payments?merchant_uid=${order}&pg_tid=t&pg_provider=tosspayments&buyer_tel=5678`,
    `/search/payments?amount=1000&amount_min=12.5&amount_max=1000&before=${impUid}`,
    '/search/payments?bounded=true&time=changed&sandbox=true&pay_method=card&buyer_email=a@b.c&buyer_tel=345678&customer_uid=c',
    '/search/payments?has_doubt=true&refund_under_way=true&apply_num=1&pg_id=m&channel=api',
    `/search/payments?q=${impUid}`,
    '/search/payments/counts?buyer_tel=5678',
    '/search/payments.csv?columns[]=imp_uid',
    '/saved-views',
    '/inbox',
    '/statistics/payments',
    '/statistics/refunds?by=day',
  ]) {
    done(await client.get(path));
  }
}

async function savedViews({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const { saved_view_id } = done(await client.post('/saved-views', { name: 'view', query: 'status=paid' })).response;
  done(await client.put(`/saved-views/${saved_view_id}`, { name: 'other' }));
  done(await client.delete(`/saved-views/${saved_view_id}`));
  assert.equal((await client.delete(`/saved-views/${saved_view_id}`)).error, 'saved_view_not_found');
  const [channel] = done(await client.get('/users/pg')).response;
  done(await client.get(`/search/payments?channel_key=${channel.channel_key}`));
}

async function webhooks({ sandbox, receiver }: Stage): Promise<void> {
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_signing: true });
  const impUid = await payByCard(client);
  done(await client.post('/payments/cancel', { imp_uid: impUid, amount: 100, extra: { requester: 'customer' } }));
  const [delivery] = await eventually(async () => {
    const { list } = done(await client.get(`/webhooks?imp_uid=${impUid}`)).response;
    assert.equal(list.at(-1)?.state, 'delivered');
    return list as { readonly webhook_id: string }[];
  });
  done(await client.get(`/webhooks/${delivery?.webhook_id}`));
  done(await client.get('/webhooks?with_total=true'));
  done(await client.get(`/webhooks?event=paid&bounded=true&before=${delivery?.webhook_id}`));
  done(await client.post('/webhooks/resend', { webhook_id: [delivery?.webhook_id] }));
  done(await client.post(`/webhooks/${delivery?.webhook_id}/resend`));
  done(await client.post('/webhooks/test'));
  // A server that stops while a receiver hangs.
  await giveBack(sandbox.database, [{ merchant_id: 0n, id: 0n, lease_of: 'nobody' }]);
  // Another one has died.
  await giveBackOf(sandbox.database, ['nobody']);
}

async function notices(stage: Stage): Promise<void> {
  const { sandbox, own } = stage;
  const client = await sandbox.newMerchant();
  const impUid = await refundedLater(client, 'kicc');
  done(await client.post(`/sandbox/payments/${impUid}/refund-result`));
  // One whose mark a crash has lost is tried again.
  await own.query(
    `update gateway_notices n set state = 'waiting', next_try_at = '-infinity'
     from payments p where p.merchant_id = n.merchant_id and p.id = n.payment_id and p.imp_uid = $1`,
    [impUid],
  );
  const waiting = `select from gateway_notices where state = 'waiting' and next_try_at < now()`;
  await eventually(async () => assert.equal((await own.query(waiting)).rowCount, 0));
  await reversal(stage, client);
}

/** The bank takes a deposit back. Only the gateway knows the secret of the account, so its own notice is sent with another word. */
async function reversal({ sandbox, own }: Stage, client: ApiClient): Promise<void> {
  const impUid = await depositedVbank(client);
  const control = await controlOf(own, 'tosspayments');
  const [sent] = await control.listNotices({ orderId: impUid });
  const notice = JSON.parse(Buffer.from(sent?.body ?? '', 'base64').toString());
  const answer = await fetch(`${sandbox.url}/gateways/tosspayments/notices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...notice, status: 'WAITING_FOR_DEPOSIT' }),
  });
  assert.equal(answer.status, 200);
  assert.equal(done(await client.get(`/payments/${impUid}`)).response.status, 'ready');
}

async function controlOf(own: pg.Client, provider: string): Promise<SimulatorControl> {
  const { rows } = await own.query('select base_url from channels where provider = $1 limit 1', [provider]);
  return createSimulatorControl(rows[0].base_url);
}

/** A payment to a virtual account, whose refund the gateway has taken and pays out later. */
async function refundedLater(client: ApiClient, provider: string): Promise<string> {
  const made = done(
    await client.post('/sandbox/payments', {
      pg_provider: provider,
      pay_method: 'vbank',
      amount: 1000,
      vbank_code: '004',
      buyer_name: '홍길동',
    }),
  );
  const impUid = made.response.imp_uid;
  done(await client.post(`/sandbox/vbanks/${impUid}/deposit`));
  done(await client.post('/payments/cancel', { imp_uid: impUid, ...refundAccount, refund_tel: '010-1234-5678' }));
  return impUid;
}

async function movedClocks({ sandbox, receiver, own }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const impUid = await refundedLater(client, 'smartro_v2');
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).error, 'cancellation_on_its_way');
  // The notice of the refund goes astray, and recovery is far from asking.
  await (await controlOf(own, 'smartro_v2')).setNoticeUrl(receiver.url);
  await eventually(async () => {
    const { rowCount } = await own.query(
      `update operations o set next_inquiry_at = 'infinity'
       from payments p where p.merchant_id = o.merchant_id and p.id = o.payment_id and p.imp_uid = $1
         and o.state = 'accepted' and o.lease_until <= now()`,
      [impUid],
    );
    assert.equal(rowCount, 1, 'recovery is just asking');
  });
  done(await client.post('/sandbox/clock', { advance_seconds: 10 * 86_400 }));
  // By now the token has died; another merchant's lives long enough to let its clock go.
  const other = await sandbox.newMerchant();
  done(await other.post('/sandbox/clock', { advance_seconds: 1 }));
  done(await other.delete('/sandbox/clock'));
}

async function seeds({ sandbox }: Stage): Promise<void> {
  const payment = { pay_method: 'vbank', amount: 1000 };
  const text = JSON.stringify({
    merchants: [
      {
        imp_key: '1000200030004000',
        imp_secret: 'a-secret-of-at-least-a-few-letters',
        payments: [
          { ...payment, merchant_uid: 'seed-gone', pg_provider: 'kicc', state: 'cancelled' },
          { ...payment, merchant_uid: 'seed-doubt', state: 'in_doubt', cancel_amount: 400 },
        ],
      },
    ],
  });
  done(await createApiClient(sandbox.url).post('/sandbox/seed', { text }));
}

/** There and back, so that the servers of the stage go on reading what they wrote. */
async function keyRotation({ sandbox: { database }, own }: Stage): Promise<void> {
  const keys = [Buffer.alloc(32, 'test key'), Buffer.alloc(32, 'new key')] as const;
  const ofServers = createEncryption(keys[0], [keys[1]]);
  for (const encryption of [createEncryption(keys[1], [keys[0]]), ofServers]) {
    await rotateCiphertexts({ database, encryption, isDryRun: false });
  }
  // One is held by somebody else, and so is written by itself.
  const held = createEncryption(keys[1], [keys[0]]);
  await own.query('begin');
  const { rows } = await own.query('select id from operations where secrets is not null limit 1 for update');
  assert.equal(rows.length, 1);
  const rotation = rotateCiphertexts({ database, encryption: held, isDryRun: false });
  await eventually(async () => {
    const waiting = await database.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'update operations c set%'`,
    );
    assert.equal(waiting.length, 1);
  });
  await own.query('commit');
  await rotation;
  await rotateCiphertexts({ database, encryption: ofServers, isDryRun: false });
  await countCiphertexts(database);
  await lastPlainHashExpiry(database);
}

async function reset({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  done(await client.post('/sandbox/reset'));
  done(await createApiClient(sandbox.url).post('/sandbox/reset'));
}

async function productOrders({ sandbox }: Stage): Promise<void> {
  const client = await sandbox.newMerchant();
  const { impUid, ids } = await orderAtNaver(client);
  await bring(client, impUid, ids[0], 'request_cancel');
  await bring(client, impUid, ids[1], 'place', 'request_cancel', 'approve-cancel');
  done(await client.get(`/naver/product-orders/${ids[2]}`));
  done(await client.get('/naver/reviews?from=1&to=2&review_type=general'));
}
