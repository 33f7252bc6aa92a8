import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../../kit/api-client.ts';
import { bookOf, issueBarcode, issueVbank, newOrder, payByCard } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const issue = (change: object) => client.post('/cvs', { merchant_uid: newOrder(), amount: 3000, ...change });

test('a barcode is issued by the gateway that has barcodes, whatever the default channel is, and waits', async () => {
  const expired_at = Math.floor(Date.now() / 1000) + 600;
  const { response } = await issue({ expired_at, name: '도시락' });
  assert.deepEqual(
    [response.status, response.pay_method, response.pg_provider, response.name],
    ['ready', 'cvs', 'galaxia', '도시락'],
  );
  assert.equal((await bookOf(client, response.imp_uid, 'galaxia')).status, 'waiting_for_deposit');
});

test('a barcode of the own system is registered as it is, once while it waits', async () => {
  const barcode = `77${Date.now()}`;
  assert.equal((await issue({ barcode })).code, 0);
  assert.equal((await issue({ barcode })).error, 'barcode_issue_refused');
  assert.equal((await issue({ barcode: '<script>' })).error, 'parameter_invalid');
  assert.equal((await issue({ barcode: '1'.repeat(49) })).error, 'parameter_too_long');
});

test('a barcode for the past, or at a gateway without barcodes, is refused', async () => {
  assert.equal((await issue({ expired_at: 1_000_000_000 })).error, 'parameter_invalid');
  assert.equal((await issue({ pg: 'tosspayments' })).error, 'not_supported_by_gateway');
  assert.equal((await issue({ amount: 12.5 })).error, 'amount_invalid');
});

test('revoking a barcode that waits makes the payment failed in both books, and it can no longer be paid', async () => {
  const impUid = await issueBarcode(client);
  const { response } = await client.delete(`/cvs/${impUid}`, { 'content-type': 'application/json' });
  assert.deepEqual([response.status, response.fail_reason, response.cancel_amount], ['failed', '수납번호말소', 0]);
  assert.equal((await bookOf(client, impUid, 'galaxia')).status, 'revoked');
  assert.equal((await client.post(`/sandbox/cvs/${impUid}/pay`)).error, 'sandbox_payment_refused');
});

test('a barcode that was paid at the counter is paid in both books, and is not revoked', async () => {
  const impUid = await issueBarcode(client);
  const paid = await client.post(`/sandbox/cvs/${impUid}/pay`);
  assert.deepEqual([paid.response.status, paid.response.deposit_history], ['paid', []]);
  const refused = await client.delete(`/cvs/${impUid}`);
  assert.deepEqual([refused.status, refused.error], [400, 'cvs_not_revocable']);
  assert.equal((await bookOf(client, impUid, 'galaxia')).status, 'paid');
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).error, 'not_supported_by_gateway');
});

test('only a barcode that waits is revoked', async () => {
  const unknown = await client.delete('/cvs/imp_000000000000');
  assert.deepEqual([unknown.status, unknown.error], [404, 'payment_not_found']);
  const revoked = await issueBarcode(client);
  await client.delete(`/cvs/${revoked}`);
  for (const impUid of [revoked, await payByCard(client), await issueVbank(client)]) {
    const before = (await client.get(`/payments/${impUid}`)).text;
    assert.equal((await client.delete(`/cvs/${impUid}`)).error, 'cvs_not_revocable');
    assert.equal((await client.get(`/payments/${impUid}`)).text, before);
  }
});
