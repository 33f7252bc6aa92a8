import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { assertBooksAgree, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  // "No trace" would be believed at once, where nothing can be repeated safely.
  sandbox = await startSandbox({ settings: { requestDeadlineMs: 2_000, notDoneIsFinalAfterMs: 0 } });
  client = await sandbox.newMerchant();
});
after(() => sandbox.close());

test('a gateway that answers every repeat with a failure of its own has not refused: the doubt stays until it is clear', async () => {
  const impUid = await payByCard(client, 1000);
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'http_500', count: 10_000 });
  const cancelled = await client.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  assert.equal(cancelled.error, 'cancellation_in_doubt', cancelled.text);

  const doubt = async () => (await client.get('/cancellations?limit=1')).response.list[0];
  await eventually(async () => assert.ok((await doubt()).inquiries >= 2));
  assert.equal((await doubt()).state, 'in_doubt');

  await client.delete('/sandbox/faults');
  await eventually(async () => assert.equal((await doubt()).state, 'confirmed'));
  await assertBooksAgree(client, impUid);
});
