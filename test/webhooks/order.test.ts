import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServerOn } from '../exactly-once/servers.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { depositedVbank, issueVbank, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { hang, ok, startReceiver, withStatus } from './receiver.ts';
import { endedWebhooks, newWebhookMerchant } from './webhook-merchant.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ settings: { webhookRetryPauseMs: 1_000 } });
});
after(() => sandbox.close());

test('an event waits until the earlier one of its payment is delivered, repeats included', async (t) => {
  const receiver = await startReceiver(t, withStatus(500));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url, webhook_retry: true });
  const impUid = await issueVbank(client);
  await client.post(`/sandbox/vbanks/${impUid}/deposit`);
  await receiver.waitFor(2);
  assert.deepEqual(new Set(receiver.received.map(({ fields }) => fields.status)), new Set(['ready']));
  receiver.answerWith(ok);
  const webhooks = await endedWebhooks(client, impUid, 2);
  assert.deepEqual(
    webhooks.map(({ state }) => state),
    ['delivered', 'delivered'],
  );
  assert.deepEqual(
    receiver.received.slice(-2).map(({ fields }) => fields.status),
    ['ready', 'paid'],
  );
  assert.equal(receiver.received.filter(({ fields }) => fields.status === 'paid').length, 1);
});

test('an event that is given up lets the next one go', async (t) => {
  const receiver = await startReceiver(t, withStatus(400));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const impUid = await depositedVbank(client);
  const webhooks = await endedWebhooks(client, impUid, 2);
  assert.deepEqual(
    webhooks.map(({ event, state }) => `${event} ${state}`),
    ['ready failed', 'paid failed'],
  );
});

test('what is sent again by hand neither waits for later events nor holds them up', async (t) => {
  const receiver = await startReceiver(t, withStatus(400));
  const { client } = await newWebhookMerchant(sandbox.url, { webhook_url: receiver.url });
  const impUid = await issueVbank(client);
  const [ready] = await endedWebhooks(client, impUid, 1);
  // The resend hangs, and the deposit comes while it does.
  receiver.answerWith((response, _request, { fields }) => {
    if (fields.status === 'paid') response.end('ok');
  });
  await client.post(`/webhooks/${ready?.webhook_id}/resend`);
  await receiver.waitFor(2);
  await client.post(`/sandbox/vbanks/${impUid}/deposit`);
  const told = await receiver.waitFor(3);
  assert.deepEqual(
    told.map(({ fields }) => fields.status),
    ['ready', 'ready', 'paid'],
  );
  assert.equal((await client.get(`/webhooks/${ready?.webhook_id}`)).response.under_way, true);
});

test('many cancellations of a few payments over two servers: each is told once, in the order of its history', async (t) => {
  const other = await startServerOn(sandbox.testDatabase.url, sandbox.settings.simulators, {
    simulators: await simulatorsOf(sandbox),
  });
  t.after(() => other.close());
  let [underWay, most] = [0, 0];
  const busy = new Map<string, number>();
  const receiver = await startReceiver(t, (response, _request, { fields }) => {
    const impUid = fields.imp_uid ?? '';
    busy.set(impUid, (busy.get(impUid) ?? 0) + 1);
    most = Math.max(most, busy.get(impUid) ?? 0);
    underWay += 1;
    setTimeout(() => {
      underWay -= 1;
      busy.set(impUid, (busy.get(impUid) ?? 0) - 1);
      response.end('ok');
    }, underWay % 4);
  });
  const { client } = await newWebhookMerchant(sandbox.url, {});
  const elsewhere = createApiClient(other.url, client.token);
  const impUids = await Promise.all(Array.from({ length: 6 }, () => payByCard(client, 1000)));
  await client.put('/sandbox/merchant', { webhook_url: receiver.url });
  const each = 15;
  await Promise.all(
    impUids.flatMap((impUid) =>
      Array.from({ length: each }, async (_, index) => {
        const by: ApiClient = index % 2 ? client : elsewhere;
        const answer = await by.post('/payments/cancel', { imp_uid: impUid, amount: 10, enable_webhook: true });
        assert.equal(answer.code, 0, answer.text);
      }),
    ),
  );
  await receiver.waitFor(impUids.length * each);
  await eventually(async () => {
    const waiting = await sandbox.database.query(`select from webhook_deliveries where state = 'waiting' and in_order`);
    assert.equal(waiting.length, 0);
  });
  for (const impUid of impUids) {
    const history = (await client.get(`/payments/${impUid}`)).response.cancel_history;
    assert.deepEqual(
      receiver.received.filter(({ fields }) => fields.imp_uid === impUid).map(({ fields }) => fields.cancellation_id),
      history.map(({ cancellation_id }: { cancellation_id: string }) => cancellation_id),
    );
  }
  assert.equal(most, 1, 'of one payment, one at a time');
});

test("a receiver that hangs takes eight places and no more; others' webhooks, the merchant's own included, arrive", async (t) => {
  const dead = await startReceiver(t, hang);
  const alive = await startReceiver(t);
  const stuck = await newWebhookMerchant(sandbox.url, { webhook_url: dead.url });
  const pay = (client: ApiClient, more: object = {}) =>
    client.post('/sandbox/payments', { pay_method: 'card', amount: 1000, ...more });
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 10 }, () => pay(stuck.client)));
  await dead.waitFor(8);
  const happy = await newWebhookMerchant(sandbox.url, { webhook_url: alive.url });
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 10 }, () => pay(happy.client)));
  await pay(stuck.client, { notice_url: alive.url });
  await alive.waitFor(31);
  assert.equal(dead.received.length, 8);
  const waiting = (await stuck.client.get('/webhooks?state=waiting&limit=1000')).response.list;
  assert.equal(waiting.length, 200);
  assert.equal(waiting.filter(({ under_way }: { under_way: boolean }) => under_way).length, 8);
});

async function simulatorsOf({ database }: Sandbox): Promise<Record<string, string>> {
  const rows = await database.query<{ provider: string; base_url: string }>(
    'select distinct provider, base_url from channels',
  );
  return Object.fromEntries(rows.map(({ provider, base_url }) => [provider, base_url]));
}
