import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { listInParts, pageInParts } from '../../../src/api/foundation/answer-in-parts.ts';
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
  assert.match(head, /^cache-control: no-store$/im);
  assert.match(head, /^x-request-id: [\w-]+$/im);
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

test('two headers Host are refused in the envelope, the same ones too: who is in front may have gone by the other', async () => {
  const port = await listening();
  for (const hosts of ['Host: a\r\nHost: b', 'Host: a\r\nhOST: a', 'Host: a\r\nX: y\r\nHost:']) {
    const raw = await exchange(port, `GET /echo/1 HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`);
    assertEnvelope(raw, 400, 'malformed_request');
  }
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

test('a client that sends all of 10 MB before it reads finds the refusal, whatever type it names', async () => {
  const port = await listening();
  const body = Buffer.alloc(10_000_000, 'a');
  for (const type of [
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
  ]) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`);
    await new Promise<void>((resolve, reject) => socket.write(body, (error) => (error ? reject(error) : resolve())));
    const raw = await untilClosed(socket);
    if (type === 'text/plain') assertEnvelope(raw, 415, 'unsupported_media_type');
    else assertEnvelope(raw, 413, 'body_too_large');
  }
});

test('a client that asks before it sends a body over the limit is told not to', async () => {
  const port = await listening();
  const head = 'POST /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n';
  assertEnvelope(await exchange(port, `${head}Content-Length: 10000000\r\n\r\n`), 413, 'body_too_large');
  const fitting = connect(port, '127.0.0.1');
  fitting.write(`${head}Content-Length: 2\r\nConnection: close\r\n\r\n`);
  const [first] = await once(fitting, 'data');
  assert.match(String(first), /^HTTP\/1\.1 100 Continue\r\n/);
  fitting.write('{}');
  assert.match(await untilClosed(fitting), /^HTTP\/1\.1 200 /);
});

test('a body without a token is not waited for where one is needed: the refusal comes after the headers', async () => {
  const port = await listening({}, (app) => {
    defineRoute(app, {
      method: 'POST',
      url: '/mine',
      operationId: 'mine',
      tag: 't',
      summary: 's',
      body: Type.Object({}),
      response: Type.Unknown(),
      refusals: [],
      authenticate: true,
      handler: async () => 'never',
    });
  });
  for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain']) {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /mine HTTP/1.1\r\nHost: a\r\nAuthorization: wrong\r\nContent-Type: ${type}\r\nContent-Length: 1000000\r\n\r\n{`,
    );
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^HTTP\/1.1 401 .*"message":"Unauthorized"/s, type);
    socket.destroy();
  }
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

test('of a list in parts no more is read than the caller takes, and a caller who goes ends the reading', async () => {
  const item = { text: 'x'.repeat(100_000) };
  let read = 0;
  let isClosed = false;
  const closed = Promise.withResolvers<void>();
  async function* parts() {
    try {
      for (read = 0; read < 1_000; read++) yield [item];
    } finally {
      isClosed = true;
      closed.resolve();
    }
  }
  const port = await listening({}, (app) => {
    defineRoute(app, {
      method: 'GET',
      url: '/list',
      operationId: 'list',
      tag: 't',
      summary: 's',
      response: Type.Object({ total: Type.Integer(), list: Type.Array(Type.Object({ text: Type.String() })) }),
      refusals: [],
      authenticate: false,
      handler: async () => pageInParts({ total: 1_000 }, parts()),
    });
  });
  const slow = connect(port, '127.0.0.1');
  slow.write('GET /list HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(slow, 'readable');
  // The buffers of the system fill up, and then it stops.
  for (let before = -1; before < read; await new Promise((resolve) => setTimeout(resolve, 100))) before = read;
  assert.ok(read < 500, `${read} of 1000 parts were read for nobody`);
  assert.ok(!isClosed);
  slow.destroy();
  await closed.promise;

  const whole = (await (await fetch(`http://127.0.0.1:${port}/list`)).json()) as { response: { list: object[] } };
  assert.deepEqual(whole.response, { total: 1_000, list: Array.from({ length: 1_000 }, () => item) });
});

test('a list in parts that can not be read at all is refused as ever; one that breaks off has no end', async () => {
  async function* broken(good: number): AsyncGenerator<object[]> {
    for (let part = 0; part < good; part++) yield [{ part }];
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }
  const port = await listening({}, (app) => {
    for (const good of [0, 3]) {
      defineRoute(app, {
        method: 'GET',
        url: `/broken/${good}`,
        operationId: `broken${good}`,
        tag: 't',
        summary: 's',
        response: Type.Array(Type.Object({ part: Type.Integer() })),
        refusals: [],
        authenticate: false,
        handler: async () => listInParts(broken(good) as AsyncGenerator<{ part: number }[]>),
      });
    }
  });
  const refused = await fetch(`http://127.0.0.1:${port}/broken/0`);
  assert.equal(refused.headers.get('x-hwanbul-error'), 'database_unavailable');
  const cut = await fetch(`http://127.0.0.1:${port}/broken/3`);
  assert.equal(cut.status, 200);
  await assert.rejects(cut.text());
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
