import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { gateways } from '../../../src/gateways/registry.ts';
import { sandboxCards } from '../../../src/gateways/tosspayments/simulator/sandbox-cards.ts';
import { createLog } from '../../../src/platform/logging/log.ts';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { bookOf, goodCard, newOrder } from '../../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../../kit/sandbox.ts';
import { everythingStored, formsOf } from './everything-stored.ts';

let sandbox: Sandbox;
let client: ApiClient;
let logged = '';
before(async () => {
  const destination = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk);
      done();
    },
  });
  sandbox = await startSandbox({
    log: createLog('trace', destination),
    settings: briefLimits,
  });
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

function pay(change: object = {}): Promise<ApiAnswer> {
  const order = { merchant_uid: newOrder(), amount: 1000, ...goodCard };
  return client.post('/subscribe/payments/onetime', { ...order, ...change });
}

test('any card of 15 or 16 digits is approved, with hyphens or without, and only its first six and last four digits are kept', async () => {
  for (const [card_number, kept] of [
    ['5570-4200-0000-7221', '557042******7221'],
    ['5570420000007221', '557042******7221'],
    ['3782 822463 10005', '378282*****0005'],
  ] as const) {
    const paid = await pay({ card_number });
    assert.equal(paid.code, 0, paid.text);
    assert.equal(paid.response.card_number, kept);
    assert.equal((await client.get(`/payments/${paid.response.imp_uid}`)).response.card_number, kept);
  }
});

test('each card of the documented list is refused in its own way, and leaves a failed payment and no money moved', async () => {
  assert.equal(sandboxCards.length, 11);
  for (const { number, code } of sandboxCards) {
    const merchant_uid = newOrder();
    const refused = await pay({ merchant_uid, card_number: number });
    assert.deepEqual([refused.status, refused.code, refused.response], [200, -1, null]);
    if (code === 'INVALID_CARD_NUMBER') {
      assert.equal(refused.message, '유효하지않은 카드번호를 입력하셨습니다.');
    } else {
      assert.match(refused.message ?? '', /^카드정보 인증에 실패하였습니다\. \S/);
    }
    const failed = (await client.get(`/payments/find/${merchant_uid}`)).response;
    assert.equal(failed.status, 'failed');
    assert.ok(failed.failed_at > 0 && failed.paid_at === 0);
    assert.notEqual(failed.fail_reason, null);
    const book = await client.get(`/sandbox/books/tosspayments?imp_uid=${failed.imp_uid}`);
    assert.deepEqual(book.response.transactions, []);
  }
});

test('1234-1234-1234-1234 and cards that are no cards are refused as invalid', async () => {
  for (const card_number of ['1234-1234-1234-1234', '1234', '55704200000072211', '5570-4200-0000-722x']) {
    const refused = await pay({ card_number });
    assert.deepEqual([refused.code, refused.error], [-1, 'card_number_invalid'], card_number);
    assert.match(refused.message ?? '', /유효하지않은 카드번호를 입력하셨습니다\./);
  }
});

test('a card that has expired is refused, and an expiry that is none too', async () => {
  assert.equal((await pay({ expiry: '2019-12' })).error, 'payment_refused');
  assert.equal((await pay({ expiry: '2039-13' })).error, 'parameter_invalid');
  for (const expiry of ['2039-12', '203912', '3912', '39/12']) assert.equal((await pay({ expiry })).code, 0, expiry);
});

test('an order is paid once: again only after a refusal, or after all of it was cancelled', async () => {
  const merchant_uid = newOrder();
  assert.equal((await pay({ merchant_uid, card_number: '4000000000000010' })).error, 'payment_refused');
  const paid = await pay({ merchant_uid });
  assert.equal(paid.code, 0);
  const again = await pay({ merchant_uid });
  assert.deepEqual([again.status, again.code, again.error], [200, -1, 'order_already_paid']);
  assert.equal(
    again.message,
    '이미 주문이 이루어진 건입니다. (동일한 merchant_uid로 결제 또는 취소된 기록이 있습니다)',
  );
  await client.post('/payments/cancel', { imp_uid: paid.response.imp_uid, amount: 999 });
  assert.equal((await pay({ merchant_uid })).error, 'order_already_paid');
  await client.post('/payments/cancel', { imp_uid: paid.response.imp_uid });
  assert.equal((await pay({ merchant_uid })).code, 0);
});

test('an account or a barcode for an order that is paid is refused with the same words', async () => {
  const merchant_uid = newOrder();
  assert.equal((await pay({ merchant_uid })).code, 0);
  const vbank = { vbank_code: '004', vbank_due: Math.floor(Date.now() / 1000) + 3_600, vbank_holder: '홍길동' };
  for (const [path, more] of [
    ['/vbanks', vbank],
    ['/cvs', {}],
  ] as const) {
    const refused = await client.post(path, { merchant_uid, amount: 1000, ...more });
    assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, 'order_already_paid'], path);
    assert.match(refused.message ?? '', /^이미 주문이 이루어진 건입니다\./);
  }
});

test('an instruction that is not followed refuses the payment before anything is charged', async () => {
  const merchant_uid = newOrder();
  // Gateways that take cards by their number and can't keep them.
  const keepingNone = [...gateways]
    .filter(([, { gateway }]) => gateway.operations.approve && !gateway.operations.issue_key)
    .map(([pg]) => [{ pg, customer_uid: 'customer_7' }, 'not_supported_by_gateway', 'issue_key'] as const);
  for (const [change, expected, named] of [
    ...keepingNone,
    [{ promotion_id: 'promotion-id-1' }, 'parameter_not_supported', 'promotion_id'],
    [{ bypass: '{"tosspayments":{"x":1}}' }, 'parameter_not_supported', 'bypass'],
    [{ bypass: { tosspayments: { x: 1 } } }, 'parameter_not_supported', 'bypass'],
    [{ secure_3d_token: 'token' }, 'parameter_not_supported', 'secure_3d_token'],
    [{ use_card_point: true }, 'not_supported_by_gateway', 'use_card_point'],
    [{ pg: 'ksnet', interest_free_by_merchant: 'Y' }, 'not_supported_by_gateway', 'interest_free_by_merchant'],
    [{ pg: 'settle', interest_free_by_merchant: true }, 'not_supported_by_gateway', 'interest_free_by_merchant'],
  ] as const) {
    const refused = await pay({ merchant_uid, ...change });
    assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, expected], JSON.stringify(change));
    assert.ok(refused.message?.includes(named), refused.message ?? '');
  }
  assert.equal((await client.get(`/payments/findAll/${merchant_uid}`)).status, 404, 'nothing was begun');
  const empty = { customer_uid: '', channelGroupId: null, promotion_id: '', bypass: {}, use_card_point: false };
  assert.equal(
    (await pay({ merchant_uid, ...empty, amount: 60_000, card_quota: 3, interest_free_by_merchant: true })).code,
    0,
  );
  assert.equal((await pay({ pg: 'ksnet', product_type: 'digital', buyer_name: '홍길동' })).code, 0);
  assert.equal((await pay({ pg: 'ksnet', product_type: 'other' })).error, 'parameter_invalid');
});

test('what is meant for a sub-store of the merchant is refused, and does not happen to the main store', async () => {
  const paid = await pay();
  const toSubStore = { tier: '001' };
  const cancel = await client.post('/payments/cancel', { imp_uid: paid.response.imp_uid }, toSubStore);
  assert.deepEqual([cancel.status, cancel.code, cancel.error], [400, -1, 'tier_unknown']);
  assert.ok(cancel.message?.includes('001'));
  assert.equal((await bookOf(client, paid.response.imp_uid)).cancelled_amount, 0);
  const whole = await client.post('/payments/cancel', { imp_uid: paid.response.imp_uid }, { tier: '' });
  assert.equal(whole.code, 0, 'an empty header is none');
});

test('of 20 payments of one order at the same time, one is made', async () => {
  const merchant_uid = newOrder();
  const answers = await Promise.all(Array.from({ length: 20 }, () => pay({ merchant_uid })));
  assert.equal(answers.filter(({ code }) => code === 0).length, 1);
  assert.ok(answers.every(({ code, error }) => code === 0 || error === 'order_already_paid'));
});

test('an approval without an answer is told as a doubt, and settles as the book of the gateway says', async () => {
  const merchant_uid = newOrder();
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 100 });
  await client.post('/sandbox/faults', { operation: 'approve', kind: 'lost_answer' });
  const doubtful = await pay({ merchant_uid });
  assert.deepEqual([doubtful.status, doubtful.code, doubtful.error], [200, -1, 'outcome_in_doubt']);
  const waiting = (await client.get(`/payments/find/${merchant_uid}`)).response;
  assert.equal(waiting.status, 'ready');
  assert.equal((await pay({ merchant_uid })).error, 'order_already_paid', 'a doubt may turn out to be a payment');
  assert.equal((await bookOf(client, waiting.imp_uid)).status, 'paid');
  await client.delete('/sandbox/faults');
  await eventually(async () =>
    assert.equal((await client.get(`/payments/${waiting.imp_uid}`)).response.status, 'paid'),
  );
});

test('what the caller sends about the buyer is echoed, and what it leaves out is null', async () => {
  const sent = { name: '당근 10kg', buyer_name: '홍길동', buyer_email: '', custom_data: '{"user":399}' };
  const { response } = await pay({ ...sent, buyer_tel: null });
  assert.deepEqual(
    [response.name, response.buyer_name, response.buyer_email, response.custom_data, response.buyer_tel],
    ['당근 10kg', '홍길동', '', '{"user":399}', null],
  );
  assert.deepEqual([response.channel, response.pay_method, response.paid_at > 0], ['api', 'card', true]);
});

test('the number, the birth date and the password of a card never reach the database or a log', async () => {
  const secrets = { card_number: '4929-8312-7744-6158', birth: '831127', pwd_2digit: '97', cvc: '6384' };
  await pay({ ...secrets, name: 'searched for' });
  await pay({ ...secrets, expiry: '2019-12' });
  await pay({ ...secrets, amount: 'abc' });
  await client.post('/sandbox/faults', { operation: 'approve', kind: 'garbage' });
  await pay(secrets);
  const stored = await everythingStored(sandbox.database);
  assert.ok(stored.includes('searched for') && stored.includes('492983******6158'));
  assert.ok(logged.includes('/subscribe/payments/onetime'), 'the log was captured');
  for (const secret of ['4929-8312-7744-6158', '4929831277446158', '831277446158', '831127']) {
    for (const form of formsOf(secret)) {
      assert.ok(!stored.includes(form), `${secret} in the database`);
      assert.ok(!logged.includes(form), `${secret} in the log`);
    }
  }
  // Two to four digits stand in many places by chance, so these are looked for with their names.
  // As a word: a random id may well have these letters in it.
  for (const name of ['pwd_2digit', 'cardPassword', 'cvc'])
    assert.doesNotMatch(stored, new RegExp(`\\b${name}\\b`), name);
  assert.doesNotMatch(logged, /(pwd_2digit|cardPassword|cvc)\W{1,6}\d/);
});
