import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import iconv from 'iconv-lite';
import {
  createGatewayHttpClient,
  type GatewayExchange,
  type GatewayHttpRequest,
  type GatewayHttpResult,
} from '../../src/port/http-client.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();
after(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** A server of raw bytes: `talk` is called when the head of a request has come. */
async function rawServer(
  talk: (socket: Socket, requestNumber: number) => void,
): Promise<{ url: string; heads: string[] }> {
  const heads: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      heads.push(bytes.toString('latin1'));
      talk(socket, heads.length);
    });
  });
  servers.push(server);
  return { url: await listen(server), heads };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
    });
  });
}

async function closedUrl(scheme = 'http'): Promise<string> {
  const server = createServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url.replace('http', scheme);
}

const client = createGatewayHttpClient();
after(() => client.close());

function send(url: string, parts: Partial<GatewayHttpRequest> = {}): Promise<GatewayHttpResult> {
  return client.send({
    method: 'POST',
    url: `${url}/cancel?token=query-secret`,
    headers: { authorization: 'Basic header-secret', 'content-type': 'application/json' },
    body: '{"secret":"body-secret"}',
    charset: 'utf-8',
    timeLimitMs: 20_000,
    ...parts,
  });
}

function assertSecretFree(result: GatewayHttpResult): void {
  if (result.kind !== 'answered') assert.doesNotMatch(result.why, /secret|token/);
}

const answer = (body: string, head = '') =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${head}\r\n${body}`;

describe('what never left is never_sent', () => {
  test('a refused port', async () => {
    const result = await send(await closedUrl());
    assert.deepEqual(result, { kind: 'never_sent', why: 'no connection could be made (ECONNREFUSED)' });
  });

  test('a name that cannot be resolved', async () => {
    const result = await send(`http://${'x'.repeat(64)}.test`);
    assert.equal(result.kind, 'never_sent');
    assertSecretFree(result);
  });

  test('a TLS handshake that fails, although bytes of the handshake were exchanged', async () => {
    const { url, heads } = await rawServer((socket) => socket.end('not tls'));
    const result = await send(url.replace('http', 'https'));
    assert.equal(result.kind, 'never_sent');
    assert.ok(heads.length > 0);
    assert.ok(heads.every((head) => !head.includes('POST')));
  });

  test('a TLS handshake that is never answered, when the deadline passes', async () => {
    const { url } = await rawServer(() => {});
    const result = await send(url.replace('http', 'https'), { timeLimitMs: 50 });
    assert.deepEqual(result, { kind: 'never_sent', why: 'no connection within the time limit' });
  });

  test('a connection that takes longer than its own limit', async () => {
    const impatient = createGatewayHttpClient({ connectLimitMs: 50 });
    const { url } = await rawServer(() => {});
    const result = await impatient.send({
      method: 'GET',
      url: url.replace('http', 'https'),
      headers: {},
      body: null,
      charset: 'utf-8',
      timeLimitMs: 20_000,
    });
    await impatient.close();
    assert.deepEqual(result, { kind: 'never_sent', why: 'no connection could be made (UND_ERR_CONNECT_TIMEOUT)' });
  });

  test('a header that cannot be written', async () => {
    const { url, heads } = await rawServer((socket) => socket.end());
    const result = await send(url, { headers: { authorization: 'header-secret\r\nx: y' } });
    assert.equal(result.kind, 'never_sent');
    assertSecretFree(result);
    assert.deepEqual(heads, []);
  });

  test('any address but this machine, for a sandbox', async () => {
    const sandbox = createGatewayHttpClient({ loopbackOnly: true });
    for (const host of ['api.tosspayments.com', '10.0.0.1', '169.254.169.254', '127.0.0.1.example.com', '[::2]']) {
      const result = await sandbox.send({
        method: 'GET',
        url: `https://${host}/`,
        headers: {},
        body: null,
        charset: 'utf-8',
        timeLimitMs: 20_000,
      });
      assert.deepEqual(result, { kind: 'never_sent', why: 'a sandbox channel may only call this machine' }, host);
    }
    await sandbox.close();
  });
});

describe('what may have arrived is no_answer, and is not sent again', () => {
  const cases: Readonly<Record<string, (socket: Socket) => void>> = {
    'a connection that is closed without an answer': (socket) => socket.end(),
    'a connection that is reset': (socket) => socket.resetAndDestroy(),
    'an answer that stops in its headers': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
    'a reset after the headers': (socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n', () => socket.resetAndDestroy()),
    'a body that is shorter than its content-length': (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"half":'),
    'a chunked body without its end': (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"hal\r\n'),
    'bytes that are no HTTP': (socket) => socket.end('\u0000\u0001 garbage\r\n\r\n'),
  };
  for (const [name, talk] of Object.entries(cases)) {
    test(name, async () => {
      const { url, heads } = await rawServer((socket) => talk(socket));
      const result = await send(url);
      assert.equal(result.kind, 'no_answer', JSON.stringify(result));
      assertSecretFree(result);
      assert.equal(heads.length, 1);
    });
  }

  test('silence until the deadline', async () => {
    const { url, heads } = await rawServer(() => {});
    assert.deepEqual(await send(url, { timeLimitMs: 1000 }), {
      kind: 'no_answer',
      why: 'no whole answer within the time limit',
    });
    assert.equal(heads.length, 1);
  });

  test('an answer that drips beyond the deadline, although each of its bytes is in time', async () => {
    const { url } = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(drip));
    });
    assert.equal((await send(url, { timeLimitMs: 1000 })).kind, 'no_answer');
  });

  test('an answer that is larger than the limit, with and without a content-length', async () => {
    for (const head of ['content-length: 3000000', 'transfer-encoding: chunked']) {
      const { url } = await rawServer((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${head.includes('chunked') ? '200000\r\n' : ''}`);
        socket.write('x'.repeat(0x200000));
      });
      const result = await send(url);
      assert.deepEqual(result, { kind: 'no_answer', why: 'the answer is larger than the limit' });
    }
  });

  test('a kept connection that the gateway closes while the next request is on its way', async () => {
    const { url, heads } = await rawServer((socket, requestNumber) => {
      if (requestNumber === 1) socket.write(answer('{}'));
      else socket.destroy();
    });
    assert.equal((await send(url)).kind, 'answered');
    assert.equal((await send(url)).kind, 'no_answer');
    assert.equal(heads.length, 2);
  });
});

describe('what was answered', () => {
  test('keeps its status, headers and text, and the request went out as it was given', async () => {
    const { url, heads } = await rawServer((socket) =>
      socket.write(answer('{"상태":"완료"}', 'X-One: 1\r\nx-one: 2\r\n')),
    );
    const result = await send(url);
    assert.ok(result.kind === 'answered');
    assert.deepEqual([result.status, result.headers['x-one'], result.text], [200, '1, 2', '{"상태":"완료"}']);
    const [head = ''] = heads;
    assert.match(head, /^POST \/cancel\?token=query-secret HTTP\/1\.1\r\n/);
    assert.match(head, /\r\nauthorization: Basic header-secret\r\n/);
    assert.match(head, /\r\n\r\n\{"secret":"body-secret"\}$/);
  });

  test('is decoded from EUC-KR where the gateway speaks it', async () => {
    const { url } = await rawServer((socket) => {
      const body = iconv.encode('결제취소에 실패하였습니다. 똠방각하', 'euc-kr');
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    const result = await send(url, { charset: 'euc-kr' });
    assert.equal(result.kind === 'answered' && result.text, '결제취소에 실패하였습니다. 똠방각하');
  });

  test('may be a redirect, which is not followed', async () => {
    const target = await rawServer((socket) => socket.write(answer('followed')));
    const { url } = await rawServer((socket) =>
      socket.write(`HTTP/1.1 307 Temporary Redirect\r\nlocation: ${target.url}/\r\ncontent-length: 0\r\n\r\n`),
    );
    const result = await send(url);
    assert.equal(result.kind === 'answered' && result.status, 307);
    assert.deepEqual(target.heads, []);
  });

  test('may be an error of any status', async () => {
    const { url } = await rawServer((socket) =>
      socket.write('HTTP/1.1 503 Unavailable\r\ncontent-length: 4\r\n\r\nbusy'),
    );
    const result = await send(url);
    assert.deepEqual(result.kind === 'answered' && [result.status, result.text], [503, 'busy']);
  });

  test('comes after notes on the way', async () => {
    const { url } = await rawServer((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${answer('done')}`));
    const result = await send(url);
    assert.deepEqual(result.kind === 'answered' && [result.status, result.text], [200, 'done']);
  });
});

test('two thousand requests are in flight at once', async () => {
  const waiting: Socket[] = [];
  const { url } = await rawServer((socket) => {
    waiting.push(socket);
    // Nothing is answered before all have arrived.
    if (waiting.length === 2000) for (const each of waiting) each.end(answer('{}', 'connection: close\r\n'));
  });
  const results = await Promise.all(Array.from({ length: 2000 }, () => send(url, { timeLimitMs: 60_000 })));
  assert.equal(results.filter(({ kind }) => kind === 'answered').length, 2000);
});

test('the log hook is told neither credentials nor bodies nor paths', async () => {
  const exchanges: GatewayExchange[] = [];
  const logging = createGatewayHttpClient({ log: (exchange) => exchanges.push(exchange) });
  const { url } = await rawServer((socket) => socket.write(answer('answer-secret')));
  await logging.send({
    method: 'POST',
    url: `${url}/billing/key-secret?token=query-secret`,
    headers: { authorization: 'header-secret' },
    body: 'body-secret',
    charset: 'utf-8',
    timeLimitMs: 20_000,
  });
  await logging.close();
  assert.equal(exchanges.length, 1);
  const [{ outcome, status, host } = {}] = exchanges;
  assert.deepEqual([outcome, status, `http://${host}`], ['answered', 200, url]);
  assert.doesNotMatch(JSON.stringify(exchanges), /secret/);
});
