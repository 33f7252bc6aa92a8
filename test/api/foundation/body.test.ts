import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Busboy } from '@fastify/busboy';
import type { FastifyInstance } from 'fastify';
import { encodeEucKr } from '../../../src/platform/charset/euc-kr.ts';
import { echoApplication } from './echo-application.ts';

let app: FastifyInstance;
before(async () => {
  ({ app } = await echoApplication());
});
after(() => app.close());

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data; boundary=----formdata-x1';

async function send(contentType: string | undefined, payload: string | Buffer | undefined, more: object = {}) {
  const headers = { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...more };
  const response = await app.inject({
    method: 'POST',
    url: '/echo/1',
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  return {
    status: response.statusCode,
    error: response.headers['x-hwanbul-error'],
    message: String(response.json().message),
    body: response.json().response?.body,
  };
}

function part(name: string, value: string, more = ''): string {
  return `------formdata-x1\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
}
const lastBoundary = '------formdata-x1--\r\n';

test('the same parameters mean the same in JSON, form and multipart', async () => {
  const expected = { reason: '환불', amount: '100', imp_uid: ['a', 'b'], extra: { requester: 'customer' } };
  const bodies: [string, string][] = [
    [json, '{"reason":"환불","amount":"100","imp_uid":["a","b"],"extra":{"requester":"customer"}}'],
    [form, `reason=${encodeURIComponent('환불')}&amount=100&imp_uid[]=a&imp_uid[]=b&extra[requester]=customer`],
    [form, 'reason=환불&amount=100&imp_uid%5B%5D=a&imp_uid%5B%5D=b&extra%5Brequester%5D=customer'],
    [form, 'reason=환불&amount=100&imp_uid[0]=a&imp_uid[1]=b&extra={"requester":"customer"}'],
    [
      multipart,
      part('reason', '환불') +
        part('amount', '100') +
        part('imp_uid[]', 'a') +
        part('imp_uid[]', 'b') +
        part('extra[requester]', 'customer') +
        lastBoundary,
    ],
  ];
  for (const [type, text] of bodies) {
    const { status, body } = await send(type, text);
    assert.equal(status, 200, type);
    assert.deepEqual({ ...body }, expected, type);
  }
});

test('charset=utf-8 is accepted in all its spellings, and no other charset', async () => {
  for (const charset of ['utf-8', 'UTF-8', '"utf-8"', 'utf8']) {
    assert.equal((await send(`${json}; charset=${charset}`, '{}')).status, 200, charset);
    assert.equal((await send(`${form}; charset=${charset}`, 'a=1')).status, 200, charset);
  }
  for (const charset of ['euc-kr', 'iso-8859-1', 'utf-16']) {
    for (const type of [json, form, multipart]) {
      const { status, error, message } = await send(`${type}; charset=${charset}`, '{}');
      assert.deepEqual([status, error], [415, 'unsupported_charset'], `${type} ${charset}`);
      assert.ok(message.includes(`(${charset})`), message);
    }
  }
});

test('an empty body is a body without parameters, with any content type or none', async () => {
  for (const type of [json, form, multipart, undefined]) {
    const { status, body } = await send(type, undefined);
    assert.deepEqual([status, body], [200, {}], type);
  }
  for (const type of ['text/plain; charset=utf-8', 'application/octet-stream', json, undefined]) {
    const { status, body } = await send(type, undefined, { 'content-length': '0' });
    assert.deepEqual([status, body], [200, {}], type);
  }
  const deleted = await app.inject({ method: 'DELETE', url: '/echo/1', headers: { 'content-type': json } });
  assert.equal(deleted.statusCode, 200);
});

test('the body of a GET is not looked at', async () => {
  const response = await app.inject({
    method: 'GET',
    url: '/echo/1?count=2',
    headers: { 'content-type': json },
    payload: '{ not json',
  });
  assert.deepEqual(response.json().response, { params: { id: '1' }, query: { count: 2 }, body: {} });
});

test('what is not an object in well-formed JSON is malformed, and the message says how', async () => {
  for (const [body, problem] of [
    ['{', 'JSON 문법 오류'],
    ['{"a":}', 'JSON 문법 오류'],
    ['{}{}', 'JSON 문법 오류'],
    ['\ufeff{}', 'BOM'],
    ['[]', 'JSON 객체가 아닙니다'],
    ['[1]', 'JSON 객체가 아닙니다'],
    ['1', 'JSON 객체가 아닙니다'],
    ['"a"', 'JSON 객체가 아닙니다'],
    ['null', 'JSON 객체가 아닙니다'],
  ] as const) {
    const { status, error, message } = await send(json, body);
    assert.deepEqual([status, error], [400, 'malformed_body'], body);
    assert.ok(message.includes(problem), `${body}: ${message}`);
  }
  const cutOff = await send(multipart, part('reason', 'cut off'));
  assert.deepEqual([cutOff.error, cutOff.message.includes('multipart')], ['malformed_body', true]);
  const unbounded = await send('multipart/form-data', part('a', '1') + lastBoundary);
  assert.deepEqual([unbounded.error, unbounded.message.includes('boundary')], ['malformed_body', true]);
});

test('what is not UTF-8 is refused by the name of its encoding, in every notation, in the query and in the path', async () => {
  const eucKr = (text: string) => encodeEucKr(text);
  for (const [type, body] of [
    [json, eucKr('{"reason":"고객 변심"}')],
    [form, eucKr('reason=고객 변심')],
    [form, 'reason=%B0%ED%B0%B4+%BA%AF%BD%C9'],
    [multipart, eucKr(part('reason', '고객 변심 뷁') + lastBoundary)],
  ] as const) {
    const { status, error, message } = await send(type, body);
    assert.deepEqual([status, error], [400, 'wrong_charset'], type);
    assert.match(message, /EUC-KR/);
  }
  for (const url of ['/echo/1?reason=%B0%ED%B0%B4', '/echo/%B0%ED%B0%B4']) {
    const response = await app.inject({ method: 'GET', url });
    assert.deepEqual([response.statusCode, response.headers['x-hwanbul-error']], [400, 'wrong_charset'], url);
    assert.match(response.json().message, /EUC-KR/);
  }
  const utf16 = await send(json, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{}', 'utf16le')]));
  assert.deepEqual([utf16.error, utf16.message.includes('UTF-16')], ['wrong_charset', true]);
  const latin = await send(json, Buffer.from('{"reason":"caf\xe9"}', 'latin1'));
  assert.deepEqual([latin.error, latin.message.includes('알 수 없는')], ['wrong_charset', true]);
});

test('a percent sign that begins no escape stands for itself, and spaces around names are dropped', async () => {
  const { body } = await send(form, 'reason=50%& count=3');
  assert.deepEqual(body, { reason: '50%', count: 3 });
});

test('nesting deeper than 20 is refused before it is parsed, and brackets in texts do not count', async () => {
  const nested = (depth: number) => `{"extra":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  assert.equal((await send(json, nested(21))).error, 'body_too_deep');
  assert.equal((await send(json, nested(200_000))).error, 'body_too_deep');
  assert.equal((await send(json, '{"extra":{"a":"[[[[[[[[[[[[[[[[[[[[[[[[\\"[[[["}}')).status, 200);
  assert.equal((await send(json, `{"extra":{"a":${'{"a":'.repeat(18)}1${'}'.repeat(18)}}}`)).status, 200);
  assert.equal((await send(form, `extra${'[a]'.repeat(21)}=1`)).error, 'body_too_deep');
  assert.equal(
    (await send(form, `extra=${encodeURIComponent(`{"a":${'['.repeat(30)}${']'.repeat(30)}}`)}`)).error,
    'body_too_deep',
  );
});

test('more parameters or list elements than a form may have are refused', async () => {
  const many = (name: (at: number) => string) => Array.from({ length: 1_001 }, (_, at) => `${name(at)}=1`).join('&');
  assert.equal(
    (
      await send(
        form,
        many((at) => `a${at}`),
      )
    ).error,
    'malformed_body',
  );
  assert.equal((await send(form, 'imp_uid[5000]=1')).error, 'malformed_body');
  const fields = Array.from({ length: 1_001 }, (_, at) => part(`a${at}`, '1')).join('');
  assert.equal((await send(multipart, fields + lastBoundary)).error, 'malformed_body');
});

test('a body over 1 MiB is refused, and one of exactly 1 MiB is not', async () => {
  const bodyOf = (bytes: number) => `{"more":"${'a'.repeat(bytes - 11)}"}`;
  assert.equal((await send(json, bodyOf(1_048_576))).status, 200);
  for (const type of [json, form, multipart]) {
    const { status, error } = await send(type, bodyOf(1_048_577));
    assert.deepEqual([status, error], [413, 'body_too_large'], type);
  }
});

test('compressed bodies and other content types are refused', async () => {
  for (const [type, more] of [
    ['text/plain', {}],
    ['application/xml', {}],
    ['nonsense', {}],
    [json, { 'content-encoding': 'gzip' }],
    [form, { 'content-encoding': 'br' }],
    [multipart, { 'content-encoding': 'gzip' }],
  ] as const) {
    const { status, error } = await send(type, '{}', more);
    assert.deepEqual([status, error], [415, 'unsupported_media_type'], type);
  }
  assert.equal((await send(json, '{}', { 'content-encoding': 'identity' })).status, 200);
  assert.equal((await send(undefined, 'a=1')).error, 'unsupported_media_type');
});

test('a file in a multipart body is refused by its name', async () => {
  const file = part('receipt', '\x00\xff', '; filename="a.png"\r\nContent-Type: image/png');
  const response = await app.inject({
    method: 'POST',
    url: '/echo/1',
    headers: { 'content-type': multipart },
    payload: Buffer.from(file + lastBoundary, 'latin1'),
  });
  assert.equal(response.headers['x-hwanbul-error'], 'parameter_invalid');
  assert.match(response.json().message, /receipt/);
});

test('keys that name prototypes do no harm in any notation', async () => {
  const attacks: [string, string][] = [
    [json, '{"__proto__":{"count":5},"constructor":{"prototype":{"x":1}},"extra":{"__proto__":{"count":5}}}'],
    [form, '__proto__[count]=5&constructor[prototype][x]=1&extra[__proto__][count]=5&extra[a]=1'],
    [multipart, part('__proto__[count]', '5') + part('extra[a]', '1') + lastBoundary],
  ];
  for (const [type, text] of attacks) {
    const { status, body } = await send(type, text);
    assert.equal(status, 200, type);
    assert.equal(body.count, undefined);
    assert.equal(body.extra?.count, undefined);
  }
  assert.equal(({} as Record<string, unknown>).count, undefined);
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

test('a parameter given twice is refused rather than one of the two chosen', async () => {
  assert.equal((await send(form, 'amount=1&amount=2')).error, 'parameter_invalid');
});

test('a multipart bomb of two hundred thousand boundaries is refused before the parser sees a byte of it', async (t) => {
  const writes = t.mock.method(Busboy.prototype, 'write');
  const type = 'multipart/form-data; boundary=x';
  const field = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n';
  for (const bomb of [
    '\r\n--x'.repeat(200_000),
    '\r\n--x\r\n'.repeat(140_000),
    '--x\r\na: b\r\n\r\n\r\n'.repeat(60_000),
    '--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n'.repeat(20_000),
    field.repeat(18_000),
    `${field.repeat(1_001)}--x--\r\n`,
    // Without a last boundary nothing is a form, however little of it there is.
    field,
    `--x\r\n${'a: b\r\n'.repeat(170_000)}`,
    'x'.repeat(1_000_000),
  ]) {
    const { status, error } = await send(type, bomb);
    assert.deepEqual([status, error], [400, 'malformed_body'], bomb.slice(0, 40));
  }
  assert.equal(writes.mock.callCount(), 0);
});

test('a large multipart body is parsed in pieces, between which others have their turn', async (t) => {
  const writes = t.mock.method(Busboy.prototype, 'write');
  let turns = 0;
  const parsed = send(multipart, part('more', '가'.repeat(300_000)) + part('reason', '환불') + lastBoundary);
  let isParsed = false;
  void parsed.finally(() => {
    isParsed = true;
  });
  while (!isParsed) {
    await new Promise((next) => setImmediate(next));
    turns += 1;
  }
  assert.equal((await parsed).body.reason, '환불');
  assert.ok(
    writes.mock.calls.every((call: { arguments: unknown[] }) => (call.arguments[0] as Buffer).length <= 65_536),
  );
  assert.ok(writes.mock.callCount() >= 14);
  assert.ok(turns >= writes.mock.callCount());
});

test('a part that does not say its name is a 400, and none is passed over in silence', async () => {
  const good = part('reason', '환불');
  const boundary = '------formdata-x1\r\n';
  for (const header of [
    'Content-Disposition: form-data',
    'Content-Disposition: form-data; name',
    'Content-Disposition: form-data; name=""',
    'Content-Disposition: form-data; filename="a.png"',
    'Content-Disposition: attachment; name="amount"',
    'Content-Disposition: form-data; name="a\nb"',
    'Content-Type: text/plain',
    'Content-Type: application/octet-stream',
    '',
  ]) {
    const { status, error } = await send(multipart, `${good}${boundary}${header}\r\n\r\n100\r\n${good}${lastBoundary}`);
    assert.deepEqual([status, error], [400, 'malformed_body'], header);
  }
});

test('what stands before the first boundary and after the last one is no part', async () => {
  const { status, body } = await send(multipart, `for old readers\r\n${part('reason', '환불')}${lastBoundary}\r\nmore`);
  assert.deepEqual([status, body], [200, { reason: '환불' }]);
  const quoted = await send('multipart/form-data; boundary="----formdata-x1"', part('reason', '환불') + lastBoundary);
  assert.deepEqual(quoted.body, { reason: '환불' });
  const nested = part('reason', 'a\r\n--b\r\n') + lastBoundary;
  assert.equal((await send(multipart, nested)).error, 'parameter_too_long', 'a part may have dashes in it');
});
