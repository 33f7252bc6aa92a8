import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { assertBooksAgree, newOrder, payByCard } from '../kit/orders.ts';
import { runServerProcess, type ServerProcess } from '../kit/server-process.ts';
import { addFault, endingsOf, until, untilFaultsHaveStruck, untilNothingIsOpen } from './observations.ts';
import { type SharedSimulators, startServerProcessOn, startSharedSimulators } from './servers.ts';

/** A machine whose clock is set wrongly: from the start on, or as soon as it gets the signal. What counts durations is not touched. */
const wrongClock = (from: 'start' | 'signal', ms: number): string => {
  const source = `
    let wrongMs = ${from === 'start' ? ms : 0};
    const RightDate = Date;
    globalThis.Date = class Date extends RightDate {
      constructor(...given) { if (given.length === 0) super(RightDate.now() + wrongMs); else super(...given); }
      static now() { return RightDate.now() + wrongMs; }
    };
    const origin = performance.timeOrigin;
    Object.defineProperty(performance, 'timeOrigin', { get: () => origin + wrongMs });
    process.on('SIGUSR2', () => { wrongMs = ${ms}; });`;
  return `--import=data:text/javascript,${encodeURIComponent(source)}`;
};

let simulators: SharedSimulators;
let testDatabase: TestDatabase;
before(async () => {
  [simulators, testDatabase] = await Promise.all([startSharedSimulators(), createTestDatabase({ poolSize: 4 })]);
});
after(async () => {
  await simulators.close();
  await testDatabase.drop();
});

/** Long enough for a slow gateway, so that nothing but somebody else's doing can end a cancellation early. */
const patient = {
  HWANBUL_REQUEST_DEADLINE_MS: '4000',
  HWANBUL_GATEWAY_TIMEOUT_MS: '3500',
  HWANBUL_NOT_DONE_IS_FINAL_AFTER_MS: '600000',
};

async function newMerchant(url: string): Promise<{ readonly client: ApiClient; readonly token: string }> {
  const made = await createApiClient(url).post('/sandbox/merchants');
  const client = await createApiClient(url).logIn(made.response.imp_key, made.response.imp_secret);
  assert.ok(client.token);
  return { client, token: client.token };
}

async function paidAt(client: ApiClient, provider: string): Promise<string> {
  const paid = await client.post('/sandbox/payments', { pg_provider: provider, pay_method: 'card', amount: 10_000 });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}

async function skewOf(server: ServerProcess): Promise<number> {
  const { response } = await createApiClient(server.url).get('/health');
  return response.clock_skew_ms ?? 0;
}

test('a server whose clock jumps 700 s ahead leaves the others’ running cancellations alone, and shows that its clock is wrong', async (t) => {
  const right = await startServerProcessOn(t, testDatabase.url, simulators, patient);
  const wrong = await startServerProcessOn(t, testDatabase.url, simulators, {
    ...patient,
    LOG_LEVEL: 'warn',
    NODE_OPTIONS: wrongClock('signal', 700_000),
  });
  const { client } = await newMerchant(right.url);
  wrong.kill('SIGUSR2');
  await until('it sees that its clock is wrong', async () => (await skewOf(wrong)) > 690_000);
  // The log comes by a pipe, and may come after the answer.
  await until('it tells so', async () => /this machine's clock is wrong/.test(wrong.stdout()));
  assert.ok(Math.abs(await skewOf(right)) < 1_000);

  for (const [provider, amount] of [
    ['kakaopay', 3_000],
    ['html5_inicis', 10_000],
    ['tosspayments', 3_000],
  ] as const) {
    const impUid = await paidAt(client, provider);
    await addFault(client, { pg_provider: provider, operation: 'cancel', kind: 'slow', delay_ms: 1_500 });
    const answer = await client.post('/payments/cancel', { imp_uid: impUid, amount });
    assert.equal(answer.code, 0, `${provider}: ${answer.text}`);
    assert.equal(answer.response.cancel_amount, amount);
    assert.deepEqual(await endingsOf(testDatabase.database, impUid, 'cancel'), ['confirmed']);
    await assertBooksAgree(client, impUid);
  }
  const robbed = await testDatabase.database.query('select from operations where inquiries > 0');
  assert.deepEqual(robbed, [], 'nothing was taken up');
});

test('a start with a clock that is 700 s ahead is refused, in one line', async () => {
  const { code, stderr } = await runServerProcess({
    databaseUrl: testDatabase.url,
    env: { HWANBUL_SIMULATORS: simulators.setting, NODE_OPTIONS: wrongClock('start', 700_000) },
  });
  assert.equal(code, 1);
  assert.match(
    stderr.trim(),
    /^hwanbul: The clock of this machine is 700\.\d s ahead of the database's: set both by NTP .*$/,
  );
});

test('a server that is stopped for longer than its leases last is not robbed, and goes on when it is let', async (t) => {
  const limits = { HWANBUL_REQUEST_DEADLINE_MS: '3000', HWANBUL_GATEWAY_TIMEOUT_MS: '2600' };
  const [stopped, other] = [
    await startServerProcessOn(t, testDatabase.url, simulators, limits),
    await startServerProcessOn(t, testDatabase.url, simulators, limits),
  ];
  const { client, token } = await newMerchant(stopped.url);
  const impUid = await payByCard(client);
  await addFault(client, { operation: 'cancel', kind: 'slow', delay_ms: 2_000 });
  const asked = client.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  await untilFaultsHaveStruck(createApiClient(other.url, token), 'tosspayments');
  stopped.kill('SIGSTOP');
  const lease = await until('its lease is over', async () => {
    const [row] = await testDatabase.database.query<{ lease_of: string; is_over: boolean; state: string }>(
      `select o.lease_of, o.state, o.lease_until < clock_timestamp() as is_over
       from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
       where p.imp_uid = $1 and o.kind = 'cancel'`,
      [impUid],
    );
    return row?.is_over && row;
  });
  // Whatever the other one does now, it has looked at what is due after the lease was over.
  const doubtful = await payByCard(createApiClient(other.url, token));
  await addFault(createApiClient(other.url, token), { operation: 'cancel', kind: 'disconnect' });
  await createApiClient(other.url, token).post('/payments/cancel', { imp_uid: doubtful, amount: 400 });
  await untilNothingIsOpen(testDatabase.database, doubtful);
  const [row] = await testDatabase.database.query<{ lease_of: string; inquiries: number }>(
    `select o.lease_of, o.inquiries from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where p.imp_uid = $1 and o.kind = 'cancel'`,
    [impUid],
  );
  assert.deepEqual(row, { lease_of: lease.lease_of, inquiries: 0 }, 'it is still the stopped one’s');
  stopped.kill('SIGCONT');
  const answer = await asked;
  // Its own limits count while it is stopped, so that it may not have waited for the gateway's answer.
  assert.ok(answer.code === 0 || answer.error === 'cancellation_in_doubt', answer.text);
  await untilNothingIsOpen(testDatabase.database, impUid);
  assert.deepEqual(await endingsOf(testDatabase.database, impUid, 'cancel'), ['confirmed']);
  await assertBooksAgree(client, impUid);
});

test('what a killed server had in hand is taken up long before its leases are over, its caller’s key included', async (t) => {
  // A lease lasts for 70 s, as by default, and a test waits for 30 s at most.
  const limits = {
    HWANBUL_TURN_WAIT_MS: '10000',
    HWANBUL_REQUEST_DEADLINE_MS: '30000',
    HWANBUL_GATEWAY_TIMEOUT_MS: '20000',
  };
  const [doomed, other] = [
    await startServerProcessOn(t, testDatabase.url, simulators, limits),
    await startServerProcessOn(t, testDatabase.url, simulators, limits),
  ];
  const { client, token } = await newMerchant(doomed.url);
  const survivor = createApiClient(other.url, token);
  const impUid = await payByCard(client);
  await addFault(client, { operation: 'cancel', kind: 'slow', delay_ms: 1_000 });
  const body = { imp_uid: impUid, amount: 400 };
  const headers = { 'idempotency-key': newOrder('key') };
  const asked = client.post('/payments/cancel', body, headers).catch(() => undefined);
  await untilFaultsHaveStruck(survivor, 'tosspayments');
  doomed.kill('SIGKILL');
  assert.equal(await asked, undefined);
  const again = await until('the same request is answered', async () => {
    const answer = await survivor.post('/payments/cancel', body, headers);
    return answer.code === 0 && answer;
  });
  assert.equal(again.response.cancel_amount, 400);
  assert.deepEqual(await endingsOf(testDatabase.database, impUid, 'cancel'), ['confirmed']);
  await assertBooksAgree(survivor, impUid);
});
