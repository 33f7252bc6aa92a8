import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { issueVbank, payByCard } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { observe, recordOf } from './observed.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let client: ApiClient;
let stranger: ApiClient;
before(async () => {
  sandbox = await startSandbox({ settings: briefLimits });
  const { watch } = await observe(sandbox.url, record);
  client = watch(await sandbox.newMerchant());
  stranger = watch(await sandbox.newMerchant());
});
after(() => sandbox?.close());

const refused = ({ status, code, message }: ApiAnswer) => [status, code, message];
const unknown = [404, -1, '존재하지 않는 결제정보입니다.'];

async function pay(provider: string, body: object = {}): Promise<string> {
  const paid = await client.post('/sandbox/payments', {
    pg_provider: provider,
    pay_method: 'point',
    amount: 10_000,
    ...body,
  });
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}

const fault = (body: object) =>
  client.post('/sandbox/faults', { pg_provider: 'naverpay', operation: 'change_order', ...body });

test('points are credited once, and not for a payment that was given back', async () => {
  const impUid = await pay('naverpay');
  const point = () => client.post(`/payments/${impUid}/naver/point`);
  assert.deepEqual([(await point()).status, (await point()).message], [200, '이미 포인트 적립이 완료된 결제']);
  assert.deepEqual(refused(await point()), [500, -1, '이미 포인트 적립이 완료된 결제']);
  const cancelled = await pay('naverpay');
  await client.post('/payments/cancel', { imp_uid: cancelled });
  assert.deepEqual(refused(await client.post(`/payments/${cancelled}/naver/point`)), [
    500,
    -1,
    '이미 전체 취소된 결제',
  ]);
});

test('an escrow order is confirmed once, by either of the two who may', async () => {
  for (const requester of ['customer', 'admin', undefined]) {
    const impUid = await pay('naverpay', { naver_use_cfm: '20301231' });
    const confirm = () => client.post(`/payments/${impUid}/naver/confirm`, { requester });
    const first = await confirm();
    assert.deepEqual([first.status, first.response], [200, null], first.text);
    assert.deepEqual(refused(await confirm()), [500, -1, '이미 거래완료된 결제']);
  }
  const plain = await pay('naverpay');
  assert.deepEqual(refused(await client.post(`/payments/${plain}/naver/confirm`)), [
    500,
    -1,
    '거래완료 대상이 아닌 결제',
  ]);
  assert.equal(
    (await client.post(`/payments/${plain}/naver/confirm`, { requester: 'nobody' })).error,
    'parameter_invalid',
  );
  assert.equal(
    (
      await client.post('/sandbox/payments', {
        pg_provider: 'naverpay',
        pay_method: 'card',
        amount: 1,
        naver_use_cfm: 'soon',
      })
    ).error,
    'parameter_invalid',
  );
});

test('the amount for a cash receipt is what is left of points, and nothing of a card', async () => {
  const impUid = await pay('naverpay', { tax_free: 1_000 });
  const amounts = async (uid: string) => (await client.get(`/payments/${uid}/naver/cash-amount`)).response;
  assert.deepEqual(await amounts(impUid), {
    amount_total: 10_000,
    amount_by_npoint: 10_000,
    amount_by_primary: 0,
    amount_supply: 9_182,
    amount_vat: 818,
  });
  await client.post('/payments/cancel', { imp_uid: impUid, amount: 4_000 });
  const left = await amounts(impUid);
  assert.deepEqual([left.amount_total, left.amount_supply + left.amount_vat], [6_000, 6_000]);
  const card = await amounts(await pay('naverpay', { pay_method: 'card' }));
  assert.deepEqual(Object.values(card), [0, 0, 0, 0, 0]);
});

test('payments of other gateways and of other merchants are refused', async () => {
  const card = await payByCard(client);
  const impUid = await pay('naverpay');
  for (const call of [
    (by: ApiClient, uid: string) => by.post(`/payments/${uid}/naver/point`),
    (by: ApiClient, uid: string) => by.post(`/payments/${uid}/naver/confirm`),
    (by: ApiClient, uid: string) => by.get(`/payments/${uid}/naver/cash-amount`),
  ]) {
    assert.deepEqual(
      [(await call(client, card)).status, (await call(client, card)).error],
      [400, 'naver_payment_only'],
    );
    assert.deepEqual(refused(await call(stranger, impUid)), unknown);
    assert.deepEqual(refused(await call(client, 'imp_000000000000')), unknown);
  }
});

test('a lost answer is asked for again under the same key, so that nothing is done twice or told wrongly', async () => {
  for (const kind of ['lost_answer', 'garbage', 'disconnect', 'http_500', 'timeout'] as const) {
    const impUid = await pay('naverpay');
    await fault({ kind });
    assert.equal((await client.post(`/payments/${impUid}/naver/point`)).status, 200, kind);
    assert.equal((await client.post(`/payments/${impUid}/naver/point`)).status, 500, kind);
  }
  const impUid = await pay('naverpay');
  await fault({ kind: 'lost_answer', count: 1_000 });
  const unclear = await client.post(`/payments/${impUid}/naver/point`);
  assert.deepEqual([unclear.status, unclear.error], [500, 'naver_unclear']);
  await client.delete('/sandbox/faults');
  await fault({ kind: 'reject', code: 'MaintenanceOngoing', message: '서비스 점검중' });
  assert.deepEqual(refused(await client.post(`/payments/${await pay('naverpay')}/naver/point`)), [
    500,
    -1,
    '서비스 점검중',
  ]);
  await client.post('/sandbox/faults', { pg_provider: 'naverpay', operation: 'inquire', kind: 'garbage' });
  assert.equal((await client.get(`/payments/${impUid}/naver/cash-amount`)).error, 'naver_unanswered');
});

test('the status of a PAYCO order goes forward, and PAYCO judges it', async () => {
  const status = (impUid: string, given: unknown, by = client) =>
    by.post(`/payco/orders/status/${impUid}`, { imp_uid: impUid, status: given });
  const impUid = await pay('payco');
  for (const next of ['DELIVERY_START', 'DELIVERY_START', 'PURCHASE_DECISION']) {
    assert.deepEqual((await status(impUid, next)).response, { status: next });
  }
  assert.deepEqual(refused(await status(impUid, 'CANCELED')), [400, -1, '변경할 수 없는 주문상태입니다.']);
  assert.deepEqual(refused(await status(impUid, 'asdf')), [
    400,
    -1,
    '파라미터 정보가 유효하지 않습니다. orderProductStatus field reject, expected OrderProductStatusType{PAYMENT_WAITNG,PAYED,DELIVERY_READY,DELIVERY_START,DELIVERING,DELIVERY_COMPLETE,CANCEL_REQUEST,EXCHANGE_WAIT,EXCHANGE_COMPLETE,RETURN_WAIT,RETURN_COMPLETE,PURCHASE_DECISION,OUTSELLER_REFUND,CANCELED}, but [asdf]',
  ]);
  assert.equal((await status(impUid, null)).error, 'parameter_missing');

  const given = await pay('payco');
  assert.equal((await status(given, 'PURCHASE_DECISION')).status, 400, 'before it is shipped');
  assert.deepEqual((await status(given, 'CANCELED')).response, { status: 'CANCELED' });
  // Unwatched: PAYCO's transaction id is longer than i'mport's field.
  const unwatched = createApiClient(sandbox.url, client.token);
  const untouched = (await unwatched.get(`/payments/${given}`)).response;
  assert.deepEqual([untouched.status, untouched.cancel_amount], ['paid', 0], 'this gives nothing back');
  const refundedUid = await pay('payco');
  await unwatched.post('/payments/cancel', { imp_uid: refundedUid });
  assert.equal((await status(refundedUid, 'DELIVERY_START')).status, 400);
  assert.equal((await status(refundedUid, 'CANCELED')).status, 200);

  assert.equal((await status(await payByCard(client), 'CANCELED')).error, 'payco_payment_only');
  assert.equal((await status(await issueVbank(client), 'CANCELED')).error, 'payco_payment_only');
  assert.deepEqual(refused(await status(impUid, 'CANCELED', stranger)), unknown);
  const lost = await pay('payco');
  for (const kind of ['lost_answer', 'timeout', 'http_500'] as const) {
    await client.post('/sandbox/faults', { pg_provider: 'payco', operation: 'change_order', kind });
    assert.equal((await status(lost, 'DELIVERY_START')).status, 200, kind);
  }
  await client.post('/sandbox/faults', {
    pg_provider: 'payco',
    operation: 'change_order',
    kind: 'garbage',
    count: 1_000,
  });
  assert.equal((await status(lost, 'DELIVERING')).error, 'payco_unclear');
});

test("Kakao Pay's list of orders is no operation any more", async () => {
  const { status, error } = await sandbox
    .newMerchant()
    .then((by) => by.get('/kakao/payment/orders?payment_request_date=20220101'));
  assert.deepEqual([status, error], [404, 'not_found']);
});

test('docs/surface.md names what was shown here', (context) => record.hold(context));
