import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../kit/api-client.ts';
import { issueBarcode, issueVbank, newOrder, payByCard, refundAccount } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { startReceiver } from './receiver.ts';
import { endedWebhooks, newWebhookMerchant } from './webhook-merchant.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

async function eventsOf(client: ApiClient, impUid: string, count: number): Promise<string[]> {
  return (await endedWebhooks(client, impUid, count)).map(({ event, state }) => `${event} ${state}`);
}

test('an approval is told with the body of the real server, as JSON or as a form', async (t) => {
  const receiver = await startReceiver(t);
  for (const format of ['json', 'form']) {
    const { client } = await newWebhookMerchant(sandbox.url, {
      webhook_url: `${receiver.url}?format=${format}`,
      webhook_format: format,
    });
    const merchantUid = `주문 ${newOrder()}`;
    const impUid = await payByCard(client, 1000, { merchant_uid: merchantUid });
    assert.deepEqual(await eventsOf(client, impUid, 1), ['paid delivered']);
    const received = receiver.received.at(-1);
    assert.equal(received?.path, `/webhook?format=${format}`);
    assert.deepEqual(received?.fields, { imp_uid: impUid, merchant_uid: merchantUid, status: 'paid' });
    assert.equal(
      received?.headers['content-type'],
      format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    );
    assert.deepEqual(Object.keys(received?.fields ?? {}), ['imp_uid', 'merchant_uid', 'status']);
    assert.equal(received?.headers['x-hwanbul-signature'], undefined, 'nothing is signed by default');
  }
});

test('an account that is issued, its deposit and its refund with enable_webhook are told in this order', async (t) => {
  const receiver = await startReceiver(t);
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const impUid = await issueVbank(client);
  await client.post(`/sandbox/vbanks/${impUid}/deposit`);
  const refunded = await client.post('/payments/cancel', {
    imp_uid: impUid,
    ...refundAccount,
    amount: 400,
    enable_webhook: true,
  });
  assert.equal(refunded.code, 0, refunded.text);
  const told = await receiver.waitFor(3);
  assert.deepEqual(
    told.map(({ fields }) => [fields.imp_uid, fields.status, fields.cancellation_id]),
    [
      [impUid, 'ready', undefined],
      [impUid, 'paid', undefined],
      [impUid, 'cancelled', refunded.response.cancel_history[0].cancellation_id],
    ],
  );
});

test('payments in the window are told as well: paid, or ready when an account was given', async (t) => {
  const receiver = await startReceiver(t);
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const card = (await client.post('/sandbox/payments', { pay_method: 'card', amount: 1000 })).response.imp_uid;
  assert.deepEqual(await eventsOf(client, card, 1), ['paid delivered']);
  const vbank = (await client.post('/sandbox/payments', { pay_method: 'vbank', amount: 1000 })).response.imp_uid;
  assert.deepEqual(await eventsOf(client, vbank, 1), ['ready delivered']);
});

test('a barcode is told of when it is paid, not when it is issued', async (t) => {
  const receiver = await startReceiver(t);
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const impUid = await issueBarcode(client);
  await client.post(`/sandbox/cvs/${impUid}/pay`);
  assert.deepEqual(await eventsOf(client, impUid, 1), ['paid delivered']);
});

test('a cancellation by the API without enable_webhook, and what failed, are not told', async (t) => {
  const receiver = await startReceiver(t);
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const impUid = await payByCard(client);
  await client.post('/payments/cancel', { imp_uid: impUid });
  await client.post('/sandbox/faults', { operation: 'approve', kind: 'reject' });
  const refused = await client.post('/sandbox/faults', { operation: 'approve', kind: 'reject' });
  assert.equal(refused.code, 0);
  const unpaid = await client.post('/subscribe/payments/onetime', {
    merchant_uid: newOrder(),
    amount: 1000,
    card_number: '5570-4200-0000-7221',
    expiry: '2039-12',
  });
  assert.notEqual(unpaid.code, 0);
  assert.deepEqual(await eventsOf(client, impUid, 1), ['paid delivered']);
  const { list } = (await client.get('/webhooks')).response;
  assert.deepEqual(
    list.map(({ event }: { event: string }) => event),
    ['paid'],
  );
  assert.equal(receiver.received.length, 1);
});

test('a doubt that a person resolves as confirmed is told always, as a cancellation in the console is', async (t) => {
  const receiver = await startReceiver(t);
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const impUid = await payByCard(client);
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 1_000 });
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'lost_answer' });
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).error, 'cancellation_in_doubt');
  const [doubt] = (await client.get('/cancellations?state=in_doubt')).response.list;
  const resolved = await client.post(`/cancellations/${doubt.cancellation_id}/resolve`, {
    outcome: 'confirmed',
    reason: 'seen in the books of the gateway',
    actor: 'operator',
  });
  assert.equal(resolved.code, 0, resolved.text);
  const told = await receiver.waitFor(2);
  assert.deepEqual(told[1]?.fields, {
    imp_uid: impUid,
    merchant_uid: told[0]?.fields.merchant_uid,
    status: 'cancelled',
    cancellation_id: doubt.cancellation_id,
  });
  await client.delete('/sandbox/faults');
});

test('notice_url takes the place of webhook_url: one, or several that each get every event', async (t) => {
  const usual = await startReceiver(t);
  const [one, other] = [await startReceiver(t), await startReceiver(t)];
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: usual.url });
  const byCard = await payByCard(client, 1000, { notice_url: one.url });
  await endedWebhooks(client, byCard, 1);
  const vbank = await issueVbank(client, 1000, { notice_url: [one.url, other.url, one.url] });
  await client.post(`/sandbox/vbanks/${vbank}/deposit`);
  await endedWebhooks(client, vbank, 4);
  const statuses = ({ received }: typeof one) => received.map(({ fields }) => fields.status);
  assert.deepEqual(
    [statuses(usual), statuses(one), statuses(other)],
    [[], ['paid', 'ready', 'paid'], ['ready', 'paid']],
  );
});

test('more than ten URLs, or one that is too long, are refused before anything is begun', async (t) => {
  const { client } = await newWebhookMerchant(sandbox.url, {});
  const receiver = await startReceiver(t);
  const issue = (notice_url: readonly string[]) =>
    client.post('/sandbox/payments', { pay_method: 'vbank', amount: 1000, notice_url });
  const urls = Array.from({ length: 11 }, (_, index) => `${receiver.url}?${index}`);
  assert.equal((await issue(urls)).error, 'parameter_invalid');
  assert.equal((await issue([`${receiver.url}?${'x'.repeat(2_000)}`])).error, 'parameter_invalid');
  assert.deepEqual((await client.get('/payments/status/all')).response.list, []);
  const issued = await issue(urls.slice(1));
  await endedWebhooks(client, issued.response.imp_uid, 10);
  assert.equal(receiver.received.length, 10);
});

test('without any URL nothing is kept to be sent', async () => {
  const { client } = await newWebhookMerchant(sandbox.url, {});
  const impUid = await payByCard(client);
  assert.deepEqual((await client.get(`/webhooks?imp_uid=${impUid}`)).response.list, []);
  const changed = await client.put('/sandbox/merchant', { webhook_format: 'form', webhook_retry: true });
  const { user_code, ...settings } = changed.response;
  assert.match(user_code, /^imp\d{8}$/);
  assert.deepEqual(settings, {
    webhook_url: null,
    webhook_format: 'form',
    webhook_retry: true,
    webhook_signing: false,
    webhook_secret: null,
  });
  assert.equal((await client.put('/sandbox/merchant', { webhook_url: 'ftp://x' })).error, 'parameter_invalid');
  assert.equal((await client.put('/sandbox/merchant', { webhook_url: 'http://a:b@x/' })).error, 'parameter_invalid');
});
