import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import { type SharedSimulators, startServerProcessOn, startSharedSimulators } from '../exactly-once/servers.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { freePort } from '../kit/free-port.ts';
import { goodCard } from '../kit/orders.ts';
import type { ServerProcess } from '../kit/server-process.ts';
import { type Ended, envOf, jsonLines, type Keys, newFolder, startProgram } from './program.ts';

/** Set TEST_ROWS=5000 for a long run. */
const rowCount = Number(process.env.TEST_ROWS ?? 300);
const amount = 1_000;
const refunded = 400;

interface World {
  readonly keys: Keys;
  readonly simulators: SharedSimulators;
  startServer(): Promise<ServerProcess>;
}

/** A server that can be killed and started again at its address, on a database and simulators that stay. */
async function startWorld(t: TestContext): Promise<World> {
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  const database = await createTestDatabase({ poolSize: 2 });
  t.after(() => database.drop());
  const port = await freePort();
  return {
    simulators,
    keys: { url: `http://127.0.0.1:${port}`, ...demoKeyPair },
    startServer: () => startServerProcessOn(t, database.url, simulators, { PORT: String(port) }),
  };
}

async function payMany(client: ApiClient, count: number): Promise<readonly string[]> {
  const orders = Array.from({ length: count }, (_, index) => `bulk-${index}`);
  const queue = orders.values();
  const impUids: string[] = [];
  const workers = Array.from({ length: 8 }, async () => {
    for (const merchant_uid of queue) {
      const paid = await client.post('/subscribe/payments/onetime', { merchant_uid, amount, ...goodCard });
      assert.equal(paid.code, 0, paid.text);
      impUids.push(paid.response.imp_uid);
    }
  });
  await Promise.all(workers);
  return impUids;
}

/** Lines of results in the file beyond the plan; a file that is being made has none. */
function resultLines(path: string): number {
  try {
    return readFileSync(path, 'utf8').split('"state":"confirmed"').length - 1;
  } catch {
    return 0;
  }
}

/** Starts the refund and kills it as soon as about so many of its rows have ended. */
async function killAfter(file: string, results: string, keys: Keys, ended: number): Promise<Ended> {
  const started = startProgram(['cancel', '--file', file, '--yes', '--concurrency', '6'], envOf(keys));
  let isOver = false;
  void started.ended.then(() => {
    isOver = true;
  });
  await eventually(async () => assert.ok(isOver || resultLines(results) >= ended), 120_000);
  started.child.kill('SIGKILL');
  return started.ended;
}

async function assertEachRefundedOnce(client: ApiClient, impUids: readonly string[]): Promise<void> {
  for (const impUid of impUids) {
    const one = await client.get(`/sandbox/books/tosspayments?imp_uid=${impUid}`);
    const [entry, ...others] = one.response.transactions;
    assert.equal(others.length, 0);
    assert.deepEqual(
      entry.cancels.map((cancel: { amount: number }) => cancel.amount),
      [refunded],
      `${impUid} was given back once in the book of the gateway`,
    );
  }
}

function writeFile(folder: string, impUids: readonly string[]): { readonly file: string; readonly results: string } {
  const file = join(folder, 'refunds.csv');
  writeFileSync(
    file,
    `imp_uid,amount,reason\n${impUids.map((impUid, row) => `${impUid},${refunded},row ${row}\n`).join('')}`,
  );
  return { file, results: join(folder, 'refunds.results.jsonl') };
}

test(`a bulk refund of ${rowCount} rows that is killed twice at any time refunds each row once`, async (t) => {
  const world = await startWorld(t);
  await world.startServer();
  const { keys } = world;
  const client = await createApiClient(keys.url).logIn(keys.impKey, keys.impSecret);
  const impUids = await payMany(client, rowCount);
  const { file, results } = writeFile(newFolder(t), impUids);

  const first = randomInt(1, Math.floor(rowCount * 0.4));
  const second = first + randomInt(1, Math.floor(rowCount * 0.4));
  t.diagnostic(`killed after about ${first} and ${second} rows`);
  assert.equal((await killAfter(file, results, keys, first)).signal, 'SIGKILL');
  assert.equal((await killAfter(file, results, keys, second)).signal, 'SIGKILL');

  const argv = ['cancel', '--file', file, '--yes', '--concurrency', '6', '--json'];
  const last = await startProgram(argv, envOf(keys)).ended;
  assert.equal(last.code, 0, last.stderr);
  const lines = jsonLines(last.stdout);
  assert.equal(lines.length, rowCount + 1);
  assert.equal(lines.at(-1)?.confirmed, rowCount);
  await assertEachRefundedOnce(client, impUids);

  const again = await startProgram(argv, envOf(keys)).ended;
  assert.equal(again.code, 0, again.stderr);
  await assertEachRefundedOnce(client, impUids);
  assert.equal(readFileSync(results, 'utf8').split('\n').length, rowCount + 2, 'one line per row, and one for the run');
});

test('a bulk refund during which the server is killed, too, refunds each row once', async (t) => {
  const world = await startWorld(t);
  const server = await world.startServer();
  const { keys } = world;
  const client = await createApiClient(keys.url).logIn(keys.impKey, keys.impSecret);
  const count = Math.min(rowCount, 300);
  const impUids = await payMany(client, count);
  const { file, results } = writeFile(newFolder(t), impUids);

  const going = startProgram(['cancel', '--file', file, '--yes', '--concurrency', '6'], envOf(keys));
  await eventually(async () => assert.ok(resultLines(results) >= count / 4), 120_000);
  server.kill('SIGKILL');
  await server.exited;
  await world.startServer();
  await eventually(async () => assert.ok(resultLines(results) >= count / 2), 120_000);
  going.child.kill('SIGKILL');
  await going.ended;

  const last = await startProgram(['cancel', '--file', file, '--yes', '--wait', '120'], envOf(keys)).ended;
  assert.equal(last.code, 0, last.stderr + last.stdout);
  const fresh = await createApiClient(keys.url).logIn(keys.impKey, keys.impSecret);
  await assertEachRefundedOnce(fresh, impUids);
});
