import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../../kit/api-client.ts';
import { bookOf, depositedVbank, issueBarcode, issueVbank, payByCard } from '../../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ settings: briefLimits });
});
after(() => sandbox?.close());

const steps = (record: { history: { from: string; to: string }[] }) => record.history.map(({ from, to }) => [from, to]);

/** A cancellation whose answer was lost, at a gateway that can't be asked about it. */
async function doubtful(client: ApiClient, impUid: string, amount: number): Promise<string> {
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 1_000 });
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'disconnect' });
  const answer = await client.post('/payments/cancel', { imp_uid: impUid, amount });
  assert.deepEqual([answer.status, answer.code, answer.error], [200, -1, 'cancellation_in_doubt']);
  const [record] = (await client.get('/cancellations?state=in_doubt')).response.list;
  assert.ok(answer.message?.includes(record.cancellation_id), 'the message names it');
  return record.cancellation_id;
}

test('all four kinds of cancellation are on record, newest first, with their whole life', async () => {
  const client = await sandbox.newMerchant();
  const card = await payByCard(client, 1000);
  const done = await client.post('/payments/cancel', { imp_uid: card, amount: 300, reason: '부분 환불' });
  const vbank = await issueVbank(client);
  await client.delete(`/vbanks/${vbank}`);
  const barcode = await issueBarcode(client);
  await client.delete(`/cvs/${barcode}`);
  const deposited = await depositedVbank(client);
  await client.post(`/receipts/${deposited}`, { identifier: '010-1234-5678' });
  await client.delete(`/receipts/${deposited}`);
  const { list } = (await client.get('/cancellations')).response;
  assert.deepEqual(
    list.map((record: { kind: string; imp_uid: string; state: string }) => [record.kind, record.imp_uid, record.state]),
    [
      ['revoke_receipt', deposited, 'confirmed'],
      ['revoke_barcode', barcode, 'confirmed'],
      ['revoke_vbank', vbank, 'confirmed'],
      ['cancel', card, 'confirmed'],
    ],
  );
  const [entry] = done.response.cancel_history;
  const record = (await client.get(`/cancellations/${entry.cancellation_id}`)).response;
  assert.deepEqual(
    [record.amount, record.reason, record.pg_tid, record.inquiries, record.next_inquiry_at],
    [300, '부분 환불', entry.pg_tid, 0, 0],
  );
  assert.deepEqual(steps(record), [
    ['none', 'requested'],
    ['requested', 'sent'],
    ['sent', 'confirmed'],
  ]);
});

test('a refusal of the gateway is on record with its code and text', async () => {
  const client = await sandbox.newMerchant();
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'reject', code: 'NOT_CANCELABLE_AMOUNT' });
  await client.post('/payments/cancel', { imp_uid: await payByCard(client) });
  const [record] = (await client.get('/cancellations?state=refused')).response.list;
  assert.equal(record.gateway_code, 'NOT_CANCELABLE_AMOUNT');
  assert.ok(record.gateway_message.length > 0 && record.ended_at > 0);
});

test('the list goes on where a page ended', async () => {
  const client = await sandbox.newMerchant();
  const imp_uid = await payByCard(client, 1000);
  for (let count = 0; count < 5; count++) await client.post('/payments/cancel', { imp_uid, amount: count + 1 });
  const amounts: number[] = [];
  for (let before = ''; ; ) {
    const { list } = (await client.get(`/cancellations?limit=2${before}`)).response;
    if (list.length === 0) break;
    amounts.push(...list.map((record: { amount: number }) => record.amount));
    before = `&before=${list.at(-1).cancellation_id}`;
  }
  assert.deepEqual(amounts, [5, 4, 3, 2, 1]);
});

test('a doubt keeps its amount reserved, blocks the next cancellation, and is shown', async () => {
  const client = await sandbox.newMerchant();
  const imp_uid = await payByCard(client, 1000);
  const id = await doubtful(client, imp_uid, 400);
  const payment = (await client.get(`/payments/${imp_uid}`)).response;
  assert.deepEqual([payment.status, payment.cancel_amount, payment.cancel_history], ['paid', 0, []]);
  const [row] = await sandbox.database.query<{ reserved_minor: bigint }>(
    'select reserved_minor from payments where imp_uid = $1',
    [imp_uid],
  );
  assert.equal(row?.reserved_minor, 400n);
  const blocked = await client.post('/payments/cancel', { imp_uid, amount: 1 });
  assert.deepEqual([blocked.status, blocked.code, blocked.error], [200, -1, 'cancellation_blocked_by_doubt']);
  const record = (await client.get(`/cancellations/${id}`)).response;
  assert.deepEqual([record.state, record.amount, record.ended_at], ['in_doubt', 400, 0]);
  assert.ok(record.next_inquiry_at > 0);
});

test('a person ends a doubt either way without a call to the gateway, and the audit keeps who and why', async () => {
  for (const outcome of ['confirmed', 'refused'] as const) {
    const client = await sandbox.newMerchant();
    const imp_uid = await payByCard(client, 1000);
    const id = await doubtful(client, imp_uid, 400);
    const reason = 'seen in the dashboard of the gateway';
    const resolution = { outcome, reason, actor: 'kim@example.com', pg_tid: 'TID-1' };
    const resolved = await client.post(`/cancellations/${id}/resolve`, resolution);
    assert.equal(resolved.response.state, outcome);
    const last = resolved.response.history.at(-1);
    assert.deepEqual([last.from, last.to, last.by, last.why], ['in_doubt', outcome, 'person:kim@example.com', reason]);
    const payment = (await client.get(`/payments/${imp_uid}`)).response;
    const isDone = outcome === 'confirmed';
    assert.deepEqual([payment.status, payment.cancel_amount], isDone ? ['cancelled', 400] : ['paid', 0]);
    assert.deepEqual(
      payment.cancel_history.map((entry: { pg_tid: string; cancellation_id: string }) => [
        entry.pg_tid,
        entry.cancellation_id,
      ]),
      isDone ? [['TID-1', id]] : [],
    );
    assert.deepEqual((await bookOf(client, imp_uid)).cancels, [], 'the gateway was not called');
    const again = await client.post(`/cancellations/${id}/resolve`, { ...resolution, outcome: 'refused' });
    assert.deepEqual([again.status, again.error], [409, 'cancellation_not_open']);
    await client.delete('/sandbox/faults');
    const next = await client.post('/payments/cancel', { imp_uid, amount: 100 });
    assert.equal(next.response?.cancel_amount, isDone ? 500 : 100, next.text);
  }
});

test('a resolution needs an outcome, a reason and a name, and a cancellation that is in doubt', async () => {
  const client = await sandbox.newMerchant();
  const { response } = await client.post('/payments/cancel', { imp_uid: await payByCard(client) });
  const path = `/cancellations/${response.cancel_history[0].cancellation_id}/resolve`;
  const whole = { outcome: 'refused', reason: 'because', actor: 'kim' };
  for (const name of ['outcome', 'reason', 'actor']) {
    const refused = await client.post(path, { ...whole, [name]: null });
    assert.deepEqual([refused.status, refused.error], [400, 'parameter_missing'], name);
  }
  assert.equal((await client.post(path, { ...whole, outcome: 'perhaps' })).error, 'parameter_invalid');
  assert.equal((await client.post(path, whole)).error, 'cancellation_not_open');
});

test('rows of the audit can be neither changed nor taken away', async () => {
  const client = await sandbox.newMerchant();
  await client.post('/payments/cancel', { imp_uid: await payByCard(client) });
  for (const statement of [
    `update operation_audit set by = 'nobody'`,
    'delete from operation_audit',
    'truncate operation_audit',
  ]) {
    await assert.rejects(sandbox.database.query(statement), /only ever appended to/);
  }
});
