import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkDatabase } from '../../src/cli/doctor/database.ts';
import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createEncryption } from '../../src/platform/encryption/encryption.ts';
import { createLog, type Log } from '../../src/platform/logging/log.ts';
import { readSettings, type Settings, SettingsError } from '../../src/platform/settings/settings.ts';
import { checkFirst } from '../../src/start/check-first.ts';
import { type Server, startServer } from '../../src/start/server.ts';
import { assertDurable, doubtfulIn, durabilityOf } from '../../src/start/unsafe-in-live.ts';
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

async function writeMerchants(merchants: unknown, name = 'merchants.json'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof merchants === 'string' ? merchants : JSON.stringify(merchants));
  return file;
}

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** What is written to the log from now on. */
function newLog(): { readonly log: Log; readonly lines: Line[]; readonly text: () => string } {
  const lines: Line[] = [];
  const log = createLog('info', {
    write(line: string) {
      lines.push(JSON.parse(line));
    },
  });
  return { log, lines, text: () => JSON.stringify(lines) };
}

function settingsWith(file: string): Settings {
  return readSettings(
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
}

/** Live mode reads its merchants; nothing in these tests makes it call a gateway. */
async function startLive(merchants: unknown, log = createLog('error'), name?: string): Promise<Server> {
  const settings = settingsWith(await writeMerchants(merchants, name));
  const { database } = testDatabase;
  return startServer({
    settings,
    database,
    encryption: createEncryption(key),
    clock: systemClock,
    log,
  });
}

test('live mode has the merchants of its file, and neither a control plane nor the public demo pair', async () => {
  const server = await startLive([merchant]);
  try {
    const client = await createApiClient(server.url).logIn(merchant.imp_key, merchant.imp_secret);
    const channels = await client.get('/users/pg');
    assert.deepEqual(
      channels.response.map(
        ({ pg_provider, sandbox, type }: { pg_provider: string; sandbox: boolean; type: string }) => [
          pg_provider,
          sandbox,
          type,
        ],
      ),
      [
        ['tosspayments', false, 'payment'],
        ['tosspayments', false, 'api_payment'],
      ],
    );
    assert.equal((await client.post('/sandbox/reset')).error, 'not_found');
    const demo = await createApiClient(server.url).post('/users/getToken', {
      imp_key: demoKeyPair.impKey,
      imp_secret: demoKeyPair.impSecret,
    });
    assert.equal(demo.error, 'credentials_wrong');
    const description = await (await fetch(`${server.url}/openapi.json`)).text();
    assert.ok(!description.includes(demoKeyPair.impSecret));
  } finally {
    await server.close();
  }
});

test('a start tells who works with which gateway, in which mode and where, and of credentials their names only', async () => {
  const channels = [
    { provider: 'nice_v2', mid: 'trial', mode: 'test', base_url: 'https://sandbox-api.nicepay.co.kr' },
    { ...tossChannel, credentials: { secretKey: 'live_sk_hunter2hunter2' } },
  ].map((channel) => ({ credentials: { clientKey: 'hunter2'.repeat(3), secretKey: 'hunter2'.repeat(4) }, ...channel }));
  const many = Array.from({ length: 60 }, (_, at) => ({ ...tossChannel, mid: `mid-${at}` }));
  const [text, told]: [string[], Record<string, unknown>[]] = [[], []];
  const log = createLog('info', {
    write: (line) => {
      text.push(line);
      told.push(JSON.parse(line));
    },
  });
  const server = await startLive(
    [
      { ...merchant, channels },
      { ...merchant, name: 'big', imp_key: '9999999999999999', channels: many },
    ],
    log,
  );
  await server.close();
  assert.doesNotMatch(text.join(''), /hunter2/);
  const summary = told.find(({ msg }) => msg === 'channels of MERCHANTS_FILE');
  assert.deepEqual(
    [summary?.merchants, summary?.channels, summary?.modes, summary?.gateways, summary?.told],
    [2, 62, { test: 1, live: 61 }, { nice_v2: 1, tosspayments: 61 }, 50],
  );
  const each = told.filter(({ msg }) => msg === 'a channel');
  assert.equal(each.length, 50);
  const [trial, money] = each.map(({ level, time, msg, channel_key, ...fields }) => {
    assert.match(String(channel_key), /^channel-key-/);
    return fields;
  });
  assert.deepEqual(trial, {
    merchant: 'shop',
    channel: 'nice_v2',
    gateway: 'nice_v2',
    mid: 'trial',
    mode: 'test',
    host: 'sandbox-api.nicepay.co.kr',
    is_live_host: false,
    is_default: true,
    credential_names: ['clientKey', 'secretKey'],
  });
  assert.deepEqual(
    [money?.mode, money?.host, money?.is_live_host, money?.credential_names],
    ['live', 'api.tosspayments.com', true, ['secretKey']],
  );
  assert.deepEqual(
    told.filter(({ level }) => level === 'warn').map(({ merchant: name, msg }) => [name, msg]),
    [['shop', 'the default channel is for tests, and another one takes money: a payment that names none is a test']],
  );
});

test('a secret before is taken until the time that the file says, and the console makes no other', async () => {
  const [before, fresh] = ['p'.repeat(80), 'n'.repeat(80)];
  const until = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().replace(/\.\d+/, '');
  const startWith = (time: string) =>
    startLive([{ ...merchant, imp_secret: fresh, previous_imp_secret: before, previous_imp_secret_until: time }]);
  const tokenOf = (server: Server, secret: string) =>
    createApiClient(server.url).post('/users/getToken', { imp_key: merchant.imp_key, imp_secret: secret });
  const first = await startWith(until(60));
  assert.equal((await tokenOf(first, before)).code, 0);
  const client = await createApiClient(first.url).logIn(merchant.imp_key, fresh);
  assert.equal((await client.get('/api-keys')).response.is_in_file, true);
  assert.equal((await client.post('/api-keys/rotate', { grace: 'now' })).error, 'operator_required');
  await first.close();
  const second = await startWith(until(-1));
  assert.equal((await tokenOf(second, before)).error, 'credentials_wrong');
  assert.equal((await tokenOf(second, fresh)).code, 0);
  await second.close();
  const withOperator = { ...merchant, operator_secret: 'o'.repeat(40) };
  const third = await startLive([withOperator]);
  const shop = await createApiClient(third.url).logIn(merchant.imp_key, merchant.imp_secret);
  const operator = { 'x-hwanbul-operator-secret': withOperator.operator_secret };
  assert.equal((await shop.post('/api-keys/rotate', { grace: 'now' }, operator)).error, 'keys_in_file');
  assert.equal((await shop.get('/users/pg')).code, 0);
  await third.close();
  for (const [wrong, expected] of [
    [{ previous_imp_secret: before }, /together/],
    [{ previous_imp_secret: merchant.imp_secret, previous_imp_secret_until: until(1) }, /same/],
    [{ previous_imp_secret: before, previous_imp_secret_until: 'tomorrow' }, /no time/],
  ] as const) {
    await assert.rejects(startLive([{ ...merchant, ...wrong }]), expected);
  }
});

test('sub-stores are those of the file: with some of the channels or all, gone when they leave it, back when they return', async () => {
  const channels = [tossChannel, { ...tossChannel, mid: 'second' }];
  const tiers = [
    { code: '001', name: '강남점', channels: ['tosspayments.second'] },
    { code: 'X02', name: '부산점' },
  ];
  const first = await startLive([{ ...merchant, channels, tiers }]);
  const client = await createApiClient(first.url).logIn(merchant.imp_key, merchant.imp_secret);
  const midsOf = async (api: typeof client, tier: string) => {
    const { response } = await api.get('/users/pg', { tier });
    return [...new Set(response.map(({ pg_id }: { pg_id: string }) => pg_id))];
  };
  assert.deepEqual((await client.get('/tiers/001')).response, { tier_code: '001', tier_name: '강남점' });
  assert.deepEqual(await midsOf(client, '001'), ['second']);
  assert.deepEqual(await midsOf(client, 'X02'), ['shop', 'second']);
  await first.close();
  const second = await startLive([{ ...merchant, channels, tiers: tiers.slice(1) }]);
  const again = createApiClient(second.url, client.token);
  assert.equal((await again.get('/tiers/001')).error, 'tier_not_found');
  assert.equal((await again.get('/users/pg', { tier: '001' })).error, 'tier_unknown');
  assert.deepEqual(await midsOf(again, 'X02'), ['shop', 'second']);
  await second.close();
  const wrong = [
    { ...merchant, tiers: [{ code: '01', name: 'short' }] },
    { ...merchant, tiers: [tiers[1], { code: 'X02', name: 'twice' }] },
    { ...merchant, tiers: [{ code: '001', name: 'shop', channels: ['kcp'] }] },
  ];
  for (const [index, problem] of [
    /three capital letters or digits/,
    /X02 of shop is there twice/,
    /no channel kcp/,
  ].entries()) {
    await assert.rejects(startLive([wrong[index]]), problem);
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

test('a secret that is changed in the file ends the tokens that were given out for the old one', async () => {
  const first = await startLive([merchant]);
  const client = await createApiClient(first.url).logIn(merchant.imp_key, merchant.imp_secret);
  assert.equal((await client.get('/users/pg')).code, 0);
  await first.close();
  const unchanged = await startLive([{ ...merchant, name: 'shop with another name' }]);
  assert.equal((await createApiClient(unchanged.url, client.token).get('/users/pg')).code, 0);
  await unchanged.close();
  const changed = await startLive([{ ...merchant, imp_secret: 'n'.repeat(80) }]);
  try {
    assert.equal((await createApiClient(changed.url, client.token).get('/users/pg')).error, 'unauthorized');
  } finally {
    await changed.close();
  }
});

test('a channel that the file no longer has takes no payment, and the first one can be taken away, too', async () => {
  const second = { ...tossChannel, mid: 'second' };
  const pay = async (server: Server, pg: string) => {
    const client = await createApiClient(server.url).logIn(merchant.imp_key, merchant.imp_secret);
    // Refused before anything is sent: the bank is nobody's.
    const order = { merchant_uid: 'order', amount: 1000, vbank_code: '999', vbank_due: 4_000_000_000 };
    return (await client.post('/vbanks', { ...order, pg })).error;
  };
  const both = await startLive([{ ...merchant, channels: [tossChannel, second] }]);
  assert.equal(await pay(both, 'tosspayments.shop'), 'bank_unknown');
  await both.close();
  const server = await startLive([{ ...merchant, channels: [second] }]);
  assert.equal(await pay(server, 'tosspayments.shop'), 'channel_not_found');
  assert.equal(await pay(server, 'tosspayments'), 'bank_unknown');
  await server.close();
  // It comes back with the line.
  const again = await startLive([{ ...merchant, channels: [tossChannel, second] }]);
  assert.equal(await pay(again, 'tosspayments.shop'), 'bank_unknown');
  await again.close();
});

const sister = { ...merchant, name: 'sister', imp_key: '2222222222222222', imp_secret: 't'.repeat(80) };
const tokenOf = async (server: Server, { imp_key, imp_secret }: typeof merchant): Promise<string> => {
  const answer = await createApiClient(server.url).post('/users/getToken', { imp_key, imp_secret });
  return answer.error ?? 'good';
};
/** As the log has it, without time and number of the merchant. */
const toldOf = (lines: readonly Line[]) =>
  lines
    .filter(({ msg }) => /file of merchants/.test(msg))
    .map(({ time: _time, merchant_id: _id, file: _file, ...line }) => line);

test('a file that is read anew is what the running server goes by, and the difference is in the log, without a secret', async (t) => {
  const server = await startLive([merchant]);
  t.after(() => server.close());
  const { log, lines, text } = newLog();
  const reading = await startLive([merchant], log);
  t.after(() => reading.close());
  const reread = async (merchants: unknown): Promise<readonly object[]> => {
    await writeMerchants(merchants);
    lines.length = 0;
    assert.ok(reading.reread);
    await reading.reread();
    return toldOf(lines);
  };
  const summary = { level: 'info', msg: 'the file of merchants was read' };
  const versions = () =>
    testDatabase.database.query('select xmin::text, id from merchants union all select xmin::text, id from channels');

  assert.deepEqual(toldOf(lines), [{ ...summary, merchants: 1, added: 0, removed: 0, changed: 0 }]);
  const before = await versions();
  await reread(JSON.stringify([merchant], null, 2));
  assert.deepEqual(await versions(), before, 'what is the same is not written');

  const kcp = { provider: 'kcp', mid: 'T0000', mode: 'test', base_url: 'http://127.0.0.1:1', name: '둘째' };
  const credentials = { certificate: 'c', privateKey: 'hunter2', privateKeyPassword: 'hunter2' };
  const tiers = [{ code: '001', name: '강남점', channels: ['kcp'] }];
  const moved = { ...tossChannel, credentials: { secretKey: 'live_sk_hunter2' } };
  const third = { ...merchant, name: 'third', imp_key: '3333333333333333', channels: [tossChannel] };
  assert.equal(await tokenOf(server, sister), 'credentials_wrong');
  assert.deepEqual(await reread([{ ...merchant, tiers: [{ code: '001', name: 'x' }] }, third]), [
    { ...summary, merchants: 2, added: 1, removed: 0, changed: 1 },
    {
      level: 'info',
      merchant: 'third',
      channels_added: ['tosspayments.shop'],
      msg: 'a merchant is let in by the file of merchants',
    },
    { level: 'info', merchant: 'shop', tiers_added: ['001'], msg: 'a merchant was changed by the file of merchants' },
  ]);
  const invitation = lines.find(({ msg }) => /makes the first owner/.test(msg));
  assert.deepEqual([invitation?.merchant, /\/console\/invitations\//.test(String(invitation?.link))], ['third', true]);
  const wanted = {
    ...merchant,
    imp_secret: 'n'.repeat(80),
    webhook_url: 'https://shop.example/hook',
    channels: [moved, { ...kcp, credentials }],
    tiers,
  };
  assert.deepEqual(await reread([wanted, sister]), [
    { ...summary, merchants: 2, added: 1, removed: 1, changed: 1 },
    {
      level: 'info',
      merchant: 'sister',
      channels_added: ['tosspayments.shop'],
      msg: 'a merchant is let in by the file of merchants',
    },
    {
      level: 'info',
      merchant: 'shop',
      changed: ['imp_secret', 'webhooks'],
      channels_added: ['kcp.T0000'],
      channels_changed: ['tosspayments.shop'],
      tiers_changed: ['001'],
      msg: 'a merchant was changed by the file of merchants',
    },
    { level: 'warn', merchant: 'third', msg: 'a merchant is let in no more: the file of merchants has it no longer' },
  ]);
  assert.doesNotMatch(text(), /hunter2|n{40}|t{40}/);
  for (const each of [server, reading]) {
    assert.equal(await tokenOf(each, merchant), 'credentials_wrong');
    assert.equal(await tokenOf(each, third), 'credentials_wrong');
    assert.equal(await tokenOf(each, sister), 'good');
    const shop = await createApiClient(each.url).logIn(wanted.imp_key, wanted.imp_secret);
    assert.equal((await shop.get('/users/pg')).response[0].pg_id, 'shop');
    assert.equal((await shop.get('/users/pg', { tier: '001' })).response[0].pg_id, 'T0000');
  }
  assert.deepEqual(await reread([wanted, sister]), [{ ...summary, merchants: 2, added: 0, removed: 0, changed: 0 }]);

  const broken = [
    ['[{ "imp_secret": "hunter2', [/cannot be read as JSON: line 1$/]],
    [
      [
        { ...wanted, channels: [{ ...tossChannel, credentials: {} }], tiers: [] },
        { ...sister, webhook_url: 'ftp://x' },
      ],
      [/credentials lack secretKey/, /webhook_url of sister/],
    ],
  ] as const;
  for (const [content, problems] of broken) {
    const told = await reread(content);
    assert.equal(told.length, 1);
    const { level, msg, problems: lines } = told[0] as { level: string; msg: string; problems: readonly string[] };
    assert.deepEqual([level, lines.length], ['error', problems.length]);
    assert.match(msg, /everything stays as it was/);
    for (const problem of problems)
      assert.ok(
        lines.some((line) => problem.test(line)),
        String(lines),
      );
    assert.doesNotMatch(text(), /hunter2/);
    assert.equal(await tokenOf(server, sister), 'good');
  }
});

test('a generation never goes back: an older file, one without a number, and another one of the same number change nothing', async (t) => {
  t.after(() => testDatabase.database.query("delete from server_facts where name = 'merchants_file'"));
  const numbered = (generation: number, ...merchants: readonly object[]) => ({ generation, merchants });
  const [lines, log] = [newLog(), createLog('error')];
  await (await startLive([merchant, sister])).close();
  const server = await startLive(numbered(7, merchant, sister), lines.log);
  t.after(() => server.close());
  assert.equal(toldOf(lines.lines)[0]?.generation, 7);
  const refused = [
    [
      numbered(6, merchant),
      /^MERCHANTS_FILE \S+ is generation 6, and this database was given generation 7: .*"generation": 8/,
    ],
    [
      [merchant],
      /^MERCHANTS_FILE \S+ has no generation, and this database was given generation 7: take the newest file/,
    ],
    [{ merchants: [merchant] }, /has no generation/],
    [numbered(7, merchant), /is generation 7 with other merchants than the generation 7 that this database was given/],
  ] as const;
  for (const [file, message] of refused) {
    await assert.rejects(startLive(file, log), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(error.message, message);
      return true;
    });
    lines.lines.length = 0;
    const found = await checkDatabase(settingsWith(join(folder, 'merchants.json')));
    assert.ok(found.some(({ check, state }) => check === 'merchants file' && state === 'to_fix'));
    await server.reread?.();
    const [line, ...others] = toldOf(lines.lines);
    assert.deepEqual([line?.level, others.length], ['error', 0]);
    assert.match(String(line?.problems), message);
    assert.equal(await tokenOf(server, sister), 'good');
  }
  const otherwise = `{"merchants": [${JSON.stringify(merchant)},\n ${JSON.stringify(Object.fromEntries(Object.entries(sister).reverse()))}], "generation": 7}`;
  await (await startLive(otherwise)).close();
  // Of two that are read at the same time the newer one stays, whichever comes first.
  const started = await Promise.allSettled([
    startLive(numbered(9, merchant), log, 'nine.json'),
    startLive(numbered(8, merchant, sister), log, 'eight.json'),
  ]);
  assert.equal(started[0]?.status, 'fulfilled');
  for (const each of started) if (each.status === 'fulfilled') await each.value.close();
  assert.equal(await tokenOf(server, sister), 'credentials_wrong');
  for (const wrong of [0, 1.5, '10', -1]) {
    await assert.rejects(startLive({ generation: wrong, merchants: [merchant] }), /\/generation must be a number/);
  }
  await (await startLive(numbered(20261201, merchant))).close();
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

test('a broken MERCHANTS_FILE is told by its line, and nothing of what stands in it, a secret least of all', async () => {
  const secret = 'hunter2hunter2hunter2';
  const begin = '[{\n "name": "shop",\n ';
  for (const [broken, line] of [
    [`"imp_secret": ${secret} }]`, 3],
    [`"imp_secret": "${secret}" "x": 1 }]`, 3],
    [`"imp_secret": "${secret}`, 3],
    [`"imp_secret": "${secret}\n" }]`, 3],
    [`"imp_secret": "\\${secret}" }]`, 3],
    [`"imp_secret": -${secret} }]`, 3],
    [`"imp_secret": 1${secret} }]`, 3],
    [`"imp_secret": tru${secret} }]`, 3],
    [`'imp_secret': '${secret}' }]`, 3],
    [`"imp_secret": "${secret}",\n }]`, 4],
    [`"imp_secret": "x",\n "key": ${secret} }]`, 4],
  ] as const) {
    await assert.rejects(startLive(begin + broken), (error) => {
      assert.ok(error instanceof SettingsError);
      assert.match(error.message, new RegExp(`cannot be read as JSON: line ${line}$`), broken);
      return true;
    });
  }
  // What comes first is shown by the parser without its place.
  await assert.rejects(startLive(secret), (error) => {
    assert.doesNotMatch((error as Error).message, /hunter|'h'/);
    return true;
  });
  await assert.rejects(startLive(`{"a": ${secret}, "b": ${secret}}`), /cannot be read as JSON(: line 1)?$/);
});

test('live mode does not start with settings that anybody could use against it, and says each', () => {
  const settings = {
    HWANBUL_MODE: 'live',
    MERCHANTS_FILE: '/merchants.json',
    ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    HWANBUL_PUBLIC_URL: 'http://pay.example.com',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  };
  assert.throws(
    () => readSettings(settings, []),
    (error) => {
      assert.ok(error instanceof SettingsError);
      for (const name of [
        'ENCRYPTION_KEY is one byte or a few',
        'HWANBUL_PUBLIC_URL must be https',
        'NODE_TLS_REJECT_UNAUTHORIZED=0',
      ])
        assert.ok(error.message.includes(name), error.message);
      return true;
    },
  );
  const { NODE_TLS_REJECT_UNAUTHORIZED: _off, ...others } = settings;
  for (const guessed of [
    '0123456789abcdef'.repeat(4),
    Buffer.from([...Array(32).keys()]).toString('hex'),
    'ff00'.repeat(16),
  ]) {
    assert.throws(
      () => readSettings({ ...others, ENCRYPTION_KEY: guessed }, []),
      /ENCRYPTION_KEY is one byte or a few/,
    );
  }
  const good = { ...others, ENCRYPTION_KEY: key.toString('base64'), HWANBUL_PUBLIC_URL: 'https://pay.example.com' };
  assert.equal(readSettings(good, []).mode, 'live');
});

test("a shop's own token ends no doubt in live mode: that takes the operator's secret", async () => {
  const secret = 'o'.repeat(40);
  const resolve = async (server: Server, headers: Record<string, string>) => {
    const client = await createApiClient(server.url).logIn(merchant.imp_key, merchant.imp_secret);
    const body = { outcome: 'refused', reason: 'r', actor: 'recovery' };
    const id = '0123456789ABCDEFGHJK';
    return [
      (await client.post(`/doubts/${id}/resolve`, body, headers)).error,
      (await client.post(`/cancellations/${id}/resolve`, body, headers)).error,
    ];
  };
  const none = await startLive([merchant]);
  assert.deepEqual(await resolve(none, { 'x-hwanbul-operator-secret': secret }), [
    'operator_required',
    'operator_required',
  ]);
  await none.close();
  const server = await startLive([{ ...merchant, operator_secret: secret }]);
  assert.deepEqual(await resolve(server, {}), ['operator_required', 'operator_required']);
  assert.deepEqual(await resolve(server, { 'x-hwanbul-operator-secret': 'p'.repeat(40) }), [
    'operator_required',
    'operator_required',
  ]);
  assert.deepEqual(await resolve(server, { 'x-hwanbul-operator-secret': secret }), [
    'doubt_not_found',
    'cancellation_not_found',
  ]);
  await server.close();
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
  ['the public demo key', [{ ...merchant, imp_key: demoKeyPair.impKey }], /shop has the public demo keys/],
  ['the public demo secret', [{ ...merchant, imp_secret: demoKeyPair.impSecret }], /shop has the public demo keys/],
  [
    'a secret that stands in the documents',
    [{ ...merchant, operator_secret: 'forty-letters-and-digits-or-more-that-nobody-knows' }],
    /shop has a secret that stands in the documents/,
  ],
  [
    'a key for tests in a channel that takes money',
    [{ ...merchant, channels: [{ ...tossChannel, credentials: { secretKey: 'test_sk_hunter2hunter2' } }] }],
    /tosspayments of shop is of mode live with a secretKey for tests/,
  ],
  [
    "a gateway's public MID in a channel that takes money",
    [
      {
        ...merchant,
        channels: [
          { ...tossChannel, provider: 'nice', mid: 'nicepay00m', credentials: { merchantKey: 'k'.repeat(88) } },
        ],
      },
    ],
    /nice of shop is of mode live with a mid for tests/,
  ],
  [
    'a key for money in a channel for tests',
    [{ ...merchant, channels: [{ ...tossChannel, mode: 'test' }] }],
    /tosspayments of shop is of mode test with a secretKey for money/,
  ],
  [
    'a test host without TLS on another machine',
    [
      {
        ...merchant,
        channels: [
          { ...tossChannel, mode: 'test', credentials: { secretKey: 'test_sk_x' }, base_url: 'http://10.0.0.1:9001' },
        ],
      },
    ],
    /tosspayments of shop has a base_url without TLS/,
  ],
  [
    'a password in an address',
    [
      {
        ...merchant,
        channels: [
          { ...tossChannel, mode: 'test', credentials: { secretKey: 'test_sk_x' }, base_url: 'https://u:p@x' },
        ],
      },
    ],
    /has a base_url with a user or a password/,
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

test('everything that is wrong in the merchants file is told, a line each, with what is allowed and without a secret', async () => {
  const secret = 'hunter2'.repeat(6);
  const problemsOf = async (file: unknown): Promise<readonly string[]> => {
    const error = await startLive(file).then(
      () => undefined,
      (reason) => reason,
    );
    assert.ok(error instanceof SettingsError);
    assert.doesNotMatch(error.message, /hunter2/);
    return error.problems.map((problem) => problem.replace(/^MERCHANTS_FILE[^:]*: /, ''));
  };
  const malformed = [
    { ...merchant, imp_secret: 'hunter2', webhook_format: 'xml', chanels: [] },
    { ...merchant, channels: [{ ...tossChannel, mode: 'prod', credentials: { secretKey: 7 } }] },
  ];
  const fields =
    'name, imp_key, imp_secret, previous_imp_secret, previous_imp_secret_until, webhook_url, webhook_format, webhook_retry, webhooks_in_console, operator_secret, webhook_signing_secret, channels, tiers';
  assert.deepEqual(await problemsOf(malformed), [
    '/0/imp_secret must be 40 to 200 characters long',
    '/0/webhook_format must be one of json, form, not "xml"',
    `/0/chanels is not a field here; there are ${fields}`,
    '/1/channels/0/mode must be one of test, live, not "prod"',
    '/1/channels/0/credentials/secretKey must be a text, not a number',
  ]);
  const contradictory = [
    { ...merchant, imp_secret: secret, webhook_url: 'ftp://shop.example' },
    { ...merchant, name: 'other', channels: [{ ...tossChannel, credentials: {}, base_url: 'http://x' }, tossChannel] },
    { ...merchant, name: 'third', imp_key: '9999999999999999', channels: [{ ...tossChannel, provider: 'nobody' }] },
  ];
  const [nobody, ...others] = (await problemsOf(contradictory)).toReversed();
  assert.match(nobody ?? '', /^channel nobody of third: no gateway has this name; there are .*tosspayments/);
  assert.deepEqual(others.toReversed(), [
    'other has the imp_key of shop: give each its own',
    'channel tosspayments of other is there twice with this mid: take one away',
    'the webhook_url of shop is not an http(s) URL without a password',
    'channel tosspayments of other: credentials lack secretKey',
    'channel tosspayments of other: a live channel takes no base_url',
  ]);
  const [text] = await problemsOf(`[{ "imp_secret": ${secret} }]`);
  assert.equal(text, 'line 1');
});

test('a database that may forget what it has committed, or that goes with the machine, is no database for money', async (t) => {
  const other = await createTestDatabase();
  t.after(() => other.drop());
  // The whole test run flushes nothing.
  const asItIs = await durabilityOf(other.database);
  assert.ok(asItIs.forgetful.includes('fsync = off'));
  assert.throws(() => assertDurable(asItIs), /has fsync = off.* may have forgotten a refund/);
  assert.doesNotThrow(() => assertDurable({ forgetful: [], doubtful: ['full_page_writes = off'] }));
  const env = {
    HWANBUL_MODE: 'live',
    MERCHANTS_FILE: join(folder, 'shared.json'),
    ENCRYPTION_KEY: key.toString('hex'),
  };
  await writeFile(env.MERCHANTS_FILE, JSON.stringify([merchant]));
  await chmod(env.MERCHANTS_FILE, 0o666);
  const passing = { ...env, DATA_DIR: join(folder, 'not', 'there', 'yet') };
  const checked = (more: NodeJS.ProcessEnv) => checkFirst(readSettings({ PORT: '0', ...passing, ...more }, []));
  await assert.rejects(checked({}), (error) => {
    assert.ok(error instanceof SettingsError);
    const [data, file, ...more] = error.problems;
    assert.match(data ?? '', /^DATA_DIR .*(is in .*, where the system removes|is in memory)/);
    assert.match(file ?? '', /^MERCHANTS_FILE .* can be written by every user/);
    assert.deepEqual(more, []);
    return true;
  });
  await chmod(env.MERCHANTS_FILE, 0o600);
  await checked({ DATABASE_URL: other.url });
});

test('what is doubtful for money, and no reason to refuse, is named', () => {
  const doubts = (databaseUrl: string | undefined) =>
    doubtfulIn({ databaseUrl, dataDir: '/var/lib/hwanbul', merchantsFile: undefined });
  assert.match(doubts(undefined)[0] ?? '', /^the embedded PostgreSQL/);
  for (const isChecked of [
    'postgres://u:p@127.0.0.1/x',
    'postgres:///x?host=/run/postgresql',
    'postgres://%2Frun%2Fpostgresql/x',
    'postgres://u:p@db/x?sslrootcert=/etc/ca.pem',
    'postgres://u:p@db/x?sslmode=verify-full',
    'postgres://u:p@localhost:1,127.0.0.1:2/x',
  ]) {
    assert.deepEqual(doubts(isChecked), [], isChecked);
  }
  for (const isOpen of [
    'postgres://u:p@db/x',
    'postgres://u:p@db/x?sslmode=no-verify',
    'postgres://u:p@db/x?sslmode=require&uselibpqcompat=true',
    'postgres://u:p@localhost:1,db:2/x?target_session_attrs=read-write',
  ]) {
    assert.match(doubts(isOpen)[0] ?? '', /without TLS that is checked/, isOpen);
  }
});
