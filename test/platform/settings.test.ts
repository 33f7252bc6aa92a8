import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { helpText, readCommand } from '../../src/platform/settings/command-line.ts';
import { readSettings, SettingsError, settingsTable } from '../../src/platform/settings/settings.ts';
import { secretSettings } from '../../src/platform/settings/settings-table.ts';

const keyHex = 'ab01cd23456789efdc1032fe5476ba98'.repeat(2);
const live = { HWANBUL_MODE: 'live', ENCRYPTION_KEY: keyHex, MERCHANTS_FILE: 'merchants.json' };

test('an empty environment gives the documented defaults', () => {
  assert.deepEqual(readSettings({}, []), {
    port: 8410,
    host: '127.0.0.1',
    dataDir: resolve('data'),
    databaseUrl: undefined,
    publicUrl: undefined,
    oidc: undefined,
    trustedProxies: [],
    noticeSenders: [],
    logLevel: 'info',
    logFormat: 'auto',
    mode: 'sandbox',
    encryptionKey: undefined,
    previousEncryptionKeys: [],
    secretsFromFiles: {},
    merchantsFile: undefined,
    processes: 1,
    databasePoolSize: 10,
    requestsMax: 5_000,
    requestsPerMerchantMax: 3_000,
    metricsPort: undefined,
    metricsHost: '127.0.0.1',
    traces: undefined,
    databasePooler: 'none',
    unflushedDatabase: 'refuse',
    migrate: 'on',
    databaseWaitMs: 30_000,
    turnWaitMs: 10_000,
    requestDeadlineMs: 30_000,
    gatewayTimeoutMs: 20_000,
    recoveryIntervalMs: 1_000,
    notDoneIsFinalAfterMs: 600_000,
    lameDuckMs: 0,
    drainTimeoutMs: 35_000,
    webhookConnectLimitMs: 10_000,
    webhookReadLimitMs: 30_000,
    webhookRepeatLimitMs: 15_000,
    webhookRetryPauseMs: 60_000,
    keepIdempotencyKeysDays: 15,
    keepWebhooksDays: undefined,
    keepFailedWebhooksDays: undefined,
    keepNoticesDays: undefined,
    keepAuditMonths: undefined,
    strictSandboxLookup: false,
    allowedHosts: [],
    simulators: {},
    seedFile: undefined,
    crashPoint: undefined,
  });
});

test('every setting can be set, and the result can not be changed', () => {
  const settings = readSettings(
    {
      PORT: '0',
      HOST: '::1',
      DATA_DIR: '/somewhere/else',
      DATABASE_URL: 'postgresql://u:p@127.0.0.1:5432/x',
      LOG_LEVEL: 'silent',
      LOG_FORMAT: 'pretty',
      HWANBUL_PUBLIC_URL: 'https://pay.example.com/',
      HWANBUL_OIDC_ISSUER: 'https://sso.example',
      HWANBUL_OIDC_CLIENT_ID: 'hwanbul',
      HWANBUL_OIDC_CLIENT_SECRET: 'secret',
      HWANBUL_OIDC_NAME: 'Example SSO',
      HWANBUL_TRUSTED_PROXIES: '10.0.0.1, fd00::/8',
      HWANBUL_NOTICE_SENDERS: 'kicc=203.0.113.5, nice=2001:db8::1',
      HWANBUL_MODE: 'sandbox',
      ENCRYPTION_KEY: Buffer.from(keyHex, 'hex').toString('base64'),
      HWANBUL_PROCESSES: '64',
      ENCRYPTION_KEY_PREVIOUS: keyHex,
      HWANBUL_DATABASE_POOL_SIZE: '200',
      HWANBUL_REQUESTS_MAX: '12',
      HWANBUL_REQUESTS_PER_MERCHANT_MAX: '11',
      HWANBUL_METRICS_PORT: '9464',
      HWANBUL_METRICS_HOST: '::1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      HWANBUL_DATABASE_POOLER: 'transaction',
      HWANBUL_MIGRATE: 'off',
      HWANBUL_DATABASE_WAIT_MS: '11',
      HWANBUL_UNFLUSHED_DATABASE: 'accept',
      HWANBUL_TURN_WAIT_MS: '1',
      HWANBUL_REQUEST_DEADLINE_MS: '300',
      HWANBUL_GATEWAY_TIMEOUT_MS: '299',
      HWANBUL_RECOVERY_INTERVAL_MS: '4',
      HWANBUL_NOT_DONE_IS_FINAL_AFTER_MS: '5',
      HWANBUL_LAME_DUCK_MS: '13',
      HWANBUL_DRAIN_TIMEOUT_MS: '6',
      HWANBUL_WEBHOOK_CONNECT_LIMIT_MS: '7',
      HWANBUL_WEBHOOK_READ_LIMIT_MS: '8',
      HWANBUL_WEBHOOK_REPEAT_LIMIT_MS: '9',
      HWANBUL_WEBHOOK_RETRY_PAUSE_MS: '10',
      HWANBUL_KEEP_IDEMPOTENCY_KEYS_DAYS: '16',
      HWANBUL_KEEP_WEBHOOKS_DAYS: '14',
      HWANBUL_KEEP_FAILED_WEBHOOKS_DAYS: '15',
      HWANBUL_KEEP_NOTICES_DAYS: '90',
      HWANBUL_KEEP_AUDIT_MONTHS: '24',
      HWANBUL_STRICT_SANDBOX_LOOKUP: 'true',
      HWANBUL_ALLOWED_HOSTS: 'hwanbul, host.docker.internal',
      HWANBUL_SIMULATORS: 'tosspayments=http://127.0.0.1:9001/,galaxia=http://[::1]:9002',
      HWANBUL_SEED_FILE: '/somewhere/seed.yaml',
      HWANBUL_CRASH_POINT: 'after_reserve:delay=50',
    },
    ['serve'],
  );
  assert.deepEqual(settings, {
    port: 0,
    host: '::1',
    dataDir: '/somewhere/else',
    databaseUrl: 'postgresql://u:p@127.0.0.1:5432/x',
    publicUrl: 'https://pay.example.com',
    oidc: { issuer: 'https://sso.example', clientId: 'hwanbul', clientSecret: 'secret', name: 'Example SSO' },
    trustedProxies: ['10.0.0.1', 'fd00::/8'],
    noticeSenders: [
      { provider: 'kicc', address: '203.0.113.5' },
      { provider: 'nice', address: '2001:db8::1' },
    ],
    logLevel: 'silent',
    logFormat: 'pretty',
    mode: 'sandbox',
    encryptionKey: Buffer.from(keyHex, 'hex'),
    previousEncryptionKeys: [Buffer.from(keyHex, 'hex')],
    secretsFromFiles: {},
    merchantsFile: undefined,
    processes: 64,
    databasePoolSize: 200,
    requestsMax: 12,
    requestsPerMerchantMax: 11,
    metricsPort: 9464,
    metricsHost: '::1',
    traces: { sampler: 'parentbased_traceidratio', ratio: 0.25 },
    databasePooler: 'transaction',
    unflushedDatabase: 'accept',
    migrate: 'off',
    databaseWaitMs: 11,
    turnWaitMs: 1,
    requestDeadlineMs: 300,
    gatewayTimeoutMs: 299,
    recoveryIntervalMs: 4,
    notDoneIsFinalAfterMs: 5,
    lameDuckMs: 13,
    drainTimeoutMs: 6,
    webhookConnectLimitMs: 7,
    webhookReadLimitMs: 8,
    webhookRepeatLimitMs: 9,
    webhookRetryPauseMs: 10,
    keepIdempotencyKeysDays: 16,
    keepWebhooksDays: 14,
    keepFailedWebhooksDays: 15,
    keepNoticesDays: 90,
    keepAuditMonths: 24,
    strictSandboxLookup: true,
    allowedHosts: ['hwanbul', 'host.docker.internal'],
    simulators: { tosspayments: 'http://127.0.0.1:9001', galaxia: 'http://[::1]:9002' },
    seedFile: '/somewhere/seed.yaml',
    crashPoint: 'after_reserve:delay=50',
  });
  assert.ok(Object.isFrozen(settings) && Object.isFrozen(settings.simulators));
});

test('live mode takes its key and its merchants', () => {
  const settings = readSettings(live, []);
  assert.equal(settings.mode, 'live');
  assert.equal(settings.merchantsFile, resolve('merchants.json'));
  assert.equal(settings.encryptionKey?.toString('hex'), keyHex);
});

const refused: readonly (readonly [string, NodeJS.ProcessEnv, readonly string[], RegExp])[] = [
  ['a port that is no number', { PORT: 'http' }, [], /^PORT must be .* "http"/],
  ['a port out of range', { PORT: '65536' }, [], /^PORT must be .* 65535/],
  ['a negative port', { PORT: '-1' }, [], /^PORT /],
  ['a port with a fraction', { PORT: '80.5' }, [], /^PORT /],
  ['an empty port', { PORT: '' }, [], /^PORT is empty/],
  ['a host with a space', { HOST: 'a b' }, [], /^HOST /],
  ['an empty data folder', { DATA_DIR: ' ' }, [], /^DATA_DIR is empty/],
  ['a database of another kind', { DATABASE_URL: 'mysql://u:hunter2@h/x' }, [], /^DATABASE_URL /],
  ['a database address that is no URL', { DATABASE_URL: 'hunter2' }, [], /^DATABASE_URL /],
  ['an unknown log level', { LOG_LEVEL: 'loud' }, [], /^LOG_LEVEL .*silent/],
  ['an unknown log format', { LOG_FORMAT: 'text' }, [], /^LOG_FORMAT must be one of auto, pretty, json/],
  ['keys that are kept for less than 15 days', { HWANBUL_KEEP_IDEMPOTENCY_KEYS_DAYS: '14' }, [], /from 15 to 36525/],
  ['notices that are kept for less than 90 days', { HWANBUL_KEEP_NOTICES_DAYS: '30' }, [], /from 90 to 36525/],
  ['an audit of no month', { HWANBUL_KEEP_AUDIT_MONTHS: '0' }, [], /from 1 to 1200/],
  ['an unknown mode', { HWANBUL_MODE: 'test' }, [], /^HWANBUL_MODE must be one of sandbox, live/],
  ['a short key', { ENCRYPTION_KEY: 'hunter2' }, [], /^ENCRYPTION_KEY must be 32 bytes/],
  [
    'a short previous key',
    { ENCRYPTION_KEY_PREVIOUS: `${keyHex},hunter2` },
    [],
    /^Each key of ENCRYPTION_KEY_PREVIOUS/,
  ],
  [
    'a key that is neither base64 nor hex',
    { ENCRYPTION_KEY: `${'é'.repeat(10)}${'A'.repeat(43)}` },
    [],
    /^ENCRYPTION_KEY/,
  ],
  ['no process', { HWANBUL_PROCESSES: '0' }, [], /^HWANBUL_PROCESSES .* from 1 to 64/],
  ['a pool of one', { HWANBUL_DATABASE_POOL_SIZE: '1' }, [], /^HWANBUL_DATABASE_POOL_SIZE .* from 2 to 200/],
  ['a pool of 201', { HWANBUL_DATABASE_POOL_SIZE: '201' }, [], /^HWANBUL_DATABASE_POOL_SIZE/],
  ['a duration with a unit', { HWANBUL_TURN_WAIT_MS: '10s' }, [], /^HWANBUL_TURN_WAIT_MS/],
  [
    'a gateway time-out as long as the deadline',
    { HWANBUL_GATEWAY_TIMEOUT_MS: '30000' },
    [],
    /^HWANBUL_GATEWAY_TIMEOUT_MS \(30000\) must be below HWANBUL_REQUEST_DEADLINE_MS \(30000\)/,
  ],
  ['a half-meant switch', { HWANBUL_STRICT_SANDBOX_LOOKUP: 'yes' }, [], /^HWANBUL_STRICT_SANDBOX_LOOKUP/],
  [
    'a simulator that is not on this machine',
    { HWANBUL_SIMULATORS: 'tosspayments=http://192.0.2.7:9001' },
    [],
    /^HWANBUL_SIMULATORS may name loopback/,
  ],
  ['half of a sign-in of the company', { HWANBUL_OIDC_ISSUER: 'https://sso.example' }, [], /HWANBUL_OIDC_CLIENT_ID/],
  [
    'a sign-in of the company in the clear',
    {
      HWANBUL_OIDC_ISSUER: 'http://sso.example',
      HWANBUL_OIDC_CLIENT_ID: 'hwanbul',
      HWANBUL_OIDC_CLIENT_SECRET: 'secret',
    },
    [],
    /must be https/,
  ],
  ['a public address that is no URL', { HWANBUL_PUBLIC_URL: 'pay.example.com' }, [], /^HWANBUL_PUBLIC_URL/],
  ['a proxy that is no address', { HWANBUL_TRUSTED_PROXIES: '10.0.0.1,proxy' }, [], /^HWANBUL_TRUSTED_PROXIES/],
  ['a sender that is no address', { HWANBUL_NOTICE_SENDERS: 'kicc=host' }, [], /^HWANBUL_NOTICE_SENDERS/],
  ['a network that is too small', { HWANBUL_TRUSTED_PROXIES: '10.0.0.0/33' }, [], /^HWANBUL_TRUSTED_PROXIES/],
  ['an allowed host with a port', { HWANBUL_ALLOWED_HOSTS: 'hwanbul:8410' }, [], /^HWANBUL_ALLOWED_HOSTS/],
  ['an allowed host that is all of them', { HWANBUL_ALLOWED_HOSTS: '*' }, [], /^HWANBUL_ALLOWED_HOSTS/],
  [
    'allowed hosts in live mode',
    { ...live, HWANBUL_ALLOWED_HOSTS: 'a' },
    [],
    /^HWANBUL_ALLOWED_HOSTS is refused in live/,
  ],
  ['a simulator over https', { HWANBUL_SIMULATORS: 'a=https://127.0.0.1' }, [], /^HWANBUL_SIMULATORS/],
  ['a simulator with a path', { HWANBUL_SIMULATORS: 'a=http://127.0.0.1:1/v1' }, [], /^HWANBUL_SIMULATORS/],
  ['a simulator named twice', { HWANBUL_SIMULATORS: 'a=http://127.0.0.1:1,a=http://127.0.0.1:2' }, [], /twice/],
  ['a malformed crash point', { HWANBUL_CRASH_POINT: 'after_reserve:soon' }, [], /^HWANBUL_CRASH_POINT/],
  ['a merchants file in a sandbox', { MERCHANTS_FILE: 'm.json' }, [], /^MERCHANTS_FILE is for HWANBUL_MODE=live/],
  ['live mode without a key', { HWANBUL_MODE: 'live', MERCHANTS_FILE: 'm' }, [], /^ENCRYPTION_KEY is required/],
  ['live mode without merchants', { HWANBUL_MODE: 'live', ENCRYPTION_KEY: keyHex }, [], /^MERCHANTS_FILE is required/],
  ['a crash point in live mode', { ...live, HWANBUL_CRASH_POINT: 'x' }, [], /^HWANBUL_CRASH_POINT is refused in live/],
  ['a seed file in live mode', { ...live, HWANBUL_SEED_FILE: 'seed.yaml' }, [], /^HWANBUL_SEED_FILE is refused/],
  ['simulators in live mode', { ...live, HWANBUL_SIMULATORS: 'a=http://127.0.0.1:1' }, [], /^HWANBUL_SIMULATORS/],
  ['an unknown variable of its own', { HWANBUL_POOL: '3' }, [], /^Unknown setting HWANBUL_POOL/],
  ['traces to an exporter that is not there', { OTEL_TRACES_EXPORTER: 'zipkin' }, [], /^OTEL_TRACES_EXPORTER must be/],
  [
    'traces to what is no address',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'hunter2:4317' },
    [],
    /^OTEL_EXPORTER_OTLP_ENDPOINT must be a URL/,
  ],
  [
    'traces over gRPC',
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    [],
    /^OTEL_EXPORTER_OTLP_PROTOCOL must be one of http\/protobuf/,
  ],
  [
    'an unknown sampler',
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER: 'some' },
    [],
    /^OTEL_TRACES_SAMPLER must be one of always_on/,
  ],
  [
    'a ratio above 1',
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER_ARG: '1.5' },
    [],
    /^OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1/,
  ],
  ['an unknown argument', {}, ['--port=1'], /^Unknown argument "--port=1"/],
  ['a second word', {}, ['serve', 'now'], /^Unknown argument "now"/],
  ['a word after --help', {}, ['--help', 'me'], /^Unknown argument "me"/],
];

for (const [what, env, argv, message] of refused) {
  test(`${what} stops the start with one line that names it`, () => {
    assert.throws(
      () => readSettings(env, argv),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /\n|hunter2/);
        return true;
      },
    );
  });
}

test('everything that is wrong is told at once, each in a line of its own, and once', () => {
  const env = {
    PORT: 'http',
    HOST: 'a b',
    DATA_DIR: '',
    LOG_LEVEL: 'loud',
    HWANBUL_POOL: '3',
    HWANBUL_PROT: '4',
    HWANBUL_MODE: 'live',
    ENCRYPTION_KEY: 'hunter2',
    HWANBUL_GATEWAY_TIMEOUT_MS: '50000',
    HWANBUL_SEED_FILE: 'seed.yaml',
    HWANBUL_CRASH_POINT: 'after_reserve:soon',
  };
  assert.throws(
    () => readSettings(env, ['--port=1']),
    (error) => {
      assert.ok(error instanceof SettingsError);
      assert.deepEqual(
        error.problems.map((problem) => /^(?:Unknown (?:setting|argument) )?\S+/.exec(problem)?.[0]),
        [
          'Unknown argument "--port=1":',
          'PORT',
          'HOST',
          'DATA_DIR',
          'LOG_LEVEL',
          'ENCRYPTION_KEY',
          'HWANBUL_CRASH_POINT',
          'Unknown setting HWANBUL_POOL:',
          'Unknown setting HWANBUL_PROT:',
          'HWANBUL_GATEWAY_TIMEOUT_MS',
          'MERCHANTS_FILE',
          'HWANBUL_SEED_FILE',
          'HWANBUL_CRASH_POINT',
        ],
      );
      assert.equal(error.message, error.problems.join('\n'));
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    },
  );
});

test("the client's own variables are let through", () => {
  const env = { HWANBUL_URL: 'http://127.0.0.1:8410', HWANBUL_IMP_KEY: 'k', HWANBUL_IMP_SECRET: 's' };
  assert.equal(readSettings(env, []).port, 8410);
});

test('traces are made where an endpoint is named, unless OpenTelemetry is told to make none; an empty variable says nothing', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' };
  const traces = (env: NodeJS.ProcessEnv) => readSettings(env, []).traces;
  assert.deepEqual(traces(endpoint), { sampler: 'parentbased_always_on', ratio: 1 });
  assert.deepEqual(traces({ OTEL_TRACES_EXPORTER: 'otlp' }), { sampler: 'parentbased_always_on', ratio: 1 });
  for (const off of [
    { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
    { ...endpoint, OTEL_SDK_DISABLED: 'true' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_EXPORTER: '' },
    { OTEL_TRACES_SAMPLER: 'what nobody asks for' },
  ]) {
    assert.equal(traces(off), undefined, JSON.stringify(off));
  }
});

test('the help shows every setting with its default', () => {
  assert.equal(readCommand(['--help']), 'help');
  assert.equal(readCommand(['serve', '--version']), 'version');
  const help = helpText('1.2.3');
  for (const setting of settingsTable) {
    assert.ok(help.includes(setting.default === undefined ? setting.name : `${setting.name} (${setting.default})`));
    assert.ok(help.includes(setting.meaning));
    assert.equal(help.includes(`${setting.name}_FILE`), setting.isSecret === true, setting.name);
  }
});

function filesIn(t: TestContext): (name: string, content: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-secrets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return (name, content) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
}

test('every secret may stand in a file, with or without a line break at its end', (t) => {
  const file = filesIn(t);
  const other = 'ef'.repeat(32);
  const values = {
    DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/x',
    ENCRYPTION_KEY: keyHex,
    ENCRYPTION_KEY_PREVIOUS: `${other},${keyHex}`,
    HWANBUL_OIDC_CLIENT_SECRET: ' with spaces and\na line break ',
  };
  assert.deepEqual(Object.keys(values), secretSettings);
  const oidc = { HWANBUL_OIDC_ISSUER: 'https://sso.example', HWANBUL_OIDC_CLIENT_ID: 'hwanbul' };
  const inEnvironment = readSettings({ ...values, ...oidc }, []);
  for (const end of ['', '\n', '\r\n']) {
    const named = Object.entries(values).map(([name, value]) => [`${name}_FILE`, file(name, value + end)]);
    const settings = readSettings({ ...Object.fromEntries(named), ...oidc }, []);
    assert.deepEqual(settings, { ...inEnvironment, secretsFromFiles: values });
  }
  const live = {
    HWANBUL_MODE: 'live',
    MERCHANTS_FILE: 'merchants.json',
    ENCRYPTION_KEY_FILE: file('key', `${keyHex}\n`),
    HWANBUL_IMP_SECRET_FILE: '/of/a/client',
  };
  assert.equal(readSettings(live, []).encryptionKey?.toString('hex'), keyHex);
});

test('a file that holds no secret stops the start with a line that names it, and nothing of what stands there', (t) => {
  const file = filesIn(t);
  const [good, empty, blank, two, short, big] = [
    file('good', keyHex),
    file('empty', ''),
    file('blank', ' \n'),
    file('two', `${keyHex}\n\n`),
    file('short', 'hunter2'),
    file('big', 'hunter2'.repeat(10_000)),
  ];
  const folder = resolve(good, '..');
  const oidc = { HWANBUL_OIDC_ISSUER: 'https://sso.example', HWANBUL_OIDC_CLIENT_ID: 'hwanbul' };
  for (const [env, ...told] of [
    [{ ENCRYPTION_KEY: keyHex, ENCRYPTION_KEY_FILE: good }, 'ENCRYPTION_KEY and ENCRYPTION_KEY_FILE are both set'],
    [{ ENCRYPTION_KEY_FILE: '' }, 'ENCRYPTION_KEY_FILE is empty: name a file'],
    [{ ENCRYPTION_KEY_FILE: `${folder}/none` }, `ENCRYPTION_KEY_FILE: ${folder}/none can't be used (there is no such`],
    [{ ENCRYPTION_KEY_FILE: folder }, `ENCRYPTION_KEY_FILE: ${folder} can't be used (it is a folder and no file`],
    [{ ENCRYPTION_KEY_FILE: empty }, `ENCRYPTION_KEY_FILE: ${empty} is empty`],
    [{ ENCRYPTION_KEY_FILE: blank }, `ENCRYPTION_KEY_FILE: ${blank} is empty`],
    [{ ENCRYPTION_KEY_FILE: two }, `ENCRYPTION_KEY (in ${two}) must be 32 bytes`],
    [{ ENCRYPTION_KEY_FILE: big }, `ENCRYPTION_KEY_FILE: ${big} is longer than any secret`],
    [{ ENCRYPTION_KEY_PREVIOUS_FILE: short }, `Each key of ENCRYPTION_KEY_PREVIOUS (in ${short}) must be 32 bytes`],
    [{ DATABASE_URL_FILE: short }, `DATABASE_URL (in ${short}) must be a URL`],
    [{ ...oidc, HWANBUL_OIDC_CLIENT_SECRET_FILE: empty }, `HWANBUL_OIDC_CLIENT_SECRET_FILE: ${empty} is empty`],
    [{ ...live, ENCRYPTION_KEY: undefined, ENCRYPTION_KEY_FILE: empty }, `ENCRYPTION_KEY_FILE: ${empty} is empty`],
    [{ HWANBUL_OIDC_CLIENT_SECRET_FILE: good }, 'HWANBUL_OIDC_ISSUER and HWANBUL_OIDC_CLIENT_ID must be set as well'],
    [{ PORT_FILE: good, HWANBUL_OIDC_ISSUER_FILE: good }, 'Unknown setting HWANBUL_OIDC_ISSUER_FILE'],
  ] as const) {
    assert.throws(
      () => readSettings(env as NodeJS.ProcessEnv, []),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.deepEqual([error.problems.length, error.message.startsWith(told[0])], [1, true], error.message);
        assert.ok(!error.message.includes('hunter2') && !error.message.includes(keyHex));
        return true;
      },
    );
  }
});

test('a key may be written in hex, base64, or base64 without padding', () => {
  const base64 = Buffer.from(keyHex, 'hex').toString('base64');
  for (const text of [keyHex, keyHex.toUpperCase(), base64, base64.replace('=', '')]) {
    assert.equal(readSettings({ ENCRYPTION_KEY: text }, []).encryptionKey?.toString('hex'), keyHex);
  }
  const several = readSettings({ ENCRYPTION_KEY_PREVIOUS: `${keyHex}, ${base64}` }, []).previousEncryptionKeys;
  assert.deepEqual(
    several.map((key) => key.toString('hex')),
    [keyHex, keyHex],
  );
});
