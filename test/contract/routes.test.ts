import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gateways } from '../../src/gateways/registry.ts';
import { seoulDay } from '../../src/platform/clock/seoul-time.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { bring, buyer, orderAtNaver } from '../kit/naver-orders.ts';
import {
  bookOf,
  depositedVbank,
  goodCard,
  issueBarcode,
  issueVbank,
  newOrder,
  payByCard,
  refundAccount,
} from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { type Observer, observe, recordOf } from './observed.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let observer: Observer;
let anybody: ApiClient;
let client: ApiClient;
let otherMerchant: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: briefLimits });
  observer = await observe(sandbox.url, record);
  anybody = observer.watch(createApiClient(sandbox.url));
  client = observer.watch(await sandbox.newMerchant());
  otherMerchant = observer.watch(await sandbox.newMerchant());
});
after(() => sandbox?.close());

const unknownId = 'imp_000000000000';

test('tokens and channels answer as the contract says', async () => {
  const merchant = await anybody.post('/sandbox/merchants', { name: '상점', webhook_format: 'form' });
  await anybody.post('/sandbox/merchants', { webhook_url: 'not a url' });
  assert.ok((await client.get('/sandbox/channels')).response.length > 1);
  await anybody.logIn(merchant.response.imp_key, merchant.response.imp_secret);
  assert.equal((await anybody.post('/users/getToken', {})).status, 400);
  assert.equal((await anybody.post('/users/getToken', { imp_key: 'a', imp_secret: 'b' })).status, 401);
  assert.ok((await client.get('/users/pg')).response.length > gateways.size);
  for (const path of ['/health', '/live', '/ready']) assert.equal((await anybody.get(path)).code, 0, path);
});

test('codes of banks and card companies, and the capabilities, answer as described', async () => {
  for (const path of ['/banks', '/banks/088', '/cards', '/cards/366']) {
    assert.equal((await client.get(path)).code, 0, path);
  }
  for (const path of ['/banks/999', '/cards/999']) {
    assert.equal((await client.get(path)).error, 'standard_code_not_found', path);
  }
  assert.ok((await anybody.get('/capabilities')).response.gateways.length >= 2);
});

test('payments by card number answer as the contract says, whatever becomes of them', async () => {
  const order = { merchant_uid: newOrder(), amount: 1000, ...goodCard };
  await client.post('/subscribe/payments/onetime', {
    ...order,
    name: '당근 10kg',
    buyer_email: '',
    custom_data: '{"a":1}',
  });
  const pay = (change: object) =>
    client.post('/subscribe/payments/onetime', { ...order, merchant_uid: newOrder(), ...change });
  assert.equal((await client.post('/subscribe/payments/onetime', order)).error, 'order_already_paid');
  for (const [change, expected] of [
    [{ card_number: '1234-1234-1234-1234' }, 'card_number_invalid'],
    [{ card_number: '4000-0000-0000-0010' }, 'payment_refused'],
    [{ card_number: null }, 'parameter_missing'],
    [{ expiry: '13-13' }, 'parameter_invalid'],
    [{ amount: 'abc' }, 'amount_invalid'],
    [{ tax_free: 1001 }, 'tax_free_exceeds_amount'],
    [{ currency: 'XXX' }, 'currency_not_supported'],
    [{ pg: 'nobody' }, 'channel_not_found'],
    [{ pg: 'galaxia' }, 'not_supported_by_gateway'],
    [{ merchant_uid: 'x'.repeat(41) }, 'parameter_too_long'],
  ] as const) {
    assert.equal((await pay(change)).error, expected);
  }
  await client.post('/sandbox/faults', { operation: 'approve', kind: 'disconnect' });
  assert.equal((await pay({})).error, 'outcome_in_doubt');
});

test('registered cards, and payments by them, answer as the contract says', async () => {
  const path = '/subscribe/customers/contract-card';
  const card = { pg: 'nice', ...goodCard };
  assert.equal((await client.get(path)).error, 'billing_key_not_found');
  assert.equal((await client.delete(path)).error, 'billing_key_not_found');
  assert.equal((await client.post(path, { ...card, card_number: '1234-1234-1234-1234' })).error, 'card_number_invalid');
  assert.equal((await client.post(path, { ...card, birth: null, card_number: '4000-0000-0000-0077' })).code, -1);
  assert.equal((await client.post(path, { ...card, pg: 'galaxia' })).error, 'not_supported_by_gateway');
  assert.equal((await client.post(path, { ...card, channel_group_id: 'group' })).error, 'channel_not_found');
  const group = '/sandbox/channel-groups/group';
  assert.equal((await client.put(group, { channels: [] })).error, 'parameter_missing');
  assert.equal((await client.put(group, { channels: [{ pg: 'nobody' }] })).error, 'channel_not_found');
  assert.equal((await client.put(group, { channels: [{ pg: 'nice', weight: 2 }] })).code, 0);
  const inGroup = await client.post(path, { ...card, channel_group_id: 'group', checking_amount: 100 });
  assert.equal(inGroup.response.channelGroupId, 'group');
  assert.equal((await client.delete(group)).code, 0);
  assert.equal((await client.delete(group)).error, 'channel_not_found');
  assert.equal((await client.post(path, { ...card, customer_name: '홍길동' })).code, 0);
  assert.equal((await client.get(path)).code, 0);
  assert.equal((await client.get('/subscribe/customers?customer_uid[]=contract-card')).status, 200);
  assert.equal((await client.get('/subscribe/customers?customer_uid[]=contract-card&customer_uid[]=none')).status, 207);
  assert.equal((await client.get('/subscribe/customers?customer_uid[]=none')).status, 404);
  assert.equal((await client.get('/subscribe/customers')).error, 'parameter_missing');
  const order = { customer_uid: 'contract-card', merchant_uid: newOrder(), amount: 9900 };
  assert.equal((await client.post('/subscribe/payments/again', order)).response.status, 'paid');
  assert.equal((await client.post('/subscribe/payments/again', order)).error, 'order_already_paid');
  const unknown = { ...order, merchant_uid: newOrder(), customer_uid: 'none' };
  assert.equal((await client.post('/subscribe/payments/again', unknown)).error, 'buyer_not_registered');
  assert.equal((await client.get(`${path}/payments`)).response.total, 2, 'the check is one, too');
  assert.equal((await client.get('/subscribe/customers/none/payments')).response.total, 0);
  assert.equal((await client.delete(path)).code, 0);
  const foreign = { merchant_uid: newOrder(), amount: 1000, ...goodCard };
  assert.equal((await client.post('/subscribe/payments/foreign', foreign)).code, 0);
});

test('lookups answer as the contract says', async () => {
  const impUid = await payByCard(client, 1000, { merchant_uid: 'looked-up' });
  for (const path of [
    `/payments/${impUid}`,
    `/payments?imp_uid[]=${impUid}`,
    `/payments?merchant_uid[]=looked-up&imp_uid[]=${impUid}`,
    '/payments/find/looked-up',
    '/payments/find/looked-up/paid?sorting=-paid',
    '/payments/findAll/looked-up',
    '/payments/findAll/looked-up/paid?sorting=updated',
    '/payments/status/all',
    '/payments/status/paid?limit=1&page=1',
    '/search/payments?merchant_uid=looked-up',
  ]) {
    assert.equal((await client.get(path)).status, 200, path);
  }
  assert.equal((await client.get(`/payments?imp_uid[]=${impUid}&imp_uid[]=${unknownId}`)).status, 207);
  const manyIds = Array.from({ length: 101 }, (_, index) => `imp_uid[]=imp_${index}`).join('&');
  for (const [path, expected] of [
    [`/payments/${unknownId}`, 'payment_not_found'],
    [`/payments/${impUid}?include_sandbox=false`, 'payment_not_found'],
    [`/payments?imp_uid[]=${unknownId}`, 'payment_not_found'],
    ['/payments', 'parameter_missing'],
    [`/payments?${manyIds}`, 'too_many_ids'],
    ['/payments/find/nothing', 'payment_not_found'],
    ['/payments/find/looked-up/failed', 'payment_not_found'],
    ['/payments/findAll/nothing', 'payment_not_found'],
    ['/payments/findAll/looked-up/unheard-of', 'payment_status_unknown'],
    ['/payments/findAll/looked-up?page=2', 'payment_not_found'],
    ['/payments/status/unheard-of', 'payment_status_unknown'],
    ['/payments/status/all?page=99', 'page_out_of_range'],
    ['/payments/status/all?limit=1001', 'parameter_invalid'],
    ['/payments/status/all?sorting=sideways', 'parameter_invalid'],
    ['/payments/status/all?from=1&to=99999999', 'period_too_long'],
    ['/search/payments?buyer_tel=1', 'parameter_invalid'],
    ['/search/payments?amount=much', 'amount_invalid'],
  ] as const) {
    assert.equal((await client.get(path)).error, expected, path);
  }
});

test('cancellations answer as the contract says, refused, in doubt and done', async () => {
  const impUid = await payByCard(client, 1000);
  const cancel = (body: object, headers?: Record<string, string>) => client.post('/payments/cancel', body, headers);
  const unpaid = await issueVbank(client);
  const deposited = await depositedVbank(client);
  const barcode = await issueBarcode(client);
  const gift = await payInWindow('cultureland');
  for (const [body, expected] of [
    [{}, 'cancel_target_missing'],
    [{ imp_uid: unknownId }, 'cancel_target_not_found'],
    [{ imp_uid: impUid, amount: -1 }, 'amount_invalid'],
    [{ imp_uid: impUid, amount: 1001 }, 'cancel_amount_exceeds_balance'],
    [{ imp_uid: impUid, checksum: 1 }, 'checksum_mismatch'],
    [{ imp_uid: impUid, tax_free: 1 }, 'cancel_tax_free_exceeds_balance'],
    [{ imp_uid: impUid, amount: 5, vat_amount: 6 }, 'tax_free_exceeds_amount'],
    [{ imp_uid: impUid, reason: 'x'.repeat(257) }, 'parameter_too_long'],
    [{ imp_uid: unpaid }, 'cancel_vbank_not_deposited'],
    [{ imp_uid: barcode }, 'cancel_barcode_not_paid'],
    [{ imp_uid: deposited }, 'refund_account_missing'],
    [{ imp_uid: deposited, ...refundAccount, refund_bank: '999' }, 'refund_account_invalid'],
    [{ imp_uid: gift, amount: 1 }, 'partial_cancel_not_supported'],
  ] as const) {
    assert.equal((await cancel(body)).error, expected, JSON.stringify(body));
  }
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'reject' });
  assert.equal((await cancel({ imp_uid: impUid })).error, 'cancellation_refused');
  assert.equal((await cancel({ imp_uid: impUid, amount: 100 })).response.cancel_amount, 100);
  assert.equal((await cancel({ imp_uid: impUid, amount: 50 }, { 'idempotency-key': 'k' })).code, 0);
  assert.equal(
    (await cancel({ imp_uid: impUid, amount: 51 }, { 'idempotency-key': 'k' })).error,
    'idempotency_key_reused',
  );
  assert.equal(
    (await cancel({ imp_uid: impUid }, { 'idempotency-key': 'x'.repeat(301) })).error,
    'idempotency_key_invalid',
  );
  assert.equal((await cancel({ imp_uid: impUid })).response.cancel_amount, 1000);
  assert.equal((await cancel({ imp_uid: impUid })).error, 'already_cancelled');
  assert.equal((await cancel({ imp_uid: deposited, ...refundAccount })).code, 0);
});

test('doubts of every kind answer as described', async () => {
  const order = newOrder();
  await client.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind: 'disconnect' });
  const paid = await client.post('/subscribe/payments/onetime', {
    pg: 'ksnet',
    merchant_uid: order,
    amount: 1000,
    ...goodCard,
  });
  assert.equal(paid.error, 'outcome_in_doubt');
  const { list } = (await client.get('/doubts?limit=10')).response;
  const id = list[0].doubt_id;
  assert.equal((await client.get(`/doubts?imp_uid=${list[0].imp_uid}&with_total=true`)).response.total, 1);
  assert.equal((await client.get(`/doubts/${id}`)).response.doubt_id, id);
  assert.equal((await otherMerchant.get(`/doubts/${id}`)).error, 'doubt_not_found');
  const resolution = { outcome: 'refused', reason: 'not in the dashboard of the gateway', actor: 'operator' };
  assert.equal((await client.post(`/doubts/${id}/resolve`, {})).error, 'parameter_missing');
  assert.equal((await otherMerchant.post(`/doubts/${id}/resolve`, resolution)).error, 'doubt_not_found');
  assert.equal((await client.post(`/doubts/${id}/resolve`, resolution)).response.state, 'refused');
  assert.equal((await client.post(`/doubts/${id}/resolve`, resolution)).error, 'doubt_not_open');
});

test('a refund that the gateway pays out later answers as described', async () => {
  const made = await client.post('/sandbox/payments', { pg_provider: 'kicc', pay_method: 'vbank', amount: 1000 });
  const impUid = made.response.imp_uid;
  await client.post(`/sandbox/vbanks/${impUid}/deposit`);
  const taken = await client.post('/payments/cancel', { imp_uid: impUid, ...refundAccount });
  assert.deepEqual([taken.response.status, taken.response.cancel_amount], ['cancelled', 1000], taken.text);
  assert.equal(taken.headers['x-hwanbul-cancellation-state'], 'accepted');
  const completed = await client.post(`/sandbox/payments/${impUid}/refund-result`, { succeeded: true });
  assert.equal(completed.response.cancel_amount, 1000, completed.text);
});

test('both books of a day are handed out as described', async () => {
  const date = seoulDay(new Date());
  const impUid = await payByCard(client);
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid, amount: 300 })).code, 0);
  const path = '/reconciliations/tosspayments';
  assert.equal((await client.get(`${path}/payments?date=${date}&look_up=true`)).code, 0);
  assert.equal((await client.get(`${path}/payments?date=${date}&limit=1`)).response.list[0].gateway, null);
  assert.equal((await client.get(`${path}/transactions?date=${date}`)).response.answer, 'listed');
  assert.equal((await client.get('/reconciliations/kakaopay/transactions?date=2026-01-01')).code, 0);
  for (const kind of ['payments', 'transactions']) {
    assert.equal((await client.get(`${path}/${kind}?date=2026-02-30`)).error, 'parameter_invalid');
    assert.equal((await client.get(`/reconciliations/nobody/${kind}?date=${date}`)).error, 'channel_not_found');
  }
});

test('an adoption of what our book has lost answers as described', async () => {
  const path = '/reconciliations/tosspayments/adoptions';
  const impUid = await payByCard(client);
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid, amount: 300 })).code, 0);
  const list = [{ order_id: impUid }, { order_id: 'imp_000000000000' }];
  assert.deepEqual(
    (await client.post(path, { list })).response.list.map(({ outcome }: { outcome: string }) => outcome),
    ['already_here', 'refused'],
  );
  await sandbox.database.query(
    `update payments set cancelled_minor = 0, cancelled_vat_minor = 0, cancel_history = '[]', status = 'paid', cancelled_at = null
     where imp_uid = $1`,
    [impUid],
  );
  assert.equal((await client.post(path, { list })).response.list[0].outcome, 'adoptable');
  const said = { list, dry_run: false, actor: 'kim', reason: 'restored' };
  assert.equal((await client.post(path, said)).response.list[0].outcome, 'adopted');
  assert.equal((await client.post(path, { ...said, actor: '' })).error, 'parameter_missing');
  assert.equal((await client.post('/reconciliations/nobody/adoptions', said)).error, 'channel_not_found');
});

test('cancellations as records answer as described', async () => {
  const impUid = await payByCard(client, 1000);
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 1_000 });
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'lost_answer' });
  const doubtful = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(doubtful.error, 'cancellation_in_doubt');
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).error, 'cancellation_blocked_by_doubt');
  const { list } = (await client.get('/cancellations?state=in_doubt')).response;
  const id = list[0].cancellation_id;
  assert.equal((await client.get('/cancellations?state=in_doubt&with_total=true')).response.total, 1);
  assert.equal((await client.get(`/cancellations/${id}`)).response.state, 'in_doubt');
  assert.equal((await client.get('/cancellations/UNKNOWN')).error, 'cancellation_not_found');
  assert.equal((await client.get('/cancellations?state=unheard-of')).error, 'parameter_invalid');
  const resolution = { outcome: 'confirmed', reason: 'seen in the dashboard of the gateway', actor: 'operator' };
  assert.equal((await client.post(`/cancellations/${id}/resolve`, {})).error, 'parameter_missing');
  assert.equal((await client.post('/cancellations/UNKNOWN/resolve', resolution)).error, 'cancellation_not_found');
  assert.equal((await client.post(`/cancellations/${id}/resolve`, resolution)).response.state, 'confirmed');
  assert.equal((await client.post(`/cancellations/${id}/resolve`, resolution)).error, 'cancellation_not_open');
  await client.delete('/sandbox/faults');
});

test('virtual accounts and barcodes answer as the contract says', async () => {
  const order = { merchant_uid: newOrder(), amount: 1000 };
  const account = {
    ...order,
    vbank_code: '004',
    vbank_due: Math.floor(Date.now() / 1000) + 600,
    vbank_holder: '홍길동',
  };
  assert.equal((await client.post('/vbanks', account)).response.status, 'ready');
  assert.equal((await client.post('/vbanks', { ...account, vbank_code: '999' })).error, 'bank_unknown');
  assert.equal((await client.post('/vbanks', { ...account, vbank_due: 1 })).error, 'parameter_invalid');
  assert.equal((await client.post('/vbanks', order)).error, 'parameter_missing');
  const vbank = await issueVbank(client);
  assert.equal((await client.put(`/vbanks/${vbank}`, { amount: 2000 })).error, 'vbank_change_not_supported');
  assert.equal((await client.put(`/vbanks/${unknownId}`)).error, 'payment_not_found');
  assert.equal((await client.delete(`/vbanks/${unknownId}`)).error, 'payment_not_found');
  await client.post('/sandbox/faults', { operation: 'revoke_vbank', kind: 'reject' });
  assert.equal((await client.delete(`/vbanks/${vbank}`)).error, 'vbank_revocation_refused');
  assert.equal((await client.delete(`/vbanks/${vbank}`)).response.status, 'failed');
  assert.equal((await client.delete(`/vbanks/${vbank}`)).error, 'vbank_not_revocable');
  assert.equal((await client.put(`/vbanks/${vbank}`)).error, 'vbank_not_changeable');
  await client.post('/sandbox/faults', { operation: 'issue_vbank', kind: 'reject' });
  assert.equal((await client.post('/vbanks', { ...account, merchant_uid: newOrder() })).error, 'vbank_issue_refused');

  const barcode = await client.post('/cvs', { ...order, merchant_uid: newOrder() });
  assert.equal(barcode.response.status, 'ready');
  const impUid = barcode.response.imp_uid;
  await client.post('/sandbox/faults', { pg_provider: 'galaxia', operation: 'revoke_barcode', kind: 'reject' });
  assert.equal((await client.delete(`/cvs/${impUid}`)).error, 'barcode_revocation_refused');
  assert.equal((await client.delete(`/cvs/${impUid}`)).response.status, 'failed');
  assert.equal((await client.delete(`/cvs/${impUid}`)).error, 'cvs_not_revocable');
  assert.equal((await client.delete(`/cvs/${unknownId}`)).error, 'payment_not_found');
  assert.equal((await client.post('/cvs', { ...order, expired_at: 1 })).error, 'parameter_invalid');
  assert.equal((await client.post('/cvs', { ...order, pg: 'tosspayments' })).error, 'not_supported_by_gateway');
});

test('cash receipts answer as the contract says', async () => {
  const impUid = await depositedVbank(client, 1100);
  const identifier = '010-1234-5678';
  assert.equal((await client.get(`/receipts/${impUid}`)).error, 'receipt_not_found');
  assert.equal((await client.delete(`/receipts/${impUid}`)).error, 'receipt_never_issued');
  assert.equal((await client.post(`/receipts/${impUid}`)).error, 'parameter_missing');
  assert.equal((await client.post(`/receipts/${impUid}`, { identifier: 'abc' })).error, 'receipt_identifier_invalid');
  await client.post('/sandbox/faults', { operation: 'issue_receipt', kind: 'reject' });
  assert.equal((await client.post(`/receipts/${impUid}`, { identifier })).error, 'receipt_issue_refused');
  assert.equal((await client.post(`/receipts/${impUid}`, { identifier })).code, 0);
  assert.equal((await client.post(`/receipts/${impUid}`, { identifier })).error, 'receipt_already_issued');
  assert.equal((await client.get(`/receipts/${impUid}`)).response.amount, 1100);
  await client.post('/sandbox/faults', { operation: 'revoke_receipt', kind: 'reject' });
  assert.equal((await client.delete(`/receipts/${impUid}`)).error, 'receipt_revocation_refused');
  assert.equal((await client.delete(`/receipts/${impUid}`)).code, 0);
  assert.equal((await client.delete(`/receipts/${impUid}`)).error, 'receipt_already_revoked');
  const byCard = await payByCard(client);
  assert.equal((await client.post(`/receipts/${byCard}`, { identifier })).error, 'receipt_not_supported');
  assert.equal((await client.delete(`/receipts/${byCard}`)).error, 'receipt_not_supported');
  const unpaid = await issueVbank(client);
  assert.equal((await client.post(`/receipts/${unpaid}`, { identifier })).error, 'receipt_payment_not_paid');
  for (const refused of [
    await client.get(`/receipts/${unknownId}`),
    await client.post(`/receipts/${unknownId}`, { identifier }),
    await client.delete(`/receipts/${unknownId}`),
  ]) {
    assert.equal(refused.error, 'payment_not_found');
  }
});

test('webhooks, and how they are sent, answer as described', async () => {
  assert.equal((await client.post('/webhooks/test')).error, 'webhook_url_missing');
  // Nobody listens there: what is described is the same whatever becomes of a webhook.
  const set = await client.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/', webhook_signing: true });
  assert.match(set.response.webhook_secret, /^whsec_/);
  assert.equal((await client.put('/sandbox/merchant', { webhook_format: 'xml' })).error, 'parameter_invalid');
  assert.equal((await client.get('/sandbox/merchant')).response.webhook_signing, true);
  const impUid = await payByCard(client);
  await eventually(async () => {
    const { list } = (await client.get(`/webhooks?imp_uid=${impUid}&state=failed&limit=1`)).response;
    assert.equal(list.length, 1);
  });
  const [{ webhook_id: id }] = (await client.get('/webhooks')).response.list;
  assert.equal((await client.get(`/webhooks/${id}`)).response.log.length, 1);
  const none = { list: [], next: null, looked_until: 0 };
  assert.deepEqual((await client.get(`/webhooks?before=${id}&with_total=true`)).response, { ...none, total: 1 });
  assert.deepEqual((await client.get('/webhooks?event=test&bounded=true')).response, { ...none, total: null });
  for (const before of ['x', '999999999']) {
    assert.equal((await client.get(`/webhooks?before=${before}`)).error, 'webhook_not_found', before);
  }
  assert.equal((await client.get('/webhooks?state=odd')).error, 'parameter_invalid');
  assert.equal((await client.get('/webhooks/999999999')).error, 'webhook_not_found');
  assert.equal((await client.post('/webhooks/x/resend')).error, 'webhook_not_found');
  assert.equal((await client.post(`/webhooks/${id}/resend`)).response.webhook_id, id);
  assert.equal((await client.post('/webhooks/resend')).error, 'parameter_missing');
  assert.equal((await client.post('/webhooks/resend', { state: 'delivered' })).response.count, 0);
  assert.equal((await client.post('/webhooks/test')).response.state, 'failed');
  const off = await client.put('/sandbox/merchant', { webhook_url: '', webhook_signing: false });
  assert.deepEqual([off.response.webhook_url, off.response.webhook_signing], [null, false]);
  for (const refused of [
    await otherMerchant.get(`/webhooks/${id}`),
    await otherMerchant.post(`/webhooks/${id}/resend`),
  ]) {
    assert.equal(refused.error, 'webhook_not_found');
  }
  assert.deepEqual((await otherMerchant.get('/webhooks')).response.list, []);
  assert.equal((await otherMerchant.post('/webhooks/resend', { webhook_id: [id] })).error, 'webhook_not_found');
});

test('the control plane of the sandbox answers as described', async () => {
  const vbank = await issueVbank(client);
  assert.equal(
    (await anybody.post(`/sandbox/vbanks/${vbank}/deposit`, { amount: 1 })).error,
    'sandbox_payment_refused',
  );
  assert.equal((await anybody.post(`/sandbox/vbanks/${vbank}/deposit`)).response.status, 'paid');
  assert.equal((await anybody.post(`/sandbox/vbanks/${unknownId}/deposit`)).error, 'payment_not_found');
  const barcode = await issueBarcode(client);
  assert.equal((await anybody.post(`/sandbox/payments/${vbank}/refund-result`)).error, 'sandbox_payment_refused');
  assert.equal((await anybody.post(`/sandbox/cvs/${barcode}/pay`)).response.status, 'paid');
  assert.equal((await anybody.post(`/sandbox/cvs/${barcode}/pay`)).error, 'sandbox_payment_refused');
  await payInWindow('trans');
  assert.equal((await client.post('/sandbox/payments', { pay_method: 'card', amount: 0 })).error, 'amount_invalid');
  assert.equal((await client.post('/sandbox/faults', { operation: 'cancel', kind: 'odd' })).error, 'parameter_invalid');
  assert.equal((await client.post('/sandbox/faults', { operation: 'cancel', kind: 'slow', count: 2 })).code, 0);
  assert.equal((await client.get('/sandbox/faults')).response.list.length, 1);
  const { id } = (await client.post('/sandbox/faults', { operation: 'cancel', kind: 'slow' })).response;
  assert.equal((await client.delete(`/sandbox/faults/${id}`)).code, 0);
  assert.equal((await client.delete(`/sandbox/faults/${id}`)).error, 'sandbox_fault_not_found');
  assert.equal((await client.delete('/sandbox/faults')).code, 0);
  assert.equal((await client.get('/sandbox/books/tosspayments')).code, 0);
  assert.equal((await client.get('/sandbox/books/nobody')).error, 'parameter_invalid');
});

test('what buyers do with wallets answers as described', async () => {
  assert.equal((await client.put('/sandbox/benepia/points/user01', { point: 5000 })).response.point, 5000);
  const member = '/sandbox/kcpquick/members/m0001';
  assert.equal((await client.get(member)).error, 'sandbox_buyer_refused');
  assert.equal((await client.put(member)).response.money, 0);
  const preparation = { btid: 'BT0001', cust_ip: '192.0.2.10', code_verifier: 'f3' };
  assert.equal((await client.post('/kcpquick/prepare/q_1', preparation)).code, 0);
  assert.equal((await client.post(`${member}/charge`, { merchant_uid: 'q_1', amount: 5000 })).response.money, 5000);
  assert.match((await client.post(`${member}/pin-check`)).response.imp_uid, /^imp_/);
  const agreed = await client.post(`${member}/autopay`, { customer_uid: 'card-1' });
  assert.deepEqual(agreed.response.customer_uids, ['card-1']);
  assert.equal((await client.post(`${member}/fido`)).response.fido, true);
  assert.equal((await client.get(member)).response.member_id, 'm0001');
});

test('a seed answers as described', async () => {
  const payment = { merchant_uid: newOrder(), pay_method: 'card', amount: 1000, state: 'paid' };
  const merchants = [{ payments: [payment] }];
  assert.equal((await anybody.post('/sandbox/seed', { merchants })).response.payments[0].changed, true);
  assert.equal((await anybody.post('/sandbox/seed', { text: 'merchants: 1' })).error, 'sandbox_seed_invalid');
  const unpayable = [{ payments: [{ ...payment, merchant_uid: newOrder(), amount: 1 }] }];
  assert.equal((await anybody.post('/sandbox/seed', { merchants: unpayable })).error, 'sandbox_seed_stopped');
});

test("the sandbox's clock answers as described", async () => {
  const own = observer.watch(await sandbox.newMerchant());
  const { now } = (await own.get('/sandbox/clock')).response;
  assert.equal((await own.post('/sandbox/clock', { at: now + 60 })).response.now, now + 60);
  assert.equal((await own.post('/sandbox/clock', { at: now })).error, 'sandbox_clock_backwards');
  assert.equal((await own.post('/sandbox/clock', {})).error, 'parameter_missing');
  assert.equal((await own.delete('/sandbox/clock')).response.held, false);
});

test("what buyers do with Naver Pay's orders answers as described", async () => {
  const { impUid, ids } = await orderAtNaver(client);
  await bring(client, impUid, ids[0], 'ship', 'deliver');
  assert.equal((await buyer(client, ids[0], 'request_cancel')).error, 'sandbox_payment_refused');
  const review = { review_type: 'general', score: '0', title: '별로' };
  assert.equal((await client.post(`/sandbox/naver/product-orders/${ids[0]}/reviews`, review)).code, 0);
  assert.equal((await client.post('/sandbox/naver/product-orders/1/reviews', review)).error, 'naver_order_not_found');
});

test("another merchant's token finds nothing and changes nothing, with any operation", async () => {
  const order = newOrder();
  const card = await payByCard(client, 1000, { merchant_uid: order });
  const vbank = await issueVbank(client);
  const deposited = await depositedVbank(client, 1100);
  await client.post(`/receipts/${deposited}`, { identifier: '010-1234-5678' });
  const barcode = await issueBarcode(client);
  await client.post('/payments/cancel', { imp_uid: card, amount: 100 });
  const ids = [card, vbank, deposited, barcode];
  const state = async () =>
    JSON.stringify([
      await Promise.all(ids.map(async (id) => (await client.get(`/payments/${id}`)).response)),
      await Promise.all(ids.map((id) => bookOf(client, id, id === barcode ? 'galaxia' : 'tosspayments'))),
      (await client.get(`/receipts/${deposited}`)).response,
      (await client.get('/cancellations')).response,
    ]);
  const before = await state();
  const [cancellation] = (await client.get('/cancellations')).response.list;
  const notFound: Record<string, Promise<{ error: string | undefined }>[]> = {
    payment_not_found: [
      ...ids.map((id) => otherMerchant.get(`/payments/${id}`)),
      otherMerchant.get(`/payments?imp_uid[]=${card}`),
      otherMerchant.get(`/payments?merchant_uid[]=${order}`),
      otherMerchant.get(`/payments/find/${order}`),
      otherMerchant.get(`/payments/findAll/${order}`),
      otherMerchant.delete(`/vbanks/${vbank}`),
      otherMerchant.put(`/vbanks/${vbank}`, { amount: 5 }),
      otherMerchant.delete(`/cvs/${barcode}`),
      otherMerchant.get(`/receipts/${deposited}`),
      otherMerchant.post(`/receipts/${deposited}`, { identifier: '010-1234-5678' }),
      otherMerchant.delete(`/receipts/${deposited}`),
      otherMerchant.post(`/sandbox/vbanks/${vbank}/deposit`),
      otherMerchant.post(`/sandbox/cvs/${barcode}/pay`),
    ],
    cancel_target_not_found: [
      ...ids.map((id) => otherMerchant.post('/payments/cancel', { imp_uid: id, ...refundAccount })),
      otherMerchant.post('/payments/cancel', { merchant_uid: order }),
    ],
    cancellation_not_found: [
      otherMerchant.get(`/cancellations/${cancellation.cancellation_id}`),
      otherMerchant.post(`/cancellations/${cancellation.cancellation_id}/resolve`, {
        outcome: 'refused',
        reason: 'none of theirs',
        actor: 'stranger',
      }),
    ],
  };
  for (const [expected, calls] of Object.entries(notFound)) {
    for (const answer of await Promise.all(calls)) assert.equal(answer.error, expected);
  }
  assert.equal((await otherMerchant.get('/payments/status/all')).response.total, 0);
  assert.deepEqual((await otherMerchant.get('/cancellations')).response.list, []);
  assert.deepEqual((await otherMerchant.get('/sandbox/books/tosspayments')).response.transactions, []);
  await otherMerchant.post('/sandbox/reset');
  await otherMerchant.delete('/sandbox/faults');
  assert.equal(await state(), before);
});

test('persons of a sandbox are certified in a window and in an app as described', async () => {
  const window = await client.post('/sandbox/certifications', { pg_provider: 'inicis_unified', name: '김영희' });
  assert.equal(window.response.certified, true);
  const refused = await client.post('/sandbox/certifications', { name: '김영희', phone: '01012340404' });
  assert.equal(refused.error, 'sandbox_certification_refused');
  const asked = await client.post('/certifications/otp/request', {
    ...{ name: '홍길동', phone: '01012345678', birth: '900101', gender_digit: '1', carrier: 'SKT' },
    ...{ pg: 'kcp_v2', verification_method: 'APP', bypass: { kcpV2: { media_type: 'MC01' } } },
  });
  const path = `/sandbox/certifications/${asked.response.imp_uid}/app-confirmation`;
  assert.equal((await otherMerchant.post(path)).error, 'certification_not_found');
  assert.equal((await client.post(path)).code, 0);
});

test('the buyer of an escrow payment decides as described', async () => {
  const paid = await client.post('/sandbox/payments', {
    ...{ pg_provider: 'ksnet', pay_method: 'trans', amount: 1000, escrow: true },
  });
  const impUid = paid.response.imp_uid;
  const path = `/sandbox/escrows/${impUid}/decision`;
  assert.equal((await client.post(path, { decision: 'confirmed' })).error, 'sandbox_payment_refused');
  const logis = { company: 'CJGLS', invoice: '1', sent_at: 1_733_000_300 };
  assert.equal((await client.post(`/escrows/logis/${impUid}`, { logis })).code, 0);
  assert.equal((await client.post(path, { decision: 'confirmed' })).code, 0);
});

test('a reset answers as described', async () => {
  await eventually(async () => assert.equal((await client.post('/sandbox/reset')).code, 0));
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));

async function payInWindow(payMethod: string): Promise<string> {
  const paid = await client.post('/sandbox/payments', { pay_method: payMethod, amount: 1000 });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}
