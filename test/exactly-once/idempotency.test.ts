import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idempotencyKeyLengthMax } from '../../src/core/idempotency/idempotency.ts';
import type { Server } from '../../src/start/server.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { assertBooksAgree, bookOf, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { addFault, endingsOf, untilFaultsHaveStruck, untilNothingIsOpen } from './observations.ts';
import { operationCases } from './operations.ts';
import { neverMs, type SharedSimulators, startServerOn, startSharedSimulators } from './servers.ts';

let simulators: SharedSimulators;
let sandbox: Sandbox;
let second: Server;
let client: ApiClient;
let elsewhere: ApiClient;
before(async () => {
  simulators = await startSharedSimulators();
  const settings = { simulators: simulators.urls, turnWaitMs: 300, gatewayTimeoutMs: 1_000, requestDeadlineMs: 2_000 };
  sandbox = await startSandbox({ settings });
  // The second one waits for the gateway long enough that a test surely finds its requests running.
  const patient = { ...settings, gatewayTimeoutMs: 3_000, requestDeadlineMs: 6_000 };
  second = await startServerOn(sandbox.testDatabase.url, simulators.urls, patient);
  client = await sandbox.newMerchant();
  elsewhere = createApiClient(second.url, client.token);
});
after(async () => {
  await second.close();
  await sandbox.close();
  await simulators.close();
});

const keyed = (key = newOrder('key')): Record<string, string> => ({ 'idempotency-key': key });

const cancel = (
  by: ApiClient,
  impUid: string,
  more: object,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> => by.post('/payments/cancel', { imp_uid: impUid, ...more }, headers);

async function assertCancelledOnce(impUid: string): Promise<void> {
  assert.equal((await bookOf(client, impUid)).cancels.length, 1);
  await assertBooksAgree(client, impUid);
}

const four = operationCases.filter(({ takesKey }) => takesKey);

for (const operationCase of four) {
  const { operation, provider } = operationCase;

  test(`a repeat of ${operation} with its key gets the first answer byte for byte, from any server, and moves nothing`, async () => {
    const prepared = await operationCase.prepare(client, sandbox.database);
    const headers = keyed();
    const first = await prepared.send(headers);
    assert.equal(first.code, 0, first.text);
    for (const by of [client, elsewhere, client]) {
      const repeat = await prepared.send(headers, by);
      assert.deepEqual([repeat.status, repeat.text, repeat.error], [first.status, first.text, undefined]);
    }
    assert.deepEqual([await prepared.timesInBook(), await prepared.timesInOurs()], [1, 1]);
    assert.equal((await endingsOf(sandbox.database, await prepared.impUid(), operation)).length, 1);
  });

  test(`20 requests of ${operation} with one key at once, at two servers, begin one operation`, async () => {
    const prepared = await operationCase.prepare(client, sandbox.database);
    const headers = keyed();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => prepared.send(headers, index % 2 ? client : elsewhere)),
    );
    const done = answers.filter(({ code }) => code === 0);
    assert.ok(done.length >= 1);
    assert.equal(new Set(done.map(({ text }) => text)).size, 1, 'all who got an answer got the same one');
    for (const answer of answers.filter(({ code }) => code !== 0)) {
      assert.deepEqual([answer.status, answer.error], [409, 'idempotent_request_running'], answer.text);
    }
    const operations = await sandbox.database.query(
      `select from operations o left join receipts r on r.id = o.receipt_id
       join payments p on p.id = coalesce(o.payment_id, r.payment_id)
       where p.imp_uid = $1 and o.kind = $2`,
      [await prepared.impUid(), operation],
    );
    assert.equal(operations.length, 1);
    assert.deepEqual([await prepared.timesInBook(), await prepared.timesInOurs()], [1, 1]);
  });

  test(`a repeat of ${operation} while the first is running gets 409, and afterwards the first answer`, async () => {
    const merchant = await sandbox.newMerchant();
    const prepared = await operationCase.prepare(merchant, sandbox.database);
    await addFault(merchant, { pg_provider: provider, operation, kind: 'lost_answer', delay_ms: 5_000 });
    const headers = keyed();
    const patient = createApiClient(second.url, merchant.token);
    const running = prepared.send(headers, patient);
    await untilFaultsHaveStruck(merchant, provider);
    for (const by of [merchant, patient]) {
      const early = await prepared.send(headers, by);
      assert.deepEqual([early.status, early.error], [409, 'idempotent_request_running'], early.text);
    }
    const first = await running;
    assert.equal(first.code, 0, first.text);
    assert.equal((await prepared.send(headers)).text, first.text);
    assert.deepEqual([await prepared.timesInBook(), await prepared.timesInOurs()], [1, 1]);
  });

  test(`the refusal of a ${operation} by the gateway is kept: its repeat asks the gateway nothing`, async () => {
    const merchant = await sandbox.newMerchant();
    const prepared = await operationCase.prepare(merchant, sandbox.database);
    await addFault(merchant, { pg_provider: provider, operation, kind: 'reject', message: '한도 초과' });
    const headers = keyed();
    const first = await prepared.send(headers);
    assert.equal(first.error, operationCase.refused, first.text);
    const why = first.headers['x-hwanbul-refusal'];
    assert.ok(why, 'the gateway has refused for a reason');
    const repeat = await prepared.send(headers);
    assert.deepEqual([repeat.status, repeat.error, repeat.text], [first.status, first.error, first.text]);
    assert.equal(repeat.headers['x-hwanbul-refusal'], why);
    assert.deepEqual([await prepared.timesInBook(), await prepared.timesInOurs()], [0, 0]);
    assert.equal((await prepared.send(keyed())).code, 0, 'another key is another request');
  });

  test(`a ${operation} in doubt is no answer: its repeat learns how it stands, and is never begun again`, async () => {
    const merchant = await sandbox.newMerchant();
    const prepared = await operationCase.prepare(merchant, sandbox.database);
    await addFault(merchant, { pg_provider: provider, operation, kind: 'lost_answer' });
    await addFault(merchant, { pg_provider: provider, operation: 'inquire', kind: 'http_500', count: 1_000 });
    const headers = keyed();
    for (let time = 0; time < 3; time++) {
      const doubt = await prepared.send(headers);
      assert.deepEqual([doubt.status, doubt.error], [200, 'cancellation_in_doubt'], doubt.text);
    }
    await merchant.delete('/sandbox/faults');
    await untilNothingIsOpen(sandbox.database, await prepared.impUid());
    const settled = await prepared.send(headers);
    assert.equal(settled.code, 0, settled.text);
    assert.equal((await prepared.send(headers)).text, settled.text);
    assert.deepEqual([await prepared.timesInBook(), await prepared.timesInOurs()], [1, 1]);
    assert.deepEqual(await endingsOf(sandbox.database, await prepared.impUid(), operation), ['confirmed']);
  });
}

test('a key with another body, another payment or another operation is refused with 422, and nothing is done', async () => {
  const [impUid, other] = [await payByCard(client), await payByCard(client)];
  const headers = keyed();
  assert.equal((await cancel(client, impUid, { amount: 100 }, headers)).code, 0);
  for (const answer of [
    await cancel(client, impUid, { amount: 200 }, headers),
    await cancel(client, impUid, { amount: 100, reason: '변심' }, headers),
    await cancel(elsewhere, other, { amount: 100 }, headers),
    await client.delete(`/vbanks/${impUid}`, headers),
    await client.delete(`/receipts/${impUid}`, headers),
  ]) {
    assert.deepEqual([answer.status, answer.error], [422, 'idempotency_key_reused'], answer.text);
  }
  await assertCancelledOnce(impUid);
  assert.equal((await bookOf(client, other)).cancels.length, 0);
});

test('the order of the parameters does not make it another request', async () => {
  const impUid = await payByCard(client);
  const headers = keyed();
  const first = await client.post('/payments/cancel', { imp_uid: impUid, amount: 100, reason: 'r' }, headers);
  const repeat = await client.post('/payments/cancel', { reason: 'r', amount: 100, imp_uid: impUid }, headers);
  assert.equal(repeat.text, first.text);
  await assertCancelledOnce(impUid);
});

test('a refusal before anything was sent is kept, even when the request would succeed by now', async () => {
  const impUid = await payByCard(client);
  const headers = keyed();
  const first = await cancel(client, impUid, { amount: 100, checksum: 700 }, headers);
  assert.equal(first.error, 'checksum_mismatch');
  assert.equal((await cancel(client, impUid, { amount: 300 })).code, 0);
  assert.equal((await cancel(client, impUid, { amount: 100, checksum: 700 }, headers)).text, first.text);
  await assertCancelledOnce(impUid);
});

test('that a payment was busy is not kept: the repeat is carried out', async () => {
  const merchant = await sandbox.newMerchant();
  const impUid = await payByCard(merchant);
  await addFault(merchant, { operation: 'cancel', kind: 'lost_answer', delay_ms: 5_000 });
  const running = cancel(createApiClient(second.url, merchant.token), impUid, { amount: 100 });
  await untilFaultsHaveStruck(merchant, 'tosspayments');
  const headers = keyed();
  const busy = await cancel(merchant, impUid, { amount: 200 }, headers);
  assert.equal(busy.error, 'cancellation_busy', busy.text);
  assert.equal((await running).code, 0);
  assert.equal((await cancel(merchant, impUid, { amount: 200 }, headers)).response.cancel_amount, 300);
  await assertBooksAgree(merchant, impUid);
});

test('that an earlier doubt was in the way is not kept: the repeat is carried out', async () => {
  const merchant = await sandbox.newMerchant();
  const impUid = await payByCard(merchant);
  await addFault(merchant, { operation: 'cancel', kind: 'lost_answer' });
  await addFault(merchant, { operation: 'inquire', kind: 'http_500', count: 1_000 });
  assert.equal((await cancel(merchant, impUid, { amount: 100 })).error, 'cancellation_in_doubt');
  const headers = keyed();
  const blocked = await cancel(merchant, impUid, { amount: 200 }, headers);
  assert.equal(blocked.error, 'cancellation_blocked_by_doubt', blocked.text);
  await merchant.delete('/sandbox/faults');
  await untilNothingIsOpen(sandbox.database, impUid);
  assert.equal((await cancel(merchant, impUid, { amount: 200 }, headers)).response.cancel_amount, 300);
  await assertBooksAgree(merchant, impUid);
});

test('that the gateway could not be reached is not kept: the repeat is carried out', async () => {
  const merchant = await sandbox.newMerchant();
  const impUid = await payByCard(merchant);
  // A server remembers for some seconds where a channel leads; this one's clock is moved over them.
  let movedMs = 0;
  const clock = { now: () => new Date(), monotonicMs: () => performance.now() + movedMs };
  const settings = { recoveryIntervalMs: neverMs };
  const server = await startServerOn(sandbox.testDatabase.url, simulators.urls, settings, clock);
  try {
    const by = createApiClient(server.url, merchant.token);
    const lead = (url: string) =>
      sandbox.database.query(
        `update channels set base_url = $1
         where provider = 'tosspayments' and merchant_id = (select merchant_id from payments where imp_uid = $2)`,
        [url, impUid],
      );
    const headers = keyed();
    // Nothing listens on port 1 of this machine.
    await lead('http://127.0.0.1:1');
    movedMs = 60_000;
    assert.equal((await cancel(by, impUid, { amount: 200 }, headers)).error, 'gateway_unreachable');
    await lead(simulators.urls.tosspayments ?? '');
    movedMs = 120_000;
    const again = await cancel(by, impUid, { amount: 200 }, headers);
    assert.equal(again.response.cancel_amount, 200, again.text);
    assert.deepEqual(await endingsOf(sandbox.database, impUid, 'cancel'), ['unsent', 'confirmed']);
    await assertBooksAgree(merchant, impUid);
  } finally {
    await server.close();
  }
});

test('a doubt that a person has ended as refused is told as refused to the repeat', async () => {
  const merchant = await sandbox.newMerchant();
  const impUid = await payByCard(merchant);
  await addFault(merchant, { operation: 'cancel', kind: 'disconnect' });
  await addFault(merchant, { operation: 'inquire', kind: 'http_500', count: 1_000 });
  const headers = keyed();
  assert.equal((await cancel(merchant, impUid, {}, headers)).error, 'cancellation_in_doubt');
  const [doubt] = (await merchant.get('/cancellations?state=in_doubt')).response.list;
  const resolution = { outcome: 'refused', reason: '내역 없음', actor: '김담당' };
  assert.equal((await merchant.post(`/cancellations/${doubt.cancellation_id}/resolve`, resolution)).code, 0);
  const repeat = await cancel(merchant, impUid, {}, headers);
  assert.equal(repeat.error, 'cancellation_refused', repeat.text);
  assert.match(repeat.message ?? '', /내역 없음/);
  assert.equal((await bookOf(merchant, impUid)).cancels.length, 0);
});

test('keys of different merchants have nothing to do with each other', async () => {
  const stranger = await sandbox.newMerchant();
  const [mine, theirs] = [await payByCard(client), await payByCard(stranger)];
  const headers = keyed('the same key');
  assert.equal((await cancel(client, mine, { amount: 100 }, headers)).response.imp_uid, mine);
  const answer = await cancel(stranger, theirs, { amount: 200 }, headers);
  assert.deepEqual([answer.response?.imp_uid, answer.response?.cancel_amount], [theirs, 200], answer.text);
  await assertCancelledOnce(mine);
});

test(`a key has 1 to ${idempotencyKeyLengthMax} characters; others are refused, and nothing is done`, async () => {
  const impUid = await payByCard(client);
  for (const wrong of ['', ' ', 'k'.repeat(301), '키'.repeat(301)]) {
    // The bytes of a header are those of the text in UTF-8.
    const header = Buffer.from(wrong).toString('latin1');
    const refused = await cancel(client, impUid, { amount: 100 }, keyed(header));
    assert.deepEqual([refused.status, refused.error], [400, 'idempotency_key_invalid'], refused.text);
  }
  assert.equal((await bookOf(client, impUid)).cancels.length, 0);
  for (const right of ['k', 'k'.repeat(300), '키'.repeat(300)]) {
    const header = Buffer.from(right).toString('latin1');
    const first = await cancel(client, impUid, { amount: 100 }, keyed(header));
    assert.equal(first.code, 0, first.text);
    assert.equal((await cancel(client, impUid, { amount: 100 }, keyed(header))).text, first.text);
  }
  assert.equal((await bookOf(client, impUid)).cancels.length, 3);
});

test('without the header two equal requests are two cancellations', async () => {
  const impUid = await payByCard(client);
  assert.equal((await cancel(client, impUid, { amount: 100 })).response.cancel_amount, 100);
  assert.equal((await cancel(client, impUid, { amount: 100 })).response.cancel_amount, 200);
  assert.equal((await bookOf(client, impUid)).cancels.length, 2);
  await assertBooksAgree(client, impUid);
});

test('a key is remembered for 15 days, and is fresh after them', async () => {
  let movedMs = 0;
  const clock = { now: () => new Date(Date.now() + movedMs), monotonicMs: () => performance.now() };
  const moved = await startSandbox({ clock });
  try {
    const dayMs = 86_400_000;
    const headers = keyed();
    let demo = await moved.demo();
    const impUid = await payByCard(demo);
    const first = await cancel(demo, impUid, { amount: 100 }, headers);
    assert.equal(first.response.cancel_amount, 100);
    movedMs = 15 * dayMs - 60_000;
    demo = await moved.demo();
    assert.equal((await cancel(demo, impUid, { amount: 100 }, headers)).text, first.text);
    movedMs = 15 * dayMs + 60_000;
    demo = await moved.demo();
    assert.equal((await cancel(demo, impUid, { amount: 100 }, headers)).response.cancel_amount, 200);
    await assertBooksAgree(demo, impUid);
  } finally {
    await moved.close();
  }
});
