import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { createLog } from '../../src/platform/logging/log.ts';
import {
  type MonitoringPort,
  type MonitoringPortParts,
  openMonitoringPort,
} from '../../src/start/monitoring-port/open.ts';
import { until } from '../exactly-once/observations.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

/** Node tells of each thread that is made. */
const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

const lines: string[] = [];
const log = createLog('info', { write: (line: string) => lines.push(line) });

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase({ poolSize: 1 });
});

after(() => database?.drop());

async function openPort(t: TestContext, parts: Partial<MonitoringPortParts> = {}): Promise<MonitoringPort> {
  const port = await openMonitoringPort({
    port: 0,
    host: '127.0.0.1',
    scrape: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'hwanbul_test 1\n' }),
    pulse: process.hrtime.bigint,
    log,
    ...parts,
  });
  t.after(() => port.close());
  return port;
}

const addressOf = (port: MonitoringPort, path: string): string => new URL(path, port.url).href;

/** Over a connection of its own, as those do who probe for real: one that is kept is closed while this thread is held up. */
async function probe(port: MonitoringPort, path: string) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(addressOf(port, path), { agent: false }, resolve).once('error', reject);
  const answer = await promise;
  return { status: answer.statusCode, body: await text(answer), error: answer.headers['x-hwanbul-error'] };
}

const illOf = async (port: MonitoringPort, path: string): Promise<string | undefined> =>
  /\((\w+)\)/.exec((await probe(port, path)).body)?.[1];

const untilReady = (port: MonitoringPort) =>
  until('it is ready', async () => (await probe(port, '/ready')).status === 200);

/** Asks from another process, while this thread does nothing but wait for it, until the answer is the status that is wanted. */
function askWhileHeldUp(address: string, wanted: number): string {
  const program = `
    const end = Date.now() + 60_000;
    let answer;
    do answer = await fetch(${JSON.stringify(address)});
    while (answer.status !== ${wanted} && Date.now() < end);
    process.stdout.write(answer.status + ' ' + (await answer.text()));`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

test('probes are answered while the process does something else, and tell one that hangs until it goes on', async (t) => {
  // To start a program takes seconds on a busy machine: one port waits as long as it does for real, and the other one is soon told.
  const [patient, impatient] = [await openPort(t), await openPort(t, { silenceLimitMs: 1_500 })];
  for (const port of [patient, impatient]) {
    port.lookAt({ url: database.url, isPooled: false });
    port.running();
    await untilReady(port);
  }
  for (const path of ['/live', '/ready']) {
    assert.match(
      askWhileHeldUp(addressOf(patient, path), 200),
      /^200 \{"code":0,"message":null,"response":\{"status":"ok"/,
    );
    assert.match(askWhileHeldUp(addressOf(impatient, path), 503), /^503 \{"code":-1,"message":"[^"]*\(process\)"/);
    await until('it goes on', async () => (await probe(impatient, path)).status === 200);
  }
});

test('a process that is not up yet is neither live nor ready, one that ends is live, and metrics are there all the time', async (t) => {
  const port = await openPort(t);
  const seen = async () => [
    await illOf(port, '/live'),
    await illOf(port, '/ready'),
    (await probe(port, '/metrics')).body,
  ];
  assert.deepEqual(await seen(), ['starting', 'starting', 'hwanbul_test 1\n']);
  port.lookAt({ url: database.url, isPooled: false });
  assert.deepEqual((await seen()).slice(0, 2), ['starting', 'starting']);
  port.running();
  await untilReady(port);
  assert.deepEqual((await seen()).slice(0, 2), [undefined, undefined]);
  port.ending();
  assert.deepEqual(await seen(), [undefined, 'ending', 'hwanbul_test 1\n']);
  assert.deepEqual([(await probe(port, '/ready')).status, (await probe(port, '/ready')).error], [503, 'not_ready']);
});

test('of several processes none may be there for a while: whoever starts them is live, and not ready', async (t) => {
  let pulse: bigint | undefined = process.hrtime.bigint();
  const port = await openPort(t, { pulse: () => pulse });
  port.lookAt({ url: database.url, isPooled: false });
  port.running();
  await untilReady(port);
  pulse = undefined;
  await until('none is there', async () => (await illOf(port, '/ready')) === 'starting');
  assert.equal((await probe(port, '/live')).status, 200);
});

test('/ready says that the database is away, and that its schema does not fit, which is logged once', async (t) => {
  const away = await openPort(t);
  away.lookAt({ url: 'postgres://nobody@127.0.0.1:1/nothing', isPooled: false });
  away.running();
  await until('it is away', async () => (await illOf(away, '/ready')) === 'database');
  assert.equal((await probe(away, '/live')).status, 200);

  const other = await createTestDatabase({ poolSize: 1 });
  t.after(() => other.drop());
  await other.database.query(
    'delete from schema_migrations where version = (select max(version) from schema_migrations)',
  );
  const misfit = await openPort(t);
  misfit.lookAt({ url: other.url, isPooled: false });
  misfit.running();
  await until('it does not fit', async () => (await illOf(misfit, '/ready')) === 'schema');
  await until('it is logged', async () => lines.some((line) => line.includes('no longer fits the database')));
  assert.equal(await illOf(misfit, '/ready'), 'schema');
  assert.equal(lines.filter((line) => line.includes('no longer fits the database')).length, 1);
});

test('metrics that can not be read are 503, which is logged', async (t) => {
  const port = await openPort(t, { scrape: () => Promise.reject(new Error('no registry')) });
  const { status, body } = await probe(port, '/metrics');
  assert.deepEqual([status, body], [503, 'not now\n']);
  assert.ok(lines.some((line) => line.includes('the metrics could not be read') && line.includes('no registry')));
});

test('a thread that crashes comes back at the same port, and knows the database', async (t) => {
  const port = await openPort(t);
  port.lookAt({ url: database.url, isPooled: false });
  port.running();
  await untilReady(port);
  const crashed = threads.at(-1);
  await crashed?.terminate();
  await until('it is back', async () => {
    const answer = await probe(port, '/ready').catch(() => undefined);
    return answer?.status === 200;
  });
  assert.notEqual(threads.at(-1), crashed);
  assert.equal((await probe(port, '/metrics')).body, 'hwanbul_test 1\n');
  assert.ok(lines.some((line) => line.includes('the port of metrics and probes has crashed')));
});

test('a port that somebody else has is told', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  await assert.rejects(openPort(t, { port }), { code: 'EADDRINUSE' });
});

test('GET and HEAD of metrics and probes, and nothing else', async (t) => {
  const port = await openPort(t);
  const at = (path: string, method: string) => fetch(addressOf(port, path), { method }).then(({ status }) => status);
  assert.deepEqual(
    [
      await at('/metrics', 'POST'),
      await at('/live', 'POST'),
      await at('/live', 'HEAD'),
      await at('/metrics', 'HEAD'),
      await at('/health', 'GET'),
      await at('/payments/cancel', 'POST'),
    ],
    [405, 405, 503, 200, 404, 404],
  );
});
