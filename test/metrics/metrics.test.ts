import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { until } from '../exactly-once/observations.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { payByCard } from '../kit/orders.ts';
import { type ServerProcess, startServerProcess } from '../kit/server-process.ts';

let server: ServerProcess;
let client: ApiClient;
let address: string;

before(async () => {
  server = await startServerProcess({
    env: { HWANBUL_METRICS_PORT: '0', HWANBUL_PROCESSES: '2', HWANBUL_RECOVERY_INTERVAL_MS: '100' },
  });
  address = await addressOf(server);
  const made = await createApiClient(server.url).post('/sandbox/merchants');
  client = await createApiClient(server.url).logIn(made.response.imp_key, made.response.imp_secret);
});

const addressOf = (of: ServerProcess): Promise<string> =>
  until('it is told where they are read', async () => /"url":"(http:[^"]+\/metrics)"/.exec(of.stdout())?.[1]);

/** Series by name and labels, as they stand in the text. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(address);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** On a busy machine a look at the database may take longer than a probe allows. */
const untilReady = (at: string) => until('it is ready', async () => (await probe(at, '/ready')).status === 200);

const sumOf = (series: ReadonlyMap<string, number>, name: string, ...parts: string[]): number =>
  [...series]
    .filter(([key]) => key.startsWith(`${name}{`) && parts.every((part) => key.includes(part)))
    .reduce((sum, [, value]) => sum + value, 0);

test('of two processes each answer and each request to a gateway is counted once, by route and by what came of it', async () => {
  const before = await scrape();
  const imp_uid = await payByCard(client);
  for (const amount of [100, 200, 100_000_000]) await client.post('/payments/cancel', { imp_uid, amount });
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'reject' });
  await client.post('/payments/cancel', { imp_uid, amount: 100 });
  const series = await scrape();
  const more = (name: string, ...parts: string[]): number =>
    sumOf(series, name, ...parts) - sumOf(before, name, ...parts);
  const requests = 'hwanbul_http_request_seconds_count';
  assert.equal(more(requests, 'route="/payments/cancel"'), 4);
  assert.equal(more(requests, 'route="/payments/cancel"', 'error="cancel_amount_exceeds_balance"'), 1);
  const gateway = 'hwanbul_gateway_request_seconds_count';
  assert.equal(more(gateway, 'operation="cancel"', 'asked="send"', 'outcome="confirmed"'), 2);
  assert.equal(more(gateway, 'operation="cancel"', 'asked="send"', 'outcome="refused"'), 1);
  assert.equal(series.get('hwanbul_build_info{version="0.1.0",mode="sandbox"}'), 1);
  assert.ok(
    [...series.keys()].every((key) => !key.includes(imp_uid)),
    'no id makes a series',
  );
});

test('a doubt is seen with its age, whichever process has it, and gone when it is', async () => {
  const imp_uid = await payByCard(client);
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'lost_answer' });
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'http_500', count: 1_000 });
  const cancelling = client.post('/payments/cancel', { imp_uid, amount: 100 });
  await until(
    'the doubt is seen',
    async () => sumOf(await scrape(), 'hwanbul_operations_open', 'state="in_doubt"') === 1,
  );
  assert.ok(((await scrape()).get('hwanbul_doubt_oldest_seconds') ?? 0) > 0);
  await client.delete('/sandbox/faults');
  await cancelling;
  await until('it has ended', async () => (await scrape()).get('hwanbul_doubt_oldest_seconds') === 0);
  assert.equal(sumOf(await scrape(), 'hwanbul_operations_open', 'state="in_doubt"'), 0);
});

test('rows that go by their age, and months of the audit that are taken out, are counted', async () => {
  const metrics = createMetrics({ version: '0', mode: 'sandbox' });
  metrics.removed('webhooks', 500);
  metrics.removed('webhooks', 2);
  metrics.detached();
  const { text } = await metrics.scrape();
  assert.match(text, /^hwanbul_rows_removed_total\{what="webhooks"\} 502$/m);
  assert.match(text, /^hwanbul_audit_months_detached_total 1$/m);
});

/** Its headers differ from one answer to the next. */
const probe = async (at: string, path: string) => {
  const answer = await fetch(new URL(path, at));
  return { status: answer.status, body: await answer.text() };
};

test('probes are answered at the port of metrics as at the callers, also for several processes', async () => {
  for (const each of [address, server.url]) await untilReady(each);
  for (const path of ['/live', '/ready']) {
    const answer = await probe(address, path);
    assert.equal(answer.status, 200, path);
    assert.deepEqual(answer, await probe(server.url, path), path);
  }
});

for (const HWANBUL_PROCESSES of ['1', '2']) {
  test(`a server of ${HWANBUL_PROCESSES} that is told to stop is alive there and not ready, and not there any more when it has ended`, async (t) => {
    const ending = await startServerProcess({
      env: { HWANBUL_METRICS_PORT: '0', HWANBUL_LAME_DUCK_MS: '4000', HWANBUL_PROCESSES },
      test: t,
    });
    const its = await addressOf(ending);
    for (const each of [its, ending.url]) await untilReady(each);
    for (const path of ['/live', '/ready']) {
      assert.deepEqual(await probe(its, path), await probe(ending.url, path), path);
    }
    ending.kill('SIGTERM');
    await until('it is not ready', async () => (await probe(its, '/ready')).body.includes('ending'));
    assert.equal((await probe(its, '/ready')).status, 503);
    assert.equal((await probe(its, '/live')).status, 200);
    assert.equal((await ending.exited).code, 0);
    await assert.rejects(probe(its, '/live'));
  });
}

test('of two processes one that hangs is told, until it goes on', async () => {
  const [, pid] = /"pid":(\d+)[^\n]*"a process answers requests"/.exec(server.stdout()) ?? [];
  process.kill(Number(pid), 'SIGSTOP');
  try {
    for (const path of ['/live', '/ready']) {
      const hanging = await until('it hangs', async () => {
        const seen = await probe(address, path);
        return seen.status !== 200 && seen;
      });
      assert.equal(hanging.status, 503);
      assert.match(hanging.body, /\(process\)/);
    }
  } finally {
    process.kill(Number(pid), 'SIGCONT');
  }
  for (const path of ['/live', '/ready']) {
    await until('it goes on', async () => (await probe(address, path)).status === 200);
  }
});

test('the port serves metrics and probes, and nothing else', async () => {
  const at = (path: string, init?: RequestInit) => fetch(new URL(path, address), init).then(({ status }) => status);
  assert.deepEqual(
    [
      await at('/metrics', { method: 'POST' }),
      await at('/live', { method: 'POST' }),
      await at('/health'),
      await at('/payments/cancel', { method: 'POST' }),
    ],
    [405, 405, 404, 404],
  );
  assert.equal((await client.get('/metrics')).status, 404, 'nor does the API have them');
});
