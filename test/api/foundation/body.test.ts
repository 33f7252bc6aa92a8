import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
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
      const { status, error } = await send(`${type}; charset=${charset}`, '{}');
      assert.deepEqual([status, error], [415, 'unsupported_charset'], `${type} ${charset}`);
    }
  }
});

test('an empty body is a body without parameters, with any content type or none', async () => {
  for (const type of [json, form, multipart, undefined]) {
    const { status, body } = await send(type, undefined);
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

test('what is not an object in well-formed JSON and UTF-8 is malformed', async () => {
  const eucKr = Buffer.from([0x7b, 0x22, 0x72, 0x22, 0x3a, 0x22, 0xb0, 0xa1, 0x22, 0x7d]);
  for (const body of ['{', '{"a":}', '[]', '[1]', '1', '"a"', 'null', '{}{}', '\ufeff{}', eucKr]) {
    const { status, error } = await send(json, body);
    assert.deepEqual([status, error], [400, 'malformed_body'], String(body));
  }
  for (const body of [Buffer.from('reason=\xb0\xa1', 'latin1'), 'reason=%B0%A1']) {
    assert.equal((await send(form, body)).error, 'malformed_body');
  }
  const latin = Buffer.from(part('reason', '\xb0\xa1') + lastBoundary, 'latin1');
  assert.equal((await send(multipart, latin)).error, 'malformed_body');
  assert.equal((await send(multipart, part('reason', 'cut off'))).error, 'malformed_body');
  assert.equal((await send('multipart/form-data', part('a', '1') + lastBoundary)).error, 'malformed_body');
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
