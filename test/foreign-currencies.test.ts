import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { seoulDay, seoulTime } from '../src/platform/clock/seoul-time.ts';
import { amountNumber, amountText, knownCurrencies, readAmount } from '../src/platform/money/currency.ts';
import { createSimulatorControl } from '../src/simulators/control.ts';
import { jsonLines, type Keys, newFolder, run } from './cli/program.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from './kit/api-client.ts';
import { eventually } from './kit/eventually.ts';
import { assertBooksAgree, newOrder } from './kit/orders.ts';
import { type Sandbox, startSandbox } from './kit/sandbox.ts';

/** Dollars and yen, through every path that an amount takes. */
let sandbox: Sandbox;
let client: ApiClient;
let keys: Keys;
before(async () => {
  sandbox = await startSandbox();
  const made = await createApiClient(sandbox.url).post('/sandbox/merchants');
  keys = { url: sandbox.url, impKey: made.response.imp_key, impSecret: made.response.imp_secret };
  client = await createApiClient(sandbox.url).logIn(keys.impKey, keys.impSecret);
});
after(() => sandbox.close());

interface Channel {
  readonly pg_provider: string;
}

function pay(amount: unknown, currency: string): Promise<ApiAnswer> {
  const order = { merchant_uid: newOrder(), pg_provider: 'paypal_v2', pay_method: 'paypal', name: 'Water' };
  return client.post('/sandbox/payments', { ...order, amount, currency });
}

async function paid(amount: unknown, currency: string): Promise<string> {
  const answer = await pay(amount, currency);
  assert.equal(answer.code, 0, answer.text);
  return answer.response.imp_uid;
}

const cancel = (impUid: string, fields: object = {}) => client.post('/payments/cancel', { imp_uid: impUid, ...fields });

async function refusedAs(answer: Promise<ApiAnswer>, error: string): Promise<void> {
  const { error: given, text } = await answer;
  assert.equal(given, error, text);
}

test('every amount of every currency reads back from its number and its text', () => {
  for (const currency of knownCurrencies) {
    const most = readAmount(String(Number.MAX_SAFE_INTEGER), currency).ok ? Number.MAX_SAFE_INTEGER : 10 ** 15 - 1;
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: BigInt(most) }), (minor) => {
        const number = amountNumber(minor, currency);
        assert.deepEqual(readAmount(number, currency), { ok: true, minor });
        assert.deepEqual(readAmount(amountText(minor, currency), currency), { ok: true, minor });
      }),
    );
  }
  assert.deepEqual(readAmount('9999999999999.99', 'USD'), { ok: true, minor: 10n ** 15n - 1n });
  assert.deepEqual(readAmount('10000000000000', 'USD'), { ok: false, problem: 'too_large' });
  assert.deepEqual(
    [5n, -5n, 123n].map((minor) => amountText(minor, 'USD')),
    ['0.05', '-0.05', '1.23'],
  );
});

test('dollars are paid, cancelled in parts to the cent, and shown as they were', async () => {
  const impUid = await paid(12.34, 'USD');
  for (const fields of [{ amount: 3.211 }, { amount: '0.1', checksum: 12.345 }, { amount: 0.1 + 0.2 }]) {
    await refusedAs(cancel(impUid, fields), 'amount_invalid');
  }
  await refusedAs(cancel(impUid, { amount: 12.35 }), 'cancel_amount_exceeds_balance');
  const mismatch = await cancel(impUid, { amount: 3.21, checksum: 12.33 });
  assert.equal(mismatch.error, 'checksum_mismatch');
  assert.match(mismatch.message ?? '', /12\.34/);
  const part = await cancel(impUid, { amount: 3.21, checksum: 12.34 });
  assert.equal(part.code, 0, part.text);
  const { amount, currency, cancel_amount, cancel_history } = part.response;
  assert.deepEqual([amount, currency, cancel_amount, cancel_history[0].amount], [12.34, 'USD', 3.21, 3.21]);
  // With the decimals written out, as shops that keep texts do.
  const second = await cancel(impUid, { amount: '1.10', checksum: '9.13' });
  assert.equal(second.response.cancel_amount, 4.31);
  const rest = await cancel(impUid, { checksum: '8.03' });
  assert.equal(rest.response.cancel_amount, 12.34);
  await assertBooksAgree(client, impUid);
  const { list } = (await client.get('/cancellations')).response;
  assert.deepEqual(
    list.map((each: Record<string, unknown>) => [each.state, each.amount, each.currency]),
    [8.03, 1.1, 3.21].map((each) => ['confirmed', each, 'USD']),
  );
  await refusedAs(cancel(impUid), 'already_cancelled');
});

test('yen have no decimals, and no payment is made in what a gateway does not take', async () => {
  await refusedAs(pay(500.5, 'JPY'), 'amount_invalid');
  await refusedAs(pay('500.50', 'JPY'), 'amount_invalid');
  await refusedAs(pay(1.005, 'USD'), 'amount_invalid');
  await refusedAs(pay(500, 'KRW'), 'currency_not_supported');
  await refusedAs(pay(500, 'XXX'), 'currency_not_supported');
  const impUid = await paid('500.00', 'JPY');
  await refusedAs(cancel(impUid, { amount: 0.5 }), 'amount_invalid');
  assert.equal((await cancel(impUid, { amount: 200, checksum: 500 })).response.cancel_amount, 200);
  assert.equal((await cancel(impUid)).response.cancel_amount, 500);
  await assertBooksAgree(client, impUid);
});

test('a lost answer to some cents is found again; search and books know them', async () => {
  const impUid = await paid(20.05, 'USD');
  await client.post('/sandbox/faults', { pg_provider: 'paypal_v2', operation: 'cancel', kind: 'lost_answer' });
  await cancel(impUid, { amount: 0.07 });
  await eventually(async () => assert.equal((await client.get(`/payments/${impUid}`)).response.cancel_amount, 0.07));
  await assertBooksAgree(client, impUid);
  const found = (await client.get('/search/payments?amount=20.05')).response.list;
  assert.deepEqual(
    found.map((each: { imp_uid: string }) => each.imp_uid),
    [impUid],
  );
  const [transaction] = (await client.get(`/sandbox/books/paypal_v2?imp_uid=${impUid}`)).response.transactions;
  const [booked] = transaction.cancels;
  assert.deepEqual([transaction.amount, transaction.cancelled_amount, booked.amount], [20.05, 0.07, 0.07]);
});

test('a refund that PayPal leaves pending is no cancellation until it has ended, and its end is told', async () => {
  const channels = (await client.get('/sandbox/channels')).response;
  const { pg_id: mid, simulator_url: url } = channels.find((each: Channel) => each.pg_provider === 'paypal_v2');
  const setRefunds = (refunds: string) => createSimulatorControl(url).changeSettings({ mid, settings: { refunds } });
  await setRefunds('pending');
  const impUids = [await paid(9.99, 'USD'), await paid(9.99, 'USD')];
  for (const [index, impUid] of impUids.entries()) {
    const taken = await cancel(impUid, { amount: 1.01 });
    assert.equal(taken.code, 0, taken.text);
    assert.deepEqual([taken.response.status, taken.response.cancel_amount], ['paid', 0]);
    await refusedAs(cancel(impUid, { amount: 8.99 }), 'cancel_amount_exceeds_balance');
    const succeeded = index === 0;
    const told = await client.post(`/sandbox/payments/${impUid}/refund-result`, { succeeded });
    assert.equal(told.code, 0, told.text);
    await eventually(async () => {
      const { list } = (await client.get('/cancellations')).response;
      const [ours] = list.filter((each: { imp_uid: string }) => each.imp_uid === impUid);
      assert.equal(ours.state, succeeded ? 'confirmed' : 'refused');
    });
    const { response } = await client.get(`/payments/${impUid}`);
    assert.deepEqual([response.status, response.cancel_amount], succeeded ? ['cancelled', 1.01] : ['paid', 0]);
  }
  await setRefunds('completed');
});

test('the command line shows, cancels, refunds from a file and reconciles in the payment’s currency', async (t) => {
  const [dollars, others] = [await paid(12.3, 'USD'), await paid('7.05', 'USD')];
  const yen = await paid(1500, 'JPY');
  assert.match((await run(keys, 'payments', 'show', dollars)).stdout, /amount +12\.30 USD/);
  const wrong = await run(keys, 'cancel', yen, '--amount', '1.5', '--yes');
  assert.match(wrong.stderr, /1\.5 is no amount of JPY/);
  const part = await run(keys, 'cancel', dollars, '--amount', '3.21', '--checksum', '12.30', '--yes');
  assert.equal(part.code, 0, part.stderr);
  assert.match(part.stderr, /Cancelling 3\.21 USD of 12\.30 USD/);
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${dollars},1.10\n${others},\n${yen},500\n`);
  const dry = await run(keys, 'cancel', '--file', file, '--dry-run');
  for (const total of [/total 8\.15 USD, the largest 7\.05 USD/, /total 500 JPY/]) assert.match(dry.stderr, total);
  const bulk = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(bulk.code, 0, bulk.stderr);
  for (const impUid of [dollars, others, yen]) await assertBooksAgree(client, impUid);
  assert.equal((await client.get(`/payments/${dollars}`)).response.cancel_amount, 4.31);

  const argv = ['reconcile', '--gateway', 'paypal_v2', '--date', seoulDay(new Date()), '--json'];
  const [byLookup] = jsonLines((await run(keys, ...argv)).stdout);
  assert.deepEqual(byLookup?.differences, []);
  const settlement = join(newFolder(t), 'settlement.csv');
  const at = seoulTime(new Date());
  const { pg_tid } = (await client.get(`/payments/${others}`)).response;
  writeFileSync(
    settlement,
    `type,transaction_id,order_id,currency,amount,at\npayment,${pg_tid},${others},USD,7.06,${at}\n`,
  );
  const [byFile] = jsonLines((await run(keys, ...argv, '--file', settlement)).stdout);
  assert.match(JSON.stringify(byFile?.differences), /7\.06/);
});
