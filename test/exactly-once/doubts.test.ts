import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiAnswer, ApiClient } from '../kit/api-client.ts';
import { bookOf, payByCard } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { addFault, balancesOf, endingsOf, until, untilNothingIsOpen } from './observations.ts';
import { operationCases } from './operations.ts';
import { neverMs, type SharedSimulators, startServerOn, startSharedSimulators } from './servers.ts';

let simulators: SharedSimulators;
/** Its recovery never runs, so that only the test and the caller's request speak with the gateway. */
let sandbox: Sandbox;
before(async () => {
  simulators = await startSharedSimulators();
  const settings = { simulators: simulators.urls, recoveryIntervalMs: neverMs, turnWaitMs: 300 };
  sandbox = await startSandbox({ settings: { ...settings, ...briefLimits } });
});
after(async () => {
  await sandbox.close();
  await simulators.close();
});

interface Doubt {
  readonly client: ApiClient;
  readonly impUid: string;
  readonly id: string;
}

/** A cancellation of 400 of 1000 whose answer was lost, at a gateway that can't be asked. */
async function doubtfulCancel(kind: 'lost_answer' | 'disconnect', headers = {}): Promise<Doubt> {
  const client = await sandbox.newMerchant();
  const impUid = await payByCard(client, 1000);
  await addFault(client, { operation: 'cancel', kind });
  await addFault(client, { operation: 'inquire', kind: 'http_500', count: 1_000 });
  const answer = await client.post('/payments/cancel', { imp_uid: impUid, amount: 400 }, headers);
  assert.equal(answer.error, 'cancellation_in_doubt', answer.text);
  return { client, impUid, id: (await onlyDoubtOf(client)).cancellation_id };
}

async function onlyDoubtOf(client: ApiClient) {
  const { list } = (await client.get('/cancellations?state=in_doubt')).response;
  assert.equal(list.length, 1);
  return list[0];
}

const resolve = (client: ApiClient, id: string, outcome: string, more: object = {}): Promise<ApiAnswer> =>
  client.post(`/cancellations/${id}/resolve`, { outcome, reason: '가맹점관리자에서 확인', actor: '김담당', ...more });

async function moneyOf(impUid: string): Promise<readonly (bigint | null | string)[]> {
  const { cancelled_minor, reserved_minor, turn_of, status } = await balancesOf(sandbox.database, impUid);
  return [cancelled_minor, reserved_minor, turn_of, status];
}

test('a doubt that the gateway does not clear up is shown, names itself to the caller, and keeps its amount reserved', async () => {
  const client = await sandbox.newMerchant();
  const impUid = await payByCard(client, 1000);
  await addFault(client, { operation: 'cancel', kind: 'lost_answer' });
  await addFault(client, { operation: 'inquire', kind: 'http_500', count: 1_000 });
  const answer = await client.post('/payments/cancel', { imp_uid: impUid, amount: 400, reason: '변심' });
  assert.deepEqual([answer.status, answer.code, answer.response], [200, -1, null]);
  assert.equal(answer.error, 'cancellation_in_doubt');
  const shown = await onlyDoubtOf(client);
  assert.ok(answer.message?.includes(shown.cancellation_id), 'the message names the cancellation');
  assert.deepEqual(
    [shown.state, shown.kind, shown.imp_uid, shown.amount, shown.reason, shown.ended_at],
    ['in_doubt', 'cancel', impUid, 400, '변심', 0],
  );
  assert.ok(shown.sent_at > 0 && shown.next_inquiry_at > 0);
  const one = (await client.get(`/cancellations/${shown.cancellation_id}`)).response;
  assert.deepEqual(
    one.history.map((entry: { from: string; to: string }) => [entry.from, entry.to]),
    [
      ['none', 'requested'],
      ['requested', 'sent'],
      ['sent', 'in_doubt'],
    ],
  );
  assert.deepEqual(await moneyOf(impUid), [0n, 400n, shown.cancellation_id, 'paid']);
  assert.equal((await client.get(`/payments/${impUid}`)).response.cancel_amount, 0);
});

test('while a cancellation is in doubt no other is begun on the payment, and the caller is told why', async () => {
  const { client, impUid } = await doubtfulCancel('lost_answer');
  for (const body of [{ amount: 100 }, {}, { amount: 600, checksum: 600 }]) {
    const further = await client.post('/payments/cancel', { imp_uid: impUid, ...body });
    assert.equal(further.error, 'cancellation_blocked_by_doubt', further.text);
    assert.deepEqual([further.status, further.code], [200, -1]);
  }
  assert.equal((await client.get('/cancellations')).response.list.length, 1);
  assert.equal((await bookOf(client, impUid)).cancels.length, 1);
});

test('a person who found the cancellation in the books of the gateway ends the doubt as confirmed', async () => {
  const { client, impUid, id } = await doubtfulCancel('lost_answer');
  const [entry] = (await bookOf(client, impUid)).cancels;
  const resolved = await resolve(client, id, 'confirmed', { pg_tid: entry?.id });
  assert.equal(resolved.code, 0, resolved.text);
  assert.equal(resolved.response.state, 'confirmed');
  const last = resolved.response.history.at(-1);
  assert.deepEqual(
    [last.from, last.to, last.by, last.why],
    ['in_doubt', 'confirmed', 'person:김담당', '가맹점관리자에서 확인'],
  );
  assert.deepEqual(await moneyOf(impUid), [400n, 0n, null, 'cancelled']);
  const { cancel_history } = (await client.get(`/payments/${impUid}`)).response;
  assert.deepEqual([cancel_history[0].pg_tid, cancel_history[0].amount], [entry?.id, 400]);
  await client.delete('/sandbox/faults');
  const rest = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(rest.response.cancel_amount, 1000, rest.text);
});

test('a person who found nothing in the books of the gateway ends the doubt as refused, and the amount is free again', async () => {
  const { client, impUid, id } = await doubtfulCancel('disconnect');
  const resolved = await resolve(client, id, 'refused');
  assert.equal(resolved.response.state, 'refused', resolved.text);
  const last = resolved.response.history.at(-1);
  assert.deepEqual(
    [last.from, last.to, last.by, last.why],
    ['in_doubt', 'refused', 'person:김담당', '가맹점관리자에서 확인'],
  );
  assert.deepEqual(await moneyOf(impUid), [0n, 0n, null, 'paid']);
  await client.delete('/sandbox/faults');
  const whole = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(whole.response.cancel_amount, 1000, whole.text);
  assert.deepEqual(
    (await bookOf(client, impUid)).cancels.map(({ amount }) => amount),
    [1000],
  );
});

test('resolving a doubt calls no gateway', async () => {
  for (const outcome of ['confirmed', 'refused']) {
    const { client, id } = await doubtfulCancel('lost_answer');
    for (const operation of ['cancel', 'revoke_receipt', 'issue_receipt', 'approve']) {
      await addFault(client, { operation, kind: 'reject', count: 50 });
    }
    const armed = async () =>
      (await client.get('/sandbox/faults')).response.list.map((fault: { operation: string; count: number }) => [
        fault.operation,
        fault.count,
      ]);
    const before = await armed();
    assert.equal(before.length, 5);
    assert.equal((await resolve(client, id, outcome)).code, 0);
    assert.deepEqual(await armed(), before, 'whatever had reached the gateway would have used up one of its faults');
  }
});

test('a person can end only what is in doubt, and only once', async () => {
  const { client, id, impUid } = await doubtfulCancel('lost_answer');
  assert.equal((await resolve(client, id, 'confirmed')).code, 0);
  for (const outcome of ['confirmed', 'refused']) {
    const again = await resolve(client, id, outcome);
    assert.deepEqual([again.status, again.error], [409, 'cancellation_not_open'], again.text);
  }
  assert.deepEqual(await moneyOf(impUid), [400n, 0n, null, 'cancelled']);
  const done = await client.post('/payments/cancel', { imp_uid: await payByCard(client, 1000) });
  const confirmed = done.response.cancel_history[0].cancellation_id;
  assert.equal((await resolve(client, confirmed, 'refused')).error, 'cancellation_not_open');
  const [{ ended } = { ended: 0n }] = await sandbox.database.query<{ ended: bigint }>(
    `select count(*) as ended from operation_audit where operation_id = any($1) and to_state in ('confirmed', 'refused')`,
    [[id, confirmed]],
  );
  assert.equal(ended, 2n);
});

test('a resolution without a reason, an actor or a known outcome is refused, and the doubt stays', async () => {
  const { client, id, impUid } = await doubtfulCancel('lost_answer');
  const whole = { outcome: 'confirmed', reason: 'r', actor: 'a' };
  for (const wrong of [
    { ...whole, reason: undefined },
    { ...whole, reason: '' },
    { ...whole, actor: undefined },
    { ...whole, actor: '' },
    { ...whole, outcome: undefined },
    { ...whole, outcome: 'unsent' },
    { ...whole, outcome: 'in_doubt' },
  ]) {
    const answer = await client.post(`/cancellations/${id}/resolve`, wrong);
    assert.equal(answer.status, 400, `${JSON.stringify(wrong)} gave ${answer.text}`);
  }
  assert.deepEqual(await moneyOf(impUid), [0n, 400n, id, 'paid']);
});

test("another merchant sees nothing of a doubt and can't end it", async () => {
  const { client, id, impUid } = await doubtfulCancel('lost_answer');
  const stranger = await sandbox.newMerchant();
  assert.deepEqual((await stranger.get('/cancellations')).response.list, []);
  for (const answer of [await stranger.get(`/cancellations/${id}`), await resolve(stranger, id, 'refused')]) {
    assert.deepEqual([answer.status, answer.error], [404, 'cancellation_not_found'], answer.text);
  }
  assert.equal((await client.get(`/cancellations/${id}`)).response.state, 'in_doubt');
  assert.deepEqual(await moneyOf(impUid), [0n, 400n, id, 'paid']);
});

describe('a doubt of each kind of cancellation', { concurrency: 8 }, () => {
  for (const operationCase of operationCases.filter(({ takesKey }) => takesKey)) {
    const { operation, provider } = operationCase;
    for (const [outcome, kind] of [
      ['confirmed', 'lost_answer'],
      ['refused', 'disconnect'],
    ] as const) {
      test(`a ${operation} in doubt can be ended by a person as ${outcome}, and both books agree`, async () => {
        const client = await sandbox.newMerchant();
        const prepared = await operationCase.prepare(client, sandbox.database);
        await addFault(client, { pg_provider: provider, operation, kind });
        await addFault(client, { pg_provider: provider, operation: 'inquire', kind: 'http_500', count: 1_000 });
        assert.equal((await prepared.send()).error, 'cancellation_in_doubt');
        const shown = await onlyDoubtOf(client);
        assert.equal(shown.kind, operation);
        assert.equal((await resolve(client, shown.cancellation_id, outcome)).code, 0);
        assert.deepEqual(await endingsOf(sandbox.database, await prepared.impUid(), operation), [outcome]);
        const times = outcome === 'confirmed' ? 1 : 0;
        assert.deepEqual([await prepared.timesInOurs(), await prepared.timesInBook()], [times, times]);
        assert.equal((await balancesOf(sandbox.database, await prepared.impUid())).turn_of, null);
      });
    }
  }
});

test('a person and the recovery that end the same doubts at the same moment end each of them once', async () => {
  const doubts = await Promise.all(
    Array.from({ length: 12 }, (_, index) => doubtfulCancel(index % 2 ? 'lost_answer' : 'disconnect')),
  );
  for (const { client } of doubts) await client.delete('/sandbox/faults');
  const recovering = await startServerOn(sandbox.testDatabase.url, simulators.urls, { recoveryIntervalMs: 20 });
  try {
    // Some are ended by a person who waits until recovery has begun with them, some by one who does not.
    const answers = await Promise.all(
      doubts.map(async ({ client, id }, index) => {
        if (index % 3 === 0) {
          await until('recovery has taken it up', async () => {
            const [row] = await sandbox.database.query<{ inquiries: number }>(
              'select inquiries from operations where id = $1',
              [id],
            );
            return row !== undefined && row.inquiries > 0;
          });
        }
        return resolve(client, id, index % 2 ? 'confirmed' : 'refused');
      }),
    );
    for (const { impUid } of doubts) await untilNothingIsOpen(sandbox.database, impUid);
    for (const [index, { client, impUid, id }] of doubts.entries()) {
      const answer = answers[index];
      if (answer?.code !== 0) assert.equal(answer?.error, 'cancellation_not_open', answer?.text);
      const endings = await endingsOf(sandbox.database, impUid, 'cancel');
      assert.equal(endings.length, 1, 'one ending in the audit');
      const { state, history } = (await client.get(`/cancellations/${id}`)).response;
      assert.equal(state, endings[0]);
      assert.equal(history.at(-1).by === 'person:김담당', answer?.code === 0, 'who is told of success is who ended it');
      const cancelled = endings[0] === 'confirmed' ? 400n : 0n;
      assert.deepEqual(await moneyOf(impUid), [cancelled, 0n, null, cancelled ? 'cancelled' : 'paid']);
      assert.ok((await bookOf(client, impUid)).cancels.length <= 1);
    }
  } finally {
    await recovering.close();
  }
});
