import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { seoulDay, seoulTime } from '../../src/platform/clock/seoul-time.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { depositedVbank, issueVbank, payByCard, refundAccount } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { runOnPaper } from './paper.ts';
import { jsonLines, type Keys, newFolder, run } from './program.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

async function newMerchant(): Promise<{ keys: Keys; client: ApiClient }> {
  const made = await createApiClient(sandbox.url).post('/sandbox/merchants');
  const keys = { url: sandbox.url, impKey: made.response.imp_key, impSecret: made.response.imp_secret };
  return { keys, client: await createApiClient(sandbox.url).logIn(keys.impKey, keys.impSecret) };
}

interface Shown {
  readonly code: number | null;
  readonly differences: readonly Record<string, unknown>[];
  readonly notes: readonly string[];
}

async function reconcile(keys: Keys, gateway: string, ...more: readonly string[]): Promise<Shown> {
  const argv = ['reconcile', '--gateway', gateway, '--date', seoulDay(new Date()), '--json', ...more];
  const ended = await run(keys, ...argv);
  const [document] = jsonLines(ended.stdout);
  assert.ok(document, ended.stderr);
  return { code: ended.code, ...document } as unknown as Shown;
}

test('books that are equal are told so: paid, cancelled in part and in full, refunded, revoked, waiting', async () => {
  const { keys, client } = await newMerchant();
  const [part, whole] = [await payByCard(client), await payByCard(client)];
  await payByCard(client);
  await client.post('/payments/cancel', { imp_uid: part, amount: 300 });
  await client.post('/payments/cancel', { imp_uid: whole });
  const vbank = await depositedVbank(client, 5000);
  await client.post('/payments/cancel', { imp_uid: vbank, amount: 2000, ...refundAccount });
  await issueVbank(client);
  await client.delete(`/vbanks/${await issueVbank(client)}`);
  const shown = await reconcile(keys, 'tosspayments');
  assert.deepEqual([shown.code, shown.differences], [0, []]);
});

test('what only the gateway has, what only we have, and other amounts and states are found by its lookup and its list', async () => {
  const { keys, client } = await newMerchant();
  const [lost, missing, amounts, state] = [
    await payByCard(client),
    await payByCard(client),
    await payByCard(client),
    await payByCard(client),
  ];
  for (const impUid of [lost, amounts]) await client.post('/payments/cancel', { imp_uid: impUid, amount: 300 });
  // Our book is made wrong on purpose; the gateway's stays as it is.
  const { database } = sandbox;
  await database.query(
    `update payments set cancelled_minor = 0, cancelled_vat_minor = 0, cancel_history = '[]', status = 'paid', cancelled_at = null where imp_uid = $1`,
    [lost],
  );
  await database.query(`update payments set imp_uid = 'imps_999999999999', pg_tid = 'gone' where imp_uid = $1`, [
    missing,
  ]);
  await database.query('update payments set amount_minor = 1100 where imp_uid = $1', [amounts]);
  await database.query(`update payments set status = 'failed', paid_at = null where imp_uid = $1`, [state]);
  const shown = await reconcile(keys, 'tosspayments');
  assert.equal(shown.code, 1);
  const found = new Set(shown.differences.map(({ kind, type, imp_uid }) => `${kind} ${type} ${imp_uid}`));
  assert.deepEqual(
    found,
    new Set([
      `state payment ${lost}`,
      `only_there cancellation ${lost}`,
      'only_here payment imps_999999999999',
      'only_there payment null',
      `amount payment ${amounts}`,
      `state payment ${state}`,
      `only_there payment ${state}`,
    ]),
  );
});

test('a doubt that was carried out at the gateway is named with the cancellation that a person can resolve', async (t) => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client);
  const fault = { pg_provider: 'tosspayments', count: 1000 };
  await client.post('/sandbox/faults', { ...fault, operation: 'inquire', kind: 'garbage' });
  await client.post('/sandbox/faults', { ...fault, operation: 'cancel', kind: 'lost_answer', count: 1 });
  const doubt = await client.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  assert.equal(doubt.error, 'cancellation_in_doubt');
  const blind = await reconcile(keys, 'tosspayments');
  assert.ok(blind.differences.some(({ kind }) => kind === 'not_comparable'));
  // The settlement file is seen even while the gateway can't be asked.
  const [open] = (await client.get('/cancellations?state=in_doubt')).response.list;
  const payment = (await client.get(`/payments/${impUid}`)).response;
  const at = seoulTime(new Date(payment.paid_at * 1000));
  const file = join(newFolder(t), 'settlement.csv');
  writeFileSync(
    file,
    `type,transaction_id,order_id,amount,at,fee\npayment,${payment.pg_tid},${impUid},1000,${at},30\ncancellation,T1,${impUid},-400,${at},0\n`,
  );
  const shown = await reconcile(keys, 'tosspayments', '--file', file);
  assert.equal(shown.code, 1);
  assert.deepEqual(
    shown.differences.map(({ kind, type, imp_uid, note }) => [kind, type, imp_uid, note]),
    [['only_there', 'cancellation', impUid, `${open.cancellation_id} (cancel of 400) is in_doubt here`]],
  );
  assert.deepEqual(shown.differences[0]?.doubts, [open.cancellation_id]);
  const table = await runOnPaper(
    keys,
    'reconcile',
    '--gateway',
    'tosspayments',
    '--date',
    seoulDay(new Date()),
    '--file',
    file,
  );
  const [command, ...others] = [...table.stderr.matchAll(/hwanbul (doubts resolve \w+)/g)].map(([, argv]) => argv);
  assert.deepEqual([command, others], [`doubts resolve ${open.cancellation_id}`, []]);
  const unchanged = (await client.get(`/cancellations/${open.cancellation_id}`)).response;
  assert.equal(unchanged.state, 'in_doubt', 'comparing changes nothing');
  const said = ['--outcome', 'confirmed', '--pg-tid', 'T1', '--actor', 'kim', '--reason', 'settlement file', '--yes'];
  const resolved = await runOnPaper(keys, ...(command ?? '').split(' '), ...said);
  assert.equal(resolved.code, 0, `the command that it names works: ${resolved.stderr}`);
  await client.delete('/sandbox/faults');
});

test('a day that has not begun is refused by the clock of the server, and one that is not over says so', async () => {
  const { keys, client } = await newMerchant();
  const day = (daysAhead: number): string => seoulDay(new Date(Date.now() + daysAhead * 86_400_000));
  const argv = (date: string) => ['reconcile', '--gateway', 'tosspayments', '--date', date];
  const early = await runOnPaper(keys, ...argv(day(2)));
  assert.equal(early.code, 2);
  assert.match(early.stderr, /has not begun: for the server it is 20/);
  assert.match((await runOnPaper(keys, ...argv(day(0)))).stderr, /The day is not over/);
  assert.equal((await client.post('/sandbox/clock', { advance_seconds: 3 * 86_400 })).code, 0);
  const later = await runOnPaper(keys, ...argv(day(2)));
  assert.equal(later.code, 0, later.stderr);
  assert.doesNotMatch(later.stderr, /not over/);
});

test('a settlement file with errors is refused with its lines', async (t) => {
  const { keys } = await newMerchant();
  const file = join(newFolder(t), 'settlement.csv');
  writeFileSync(
    file,
    'type,transaction_id,order_id,amount,at\nrefund,a,b,1,2026-01-01T00:00:00\npayment,a,b,x,2026-01-01\n',
  );
  const ended = await run(keys, 'reconcile', '--gateway', 'tosspayments', '--date', '2026-01-01', '--file', file);
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /line 2: type "refund" is neither/);
  assert.match(ended.stderr, /line 3: "x" is no amount/);
});

test('a gateway that does not list its transactions is compared by its lookup, and what that can not see is said', async () => {
  const { keys, client } = await newMerchant();
  const paid = await client.post('/sandbox/payments', {
    pg_provider: 'kakaopay',
    pay_method: 'card',
    amount: 1000,
    merchant_uid: 'kakao-1',
  });
  assert.equal(paid.code, 0, paid.text);
  const shown = await reconcile(keys, 'kakaopay');
  assert.deepEqual([shown.code, shown.differences], [0, []]);
  assert.match(shown.notes.join(), /does not list transactions/);
  const table = await run(keys, 'reconcile', '--gateway', 'kakaopay', '--date', seoulDay(new Date()));
  assert.match(table.stdout, /The books are equal \(1 payment of ours/);
});
