import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { addFault, until } from '../exactly-once/observations.ts';
import { createApiClient } from '../kit/api-client.ts';
import { atEndOfFile } from '../kit/end-of-file.ts';
import { goodCard, issueVbank, newOrder, payByCard } from '../kit/orders.ts';
import { startServerProcess } from '../kit/server-process.ts';
import { type Receiver, startReceiver, withStatus } from '../webhooks/receiver.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts';

/** One server that sends traces, and one of each kind of work that nobody waits for. */
let received: OtlpReceiver;
let shop: Receiver;
const recovered = { impUid: '', operation: '' };
const noticed = { atOnce: '', later: '' };
const scheduled = { impUid: '', order: '' };
const refunded = { impUid: '', bulk: '' };

before(async () => {
  received = await startOtlpReceiver();
  shop = await startReceiver({ after: atEndOfFile }, withStatus(500));
  const server = await startServerProcess({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
      HWANBUL_GATEWAY_TIMEOUT_MS: '1000',
      HWANBUL_REQUEST_DEADLINE_MS: '3000',
      HWANBUL_RECOVERY_INTERVAL_MS: '200',
      HWANBUL_WEBHOOK_RETRY_PAUSE_MS: '100',
    },
  });
  const made = await createApiClient(server.url).post('/sandbox/merchants', {
    webhook_url: shop.url,
    webhook_retry: true,
  });
  const client = await createApiClient(server.url).logIn(made.response.imp_key, made.response.imp_secret);

  recovered.impUid = await payByCard(client);
  await shop.waitFor(1);
  shop.answerWith((response) => response.end('ok'));
  await addFault(client, { pg_provider: 'tosspayments', operation: 'cancel', kind: 'lost_answer' });
  await addFault(client, { pg_provider: 'tosspayments', operation: 'inquire', kind: 'timeout', count: 1000 });
  const doubt = await client.post('/payments/cancel', { imp_uid: recovered.impUid, amount: 300 });
  assert.equal(doubt.headers['x-hwanbul-error'], 'cancellation_in_doubt', doubt.text);
  recovered.operation = doubt.headers['x-hwanbul-cancellation-id'] ?? '';
  await client.delete('/sandbox/faults');
  const read = async (impUid: string) => (await client.get(`/payments/${impUid}`)).response;
  await until('recovery has settled it', async () => (await read(recovered.impUid)).cancel_amount === 300);

  noticed.atOnce = await issueVbank(client);
  assert.equal((await client.post(`/sandbox/vbanks/${noticed.atOnce}/deposit`)).code, 0);
  // Nothing of this gateway's notice is believed as long as the gateway itself can't be asked.
  noticed.later = await issueVbank(client, 1000, { pg: 'nice_v2' });
  await addFault(client, { pg_provider: 'nice_v2', operation: 'inquire', kind: 'timeout', count: 1000 });
  await client.post(`/sandbox/vbanks/${noticed.later}/deposit`);
  // The gateway sends it again, too; which of the two comes first is open.
  await until('the notice is tried again', async () => triesOf(noticed.later).some(isAlone));
  await client.delete('/sandbox/faults');
  await until('the notice is applied', async () => (await read(noticed.later)).status === 'paid');

  const uid = newOrder('card');
  assert.equal((await client.post(`/subscribe/customers/${uid}`, { pg: 'tosspayments', ...goodCard })).code, 0);
  scheduled.order = newOrder('schedule');
  const due = { merchant_uid: scheduled.order, schedule_at: Math.floor(Date.now() / 1000) - 60, amount: 1000 };
  const planned = await client.post('/subscribe/payments/schedule', { customer_uid: uid, schedules: [due] });
  assert.equal(planned.code, 0, planned.text);
  scheduled.impUid = await until('the schedule is run', async () => {
    const { response } = await client.get(`/subscribe/payments/schedule/${scheduled.order}`);
    return response.schedule_status === 'executed' && response.imp_uid;
  });

  refunded.impUid = await payByCard(client);
  const file = await fetch(`${server.url}/bulk-refunds`, {
    method: 'POST',
    body: Buffer.from(`imp_uid,amount\n${refunded.impUid},400\n`),
    headers: { authorization: client.token ?? '', 'content-type': 'text/csv' },
  });
  const { response: bulk, message } = (await file.json()) as { response: Record<string, string>; message: string };
  assert.equal(file.status, 200, message);
  refunded.bulk = bulk.bulk_refund_id ?? '';
  const started = await client.post(`/bulk-refunds/${refunded.bulk}/start`, { totals: bulk.totals });
  assert.equal(started.code, 0, started.text);
  await until('the row is refunded', async () => (await read(refunded.impUid)).cancel_amount === 400);
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const day = `/reconciliations/tosspayments/days/${today}`;
  assert.equal((await client.post(day)).code, 0);
  await until('the day is compared', async () => (await client.get(day)).response.state !== 'running');
  await until('the webhook has been repeated', async () => {
    const ofPayment = shop.received.filter(({ fields }) => fields.imp_uid === recovered.impUid);
    return ofPayment.filter(({ fields }) => fields.status === 'paid').length === 2;
  });
  // Everything that has ended by now is sent before the process ends.
  server.kill('SIGTERM');
  assert.equal((await server.exited).code, 0);
});

const named = (name: string, attributes: Record<string, string | number> = {}): ReceivedSpan[] =>
  received
    .spans()
    .filter(
      (span) =>
        span.name === name && Object.entries(attributes).every(([key, value]) => span.attributes[key] === value),
    );
const triesOf = (impUid: string): ReceivedSpan[] => named('notice deposit', { 'hwanbul.imp_uid': impUid });
const childrenOf = ({ spanId }: ReceivedSpan): string[] =>
  received.spans().flatMap(({ parentId, name }) => (parentId === spanId ? [name] : []));
/** The first of its trace: nothing that somebody has asked for is around it. */
const isAlone = (span: ReceivedSpan): boolean => {
  const sameTrace = received.spans().filter(({ traceId }) => traceId === span.traceId);
  return span.parentId === '' && sameTrace.filter(({ parentId }) => parentId === '').length === 1;
};

test('recovery of an operation is a trace of its own, which names the payment and what came of it', () => {
  const [recovery, ...more] = named('recover cancel', { 'hwanbul.outcome': 'confirmed' });
  assert.ok(recovery && more.length === 0 && isAlone(recovery));
  assert.deepEqual(recovery.attributes, {
    'hwanbul.operation': recovered.operation,
    'hwanbul.imp_uid': recovered.impUid,
    'hwanbul.gateway': 'tosspayments',
    'hwanbul.kind': 'cancel',
    'hwanbul.outcome': 'confirmed',
  });
  const children = childrenOf(recovery);
  assert.ok(children.includes('inquire cancel tosspayments') && children.includes('group settle_cancels'));
  for (const earlier of named('recover cancel')) assert.ok(isAlone(earlier));
});

test("a notice is a part of the gateway's request, and a trace of its own when it is tried again", () => {
  const [atOnce, ...more] = triesOf(noticed.atOnce);
  assert.ok(atOnce && more.length === 0);
  assert.deepEqual(atOnce.attributes, {
    'hwanbul.gateway': 'tosspayments',
    'hwanbul.imp_uid': noticed.atOnce,
    'hwanbul.outcome': 'applied',
  });
  const request = received.spans().find(({ spanId }) => spanId === atOnce.parentId);
  assert.equal(request?.name, 'POST /gateways/:provider/notices');
  const tries = triesOf(noticed.later);
  assert.ok(tries.some(({ parentId, attributes }) => parentId !== '' && attributes['hwanbul.outcome'] === 'waiting'));
  assert.ok(tries.some(isAlone));
  assert.equal(tries.filter(({ attributes }) => attributes['hwanbul.outcome'] === 'applied').length, 1);
});

test('a schedule, a row of a bulk refund and a day that is compared are traces of their own', () => {
  const [charge, ...more] = named('charge schedule');
  assert.ok(charge && more.length === 0 && isAlone(charge));
  const { 'hwanbul.schedule': schedule, 'hwanbul.operation': charged, ...ofCharge } = charge.attributes;
  assert.deepEqual(ofCharge, { 'hwanbul.imp_uid': scheduled.impUid, 'hwanbul.outcome': 'confirmed' });
  assert.match(String(schedule), /^\d+$/);
  assert.ok(childrenOf(charge).includes('send charge_key tosspayments'));
  assert.equal(named('send charge_key tosspayments')[0]?.attributes['hwanbul.operation'], charged);

  const [row, ...otherRows] = named('refund row');
  assert.ok(row && otherRows.length === 0 && isAlone(row));
  const { 'hwanbul.operation': operation, ...ofRow } = row.attributes;
  assert.deepEqual(ofRow, { 'hwanbul.bulk_refund': refunded.bulk, 'hwanbul.row': 1, 'hwanbul.outcome': 'confirmed' });
  const sent = named('send cancel tosspayments', { 'hwanbul.imp_uid': refunded.impUid });
  assert.deepEqual(
    sent.map((span) => [span.traceId, span.attributes['hwanbul.operation']]),
    [[row.traceId, operation]],
  );

  const days = named('reconcile day', { 'hwanbul.gateway': 'tosspayments' });
  assert.ok(days.length === 1 && days.every(isAlone));
});

test('each attempt of a webhook is a trace of its own; one that the shop did not take is a failure', () => {
  const attempts = named('webhook paid', { 'hwanbul.imp_uid': recovered.impUid });
  assert.ok(attempts.every((span) => isAlone(span) && span.kind === 3));
  assert.deepEqual(
    attempts.map(({ attributes, status }) => [
      attributes['hwanbul.attempt'],
      attributes['http.response.status_code'],
      attributes['error.type'],
      status,
    ]),
    [
      ['first', 500, '500', 2],
      ['repeat', 200, undefined, 0],
    ],
  );
});

test('a gateway that does not answer is a failure of the exchange, by its status', () => {
  const lost = received.spans().filter(({ attributes }) => attributes['error.type'] === 'no_answer');
  assert.ok(
    lost.some(({ name }) => name === 'POST tosspayments') && lost.some(({ name }) => name === 'GET tosspayments'),
  );
  for (const { name, status } of lost) assert.equal(status, 2, name);
});

test('rounds that find nothing make no trace, nothing is left without its parent, and no order’s number is in any', () => {
  const spans = received.spans();
  const roots = new Set(spans.flatMap(({ parentId, name }) => (parentId === '' ? [name] : [])));
  const work = /^(?:recover cancel|notice deposit|charge schedule|refund row|reconcile day|webhook \w+)$/;
  assert.deepEqual(
    [...roots].filter((name) => !work.test(name) && !/^(?:GET|POST|DELETE) \//.test(name)),
    [],
  );
  const ids = new Set(spans.map(({ spanId }) => spanId));
  assert.deepEqual(
    spans.filter(({ parentId }) => parentId !== '' && !ids.has(parentId)).map(({ name }) => name),
    [],
  );
  const text = received.text();
  for (const value of [scheduled.order, goodCard.card_number, shop.url]) assert.ok(!text.includes(value), value);
});
