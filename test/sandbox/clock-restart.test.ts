import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import { createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { createDataDir } from '../kit/embedded-data.ts';
import { bookOf, issueVbank, payByCard } from '../kit/orders.ts';
import { type ServerProcess, startServerProcess } from '../kit/server-process.ts';

const logIn = (server: ServerProcess) => createApiClient(server.url).logIn(demoKeyPair.impKey, demoKeyPair.impSecret);

test('a held clock is still held, at the gateways too, after the server was killed and started again', async (t) => {
  const dataDir = createDataDir(t);
  const own = await createTestDatabase({ poolSize: 2 });
  t.after(() => own.drop());
  const options = { dataDir, databaseUrl: own.url, test: t };
  const first = await startServerProcess(options);
  let client = await logIn(first);
  const { now } = (await client.post('/sandbox/clock', { advance_seconds: 1_000_000 })).response;
  first.kill('SIGKILL');
  await first.exited;
  client = await logIn(await startServerProcess(options));
  const clock = (await client.get('/sandbox/clock')).response;
  assert.deepEqual([clock.now, clock.held], [now, true]);
  const impUid = await payByCard(client);
  assert.equal((await client.get(`/payments/${impUid}`)).response.paid_at, now);
});

test('an advance that is killed on its way is gone on with by the same call, to the same end, with everything told', async (t) => {
  const dataDir = createDataDir(t);
  const own = await createTestDatabase({ poolSize: 2 });
  t.after(() => own.drop());
  const options = { dataDir, databaseUrl: own.url, test: t };
  const first = await startServerProcess(options);
  let client = await logIn(first);
  const { now } = (await client.post('/sandbox/clock', { advance_seconds: 0 })).response;
  const accounts: string[] = [];
  for (let at = 1; at <= 60; at++) accounts.push(await issueVbank(client, 1000, { vbank_due: now + at }));
  const asked = { advance_seconds: 1_000 };
  const killed = client.post('/sandbox/clock', asked).then(
    () => 'answered',
    () => 'cut off',
  );
  for (;;) {
    const seen = (await client.get('/sandbox/clock')).response.now;
    assert.ok(seen < now + 1_000, 'the advance was caught on its way');
    if (seen > now + 5) break;
  }
  first.kill('SIGKILL');
  await first.exited;
  assert.equal(await killed, 'cut off');

  client = await logIn(await startServerProcess(options));
  const between = (await client.get('/sandbox/clock')).response.now;
  assert.ok(between > now && between < now + 1_000);
  const moved = (await client.post('/sandbox/clock', asked)).response;
  assert.equal(moved.now, now + 1_000, 'it is the same advance, not a second one');
  const expired = moved.happened.filter(({ kind }: { kind: string }) => kind === 'vbank_expired');
  assert.deepEqual(
    expired.map(({ at, imp_uid }: { at: number; imp_uid: string }) => [at, imp_uid]),
    accounts.map((impUid, index) => [now + index + 1, impUid]),
  );
  for (const impUid of [accounts[0], accounts.at(-1)]) {
    assert.equal((await bookOf(client, impUid ?? '')).status, 'expired');
  }
  assert.equal((await client.post('/sandbox/clock', asked)).response.now, now + 2_000, 'the next one is a new one');
});
