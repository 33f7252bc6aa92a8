import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { adapters } from '../../../src/gateways/registry.ts';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { newOrder, payByCard } from '../../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../../kit/sandbox.ts';
import { everythingStored, formsOf } from './everything-stored.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: briefLimits });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const identifier = '010-0000-1234';
const sale = { name: '현금 판매', amount: 11_000, identifier };
/** What some gateway or other wants besides. */
const everything = {
  ...sale,
  identifier_type: 'phone',
  type: 'person',
  buyer_name: '홍길동',
  buyer_tel: '02-123-4567',
  product_type: 'real',
  corp_reg_no: '123456-1234567',
  pay_method: 'trans',
};
/** Letters and digits only, which one gateway wants. */
const newSale = () => newOrder('cash').replaceAll('-', '');
const issue = (order: string, change: object = {}, by = client): Promise<ApiAnswer> =>
  by.post(`/receipts/external/${order}`, { ...sale, ...change });

async function taxBook(provider = 'tosspayments', by = client): Promise<[amount: number, balance: number][]> {
  const { receipts } = (await by.get(`/sandbox/books/${provider}`)).response;
  return receipts.map((receipt: { amount: number; balance: number }) => [receipt.amount, receipt.balance]);
}

test('a receipt without a payment is issued, shown and revoked, and its order may have another one', async () => {
  const by = await sandbox.newMerchant();
  const order = newSale();
  const issued = await issue(order, {}, by);
  const { receipt_tid, apply_num, applied_at, ...rest } = issued.response;
  assert.deepEqual(
    { ...rest, receipt_url: null },
    { merchant_uid: order, type: 'person', amount: 11_000, vat: 1000, receipt_url: null, cancelled_at: 0 },
  );
  assert.deepEqual(Object.keys(issued.response), [
    'merchant_uid',
    'receipt_tid',
    'apply_num',
    'type',
    'amount',
    'vat',
    'receipt_url',
    'applied_at',
    'cancelled_at',
  ]);
  assert.ok(receipt_tid && apply_num && applied_at > 0);
  assert.deepEqual((await by.get(`/receipts/external/${order}`)).response, issued.response);
  assert.deepEqual(await taxBook('tosspayments', by), [[11_000, 11_000]]);

  const again = await issue(order, {}, by);
  assert.deepEqual([again.status, again.error], [400, 'external_receipt_already_issued']);
  const revoked = await by.delete(`/receipts/external/${order}`, { 'content-type': 'application/json' });
  assert.ok(revoked.response.cancelled_at > 0, revoked.text);
  assert.deepEqual({ ...revoked.response, cancelled_at: 0 }, issued.response);
  assert.deepEqual((await by.get(`/receipts/external/${order}`)).response, revoked.response);
  const twice = await by.delete(`/receipts/external/${order}`);
  assert.deepEqual([twice.status, twice.error], [400, 'receipt_already_revoked']);

  const next = await issue(order, { type: 'company', identifier: '123-45-67890', tax_free: 1000, vat_amount: 900 }, by);
  assert.deepEqual([next.response.type, next.response.vat, next.response.cancelled_at], ['company', 900, 0]);
  assert.notEqual(next.response.apply_num, apply_num);
  assert.deepEqual(await taxBook('tosspayments', by), [
    [11_000, 0],
    [11_000, 11_000],
  ]);
});

test('every gateway that has such receipts issues and revokes them as its capabilities say', async () => {
  const { response: channels } = await client.get('/sandbox/channels');
  for (const [provider, { capabilities, certifications }] of adapters) {
    // It certifies persons, and takes no payments that a receipt could be for.
    if (certifications) continue;
    const { externalReceipts: can } = capabilities;
    const order = newSale();
    const { channel_key } = channels.find((channel: { pg_provider: string }) => channel.pg_provider === provider);
    const issued = await issue(order, { ...everything, channel_key });
    if (!can) {
      assert.deepEqual([issued.status, issued.error], [501, 'receipt_not_supported'], provider);
      assert.equal((await client.get(`/receipts/external/${order}`)).status, 404);
      continue;
    }
    assert.equal(issued.code, 0, `${provider}: ${issued.text}`);
    for (const name of can.required ?? []) {
      const wanting = await issue(newSale(), { ...everything, channel_key, [name]: null });
      assert.deepEqual([wanting.status, wanting.error], [400, 'parameter_missing'], `${provider} ${name}`);
      assert.match(wanting.message ?? '', new RegExp(name));
    }
    const revoked = await client.delete(`/receipts/external/${order}`);
    if (can.revoke === 'unsupported') {
      assert.deepEqual([revoked.status, revoked.error], [501, 'receipt_not_supported'], provider);
    } else {
      assert.ok(revoked.response.cancelled_at > 0, `${provider}: ${revoked.text}`);
    }
    assert.deepEqual(await taxBook(provider), [[11_000, can.revoke === 'unsupported' ? 11_000 : 0]], provider);
  }
});

test('what a gateway does not take is refused before anything is sent', async () => {
  for (const [change, status, expected] of [
    [{ name: null }, 400, 'parameter_missing'],
    [{ amount: '' }, 400, 'parameter_missing'],
    [{ amount: 0 }, undefined, 'amount_invalid'],
    [{ identifier: null }, 400, 'parameter_missing'],
    [{ identifier: '12' }, 400, 'receipt_identifier_invalid'],
    [{ identifier_type: 'passport' }, 400, 'parameter_invalid'],
    [{ tax_free: 12_000 }, undefined, 'tax_free_exceeds_amount'],
    [{ channel_key: 'nobody' }, undefined, 'channel_not_found'],
    [{ pg: 'kakaopay' }, 501, 'receipt_not_supported'],
    [
      { ...everything, pg: 'nice_v2', identifier: '1234567890123', identifier_type: 'taxcard' },
      400,
      'parameter_invalid',
    ],
  ] as const) {
    const order = newSale();
    const answer = await issue(order, change);
    assert.equal(answer.error, expected, answer.text);
    if (status !== undefined) assert.equal(answer.status, status, answer.text);
    assert.equal((await client.get(`/receipts/external/${order}`)).error, 'external_receipt_not_found');
  }
  assert.equal((await issue('with-hyphen', { ...everything, pg: 'smartro_v2' })).error, 'parameter_invalid');
  const never = await client.delete(`/receipts/external/${newSale()}`);
  assert.deepEqual([never.status, never.error], [404, 'external_receipt_not_found']);
  assert.equal((await issue('x'.repeat(41))).error, 'parameter_too_long');
});

test("a gateway's no leaves no receipt, and the order free; a lost answer is found out, and blocks the order until then", async () => {
  const by = await sandbox.newMerchant();
  const order = newSale();
  await by.post('/sandbox/faults', { operation: 'issue_receipt', kind: 'reject' });
  const refused = await issue(order, {}, by);
  assert.deepEqual([refused.status, refused.error], [500, 'receipt_issue_refused']);

  await by.post('/sandbox/faults', { operation: 'inquire', kind: 'http_500', count: 1_000 });
  await by.post('/sandbox/faults', { operation: 'issue_receipt', kind: 'lost_answer' });
  const lost = await issue(order, {}, by);
  assert.equal(lost.error, 'outcome_in_doubt', lost.text);
  const doubts = (await by.get('/doubts')).response.list;
  assert.deepEqual(
    doubts.map((doubt: Record<string, unknown>) => [doubt.kind, doubt.imp_uid, doubt.merchant_uid, doubt.amount]),
    [['issue_receipt', null, order, 11_000]],
  );
  assert.match(doubts[0].pg_order, /^ext_[0-9a-f]{20}$/);
  const blocked = await issue(order, {}, by);
  assert.equal(blocked.error, 'external_receipt_already_issued');
  assert.match(blocked.message ?? '', new RegExp(`doubt_id: ${doubts[0].doubt_id}`));
  await by.delete('/sandbox/faults');
  await eventually(async () => assert.equal((await by.get(`/receipts/external/${order}`)).code, 0));
  assert.deepEqual(await taxBook('tosspayments', by), [[11_000, 11_000]]);

  // The same for a revocation, and a repeat with the key of the first request.
  await by.post('/sandbox/faults', { operation: 'revoke_receipt', kind: 'lost_answer' });
  await by.post('/sandbox/faults', { operation: 'inquire', kind: 'http_500', count: 1_000 });
  const revoke = () => by.delete(`/receipts/external/${order}`, { 'idempotency-key': order });
  assert.equal((await revoke()).error, 'cancellation_in_doubt');
  await by.delete('/sandbox/faults');
  await eventually(async () => assert.equal((await revoke()).code, 0));
  const { list } = (await by.get('/cancellations')).response;
  assert.deepEqual(
    list.map((each: Record<string, unknown>) => [each.kind, each.imp_uid, each.merchant_uid, each.state]),
    [['revoke_receipt', null, order, 'confirmed']],
  );
  assert.deepEqual(await taxBook('tosspayments', by), [[11_000, 0]]);
});

test('where the gateway can not be asked, a person ends the doubt', async () => {
  const by = await sandbox.newMerchant();
  for (const outcome of ['confirmed', 'refused'] as const) {
    const order = newSale();
    await by.post('/sandbox/faults', { pg_provider: 'html5_inicis', operation: 'issue_receipt', kind: 'lost_answer' });
    assert.equal((await issue(order, { pg: 'html5_inicis' }, by)).error, 'outcome_in_doubt');
    const [doubt] = (await by.get('/doubts')).response.list;
    const found = { pg_tid: 'tid', apply_num: '900000001' };
    const resolved = await by.post(`/doubts/${doubt.doubt_id}/resolve`, {
      outcome,
      reason: 'looked up',
      actor: 'kim',
      ...(outcome === 'confirmed' ? found : {}),
    });
    assert.equal(resolved.code, 0, resolved.text);
    const receipt = await by.get(`/receipts/external/${order}`);
    if (outcome === 'confirmed')
      assert.deepEqual([receipt.response.receipt_tid, receipt.response.apply_num], ['tid', '900000001']);
    else assert.equal(receipt.status, 404);
    // Free again after the refusal only.
    assert.equal((await issue(order, {}, by)).code, outcome === 'refused' ? 0 : -1);
  }
});

test('of many at once one is issued, and of many revocations one is carried out', async () => {
  const by = await sandbox.newMerchant();
  const order = newSale();
  const issues = await Promise.all(Array.from({ length: 8 }, () => issue(order, {}, by)));
  assert.deepEqual(
    issues.map(({ error }) => error ?? 'done').sort(),
    ['done', ...Array(7).fill('external_receipt_already_issued')].sort(),
  );
  const revocations = await Promise.all(Array.from({ length: 8 }, () => by.delete(`/receipts/external/${order}`)));
  assert.deepEqual(
    revocations.map(({ error }) => error ?? 'done').sort(),
    ['done', ...Array(7).fill('receipt_already_revoked')].sort(),
  );
  assert.deepEqual(await taxBook('tosspayments', by), [[11_000, 0]]);
});

test('orders of cash have nothing to do with payments, nor with those of other merchants', async () => {
  const other = await sandbox.newMerchant();
  const order = newSale();
  const impUid = await payByCard(client, 1000, { merchant_uid: order });
  assert.equal((await issue(order)).code, 0);
  assert.equal((await other.get(`/receipts/external/${order}`)).status, 404);
  assert.equal((await other.delete(`/receipts/external/${order}`)).status, 404);
  assert.equal((await issue(order, {}, other)).code, 0);
  const cancelled = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(cancelled.response.cash_receipt_issued, false);
  assert.equal((await client.get(`/receipts/external/${order}`)).response.cancelled_at, 0);
  const stored = await everythingStored(sandbox.database);
  for (const form of formsOf(identifier.replaceAll('-', '')))
    assert.ok(!stored.includes(form), 'the identifier is not kept in the clear');
});
