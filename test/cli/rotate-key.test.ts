import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createEncryption, type Encryption, keyIdOf } from '../../src/platform/encryption/encryption.ts';
import { assertKeyMatches } from '../../src/start/encryption-key.ts';
import type { Server } from '../../src/start/server.ts';
import { type SharedSimulators, startServerOn, startSharedSimulators } from '../exactly-once/servers.ts';
import { createApiClient } from '../kit/api-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { depositedVbank, payByCard, refundAccount } from '../kit/orders.ts';
import { runServerProcess } from '../kit/server-process.ts';
import { encryptUnbound } from '../kit/unbound-ciphertext.ts';
import { runOnPaperIn } from './paper.ts';
import { jsonLines, newFolder, startProgram } from './program.ts';

const [first, second, wrong] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const hex = (key: Buffer): string => key.toString('hex');
const idOf = (key: Buffer): string => keyIdOf(createEncryption(key).fingerprint());

let simulators: SharedSimulators;
let testDatabase: TestDatabase;
before(async () => {
  simulators = await startSharedSimulators();
  testDatabase = await createTestDatabase({ poolSize: 3 });
});
after(async () => {
  await testDatabase?.drop();
  await simulators?.close();
});

const keysOf = (key: Buffer, ...previous: readonly Buffer[]): Record<string, string> => ({
  ENCRYPTION_KEY: hex(key),
  ...(previous.length === 0 ? {} : { ENCRYPTION_KEY_PREVIOUS: previous.map(hex).join(', ') }),
});

const envWith = (keys: Record<string, string>): Record<string, string> => ({
  DATABASE_URL: testDatabase.url,
  DATA_DIR: '/nonexistent',
  PORT: '0',
  ...keys,
});
const rotate = (keys: Record<string, string>, ...argv: readonly string[]) =>
  runOnPaperIn(envWith(keys), 'rotate-key', ...argv);

async function doctorSays(keys: Record<string, string>, check: string) {
  const { stdout } = await runOnPaperIn(envWith(keys), 'doctor', '--json');
  return jsonLines(stdout).find((each) => each.check === check);
}

/** As the program starts it. */
async function startWith(encryption: Encryption): Promise<Server> {
  await assertKeyMatches(testDatabase.database, encryption);
  return startServerOn(testDatabase.url, simulators.urls, {}, systemClock, encryption);
}

test('a key is changed step by step: nothing is done too early, a killed run goes on, and the old key can be taken away', async (t) => {
  const old = await startWith(createEncryption(first));
  const client = await createApiClient(old.url).logIn(demoKeyPair.impKey, demoKeyPair.impSecret);
  const account = await depositedVbank(client);
  assert.equal((await client.post('/payments/cancel', { imp_uid: account, amount: 100, ...refundAccount })).code, 0);

  await t.test(
    'refused while a server writes with another key, and with keys that do not read the database',
    async () => {
      const early = await rotate(keysOf(second, first), '--json');
      assert.equal(early.code, exitCodes.usage);
      assert.match(early.stderr, /A server that runs writes with another key/);
      assert.deepEqual(jsonLines(early.stdout)[0]?.key_ids, [idOf(first)]);
      for (const keys of [keysOf(second), keysOf(second, wrong)]) {
        const refused = await rotate(keys);
        assert.equal(refused.code, exitCodes.usage);
        assert.match(refused.stderr, new RegExp(`a key that is not given.* \\(key ${idOf(first)}\\)`));
        assert.ok(!refused.stderr.includes(hex(first)));
        assert.equal((await doctorSays(keys, 'key of the database'))?.state, 'to_fix');
      }
      const start = await runServerProcess({ databaseUrl: testDatabase.url, env: keysOf(second, wrong) });
      assert.equal(start.code, 1);
      assert.match(start.stderr, /^hwanbul: This database was made with another encryption key: .*\n$/);
    },
  );

  await old.close();
  const { database } = testDatabase;
  await database.query('update merchants set webhook_secret = $1 where imp_key = $2', [
    encryptUnbound(first, 'whsec', 'merchants.webhook_secret'),
    demoKeyPair.impKey,
  ]);
  const server = await startWith(createEncryption(second, [first]));
  await payByCard(await createApiClient(server.url).logIn(demoKeyPair.impKey, demoKeyPair.impSecret));
  const told = await doctorSays(keysOf(second, first), 'ciphertexts');
  assert.equal(told?.state, 'to_know');
  assert.match(String(told?.found), /^[1-9]\d* of a previous key, 1 not bound to their rows: run hwanbul rotate-key$/);

  await t.test('killed in the middle', async () => {
    await database.withTransaction(async (holder) => {
      await holder.query('select from operations where secrets is not null for update');
      const run = startProgram(['rotate-key'], envWith(keysOf(second, first)));
      await eventually(async () => {
        const waiting = await database.query(
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and query like 'update operations c set%'`,
        );
        assert.equal(waiting.length, 1);
      });
      run.child.kill('SIGKILL');
      assert.equal((await run.ended).signal, 'SIGKILL');
    });
    const dry = await rotate(keysOf(second, first), '--dry-run', '--json');
    assert.equal(dry.code, exitCodes.done, dry.stderr);
    const [summary] = jsonLines(dry.stdout);
    assert.deepEqual(
      [summary?.dry_run, summary?.finished, summary?.rewritten, summary?.left_unbound],
      [true, false, 0, 0],
    );
    assert.ok(Number(summary?.left_of_other_keys) > 0);
    assert.deepEqual(summary?.needed_previous_key_ids, [idOf(first)]);
  });

  await t.test('run again, in Korean, while the server runs', async () => {
    const run = await rotate(keysOf(second, first), '--lang', 'ko');
    assert.equal(run.code, exitCodes.done, run.stderr);
    assert.match(run.stdout, /gateway_notices\.content: 암호문 \d+건, 다시 암호화 [1-9]\d*건, 남음 0건/);
    assert.match(run.stdout, /남은 것이 없습니다\. ENCRYPTION_KEY_PREVIOUS를 제거해도 됩니다\.\n$/);
    const folder = newFolder(t);
    const inFiles = Object.entries({ ...keysOf(second, first), DATABASE_URL: testDatabase.url }).map(
      ([name, value]) => {
        writeFileSync(join(folder, name), `${value}\n`);
        return [`${name}_FILE`, join(folder, name)];
      },
    );
    const again = await runOnPaperIn({ DATA_DIR: '/nonexistent', ...Object.fromEntries(inFiles) }, 'rotate-key');
    assert.equal(again.code, exitCodes.done);
    assert.match(again.stdout, /In all: \d+ ciphertexts, 0 encrypted anew; left: 0 of other keys, 0 not bound/);
    assert.match(again.stdout, /Nothing is left: ENCRYPTION_KEY_PREVIOUS may be taken away\.\n$/);
    assert.equal((await doctorSays(keysOf(second), 'ciphertexts'))?.state, 'good');
    // A server that begins with the old key makes it needed again: both have to be given.
    assert.equal((await doctorSays(keysOf(first), 'key of the database'))?.state, 'to_fix');
  });

  await server.close();
  const last = await startWith(createEncryption(second));
  t.after(() => last.close());
  const served = await createApiClient(last.url).logIn(demoKeyPair.impKey, demoKeyPair.impSecret);
  assert.equal((await served.post('/payments/cancel', { imp_uid: account, amount: 100, ...refundAccount })).code, 0);
  await payByCard(served);
});

test('a ciphertext of a key that nobody knows is told of by rotate-key and by the doctor, and keeps the previous keys needed', async (t) => {
  const { database } = testDatabase;
  const [channel] = await database.query<{ id: bigint; credentials: Buffer }>(
    'select id, credentials from channels limit 1',
  );
  assert.ok(channel);
  const put = (ciphertext: Buffer) =>
    database.query('update channels set credentials = $2 where id = $1', [channel.id, ciphertext]);
  t.after(() => put(channel.credentials));
  await put(createEncryption(wrong).encrypt('{}', { column: 'channels.credentials', row: [] }));
  const run = await rotate(keysOf(second), '--json');
  assert.equal(run.code, exitCodes.no, run.stderr);
  const [summary] = jsonLines(run.stdout);
  assert.deepEqual([summary?.unreadable, summary?.unreadable_key_ids, summary?.finished], [1, [idOf(wrong)], false]);
  assert.match(
    (await rotate(keysOf(second))).stdout,
    /1 ciphertext can't be read with the keys .* Keys that they name: /,
  );
  const found = await doctorSays(keysOf(second), 'ciphertexts');
  assert.equal(found?.state, 'to_fix');
  assert.match(String(found?.found), new RegExp(`1 ciphertext of a key that is not given \\(${idOf(wrong)}\\)`));
});

test('rotate-key says what is missing where there is no database, or none that fits', async (t) => {
  const folder = join(newFolder(t), 'none');
  const nothing = await runOnPaperIn({ DATA_DIR: folder, ENCRYPTION_KEY: hex(first) }, 'rotate-key', '--json');
  assert.equal(nothing.code, exitCodes.usage);
  assert.match(nothing.stderr, /There is no database yet/);
  const keyless = await runOnPaperIn({ DATA_DIR: folder, DATABASE_URL: testDatabase.url }, 'rotate-key');
  assert.match(keyless.stderr, /There is no encryption key/);
  const unreachable = await runOnPaperIn(
    { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x', ENCRYPTION_KEY: hex(first) },
    'rotate-key',
  );
  assert.equal(unreachable.code, exitCodes.usage);
  assert.match(unreachable.stderr, /The database at DATABASE_URL can't be used/);
  assert.doesNotMatch(unreachable.stderr, /hunter2/);
  const pooled = { ...keysOf(second), HWANBUL_DATABASE_POOLER: 'transaction' };
  assert.match((await rotate(pooled)).stderr, /the time limits have to be set for the role .* lock_timeout = '10s'/);
  const limits = await runOnPaperIn(envWith(pooled), 'doctor', '--json');
  assert.match(
    String(jsonLines(limits.stdout).find(({ check, state }) => check === 'database' && state === 'to_fix')?.fix),
    /ALTER ROLE the_role SET statement_timeout = '15s';/,
  );
  await testDatabase.database.query(
    "insert into schema_migrations (version, name, checksum) values (9000, 'future', '')",
  );
  t.after(() => testDatabase.database.query('delete from schema_migrations where version = 9000'));
  assert.match((await rotate(keysOf(second))).stderr, /this Hwanbul knows \d+: start the newer Hwanbul/);
});
