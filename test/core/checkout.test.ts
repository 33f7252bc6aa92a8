import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { whileBusy } from '../../src/core/checkout/busy.ts';
import { paymentOfCheckout } from '../../src/core/checkout/checkouts.ts';
import { endCodeOfCheckout, failureOfCheckout } from '../../src/core/checkout/failure.ts';
import type { CheckoutRow } from '../../src/core/records/checkout.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { newOrder } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';

/** What goes on beside an open payment window, or while its approval is under way. */
let sandbox: Sandbox;
let client: ApiClient;
let page: ApiClient;
let userCode: string;
const logged: string[] = [];
before(async () => {
  sandbox = await startSandbox({
    settings: { gatewayTimeoutMs: 10_000, requestDeadlineMs: 15_000 },
    log: createLog('info', { write: (line: string) => logged.push(line) }),
  });
  client = await sandbox.newMerchant();
  userCode = (await client.get('/sandbox/merchant')).response.user_code;
  page = createApiClient(sandbox.url);
});
after(() => sandbox?.close());

async function opened(request: object = {}, code = userCode): Promise<{ token: string; imp_uid: string }> {
  const asked = { merchant_uid: newOrder(), amount: 1000, name: '당근 10kg', buyer_name: '홍길동', ...request };
  const answer = await page.post('/checkout/payments', { user_code: code, request: asked });
  assert.equal(answer.code, 0, answer.text);
  return answer.response;
}

const pay = (token: string, choice: object = {}): Promise<ApiAnswer> => page.post(`/checkout/${token}/pay`, choice);
const paymentOf = async (impUid: string) => (await client.get(`/payments/${impUid}`)).response;

async function operationState(impUid: string): Promise<string | undefined> {
  const [row] = await sandbox.database.query<{ state: string }>(
    `select o.state from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where p.imp_uid = $1 order by o.id desc limit 1`,
    [impUid],
  );
  return row?.state;
}

test('a deposit that comes before the answer that issues its account waits for it, and the payment can be given back', async () => {
  const refund = { refund_holder: '홍길동', refund_bank: '088', refund_account: '110123456789' };
  const deposited = async (pg: string) => {
    const { token, imp_uid: impUid } = await opened({ pg, pay_method: 'vbank', vbank_due: '2049-12-31' });
    await client.post('/sandbox/faults', {
      pg_provider: pg,
      operation: 'approve_window',
      kind: 'lost_answer',
      delay_ms: 4_000,
    });
    const paying = pay(token, { bank_code: '088' });
    await eventually(async () => {
      const { transactions } = (await client.get(`/sandbox/books/${pg}?imp_uid=${impUid}`)).response;
      assert.equal(transactions.length, 1);
    });
    const early = await client.post(`/sandbox/vbanks/${impUid}/deposit`);
    assert.equal(early.error, 'sandbox_notice_waiting', `${pg}: ${early.text}`);
    await paying;
    await eventually(async () => assert.equal((await paymentOf(impUid)).status, 'paid', pg), 30_000);
    assert.equal(await operationState(impUid), 'confirmed');
    assert.match((await paymentOf(impUid)).vbank_num, /\d{5}/);
    const cancelled = await client.post('/payments/cancel', { imp_uid: impUid, refund_tel: '01012345678', ...refund });
    assert.equal(cancelled.response?.status, 'cancelled', `${pg}: ${cancelled.text}`);
  };
  await Promise.all(['tosspayments', 'html5_inicis', 'nice_v2', 'kicc'].map(deposited));
});

test('an order for which an account waits is not paid: another window pays it by card', async () => {
  const merchant_uid = newOrder();
  const account = await opened({ merchant_uid, pay_method: 'vbank', vbank_due: '2049-12-31' });
  assert.equal((await pay(account.token, { bank_code: '088' })).response.ended.result.success, true);
  const card = await opened({ merchant_uid });
  assert.equal((await pay(card.token)).response.ended.result.status, 'paid');
  const again = await page.post('/checkout/payments', { user_code: userCode, request: { merchant_uid, amount: 1000 } });
  assert.equal(again.error, 'order_already_paid');
});

test('a key for which the gateway charges nothing is a payment of nothing, whatever amount was shown', async () => {
  for (const [pg, amount] of [
    ['html5_inicis', 0],
    ['kcp_billing', 0],
    ['kakaopay', 1000],
  ] as const) {
    const uid = newOrder('customer');
    const { token, imp_uid: impUid } = await opened({ pg, customer_uid: uid, amount: 1000, tax_free: 500 });
    const { result } = (await pay(token)).response.ended;
    assert.deepEqual([result.success, result.paid_amount, result.customer_uid], [true, amount, uid], pg);
    const payment = await paymentOf(impUid);
    assert.deepEqual([payment.status, payment.amount, payment.customer_uid_usage], ['paid', amount, 'issue'], pg);
    const cancelled = await client.post('/payments/cancel', { imp_uid: impUid });
    assert.equal(cancelled.code === 0, amount > 0, cancelled.text);
    assert.equal((await client.get(`/subscribe/customers/${uid}`)).code, 0);
  }
});

test('a key that is issued in a window while an older one of its name is taken back stays', async () => {
  const uid = newOrder('customer');
  const order = { pg: 'kakaopay', customer_uid: uid, amount: 0 };
  assert.equal((await pay((await opened(order)).token)).response.ended.result.success, true);
  await client.post('/sandbox/faults', {
    pg_provider: 'kakaopay',
    operation: 'revoke_key',
    kind: 'slow',
    delay_ms: 1_500,
  });
  const deleting = client.delete(`/subscribe/customers/${uid}`);
  await eventually(async () => {
    const [row] = await sandbox.database.query(
      `select from billing_keys k join operations o on o.merchant_id = k.merchant_id and o.id = k.turn_of
       where k.customer_uid = $1 and o.kind = 'revoke_key'`,
      [uid],
    );
    assert.ok(row);
  });
  assert.equal((await pay((await opened(order)).token)).response.ended.result.success, true);
  assert.equal((await deleting).code, 0);
  const charge = { customer_uid: uid, merchant_uid: newOrder(), amount: 3000, name: '정기결제' };
  const charged = await client.post('/subscribe/payments/again', charge);
  assert.equal(charged.response?.status, 'paid', charged.text);
  assert.equal((await client.delete(`/subscribe/customers/${uid}`)).code, 0);
  assert.equal((await client.get(`/subscribe/customers/${uid}`)).code, 1);
});

test('in an open window there is nothing to be cancelled or taken back, and it goes on', async () => {
  const { token, imp_uid: impUid } = await opened({ pay_method: 'vbank', vbank_due: '2049-12-31' });
  assert.equal((await client.post('/payments/cancel', { imp_uid: impUid })).error, 'cancel_vbank_not_deposited');
  assert.equal((await client.delete(`/vbanks/${impUid}`)).error, 'vbank_not_revocable');
  assert.equal((await client.post(`/sandbox/vbanks/${impUid}/deposit`)).error, 'sandbox_payment_refused');
  assert.equal((await pay(token, { bank_code: '088' })).response.ended.result.success, true);
  assert.equal((await client.delete(`/vbanks/${impUid}`)).code, 0, 'now there is');
});

test('a person who ends the doubt of a window says what was issued; a key nobody can say', async () => {
  const merchant = await sandbox.newMerchant();
  const code = (await merchant.get('/sandbox/merchant')).response.user_code;
  const strike = (operation: string, count: number) =>
    merchant.post('/sandbox/faults', { pg_provider: 'any', operation, kind: 'disconnect', count });
  await strike('inquire', 1_000);
  await strike('approve_window', 1_000);
  const person = { reason: '가맹점관리자에서 확인', actor: '김담당', outcome: 'confirmed', pg_tid: 'seen-there' };
  const uid = newOrder('customer');
  const windows = await Promise.all([
    opened({ pg: 'html5_inicis', pay_method: 'vbank', vbank_due: '2049-12-31' }, code),
    opened({ pg: 'kakaopay', customer_uid: uid }, code),
    opened({ pg: 'html5_inicis', customer_uid: uid, amount: 0 }, code),
  ]);
  const [account, paidKey, keyAlone] = windows;
  for (const [at, { token }] of windows.entries()) {
    const { state } = (await pay(token, at === 0 ? { bank_code: '088' } : {})).response;
    assert.equal(state, 'working');
  }
  const resolve = async (impUid: string, more: object = {}) => {
    const [doubt] = await eventually(async () => {
      const { list } = (await merchant.get(`/doubts?imp_uid=${impUid}`)).response;
      assert.equal(list.length, 1);
      return list;
    });
    return merchant.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, ...more });
  };
  assert.equal((await resolve(account.imp_uid)).error, 'parameter_missing');
  assert.equal((await resolve(account.imp_uid, { vbank_num: '110123456789' })).response?.state, 'confirmed');
  const issued = (await page.get(`/checkout/${account.token}/result`)).response.ended.result;
  assert.deepEqual(
    [issued.success, issued.status, issued.vbank_num, issued.vbank_name, issued.vbank_date],
    [true, 'ready', '110123456789', '신한은행', Date.UTC(2049, 11, 31, 14, 59, 59) / 1000],
  );

  assert.equal((await resolve(paidKey.imp_uid)).response?.state, 'confirmed');
  const paid = (await page.get(`/checkout/${paidKey.token}/result`)).response.ended.result;
  assert.deepEqual([paid.success, paid.paid_amount, 'customer_uid' in paid], [true, 1000, false]);

  assert.equal((await resolve(keyAlone.imp_uid)).error, 'parameter_invalid');
  assert.equal((await resolve(keyAlone.imp_uid, { outcome: 'refused' })).response?.state, 'refused');
  assert.equal((await page.get(`/checkout/${keyAlone.token}/result`)).response.ended.result.success, false);
});

test('whoever reads a window right before it is left tells why it has ended, as all others do', async () => {
  const rowOf = async (impUid: string) => {
    const [row] = await sandbox.database.query<CheckoutRow>('select * from checkouts where imp_uid = $1', [impUid]);
    return row ?? assert.fail('no window');
  };
  const { imp_uid: impUid, token } = await opened();
  const before = await rowOf(impUid);
  await page.post(`/checkout/${token}/leave`, { why: 'closed' });
  assert.equal(before.end_code, null);
  const payment = await paymentOfCheckout(sandbox, before);
  assert.equal((await failureOfCheckout(sandbox, before, payment)).code, 'USER_CLOSED');

  const asked = { user_code: userCode, request: { merchant_uid: newOrder() } };
  const certification = (await page.post('/checkout/certifications', asked)).response;
  const open = await rowOf(certification.imp_uid);
  await page.post(`/checkout/${certification.token}/leave`, { why: 'closed' });
  assert.deepEqual([open.end_code, await endCodeOfCheckout(sandbox, open)], [null, 'USER_CLOSED']);
});

test('who was slow in a window does not free it for others while somebody else is about to pay', async () => {
  const { imp_uid: impUid } = await opened();
  const [checkout] = await sandbox.database.query<CheckoutRow>('select * from checkouts where imp_uid = $1', [impUid]);
  assert.ok(checkout);
  const parts = { database: sandbox.database, clock: systemClock };
  await whileBusy(parts, checkout, async () => {
    await sandbox.database.query('update checkouts set busy_until = now() where imp_uid = $1', [impUid]);
    await sandbox.database.query(`update checkouts set busy_until = now() + interval '20 seconds' where imp_uid = $1`, [
      impUid,
    ]);
  });
  assert.equal(await whileBusy(parts, checkout, async () => 'done'), undefined);
});

test('no line of the log has the token of a window', async () => {
  const { token } = await opened();
  await page.get(`/checkout/${token}/window`);
  await page.get(`/checkout/${token}/pay`);
  await page.get(`/checkout/${token}/nothing`);
  await pay(token);
  await eventually(async () => assert.ok(logged.some((line) => line.includes('/checkout/:token/nothing'))));
  assert.ok(logged.every((line) => !line.includes(token)));
});
