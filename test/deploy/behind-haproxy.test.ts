import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertEachOnce, insistOn, seededRandom, wantCancels } from '../exactly-once/insistence.ts';
import { untilNothingIsOpen } from '../exactly-once/observations.ts';
import { type SharedSimulators, startServerProcessOn, startSharedSimulators } from '../exactly-once/servers.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { bareEnvironment } from '../kit/bare-environment.ts';
import { createTestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { freePort } from '../kit/free-port.ts';
import { payByCard } from '../kit/orders.ts';
import type { ServerProcess } from '../kit/server-process.ts';

/** deploy/haproxy/haproxy.cfg as it is, with real servers behind it. */
const configuration = fileURLToPath(new URL('../../deploy/haproxy/haproxy.cfg', import.meta.url));
const skip = spawnSync('haproxy', ['-v']).status === 0 ? false : 'there is no haproxy here (Debian: haproxy)';

interface Balancer {
  readonly url: string;
  log(): string;
}

async function startBalancer(t: TestContext, ports: readonly [number, number]): Promise<Balancer> {
  const port = await freePort();
  const child = spawn('haproxy', ['-db', '-f', configuration], {
    env: {
      ...bareEnvironment(),
      BIND: `127.0.0.1:${port}`,
      SERVER_ONE: `127.0.0.1:${ports[0]}`,
      SERVER_TWO: `127.0.0.1:${ports[1]}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    if (child.exitCode !== null) assert.fail(output);
    await createApiClient(url).get('/live');
  });
  return { url, log: () => output };
}

interface Site {
  readonly balancer: Balancer;
  readonly simulators: SharedSimulators;
  readonly database: Awaited<ReturnType<typeof createTestDatabase>>;
  readonly servers: ServerProcess[];
  start(at: 0 | 1): Promise<ServerProcess>;
}

async function openSite(t: TestContext, env: Readonly<Record<string, string>>): Promise<Site> {
  const simulators = await startSharedSimulators();
  t.after(() => simulators.close());
  const database = await createTestDatabase({ poolSize: 4 });
  t.after(() => database.drop());
  const ports = [await freePort(), await freePort()] as const;
  const start = (at: 0 | 1): Promise<ServerProcess> =>
    startServerProcessOn(t, database.url, simulators, { ...env, PORT: `${ports[at]}` });
  const servers = await Promise.all([start(0), start(1)]);
  return { balancer: await startBalancer(t, ports), simulators, database, servers, start };
}

async function newMerchant(url: string): Promise<ApiClient> {
  const made = await createApiClient(url).post('/sandbox/merchants');
  return createApiClient(url).logIn(made.response.imp_key, made.response.imp_secret);
}

/** What the balancer says itself has no name of a refusal: to a caller it is one of the ways to have no answer. */
function throwing(client: ApiClient): ApiClient {
  return {
    ...client,
    async post(path, body, headers) {
      const answer = await client.post(path, body, headers);
      if (answer.status < 502 || answer.error !== undefined) return answer;
      assert.equal(answer.code, -1, answer.text);
      throw Object.assign(new Error(answer.text), { code: `proxy ${answer.status}` });
    },
  };
}

test('behind HAProxy, a server is killed and comes back: each cancellation that is repeated is carried out once', {
  skip,
}, async (t) => {
  const { balancer, database, servers, start } = await openSite(t, {});
  const client = await newMerchant(balancer.url);
  const wanted = await wantCancels(client, 30, seededRandom(7));
  let back: Promise<ServerProcess> | undefined;
  const troubles = await insistOn(wanted, {
    client: () => throwing(client),
    callers: 8,
    onDone(done) {
      if (done !== 10) return;
      servers[1]?.kill('SIGKILL');
      back = servers[1]?.exited.then(() => start(1));
    },
  });
  t.diagnostic(`what the callers met: ${JSON.stringify(Object.fromEntries(troubles))}`);
  assert.ok(await back);
  await untilNothingIsOpen(database.database);
  await assertEachOnce(client, database.database, wanted);
  assert.doesNotMatch(balancer.log(), /payments\/cancel|imp_uid/);
});

test('behind HAProxy, a server that is told to stop leaves without a refusal that a caller sees', {
  skip,
}, async (t) => {
  // Ample, since the callers do not repeat.
  const limits = {
    HWANBUL_REQUEST_DEADLINE_MS: '30000',
    HWANBUL_GATEWAY_TIMEOUT_MS: '20000',
    HWANBUL_TURN_WAIT_MS: '10000',
  };
  const { balancer, servers } = await openSite(t, { ...limits, HWANBUL_LAME_DUCK_MS: '8000' });
  const client = await newMerchant(balancer.url);
  let isGone = false;
  let cancelled = 0;
  const caller = async (): Promise<void> => {
    while (!isGone) {
      const imp_uid = await payByCard(client);
      const answer = await client.post('/payments/cancel', { imp_uid });
      assert.deepEqual([answer.status, answer.code], [200, 0], answer.text);
      cancelled += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const callers = Promise.all(Array.from({ length: 3 }, caller));
  servers[0]?.kill('SIGTERM');
  const exit = servers[0]?.exited.finally(() => {
    isGone = true;
  });
  await Promise.all([callers, exit]);
  assert.deepEqual(await exit, { code: 0, signal: null });
  t.diagnostic(`${cancelled} cancelled meanwhile`);
  assert.ok(cancelled > 0);
});

/** Stands where a server should be. */
async function pretend(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

test('what HAProxy says itself has the form of the API, and what a server has got is sent to no other', {
  skip,
}, async (t) => {
  let sent = 0;
  const dying: RequestListener = (request, response) => {
    if (request.url === '/ready') response.end();
    else {
      sent += 1;
      request.socket.destroy();
    }
  };
  const balancer = await startBalancer(t, [await pretend(t, dying), await pretend(t, dying)]);
  sent = 0;
  const unknown = await createApiClient(balancer.url).post('/payments/cancel', { imp_uid: 'imp_1' });
  assert.deepEqual([unknown.status, unknown.code, unknown.response], [502, -1, null]);
  assert.match(unknown.message ?? '', /Idempotency-Key/);
  assert.equal(unknown.headers['cache-control'], 'no-store');
  assert.equal(sent, 1);

  const nobody = await startBalancer(t, [await freePort(), await freePort()]);
  const none = await createApiClient(nobody.url).post('/payments/cancel', { imp_uid: 'imp_1' });
  assert.deepEqual([none.status, none.code, none.response], [503, -1, null]);
  assert.match(none.message ?? '', /서버가 없습니다/);
  assert.equal(none.headers['retry-after'], '1');
});

test('while every server says that it is not ready, HAProxy lets them say it themselves', { skip }, async (t) => {
  const unready: RequestListener = (request, response) => {
    response.writeHead(503, { 'content-type': 'application/json', 'x-hwanbul-error': 'database_unavailable' });
    response.end(JSON.stringify({ code: -1, message: request.url, response: null }));
  };
  const balancer = await startBalancer(t, [await pretend(t, unready), await pretend(t, unready)]);
  await eventually(async () => assert.match(balancer.log(), /backend '?ready'? has no server available/i));
  const answer = await createApiClient(balancer.url).post('/payments/cancel', { imp_uid: 'imp_1' });
  assert.deepEqual([answer.status, answer.error, answer.message], [503, 'database_unavailable', '/payments/cancel']);
});
