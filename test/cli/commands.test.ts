import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { assertKeyMatches } from '../../src/start/encryption-key.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { bookOf, depositedVbank, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { envOf, jsonLines, type Keys, newFolder, run, startProgram } from './program.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

/** A merchant of its own for each test, so that lists hold nothing of the others. */
async function newMerchant(): Promise<{ keys: Keys; client: ApiClient }> {
  const made = await createApiClient(sandbox.url).post('/sandbox/merchants');
  const keys = { url: sandbox.url, impKey: made.response.imp_key, impSecret: made.response.imp_secret };
  return { keys, client: await createApiClient(sandbox.url).logIn(keys.impKey, keys.impSecret) };
}

test('cancel gives a part back, then the rest, and its repeat with the same key gives nothing back again', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const part = await run(keys, 'cancel', impUid, '--amount', '300', '--reason', '부분 환불', '--yes', '--json');
  assert.equal(part.code, exitCodes.done, part.stderr);
  const [document] = jsonLines(part.stdout);
  assert.equal(document?.outcome, 'confirmed');
  assert.match(part.stderr, /Cancelling 300 KRW of 1,000 KRW/);

  const key = String(document?.idempotency_key);
  const argv = ['cancel', impUid, '--amount', '300', '--checksum', '1000', '--reason', '부분 환불', '--yes'];
  const repeat = await run(keys, ...argv, '--idempotency-key', key);
  assert.equal(repeat.code, exitCodes.done, repeat.stderr);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 300);

  const rest = await run(keys, 'cancel', impUid, '--yes');
  assert.equal(rest.code, exitCodes.done, rest.stderr);
  assert.match(rest.stdout, /^Confirmed\. 0 KRW/);
  const payment = (await client.get(`/payments/${impUid}`)).response;
  assert.deepEqual(
    payment.cancel_history.map((entry: { amount: number; reason: string }) => [entry.amount, entry.reason.slice(0, 2)]),
    [
      [300, '부분'],
      [700, '취소'],
    ],
  );
});

test('cancel tells a refusal, a wrong checksum and a missing payment by exit code 1, and gives nothing back', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const tooMuch = await run(keys, 'cancel', impUid, '--amount', '1001', '--yes', '--json');
  assert.equal(tooMuch.code, exitCodes.no);
  assert.equal(jsonLines(tooMuch.stdout)[0]?.error, 'cancel_amount_exceeds_balance');
  const stale = await run(keys, 'cancel', impUid, '--checksum', '999', '--yes');
  assert.equal(stale.code, exitCodes.no);
  assert.match(stale.stdout, /^Refused.*checksum_mismatch/);
  assert.equal((await run(keys, 'cancel', 'imps_000000000000', '--yes')).code, exitCodes.no);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
});

test('cancel without --yes and without a terminal begins nothing', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const ended = await run(keys, 'cancel', impUid);
  assert.equal(ended.code, exitCodes.usage);
  assert.match(ended.stderr, /nobody to ask/);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
});

test('cancel by the order refunds a virtual account, and the account number stands nowhere in its output', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await depositedVbank(client, 5000);
  const { merchant_uid } = (await client.get(`/payments/${impUid}`)).response;
  const account = ['--refund-holder', '홍길동', '--refund-bank', '004', '--refund-account', '123456789012'];
  const ended = await run(keys, 'cancel', '--merchant-uid', merchant_uid, ...account, '--amount', '2000', '--yes');
  assert.equal(ended.code, exitCodes.done, ended.stderr);
  assert.doesNotMatch(ended.stdout + ended.stderr, /123456789012/);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 2000);
});

test('a cancellation in doubt is exit code 3, is listed, and is ended by a named person', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  for (const operation of ['cancel', 'inquire']) {
    await client.post('/sandbox/faults', { pg_provider: 'tosspayments', operation, kind: 'timeout', count: 1000 });
  }
  const doubt = await run(keys, 'cancel', impUid, '--yes', '--json', '--wait', '0');
  assert.equal(doubt.code, exitCodes.inDoubt, doubt.stderr);
  const [document] = jsonLines(doubt.stdout);
  assert.equal(document?.outcome, 'in_doubt');
  const id = String(document?.cancellation_id);

  const list = await run(keys, 'cancellations', 'list', '--state', 'in_doubt', '--json');
  assert.deepEqual(
    jsonLines(list.stdout).map((each) => each.cancellation_id),
    [id],
  );
  const asked = await run(keys, 'cancellations', 'resolve', id);
  assert.equal(asked.code, exitCodes.usage);
  assert.match(asked.stderr, /--outcome, --reason, --actor, --yes/);
  const argv = ['--outcome', 'refused', '--reason', 'their console shows nothing', '--actor', 'kim', '--yes'];
  const resolved = await run(keys, 'cancellations', 'resolve', id, ...argv);
  assert.equal(resolved.code, exitCodes.done, resolved.stderr);
  assert.match(resolved.stdout, /refused +kim +their console shows nothing/);
  const again = await run(keys, 'cancellations', 'resolve', id, ...argv);
  assert.equal(again.code, exitCodes.no);
  const shown = await run(keys, 'cancellations', 'show', id, '--json');
  assert.equal(jsonLines(shown.stdout)[0]?.state, 'refused');
  await client.delete('/sandbox/faults');
});

test('payments are listed and shown, as a table and as JSON lines', async () => {
  const { keys, client } = await newMerchant();
  const impUids = [await payByCard(client, 1000), await payByCard(client, 2500)];
  const table = await run(keys, 'payments', 'list');
  assert.equal(table.stdout.split('\n').length, 4);
  assert.match(table.stdout, /IMP_UID +STATUS +AMOUNT/);
  assert.match(table.stdout, /2,500 KRW/);
  const lines = jsonLines((await run(keys, 'payments', 'list', '--status', 'paid', '--json')).stdout);
  assert.deepEqual(new Set(lines.map((each) => each.imp_uid)), new Set(impUids));
  assert.equal(jsonLines((await run(keys, 'payments', 'list', '--limit', '1', '--json')).stdout).length, 1);
  assert.match((await run(keys, 'payments', 'show', impUids[0] ?? '')).stdout, /amount +1,000 KRW/);
  assert.equal((await run(keys, 'payments', 'show', 'imps_000000000000')).code, exitCodes.no);
});

test('webhooks are listed, shown and sent again', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000, { notice_url: `${sandbox.url}/health` });
  await run(keys, 'cancel', impUid, '--yes');
  const list = await run(keys, 'webhooks', 'list', '--json');
  assert.equal(list.code, exitCodes.done, list.stderr);
  for (const { webhook_id } of jsonLines(list.stdout).slice(0, 1)) {
    const shown = await run(keys, 'webhooks', 'show', String(webhook_id), '--json');
    assert.equal(jsonLines(shown.stdout)[0]?.webhook_id, webhook_id);
    const resent = await run(keys, 'webhooks', 'resend', String(webhook_id), '--json');
    assert.equal(resent.code, exitCodes.done, resent.stderr);
  }
  assert.equal((await run(keys, 'webhooks', 'show', '999999999')).code, exitCodes.no);
  assert.equal((await run(keys, 'webhooks', 'resend')).code, exitCodes.usage);
});

test('doctor finds nothing at a good server, and says what to fix of wrong keys and of a server that is away', async (t) => {
  const { keys } = await newMerchant();
  const good = await run(keys, 'doctor', '--json');
  assert.equal(good.code, exitCodes.done, good.stdout);
  assert.ok(jsonLines(good.stdout).every((each) => each.state === 'good'));
  const wrong = await run({ ...keys, impSecret: 'wrong-secret' }, 'doctor', '--json');
  assert.equal(wrong.code, exitCodes.no);
  assert.equal(jsonLines(wrong.stdout).find((each) => each.check === 'log-in')?.state, 'to_fix');
  assert.doesNotMatch(wrong.stdout + wrong.stderr, /wrong-secret/);
  assert.equal((await run(keys, 'doctor', '--url', 'http://127.0.0.1:1')).code, exitCodes.no);

  const folder = newFolder(t);
  mkdirSync(join(folder, 'postgres'));
  const keyless = await startProgram(['doctor', '--json'], { DATA_DIR: folder, PORT: '0' }).ended;
  assert.equal(keyless.code, exitCodes.no);
  assert.equal(jsonLines(keyless.stdout).find((each) => each.check === 'encryption key')?.state, 'to_fix');
  await assertKeyMatches(sandbox.database, createEncryption(Buffer.alloc(32, 'its own key')));
  const database = { DATABASE_URL: sandbox.testDatabase.url, DATA_DIR: join(folder, 'fresh'), PORT: '0' };
  const found = jsonLines((await startProgram(['doctor', '--json'], database).ended).stdout);
  assert.equal(found.find((each) => each.check === 'migrations')?.state, 'good');
  const otherKey = { ...database, ENCRYPTION_KEY: 'ab'.repeat(32) };
  const other = jsonLines((await startProgram(['doctor', '--json'], otherKey).ended).stdout);
  assert.equal(other.find((each) => each.check === 'key of the database')?.state, 'to_fix');
});

test('doctor says whether this version fits the schema of its database', async (t) => {
  const { url, database, drop } = await createTestDatabase({ poolSize: 2 });
  t.after(drop);
  const env = { DATABASE_URL: url, DATA_DIR: join(newFolder(t), 'fresh'), PORT: '0' };
  const migrations = async () =>
    jsonLines((await startProgram(['doctor', '--json'], env).ended).stdout).find((each) => each.check === 'migrations');
  const apply = (version: number, isBreaking: boolean): Promise<object[]> =>
    database.query("insert into schema_migrations (version, name, checksum, breaking) values ($1, 'later', '', $2)", [
      version,
      isBreaking,
    ]);
  await apply(9000, false);
  assert.equal((await migrations())?.state, 'good');
  await apply(9001, true);
  const newer = await migrations();
  assert.equal(newer?.state, 'to_fix');
  assert.match(String(newer?.fix), /start the newer Hwanbul that made it, since migration 9001 \(later\) breaks older/);
  await database.query('delete from schema_migrations where version > 4');
  const older = await migrations();
  assert.equal(older?.state, 'to_know');
  assert.match(String(older?.found), /the next start brings the database up to date/);
});

test('doctor names a credential of a malformed form in a merchants file, and never its value', async (t) => {
  const file = join(newFolder(t), 'merchants.json');
  const channel = { provider: 'tosspayments', mid: 'm1', mode: 'live', credentials: { secretKey: 'not-a-key-1234' } };
  writeFileSync(
    file,
    JSON.stringify([{ name: 'shop', imp_key: '12345678', imp_secret: 's'.repeat(40), channels: [channel] }]),
  );
  const env = { HWANBUL_MODE: 'live', MERCHANTS_FILE: file, ENCRYPTION_KEY: 'ab'.repeat(32), PORT: '0' };
  const ended = await startProgram(['doctor'], { ...env, DATA_DIR: newFolder(t) }).ended;
  assert.equal(ended.code, exitCodes.no);
  assert.match(ended.stdout, /api\.tosspayments\.com, not contacted\n.*secretKey/);
  assert.doesNotMatch(ended.stdout + ended.stderr, /not-a-key-1234/);
});

test('missing keys, a server that is away and an unknown command each end with their code', async () => {
  const { keys } = await newMerchant();
  assert.equal((await startProgram(['payments', 'list']).ended).code, exitCodes.usage);
  const away = await run({ ...keys, url: 'http://127.0.0.1:1' }, 'payments', 'list');
  assert.equal(away.code, exitCodes.unreachable);
  const denied = await run({ ...keys, impSecret: 'hunter2' }, 'payments', 'list');
  assert.equal(denied.code, exitCodes.unreachable);
  assert.doesNotMatch(denied.stderr, /hunter2/);
  const unknown = await startProgram(['cancle']).ended;
  assert.equal(unknown.code, exitCodes.usage);
  assert.match(unknown.stderr, /Did you mean cancel\?/);
  assert.equal((await startProgram(['cancel', '--concurrency', '0']).ended).code, exitCodes.usage);
});

test('no colour is written where there is no terminal, nor with NO_COLOR', async () => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client, 1000);
  const ended = await run(keys, 'cancel', impUid, '--yes');
  assert.ok(!`${ended.stdout}${ended.stderr}`.includes('\u001b'));
});

test('the simulator starts by itself and prints how to call it', async (t) => {
  const started = startProgram(['simulator', 'tosspayments', '--port', '0', '--data-dir', newFolder(t)]);
  let shown = '';
  await new Promise<void>((resolve) => {
    started.child.stdout?.on('data', (chunk: string) => {
      shown += chunk;
      if (shown.includes(" -d '")) resolve();
    });
  });
  assert.match(shown, /^tosspayments simulator on http:\/\/127\.0\.0\.1:\d+/);
  started.child.kill('SIGTERM');
  assert.equal((await started.ended).code, 0);
  assert.equal(
    (await startProgram(['simulator', 'nobody'], envOf({ url: '', impKey: '', impSecret: '' })).ended).code,
    1,
  );
});
