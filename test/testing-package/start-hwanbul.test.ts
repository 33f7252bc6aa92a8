import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { FaultBody } from '../../src/api/sandbox/fault-fields.ts';
import { WindowPaymentBody } from '../../src/api/sandbox/payments.ts';
import { faultKinds, faultOperations } from '../../src/simulators/faults.ts';
import {
  CallRefused,
  type FaultKind,
  type FaultOperation,
  type FaultOptions,
  type Hwanbul,
  type PayOptions,
  type StartOptions,
} from '../../src/testing/index.ts';
import { toWireNames } from '../../src/testing/wire-names.ts';
import { createApiClient } from '../kit/api-client.ts';
import { runningPostgres } from '../kit/embedded-data.ts';
import { eventually } from '../kit/eventually.ts';
import { goodCard, issueBarcode, issueVbank, newOrder, refundAccount } from '../kit/orders.ts';
import { createSharedFolder, databasesAt, postgresOf } from './shared-data.ts';
import { startQuickly } from './test-process.ts';

const given = process.env.TEST_DATABASE_URL ?? '';

/** On the PostgreSQL of the test run, with the folders of its servers to itself. */
async function start(t: TestContext, options: StartOptions = {}): Promise<Hwanbul> {
  let hwanbul: Hwanbul | undefined;
  t.after(() => hwanbul?.close());
  hwanbul = await startQuickly({ dataDir: createSharedFolder(t), databaseUrl: given, ...options });
  return hwanbul;
}

/** An i'mport client of the merchant. */
async function clientOf(hwanbul: Hwanbul) {
  return createApiClient(hwanbul.url).logIn(hwanbul.impKey, hwanbul.impSecret);
}

async function cancelCount(hwanbul: Hwanbul, impUid: string): Promise<number | undefined> {
  return (await hwanbul.books('tosspayments', impUid)).transactions[0]?.cancels.length;
}

test('a server is started on loopback with a merchant of its own, and close takes all of it away', async (t) => {
  const before = await databasesAt(given);
  const hwanbul = await start(t);
  assert.match(hwanbul.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.ok(Object.isFrozen(hwanbul) && Object.isFrozen(hwanbul.clock) && Object.isFrozen(hwanbul.webhooks));
  assert.equal((await fetch(`${hwanbul.url}/health`)).status, 200);
  assert.equal((await databasesAt(given)).length, before.length + 1);
  await Promise.all([hwanbul.close(), hwanbul.close()]);
  await hwanbul.close();
  assert.deepEqual(await databasesAt(given), before);
  await assert.rejects(fetch(`${hwanbul.url}/health`));
  await assert.rejects(fetch(hwanbul.webhooks.url));
  await assert.rejects(hwanbul.books('tosspayments'), /The Hwanbul server of this test has ended \(exit code 0\)/);
});

test('buyers, banks and counters do what they are told', async (t) => {
  const hwanbul = await start(t);
  const client = await clientOf(hwanbul);
  const paid = await hwanbul.pay({ gateway: 'kcp', amount: 9_000, merchantUid: 'order-1', buyerName: '김환불' });
  assert.deepEqual(
    [paid.pg_provider, paid.merchant_uid, paid.amount, paid.buyer_name, paid.status],
    ['kcp', 'order-1', 9_000, '김환불', 'paid'],
  );
  const vbank = await issueVbank(client, 5_000);
  await assert.rejects(hwanbul.deposit(vbank, { amount: 4_999 }), (error) => {
    assert.ok(error instanceof CallRefused);
    assert.deepEqual([error.status, error.error], [400, 'sandbox_payment_refused']);
    return true;
  });
  assert.equal((await hwanbul.deposit(vbank, { amount: 5_000, depositorName: '홍길동' })).status, 'paid');
  const barcode = await issueBarcode(client, 3_000);
  assert.equal((await hwanbul.payBarcode(barcode, { payType: 'card' })).status, 'paid');
  const later = await hwanbul.pay({ gateway: 'kicc', payMethod: 'vbank', amount: 8_000 });
  await hwanbul.deposit(later.imp_uid);
  await client.post('/payments/cancel', { imp_uid: later.imp_uid, ...refundAccount });
  assert.equal((await hwanbul.completeRefund(later.imp_uid, { succeeded: true })).cancel_amount, 8_000);
  await assert.rejects(hwanbul.deposit('imp_000000000000'), { error: 'payment_not_found' });
});

test('a fault takes every field of the control plane, says what it has left, and can be taken back', async (t) => {
  const hwanbul = await start(t);
  const client = await clientOf(hwanbul);
  const fault = await hwanbul.fault({
    gateway: 'kcp',
    operation: 'cancel',
    script: [
      { kind: 'reject', code: '8042', message: 'no' },
      { kind: 'slow', latency: { distribution: 'uniform', minMs: 1, maxMs: 2 } },
      { kind: 'pass', delayMs: 1 },
    ],
    count: 2,
    probability: 0.5,
    seed: 'monday',
    amountMin: 10,
    amountMax: 20,
    cardPrefix: '557042',
    cardSuffix: '7221',
    id: 'mine',
  });
  assert.equal(fault.id, 'mine');
  assert.equal(await fault.left(), 6);
  const [shown] = (await client.get('/sandbox/faults')).response.list;
  assert.deepEqual(
    [shown.pg_provider, shown.operation, shown.probability, shown.seed, shown.amount_min, shown.amount_max],
    ['kcp', 'cancel', 0.5, 'monday', 10, 20],
  );
  assert.deepEqual([shown.card_prefix, shown.card_suffix], ['557042', '7221']);
  assert.deepEqual(
    shown.script.map((step: Record<string, unknown>) => [step.kind, step.code, step.delay_ms]),
    [
      ['reject', '8042', null],
      ['slow', null, null],
      ['pass', null, 1],
    ],
  );
  assert.deepEqual({ ...shown.script[1].latency }, { distribution: 'uniform', min_ms: 1, max_ms: 2 });
  await fault.remove();
  await fault.remove();
  assert.equal(await fault.left(), 0);
  const spent = await hwanbul.fault({ operation: 'cancel', kind: 'lost_answer' });
  const { imp_uid: impUid } = await hwanbul.pay({ amount: 1_000 });
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).code, 0);
  assert.deepEqual([await spent.left(), await cancelCount(hwanbul, impUid)], [0, 1]);
  await assert.rejects(hwanbul.fault({ operation: 'cancel', kind: 'reject', probability: 2 }), {
    error: 'parameter_invalid',
  });
});

test('the kinds and operations of faults are those of the simulators', () => {
  const kinds: readonly FaultKind[] = faultKinds;
  const operations: readonly FaultOperation[] = faultOperations;
  const allKinds: Record<FaultKind, true> = {
    reject: true,
    timeout: true,
    lost_answer: true,
    disconnect: true,
    slow: true,
    http_500: true,
    garbage: true,
  };
  const allOperations: Record<FaultOperation, true> = {
    approve: true,
    approve_window: true,
    pay_from_wallet: true,
    issue_vbank: true,
    revoke_vbank: true,
    issue_barcode: true,
    revoke_barcode: true,
    issue_receipt: true,
    revoke_receipt: true,
    register_shipping: true,
    issue_key: true,
    charge_key: true,
    revoke_key: true,
    cancel: true,
    request_certification: true,
    confirm_certification: true,
    change_order: true,
    inquire: true,
  };
  assert.deepEqual(Object.keys(allKinds).sort(), [...kinds].sort());
  assert.deepEqual(Object.keys(allOperations).sort(), [...operations].sort());
});

test('a payment and a fault take every field that the control plane takes, and no other', async (t) => {
  const pay: Record<keyof PayOptions, true> = {
    gateway: true,
    channelKey: true,
    payMethod: true,
    amount: true,
    currency: true,
    merchantUid: true,
    taxFree: true,
    vatAmount: true,
    vbankCode: true,
    vbankDue: true,
    name: true,
    buyerName: true,
    buyerEmail: true,
    buyerTel: true,
    buyerAddr: true,
    buyerPostcode: true,
    noticeUrl: true,
    customData: true,
    naverProducts: true,
    naverUseCfm: true,
    shippingMemo: true,
    individualCode: true,
    customerUid: true,
    escrow: true,
  };
  const fault: Record<keyof FaultOptions, true> = {
    id: true,
    gateway: true,
    operation: true,
    kind: true,
    delayMs: true,
    latency: true,
    code: true,
    message: true,
    script: true,
    count: true,
    probability: true,
    seed: true,
    amount: true,
    amountMin: true,
    amountMax: true,
    cardPrefix: true,
    cardSuffix: true,
    impUid: true,
  };
  const wireNames = (names: object): string[] =>
    Object.keys(toWireNames(names)).map((name) => (name === 'gateway' ? 'pg_provider' : name));
  assert.deepEqual(wireNames(pay).sort(), Object.keys(WindowPaymentBody.properties).sort());
  assert.deepEqual(wireNames(fault).sort(), Object.keys(FaultBody.properties).sort());

  const hwanbul = await start(t);
  const due = Math.floor(Date.now() / 1000) + 86_400;
  const account = { gateway: 'kicc', payMethod: 'vbank', vbankCode: '088', vbankDue: due } as const;
  const shown = await hwanbul.pay({ ...account, amount: 1_000, buyerAddr: '서울', buyerPostcode: '04524' });
  assert.deepEqual(
    [shown.vbank_code, shown.vbank_date, shown.buyer_addr, shown.buyer_postcode],
    ['088', due, '서울', '04524'],
  );
  const registered = await hwanbul.pay({ gateway: 'tosspayments', amount: 0, customerUid: 'card-1' });
  assert.deepEqual([registered.customer_uid, registered.customer_uid_usage], ['card-1', 'issue']);
  const kept = await hwanbul.pay({ gateway: 'ksnet', payMethod: 'trans', amount: 1_000, escrow: true });
  assert.equal(kept.escrow, true);
});

test('two sandboxes at once have books, clocks, faults and webhooks of their own', async (t) => {
  const [one, other] = await Promise.all([start(t), start(t, { webhookFormat: 'form' })]);
  const paid = await one.pay({ amount: 1_000, merchantUid: 'same' });
  const alsoPaid = await other.pay({ amount: 2_000, merchantUid: 'same' });
  assert.deepEqual(
    (await one.books('tosspayments')).transactions.map(({ amount }) => amount),
    [1_000],
  );
  assert.deepEqual(
    (await other.books('tosspayments')).transactions.map(({ amount }) => amount),
    [2_000],
  );
  await one.fault({ operation: 'cancel', kind: 'reject', count: 100 });
  const [client, otherClient] = await Promise.all([clientOf(one), clientOf(other)]);
  assert.notEqual((await client.post('/payments/cancel', { imp_uid: paid.imp_uid })).code, 0);
  assert.equal((await otherClient.post('/payments/cancel', { imp_uid: alsoPaid.imp_uid })).code, 0);
  await one.clock.advance({ days: 30 });
  assert.deepEqual([(await one.clock.now()).held, (await other.clock.now()).held], [true, false]);
  const webhook = await one.webhooks.waitFor(({ imp_uid }) => imp_uid === paid.imp_uid);
  const form = await other.webhooks.waitFor(({ imp_uid }) => imp_uid === alsoPaid.imp_uid);
  assert.deepEqual(JSON.parse(webhook.body), { imp_uid: paid.imp_uid, merchant_uid: 'same', status: 'paid' });
  assert.equal(form.body, `imp_uid=${alsoPaid.imp_uid}&merchant_uid=same&status=paid`);
  assert.deepEqual([one.webhooks.all().length, other.webhooks.all().length], [1, 1]);
  await one.close();
  assert.equal((await other.pay({ amount: 1_000 })).status, 'paid');
});

test('the clock is set, advanced and let go, and the handle goes on when its token has died', async (t) => {
  const hwanbul = await start(t);
  const client = await clientOf(hwanbul);
  const impUid = await issueVbank(client, 1_000);
  const soon = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
  assert.equal((await hwanbul.clock.set(soon)).now, soon.getTime() / 1000);
  const moved = await hwanbul.clock.advance({ days: 1, hours: 2, minutes: 3, seconds: 4 });
  assert.equal(moved.now, soon.getTime() / 1000 + 26 * 3600 + 3 * 60 + 4);
  assert.ok(moved.happened.some(({ kind, imp_uid }) => kind === 'vbank_expired' && imp_uid === impUid));
  assert.equal((await hwanbul.clock.advance(10)).now, moved.now + 10);
  assert.equal((await hwanbul.clock.set('2040-01-01T09:00:00')).now_in_seoul, '2040-01-01T09:00:00+09:00');
  await assert.rejects(hwanbul.clock.set('2039-01-01T09:00:00'), { error: 'sandbox_clock_backwards' });
  assert.equal((await hwanbul.clock.release()).held, false);
});

test('webhooks are waited for, answered otherwise, and forgotten', async (t) => {
  const hwanbul = await start(t, { webhookRetry: true, settings: { HWANBUL_WEBHOOK_RETRY_PAUSE_MS: '10' } });
  hwanbul.webhooks.answer({ status: 503, body: 'later', times: 1 });
  const { imp_uid: impUid } = await hwanbul.pay({ amount: 1_000 });
  const first = await hwanbul.webhooks.waitFor((webhook) => webhook.imp_uid === impUid);
  const again = await hwanbul.webhooks.waitFor((webhook) => webhook.id === first.id && webhook !== first);
  assert.equal(again.body, first.body);
  hwanbul.webhooks.answer({ close: true, times: 1 });
  const { imp_uid: next } = await hwanbul.pay({ amount: 1_000 });
  const client = await clientOf(hwanbul);
  const attempts = await eventually(async () => {
    const [one] = (await client.get(`/webhooks?imp_uid=${next}`)).response.list;
    assert.equal(one.state, 'delivered');
    return (await client.get(`/webhooks/${one.webhook_id}`)).response.log;
  });
  assert.deepEqual(
    attempts.map(({ status }: { status: number | null }) => status),
    [null, 200],
  );
  hwanbul.webhooks.clear();
  assert.deepEqual(hwanbul.webhooks.all(), []);
  await assert.rejects(
    hwanbul.webhooks.waitFor(() => true, { timeoutMs: 1 }),
    /No such webhook came within 1 ms/,
  );
  const broken = hwanbul.webhooks.waitFor(() => {
    throw new Error('a mistake in the test');
  });
  hwanbul.webhooks.answer({ delayMs: 1 });
  await hwanbul.pay({ amount: 1_000 });
  await assert.rejects(broken, /a mistake in the test/);
  const abandoned = assert.rejects(
    hwanbul.webhooks.waitFor(() => false),
    /Hwanbul was closed while a webhook was waited for/,
  );
  await hwanbul.close();
  await abandoned;
});

test('a reset forgets payments, faults, the clock and webhooks, and keeps the keys', async (t) => {
  const hwanbul = await start(t);
  const { imp_uid: impUid } = await hwanbul.pay({ amount: 1_000 });
  await hwanbul.webhooks.waitFor((webhook) => webhook.imp_uid === impUid);
  const fault = await hwanbul.fault({ operation: 'approve', kind: 'reject', count: 100 });
  await hwanbul.clock.advance({ days: 400 });
  hwanbul.webhooks.answer({ status: 500 });
  await hwanbul.reset();
  assert.deepEqual((await hwanbul.books('tosspayments')).transactions, []);
  assert.deepEqual([await fault.left(), (await hwanbul.clock.now()).held], [0, false]);
  assert.deepEqual(hwanbul.webhooks.all(), []);
  const client = await clientOf(hwanbul);
  assert.equal((await client.get(`/payments/${impUid}`)).status, 404);
  const order = { merchant_uid: newOrder(), amount: 1_000, ...goodCard };
  assert.equal((await client.post('/subscribe/payments/onetime', order)).code, 0);
  await hwanbul.webhooks.waitFor((webhook) => webhook.merchant_uid === order.merchant_uid);
});

test('a seed is planted from an object or a file, for the merchant of the test', async (t) => {
  const hwanbul = await start(t);
  const file = join(createSharedFolder(t), 'seed.yaml');
  writeFileSync(
    file,
    `merchants:
  - payments:
      - { merchant_uid: part-1, pay_method: card, amount: 30000, state: partially_cancelled, cancel_amount: 12000 }
  - imp_key: "1000200030004000"
    imp_secret: another
    payments:
      - { merchant_uid: paid-1, pay_method: card, amount: 1000, state: paid }
`,
  );
  const planted = await hwanbul.seed(file);
  assert.deepEqual(
    planted.map(({ imp_key, merchant_uid, status }) => [imp_key, merchant_uid, status]),
    [
      [hwanbul.impKey, 'part-1', 'cancelled'],
      ['1000200030004000', 'paid-1', 'paid'],
    ],
  );
  await hwanbul.webhooks.waitFor(({ merchant_uid }) => merchant_uid === 'part-1');
  const payments = [{ merchant_uid: 'waiting-1', pay_method: 'vbank', amount: 20_000, state: 'ready' }];
  const [waiting] = await hwanbul.seed({ merchants: [{ payments }] });
  assert.equal((await hwanbul.deposit(waiting?.imp_uid ?? '')).status, 'paid');
  writeFileSync(file, 'merchants:\n  - payments:\n\n\n      - { merchant_uid: x }\n');
  await assert.rejects(hwanbul.seed(file), /line 5: \/merchants\/0\/payments\/0 /);
  writeFileSync(file, 'merchants: [');
  await assert.rejects(hwanbul.seed(file), /line \d+/);
  await assert.rejects(hwanbul.seed(join(file, 'nothing')), { code: 'ENOTDIR' });
});

test('the environment names the PostgreSQL, unless what it names is none', async (t) => {
  const { TEST_DATABASE_URL, DATABASE_URL } = process.env;
  t.after(() => {
    Object.assign(process.env, { TEST_DATABASE_URL });
    if (DATABASE_URL === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = DATABASE_URL;
  });
  const before = await databasesAt(given);
  const folder = createSharedFolder(t);
  const named = await startQuickly({ dataDir: folder });
  assert.equal((await databasesAt(given)).length, before.length + 1);
  assert.equal(runningPostgres(postgresOf(folder)), undefined);
  await named.close();
  delete process.env.TEST_DATABASE_URL;
  process.env.DATABASE_URL = 'mysql://shop@127.0.0.1/shop';
  const shared = await startQuickly({ dataDir: folder });
  assert.notEqual(runningPostgres(postgresOf(folder)), undefined);
  assert.deepEqual(await databasesAt(given), before);
  await shared.close();
});

test('settings are handed to the server, and a wrong one is told in one line', async (t) => {
  const before = await databasesAt(given);
  await assert.rejects(
    start(t, { settings: { HWANBUL_GATEWAY_TIMEOUT: '1' } }),
    /^Error: Unknown setting HWANBUL_GATEWAY_TIMEOUT/,
  );
  const nowhere = start(t, { databaseUrl: 'postgres://nobody:nothing@127.0.0.1:1/none' });
  await assert.rejects(nowhere, /ECONNREFUSED.*check TEST_DATABASE_URL and DATABASE_URL/);
  assert.deepEqual(await databasesAt(given), before);
  const hwanbul = await start(t, {
    settings: { HWANBUL_GATEWAY_TIMEOUT_MS: '300', HWANBUL_REQUEST_DEADLINE_MS: '900' },
  });
  const { imp_uid: impUid } = await hwanbul.pay({ amount: 1_000 });
  // Neither the cancel nor any question about it is answered, so that only the limits end the request.
  await hwanbul.fault({ operation: 'any', kind: 'timeout', count: 1_000 });
  const client = await clientOf(hwanbul);
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).error, 'cancellation_in_doubt');
});
