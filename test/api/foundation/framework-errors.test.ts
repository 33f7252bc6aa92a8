import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { echoApplication } from './echo-application.ts';

let app: FastifyInstance;
before(async () => {
  ({ app } = await echoApplication());
});
after(() => app.close());

async function assertRefused(options: InjectOptions, status: number, error: string) {
  const response = await app.inject(options);
  const name = `${options.method} ${String(options.url)}`;
  assert.deepEqual([response.statusCode, response.headers['x-hwanbul-error']], [status, error], name);
  assert.equal(response.headers['content-type'], 'application/json; charset=UTF-8', name);
  assert.equal(response.headers['x-content-type-options'], 'nosniff', name);
  const { code, message, response: nothing } = response.json();
  assert.deepEqual([code, nothing], [-1, null], name);
  assert.notEqual(message, '', name);
  return response;
}

test('an unknown path is 404 with every method', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
    await assertRefused({ method, url: '/nowhere' }, 404, 'not_found');
    await assertRefused({ method, url: '/echo/1/more' }, 404, 'not_found');
  }
  await assertRefused(
    { method: 'POST', url: '/nowhere', headers: { 'content-type': 'text/plain' }, payload: 'x' },
    404,
    'not_found',
  );
  const head = await app.inject({ method: 'HEAD', url: '/nowhere' });
  assert.deepEqual([head.statusCode, head.headers['x-hwanbul-error'], head.body], [404, 'not_found', '']);
});

test('the root leads a person to the page that shows the API', async () => {
  for (const method of ['GET', 'HEAD'] as const) {
    const response = await app.inject({ method, url: '/' });
    assert.deepEqual([response.statusCode, response.headers.location], [302, '/docs']);
  }
  await assertRefused({ method: 'POST', url: '/' }, 405, 'method_not_allowed');
});

test('a known path with another method is 405, and Allow lists its methods', async () => {
  for (const method of ['PUT', 'PATCH'] as const) {
    for (const url of ['/echo/1', '/echo/1/', '/echo/1?a=b', '/echo/%ED%99%98']) {
      const response = await assertRefused({ method, url }, 405, 'method_not_allowed');
      assert.equal(response.headers.allow, 'DELETE, GET, HEAD, OPTIONS, POST');
    }
  }
});

test('OPTIONS tells the methods of a path without a body', async () => {
  const response = await app.inject({ method: 'OPTIONS', url: '/echo/1' });
  assert.equal(response.statusCode, 204);
  assert.equal(response.headers.allow, 'DELETE, GET, HEAD, OPTIONS, POST');
  assert.equal(response.body, '');
});

test('HEAD answers what GET does, without the body', async () => {
  const [head, get] = await Promise.all([app.inject({ method: 'HEAD', url: '/echo/1' }), app.inject('/echo/1')]);
  assert.deepEqual([head.statusCode, head.body], [200, '']);
  assert.equal(head.headers['content-length'], get.headers['content-length']);
});

test('a trailing slash makes no difference', async () => {
  for (const url of ['/echo/1/', '/echo/1/?count=1'])
    assert.equal((await app.inject(url)).json().response.params.id, '1');
});

test('a path parameter may have 1,000 characters and no more', async () => {
  assert.equal((await app.inject(`/echo/${'a'.repeat(1_000)}`)).statusCode, 200);
  await assertRefused({ url: `/echo/${'a'.repeat(1_001)}` }, 400, 'malformed_request');
});

test('a path or query that is not well encoded is refused', async () => {
  for (const url of ['/echo/%zz', '/%', `/echo/1?extra${'[a]'.repeat(30)}=1`]) {
    await assertRefused({ url }, 400, 'malformed_request');
  }
  for (const url of ['/echo/%b0%a1', '/echo/1?reason=%b0%a1']) {
    await assertRefused({ url }, 400, 'wrong_charset');
  }
});

test('a path with a NUL character is refused as a parameter', async () => {
  await assertRefused({ url: '/echo/a%00b' }, 400, 'parameter_invalid');
});

test('a refused parameter is named, and the message says what is expected', async () => {
  const invalid = await assertRefused({ url: '/echo/1?count=abc' }, 400, 'parameter_invalid');
  assert.match(invalid.json().message, /count.*1 이상 1000 이하의 정수/);
  const long = await assertRefused({ url: '/echo/1?reason=abcdef' }, 400, 'parameter_too_long');
  assert.match(long.json().message, /reason.*5자/);
});
