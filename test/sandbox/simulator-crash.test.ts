import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { assertBooksAgree, bookOf, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

/** Node tells of each thread that is made: the last one is the simulators'. */
const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly pauseMs?: number;
  readonly simulator?: string;
  readonly err?: { readonly message: string };
}
const lines: LogLine[] = [];
const log = createLog('info', { write: (line: string) => lines.push(JSON.parse(line)) });
const crashes = () => lines.filter(({ msg }) => msg.startsWith('the simulators have crashed'));
const returns = () => lines.filter(({ msg }) => msg === 'the simulators are back');

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({ log, clock: systemClock });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

function thread(): Worker {
  const last = threads.at(-1);
  assert.ok(last, 'the simulators have no thread');
  return last;
}

async function addresses(): Promise<unknown> {
  const channels: { pg_provider: string; simulator_url: string }[] = (await client.get('/sandbox/channels')).response;
  return channels.map(({ pg_provider, simulator_url }) => [pg_provider, simulator_url]);
}

async function untilBack(times: number): Promise<void> {
  await eventually(async () => assert.equal(returns().length, times));
}

async function cancelOn(impUid: string, fault: object): Promise<{ code: number; error: string | undefined }> {
  const armed = await client.post('/sandbox/faults', { pg_provider: 'tosspayments', operation: 'cancel', ...fault });
  assert.equal(armed.code, 0, armed.text);
  const answer = client.post('/payments/cancel', { imp_uid: impUid, amount: 300 });
  await eventually(async () => {
    const meets = lines.filter(
      ({ simulator, msg }) => simulator !== undefined && msg.includes('cancel meets the fault'),
    );
    assert.equal(meets.length, crashes().length + 1);
  });
  await thread().terminate();
  return answer;
}

async function assertCancelledOnce(impUid: string): Promise<void> {
  await eventually(async () => {
    const payment = (await client.get(`/payments/${impUid}`)).response;
    assert.equal(payment.cancel_amount, 300);
  });
  const book = await bookOf(client, impUid);
  assert.deepEqual([book.cancelled_amount, book.cancels.length], [300, 1]);
  await assertBooksAgree(client, impUid);
  const states = await sandbox.database.query<{ to_state: string }>(
    `select to_state from operation_audit a join operations o on o.id = a.operation_id join payments p on p.id = o.payment_id
     where p.imp_uid = $1 and o.kind = 'cancel' order by a.id`,
    [impUid],
  );
  const [doubt, end] = states.map(({ to_state }) => to_state).slice(-2);
  assert.deepEqual([doubt, end], ['in_doubt', 'confirmed']);
}

test('a crash after the cancellation was done and before its answer is a doubt, which ends as one cancellation', async () => {
  const before = await addresses();
  const impUid = await payByCard(client, 1000);
  await cancelOn(impUid, { kind: 'lost_answer', delay_ms: 60_000 });
  await untilBack(1);
  await assertCancelledOnce(impUid);
  assert.deepEqual(await addresses(), before);
  assert.deepEqual(
    crashes().map(({ level, pauseMs }) => [level, pauseMs]),
    [['error', 100]],
  );
});

test('a crash before the cancellation was done is a doubt, which ends as one cancellation', async () => {
  const impUid = await payByCard(client, 1000);
  await cancelOn(impUid, { kind: 'slow', delay_ms: 60_000 });
  await untilBack(2);
  await assertCancelledOnce(impUid);
});

test('an error that nobody catches is told in the log, and pauses grow while crashes go on', async () => {
  const seen = crashes().length;
  for (let more = 1; more <= 2; more++) {
    thread().postMessage({ kind: 'start', members: null });
    await untilBack(seen + more);
  }
  const [first, second] = crashes().slice(seen);
  assert.match(first?.err?.message ?? '', /null|iterable/);
  assert.ok((first?.pauseMs ?? 0) < (second?.pauseMs ?? 0), `${first?.pauseMs} ms, then ${second?.pauseMs} ms`);
  await assertBooksAgree(client, await payByCard(client, 1000));
});

test('the control plane says that a simulator is away, and the server goes on', async () => {
  const impUid = await payByCard(client, 1000);
  const seen = returns().length;
  await thread().terminate();
  const book = await client.get(`/sandbox/books/tosspayments?imp_uid=${impUid}`);
  assert.equal(book.error, 'sandbox_simulator_unavailable');
  assert.equal((await client.get(`/payments/${impUid}`)).response.status, 'paid');
  await untilBack(seen + 1);
  assert.equal((await bookOf(client, impUid)).amount, 1000);
});

test('a server that is closed while the simulators are away ends, and none come back', async () => {
  const own = await startSandbox({ log, clock: systemClock });
  await thread().terminate();
  await own.close();
  const made = threads.length;
  // Five times the pause after which a thread would be opened again: there is no event to wait for when none is.
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(threads.length, made);
  assert.equal(thread().threadId, -1, 'its last thread has ended');
});
