import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type FaultKind, faultKinds } from '../../src/simulators/faults.ts';
import type { Server } from '../../src/start/server.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { freePort } from '../kit/free-port.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { addFault, balancesOf, endingsOf, until, untilFaultsHaveStruck, untilNothingIsOpen } from './observations.ts';
import { neverSentAgain, type OperationCase, operationCases, type PreparedOperation } from './operations.ts';
import { neverMs, type SharedSimulators, startServerOn, startSharedSimulators } from './servers.ts';

let simulators: SharedSimulators;
let sandbox: Sandbox;
before(async () => {
  simulators = await startSharedSimulators();
  // "Not done" becomes final only after the deadline of a request: an approval can't be repeated, and stays in doubt until then.
  sandbox = await startSandbox({
    settings: { simulators: simulators.urls, notDoneIsFinalAfterMs: 6_000, recoveryIntervalMs: 400 },
  });
});
after(async () => {
  await Promise.all(markers);
  await sandbox.close();
  await simulators.close();
});

type Answer = 'done' | 'refused' | 'in doubt';

/** What the caller has to be told when the gateway can be asked afterwards. */
function expectedAnswer(kind: FaultKind, { operation }: OperationCase): Answer {
  switch (kind) {
    case 'reject':
      return 'refused';
    case 'slow':
    case 'lost_answer':
    case 'garbage':
      return 'done';
    case 'timeout':
    case 'disconnect':
    case 'http_500':
      // Asked about and not found, it is sent again with the same key; an approval is not, as no card number is kept.
      return neverSentAgain.has(operation) ? 'in doubt' : 'done';
  }
}

function assertAnswer(answer: ApiAnswer, expected: Answer, { refused, doubt }: OperationCase): void {
  switch (expected) {
    case 'done':
      assert.equal(answer.code, 0, answer.text);
      assert.equal(answer.error, undefined);
      return;
    case 'refused':
      assert.equal(answer.error, refused, answer.text);
      return;
    case 'in doubt':
      // A doubt is never told as a failure: the code is -1, but the header and the message say what it is.
      assert.equal(answer.error, doubt, answer.text);
      assert.deepEqual([answer.status, answer.code, answer.response], [200, -1, null]);
      assert.match(answer.message ?? '', /확인하고 있습니다/);
  }
}

/** While in doubt: the turn is kept, the amount is reserved, and nothing is booked. */
async function assertKeptReserved({ operation }: OperationCase, prepared: PreparedOperation): Promise<void> {
  const balances = await balancesOf(sandbox.database, await prepared.impUid());
  assert.notEqual(balances.turn_of, null);
  assert.equal(balances.cancelled_minor, 0n);
  assert.equal(balances.reserved_minor, operation === 'cancel' ? 400n : 0n);
  assert.equal(await prepared.timesInOurs(), 0);
}

/** When all is settled: it ended once, both books say the same, and nothing is reserved any more. */
async function assertSettled(
  { operation }: OperationCase,
  prepared: PreparedOperation,
  expected: 'confirmed' | 'refused' | 'unsent',
): Promise<void> {
  const impUid = await prepared.impUid();
  assert.deepEqual(await endingsOf(sandbox.database, impUid, operation), [expected]);
  const times = expected === 'confirmed' ? 1 : 0;
  assert.equal(await prepared.timesInBook(), times, "the gateway's book");
  assert.equal(await prepared.timesInOurs(), times, 'our book');
  const balances = await balancesOf(sandbox.database, impUid);
  assert.deepEqual([balances.reserved_minor, balances.turn_of], [0n, null]);
  assert.equal(balances.cancelled_minor, operation === 'cancel' && times === 1 ? 400n : 0n);
}

describe('a gateway that goes wrong once', { concurrency: 16 }, () => {
  for (const operationCase of operationCases) {
    const { operation, provider } = operationCase;
    for (const kind of faultKinds) {
      const expected = expectedAnswer(kind, operationCase);
      test(`${operation} hit by ${kind} is answered as ${expected}, and both books agree on it`, async () => {
        const client = await sandbox.newMerchant();
        const prepared = await operationCase.prepare(client, sandbox.database);
        await addFault(client, { pg_provider: provider, operation, kind, ...(kind === 'slow' && { delay_ms: 200 }) });
        assertAnswer(await prepared.send(), expected, operationCase);
        if (expected === 'in doubt') await assertKeptReserved(operationCase, prepared);
        await untilNothingIsOpen(sandbox.database, await prepared.impUid());
        await assertSettled(operationCase, prepared, expected === 'done' ? 'confirmed' : 'refused');
      });
    }
  }
});

const markers: Promise<ApiAnswer>[] = [];

describe('a gateway that carries a request out after its caller has given up', { concurrency: 16 }, () => {
  interface Late {
    readonly client: ApiClient;
    readonly prepared: PreparedOperation;
    /** An approval that the gateway begins when it is sent, and carries out as late as what it has begun before; it is never repeated. */
    readonly marker: PreparedOperation;
    readonly markerClient: ApiClient;
  }
  const ready = new Map<OperationCase, Late>();

  // All of it stands before anything is sent: a request that waits behind the preparation of the others runs out of its time unsent.
  before(async () => {
    const approve = operationCases.find(({ operation }) => operation === 'approve');
    assert.ok(approve);
    const late = sandbox.settings.gatewayTimeoutMs + 800;
    for (const operationCase of operationCases) {
      const { operation, provider, prepare } = operationCase;
      const [client, markerClient] = await Promise.all([sandbox.newMerchant(), sandbox.newMerchant()]);
      const [prepared, marker] = await Promise.all([
        prepare(client, sandbox.database),
        approve.prepare(markerClient, sandbox.database),
      ]);
      await addFault(client, { pg_provider: provider, operation, kind: 'slow', delay_ms: late });
      await addFault(markerClient, { operation: 'approve', kind: 'slow', delay_ms: late });
      ready.set(operationCase, { client, prepared, marker, markerClient });
    }
  });

  /** An answer that comes before the fault has struck says why nothing was sent. */
  async function untilReached(client: ApiClient, provider: string, sent: Promise<ApiAnswer>): Promise<void> {
    await Promise.race([
      untilFaultsHaveStruck(client, provider),
      sent.then(({ text }) => assert.fail(`answered before the gateway was reached: ${text}`)),
    ]);
  }

  for (const operationCase of operationCases) {
    test(`${operationCase.operation} that is carried out late is not carried out again by its repeat`, async () => {
      const { client, prepared, marker, markerClient } = ready.get(operationCase) ?? assert.fail();
      const sent = prepared.send();
      await untilReached(client, operationCase.provider, sent);
      const markerSent = marker.send();
      markers.push(markerSent);
      await untilReached(markerClient, 'tosspayments', markerSent);
      const answer = await sent;
      assertAnswer(answer, answer.code === 0 ? 'done' : 'in doubt', operationCase);
      await untilNothingIsOpen(sandbox.database, await prepared.impUid());
      // Whatever the repeat did, the first request was carried out before the marker that came after it.
      await until('the marker was carried out', async () => (await marker.timesInBook()) === 1);
      await assertSettled(operationCase, prepared, 'confirmed');
    });
  }
});

describe('a gateway that goes wrong and then can not be asked', { concurrency: 16 }, () => {
  for (const operationCase of operationCases) {
    const { operation, provider } = operationCase;
    for (const kind of ['timeout', 'lost_answer', 'disconnect', 'http_500', 'garbage'] as const) {
      const end = expectedAnswer(kind, operationCase) === 'done' ? 'confirmed' : 'refused';
      test(`${operation} hit by ${kind} stays in doubt until the gateway answers, and ends ${end}`, async () => {
        const client = await sandbox.newMerchant();
        const prepared = await operationCase.prepare(client, sandbox.database);
        await addFault(client, { pg_provider: provider, operation, kind });
        await addFault(client, { pg_provider: provider, operation: 'inquire', kind: 'http_500', count: 1_000 });
        assertAnswer(await prepared.send(), 'in doubt', operationCase);
        await assertKeptReserved(operationCase, prepared);
        await client.delete('/sandbox/faults');
        await untilNothingIsOpen(sandbox.database, await prepared.impUid());
        await assertSettled(operationCase, prepared, end);
      });
    }
  }
});

describe('a gateway whose answer is lost and that then goes wrong when asked', { concurrency: 16 }, () => {
  for (const operationCase of operationCases) {
    const { operation, provider } = operationCase;
    for (const kind of faultKinds) {
      test(`${operation} is done once when its answer is lost and the inquiry is hit by ${kind}`, async () => {
        const client = await sandbox.newMerchant();
        const prepared = await operationCase.prepare(client, sandbox.database);
        await addFault(client, { pg_provider: provider, operation, kind: 'lost_answer' });
        const slow = kind === 'slow' ? { delay_ms: 200 } : {};
        await addFault(client, { pg_provider: provider, operation: 'inquire', kind, ...slow });
        assertAnswer(await prepared.send(), 'done', operationCase);
        await assertSettled(operationCase, prepared, 'confirmed');
      });
    }
  }
});

describe("a gateway that can't be connected to", () => {
  // A server of its own, whose clock is moved, because a server remembers for some seconds where a channel leads.
  let movedMs = 0;
  let server: Server;
  before(async () => {
    const clock = { now: () => new Date(), monotonicMs: () => performance.now() + movedMs };
    server = await startServerOn(sandbox.testDatabase.url, simulators.urls, { recoveryIntervalMs: neverMs }, clock);
  });
  after(() => server.close());

  async function leadTo(baseUrl: string, provider: string): Promise<void> {
    await sandbox.database.query('update channels set base_url = $1 where provider = $2', [baseUrl, provider]);
    movedMs += 60_000;
  }

  for (const operationCase of operationCases) {
    const { operation, provider } = operationCase;
    test(`fails ${operation} cleanly, which frees everything and may be asked for again`, async () => {
      const client = await sandbox.newMerchant();
      const prepared = await operationCase.prepare(client, sandbox.database);
      await leadTo(`http://127.0.0.1:${await freePort()}`, provider);
      const unreachable = await prepared.send({}, createApiClient(server.url, client.token));
      assert.equal(unreachable.error, 'gateway_unreachable', unreachable.text);
      assert.deepEqual([unreachable.status, unreachable.code], [200, -1]);
      await assertSettled(operationCase, prepared, 'unsent');
      const impUid = await prepared.impUid();

      await leadTo(simulators.urls[provider] ?? '', provider);
      const again = await prepared.send({}, createApiClient(server.url, client.token));
      assert.equal(again.code, 0, again.text);
      // What makes a payment makes a new one each time; the failed one stays as it was.
      if (again.response.imp_uid !== impUid) return;
      assert.deepEqual(await endingsOf(sandbox.database, impUid, operation), ['unsent', 'confirmed']);
      assert.deepEqual([await prepared.timesInBook(), await prepared.timesInOurs()], [1, 1]);
    });
  }
});
