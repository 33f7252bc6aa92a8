import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Channel } from '../../../src/core/merchants/channels.ts';
import { issueReceiptKind } from '../../../src/core/receipts/issue-receipt-kind.ts';
import type { Payment } from '../../../src/core/records/payment.ts';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { depositedVbank, issueVbank, payByCard, refundAccount } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';
import { everythingStored, formsOf } from './everything-stored.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const identifier = '010-1234-5678';
const issue = (impUid: string, change: object = {}): Promise<ApiAnswer> =>
  client.post(`/receipts/${impUid}`, { identifier, ...change });
const isIssued = async (impUid: string): Promise<boolean> =>
  (await client.get(`/payments/${impUid}`)).response.cash_receipt_issued;

/** What the tax service has of a payment's receipts. */
async function taxBook(impUid: string): Promise<[amount: number, balance: number][]> {
  const { receipts } = (await client.get('/sandbox/books/tosspayments')).response;
  return receipts
    .filter((receipt: { imp_uid: string }) => receipt.imp_uid === impUid)
    .map((receipt: { amount: number; balance: number }) => [receipt.amount, receipt.balance]);
}

test('a receipt is issued over what was paid, shown, and revoked, and the payment follows', async () => {
  const impUid = await depositedVbank(client, 1100);
  const issued = await issue(impUid, { identifier_type: 'phone' });
  assert.deepEqual(
    [
      issued.response.imp_uid,
      issued.response.type,
      issued.response.amount,
      issued.response.vat,
      issued.response.cancelled_at,
    ],
    [impUid, 'person', 1100, 100, 0],
  );
  assert.ok(issued.response.apply_num !== '' && issued.response.receipt_tid && issued.response.applied_at > 0);
  assert.equal(await isIssued(impUid), true);
  assert.deepEqual((await client.get(`/receipts/${impUid}`)).response, issued.response);
  const revoked = await client.delete(`/receipts/${impUid}`, { 'content-type': 'application/json' });
  assert.ok(revoked.response.cancelled_at > 0);
  assert.equal(revoked.response.receipt_tid, issued.response.receipt_tid);
  assert.equal(await isIssued(impUid), false);
  assert.deepEqual(await taxBook(impUid), [[1100, 0]]);
});

test('after a revocation another receipt may be issued', async () => {
  const impUid = await depositedVbank(client, 1100);
  await issue(impUid);
  await client.delete(`/receipts/${impUid}`);
  const written = ' 123 - 45 - 67890'.padEnd(40);
  assert.equal((await issue(impUid, { type: 'company', identifier: written })).response.type, 'company');
  assert.deepEqual(await taxBook(impUid), [
    [1100, 0],
    [1100, 1100],
  ]);
});

test('a receipt is over what is left after cancellations, with the VAT of that', async () => {
  const impUid = await depositedVbank(client, 2200);
  await client.post('/payments/cancel', { imp_uid: impUid, amount: 1100, ...refundAccount });
  const { response } = await issue(impUid);
  assert.deepEqual([response.amount, response.vat], [1100, 100]);
});

test('a full cancellation revokes the receipt too, a partial one leaves a receipt over the rest', async () => {
  const impUid = await depositedVbank(client, 1100);
  await issue(impUid);
  const part = await client.post('/payments/cancel', { imp_uid: impUid, amount: 550, ...refundAccount });
  assert.equal(part.response.cash_receipt_issued, true);
  const left = (await client.get(`/receipts/${impUid}`)).response;
  assert.deepEqual([left.amount, left.vat, left.cancelled_at], [550, 50, 0]);
  assert.deepEqual(await taxBook(impUid), [[1100, 550]]);
  const rest = await client.post('/payments/cancel', { imp_uid: impUid, ...refundAccount });
  assert.equal(rest.response.cash_receipt_issued, false);
  assert.ok((await client.get(`/receipts/${impUid}`)).response.cancelled_at > 0);
  assert.deepEqual(await taxBook(impUid), [[1100, 0]]);
});

test('a cancellation stays done when the revocation of its receipt is refused, and the receipt stays true', async () => {
  const impUid = await depositedVbank(client, 1100);
  await issue(impUid);
  await client.post('/sandbox/faults', { operation: 'revoke_receipt', kind: 'reject' });
  const cancelled = await client.post('/payments/cancel', { imp_uid: impUid, ...refundAccount });
  assert.deepEqual([cancelled.code, cancelled.response.cancel_amount], [0, 1100]);
  assert.equal(cancelled.response.cash_receipt_issued, true);
  assert.deepEqual(await taxBook(impUid), [[1100, 1100]]);
  assert.ok((await client.delete(`/receipts/${impUid}`)).response.cancelled_at > 0);
  assert.deepEqual(await taxBook(impUid), [[1100, 0]]);
});

test('a tax-free part and a VAT of the caller are taken, within the amount', async () => {
  const impUid = await depositedVbank(client, 1100);
  assert.equal((await issue(impUid, { tax_free: 1101 })).error, 'tax_free_exceeds_amount');
  assert.equal((await issue(impUid, { tax_free: 1000, vat_amount: 101 })).error, 'tax_free_exceeds_amount');
  assert.equal((await issue(impUid, { vat: -1 })).error, 'amount_invalid');
  assert.equal((await issue(impUid, { tax_free: 550, vat: 50 })).response.vat, 50);
});

test('an identifier must fit its kind', async () => {
  const impUid = await depositedVbank(client);
  for (const change of [
    { identifier: 'abc' },
    { identifier: '12345' },
    { identifier: '010-1234-5678', identifier_type: 'business' },
    { identifier: '123-45-67890', identifier_type: 'person' },
    { identifier: '010-1234-5678', type: 'company' },
  ]) {
    const refused = await issue(impUid, change);
    assert.deepEqual([refused.status, refused.error], [400, 'receipt_identifier_invalid'], JSON.stringify(change));
  }
  assert.equal((await issue(impUid, { identifier: null })).error, 'parameter_missing');
  assert.equal((await issue(impUid, { identifier: '1'.repeat(31) })).error, 'parameter_too_long');
  assert.equal((await issue(impUid, { identifier_type: 'passport' })).error, 'parameter_invalid');
  assert.deepEqual(await taxBook(impUid), []);
});

test('refusals have the HTTP status of the contract: 400, 404, 500 and 501', async () => {
  const impUid = await depositedVbank(client);
  const byCard = await payByCard(client);
  await client.post('/sandbox/faults', { operation: 'issue_receipt', kind: 'reject' });
  const seen: unknown[][] = [];
  const see = ({ status, code, error, response }: ApiAnswer) => seen.push([status, code, error, response]);
  see(await issue(impUid));
  see(await client.delete(`/receipts/${impUid}`));
  see(await client.get(`/receipts/${impUid}`));
  see(await issue(await issueVbank(client)));
  see(await issue(byCard));
  see(await client.delete(`/receipts/${byCard}`));
  see(await issue('imp_000000000000'));
  await issue(impUid);
  see(await issue(impUid));
  await client.post('/sandbox/faults', { operation: 'revoke_receipt', kind: 'reject' });
  see(await client.delete(`/receipts/${impUid}`));
  await client.delete(`/receipts/${impUid}`);
  see(await client.delete(`/receipts/${impUid}`));
  assert.deepEqual(seen, [
    [500, -1, 'receipt_issue_refused', null],
    [400, -1, 'receipt_never_issued', null],
    [404, -1, 'receipt_not_found', null],
    [400, -1, 'receipt_payment_not_paid', null],
    [501, -1, 'receipt_not_supported', null],
    [501, -1, 'receipt_not_supported', null],
    [404, -1, 'payment_not_found', null],
    [400, -1, 'receipt_already_issued', null],
    [500, -1, 'receipt_revocation_refused', null],
    [400, -1, 'receipt_already_revoked', null],
  ]);
});

test('of 20 receipts asked for at once, one is issued', async () => {
  const impUid = await depositedVbank(client);
  const answers = await Promise.all(Array.from({ length: 20 }, () => issue(impUid)));
  assert.equal(answers.filter(({ code }) => code === 0).length, 1);
  assert.deepEqual(await taxBook(impUid), [[1000, 1000]]);
});

test('a receipt is made out to the buyer whom its request names, else to that of the payment', async () => {
  const stored = { name: null, email: 'kept@example.com', tel: null };
  for (const [asked, buyer] of [
    [
      { buyer_name: '김환불', buyer_tel: '010-1111-2222' },
      { ...stored, name: '김환불', tel: '010-1111-2222' },
    ],
    [{ buyer_tel: '010-3333-4444' }, { ...stored, tel: '010-3333-4444' }],
    [{}, stored],
  ] as const) {
    const impUid = await depositedVbank(client);
    assert.equal((await issue(impUid, asked)).code, 0);
    const [row] = await sandbox.database.query<Record<'operation' | 'receipt' | 'payment', never>>(
      `select to_jsonb(o) as operation, to_jsonb(r) as receipt, to_jsonb(p) as payment
       from operations o join receipts r on r.id = o.receipt_id join payments p on p.id = r.payment_id
       where p.imp_uid = $1 and o.kind = 'issue_receipt'`,
      [impUid],
    );
    const { operation, receipt, payment } = row ?? assert.fail('an operation was begun');
    const request = issueReceiptKind.requestOf({
      operation,
      subject: { type: 'receipt', receipt, payment: { ...(payment as Payment), buyer_email: stored.email } },
      channel: {} as Channel,
      secrets: { identifier: '01012345678' },
      card: null,
    });
    assert.deepEqual(request.buyer, buyer);
  }
});

test('the identifier of a receipt is stored encrypted only', async () => {
  const impUid = await depositedVbank(client);
  assert.equal((await issue(impUid, { identifier: '010-8361-2947' })).code, 0);
  const stored = await everythingStored(sandbox.database);
  for (const secret of ['01083612947', '010-8361-2947']) {
    for (const form of formsOf(secret)) assert.ok(!stored.includes(form));
  }
});
