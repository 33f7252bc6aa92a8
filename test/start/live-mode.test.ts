import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { readSettings, SettingsError } from '../../src/platform/settings/settings.ts';
import { demoKeyPair } from '../../src/sandbox/merchants.ts';
import { type Server, startServer } from '../../src/start/server.ts';
import { createApiClient } from '../kit/api-client.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

const tossChannel = { provider: 'tosspayments', mid: 'shop', mode: 'live', credentials: { secretKey: 'live_sk_x' } };
const merchant = { name: 'shop', imp_key: '1234567890123456', imp_secret: 's'.repeat(80), channels: [tossChannel] };
const key = Buffer.alloc(32, 'live test key');

let testDatabase: TestDatabase;
let folder: string;
before(async () => {
  testDatabase = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hwanbul-live-'));
});
after(async () => {
  await testDatabase.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Live mode reads its merchants; nothing in these tests makes it call a gateway. */
async function startLive(merchants: unknown): Promise<Server> {
  const file = join(folder, 'merchants.json');
  await writeFile(file, typeof merchants === 'string' ? merchants : JSON.stringify(merchants));
  const settings = readSettings(
    {
      PORT: '0',
      DATA_DIR: folder,
      DATABASE_URL: testDatabase.url,
      LOG_LEVEL: 'error',
      HWANBUL_MODE: 'live',
      ENCRYPTION_KEY: key.toString('base64'),
      MERCHANTS_FILE: file,
    },
    [],
  );
  const { database } = testDatabase;
  return startServer({
    settings,
    database,
    encryption: createEncryption(key),
    clock: systemClock,
    log: createLog('error'),
  });
}

test('live mode has the merchants of its file, and neither a control plane nor the public demo pair', async () => {
  const server = await startLive([merchant]);
  try {
    const client = await createApiClient(server.url).logIn(merchant.imp_key, merchant.imp_secret);
    const channels = await client.get('/users/pg');
    assert.deepEqual(
      channels.response.map((channel: { pg_provider: string; sandbox: boolean }) => [
        channel.pg_provider,
        channel.sandbox,
      ]),
      [['tosspayments', false]],
    );
    assert.equal((await client.post('/sandbox/reset')).error, 'not_found');
    const demo = await createApiClient(server.url).post('/users/getToken', {
      imp_key: demoKeyPair.impKey,
      imp_secret: demoKeyPair.impSecret,
    });
    assert.equal(demo.error, 'credentials_wrong');
  } finally {
    await server.close();
  }
});

test('a merchant that the file no longer has is let in no more', async () => {
  const other = { ...merchant, name: 'other', imp_key: '9999999999999999' };
  const first = await startLive([merchant, other]);
  const client = await createApiClient(first.url).logIn(other.imp_key, other.imp_secret);
  assert.equal((await client.get('/users/pg')).code, 0);
  await first.close();
  const second = await startLive([merchant]);
  try {
    const again = await createApiClient(second.url).post('/users/getToken', {
      imp_key: other.imp_key,
      imp_secret: other.imp_secret,
    });
    assert.equal(again.error, 'credentials_wrong');
    assert.equal((await createApiClient(second.url, client.token).get('/users/pg')).error, 'unauthorized');
  } finally {
    await second.close();
  }
});

test('a database of live payments is refused to a sandbox', async () => {
  await (await startLive([merchant])).close();
  const settings = readSettings(
    { PORT: '0', DATA_DIR: folder, DATABASE_URL: testDatabase.url, LOG_LEVEL: 'error' },
    [],
  );
  const { database } = testDatabase;
  const parts = { settings, database, encryption: createEncryption(key), clock: systemClock, log: createLog('error') };
  await assert.rejects(startServer(parts), /HWANBUL_MODE=live/);
});

const refused: readonly (readonly [string, unknown, RegExp])[] = [
  [
    'a live channel of a gateway whose protocol is not public',
    [{ ...merchant, channels: [{ ...tossChannel, provider: 'galaxia', credentials: { serviceKey: 'x' } }] }],
    /galaxia of shop: its wire protocol is not public/,
  ],
  [
    'a gateway that nobody knows',
    [{ ...merchant, channels: [{ ...tossChannel, provider: 'nobody' }] }],
    /no gateway has this name/,
  ],
  [
    'missing credentials',
    [{ ...merchant, channels: [{ ...tossChannel, credentials: {} }] }],
    /credentials lack secretKey/,
  ],
  [
    'an address for a live channel',
    [{ ...merchant, channels: [{ ...tossChannel, base_url: 'http://x' }] }],
    /takes no base_url/,
  ],
  ['a merchant without channels', [{ ...merchant, channels: [] }], /channels/],
  ['a file that is no JSON', '{', /cannot be read as JSON/],
];
for (const [what, file, message] of refused) {
  test(`live mode does not start with ${what}, and says so in one line`, async () => {
    await assert.rejects(startLive(file), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(error.message, message);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  });
}
