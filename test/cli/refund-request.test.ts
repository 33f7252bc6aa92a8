import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createApi } from '../../src/cli/api.ts';
import { sendRefundPatiently } from '../../src/cli/cancel/refund-request.ts';
import { CliFailure } from '../../src/cli/failure.ts';

type Step = (answer: ServerResponse) => void;

const envelope = (status: number, error: string | undefined, response: unknown): Step =>
  function send(answer) {
    answer.writeHead(status, {
      'content-type': 'application/json',
      ...(error === undefined ? {} : { 'x-hwanbul-error': error }),
    });
    answer.end(JSON.stringify({ code: error === undefined ? 0 : -1, message: error ?? null, response }));
  };
const lost: Step = (answer) => answer.destroy();
const refused = (status: number, error: string): Step => envelope(status, error, null);
const taken = envelope(200, undefined, { imp_uid: 'imp_1' });

/** A server whose answers are given: to log-ins, and to cancellations, of each the last one again and again. */
async function answering(
  t: TestContext,
  cancels: Step[],
  logIns: Step[] = [],
): Promise<{ send(isRepeat?: boolean): Promise<unknown> }> {
  const logIn = envelope(200, undefined, { access_token: 'token', now: 0, expired_at: 1 });
  const server = createServer((request, answer) => {
    request.resume().on('end', () => {
      if (request.url === '/users/getToken') (logIns.shift() ?? logIn)(answer);
      else (cancels.length > 1 ? cancels.shift() : cancels[0])?.(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const api = createApi({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    impKey: 'key',
    impSecret: 'secret',
    whileWaiting: (_what, work) => work,
  });
  t.after(async () => {
    await api.close();
    server.closeAllConnections();
    server.close();
  });
  const patience = { retryForMs: 1_000, waitForRunning: false, signal: new AbortController().signal };
  return {
    send: async (isRepeat = false) =>
      (await sendRefundPatiently(api, { imp_uid: 'imp_1' }, 'key', { ...patience, isRepeat })).kind,
  };
}

test('a server that is busy has done nothing, and is asked again until it is not', async (t) => {
  const busy = [refused(503, 'server_busy'), refused(429, 'too_many_requests')];
  assert.equal(await (await answering(t, [...busy, taken])).send(), 'taken');
  assert.equal(await (await answering(t, busy)).send(), 'not_done');
});

test('after a lost answer, whatever is said at the door is no answer to what went out before', async (t) => {
  for (const [status, error] of [
    [429, 'too_many_requests'],
    [503, 'server_busy'],
    [401, 'unauthorized'],
  ] as const) {
    assert.equal(await (await answering(t, [lost, refused(status, error)])).send(), 'unanswered', error);
    assert.equal(await (await answering(t, [lost, refused(status, error), taken])).send(), 'taken', error);
  }
  // The key was withdrawn between the two.
  const logIns = [envelope(200, undefined, { access_token: 'token', now: 0, expired_at: 1 })];
  const withdrawn = Array.from({ length: 20 }, () => refused(401, 'credentials_wrong'));
  const gone = await answering(t, [lost, refused(401, 'unauthorized')], [...logIns, ...withdrawn]);
  assert.equal(await gone.send(), 'unanswered');
});

test('nor is it one to what another run has sent', async (t) => {
  const busy = refused(503, 'server_busy');
  assert.equal(await (await answering(t, [busy])).send(true), 'unanswered');
  assert.equal(await (await answering(t, [busy, taken])).send(true), 'taken');
  assert.equal(await (await answering(t, [taken], [refused(401, 'credentials_wrong')])).send(true), 'taken');
});

test('a clear no stays one, after a lost answer too, and so does a first request that nobody let in', async (t) => {
  const no = refused(200, 'cancellation_refused');
  assert.equal(await (await answering(t, [no])).send(), 'refused');
  assert.equal(await (await answering(t, [lost, no])).send(), 'refused');
  const strangers = await answering(t, [taken], [refused(401, 'credentials_wrong')]);
  await assert.rejects(strangers.send(), CliFailure);
});
