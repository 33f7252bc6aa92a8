import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gateways } from '../../src/gateways/registry.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { until } from '../exactly-once/observations.ts';
import { createApiClient } from '../kit/api-client.ts';
import { atEndOfFile } from '../kit/end-of-file.ts';
import { goodCard, payByCard } from '../kit/orders.ts';
import { startServerProcess } from '../kit/server-process.ts';
import { ok, startReceiver } from '../webhooks/receiver.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts';

interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What stands between the server and the simulator of Toss Payments, and takes down every byte that goes there. */
async function startGateway(): Promise<{ readonly url: string; readonly seen: readonly Seen[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-traced-'));
  const createSimulator = await (await gateways.get('tosspayments')?.sandbox())?.simulator();
  const simulator = createSimulator?.({
    bookFile: join(folder, 'book.sqlite'),
    port: 0,
    clock: systemClock,
    log: () => {},
  });
  assert.ok(simulator);
  await simulator.start();
  const seen: Seen[] = [];
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { url: path = '', method, headers } = request;
    seen.push({ path, headers, text: `${request.rawHeaders.join('\n')}\n${body.toString('latin1')}` });
    const onward = send(simulator.url + path, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  atEndOfFile(async () => {
    proxy.closeAllConnections();
    await new Promise<void>((resolve) => proxy.close(() => resolve()));
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, seen };
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const callersSpan = '00f067aa0ba902b7';
const requestId = 'shop-42/a=b';

/** One server that sends traces, one payment and one cancellation that is asked for within a trace, and what came of it everywhere. */
let received: OtlpReceiver;
let lines: Record<string, unknown>[];
let toGateway: readonly Seen[];
let toShop: readonly { readonly headers: IncomingHttpHeaders }[];
let cancelled: { readonly impUid: string; readonly operation: string; readonly requestId: string | undefined };
let secrets: readonly string[];

before(async () => {
  const [otlp, gateway] = await Promise.all([startOtlpReceiver(), startGateway()]);
  const shop = await startReceiver({ after: atEndOfFile }, ok);
  const server = await startServerProcess({
    env: {
      LOG_LEVEL: 'debug',
      HWANBUL_SIMULATORS: `tosspayments=${gateway.url}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=tested',
    },
  });
  const made = await createApiClient(server.url).post('/sandbox/merchants', { webhook_url: shop.url });
  const { imp_key, imp_secret } = made.response;
  const client = await createApiClient(server.url).logIn(imp_key, imp_secret);
  const impUid = await payByCard(client, 4321, { merchant_uid: 'order-that-is-a-value' });
  const answer = await client.post(
    '/payments/cancel',
    { imp_uid: impUid, amount: 1234, reason: 'a reason that is a value', enable_webhook: true },
    {
      traceparent: `00-${traceId}-${callersSpan}-01`,
      tracestate: 'shop=1',
      baggage: 'buyer=somebody',
      'x-request-id': requestId,
    },
  );
  assert.equal(answer.code, 0, answer.text);
  await until('both webhooks have come', async () => shop.received.length >= 2);
  // Everything that has ended by now is sent before the process ends.
  server.kill('SIGTERM');
  assert.equal((await server.exited).code, 0);
  received = otlp;
  toGateway = gateway.seen;
  toShop = shop.received;
  secrets = [imp_key, imp_secret, client.token ?? 'no token'];
  cancelled = {
    impUid,
    operation: answer.headers['x-hwanbul-cancellation-id'] ?? 'none',
    requestId: answer.headers['x-request-id'],
  };
  lines = server
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
});

const spanOf = (name: string, parent?: ReceivedSpan): ReceivedSpan => {
  const found = received
    .spans()
    .filter((span) => span.traceId === traceId && span.name === name && (!parent || span.parentId === parent.spanId));
  assert.equal(found.length, 1, `${name}: ${received.spans().map((span) => span.name)}`);
  return found[0] as ReceivedSpan;
};

test("a cancellation is a tree within its caller's trace: the request, its statements, the gateway", () => {
  const { impUid, operation } = cancelled;
  const request = spanOf('POST /payments/cancel');
  assert.equal(request.parentId, callersSpan);
  assert.equal(request.kind, 2);
  assert.deepEqual(request.attributes, {
    'http.request.method': 'POST',
    'http.route': '/payments/cancel',
    'http.response.status_code': 200,
    'hwanbul.request_id': requestId,
    'hwanbul.operation': operation,
    'hwanbul.imp_uid': impUid,
  });
  for (const name of ['payments_by_imp_uid', 'reserve_cancels', 'settle_cancels']) {
    const statement = received.spans().find((span) => span.traceId === traceId && span.name.startsWith(name));
    const group = spanOf(`group ${name}`, request);
    assert.ok(statement, name);
    assert.deepEqual([statement.parentId, statement.kind], [group.spanId, 3], name);
    assert.equal(statement.attributes['db.system.name'], 'postgresql');
  }
  const asked = spanOf('send cancel tosspayments', request);
  assert.deepEqual(asked.attributes, {
    'hwanbul.gateway': 'tosspayments',
    'hwanbul.kind': 'cancel',
    'hwanbul.asked': 'send',
    'hwanbul.operation': operation,
    'hwanbul.imp_uid': impUid,
    'hwanbul.outcome': 'confirmed',
  });
  const exchange = spanOf('POST tosspayments', asked);
  assert.equal(exchange.kind, 3);
  assert.equal(exchange.attributes['http.response.status_code'], 200);
  assert.equal(exchange.resource['service.name'], 'hwanbul');
  assert.equal(exchange.resource['deployment.environment.name'], 'tested');
  assert.ok(received.spans().every((span) => span.status !== 2));
});

test('work that nobody waits for is a trace of its own, and rounds that find nothing make none', () => {
  const { impUid, operation } = cancelled;
  const webhook = received.spans().find((span) => span.name === 'webhook cancelled');
  assert.ok(webhook && webhook.parentId === '' && webhook.traceId !== traceId);
  assert.equal(webhook.attributes['hwanbul.imp_uid'], impUid);
  assert.equal(webhook.attributes['hwanbul.operation'], operation);
  assert.equal(webhook.attributes['http.response.status_code'], 200);
  const roots = new Set(received.spans().flatMap(({ parentId, name }) => (parentId === '' ? [name] : [])));
  const allowed = /^(GET|POST) \/|^webhook (paid|cancelled)$/;
  assert.deepEqual(
    [...roots].filter((name) => !allowed.test(name)),
    [],
  );
});

test('nothing of a trace or of a request id goes to a gateway or to the shop', () => {
  const paths = toGateway.map(({ path }) => path);
  assert.ok(
    paths.some((path) => path.endsWith('/cancel')),
    String(paths),
  );
  assert.ok(toShop.length >= 2);
  for (const { headers } of [...toGateway, ...toShop]) {
    for (const name of ['traceparent', 'tracestate', 'baggage', 'x-request-id', 'b3', 'uber-trace-id']) {
      assert.equal(headers[name], undefined, name);
    }
  }
  const ids = [...new Set(received.spans().flatMap((span) => [span.traceId, span.spanId]))];
  for (const { text } of toGateway) {
    for (const id of [...ids, requestId, 'shop=1', 'buyer=somebody']) assert.ok(!text.includes(id), id);
  }
});

test('no secret, no card and no value of a statement is in what is sent, and no caller can add to it', () => {
  const text = received.text();
  assert.ok(text.includes(cancelled.impUid), 'the text is what was sent');
  const values = [
    ...secrets,
    goodCard.card_number,
    goodCard.card_number.replaceAll('-', ''),
    'order-that-is-a-value',
    'a reason that is a value',
    ' where ',
    '$1',
    'buyer=somebody',
  ];
  for (const value of values) assert.ok(!text.includes(value), value);
});

test('the log joins the request, its operation, its calls of the gateway and its webhook by the same names', () => {
  const { impUid, operation } = cancelled;
  assert.equal(cancelled.requestId, requestId, 'it is answered');
  const { instance, merchant } = lines.find(({ msg }) => msg === 'an operation has ended') ?? {};
  assert.ok(typeof instance === 'string' && typeof merchant === 'string');
  const ofRequest = lines.filter((line) => line.requestId === requestId);
  assert.deepEqual(
    ofRequest.map(({ msg }) => msg),
    ['an operation was reserved', 'a gateway was called', 'an operation has ended', 'answered'],
  );
  const webhook = lines.find((line) => line.msg === 'a webhook was sent' && line.operation === operation);
  assert.ok(webhook && webhook.requestId === undefined);
  for (const line of [...ofRequest, webhook]) {
    const { msg, ...fields } = line;
    assert.deepEqual(
      [fields.operation, fields.imp_uid, fields.merchant, fields.instance],
      [operation, impUid, merchant, instance],
      String(msg),
    );
  }
  for (const line of ofRequest) assert.equal(line.trace_id, traceId, String(line.msg));
  const call = ofRequest.find(({ msg }) => msg === 'a gateway was called');
  assert.deepEqual(
    [call?.level, call?.gateway, call?.kind, call?.outcome, call?.status],
    ['debug', 'tosspayments', 'cancel', 'answered', 200],
  );
  assert.equal(spanOf('POST /payments/cancel').resource['service.instance.id'], instance);
});

test('a receiver that is not there fails no request and no stop, and is told of once, without its password', async (t) => {
  const nobody = createServer();
  await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
  const { port } = nobody.address() as AddressInfo;
  await new Promise<void>((resolve) => nobody.close(() => resolve()));
  const server = await startServerProcess({
    test: t,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector:hunter2@127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '1',
    },
  });
  const made = await createApiClient(server.url).post('/sandbox/merchants');
  const client = await createApiClient(server.url).logIn(made.response.imp_key, made.response.imp_secret);
  const impUid = await payByCard(client);
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).code, 0);
  server.kill('SIGTERM');
  assert.equal((await server.exited).code, 0);
  assert.equal(server.stdout().split('traces could not be sent').length, 2, server.stdout());
  assert.doesNotMatch(server.stdout() + server.stderr(), /hunter2/);
});
