import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ChannelGroup, routeThrough } from '../../../src/core/merchants/channel-groups.ts';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { goodCard, newOrder } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

async function group(channels: readonly { pg: string; weight?: number }[], by = client): Promise<string> {
  const id = newOrder('group');
  const made = await by.put(`/sandbox/channel-groups/${id}`, { channels });
  assert.equal(made.code, 0, made.text);
  return id;
}

const register = (uid: string, more: object): Promise<ApiAnswer> =>
  client.post(`/subscribe/customers/${uid}`, { ...goodCard, pg: 'kcp', channel_key: 'none', ...more });
const payOnce = (channelGroupId: string, more: object = {}): Promise<ApiAnswer> =>
  client.post('/subscribe/payments/onetime', {
    merchant_uid: newOrder(),
    amount: 1000,
    channelGroupId,
    pg: 'kcp',
    ...goodCard,
    ...more,
  });

test('an order falls to a channel by weight, and always to the same one', async () => {
  const id = await group([
    { pg: 'tosspayments', weight: 1 },
    { pg: 'nice', weight: 3 },
  ]);
  const providers = new Set<string>();
  for (let count = 0; count < 12; count += 1) {
    const paid = await payOnce(id);
    assert.equal(paid.response?.status, 'paid', paid.text);
    providers.add(paid.response.pg_provider);
    const { merchant_uid } = paid.response;
    assert.equal((await payOnce(id, { merchant_uid })).error, 'order_already_paid');
  }
  assert.ok([...providers].every((pg) => pg === 'tosspayments' || pg === 'nice'));
});

test('of many names each channel gets its share, and the rest follow the heaviest first', () => {
  const members = [
    ['a', 6],
    ['b', 3],
    ['c', 1],
  ].map(([provider, weight]) => ({ channel: { provider }, weight }));
  const made = { groupId: 'group', members } as unknown as ChannelGroup;
  const first = new Map<string, number>();
  for (let count = 0; count < 10_000; count += 1) {
    const route = routeThrough(made, `order-${count}`).map(({ provider }) => provider);
    assert.deepEqual(
      routeThrough(made, `order-${count}`).map(({ provider }) => provider),
      route,
    );
    first.set(route[0] ?? '', (first.get(route[0] ?? '') ?? 0) + 1);
    assert.deepEqual(
      route.slice(1),
      ['a', 'b', 'c'].filter((each) => each !== route[0]),
    );
  }
  for (const [provider, share] of [
    ['a', 6000],
    ['b', 3000],
    ['c', 1000],
  ] as const) {
    assert.ok(Math.abs((first.get(provider) ?? 0) - share) < 300, `${provider}: ${first.get(provider)}`);
  }
  assert.deepEqual(routeThrough({ groupId: 'group', members: [] }, 'order'), []);
});

test('a card is registered at one channel of a group, and charged through it', async () => {
  const id = await group([{ pg: 'nice', weight: 1 }]);
  const uid = newOrder('card');
  const { response: made, text } = await register(uid, { channel_group_id: id, customer_name: '홍길동' });
  assert.deepEqual(
    [made?.customer_uid, made?.channelGroupId, made?.customer_name, made?.failedChannels],
    [uid, id, '홍길동', []],
    text,
  );
  const [{ pg_provider, card_number, inserted, updated }] = made.succeededChannels;
  assert.deepEqual([pg_provider, card_number, inserted === updated], ['nice', '557042******7221', true]);
  const order = { customer_uid: uid, merchant_uid: newOrder(), amount: 700 };
  const paid = await client.post('/subscribe/payments/again', order);
  assert.deepEqual([paid.response?.status, paid.response?.pg_provider], ['paid', 'nice'], paid.text);
});

test('where a channel refuses the card the next one is asked, and the answer tells of both', async () => {
  const id = await group([{ pg: 'tosspayments', weight: 1000 }, { pg: 'nice', weight: 1 }, { pg: 'kakaopay' }]);
  const uid = newOrder('card');
  await client.post('/sandbox/faults', { pg_provider: 'tosspayments', operation: 'issue_key', kind: 'reject' });
  await client.post('/sandbox/faults', { pg_provider: 'nice', operation: 'issue_key', kind: 'reject' });
  const none = await register(uid, { channel_group_id: id });
  assert.ok(['card_number_invalid', 'billing_key_issue_refused'].includes(none.error ?? ''), none.text);
  assert.equal((await client.get(`/subscribe/customers/${uid}`)).error, 'billing_key_not_found');
  let failures = 0;
  for (let count = 0; count < 3; count += 1) {
    await client.post('/sandbox/faults', { pg_provider: 'tosspayments', operation: 'issue_key', kind: 'reject' });
    const { response } = await register(newOrder('card'), { channelGroupId: id });
    await client.delete('/sandbox/faults');
    assert.equal(response.succeededChannels.length, 1);
    for (const failed of response.failedChannels) {
      failures += 1;
      assert.deepEqual([failed.pg_provider, failed.type], ['tosspayments', 'INVALID_REQUEST']);
      assert.ok(failed.message);
      assert.equal(response.succeededChannels[0].pg_provider, 'nice');
    }
  }
  assert.ok(failures > 0);
});

test('a group that there is not, another merchant’s, and one that takes no cards are refused', async () => {
  const other = await sandbox.newMerchant();
  const theirs = await group([{ pg: 'nice' }], other);
  for (const id of ['nowhere', theirs]) {
    for (const answer of [await payOnce(id), await register(newOrder('card'), { channel_group_id: id })]) {
      assert.equal(answer.error, 'channel_not_found', answer.text);
      assert.equal(answer.message, `등록된 PG 설정 정보를 찾을 수 없습니다. (${id})`);
    }
  }
  const windows = await group([{ pg: 'kakaopay' }]);
  assert.equal((await payOnce(windows)).error, 'billing_channel_not_found');
  assert.equal((await register(newOrder('card'), { channel_group_id: windows })).error, 'billing_channel_not_found');
});

test('a group is changed, and removed; one channel twice or an unknown one is refused', async () => {
  const id = await group([{ pg: 'tosspayments' }, { pg: 'nice', weight: 4 }]);
  const path = `/sandbox/channel-groups/${id}`;
  const changed = await client.put(path, {
    channels: [
      { pg: 'kcp', weight: 2 },
      { pg: 'tosspayments', weight: 5 },
    ],
  });
  assert.deepEqual(
    changed.response.channels.map((each: { pg_provider: string; weight: number }) => [each.pg_provider, each.weight]),
    [
      ['tosspayments', 5],
      ['kcp', 2],
    ],
  );
  assert.equal((await client.put(path, { channels: [{ pg: 'kcp' }, { pg: 'kcp' }] })).error, 'parameter_invalid');
  assert.equal((await client.put(path, { channels: [{ pg: 'nobody' }] })).error, 'channel_not_found');
  assert.equal((await client.put(path, { channels: [] })).status, 400);
  assert.equal((await client.delete(path)).response.channels.length, 2);
  assert.equal((await client.delete(path)).error, 'channel_not_found');
  assert.equal((await payOnce(id)).error, 'channel_not_found');
});
