import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../kit/api-client.ts';
import { goodCard, newOrder } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: { gatewayTimeoutMs: 500, requestDeadlineMs: 1_000 } });
  client = await sandbox.newMerchant();
});
after(() => sandbox.close());

const person = { reason: '가맹점관리자에서 확인', actor: '김담당' };

/** A payment by card at a gateway that can't be asked afterwards, and whose answer was lost. */
async function doubtfulApproval(kind: 'lost_answer' | 'disconnect') {
  await client.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind });
  const order = newOrder();
  const answer = await client.post('/subscribe/payments/onetime', {
    pg: 'ksnet',
    merchant_uid: order,
    amount: 1000,
    ...goodCard,
  });
  assert.equal(answer.error, 'outcome_in_doubt', answer.text);
  const { list } = (await client.get('/doubts')).response;
  const doubt = list.find((each: { merchant_uid: string }) => each.merchant_uid === order);
  assert.ok(doubt, 'the doubt is listed');
  return doubt;
}

test('a payment that a person has found at the gateway is paid, and can be given back', async () => {
  const doubt = await doubtfulApproval('lost_answer');
  assert.deepEqual([doubt.kind, doubt.state, doubt.amount, doubt.pg_tid], ['approve', 'in_doubt', 1000, null]);
  const book = (await client.get(`/sandbox/books/ksnet?imp_uid=${doubt.imp_uid}`)).response.transactions[0];
  const resolve = (more: object) => client.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, ...more });

  assert.equal((await resolve({ outcome: 'confirmed' })).error, 'parameter_missing', 'its id there is needed');
  const [first, second] = await Promise.all([1, 2].map(() => resolve({ outcome: 'confirmed', pg_tid: book.pg_tid })));
  assert.deepEqual([first?.error, second?.error].filter(Boolean), ['doubt_not_open'], 'one of two persons resolves it');

  const { response } = await client.get(`/payments/${doubt.imp_uid}`);
  assert.deepEqual([response.status, response.pg_tid], ['paid', book.pg_tid]);
  const cancelled = await client.post('/payments/cancel', { imp_uid: doubt.imp_uid });
  assert.equal(cancelled.response?.status, 'cancelled', cancelled.text);
});

test('a payment that a person has not found at the gateway has failed, and its order can be paid', async () => {
  const doubt = await doubtfulApproval('disconnect');
  const resolved = await client.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, outcome: 'refused' });
  assert.equal(resolved.response?.state, 'refused', resolved.text);
  assert.equal((await client.get(`/payments/${doubt.imp_uid}`)).response.status, 'failed');
  const again = await client.post('/subscribe/payments/onetime', {
    merchant_uid: doubt.merchant_uid,
    amount: 1000,
    ...goodCard,
  });
  assert.equal(again.code, 0, again.text);
});

test("another merchant's doubt is as unknown as one that does not exist", async () => {
  const doubt = await doubtfulApproval('disconnect');
  const other = await sandbox.newMerchant();
  const answer = await other.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, outcome: 'refused' });
  assert.deepEqual([answer.status, answer.error], [404, 'doubt_not_found']);
  assert.deepEqual((await other.get('/doubts')).response.list, []);
});
