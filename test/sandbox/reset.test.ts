import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ApiClient } from '../kit/api-client.ts';
import { join } from '../kit/console-client.ts';
import { eventually } from '../kit/eventually.ts';
import { depositedVbank, goodCard, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

/** What a reset leaves: who the merchants are and what they have been given, their people and what these did, and what belongs to nobody. */
const kept: ReadonlySet<string> = new Set([
  'access_tokens',
  'channel_group_members',
  'channels',
  'console_settings',
  'invitations',
  'member_audit',
  'members',
  'merchants',
  'oidc_sign_ins',
  'operation_transitions',
  'passkey_challenges',
  'recovery_codes',
  'saved_views',
  'schema_migrations',
  'second_factors',
  'server_facts',
  'server_processes',
  'sessions',
  'sign_in_counts',
  'sign_in_tickets',
]);

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.close());

/** The rows of each table that there is: nobody has to think of a new one here. */
async function countRows(): Promise<Map<string, number>> {
  const tables = await sandbox.database.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`,
  );
  const counts = new Map<string, number>();
  for (const { name } of tables) {
    const [row] = await sandbox.database.query<{ rows: number }>(`select count(*)::integer as rows from ${name}`);
    counts.set(name, row?.rows ?? 0);
  }
  return counts;
}

const without = (counts: Map<string, number>, names: ReadonlySet<string>) =>
  Object.fromEntries([...counts].filter(([name]) => !names.has(name)));

/** Something in every table that a reset empties. A new table either is `kept`, or gets a row here. */
async function leaveTraces(client: ApiClient): Promise<void> {
  // Nobody listens there: each webhook is tried once, and has failed.
  await client.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/' });
  const impUid = await payByCard(client, 1000);
  const cancelled = await client.post('/payments/cancel', { imp_uid: impUid, amount: 1 }, { 'idempotency-key': 'k' });
  assert.equal(cancelled.code, 0, cancelled.text);
  const clerk = await join(client, 'operator');
  const asked = await clerk.post('/refund-requests', { imp_uid: impUid, amount: 1 });
  assert.equal(asked.code, 0, asked.text);
  const deposited = await depositedVbank(client, 1100);
  const bulk = await client.post('/bulk-refunds', { file: `imp_uid,amount\n${impUid},5\n` });
  assert.equal(bulk.code, 0, bulk.text);
  const day = await client.post(
    `/reconciliations/tosspayments/days/${new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)}`,
  );
  assert.equal(day.code, 0, day.text);
  const receipt = await client.post(`/receipts/${deposited}`, { identifier: '010-1234-5678' });
  assert.equal(receipt.code, 0, receipt.text);
  assert.equal((await client.post('/payments/prepare', { merchant_uid: 'announced', amount: 1 })).code, 0);
  const { user_code } = (await client.get('/sandbox/merchant')).response;
  const opened = await client.post('/checkout/payments', { user_code, request: { amount: 1000 } });
  assert.equal(opened.code, 0, opened.text);
  const certified = await client.post('/sandbox/certifications', { name: '홍길동' });
  assert.equal(certified.code, 0, certified.text);
  const escrow = await client.post('/sandbox/payments', {
    ...{ pg_provider: 'ksnet', pay_method: 'trans', amount: 1000, escrow: true },
  });
  const logis = { company: 'CJGLS', invoice: '1', sent_at: 1_733_000_300 };
  const shipped = await client.post(`/escrows/logis/${escrow.response.imp_uid}`, { logis });
  assert.equal(shipped.code, 0, shipped.text);
  const registered = await client.post('/subscribe/customers/card', { pg: 'tosspayments', ...goodCard });
  assert.equal(registered.code, 0, registered.text);
  const { now } = (await client.get('/sandbox/clock')).response;
  const entry = { merchant_uid: 'later', schedule_at: now + 86_400, amount: 1000 };
  const scheduled = await client.post('/subscribe/payments/schedule', { customer_uid: 'card', schedules: [entry] });
  assert.equal(scheduled.code, 0, scheduled.text);
  assert.equal((await client.post('/sandbox/clock', { at: now + 60 })).code, 0);
  assert.equal((await client.get('/statistics/payments')).code, 0);
  await eventually(async () => {
    const waiting = await sandbox.database.query(`select id from webhook_deliveries where state = 'waiting'`);
    assert.deepEqual(waiting, []);
  });
}

test('a reset empties every table of what one merchant left in it, and leaves the rest', async () => {
  const [one, other] = [await sandbox.newMerchant(), await sandbox.newMerchant()];
  await leaveTraces(other);
  const ofOthers = await countRows();
  await leaveTraces(one);
  const ofAll = await countRows();
  for (const [table, rows] of ofAll) {
    if (!kept.has(table)) assert.ok(rows > (ofOthers.get(table) ?? 0), `the merchant has left something in ${table}`);
  }
  assert.equal((await one.post('/sandbox/reset')).code, 0);
  const left = await countRows();
  assert.deepEqual(without(left, kept), without(ofOthers, kept));
  for (const table of kept) assert.equal(left.get(table), ofAll.get(table), table);
});

test('a reset without a token empties every table of what any merchant left in it', async () => {
  const client = await sandbox.newMerchant();
  await leaveTraces(client);
  const before = await countRows();
  assert.equal((await fetch(`${sandbox.url}/sandbox/reset`, { method: 'POST' })).status, 200);
  const left = await countRows();
  for (const [table, rows] of left) assert.equal(rows, kept.has(table) ? before.get(table) : 0, table);
});
