import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from './support/api-client.ts';
import { assertBooksAgree, bookOf, payByCard } from './support/orders.ts';
import { type Sandbox, startSandbox } from './support/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox.close());

test('a partial cancellation turns the status to cancelled and the rest can be cancelled later', async () => {
  const impUid = await payByCard(client, 1000);
  const first = await client.post('/payments/cancel', { imp_uid: impUid, amount: 300 });
  assert.equal(first.response.status, 'cancelled');
  assert.equal(first.response.cancel_amount, 300);
  const rest = await client.post('/payments/cancel', { imp_uid: impUid });
  assert.equal(rest.response.cancel_amount, 1000);
  assert.deepEqual(
    rest.response.cancel_history.map((entry: { amount: number }) => entry.amount),
    [300, 700],
  );
  await assertBooksAgree(client, impUid);
});

test('200 concurrent full cancellations of one payment make one entry in the book', async () => {
  const impUid = await payByCard(client, 1000);
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => client.post('/payments/cancel', { imp_uid: impUid })),
  );
  assert.equal(answers.filter(({ code }) => code === 0).length, 1);
  assert.deepEqual(
    new Set(answers.filter(({ code }) => code !== 0).map(({ error }) => error)),
    new Set(['already_cancelled']),
  );
  assert.equal((await bookOf(client, impUid)).cancels.length, 1);
});

test('200 concurrent partial cancellations of a hundredth never give back more than was paid', async () => {
  const impUid = await payByCard(client, 1000);
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => client.post('/payments/cancel', { imp_uid: impUid, amount: 10 })),
  );
  const done = answers.filter(({ code }) => code === 0).length;
  assert.ok(done <= 100);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, done * 10);
  await assertBooksAgree(client, impUid);
});
