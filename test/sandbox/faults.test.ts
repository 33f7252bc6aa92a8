import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { gateways } from '../../src/gateways/registry.ts';
import { latencyMs } from '../../src/simulators/latency.ts';
import { uniformAt } from '../../src/simulators/random.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { assertBooksAgree, bookOf, payByCard } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ settings: briefLimits });
});
after(() => sandbox?.close());

async function cancels(client: ApiClient, impUid: string, amounts: readonly number[]): Promise<string[]> {
  const outcomes: string[] = [];
  for (const amount of amounts) {
    const answer = await client.post('/payments/cancel', { imp_uid: impUid, amount });
    outcomes.push(answer.code === 0 ? 'done' : (answer.error ?? '?'));
  }
  return outcomes;
}

async function addFault(client: ApiClient, fault: object): Promise<Record<string, unknown>> {
  const added = await client.post('/sandbox/faults', fault);
  assert.equal(added.code, 0, added.text);
  return added.response;
}

test('the same seed and the same requests meet the same faults, for every merchant and run', async () => {
  const amounts = Array.from({ length: 24 }, () => 10);
  const runs: string[][] = [];
  for (const seed of ['rain', 'rain', 'snow']) {
    const client = await sandbox.newMerchant();
    await addFault(client, { operation: 'cancel', kind: 'reject', probability: 0.5, seed });
    runs.push(await cancels(client, await payByCard(client), amounts));
  }
  assert.deepEqual(runs[1], runs[0]);
  assert.notDeepEqual(runs[2], runs[0]);
  assert.deepEqual([...new Set(runs[0])].sort(), ['cancellation_refused', 'done']);
});

test('a probability without a seed tells the seed that it was given, and that seed repeats the run', async () => {
  const [one, other] = [await sandbox.newMerchant(), await sandbox.newMerchant()];
  const { seed } = await addFault(one, { operation: 'cancel', kind: 'reject', probability: '0.5' });
  await addFault(other, { operation: 'cancel', kind: 'reject', probability: 0.5, seed });
  const amounts = Array.from({ length: 12 }, () => 10);
  assert.deepEqual(
    await cancels(one, await payByCard(one), amounts),
    await cancels(other, await payByCard(other), amounts),
  );
});

test('a script answers in its order, once or as often as it was asked for, and then it has run out', async () => {
  const client = await sandbox.newMerchant();
  const added = await addFault(client, {
    operation: 'cancel',
    script: [{ kind: 'reject', message: '첫 번째' }, { kind: 'lost_answer' }, { kind: 'pass' }],
    count: 2,
  });
  assert.deepEqual([added.kind, added.count, added.struck], ['script', 6, 0]);
  const impUid = await payByCard(client);
  assert.deepEqual(await cancels(client, impUid, [10, 10, 10, 10]), [
    'cancellation_refused',
    'done',
    'done',
    'cancellation_refused',
  ]);
  const [left] = (await client.get('/sandbox/faults')).response.list;
  assert.deepEqual([left.count, left.struck, left.script.length], [2, 4, 3]);
  assert.deepEqual(await cancels(client, impUid, [10, 10, 10]), ['done', 'done', 'done']);
  assert.deepEqual((await client.get('/sandbox/faults')).response.list, []);
  await assertBooksAgree(client, impUid);
});

test('a refusal, then a doubt that asking does not end, then a success: as the script says', async () => {
  const client = await sandbox.newMerchant();
  await addFault(client, {
    operation: 'cancel',
    script: [{ kind: 'reject' }, { kind: 'lost_answer' }, { kind: 'pass' }],
  });
  await addFault(client, { id: 'silence', operation: 'inquire', kind: 'disconnect', count: 1_000 });
  const impUid = await payByCard(client);
  const outcomes = await cancels(client, impUid, [10, 10]);
  assert.deepEqual(outcomes, ['cancellation_refused', 'cancellation_in_doubt']);
  assert.equal((await client.delete('/sandbox/faults/silence')).code, 0);
  assert.equal((await client.delete('/sandbox/faults/silence')).error, 'sandbox_fault_not_found');
  await sandbox.database.query('update operations set next_inquiry_at = now()');
  const [{ cancellation_id: id }] = (await client.get('/cancellations')).response.list;
  for (;;) {
    const { state } = (await client.get(`/cancellations/${id}`)).response;
    if (state === 'confirmed') break;
    assert.equal(state, 'in_doubt');
  }
  assert.deepEqual(await cancels(client, impUid, [10]), ['done']);
  await assertBooksAgree(client, impUid);
});

test('a fault for an amount, or for a range of amounts, strikes these cancels and no other', async () => {
  const client = await sandbox.newMerchant();
  await addFault(client, { operation: 'cancel', kind: 'reject', amount: 77, count: 9 });
  await addFault(client, { operation: 'cancel', kind: 'reject', amount_min: 100, amount_max: 110, count: 9 });
  const impUid = await payByCard(client);
  const refused = 'cancellation_refused';
  assert.deepEqual(await cancels(client, impUid, [76, 77, 78, 99, 100, 110, 111]), [
    'done',
    refused,
    'done',
    'done',
    refused,
    refused,
    'done',
  ]);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 76 + 78 + 99 + 111);
  await assertBooksAgree(client, impUid);
});

test('a fault for a card strikes the payments by that card and their cancels, and no other', async () => {
  const client = await sandbox.newMerchant();
  const card = { card_number: '4518-4200-0000-9911' };
  const marked = await payByCard(client, 1000, card);
  const plain = await payByCard(client);
  await addFault(client, { operation: 'any', kind: 'reject', card_prefix: '451842', card_suffix: '911', count: 9 });
  assert.deepEqual(await cancels(client, plain, [10]), ['done']);
  assert.deepEqual(await cancels(client, marked, [10]), ['cancellation_refused']);
  await assert.rejects(payByCard(client, 1000, card));
  await payByCard(client);
});

test('a fault for any gateway strikes at each of them', async () => {
  const client = await sandbox.newMerchant();
  const toss = await payByCard(client);
  const kicc = (await client.post('/sandbox/payments', { pg_provider: 'kicc', pay_method: 'card', amount: 1000 }))
    .response.imp_uid;
  await addFault(client, { pg_provider: 'any', id: 'everywhere', operation: 'cancel', kind: 'reject', count: 9 });
  assert.deepEqual(await cancels(client, toss, [1000]), ['cancellation_refused']);
  const at = async (provider: string) => (await client.get(`/sandbox/faults?pg_provider=${provider}`)).response.list;
  const left: { pg_provider: string; count: number }[] = await at('tosspayments');
  assert.deepEqual(
    left.map(({ pg_provider, count }) => [pg_provider, count]),
    [['tosspayments', 8]],
  );
  assert.equal((await at('any')).length, gateways.size);
  assert.deepEqual(await cancels(client, kicc, [1000]), ['cancellation_refused']);
  assert.equal((await client.delete('/sandbox/faults/everywhere')).code, 0);
  assert.deepEqual((await client.get('/sandbox/faults')).response.list, []);
  assert.deepEqual(await cancels(client, kicc, [1000]), ['done']);
});

test('latency without a kind answers late, by its distribution, and changes nothing else', async () => {
  const client = await sandbox.newMerchant();
  const latency = { distribution: 'exponential', mean_ms: 20, cap_ms: 60 };
  const added = await addFault(client, { operation: 'cancel', latency, seed: 'tide', count: 5 });
  assert.deepEqual([added.kind, added.latency, added.seed], ['slow', latency, 'tide']);
  const impUid = await payByCard(client);
  assert.deepEqual(await cancels(client, impUid, [1, 1, 1, 1, 1]), ['done', 'done', 'done', 'done', 'done']);
  assert.deepEqual((await client.get('/sandbox/faults')).response.list, []);
});

test('faults that contradict themselves are refused, and nothing is added', async () => {
  const client = await sandbox.newMerchant();
  for (const [fault, expected] of [
    [{ probability: 1.5 }, 'parameter_invalid'],
    [{ probability: 'often' }, 'parameter_invalid'],
    [{ amount: 5, amount_min: 3 }, 'parameter_invalid'],
    [{ card_prefix: 'abc' }, 'parameter_invalid'],
    [{ script: [{ kind: 'pass' }] }, 'parameter_invalid'],
    [{ latency: { distribution: 'uniform', min_ms: 5 } }, 'parameter_missing'],
    [{ latency: { distribution: 'uniform', min_ms: 5, max_ms: 4 } }, 'parameter_invalid'],
    [{ latency: { distribution: 'fixed', ms: 5, cap_ms: 4 } }, 'parameter_invalid'],
    [{ latency: { distribution: 'exponential', mean_ms: 5, cap_ms: 600_001 } }, 'parameter_invalid'],
    [{ kind: undefined, script: [{ kind: 'boom' }] }, 'parameter_invalid'],
  ] as const) {
    const refused = await client.post('/sandbox/faults', { operation: 'cancel', kind: 'reject', ...fault });
    assert.equal(refused.error, expected, JSON.stringify(fault));
  }
  assert.deepEqual((await client.get('/sandbox/faults')).response.list, []);
});

test('draws depend on seed, position and purpose alone, and fill the range from 0 to 1 evenly', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.string(), (seed, position, purpose) => {
      const drawn = uniformAt(seed, position, purpose);
      assert.ok(drawn >= 0 && drawn < 1);
      assert.equal(uniformAt(seed, position, purpose), drawn);
      assert.notEqual(uniformAt(seed, position + 1, purpose), drawn);
      assert.notEqual(uniformAt(`${seed}.`, position, purpose), drawn);
    }),
  );
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let at = 0; at < 10_000; at++) {
    const tenth = Math.floor(uniformAt('even', at, 'strike') * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) assert.ok(count > 850 && count < 1150, String(tenths));
});

test('latencies stay within the bounds of their distribution', () => {
  const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(uniform, fc.nat(10_000), fc.nat(10_000), (drawn, one, more) => {
      const between = latencyMs({ distribution: 'uniform', minMs: one, maxMs: one + more }, drawn);
      assert.ok(between >= one && between <= one + more);
      const capped = latencyMs({ distribution: 'exponential', meanMs: one, capMs: more }, drawn);
      assert.ok(capped >= 0 && capped <= more);
      assert.equal(latencyMs({ distribution: 'fixed', ms: one }, drawn), one);
    }),
  );
});
