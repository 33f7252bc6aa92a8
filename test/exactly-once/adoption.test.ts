import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { seoulDay, seoulTime } from '../../src/platform/clock/seoul-time.ts';
import type { Server } from '../../src/start/server.ts';
import { runOnPaper } from '../cli/paper.ts';
import { type Keys, newFolder } from '../cli/program.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { copyDatabase, createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { assertBooksAgree, bookOf, issueVbank, payByCard } from '../kit/orders.ts';
import { addFault, untilNothingIsOpen } from './observations.ts';
import { type SharedSimulators, startServerOn, startServerProcessOn, startSharedSimulators } from './servers.ts';

/**
 * A point-in-time recovery, once for the file: what `before` makes of the past is copied, goes on, and is lost; the copy is what a
 * server works on afterwards. The gateways' books have all of it.
 */
let simulators: SharedSimulators;
let past: TestDatabase;
let book: TestDatabase;
let server: Server;
/** The story of one shop, all of which is adopted at the end of the first test; and a shop for everything else. */
let [shop, edge]: [Keys, Keys] = [{}, {}] as [Keys, Keys];
const paid: Record<string, string> = {};
const lost: Record<string, string> = {};
const raced: string[] = [];
let kcp = '';
const orderOf = new Map<string, string>();

const clientOf = ({ impKey, impSecret }: Keys, url = server.url): Promise<ApiClient> =>
  createApiClient(url).logIn(impKey, impSecret);

async function newKeys(): Promise<Keys> {
  const { response } = await createApiClient(server.url).post('/sandbox/merchants');
  return { url: server.url, impKey: response.imp_key, impSecret: response.imp_secret };
}

async function cancel(client: ApiClient, impUid: string, amount: number): Promise<void> {
  const answer = await client.post('/payments/cancel', { imp_uid: impUid, amount });
  assert.equal(answer.code, 0, answer.text);
}

const inWindow = async (client: ApiClient, body: object, headers = {}): Promise<string> => {
  const answer = await client.post(
    '/sandbox/payments',
    { pg_provider: 'tosspayments', pay_method: 'card', ...body },
    headers,
  );
  assert.equal(answer.code, 0, answer.text);
  return answer.response.imp_uid;
};

before(async () => {
  simulators = await startSharedSimulators();
  past = await createTestDatabase({ poolSize: 1 });
  server = await startServerOn(past.url, simulators.urls);
  [shop, edge] = [await newKeys(), await newKeys()];
  let [ofShop, ofEdge] = [await clientOf(shop), await clientOf(edge)];
  for (const name of ['whole', 'part']) paid[name] = await payByCard(ofShop);
  await cancel(ofShop, paid.part ?? '', 100);
  paid.account = await issueVbank(ofShop);
  for (const name of ['killed', 'locked', 'doubtful']) paid[name] = await payByCard(ofEdge);
  for (let n = 0; n < 3; n++) raced.push(await payByCard(ofEdge));
  kcp = await inWindow(ofEdge, { pg_provider: 'kcp', amount: 3000 });
  assert.equal((await ofEdge.put('/sandbox/tiers/001')).code, 0);
  await server.close();

  book = await copyDatabase(past);
  server = await startServerOn(past.url, simulators.urls);
  [ofShop, ofEdge] = [await clientOf(shop), await clientOf(edge)];
  for (const amount of [300, 200]) await cancel(ofShop, paid.whole ?? '', amount);
  await cancel(ofShop, paid.part ?? '', 400);
  assert.equal((await ofShop.post(`/sandbox/vbanks/${paid.account}/deposit`)).code, 0);
  lost.payment = await payByCard(ofShop, 5000);
  lost.cancelled = await inWindow(ofShop, { amount: 7000 });
  await cancel(ofShop, lost.cancelled, 7000);
  for (const impUid of [paid.killed, paid.locked, ...raced]) await cancel(ofEdge, impUid ?? '', 300);
  await cancel(ofEdge, kcp, 1200);
  lost.ofMain = await inWindow(ofEdge, { amount: 1100 });
  for (let n = 0; n < 4; n++) lost[`ofEither${n}`] = await inWindow(ofEdge, { amount: 3300 });
  lost.ofStore = await inWindow(ofEdge, { amount: 2200 }, { tier: '001' });
  for (const [name, impUid] of Object.entries(lost)) {
    const client = name.startsWith('of') ? ofEdge : ofShop;
    const tier: Record<string, string> = name === 'ofStore' ? { tier: '001' } : {};
    orderOf.set(impUid, (await client.get(`/payments/${impUid}`, tier)).response.merchant_uid);
  }
  await server.close();

  server = await startServerOn(book.url, simulators.urls);
  [shop, edge] = [
    { ...shop, url: server.url },
    { ...edge, url: server.url },
  ];
});
after(async () => {
  await server?.close();
  await book?.drop();
  await past?.drop();
  await simulators?.close();
});

const today = seoulDay(new Date());

/** Runs the command and answers its JSON document. */
async function reconcile(keys: Keys, gateway: string, ...more: readonly string[]) {
  const argv = ['reconcile', '--gateway', gateway, '--date', today, '--json', ...more];
  const { code, stdout, stderr } = await runOnPaper(keys, ...argv);
  assert.notEqual(stdout, '', stderr);
  return { code, ...JSON.parse(stdout) };
}

function adopt(client: ApiClient, orders: readonly object[], gateway = 'tosspayments'): Promise<ApiAnswer> {
  const said = { dry_run: false, actor: 'kim', reason: 'restored to 03:00' };
  return client.post(`/reconciliations/${gateway}/adoptions`, { list: orders, ...said });
}

async function outcomeOf(answer: Promise<ApiAnswer>): Promise<string> {
  const { response, text } = await answer;
  const [only] = response?.list ?? [];
  assert.ok(only, text);
  return only.code ?? only.outcome;
}

/** The line of the gateway's list about a payment. */
async function lineOf(client: ApiClient, impUid: string): Promise<object> {
  const { response } = await client.get(`/reconciliations/tosspayments/transactions?date=${today}`);
  const line = response.list.find(
    ({ type, order_id }: Record<string, string>) => type === 'payment' && order_id === impUid,
  );
  assert.ok(line, `the gateway lists ${impUid}`);
  return line;
}

async function operationsOf(impUid: string): Promise<number> {
  const rows = await book.database.query(
    `select from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where p.imp_uid = $1 and o.details ? 'adopted'`,
    [impUid],
  );
  return rows.length;
}

const untouched = `select count(*)::integer as payments, sum(cancelled_minor)::integer as cancelled,
  (select count(*)::integer from operations) as operations, (select count(*)::integer from outbox) as webhooks from payments`;

test('what a recovery has lost is shown, adopted by a named person, and then the books are equal', async (t) => {
  const client = await clientOf(shop);
  const { whole = '', part = '', account = '' } = paid;
  const { payment = '', cancelled = '' } = lost;
  const before = await book.database.query(untouched);
  const dry = await reconcile(shop, 'tosspayments', '--adopt');
  assert.equal(dry.code, 1);
  assert.equal(dry.adoption.dry_run, true);
  const found = Object.fromEntries(
    dry.adoption.list.map((each: { order_id: string; code: string; outcome: string; things: { amount: number }[] }) => [
      each.order_id,
      each.code ?? `${each.outcome} ${each.things.map(({ amount }) => amount)}`,
    ]),
  );
  assert.deepEqual(found, {
    [whole]: 'adoptable 300,200',
    [part]: 'adoptable 400',
    [account]: 'adoptable 1000',
    [payment]: 'merchant_uid_missing',
    [cancelled]: 'merchant_uid_missing',
  });
  assert.deepEqual(await book.database.query(untouched), before, 'a dry run changes nothing');

  const orders = join(newFolder(t), 'orders.csv');
  const rows = [payment, cancelled].map((impUid) => `${impUid},${orderOf.get(impUid)}`);
  writeFileSync(orders, `imp_uid,주문번호\n${rows.join('\n')}\n`);
  const told = ['--adopt', '--orders', orders, '--by', '김환불', '--reason', '03시로 복구', '--yes'];
  const done = await reconcile(shop, 'tosspayments', ...told);
  assert.deepEqual([done.code, done.adoption.dry_run], [0, false], JSON.stringify(done.adoption));
  const again = await reconcile(shop, 'tosspayments', ...told);
  assert.deepEqual([again.code, again.differences, again.adoption.list], [0, [], []]);
  const repeated = await adopt(client, [{ order_id: whole }, { order_id: part }, { order_id: payment }]);
  assert.deepEqual(
    repeated.response.list.map(({ outcome }: { outcome: string }) => outcome),
    ['already_here', 'already_here', 'already_here'],
  );

  for (const impUid of [whole, part, account, payment, cancelled]) await assertBooksAgree(client, impUid);
  const stateOf = async (impUid: string): Promise<unknown[]> => {
    const { response } = await client.get(`/payments/${impUid}`);
    return [response.status, response.cancel_amount, response.merchant_uid, response.pay_method];
  };
  assert.deepEqual(await stateOf(payment), ['paid', 0, orderOf.get(payment), 'card']);
  assert.deepEqual(await stateOf(cancelled), ['cancelled', 7000, orderOf.get(cancelled), 'card']);
  assert.deepEqual((await stateOf(account)).slice(0, 2), ['paid', 0]);
  const adopted = (await client.get(`/payments/${payment}`)).response;
  assert.match(adopted.card_number, /^557042\*+722\*$/);
  const [parts] = await book.database.query('select tax_free_minor, vat_minor from payments where imp_uid = $1', [
    payment,
  ]);
  assert.deepEqual(parts, { tax_free_minor: 0n, vat_minor: 455n });

  const audit = await book.database.query<{ kind: string; to_state: string; by: string; why: string }>(
    `select o.kind, a.to_state, a.by, a.why from operation_audit a
     join operations o on o.merchant_id = a.merchant_id and o.id = a.operation_id where o.details ? 'adopted' order by a.id`,
  );
  assert.deepEqual(audit.map(({ kind }) => kind).sort(), [
    ...['approve', 'approve_window', 'cancel', 'cancel', 'cancel', 'cancel', 'issue_vbank'],
  ]);
  for (const { to_state, by, why } of audit) {
    assert.deepEqual([to_state, by], ['confirmed', 'person:김환불']);
    assert.match(why, /^03시로 복구 \(.*hwanbul reconcile\)$/);
  }
  const webhooks = await book.database.query<{ event: string; imp_uid: string; status: string }>(
    `select o.event, p.imp_uid, o.body ->> 'status' as status from outbox o
     join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where exists (select from operations a where a.merchant_id = p.merchant_id and a.payment_id = p.id and a.details ? 'adopted')
       and o.created_at >= (select min(requested_at) from operations where details ? 'adopted') order by o.id`,
  );
  const toldOf = (impUid: string) =>
    webhooks.filter((each) => each.imp_uid === impUid).map(({ event, status }) => `${event} ${status}`);
  assert.deepEqual([whole, part, account, payment, cancelled].map(toldOf), [
    ['cancelled cancelled', 'cancelled cancelled'],
    ['cancelled cancelled'],
    ['paid paid'],
    ['paid paid'],
    ['cancelled cancelled'],
  ]);
  // What was adopted is a payment like any other, and never gives back more than was paid.
  await cancel(client, payment, 5000);
  const rest = await client.post('/payments/cancel', { imp_uid: whole, amount: 501 });
  assert.equal(rest.error, 'cancel_amount_exceeds_balance');
  await cancel(client, whole, 500);
  for (const impUid of [whole, payment]) await assertBooksAgree(client, impUid);
});

test('what is said without --adopt, or by nobody, changes nothing', async () => {
  const argv = ['reconcile', '--gateway', 'tosspayments', '--date', today];
  const without = await runOnPaper(edge, ...argv, '--yes');
  assert.deepEqual([without.code, without.stderr], [2, 'hwanbul: --yes goes with --adopt.\n']);
  const before = await book.database.query(untouched);
  const shown = await runOnPaper(edge, ...argv, '--adopt');
  assert.equal(shown.code, 1);
  assert.match(shown.stdout, new RegExp(`adoptable +cancellation +${paid.killed} .* 300 KRW`));
  assert.match(shown.stderr, /Nothing was changed. To adopt it, add --by, --reason and --yes/);
  const nobody = await runOnPaper(edge, ...argv, '--adopt', '--yes');
  assert.deepEqual([nobody.code, /--by is needed/.test(nobody.stderr)], [2, true], nobody.stderr);
  const client = await clientOf(edge);
  const path = '/reconciliations/tosspayments/adoptions';
  const list = [{ order_id: paid.killed }];
  assert.equal((await client.post(path, { list, dry_run: false, reason: 'x' })).error, 'parameter_missing');
  assert.equal((await client.post(path, { list, dry_run: false, actor: 'kim' })).error, 'parameter_missing');
  assert.equal((await client.post(path, { list: [...list, ...list] })).error, 'parameter_invalid');
  assert.deepEqual(await book.database.query(untouched), before);
});

test('a server that is killed between the look-up and the write leaves nothing behind', async (t) => {
  const { killed = '' } = paid;
  const before = await book.database.query(untouched);
  const crashing = await startServerProcessOn(t, book.url, simulators, {
    HWANBUL_CRASH_POINT: 'before_adoption',
    HWANBUL_GATEWAY_TIMEOUT_MS: '3000',
    HWANBUL_REQUEST_DEADLINE_MS: '4500',
  });
  const there = await clientOf(edge, crashing.url);
  await assert.rejects(adopt(there, [{ order_id: killed }]));
  assert.equal((await crashing.exited).signal, 'SIGKILL');
  assert.deepEqual(await book.database.query(untouched), before);
  const client = await clientOf(edge);
  assert.equal(await outcomeOf(adopt(client, [{ order_id: killed }])), 'adopted');
  await assertBooksAgree(client, killed);
});

/** The adoption has read the payment and asked the gateway, and then waits for its row, which has changed when it gets it. */
async function adoptWhile(client: ApiClient, impUid: string, change: string): Promise<string> {
  const { asked } = await book.database.withTransaction(async (transaction) => {
    await transaction.query('select from payments where imp_uid = $1 for update', [impUid]);
    const outcome = outcomeOf(adopt(client, [{ order_id: impUid }]));
    await eventually(async () => {
      const waiting = await book.database.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%adopted%'`,
      );
      assert.equal(waiting.length, 1);
    });
    await transaction.query(`update payments set ${change} where imp_uid = $1`, [impUid]);
    return { asked: outcome };
  });
  return asked;
}

test('what happens to a payment between the look-up and the write keeps it from being adopted', async () => {
  const { locked = '' } = paid;
  const client = await clientOf(edge);
  const before = `turn_of = null, reserved_minor = 0, cancelled_minor = 0, cancel_history = '[]', deposit_history = '[]', status = 'paid'`;
  for (const change of [
    `turn_of = '00000000000000000000'`,
    'reserved_minor = 100',
    'cancelled_minor = 100',
    `cancel_history = '[{}]'`,
    `deposit_history = '[{}]'`,
    `status = 'failed'`,
  ]) {
    assert.equal(await adoptWhile(client, locked, change), 'changed_meanwhile', change);
    assert.equal(await operationsOf(locked), 0);
    if (change.startsWith('turn_of')) {
      assert.equal(await outcomeOf(adopt(client, [{ order_id: locked }])), 'blocked');
    }
    await book.database.query(`update payments set ${before} where imp_uid = $1`, [locked]);
  }
  assert.equal(await adoptWhile(client, locked, 'updated_at = updated_at'), 'adopted');
  await assertBooksAgree(client, locked);
});

test('a doubt blocks the adoption of its payment, and once it has ended there is nothing left to adopt', async () => {
  const { doubtful = '' } = paid;
  const client = await clientOf(edge);
  await addFault(client, { pg_provider: 'tosspayments', operation: 'inquire', kind: 'garbage', count: 1000 });
  await addFault(client, { pg_provider: 'tosspayments', operation: 'cancel', kind: 'lost_answer' });
  const doubt = await client.post('/payments/cancel', { imp_uid: doubtful, amount: 400 });
  assert.equal(doubt.error, 'cancellation_in_doubt', doubt.text);
  const { response } = await adopt(client, [{ order_id: doubtful }]);
  assert.equal(response.list[0].code, 'blocked');
  assert.match(response.list[0].why.en, new RegExp(`^${doubt.headers['x-hwanbul-cancellation-id']} is not settled`));
  await client.delete('/sandbox/faults');
  await untilNothingIsOpen(book.database, doubtful);
  assert.equal(await outcomeOf(adopt(client, [{ order_id: doubtful }])), 'already_here');
  assert.equal(await operationsOf(doubtful), 0);
  await assertBooksAgree(client, doubtful);
});

test('adoptions and cancellations of the same payments at once count each refund once', async () => {
  const client = await clientOf(edge);
  await Promise.all(
    raced.flatMap((impUid) => [
      adopt(client, [{ order_id: impUid }]),
      client.post('/payments/cancel', { imp_uid: impUid, amount: 200 }),
      adopt(client, [{ order_id: impUid }]),
      client.post('/payments/cancel', { imp_uid: impUid, amount: 500 }),
      adopt(client, [{ order_id: impUid }]),
    ]),
  );
  for (const impUid of raced) {
    await untilNothingIsOpen(book.database, impUid);
    assert.ok(['adopted', 'already_here'].includes(await outcomeOf(adopt(client, [{ order_id: impUid }]))));
    assert.equal(await operationsOf(impUid), 1);
    const { amount, cancel_amount, cancel_history } = (await client.get(`/payments/${impUid}`)).response;
    const { cancelled_amount, cancels } = await bookOf(client, impUid);
    assert.equal(cancel_amount, cancelled_amount);
    assert.ok(cancel_amount <= amount);
    assert.deepEqual(
      cancel_history.map(({ pg_tid }: { pg_tid: string }) => pg_tid).sort(),
      cancels.map(({ id }) => id).sort(),
    );
  }
});

test('what another merchant, a wrong file or a wrong amount names is adopted nowhere', async () => {
  const stranger = await createApiClient(server.url).post('/sandbox/merchants');
  const other = await createApiClient(server.url).logIn(stranger.response.imp_key, stranger.response.imp_secret);
  const client = await clientOf(edge);
  const { ofMain = '' } = lost;
  const line = await lineOf(client, ofMain);
  const before = await book.database.query(untouched);
  const order = { order_id: ofMain, merchant_uid: 'order', store: 'main', lines: [line] };
  for (const [by, given, expected] of [
    [other, { ...order, store: undefined }, 'not_found_there'],
    [other, { order_id: paid.killed }, 'payment_line_missing'],
    [
      other,
      { order_id: paid.killed, merchant_uid: 'order', lines: [{ ...line, transaction_id: 'other' }] },
      'not_found_there',
    ],
    [client, { ...order, store: undefined }, 'store_missing'],
    [client, { ...order, store: '999' }, 'store_unknown'],
    [client, { ...order, merchant_uid: undefined }, 'merchant_uid_missing'],
    [client, { ...order, pay_method: 'trans' }, 'pay_method_differs'],
    [client, { ...order, lines: [{ ...line, amount: 1000 }] }, 'amount_differs'],
    [client, { ...order, lines: [{ ...line, currency: 'USD' }] }, 'currency_not_supported'],
    [client, { ...order, lines: [{ ...line, transaction_id: 'tviva-other' }] }, 'not_found_there'],
    [client, { ...order, order_id: 'ORDER-1' }, 'foreign_order'],
    [client, { order_id: kcp }, 'foreign_order'],
    // The line names a cancellation that the gateway does not have.
    [client, { order_id: paid.killed, lines: [{ ...line, type: 'cancellation', amount: 50 }] }, 'already_here'],
  ] as const) {
    assert.equal(await outcomeOf(adopt(by, [given])), expected, JSON.stringify(given));
  }
  assert.deepEqual(await book.database.query(untouched), before);
  // Several merchants may have one MID, and then the gateway's look-up does not tell whose it is.
  const theirs = await payByCard(other);
  const rename = 'update payments set imp_uid = $2 where imp_uid = $1';
  await book.database.query(rename, [theirs, ofMain]);
  assert.equal(await outcomeOf(adopt(client, [order])), 'foreign_order');
  await book.database.query(rename, [ofMain, theirs]);
  assert.equal(await operationsOf(ofMain), 0);
});

test('a lost payment comes into the store that is named, once, however many ask at the same time', async () => {
  const client = await clientOf(edge);
  for (const [impUid = '', store] of [
    [lost.ofMain, 'main'],
    [lost.ofStore, '001'],
  ] as const) {
    const order = { order_id: impUid, merchant_uid: orderOf.get(impUid), store, lines: [await lineOf(client, impUid)] };
    const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(adopt(client, [order]))));
    assert.equal(outcomes.filter((each) => each === 'adopted').length, 1, outcomes.join());
    assert.equal(await operationsOf(impUid), 1);
    const tier: Record<string, string> = store === 'main' ? {} : { tier: store };
    const payment = (await client.get(`/payments/${impUid}`, tier)).response;
    assert.deepEqual([payment.status, payment.merchant_uid], ['paid', orderOf.get(impUid)]);
    const given = await client.post('/payments/cancel', { imp_uid: impUid, amount: 100 }, tier);
    assert.equal(given.code, 0, given.text);
  }
  assert.equal((await client.get(`/payments/${lost.ofStore}`)).status, 404);
});

test('a lost payment that people put into different stores at the same moment comes into one of them', async () => {
  const client = await clientOf(edge);
  for (const [name, impUid] of Object.entries(lost)) {
    if (!name.startsWith('ofEither')) continue;
    const line = await lineOf(client, impUid);
    const order = { order_id: impUid, merchant_uid: orderOf.get(impUid), lines: [line] };
    const stores = ['main', '001', 'main', '001', 'main', '001'];
    const outcomes = await Promise.all(stores.map((store) => outcomeOf(adopt(client, [{ ...order, store }]))));
    assert.equal(outcomes.filter((each) => each === 'adopted').length, 1, outcomes.join());
    const rows = await book.database.query('select from payments where imp_uid = $1', [impUid]);
    assert.equal(rows.length, 1);
  }
});

test('where the gateway tells the balance only, the lines of its file are adopted, if they come to what it has given back', async (t) => {
  const client = await clientOf(edge);
  const blind = await reconcile(edge, 'kcp', '--adopt');
  assert.deepEqual([blind.code, blind.adoption.list[0].code], [1, 'lines_missing']);
  const payment = (await client.get(`/payments/${kcp}`)).response;
  const [refund] = (await bookOf(client, kcp, 'kcp')).cancels;
  const at = seoulTime(new Date(payment.paid_at * 1000));
  const file = join(newFolder(t), 'kcp.csv');
  const settle = (amount: number) => {
    const lines = [`payment,${payment.pg_tid},${kcp},3000,${at}`, `cancellation,${refund?.id},${kcp},-${amount},${at}`];
    writeFileSync(file, `type,transaction_id,order_id,amount,at\n${lines.join('\n')}\n`);
    return reconcile(edge, 'kcp', '--file', file, '--adopt', '--by', 'kim', '--reason', 'restored', '--yes');
  };
  const wrong = await settle(1000);
  assert.deepEqual([wrong.code, wrong.adoption.list[0].code], [1, 'lines_differ']);
  assert.equal(await operationsOf(kcp), 0);
  const right = await settle(1200);
  assert.deepEqual([right.code, right.adoption.list[0].outcome], [0, 'adopted'], JSON.stringify(right));
  await assertBooksAgree(client, kcp);
  const equal = await reconcile(edge, 'kcp');
  assert.deepEqual([equal.code, equal.differences], [0, []]);
});
