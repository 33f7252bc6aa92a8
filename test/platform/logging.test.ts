import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { createLog } from '../../src/platform/logging/log.ts';
import { isPretty, prettyLine } from '../../src/platform/logging/pretty.ts';
import { redactText } from '../../src/platform/logging/redaction.ts';
import { withFields, within } from '../../src/platform/tracing/scope.ts';

const secret = 'hunter2-hunter2';
const secretFields = [
  'authorization',
  'X-ImpTokenHeader',
  'imp_key',
  'imp_secret',
  'card_number',
  'cardNumber',
  'expiry',
  'birth',
  'pwd_2digit',
  'cvc',
  'refund_account',
  'refund_holder',
  'identifier',
  'credentials',
  'access_token',
  '_token',
  'pg_api_key',
  'secretKey',
  'ENCRYPTION_KEY',
  'ENCRYPTION_KEY_PREVIOUS',
  'customerIdentityNumber',
  'buyer_tel',
];

function capture() {
  const lines: string[] = [];
  const log = createLog('trace', { write: (line: string) => lines.push(line) });
  return { log, text: () => lines.join(''), lines: () => lines.map((line) => JSON.parse(line)) };
}

for (const name of secretFields) {
  test(`the value of ${name} never shows in a log, at any depth and in any form`, () => {
    const { log, text, lines } = capture();
    log.info({ [name]: secret }, 'top');
    log.info({ req: { headers: { [name]: secret }, body: { list: [{ extra: { [name]: secret } }] } } });
    log.info({ body: JSON.stringify({ [name]: secret }), wrapped: JSON.stringify(JSON.stringify({ [name]: secret })) });
    log.info({ form: `a=1&${name}=${secret}&b=2` });
    log.info(`GET /payments?${name}=${secret}&page=1`);
    log.info('answer %s and %o', `{"${name}": "${secret}"}`, { [name]: secret });
    log.child({ [name]: secret }).info('from a child');
    log.error(
      Object.assign(new Error(`sent {"${name}":"${secret}"}`, { cause: { [name]: secret } }), { [name]: secret }),
    );
    log.info({ map: new Map([[name, secret]]) });
    assert.equal(lines().length, 9);
    assert.doesNotMatch(text(), /hunter2/);
  });
}

test('numbers of secret fields never show either', () => {
  const { log, text } = capture();
  log.info({ body: '{"card_number":9490111122223333,"birth":880101,"pwd_2digit":42}', cvc: 123 });
  assert.doesNotMatch(text(), /9490|880101|42[,}]|123/);
});

test('card numbers are taken out of free text, and other numbers are left alone', () => {
  const { log, text } = capture();
  log.info('cards 5409-2600-1234-5678, 5409260012345678, 5409 2600 1234 5678 and 3782-822463-10005');
  log.info({
    imp_uid: 'imp_448280090638',
    cancellation_id: '01HZX3B6F8QK4T9VWN2M',
    at: 1731844800,
    order: 'order-2024-11-17-0001',
  });
  assert.doesNotMatch(text(), /5409|3782/);
  for (const kept of ['imp_448280090638', '01HZX3B6F8QK4T9VWN2M', '1731844800', 'order-2024-11-17-0001']) {
    assert.ok(text().includes(kept), kept);
  }
});

test('a text of nothing but the beginnings of secrets is read in no more than a moment', () => {
  // Each beginning that was followed to the end of the text would take minutes here.
  for (const beginning of [
    'postgres://:',
    'postgresql://',
    'Bearer ',
    'password"',
    'imp_secret=',
    'token\\',
    '1234-',
  ]) {
    const text = beginning.repeat(1_500_000 / beginning.length);
    assert.ok(redactText(text).length > 0, beginning);
  }
  const url = `postgres://someone:${'x'.repeat(400)}@db.example/shop`;
  assert.equal(redactText(`no ${url}`), 'no postgres://someone:[redacted]@db.example/shop');
});

test('an order can be searched for by its number although that is as long as a card number, unless it could be one', () => {
  const { log, lines } = capture();
  for (const merchant_uid of [
    '2026013100000017',
    '1000200030004000',
    '5409260012345679',
    '5555555555554444',
    '9490111122223333',
  ]) {
    log.info({ merchant_uid });
  }
  log.info({ other: '2026013100000017' });
  assert.deepEqual(
    lines().map(({ merchant_uid, other }) => merchant_uid ?? other),
    ['2026013100000017', '1000200030004000', '5409260012345679', '[redacted]', '[redacted]', '[redacted]'],
  );
});

test('each line names what is under way, without its secrets, unless the line names it itself', async () => {
  const { log, lines } = capture();
  const fields = { requestId: 'a-1', merchant: 'shop', why: 'imp_secret=hunter2', operation: undefined };
  await within({ fields, span: undefined }, async () => {
    log.info('at once');
    await new Promise((resolve) => setImmediate(resolve));
    await withFields({ operation: '01K', merchant: 'its store' }, async () =>
      log.child({ instance: 'x' }).warn({ n: 1 }, 'within'),
    );
    log.info({ requestId: 'b-2' }, 'its own');
    log.error(new Error('broken'));
  });
  log.info('outside');
  const told = lines().map(({ level: _, time: __, err, ...rest }) => ({ ...rest, ...(err && { failed: true }) }));
  const around = { requestId: 'a-1', merchant: 'shop', why: 'imp_secret=[redacted]' };
  assert.deepEqual(told, [
    { ...around, msg: 'at once' },
    { ...around, instance: 'x', operation: '01K', merchant: 'its store', n: 1, msg: 'within' },
    { ...around, requestId: 'b-2', msg: 'its own' },
    { ...around, msg: 'broken', failed: true },
    { msg: 'outside' },
  ]);
});

test('an error keeps its type, message, code and stack', () => {
  const { log, lines } = capture();
  log.error({ err: Object.assign(new TypeError('no such file'), { code: 'ENOENT' }) }, 'failed');
  const [line] = lines();
  assert.equal(line.err.type, 'TypeError');
  assert.equal(line.err.code, 'ENOENT');
  assert.match(line.err.stack, /logging\.test/);
  assert.equal(line.level, 'error');
});

test('cycles, big integers and buffers can be logged', () => {
  const { log, lines } = capture();
  const loop: { self?: unknown; amountMinor: bigint; key: Buffer } = { amountMinor: 12n, key: Buffer.alloc(32) };
  loop.self = loop;
  log.info(loop);
  assert.deepEqual(
    { amountMinor: lines()[0].amountMinor, key: lines()[0].key, self: lines()[0].self },
    { amountMinor: '12', key: '[32 bytes]', self: '[circular]' },
  );
});

test("a web server's own request lines show the path but neither token nor headers nor body", async () => {
  const { log, text, lines } = capture();
  const app = Fastify({ loggerInstance: log });
  app.post('/payments', async (request) => {
    request.log.warn({ request, raw: request.raw }, 'odd');
    return {};
  });
  await app.inject({
    method: 'POST',
    url: `/payments?_token=${secret}&page=2`,
    headers: { authorization: `Bearer ${secret}`, 'x-imptokenheader': secret },
    payload: { card_number: '5409-2600-1234-5678', cvc: secret },
  });
  await app.close();
  assert.doesNotMatch(text(), /hunter2|5409/);
  assert.match(text(), /\/payments\?_token=\[redacted\]&page=2/);
  assert.ok(lines().some((line) => line.res?.statusCode === 200));
});

test('a line has the time as ISO 8601, in UTC', () => {
  const { log, lines } = capture();
  log.info('up');
  assert.match(lines()[0].time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('it is pretty on a terminal and JSON elsewhere, unless the setting says otherwise', () => {
  const [terminal, pipe] = [{ isTTY: true }, {}];
  assert.deepEqual(
    (['auto', 'pretty', 'json'] as const).map((format) => [isPretty(format, terminal), isPretty(format, pipe)]),
    [
      [true, false],
      [true, true],
      [false, false],
    ],
  );
});

const plain = (_style: unknown, text: string) => text;

test('a pretty line has time, grade, message and every field, and is one line whatever is in it', () => {
  const { log, text } = capture();
  log.warn(
    { imp_uid: 'imp_1', why: 'two words', empty: '', amount: 1000, list: [1], shop: '당근', nil: null },
    'in doubt',
  );
  const [first, ...rest] = prettyLine(text(), plain).split('\n');
  assert.match(
    first ?? '',
    /^\S+Z WARN {2}in doubt imp_uid=imp_1 why="two words" empty="" amount=1000 list=\[1\] shop=당근 nil=null$/,
  );
  assert.deepEqual(rest, ['']);
  const odd = capture();
  odd.log.info({ name: 'a\nINFO  forged line=1', other: 'a=b' }, 'first\nsecond');
  assert.match(
    prettyLine(odd.text(), plain),
    /^\S+Z INFO {2}first second name="a\\nINFO {2}forged line=1" other="a=b"\n$/,
  );
});

test('a pretty error has its stack below, indented, with what the error carries', () => {
  const { log, text } = capture();
  log.error({ err: Object.assign(new TypeError('no such file'), { code: 'ENOENT' }), step: 1 }, 'failed');
  const [first, second, third, ...rest] = prettyLine(text(), plain).trimEnd().split('\n');
  assert.match(first ?? '', /ERROR failed step=1$/);
  assert.equal(second, '    TypeError: no such file');
  assert.match(third ?? '', /^ {4}at .*logging\.test/);
  assert.equal(rest.at(-1), '    {"code":"ENOENT"}');
});

test('a secret shows in a pretty line as little as in any other', () => {
  const { log, text } = capture();
  log.info({ imp_secret: secret, url: `/payments?_token=${secret}` }, `imp_secret=${secret}`);
  assert.doesNotMatch(prettyLine(text(), plain), /hunter2/);
});
