import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { simulatorProgram } from '../kit/program.ts';
import type { ServerProcess } from '../kit/server-process.ts';
import { assertEachOnce, insistOn, seededRandom, wantCancels } from './insistence.ts';
import { untilNothingIsOpen } from './observations.ts';
import { shortLimits, startServerOn, startServerProcessOn, startSharedSimulators } from './servers.ts';

/** Every run takes another seed; to see a failure again, put the printed one here. */
function newSeed(t: TestContext): number {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}`);
  return seed;
}

async function newMerchant(url: string): Promise<ApiClient> {
  const made = await createApiClient(url).post('/sandbox/merchants');
  return createApiClient(url).logIn(made.response.imp_key, made.response.imp_secret);
}

test('a server killed with kill -9 again and again under load carries out each cancellation exactly once', async (t) => {
  const random = seededRandom(newSeed(t));
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  const testDatabase = await createTestDatabase({ poolSize: 4 });
  t.after(() => testDatabase.drop());
  const start = (): Promise<ServerProcess> => startServerProcessOn(t, testDatabase.url, simulators);

  let server = await start();
  const { token } = await newMerchant(server.url);
  const wanted = await wantCancels(createApiClient(server.url, token), 30, random);
  // After how many successes the server dies; the callers go on all the while.
  const deaths = Array.from({ length: 4 }, () => Math.floor(random() * wanted.length * 0.9) + 1).sort((a, b) => a - b);
  t.diagnostic(`kill -9 after ${deaths.join(', ')} of ${wanted.length}`);
  let killed = 0;
  let restarting: Promise<void> | undefined;
  const troubles = await insistOn(wanted, {
    client: () => createApiClient(server.url, token),
    callers: 16,
    onDone(done) {
      if (restarting || done < (deaths[killed] ?? Number.POSITIVE_INFINITY)) return;
      killed += 1;
      server.kill('SIGKILL');
      restarting = server.exited.then(async () => {
        server = await start();
        restarting = undefined;
      });
    },
  });
  await restarting;
  t.diagnostic(`what the callers met: ${JSON.stringify(Object.fromEntries(troubles))}`);
  assert.ok(killed > 0);
  await untilNothingIsOpen(testDatabase.database);
  await assertEachOnce(createApiClient(server.url, token), testDatabase.database, wanted);
});

async function startTossProcess(
  t: TestContext,
  dataDir: string,
  port: number,
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [simulatorProgram, 'tosspayments', '--port', `${port}`, '--data-dir', dataDir]);
  t.after(() => child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url) return { url, child };
  }
  throw new Error('the simulator did not start');
}

test('a gateway killed with kill -9 in the middle and started again carries out each cancellation exactly once', async (t) => {
  const random = seededRandom(newSeed(t));
  const dataDir = mkdtempSync(join(tmpdir(), 'hwanbul-gateway-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const testDatabase = await createTestDatabase({ poolSize: 4 });
  let gateway = await startTossProcess(t, dataDir, 0);
  const port = Number(new URL(gateway.url).port);
  const server = await startServerOn(testDatabase.url, { tosspayments: gateway.url }, shortLimits);
  t.after(async () => {
    await server.close();
    await testDatabase.drop();
  });
  const client = await newMerchant(server.url);
  const wanted = await wantCancels(client, 30, random);
  const deaths = Array.from({ length: 3 }, () => Math.floor(random() * wanted.length * 0.9) + 1).sort((a, b) => a - b);
  t.diagnostic(`kill -9 after ${deaths.join(', ')} of ${wanted.length}`);
  let killed = 0;
  let restarting: Promise<void> | undefined;
  const troubles = await insistOn(wanted, {
    client: () => client,
    callers: 16,
    onDone(done) {
      if (restarting || done < (deaths[killed] ?? Number.POSITIVE_INFINITY)) return;
      killed += 1;
      const gone = new Promise((resolve) => gateway.child.once('exit', resolve));
      gateway.child.kill('SIGKILL');
      restarting = gone.then(async () => {
        gateway = await startTossProcess(t, dataDir, port);
        restarting = undefined;
      });
    },
  });
  await restarting;
  t.diagnostic(`what the callers met: ${JSON.stringify(Object.fromEntries(troubles))}`);
  assert.ok(killed > 0);
  await untilNothingIsOpen(testDatabase.database);
  await assertEachOnce(client, testDatabase.database, wanted);
});
