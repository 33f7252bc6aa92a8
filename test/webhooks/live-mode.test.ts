import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { readSettings, SettingsError } from '../../src/platform/settings/settings.ts';
import { startServer } from '../../src/start/server.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { clientOf } from '../kit/console-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { startReceiver } from './receiver.ts';

const key = Buffer.alloc(32, 'live test key');
const merchant = {
  name: 'shop',
  imp_key: '1234567890123456',
  imp_secret: 's'.repeat(80),
  channels: [{ provider: 'tosspayments', mid: 'shop', mode: 'live', credentials: { secretKey: 'live_sk_x' } }],
};

/** A live server with this merchant, and what it logs. It calls no gateway. */
async function startLive(
  t: TestContext,
  testDatabase: TestDatabase,
  settings: object,
): Promise<{ client: ApiClient; log: string[]; banner: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hwanbul-live-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'merchants.json');
  await writeFile(file, JSON.stringify([{ ...merchant, ...settings }]));
  const log: string[] = [];
  const server = await startServer({
    settings: readSettings(
      {
        PORT: '0',
        DATA_DIR: folder,
        DATABASE_URL: testDatabase.url,
        HWANBUL_MODE: 'live',
        ENCRYPTION_KEY: key.toString('base64'),
        MERCHANTS_FILE: file,
        HWANBUL_RECOVERY_INTERVAL_MS: '100',
      },
      [],
    ),
    database: testDatabase.database,
    encryption: createEncryption(key),
    clock: systemClock,
    log: createLog('trace', { write: (line) => void log.push(line) }),
  });
  const client = await createApiClient(server.url).logIn(merchant.imp_key, merchant.imp_secret);
  return { client, log, banner: server.banner, close: () => server.close() };
}

test("in live mode a webhook never goes to the server's own machine, and its URL's query and secrets are in no log", async (t) => {
  const testDatabase = await createTestDatabase();
  t.after(() => testDatabase.drop());
  const receiver = await startReceiver(t);
  const secret = 'signing-hunter2-'.repeat(3);
  const { port } = new URL(receiver.url);
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    const live = await startLive(t, testDatabase, {
      webhook_url: `http://${host}:${port}/webhook?key=hunter2`,
      webhook_signing_secret: secret,
    });
    try {
      const called = await live.client.post('/webhooks/test');
      assert.deepEqual(
        [called.response.state, called.response.last_error],
        ['failed', 'the address may not be called'],
      );
      await untilGivenUp(testDatabase, live.log, called.response.url);
    } finally {
      await live.close();
    }
    assert.ok(live.log.some((line) => line.includes('a webhook was given up')));
    assert.doesNotMatch(live.log.join('\n'), /hunter2/);
  }
  assert.equal(receiver.received.length, 0);
});

/** An event of the merchant's, as the sandbox of another mode would have left it, is tried by this server and given up. */
async function untilGivenUp({ database }: TestDatabase, log: readonly string[], url: string): Promise<void> {
  await database.query(
    `insert into webhook_deliveries (merchant_id, event, body, url, endpoint, format, state, attempts_max, next_attempt_at, created_at)
     select id, 'paid', '{"imp_uid":"imp_1","merchant_uid":"m","status":"paid"}', $1, 'http://x', 'json', 'waiting', 1, now(), now()
     from merchants`,
    [url],
  );
  const end = performance.now() + 20_000;
  while (!log.some((line) => line.includes('a webhook was given up'))) {
    assert.ok(performance.now() < end, 'the webhook is given up');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('the file of merchants is what holds at every start: URL, form, repeats and signing secret', async (t) => {
  const testDatabase = await createTestDatabase();
  t.after(() => testDatabase.drop());
  const settings = async () =>
    (
      await testDatabase.database.query(
        `select webhook_url, webhook_format, webhook_retry, webhook_secret is not null as signed from merchants`,
      )
    )[0];
  const given = {
    webhook_url: 'https://shop.example/webhook',
    webhook_format: 'form',
    webhook_retry: true,
    webhook_signing_secret: 's'.repeat(32),
  };
  await (await startLive(t, testDatabase, given)).close();
  const { webhook_signing_secret: _secret, ...shown } = given;
  assert.deepEqual(await settings(), { ...shown, signed: true });
  await (await startLive(t, testDatabase, {})).close();
  assert.deepEqual(await settings(), {
    webhook_url: null,
    webhook_format: 'json',
    webhook_retry: false,
    signed: false,
  });
  await assert.rejects(startLive(t, testDatabase, { ...given, webhooks_in_console: true }), /can't stand there/);
  for (const url of ['shop.example', 'ftp://shop.example/', 'https://user:hunter2@shop.example/']) {
    await assert.rejects(startLive(t, testDatabase, { webhook_url: url }), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(error.message, /^MERCHANTS_FILE: the webhook_url of shop is not/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  }
});

test('a live store sets its webhooks itself where the file leaves them to it, and who may is an operator; its channels are the file’s', async (t) => {
  const testDatabase = await createTestDatabase();
  t.after(() => testDatabase.drop());
  const operator_secret = 'o'.repeat(40);
  const byOperator = { 'x-hwanbul-operator-secret': operator_secret };
  const wanted = { webhook_url: 'https://shop.example/webhook' };
  const ofFile = await startLive(t, testDatabase, { operator_secret });
  try {
    assert.equal((await ofFile.client.put('/webhook-settings', wanted)).error, 'operator_required');
    assert.equal((await ofFile.client.put('/webhook-settings', wanted, byOperator)).error, 'settings_in_file');
    assert.equal((await ofFile.client.get('/webhook-settings')).response.is_read_only, true);
    const [channel] = (await ofFile.client.get('/channels')).response.list;
    assert.deepEqual([channel.is_read_only, channel.credential_names], [true, ['secretKey']]);
    const changed = await ofFile.client.put(`/channels/${channel.channel_key}`, { channel_name: 'x' }, byOperator);
    assert.equal(changed.error, 'settings_in_file');
    // A program appoints nobody.
    const invitation = { email: 'first@example.com', role: 'owner' };
    assert.equal((await ofFile.client.post('/members/invitations', invitation)).error, 'operator_required');
  } finally {
    await ofFile.close();
  }
  for (const change of [true, false]) {
    const left = await startLive(t, testDatabase, { operator_secret, webhooks_in_console: true });
    try {
      if (change) assert.equal((await left.client.put('/webhook-settings', wanted, byOperator)).code, 0);
      const { webhook_url, is_read_only } = (await left.client.get('/webhook-settings')).response;
      assert.deepEqual([webhook_url, is_read_only], [wanted.webhook_url, false]);
    } finally {
      await left.close();
    }
  }
});

test('a live store without a member prints a link at its start, which makes the first owner; there is none once there is one', async (t) => {
  const testDatabase = await createTestDatabase();
  t.after(() => testDatabase.drop());
  const first = await startLive(t, testDatabase, {});
  const linkIn = (banner: string) => /console\/invitations\/([\w-]{43})/.exec(banner)?.[1];
  const token = linkIn(first.banner);
  try {
    assert.ok(token, first.banner);
    const { url } = first.client;
    const accepted = await createApiClient(url).post(`/console/api/invitations/${token}`, {
      ...{ email: 'first@example.com', name: '김환불', password: 'correct horse 배터리' },
    });
    assert.equal(accepted.response.member.role, 'owner');
    assert.deepEqual([accepted.response.mode, accepted.response.demo], ['live', false]);
    // An owner is an operator, without the secret of the file.
    const owner = clientOf(url, accepted);
    assert.equal((await owner.post('/doubts/x/resolve', { outcome: 'refused', reason: 'x' })).error, 'doubt_not_found');
    assert.equal((await owner.post('/console/api/demo-session')).error, 'method_not_allowed');
    assert.doesNotMatch(first.log.join('\n'), new RegExp(token));
  } finally {
    await first.close();
  }
  const second = await startLive(t, testDatabase, {});
  await second.close();
  assert.equal(linkIn(second.banner), undefined);
});
