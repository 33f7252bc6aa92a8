import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startServerOn } from '../exactly-once/servers.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { depositedVbank, issueVbank, payByCard } from '../kit/orders.ts';
import { ampleLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { hang, ok, startReceiver, withStatus } from './receiver.ts';
import { endedWebhooks, newWebhookMerchant } from './webhook-merchant.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ settings: { ...ampleLimits, webhookRetryPauseMs: 1_000 } });
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
  const other = await startServerOn(sandbox.testDatabase.url, await simulatorsOf(sandbox), ampleLimits);
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

test("URLs of a host that hang, seven of them, neither delay the host's other URLs nor take more than eight places each", async (t) => {
  const receiver = await startReceiver(t, (response, request) => {
    if (!request.url?.startsWith('/webhook/dead')) response.end('ok');
  });
  const { client } = await newWebhookMerchant(sandbox.url, {});
  const pay = (notice_url: string) =>
    client.post('/sandbox/payments', { pay_method: 'card', amount: 1000, notice_url: [notice_url] });
  const came = (path: string) => receiver.received.filter((each) => each.path.startsWith(path)).length;
  for (let url = 0; url < 7; url++) {
    await Promise.all(Array.from({ length: 10 }, () => pay(`${receiver.url}/dead?shop=${url}`)));
  }
  await receiver.waitFor(7 * 8);
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 10 }, () => pay(`${receiver.url}/alive`)));
  }
  await receiver.waitFor(7 * 8 + 30);
  assert.equal(came('/webhook/alive'), 30);
  for (let url = 0; url < 7; url++) assert.equal(came(`/webhook/dead?shop=${url}`), 8, `URL ${url}`);
});

test('a merchant who gives every payment a URL of its own gets every webhook, and another one is not kept waiting', async (t) => {
  const receiver = await startReceiver(t);
  let waiting: (() => void)[] | undefined = [];
  receiver.answerWith((response, request) => {
    if (waiting && request.url?.includes('order=')) waiting.push(() => response.end('ok'));
    else response.end('ok');
  });
  const [one, other] = [await newWebhookMerchant(sandbox.url, {}), await newWebhookMerchant(sandbox.url, {})];
  const pay = ({ client }: typeof one, url: string) =>
    client.post('/sandbox/payments', { pay_method: 'card', amount: 1000, notice_url: [url] });
  const orders = Array.from({ length: 150 }, (_, order) => `${receiver.url}?order=${order}`);
  for (let from = 0; from < orders.length; from += 10) {
    await Promise.all(orders.slice(from, from + 10).map((url) => pay(one, url)));
  }
  // The places of the host are all taken; there are none more for this merchant, and some for everybody else.
  await receiver.waitFor(64);
  await pay(other, receiver.url);
  await receiver.waitFor(65);
  assert.equal(receiver.received.filter(({ path }) => path === '/webhook').length, 1);
  const held = waiting;
  waiting = undefined;
  for (const answer of held) answer();
  await receiver.waitFor(151);
  assert.equal(new Set(receiver.received.map(({ path }) => path)).size, 151);
});

test('a payment settles, and is told, whatever the length of its notice_url in bytes', async (t) => {
  const receiver = await startReceiver(t);
  const { client } = await newWebhookMerchant(sandbox.url, {});
  // Longer than an index takes, and nothing that could be packed.
  const letters = Array.from({ length: 1_000 }, () => String.fromCodePoint(0xac00 + randomInt(11_172))).join('');
  for (const url of [`${receiver.url}?q=${letters}`, `http://${letters}/`]) {
    const paid = await client.post('/sandbox/payments', { pay_method: 'card', amount: 1000, notice_url: [url] });
    assert.equal(paid.response?.status, 'paid', paid.text);
  }
  await receiver.waitFor(1);
});

async function simulatorsOf({ database }: Sandbox): Promise<Record<string, string>> {
  const rows = await database.query<{ provider: string; base_url: string }>(
    'select distinct provider, base_url from channels',
  );
  return Object.fromEntries(rows.map(({ provider, base_url }) => [provider, base_url]));
}
