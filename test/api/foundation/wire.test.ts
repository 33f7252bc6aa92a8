import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { defaultServerLimits } from '../../../src/api/foundation/application.ts';
import { defineRoute } from '../../../src/api/foundation/route.ts';
import { echoApplication } from './echo-application.ts';

const opened: FastifyInstance[] = [];
after(() => Promise.all(opened.map((app) => app.close())));

async function listening(...[options, addRoutes]: Parameters<typeof echoApplication>): Promise<number> {
  const { app } = await echoApplication(options, addRoutes);
  opened.push(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

/** Everything that comes back on a connection until the server closes it. */
function untilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  return once(socket, 'close').then(() => text);
}

function exchange(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return untilClosed(socket);
}

function assertEnvelope(raw: string, status: number, error: string): void {
  const [head = '', body = ''] = raw.split('\r\n\r\n');
  assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
  assert.match(head, new RegExp(`^x-hwanbul-error: ${error}$`, 'im'));
  assert.match(head, /^content-type: application\/json; charset=UTF-8$/im);
  assert.match(head, /^x-content-type-options: nosniff$/im);
  assert.match(head, /^connection: close$/im);
  assert.match(head, new RegExp(`^content-length: ${body.length}$`, 'im'));
  const { code, response, ...rest } = JSON.parse(body);
  assert.deepEqual([code, response, Object.keys(rest)], [-1, null, ['message']]);
}

test('bytes that are no HTTP are answered in the envelope', async () => {
  const port = await listening();
  const broken = [
    'GARBAGE\r\n\r\n',
    'GET /echo/1 HTTP/9.9\r\nHost: a\r\n\r\n',
    'GET /echo/1 HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n',
    'POST /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n',
  ];
  for (const bytes of broken) assertEnvelope(await exchange(port, bytes), 400, 'malformed_request');
});

test('a request without the header Host is refused in the envelope', async () => {
  const port = await listening();
  const raw = await exchange(port, 'GET /echo/1 HTTP/1.1\r\nConnection: close\r\n\r\n');
  assertEnvelope(raw, 400, 'malformed_request');
});

test('an expectation that the server does not know is ignored', async () => {
  const port = await listening();
  const raw = await exchange(port, 'GET /echo/1 HTTP/1.1\r\nHost: a\r\nExpect: something\r\nConnection: close\r\n\r\n');
  assert.match(raw, /^HTTP\/1.1 200 /);
});

test('headers over 16 KiB are 431', async () => {
  const port = await listening();
  const request = (bytes: number) =>
    `GET /echo/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Long: ${'a'.repeat(bytes)}\r\n\r\n`;
  assert.match(await exchange(port, request(15_000)), /^HTTP\/1.1 200 /);
  assertEnvelope(await exchange(port, request(17_000)), 431, 'headers_too_large');
});

test('a request that does not arrive whole in time is 408, in its headers and in its body', async () => {
  const limits = { ...defaultServerLimits, headersMs: 100, requestMs: 200, checkEveryMs: 50 };
  const port = await listening({ limits });
  for (const begun of [
    'POST /echo/1 HTTP/1.1\r\nHost: a\r\n',
    'POST /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a',
  ]) {
    assertEnvelope(await exchange(port, begun), 408, 'request_timeout');
  }
});

test('a body over the limit is refused while it is still being sent', async () => {
  const port = await listening();
  const head = 'POST /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  assertEnvelope(await exchange(port, `${head}Content-Length: 99999999\r\n\r\n{`), 413, 'body_too_large');
  const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`;
  const raw = await exchange(port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}`);
  assertEnvelope(raw, 413, 'body_too_large');
});

test('a broken chunk in a body is 400', async () => {
  const port = await listening();
  const raw = await exchange(
    port,
    'POST /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  );
  assertEnvelope(raw, 400, 'malformed_request');
});

test('garbage after a request that is being worked on never becomes its answer', async () => {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let done = false;
  const port = await listening({}, (app) => {
    defineRoute(app, {
      method: 'POST',
      url: '/slow',
      operationId: 'slow',
      tag: 't',
      summary: 's',
      body: Type.Object({}),
      response: Type.Unknown(),
      refusals: [],
      authenticate: false,
      async handler() {
        begun.resolve();
        await release.promise;
        done = true;
        return null;
      },
    });
  });
  const socket = connect(port, '127.0.0.1');
  const received = untilClosed(socket);
  socket.write('POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
  await begun.promise;
  socket.write('GARBAGE\r\n\r\n');
  assert.equal(await received, '');
  release.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(done, 'the work went on');
});

test('several requests on one connection get their answers in order', async () => {
  const port = await listening();
  const request = (id: string, more = '') => `GET /echo/${id} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
  const raw = await exchange(port, request('one') + request('two') + request('three', 'Connection: close\r\n'));
  assert.deepEqual(
    [...raw.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id),
    ['one', 'two', 'three'],
  );
});
