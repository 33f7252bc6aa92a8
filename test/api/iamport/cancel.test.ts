import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readAmount } from '../../../src/platform/money/currency.ts';
import type { ApiAnswer, ApiClient } from '../../kit/api-client.ts';
import { readLeftBook } from '../../kit/left-book.ts';
import { assertBooksAgree, bookOf, goodCard, issueBarcode, issueVbank, newOrder, payByCard } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

const cancel = (body: object): Promise<ApiAnswer> => client.post('/payments/cancel', body);

/** What stands in the gateway's own book of each cancellation of a payment, and the text of its reason. */
function gatewayCancels(impUid: string): { amount: number; tax_free: number; reason: string }[] {
  const book = join(sandbox.settings.dataDir, 'simulators', 'tosspayments.sqlite');
  const rows = readLeftBook(book, (left) =>
    left
      .prepare(
        `select c.amount, c.tax_free, c.reason from cancels c join payments p on p.tid = c.payment_tid
         where p.order_id = ? order by c.ordinal`,
      )
      .all(impUid),
  );
  return rows.map((row) => ({
    amount: Number(row.amount),
    tax_free: Number(row.tax_free),
    reason: String(row.reason),
  }));
}

async function assertUntouched(impUid: string): Promise<void> {
  assert.equal((await client.get(`/payments/${impUid}`)).response.status, 'paid');
  assert.deepEqual((await bookOf(client, impUid)).cancels, []);
}

test('one of imp_uid and merchant_uid must be given', async () => {
  const refused = await cancel({ amount: 100 });
  assert.equal(refused.error, 'cancel_target_missing');
  assert.match(refused.message ?? '', /지정해주셔야합니다\.$/);
});

test('imp_uid wins: a bad one fails beside a good merchant_uid, whatever the amount', async () => {
  const merchant_uid = newOrder();
  const impUid = await payByCard(client, 1000, { merchant_uid });
  for (const more of [{}, { amount: 5 }, { checksum: 3 }]) {
    const refused = await cancel({ imp_uid: 'imp_000000000000', merchant_uid, ...more });
    assert.deepEqual(
      [refused.status, refused.code, refused.message, refused.response],
      [200, 1, '취소할 결제건이 존재하지 않습니다.', null],
    );
  }
  await assertUntouched(impUid);
  const other = await payByCard(client, 500);
  assert.equal((await cancel({ imp_uid: other, merchant_uid })).response.imp_uid, other);
  await assertUntouched(impUid);
});

test('for a merchant_uid with several payments, the newest that can be cancelled is meant', async () => {
  const merchant_uid = newOrder();
  const inWindow = async () => {
    const paid = await client.post('/sandbox/payments', { pay_method: 'card', amount: 1000, merchant_uid });
    return paid.response.imp_uid as string;
  };
  const oldest = await inWindow();
  const middle = await inWindow();
  const newest = await inWindow();
  await client.post('/subscribe/payments/onetime', {
    merchant_uid,
    amount: 1000,
    ...goodCard,
    card_number: '4000000000000010',
  });
  await cancel({ imp_uid: newest });
  await cancel({ imp_uid: middle, amount: 1 });
  assert.equal((await cancel({ merchant_uid })).response.imp_uid, middle, 'cancelled in part is still to be cancelled');
  assert.equal((await cancel({ merchant_uid })).response.imp_uid, oldest);
  const nothingLeft = await cancel({ merchant_uid });
  assert.deepEqual([nothingLeft.code, nothingLeft.message], [1, '이미 전액취소된 주문입니다.']);
});

test('amount absent, null, 0 or empty means all that remains', async () => {
  for (const amount of [undefined, null, 0, '0', '']) {
    const impUid = await payByCard(client, 1000);
    await cancel({ imp_uid: impUid, amount: 400 });
    const rest = await cancel({ imp_uid: impUid, amount });
    assert.equal(rest.response.cancel_amount, 1000, String(amount));
    assert.deepEqual(
      gatewayCancels(impUid).map((entry) => entry.amount),
      [400, 600],
    );
  }
});

test('amounts may come as texts and as whole decimals', async () => {
  const impUid = await payByCard(client, 1000);
  assert.equal((await cancel({ imp_uid: impUid, amount: '300' })).response.cancel_amount, 300);
  assert.equal((await cancel({ imp_uid: impUid, amount: 200.0, checksum: '700' })).response.cancel_amount, 500);
  assert.equal((await cancel({ imp_uid: impUid, amount: ' 100.00 ' })).response.cancel_amount, 600);
  // What Java and C# make of 200 and of 100 in a form.
  assert.equal((await cancel({ imp_uid: impUid, amount: '2.0E2' })).response.cancel_amount, 800);
  assert.equal((await cancel({ imp_uid: impUid, amount: '1E+02', checksum: '2e2' })).response.cancel_amount, 900);
});

test('an amount that is no amount in its currency is refused with a clear message, and nothing is sent', async () => {
  const impUid = await payByCard(client, 1000);
  for (const [amount, problem] of [
    [12.5, '통화의 최소 단위보다 작은 금액입니다'],
    ['12.5', '통화의 최소 단위보다 작은 금액입니다'],
    [-1, '음수는 허용되지 않습니다'],
    ['-1', '음수는 허용되지 않습니다'],
    ['abc', '숫자가 아닙니다'],
    ['1e-3', '통화의 최소 단위보다 작은 금액입니다'],
    ['1.5E0', '통화의 최소 단위보다 작은 금액입니다'],
    ['1e', '숫자가 아닙니다'],
    ['1e99', '정확히 표현할 수 없을 만큼 큰 금액입니다'],
    ['1,000', '숫자가 아닙니다'],
    [1e21, '정확히 표현할 수 없을 만큼 큰 금액입니다'],
    [2 ** 53, '정확히 표현할 수 없을 만큼 큰 금액입니다'],
    ['9007199254740993', '정확히 표현할 수 없을 만큼 큰 금액입니다'],
  ] as const) {
    for (const name of ['amount', 'checksum', 'tax_free', 'vat_amount']) {
      const refused = await cancel({ imp_uid: impUid, [name]: amount });
      assert.deepEqual([refused.status, refused.error], [400, 'amount_invalid'], `${name}: ${amount}`);
      assert.ok(refused.message?.includes(name) && refused.message.includes(problem), refused.message ?? '');
    }
  }
  for (const amount of [true, {}, [1]]) {
    assert.equal((await cancel({ imp_uid: impUid, amount })).status, 400, JSON.stringify(amount));
  }
  await assertUntouched(impUid);
});

test('a currency with cents is counted in cents, and a currency that no channel takes is refused before anything is sent', async () => {
  assert.deepEqual(readAmount(12.34, 'USD'), { ok: true, minor: 1234n });
  assert.deepEqual(readAmount('12.5', 'USD'), { ok: true, minor: 1250n });
  assert.deepEqual(readAmount('1.234E1', 'USD'), { ok: true, minor: 1234n });
  assert.deepEqual(readAmount(1.0e7, 'KRW'), { ok: true, minor: 10_000_000n });
  assert.deepEqual(readAmount(12.345, 'USD'), { ok: false, problem: 'fraction' });
  assert.deepEqual(readAmount(0.1 + 0.2, 'USD'), { ok: false, problem: 'fraction' });
  const merchant_uid = newOrder();
  const order = { merchant_uid, amount: 12.34, currency: 'USD', ...goodCard };
  assert.equal((await client.post('/subscribe/payments/onetime', order)).error, 'currency_not_supported');
  assert.equal((await client.get(`/payments/find/${merchant_uid}`)).status, 404);
});

test('more than remains is refused, also after a partial cancellation, and the message says what remains', async () => {
  const impUid = await payByCard(client, 1000);
  assert.equal((await cancel({ imp_uid: impUid, amount: 1001 })).error, 'cancel_amount_exceeds_balance');
  await assertUntouched(impUid);
  await cancel({ imp_uid: impUid, amount: 300 });
  const refused = await cancel({ imp_uid: impUid, amount: 701 });
  assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, 'cancel_amount_exceeds_balance']);
  assert.match(refused.message ?? '', /700/);
  assert.equal((await cancel({ imp_uid: impUid, amount: 700 })).response.cancel_amount, 1000);
});

test('a checksum that is not what remains stops the cancellation; one that is, as a number or a text, does not', async () => {
  const impUid = await payByCard(client, 1000);
  for (const checksum of [999, '999', 0, 1001]) {
    assert.equal((await cancel({ imp_uid: impUid, amount: 100, checksum })).error, 'checksum_mismatch');
  }
  await assertUntouched(impUid);
  assert.equal((await cancel({ imp_uid: impUid, amount: 100, checksum: 1000 })).code, 0);
  assert.equal((await cancel({ imp_uid: impUid, amount: 100, checksum: '900' })).code, 0);
  assert.equal((await cancel({ imp_uid: impUid, amount: 100, checksum: null })).code, 0);
  assert.equal((await cancel({ imp_uid: impUid, checksum: 900 })).error, 'checksum_mismatch');
});

test('of concurrent cancellations with the same checksum, one is done', async () => {
  const impUid = await payByCard(client, 1000);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => cancel({ imp_uid: impUid, amount: 100, checksum: 1000 })),
  );
  assert.equal(answers.filter(({ code }) => code === 0).length, 1);
  assert.ok(answers.every(({ code, error }) => code === 0 || error === 'checksum_mismatch'));
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 100);
});

test('fields that are too long are refused, not cut', async () => {
  const impUid = await payByCard(client, 1000);
  for (const [name, max] of [
    ['reason', 256],
    ['refund_holder', 16],
    ['refund_bank', 4],
    ['refund_account', 16],
    ['refund_tel', 16],
    ['imp_uid', 32],
    ['merchant_uid', 40],
  ] as const) {
    const refused = await cancel({ imp_uid: impUid, [name]: '가'.repeat(max + 1) });
    assert.deepEqual([refused.status, refused.error], [400, 'parameter_too_long'], name);
    assert.ok(refused.message?.includes(name) && refused.message.includes(String(max)));
  }
  await assertUntouched(impUid);
});

test('what a form still holds of a refund account is ignored for a card payment, whatever it is', async () => {
  const impUid = await payByCard(client, 1000);
  const leftover = { refund_holder: '홍', refund_bank: 'XX', refund_account: 'none', refund_tel: '?' };
  const { response, text } = await cancel({ imp_uid: impUid, amount: 400, ...leftover });
  assert.equal(response?.cancel_amount, 400, text);
  const [record] = (await client.get('/cancellations?limit=1')).response.list;
  assert.deepEqual([record.refund_bank, record.refund_account], [null, null]);
});

test('a reason is kept whole up to 256 characters, and without one the default of the real server is', async () => {
  const impUid = await payByCard(client, 1000);
  const reason = '사유'.repeat(128);
  const first = await cancel({ imp_uid: impUid, amount: 1, reason });
  assert.equal(first.response.cancel_reason, reason);
  for (const missing of [{}, { reason: null }, { reason: '' }]) {
    const { response } = await cancel({ imp_uid: impUid, amount: 1, ...missing });
    assert.equal(response.cancel_history.at(-1).reason, '취소요청api');
    assert.equal(response.cancel_reason, '취소요청api');
  }
  assert.equal(gatewayCancels(impUid)[0]?.reason, reason.slice(0, 200), 'shortened on the wire only');
});

test('the answer has the history oldest first, each entry whole, and the receipts beside it', async () => {
  const impUid = await payByCard(client, 1000);
  await cancel({ imp_uid: impUid, amount: 300, reason: '첫째' });
  const { response } = await cancel({ imp_uid: impUid, reason: '둘째' });
  assert.deepEqual(
    response.cancel_history.map((entry: { amount: number; reason: string }) => [entry.amount, entry.reason]),
    [
      [300, '첫째'],
      [700, '둘째'],
    ],
  );
  for (const entry of response.cancel_history) {
    assert.match(entry.cancellation_id, /^[0-9A-HJKMNP-TV-Z]{20}$/);
    assert.ok(entry.cancelled_at > 0 && entry.pg_tid !== '');
  }
  assert.deepEqual(
    response.cancel_receipt_urls,
    response.cancel_history.map((entry: { receipt_url: string }) => entry.receipt_url),
  );
  assert.deepEqual([response.status, response.cancel_reason], ['cancelled', '둘째']);
  assert.ok(response.paid_at > 0 && response.apply_num !== null, 'what the payment was stays');
  await assertBooksAgree(client, impUid);
});

test('the tax-free part has a balance of its own, and reaches the gateway in its own field', async () => {
  const impUid = await payByCard(client, 1000, { tax_free: 300 });
  assert.equal((await cancel({ imp_uid: impUid, amount: 100, tax_free: 101 })).error, 'tax_free_exceeds_amount');
  assert.equal(
    (await cancel({ imp_uid: impUid, amount: 400, tax_free: 301 })).error,
    'cancel_tax_free_exceeds_balance',
  );
  assert.equal((await cancel({ imp_uid: impUid, amount: 200, tax_free: 100 })).code, 0);
  const over = await cancel({ imp_uid: impUid, amount: 400, tax_free: 201 });
  assert.equal(over.error, 'cancel_tax_free_exceeds_balance');
  assert.match(over.message ?? '', /200/);
  assert.equal((await cancel({ imp_uid: impUid, amount: 100 })).code, 0, 'without tax_free it is 0');
  assert.equal((await cancel({ imp_uid: impUid })).code, 0, 'the last takes what is left of it');
  assert.deepEqual(
    gatewayCancels(impUid).map(({ amount, tax_free }) => [amount, tax_free]),
    [
      [200, 100],
      [100, 0],
      [700, 200],
    ],
  );
});

test('the VAT has a balance of its own; without vat_amount a share of it is taken, and the last takes the rest', async () => {
  const impUid = await payByCard(client, 1100, { vat_amount: 90 });
  assert.equal((await cancel({ imp_uid: impUid, amount: 50, vat_amount: 51 })).error, 'tax_free_exceeds_amount');
  assert.equal(
    (await cancel({ imp_uid: impUid, amount: 500, vat_amount: 91 })).error,
    'cancel_tax_free_exceeds_balance',
  );
  await assertUntouched(impUid);
  await cancel({ imp_uid: impUid, amount: 110, vat_amount: '20' });
  assert.equal(
    (await cancel({ imp_uid: impUid, amount: 500, vat_amount: 71 })).error,
    'cancel_tax_free_exceeds_balance',
  );
  await cancel({ imp_uid: impUid, amount: 110 });
  await cancel({ imp_uid: impUid });
  const { list } = (await client.get('/cancellations?limit=3')).response;
  assert.deepEqual(
    list.map((entry: { amount: number; vat_amount: number }) => [entry.amount, entry.vat_amount]).reverse(),
    [
      [110, 20],
      [110, 10],
      [880, 60],
    ],
  );
});

test('what was never paid is refused with the name of the call that is right for it', async () => {
  const vbank = await issueVbank(client);
  const barcode = await issueBarcode(client);
  const merchant_uid = newOrder();
  await client.post('/subscribe/payments/onetime', {
    merchant_uid,
    amount: 500,
    ...goodCard,
    card_number: '4000000000000010',
  });
  const revoked = await issueVbank(client);
  await client.delete(`/vbanks/${revoked}`);
  for (const [target, error, named] of [
    [{ imp_uid: vbank }, 'cancel_vbank_not_deposited', /DELETE \/vbanks/],
    [{ imp_uid: barcode }, 'cancel_barcode_not_paid', /DELETE \/cvs/],
    [{ merchant_uid }, 'cancel_not_paid', /GET \/payments/],
    [{ imp_uid: revoked }, 'cancel_not_paid', /GET \/payments/],
  ] as const) {
    const refused = await cancel(target);
    assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, error]);
    assert.match(refused.message ?? '', named);
  }
  assert.equal((await bookOf(client, vbank)).status, 'waiting_for_deposit');
  assert.equal((await bookOf(client, barcode, 'galaxia')).status, 'waiting_for_deposit');
});

test('a fully cancelled payment says so, even beside a partial amount or a checksum', async () => {
  const impUid = await payByCard(client, 1000);
  await cancel({ imp_uid: impUid });
  for (const more of [{}, { amount: 5 }, { checksum: 1000 }, { amount: 5000 }]) {
    const refused = await cancel({ imp_uid: impUid, ...more });
    assert.deepEqual(
      [refused.status, refused.code, refused.message, refused.response],
      [200, 1, '이미 전액취소된 주문입니다.', null],
    );
  }
});

test("a refusal by the gateway carries the gateway's own text, and frees what was reserved", async () => {
  const impUid = await payByCard(client, 1000);
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'reject', code: 'NOT_CANCELABLE_AMOUNT' });
  const refused = await cancel({ imp_uid: impUid, amount: 600 });
  assert.deepEqual([refused.status, refused.code, refused.error], [200, -1, 'cancellation_refused']);
  assert.match(refused.message ?? '', /^결제취소에 실패하였습니다\. \S/);
  await assertUntouched(impUid);
  assert.equal((await cancel({ imp_uid: impUid, amount: 1000 })).code, 0);
});

test('a gift certificate is cancelled whole or not at all', async () => {
  const paid = await client.post('/sandbox/payments', { pay_method: 'cultureland', amount: 5000 });
  const { imp_uid } = paid.response;
  assert.equal((await cancel({ imp_uid, amount: 4999 })).error, 'partial_cancel_not_supported');
  await assertUntouched(imp_uid);
  assert.equal((await cancel({ imp_uid, amount: 5000 })).response.cancel_amount, 5000);
});

test('enable_webhook, extra[requester] and retain_promotion are taken and stored, and only the first announces', async () => {
  const impUid = await payByCard(client, 1000);
  const extra = { requester: 'customer' };
  const first = await cancel({ imp_uid: impUid, amount: 1, enable_webhook: true, retain_promotion: 'true', extra });
  assert.equal(first.code, 0, first.text);
  assert.equal((await cancel({ imp_uid: impUid, amount: 1, extra: { requester: 'somebody' } })).status, 400);
  assert.equal((await cancel({ imp_uid: impUid, amount: 1 })).code, 0);
  const rows = await sandbox.database.query<{ details: object }>(
    `select o.details from operations o join payments p on p.id = o.payment_id
     where p.imp_uid = $1 and o.kind = 'cancel' order by o.id`,
    [impUid],
  );
  assert.deepEqual(
    rows.map(({ details }) => details),
    [{ enable_webhook: true, retain_promotion: true, requester: 'customer' }, {}],
  );
  const announced = await sandbox.database.query<{ body: { cancellation_id: string } }>(
    `select w.body from outbox w join payments p on p.id = w.payment_id where p.imp_uid = $1 and w.event = 'cancelled'`,
    [impUid],
  );
  assert.deepEqual(
    announced.map(({ body }) => body.cancellation_id),
    [first.response.cancel_history[0].cancellation_id],
  );
});

test('a repeat with the same Idempotency-Key gets the first answer and moves nothing again', async () => {
  const impUid = await payByCard(client, 1000);
  const key = { 'idempotency-key': newOrder() };
  const body = { imp_uid: impUid, amount: 100 };
  const answers = [];
  for (let count = 0; count < 3; count++) answers.push(await client.post('/payments/cancel', body, key));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 100);
  const other = await client.post('/payments/cancel', { ...body, amount: 200 }, key);
  assert.deepEqual([other.status, other.error], [422, 'idempotency_key_reused']);
  const stranger = await sandbox.newMerchant();
  assert.equal((await stranger.post('/payments/cancel', body, key)).error, 'cancel_target_not_found');
});
