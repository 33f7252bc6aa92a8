import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/platform/clock/clock.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { issueBarcode, issueVbank, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { hang, ok, startReceiver, withStatus } from './receiver.ts';
import { endedWebhooks, newWebhookMerchant } from './webhook-merchant.ts';

const limits = {
  webhookConnectLimitMs: 2_000,
  webhookReadLimitMs: 700,
  webhookRepeatLimitMs: 400,
  webhookRetryPauseMs: 50,
};

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ settings: limits });
});
after(() => sandbox.close());

test('by default a webhook is sent once, whatever comes of it', async (t) => {
  const receiver = await startReceiver(t, withStatus(500));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
  assert.deepEqual([webhook?.state, webhook?.attempts, webhook?.last_status], ['failed', 1, 500]);
  assert.equal(receiver.received.length, 1);
});

test('with webhook_retry a 5xx is repeated up to five times, and then given up', async (t) => {
  const receiver = await startReceiver(t, withStatus(503));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_retry: true });
  const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
  assert.equal(webhook?.state, 'failed');
  assert.deepEqual(
    webhook?.log.map(({ kind, status }) => `${kind} ${status}`),
    ['first 503', ...Array.from({ length: 5 }, () => 'repeat 503')],
  );
  assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 1, 'the same body each time');
  assert.equal(receiver.received.length, 6);
});

test('repeats stop at the first 200, and only at that', async (t) => {
  const receiver = await startReceiver(t);
  const answers = [500, 502, 200];
  receiver.answerWith((response) => response.writeHead(answers.shift() ?? 200).end());
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_retry: true });
  const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
  assert.deepEqual([webhook?.state, webhook?.attempts], ['delivered', 3]);
});

for (const status of [204, 301, 400, 404, 429]) {
  test(`HTTP ${status} is a failure that is not repeated`, async (t) => {
    const receiver = await startReceiver(t, withStatus(status));
    const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_retry: true });
    const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
    assert.deepEqual([webhook?.state, webhook?.attempts, webhook?.last_status], ['failed', 1, status]);
  });
}

test('a redirect is not followed', async (t) => {
  const target = await startReceiver(t);
  const receiver = await startReceiver(t, withStatus(307, { location: target.url }));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
  assert.deepEqual([webhook?.state, webhook?.last_status], ['failed', 307]);
  assert.equal(target.received.length, 0);
});

test('a receiver that hangs is a failure when its time is over', async (t) => {
  const receiver = await startReceiver(t, hang);
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_retry: true });
  const impUid = await payByCard(client);
  await receiver.waitFor(2);
  receiver.answerWith(ok);
  const [webhook] = await endedWebhooks(client, impUid, 1);
  assert.deepEqual(
    webhook?.log.map(({ kind, status, error }) => [kind, status, error]),
    [
      ['first', null, 'no whole answer within the time limit'],
      ['repeat', null, 'no whole answer within the time limit'],
      ['repeat', 200, null],
    ],
  );
});

test('the first try and the repeats have limits of their own', async (t) => {
  const patient = await startSandbox({ settings: { ...limits, webhookReadLimitMs: 600_000 } });
  t.after(() => patient.close());
  // The first try ends by the receiver's doing, and only the limit of repeats can end the second.
  const receiver = await startReceiver(t, (_response, request) => {
    receiver.answerWith(hang);
    request.socket.destroy();
  });
  const { client } = await newWebhookMerchant(patient.url, { webhook_url: receiver.url, webhook_retry: true });
  const impUid = await payByCard(client);
  await receiver.waitFor(3);
  receiver.answerWith(ok);
  const [webhook] = await endedWebhooks(client, impUid, 1);
  assert.equal(webhook?.log[1]?.error, 'no whole answer within the time limit');
});

for (const years of [-1, 1]) {
  test(`a clock that is moved by ${years} year neither holds webhooks and repeats back nor hurries them`, async (t) => {
    const offsetMs = years * 365 * 86_400_000;
    const clock = { now: () => new Date(Date.now() + offsetMs), monotonicMs: systemClock.monotonicMs };
    const moved = await startSandbox({ settings: limits, clock });
    t.after(() => moved.close());
    const receiver = await startReceiver(t);
    const answers = [500, 500, 200];
    receiver.answerWith((response) => response.writeHead(answers.shift() ?? 200).end());
    const { client } = await newWebhookMerchant(moved.url, { webhook_url: receiver.url, webhook_retry: true });
    const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
    assert.deepEqual([webhook?.state, webhook?.attempts], ['delivered', 3]);
  });
}

async function advance(client: ApiClient, seconds: number) {
  const moved = await client.post('/sandbox/clock', { advance_seconds: seconds });
  assert.equal(moved.code, 0, moved.text);
  return moved.response as { now: number; happened: { at: number; kind: string; imp_uid: string | null }[] };
}

test("repeats fall due by the merchant's clock: five minutes of it bring all five, and nobody waits for them", async (t) => {
  // With the real pause of a minute.
  const usual = await startSandbox();
  t.after(() => usual.close());
  const receiver = await startReceiver(t, withStatus(503));
  const { client } = await newWebhookMerchant(usual.url, { webhook_url: receiver.url, webhook_retry: true });
  const start = (await advance(client, 0)).now;
  const impUid = await payByCard(client);
  const { happened } = await advance(client, 300);
  assert.equal(receiver.received.length, 6, 'all is done when the call returns');
  assert.deepEqual(
    happened.map(({ at, kind, imp_uid }) => [at - start, kind, imp_uid]),
    [60, 120, 180, 240, 300].map((seconds) => [seconds, 'webhook_repeated', impUid]),
  );
  const [webhook] = await endedWebhooks(client, impUid, 1);
  assert.deepEqual([webhook?.state, webhook?.ended_at], ['failed', start + 300]);
  assert.deepEqual(
    webhook?.log.map(({ at }) => at - start),
    [0, 60, 120, 180, 240, 300],
  );
});

test('when the clock gets to a repeat that succeeds, the event behind it is told before the call returns', async (t) => {
  const usual = await startSandbox();
  t.after(() => usual.close());
  const receiver = await startReceiver(t, withStatus(500));
  const { client } = await newWebhookMerchant(usual.url, { webhook_url: receiver.url, webhook_retry: true });
  const start = (await advance(client, 0)).now;
  const impUid = await issueVbank(client);
  await client.post(`/sandbox/vbanks/${impUid}/deposit`);
  await advance(client, 59);
  assert.equal(receiver.received.length, 1, 'it is not yet due');
  const { list } = (await client.get(`/webhooks?imp_uid=${impUid}`)).response;
  assert.deepEqual(
    list.map(({ next_attempt_at }: { next_attempt_at: number }) => next_attempt_at),
    [0, start + 60],
  );
  receiver.answerWith(ok);
  await advance(client, 1);
  assert.deepEqual(
    receiver.received.map(({ fields }) => fields.status),
    ['ready', 'ready', 'paid'],
  );
  assert.deepEqual(
    (await endedWebhooks(client, impUid, 2)).map(({ state }) => state),
    ['delivered', 'delivered'],
  );
});

test('a clock that is held holds repeats back; one that is let go, and every other one, does not', async (t) => {
  const receiver = await startReceiver(t, withStatus(500));
  const settings = { webhook_url: receiver.url, webhook_retry: true };
  const [held, other] = [
    await newWebhookMerchant(sandbox.url, settings),
    await newWebhookMerchant(sandbox.url, settings),
  ];
  await advance(held.client, 0);
  const impUid = await payByCard(held.client);
  await receiver.waitFor(1);
  // Five pauses have passed when this one is given up.
  assert.equal((await endedWebhooks(other.client, await payByCard(other.client), 1))[0]?.attempts, 6);
  const [waiting] = (await held.client.get(`/webhooks?imp_uid=${impUid}`)).response.list;
  assert.deepEqual([waiting.state, waiting.attempts], ['waiting', 1]);
  receiver.answerWith(ok);
  await held.client.delete('/sandbox/clock');
  const [webhook] = await endedWebhooks(held.client, impUid, 1);
  assert.deepEqual([webhook?.state, webhook?.attempts], ['delivered', 2]);
});

test('a repeat that is asked for by hand does not wait for a clock that is held', async (t) => {
  const receiver = await startReceiver(t, withStatus(500));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_retry: true });
  await advance(client, 0);
  const impUid = await payByCard(client);
  const [failed] = await eventually(async () => {
    const { list } = (await client.get(`/webhooks?imp_uid=${impUid}`)).response;
    assert.equal(list[0].attempts, 1);
    return list;
  });
  receiver.answerWith(ok);
  assert.equal((await client.post(`/webhooks/${failed.webhook_id}/resend`)).code, 0);
  assert.equal((await endedWebhooks(client, impUid, 1))[0]?.state, 'delivered');
});

test('a receiver that hangs holds its clock up no longer than a repeat may take', async (t) => {
  // Closed first: a server that is told to stop waits for it.
  const receiver = await startReceiver(t, hang);
  const patient = await startSandbox({ settings: { ...limits, webhookReadLimitMs: 600_000 } });
  t.after(() => patient.close());
  const { client } = await newWebhookMerchant(patient.url, { webhook_url: receiver.url, webhook_retry: true });
  const start = (await advance(client, 0)).now;
  const impUid = await payByCard(client);
  await receiver.waitFor(1);
  assert.equal((await advance(client, 60)).now, start + 60);
  assert.equal((await client.get(`/webhooks?imp_uid=${impUid}`)).response.list[0].under_way, true);
});

test('an answer that begins with 200 and never ends is no delivery', async (t) => {
  const receiver = await startReceiver(t, (response) => void response.writeHead(200).write('be'));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
  assert.deepEqual(
    [webhook?.state, webhook?.last_status, webhook?.last_error, webhook?.log[0]?.answer],
    ['failed', 200, 'no whole answer within the time limit', 'be'],
  );
});

test('a slow answer within its time is a delivery', async (t) => {
  const receiver = await startReceiver(t, (response) => {
    response.writeHead(200).write('al');
    setTimeout(() => response.end('most'), 100);
  });
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
  assert.deepEqual([webhook?.state, webhook?.log[0]?.answer], ['delivered', 'almost']);
});

test('of a long answer the first kilobyte is kept and the rest is not waited for', async (t) => {
  const receiver = await startReceiver(t, (response) => {
    response.writeHead(200).write('가'.repeat(200_000));
  });
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const [webhook] = await endedWebhooks(client, await payByCard(client), 1);
  assert.equal(webhook?.state, 'delivered');
  const [attempt] = await sandbox.database.query<{ answer: Buffer }>(
    'select answer from webhook_attempts where delivery_id = $1',
    [webhook?.webhook_id],
  );
  assert.deepEqual(attempt?.answer, Buffer.from('가'.repeat(400)).subarray(0, 1024));
});

test('a receiver that closes the connection, or is not there, is a failure that is repeated', async (t) => {
  const receiver = await startReceiver(t, (_response, request) => request.socket.destroy());
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_retry: true });
  const impUid = await payByCard(client);
  await receiver.waitFor(2);
  await receiver.close();
  const [webhook] = await endedWebhooks(client, impUid, 1);
  assert.equal(webhook?.state, 'failed');
  assert.equal(webhook?.attempts, 6);
  assert.match(webhook?.log[0]?.error ?? '', /^the connection failed \(/);
  assert.match(webhook?.log.at(-1)?.error ?? '', /^no connection could be made \(ECONNREFUSED\)$/);
});

test('a URL that cannot be called fails and says so', async () => {
  const { client } = await newWebhookMerchant(sandbox.url, {});
  for (const url of ['ftp://127.0.0.1/x', 'nonsense', 'http://user:word@127.0.0.1:1/', 'http://169.254.169.254/meta']) {
    const [webhook] = await endedWebhooks(client, await issueVbank(client, 1000, { notice_url: [url] }), 1);
    assert.equal(webhook?.state, 'failed', url);
    assert.match(webhook?.last_error ?? '', /can be called|may not be called/);
  }
  const endpoints = await sandbox.database.query<{ endpoint: string }>(
    'select distinct endpoint from webhook_deliveries',
  );
  assert.ok(endpoints.some(({ endpoint }) => endpoint === 'http://127.0.0.1:1'));
  assert.doesNotMatch(JSON.stringify(endpoints), /word/, 'endpoints are logged');
});

test('the log has every attempt with its request and its answer, also of what was sent again', async (t) => {
  const receiver = await startReceiver(t, withStatus(400));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: `${receiver.url}?key=1` });
  const impUid = await payByCard(client);
  const [failed] = await endedWebhooks(client, impUid, 1);
  receiver.answerWith(ok);
  // What the merchant has set since then is for later events.
  await client.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/', webhook_format: 'form' });
  const asked = await client.post(`/webhooks/${failed?.webhook_id}/resend`);
  assert.equal(asked.response.webhook_id, failed?.webhook_id);
  const [resent] = await endedWebhooks(client, impUid, 1);
  assert.equal(resent?.state, 'delivered');
  assert.deepEqual(
    resent?.log.map(({ kind, url, content_type, request_body, status, error, answer }) => [
      kind,
      url,
      content_type,
      JSON.parse(request_body).imp_uid,
      status,
      error,
      answer,
    ]),
    [
      ['first', `${receiver.url}?key=1`, 'application/json', impUid, 400, null, 'status 400'],
      ['resend', `${receiver.url}?key=1`, 'application/json', impUid, 200, null, 'ok'],
    ],
  );
});

test('many are sent again at once: those that failed, those of a payment, or those that are named', async (t) => {
  const receiver = await startReceiver(t, withStatus(500));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const impUids = [await payByCard(client), await payByCard(client), await payByCard(client)];
  const ids: string[] = [];
  for (const impUid of impUids)
    ids.push(...(await endedWebhooks(client, impUid, 1)).map(({ webhook_id }) => webhook_id));
  receiver.answerWith(ok);
  const first = await client.post('/webhooks/resend', { imp_uid: impUids[0] });
  assert.deepEqual(first.response, { count: 1, webhook_ids: [ids[0]], left_alone: [], next: null });
  await endedWebhooks(client, impUids[0] ?? '', 1);
  const failed = await client.post('/webhooks/resend', { state: 'failed', since: 1 });
  assert.deepEqual(failed.response.webhook_ids, ids.slice(1));
  for (const impUid of impUids) assert.equal((await endedWebhooks(client, impUid, 1))[0]?.state, 'delivered');
  const none = await client.post('/webhooks/resend', { state: 'delivered', since: 4_000_000_000 });
  assert.equal(none.response.count, 0);
  const named = await client.post('/webhooks/resend', { webhook_id: ids.slice(0, 2) });
  assert.deepEqual(named.response.webhook_ids, ids.slice(0, 2));
  await receiver.waitFor(3 + 3 + 2);
  for (const impUid of impUids.slice(0, 2)) await endedWebhooks(client, impUid, 1);
  const unknown = await client.post('/webhooks/resend', { webhook_id: [ids[2], '999999999'] });
  assert.deepEqual([unknown.status, unknown.error], [404, 'webhook_not_found']);
  assert.match(unknown.message ?? '', /: 999999999$/);
  const { log } = (await client.get(`/webhooks/${ids[2]}`)).response;
  assert.equal(log.length, 2, 'beside one that is not known nothing is sent');
  // By the event, and by when it was; a bound alone narrows, too.
  const [newest] = (await client.get('/webhooks?limit=1')).response.list;
  const listed = async (query: string) =>
    (await client.get(`/webhooks?${query}`)).response.list.map((each: { webhook_id: string }) => each.webhook_id);
  assert.deepEqual(await listed(`event=paid&from=${newest.created_at}&to=${newest.created_at}&limit=1`), [ids[2]]);
  assert.deepEqual(await listed('event=cancelled'), []);
  assert.deepEqual(await listed(`from=${newest.created_at + 1}`), []);
  assert.deepEqual(await listed('to=1'), []);
  for (const body of [{ event: 'cancelled' }, { event: 'paid', until: 1 }, { until: 1 }]) {
    assert.equal((await client.post('/webhooks/resend', body)).response.count, 0, JSON.stringify(body));
  }
  const after = await client.post('/webhooks/resend', { state: 'delivered', after: ids[1] });
  assert.deepEqual(after.response.webhook_ids, [ids[2]]);
  const stranger = await newWebhookMerchant(sandbox.url, {});
  assert.equal((await stranger.client.post('/webhooks/resend', { webhook_id: ids })).error, 'webhook_not_found');
  assert.equal((await stranger.client.post(`/webhooks/${ids[0]}/resend`)).error, 'webhook_not_found');
  assert.equal((await client.post('/webhooks/resend', {})).error, 'parameter_missing');
});

test('a call test sends what the console sends, and answers what came of it', async (t) => {
  const receiver = await startReceiver(t);
  const { client } = await newWebhookMerchant(sandbox.url, {});
  assert.equal((await client.post('/webhooks/test')).error, 'webhook_url_missing');
  await client.put('/sandbox/merchant', { webhook_url: receiver.url });
  const called = await client.post('/webhooks/test');
  assert.deepEqual([called.response.state, called.response.log[0].kind], ['delivered', 'test']);
  assert.deepEqual(JSON.parse(receiver.received[0]?.body ?? ''), {
    imp_uid: 'imp_1234567890',
    merchant_uid: 'merchant_1234567890',
    status: 'paid',
    cancellation_id: null,
  });
  receiver.answerWith(withStatus(500));
  assert.equal((await client.post('/webhooks/test')).response.state, 'failed');
  assert.equal((await client.post(`/webhooks/${called.response.webhook_id}/resend`)).response.state, 'delivered');
  const named = await client.post('/webhooks/resend', { webhook_id: [called.response.webhook_id] });
  assert.deepEqual(
    [named.response.count, named.response.left_alone],
    [0, [{ webhook_id: called.response.webhook_id, why: 'never_resent' }]],
  );
  assert.equal(receiver.received.length, 2, 'a call test is not sent again');
});

test('a barcode with a confirm_url is paid only after that has answered 200', async (t) => {
  const receiver = await startReceiver(t, (response) =>
    response.writeHead(409).end(JSON.stringify({ reason: '재고 없음' })),
  );
  const { client } = await newWebhookMerchant(sandbox.url, {});
  const impUid = await issueBarcode(client, 1000, { confirm_url: receiver.url });
  const refused = await client.post(`/sandbox/cvs/${impUid}/pay`);
  assert.equal(refused.error, 'sandbox_payment_refused');
  assert.match(refused.message ?? '', /고객사 요청에 의해 결제를 중단합니다\. \(상세사유 : 재고 없음\)/);
  assert.equal((await client.get(`/payments/${impUid}`)).response.status, 'ready');
  receiver.answerWith(withStatus(500));
  assert.match((await client.post(`/sandbox/cvs/${impUid}/pay`)).message ?? '', /알 수 없음/);
  receiver.answerWith(ok);
  const paid = await client.post(`/sandbox/cvs/${impUid}/pay`, { pay_type: 'card' });
  assert.equal(paid.response.status, 'paid');
  const { barcode } = JSON.parse(receiver.received[0]?.body ?? '').extra;
  assert.ok(barcode);
  assert.deepEqual(
    receiver.received.map(({ body }) => JSON.parse(body)),
    ['cash', 'cash', 'card'].map((payType) => ({
      event: 'Galaxia.Cvs.Confirm',
      imp_uid: impUid,
      merchant_uid: paid.response.merchant_uid,
      status: 'ready',
      extra: { barcode, payType },
    })),
  );
  const kept = await endedWebhooks(client, impUid, 3);
  assert.deepEqual(
    kept.map(({ event, state, log }) => [event, state, log[0]?.kind, log[0]?.status]),
    [
      ['confirm', 'failed', 'confirm', 409],
      ['confirm', 'failed', 'confirm', 500],
      ['confirm', 'delivered', 'confirm', 200],
    ],
  );
});
