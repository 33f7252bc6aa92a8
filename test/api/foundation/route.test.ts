import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { type TObject, Type } from 'typebox';
import { TextField } from '../../../src/api/foundation/fields.ts';
import { defineRoute } from '../../../src/api/foundation/route.ts';
import { Refusal } from '../../../src/platform/errors/refusal.ts';
import { request as httpRequest } from '../../../src/platform/node-http.ts';
import { currentScope } from '../../../src/platform/tracing/scope.ts';
import { echoApplication, goodToken } from './echo-application.ts';

const opened: FastifyInstance[] = [];
after(() => Promise.all(opened.map((app) => app.close())));

async function application(...[options, addRoutes]: Parameters<typeof echoApplication>) {
  const made = await echoApplication(options, addRoutes);
  opened.push(made.app);
  return made;
}

function route(app: FastifyInstance, url: string, handler: () => Promise<unknown>, authenticate = false): void {
  defineRoute(app, {
    method: url.startsWith('/write') ? 'POST' : 'GET',
    url,
    operationId: url,
    tag: 'test',
    summary: 'A route of a test.',
    response: Type.Unknown(),
    refusals: [],
    authenticate,
    handler,
  });
}

test('what a handler returns goes out in the envelope with the headers of the real server and none for CORS', async () => {
  const { app } = await application({}, (app) =>
    route(app, '/answer', async () => ({ url: 'https://a/', name: '당근' })),
  );
  const response = await app.inject({ url: '/answer', headers: { origin: 'https://shop.example' } });
  assert.equal(
    response.body,
    '{"code":0,"message":null,"response":{"url":"https:\\/\\/a\\/","name":"\\ub2f9\\uadfc"}}',
  );
  assert.equal(response.headers['content-type'], 'application/json; charset=UTF-8');
  assert.equal(response.headers['content-length'], String(response.body.length));
  assert.equal(response.headers['x-content-type-options'], 'nosniff');
  assert.equal(response.headers['x-xss-protection'], '1; mode=block');
  assert.equal(response.headers['x-frame-options'], 'SAMEORIGIN');
  assert.deepEqual(
    Object.keys(response.headers).filter((name) => name.startsWith('access-control')),
    [],
  );
  assert.equal(response.headers['x-hwanbul-error'], undefined);
});

test('no answer with a token, a payment or a refusal in it is kept by a cache', async () => {
  const { app } = await application({}, (app) => {
    route(app, '/payments', async () => ({ status: 'paid' }));
    route(app, '/mine', async () => 'in', true);
    route(app, '/broken', async () => {
      throw new Error('a defect');
    });
  });
  for (const url of ['/payments', '/mine', '/broken', '/nowhere', '/echo/%zz']) {
    assert.equal((await app.inject(url)).headers['cache-control'], 'no-store', url);
  }
});

test('a refusal goes out with its own status, code and message, and its name in a header', async () => {
  const { app } = await application({}, (app) => {
    route(app, '/refused', async () => {
      throw new Refusal('cancellation_refused', { reason: '[500626|기 취소 거래]' });
    });
  });
  const response = await app.inject('/refused');
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['x-hwanbul-error'], 'cancellation_refused');
  assert.deepEqual(response.json(), {
    code: -1,
    message: '결제취소에 실패하였습니다. [500626|기 취소 거래]',
    response: null,
  });
});

test('a handler can succeed with another status', async () => {
  const { app } = await application({}, (app) => route(app, '/some', async () => ({ status: 207, response: [1] })));
  const response = await app.inject('/some');
  assert.deepEqual([response.statusCode, response.json()], [207, { code: 0, message: null, response: [1] }]);
});

test('a response that has a status of its own, as a payment has, is not taken for another HTTP status', async () => {
  const { app } = await application({}, (app) => route(app, '/payment', async () => ({ status: 'paid', amount: 1 })));
  assert.deepEqual((await app.inject('/payment')).json().response, { status: 'paid', amount: 1 });
});

test('the token is found in each of its four places', async () => {
  const { app } = await application({}, (app) => route(app, '/mine', async () => 'in', true));
  const places = [
    { headers: { authorization: goodToken } },
    { headers: { authorization: `Bearer ${goodToken}` } },
    { headers: { authorization: `bearer ${goodToken}` } },
    { headers: { authorization: `Basic ${goodToken}` } },
    { headers: { 'x-imptokenheader': goodToken } },
    { query: { _token: goodToken } },
    { headers: { authorization: '' }, query: { _token: goodToken } },
    { headers: { authorization: 'Bearer ', 'x-imptokenheader': goodToken } },
  ];
  for (const place of places) {
    const response = await app.inject({ url: '/mine', ...place });
    assert.equal(response.statusCode, 200, JSON.stringify(place));
  }
});

test('Authorization wins over X-ImpTokenHeader, and that over the query', async () => {
  const { app } = await application({}, (app) => route(app, '/mine', async () => 'in', true));
  const wrong = 'b'.repeat(40);
  for (const place of [
    { headers: { authorization: wrong, 'x-imptokenheader': goodToken } },
    { headers: { 'x-imptokenheader': wrong }, query: { _token: goodToken } },
  ]) {
    assert.equal((await app.inject({ url: '/mine', ...place })).statusCode, 401, JSON.stringify(place));
  }
});

test('a request without a good token is answered as the real server does, before its parameters are looked at', async () => {
  const { app } = await application({}, (app) => {
    defineRoute(app, {
      method: 'POST',
      url: '/mine',
      operationId: 'mine',
      tag: 'test',
      summary: 'A route of a test.',
      body: Type.Object({ needed: TextField() }),
      response: Type.Unknown(),
      refusals: [],
      authenticate: true,
      handler: async ({ merchant }) => ({ shop: merchant.name }),
    });
  });
  const refused = await app.inject({ method: 'POST', url: '/mine' });
  assert.equal(refused.statusCode, 401);
  assert.equal(refused.headers['www-authorize'], 'iamport');
  assert.equal(refused.body, '{"code":-1,"message":"Unauthorized","response":null}');
  const admitted = await app.inject({
    method: 'POST',
    url: '/mine',
    headers: { authorization: goodToken },
    payload: { needed: 1 },
  });
  assert.deepEqual(admitted.json().response, { shop: 'shop' });
});

test('an unexpected error is logged with the id of its request and shown to nobody', async () => {
  const { app, lines } = await application({}, (app) => {
    route(app, '/broken', async () => {
      throw new Error('relation "payments" does not exist');
    });
  });
  const response = await app.inject('/broken');
  assert.equal(response.statusCode, 500);
  assert.equal(response.headers['x-hwanbul-error'], 'internal_error');
  assert.doesNotMatch(response.body, /relation/);
  const [failure, answered] = lines.map((line) => JSON.parse(line));
  assert.match(failure.err.message, /relation/);
  assert.equal(failure.requestId, answered.requestId);
  assert.ok(failure.requestId);
});

test('every answer says what the log calls its request: what the caller called it, if that can stand in a log', async () => {
  const { app, lines } = await application({}, (app) => {
    route(app, '/answer', async () => ({}));
    route(app, '/mine', async () => 'in', true);
    route(app, '/broken', async () => {
      throw new Error('a defect');
    });
  });
  const idOf = async (url: string, given?: string): Promise<string> => {
    lines.length = 0;
    const headers = given === undefined ? {} : { 'x-request-id': given };
    const answered = String((await app.inject({ url, headers })).headers['x-request-id']);
    assert.ok(lines.length > 0);
    for (const line of lines) assert.equal(JSON.parse(line).requestId, answered, line);
    return answered;
  };
  const longest = 'a'.repeat(128);
  for (const given of ['7c0de', '0195f3c4-7a9e-7cc3-9a55-d3a1a0e0b4d2', 'Root=1-67891233-abcdef01/2', longest]) {
    assert.equal(await idOf('/answer', given), given);
  }
  for (const url of ['/mine', '/broken', '/nowhere', '/echo/%zz']) assert.equal(await idOf(url, 'mine'), 'mine', url);
  for (const given of ['', 'a b', 'a,b', '당근', '<b>', `${longest}a`, '5409260012345678', 'imp_secret=hunter2']) {
    assert.match(await idOf('/answer', Buffer.from(given).toString('latin1')), /^[0-9a-f]{8}-[0-9a-z]+$/, given);
  }
  assert.notEqual(await idOf('/answer'), await idOf('/answer'));
});

test('what is logged for a request has its id also after its body has arrived, and the next one of the connection has its own', async () => {
  const said: (string | undefined)[] = [];
  const { app } = await application({}, (app) => {
    defineRoute(app, {
      method: 'POST',
      url: '/write',
      operationId: 'write',
      tag: 'test',
      summary: 'A route of a test.',
      body: Type.Object({ n: TextField() }),
      response: Type.Unknown(),
      refusals: [],
      authenticate: false,
      handler: async ({ body }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        said.push(`${body.n} ${currentScope()?.fields.requestId}`);
      },
    });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const write = (n: number) =>
    new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'x-request-id': `request-${n}` };
      const sent = httpRequest({ port, path: '/write', method: 'POST', headers, agent }, (answer) => {
        answer.resume().on('end', resolve);
      });
      sent.on('error', reject);
      // In two parts, so that the second comes in a turn of its own.
      sent.write('{"n":');
      setTimeout(() => sent.end(`"${n}"}`), 20);
    });
  await Promise.all([1, 2, 3].map(write));
  agent.destroy();
  assert.deepEqual(said.sort(), ['1 request-1', '2 request-2', '3 request-3']);
});

test('an error that happens to carry an HTTP status of its own is still a defect', async () => {
  const { app } = await application({}, (app) => {
    route(app, '/broken', async () => {
      throw Object.assign(new Error('another server said no'), { statusCode: 404, code: 'E_REMOTE' });
    });
  });
  assert.equal((await app.inject('/broken')).headers['x-hwanbul-error'], 'internal_error');
});

test('an outage of the database is told only where nothing can have been sent to a gateway', async () => {
  const outage = async () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  const { app } = await application({ authenticate: outage }, (app) => {
    route(app, '/read', outage);
    route(app, '/write', outage);
    route(app, '/write/mine', async () => 'never', true);
    defineRoute(app, {
      method: 'GET',
      url: '/lookup',
      operationId: 'lookup',
      tag: 't',
      summary: 's',
      response: Type.Unknown(),
      refusals: [],
      authenticate: false,
      alsoByPost: true,
      handler: outage,
    });
  });
  const errorOf = async (method: 'GET' | 'POST', url: string) =>
    (await app.inject({ method, url })).headers['x-hwanbul-error'];
  assert.equal(await errorOf('GET', '/read'), 'database_unavailable');
  assert.equal(await errorOf('POST', '/lookup'), 'database_unavailable');
  assert.equal(await errorOf('POST', '/write'), 'internal_error');
  assert.equal(await errorOf('POST', '/write/mine'), 'database_unavailable');
});

test('the line in the log has no query, no body and no token', async () => {
  const { app, lines } = await application();
  const secret = 'c'.repeat(40);
  await app.inject({
    method: 'POST',
    url: `/echo/imp_1?_token=${secret}&reason=hidden`,
    headers: { authorization: secret },
    payload: { reason: 'body' },
  });
  assert.equal(lines.length, 1);
  const { method, path, status } = JSON.parse(lines[0] ?? '{}');
  assert.deepEqual({ method, path, status }, { method: 'POST', path: '/echo/imp_1', status: 400 });
  assert.doesNotMatch(lines[0] ?? '', new RegExp(`${secret}|hidden|body`));
});

test('every answer has its line in the log, also to a path that is unknown or can not be read', async () => {
  const { app, lines } = await application();
  for (const url of ['/echo/1', '/nowhere', '/echo/%zz']) await app.inject(url);
  const logged = lines.map((line) => JSON.parse(line)).map(({ path, status, error }) => [path, status, error]);
  assert.deepEqual(logged, [
    ['/echo/1', 200, undefined],
    ['/nowhere', 404, 'not_found'],
    ['/echo/%zz', 400, 'malformed_request'],
  ]);
});

test('a route whose path and parameters differ does not start', async () => {
  const params = (schema: TObject) => (app: FastifyInstance) =>
    defineRoute(app, {
      method: 'GET',
      url: '/x/:id',
      operationId: 'x',
      tag: 't',
      summary: 's',
      params: schema,
      response: Type.Unknown(),
      refusals: [],
      authenticate: false,
      handler: async () => null,
    });
  await assert.rejects(application({}, params(Type.Object({}))), /differs/);
  await assert.rejects(application({}, params(Type.Object({ id: TextField(), other: TextField() }))), /differs/);
  await assert.doesNotReject(
    application({}, params(Type.Object({ id: TextField(), other: Type.Optional(TextField()) }))),
  );
});

test('a draining server refuses new requests, and asks for the connection to be closed', async () => {
  let draining = false;
  const { app } = await application({ isDraining: () => draining });
  assert.equal((await app.inject('/echo/1')).statusCode, 200);
  draining = true;
  for (const url of ['/echo/1', '/unknown']) {
    const response = await app.inject(url);
    assert.equal(response.statusCode, 503);
    assert.equal(response.headers['x-hwanbul-error'], 'shutting_down');
    assert.equal(response.headers.connection, 'close');
  }
});

test('the signal of a handler fires when its caller hangs up, and not when it is answered', async () => {
  const signals: AbortSignal[] = [];
  const started = Promise.withResolvers<void>();
  const hungUp = Promise.withResolvers<void>();
  const { app } = await application({}, (app) => {
    defineRoute(app, {
      method: 'POST',
      url: '/wait',
      operationId: 'wait',
      tag: 't',
      summary: 's',
      query: Type.Object({ answer: Type.Optional(TextField()) }),
      body: Type.Object({}),
      response: Type.Unknown(),
      refusals: [],
      authenticate: false,
      async handler({ signal, query }) {
        signals.push(signal);
        if (query.answer !== undefined) return null;
        signal.addEventListener('abort', () => hungUp.resolve());
        started.resolve();
        await hungUp.promise;
        return null;
      },
    });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const answered = await fetch(`http://127.0.0.1:${port}/wait?answer=1`, { method: 'POST' });
  assert.match(await answered.text(), /"code":0/);
  const caller = httpRequest({ port, host: '127.0.0.1', path: '/wait', method: 'POST' });
  caller.on('error', () => {});
  caller.end('');
  await started.promise;
  caller.destroy();
  await hungUp.promise;
  assert.deepEqual(
    signals.map((signal) => signal.aborted),
    [false, true],
  );
});
