import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Agent, request } from 'undici';
import { phpJson } from '../../src/platform/json/php-json.ts';
import { assertDescribed, type Described } from '../contract/observed.ts';
import { merchantTables } from '../distribution/tables.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { depositedVbank, goodCard, issueBarcode, issueVbank, newOrder, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { type FuzzRequest, type Operation, requestsFor } from './requests.ts';
import type { Known, Schema } from './schema-values.ts';

/**
 * Requests made from the server's own schemas, over all operations that it describes. `FUZZ_SEED` repeats a run, `FUZZ_RUNS` is
 * how many requests each operation gets.
 */
const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));
const runs = Number(process.env.FUZZ_RUNS ?? 24);

/** Refusals of the request itself, after which nothing may have been done. */
const ofTheRequest =
  /^(?:parameter_|malformed_|body_|unsupported_|wrong_charset|amount_invalid|tier_|unauthorized|channel_not_found|currency_not|too_many_ids|period_too_long|page_out)|_not_found$/;

interface DescribedOperation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema; readonly example?: object }> };
}

let sandbox: Sandbox;
let document: Described;
let operations: readonly Operation[];
const dispatcher = new Agent({ headersTimeout: 30_000, bodyTimeout: 30_000 });
before(async () => {
  sandbox = await startSandbox({ settings: { gatewayTimeoutMs: 3_000, requestDeadlineMs: 8_000, logLevel: 'silent' } });
  document = (await (await fetch(`${sandbox.url}/openapi.json`)).json()) as Described;
  operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods as unknown as Record<string, DescribedOperation>).map(([method, described]) => {
      const placed = (where: string): Schema => {
        const own = (described.parameters ?? []).filter((parameter) => parameter.in === where);
        return {
          properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])),
          required: own.filter(({ required }) => required).map(({ name }) => name),
        };
      };
      const content = described.requestBody?.content['application/json'];
      return {
        method: method.toUpperCase(),
        template,
        params: placed('path'),
        query: placed('query'),
        body: content?.schema,
        example: content?.example,
      };
    }),
  );
});
after(async () => {
  await dispatcher.close();
  await sandbox?.close();
});

async function send(client: ApiClient, method: string, { path, headers, body }: FuzzRequest): Promise<ApiAnswer> {
  const answer = await request(sandbox.url + path, {
    method: method as 'GET',
    dispatcher,
    headers: { authorization: client.token ?? '', ...headers },
    body,
  });
  const text = await answer.body.text();
  const known = answer.headers as Record<string, string>;
  const told = `${method} ${path.slice(0, 200)} ${body?.toString('utf8').slice(0, 500) ?? ''}: ${answer.statusCode} ${text.slice(0, 500)}`;
  if (known['content-disposition'] !== undefined) {
    return {
      status: answer.statusCode,
      headers: known,
      text,
      code: 0,
      message: null,
      response: text,
      error: undefined,
    };
  }
  assert.equal(known['content-type'], 'application/json; charset=UTF-8', told);
  const envelope = JSON.parse(text) as Pick<ApiAnswer, 'code' | 'message' | 'response'>;
  assert.deepEqual(Object.keys(envelope), ['code', 'message', 'response'], told);
  assert.equal(text, phpJson(envelope), told);
  const error = known['x-hwanbul-error'];
  assert.equal(error === undefined, envelope.code === 0, told);
  assert.notEqual(error, 'internal_error', told);
  return { ...envelope, status: answer.statusCode, headers: known, text, error };
}

/** Tables that get rows by themselves, when a webhook is sent or something is settled, and keys that a refused request has as well. */
const writtenLater: ReadonlySet<string> = new Set([
  'gateway_notices',
  'idempotency_keys',
  'operation_audit',
  'outbox',
  'webhook_attempts',
  'webhook_deliveries',
]);

/** How many rows there are, of every other table. */
async function countRows(): Promise<string> {
  const counted = merchantTables
    .filter((table) => !writtenLater.has(table))
    .map((table) => `(select count(*) from ${table})`);
  // By a name: it is asked thousands of times, and planned dearly.
  const [row] = await sandbox.database.query<{ counts: string }>(
    `select concat_ws(' ', ${counted.join(', ')}) as counts`,
    [],
    'rows_of_merchants',
  );
  return row?.counts ?? '';
}

async function thingsOf(client: ApiClient): Promise<Known> {
  const order = newOrder();
  const paid = await payByCard(client, 1_000, { merchant_uid: order });
  await client.post('/payments/cancel', { imp_uid: paid, amount: 10 });
  await client.post('/payments/prepare', { merchant_uid: order, amount: 1_000 });
  await client.post(`/subscribe/customers/${order}`, { pg: 'tosspayments', ...goodCard });
  await client.put('/sandbox/tiers/001');
  const { list } = (await client.get('/cancellations')).response;
  return {
    imp_uid: [paid, await issueVbank(client), await depositedVbank(client, 1_100), await issueBarcode(client), 'imp_0'],
    merchant_uid: [order, 'unknown'],
    customer_uid: [order, 'unknown'],
    id: [list[0].cancellation_id, 'UNKNOWN'],
    payment_status: ['paid', 'all', 'odd'],
    pg_provider: ['tosspayments', 'kcp', 'odd'],
    pg: ['tosspayments', 'kcp', 'odd'],
    tier_code: ['001', 'ZZZ'],
    date: ['2026-01-02', 'odd'],
    notice_url: ['http://127.0.0.1:9/'],
    webhook_url: ['http://127.0.0.1:9/', ''],
    advance_seconds: ['60', '0'],
    at: [String(Math.floor(Date.now() / 1000) + 600), '1', 'odd'],
    count: ['1'],
  };
}

/** `afterEach` is given a client with a fresh token, since a clock that was moved may have ended the other one. */
async function fuzz(
  context: TestContext,
  chosen: readonly Operation[],
  afterEach?: (client: ApiClient) => Promise<void>,
): Promise<ApiClient> {
  context.diagnostic(`FUZZ_SEED=${seed} FUZZ_RUNS=${runs}`);
  const anybody = createApiClient(sandbox.url);
  const made = (await anybody.post('/sandbox/merchants')).response;
  const logIn = () => anybody.logIn(made.imp_key, made.imp_secret);
  const client = await logIn();
  const known = await thingsOf(client);
  const succeeded = new Set<Operation>();
  for (const [at, operation] of chosen.entries()) {
    const { method, template } = operation;
    await fc.assert(
      fc.asyncProperty(requestsFor(operation, known), async (asked) => {
        const before = await countRows();
        const answer = await send(client, method, asked);
        if (answer.code === 0) succeeded.add(operation);
        if (leadsTo(asked.path, operation)) assertDescribed(document, method, template, answer);
        if (ofTheRequest.test(answer.error ?? '')) {
          assert.equal(await countRows(), before, `${method} ${asked.path}: ${answer.text} has left something`);
        }
        await afterEach?.(await logIn());
      }),
      { seed: seed + at, numRuns: runs, endOnFailure: true },
    );
  }
  context.diagnostic(`${succeeded.size} of ${chosen.length} operations have succeeded as well`);
  // Were everything refused at the door, nothing behind it would have been tried.
  assert.ok(succeeded.size > chosen.length / 4);
  return client;
}

/** A path that was made may be another operation's: `/payments/prepare` is no payment. */
function leadsTo(path: string, { method, template }: Operation): boolean {
  const [asked = ''] = path.split('?');
  return !operations.some(
    (other) => other.method === method && other.template !== template && other.template === asked,
  );
}

test('no request that the schemas can be bent to gets an answer outside the envelope, or leaves something half done', async (context) => {
  // A rotation that ends the old secret at once ends the token as well, by which the books are compared at the end.
  const own = operations.filter(({ template }) => !template.startsWith('/sandbox/') && template !== '/api-keys/rotate');
  assert.ok(own.length > 35, `${own.length} operations`);
  const client = await fuzz(context, own);
  // Whatever was begun comes to its end, and both books have the same.
  await eventually(async () => {
    const open = await sandbox.database.query(
      `select id, kind, state from operations where state in ('requested', 'sent', 'in_doubt')`,
    );
    assert.deepEqual(open, []);
  }, 20_000);
  const { list } = (await client.get('/payments/status/all?limit=1000')).response;
  for (const { imp_uid, pg_provider, status, cancel_amount } of list) {
    const { transactions } = (await client.get(`/sandbox/books/${pg_provider}?imp_uid=${imp_uid}`)).response;
    if (status !== 'paid' && status !== 'cancelled') continue;
    assert.deepEqual(
      transactions.map((each: { cancelled_amount: number }) => each.cancelled_amount),
      [cancel_amount],
      imp_uid,
    );
  }
});

test("the sandbox's control plane takes nothing that it can't answer", async (context) => {
  const plane = operations.filter(({ template }) => template.startsWith('/sandbox/'));
  await fuzz(context, plane, async (client) => {
    await client.delete('/sandbox/faults');
    await client.delete('/sandbox/clock');
  });
});

test('a body of ten megabytes is refused in the envelope, however it is written, and nothing of it is kept', async (context) => {
  context.diagnostic(`FUZZ_SEED=${seed}`);
  const client = await sandbox.newMerchant();
  const large = 'x'.repeat(10 * 1_048_576);
  // What belongs to a session is refused without one, before its body is read.
  const withBodies = operations.filter(
    ({ body, template }) => body !== undefined && !template.startsWith('/console/api/'),
  );
  const before = await countRows();
  const types: readonly (readonly [string, string])[] = [
    ['application/json', JSON.stringify({ reason: large })],
    ['application/x-www-form-urlencoded', `reason=${large}`],
    [
      'multipart/form-data; boundary=b',
      `--b\r\nContent-Disposition: form-data; name="reason"\r\n\r\n${large}\r\n--b--\r\n`,
    ],
  ];
  for (const [at, [type, text]] of types.entries()) {
    const operation = withBodies[(seed + at) % withBodies.length];
    assert.ok(operation);
    const path = operation.template.replaceAll(/\{\w+\}/g, 'x');
    const answer = await send(client, operation.method, {
      path,
      headers: { 'content-type': type },
      body: Buffer.from(text),
    });
    assert.deepEqual([answer.status, answer.error], [413, 'body_too_large'], `${operation.method} ${path}`);
  }
  assert.equal(await countRows(), before);
});
