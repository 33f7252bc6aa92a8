import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envelopeText } from '../../src/api/foundation/envelope.ts';
import { iamportRoutes } from '../../src/api/routes.ts';
import type { Services } from '../../src/core/services.ts';
import { echoApplication } from '../api/foundation/echo-application.ts';
import { assertMatchesContract, contractNameOf, contractOperations } from './contract.ts';
import { operationsOf } from './observed.ts';

const payment = {
  amount: 1000,
  apply_num: null,
  bank_code: null,
  bank_name: null,
  buyer_addr: null,
  buyer_email: '',
  buyer_name: '홍길동',
  buyer_postcode: null,
  buyer_tel: null,
  cancel_amount: 300,
  cancel_history: [
    {
      pg_tid: 'tid',
      amount: 300,
      cancelled_at: 1_700_000_000,
      reason: '취소요청api',
      receipt_url: null,
      cancellation_id: 'YP4JND7CV71752BJ3FFG',
    },
  ],
  cancel_reason: '취소요청api',
  cancel_receipt_urls: [],
  cancelled_at: 1_700_000_000,
  card_code: '366',
  card_issuer_code: null,
  card_issuer_name: null,
  card_name: '신한카드',
  card_number: '433012******1234',
  card_publisher_code: null,
  card_publisher_name: null,
  card_quota: 0,
  card_type: null,
  cash_receipt_issued: false,
  channel: 'api',
  currency: 'KRW',
  custom_data: null,
  customer_uid: null,
  customer_uid_usage: null,
  deposit_history: [],
  emb_pg_provider: null,
  escrow: false,
  fail_reason: null,
  failed_at: 0,
  imp_uid: 'imps_157956638714',
  merchant_uid: 'order-1',
  name: '당근 10kg',
  paid_at: 1_700_000_000,
  pay_method: 'card',
  pg_id: 'tvivarepublica',
  pg_provider: 'tosspayments',
  pg_tid: 'tid',
  promotion: null,
  receipt_url: 'https://example.com/receipt',
  sandbox: true,
  started_at: 1_700_000_000,
  status: 'cancelled',
  user_agent: null,
  vbank_code: null,
  vbank_date: 0,
  vbank_holder: null,
  vbank_issued_at: 0,
  vbank_name: null,
  vbank_num: null,
};
const success = (response: unknown) => envelopeText(0, null, response);

test('the contract has every operation of the real server, and what is registered as such is in it', async () => {
  const { app } = await echoApplication({}, (app) => {
    // What a route works with is wanted by its handler, and none is called here.
    for (const routes of iamportRoutes) routes(app, {} as Services);
  });
  const registered = operationsOf((await app.inject('/openapi.json')).json()).filter((name) => !/ \/echo\//.test(name));
  await app.close();
  for (const name of registered) assert.ok(contractNameOf(name), `${name} is not in the contract`);
  assert.equal(new Set(contractOperations).size, 80);
});

test('good answers pass', () => {
  assertMatchesContract('POST', '/payments/cancel', 200, success(payment));
  assertMatchesContract('GET', '/payments/{imp_uid}', 200, { code: 0, message: null, response: payment });
  assertMatchesContract('GET', '/payments', 207, success([payment]));
  assertMatchesContract(
    'GET',
    '/payments/findAll/{merchant_uid}',
    200,
    success({ total: 1, previous: 0, next: 0, list: [payment] }),
  );
  assertMatchesContract('GET', '/payments/find/{merchant_uid}', 200, success(payment));
  assertMatchesContract('POST', '/users/getToken', 200, success({ access_token: 'a', now: 1, expired_at: 2 }));
  assertMatchesContract('POST', '/payments/cancel', 200, envelopeText(1, '이미 전액취소된 주문입니다.', null));
  assertMatchesContract('GET', '/payments/{imp_uid}', 404, envelopeText(-1, '존재하지 않는 결제정보입니다.', null));
  assertMatchesContract('POST', '/payments/cancel', 503, envelopeText(-1, '서버가 종료 중입니다.', null));
});

test('a payment that differs in any field is named by that field', () => {
  const { vbank_num: _omitted, ...withoutOne } = payment;
  const [cancel] = payment.cancel_history;
  const bad: [object, RegExp][] = [
    [{ ...payment, zzz: 1 }, /response\.zzz is not in PaymentAnnotation/],
    [withoutOne, /vbank_num is missing/],
    [{ vbank_num: null, ...withoutOne }, /order of the keys/],
    [{ ...payment, amount: '1000' }, /amount is not of the type number/],
    [{ ...payment, paid_at: 1.5 }, /paid_at is not an integer/],
    [{ ...payment, paid_at: null }, /paid_at is null/],
    [{ ...payment, imp_uid: null }, /imp_uid is null/],
    [{ ...payment, sandbox: null }, /sandbox is null/],
    [{ ...payment, cancel_history: null }, /cancel_history is null/],
    [{ ...payment, cancel_receipt_urls: [null] }, /cancel_receipt_urls\[0\] is not of the type string/],
    [{ ...payment, merchant_uid: 'a'.repeat(41) }, /merchant_uid is longer than 40/],
    [{ ...payment, promotion: { id: 'a' } }, /promotion: its fields/],
    [{ ...payment, cancel_history: [{ ...cancel, id: 1 }] }, /cancel_history\[0\]\.id is not in/],
    [{ ...payment, cancel_history: [{ ...cancel, cancellation_id: null }] }, /cancellation_id is null/],
  ];
  for (const [response, problem] of bad) {
    assert.throws(
      () => assertMatchesContract('POST', '/payments/cancel', 200, { code: 0, message: null, response }),
      (error) => error instanceof assert.AssertionError && problem.test(error.message),
      String(problem),
    );
  }
});

test('an envelope that differs in anything fails', () => {
  const bad: [number, string | object, RegExp][] = [
    [200, { code: 0, response: payment, message: null }, /keys of the envelope/],
    [200, { code: 0, message: null, response: payment, extra: 1 }, /keys of the envelope/],
    [200, { code: 0, message: 'done', response: payment }, /message of a success/],
    [200, { code: 0, message: null, response: null }, /response is not an object/],
    [200, { code: 2, message: 'no', response: null }, /code 2/],
    [200, { code: -1, message: null, response: null }, /message of a refusal/],
    [200, { code: -1, message: 'no', response: {} }, /response of a refusal/],
    [200, { code: -1, message: '남은 금액: {balance}', response: null }, /not filled in/],
    [404, { code: -1, message: 'no', response: null }, /404 is not in the contract/],
    [400, { code: 0, message: null, response: payment }, /code 0 with the HTTP status 400/],
    [200, JSON.stringify({ code: -1, message: '한글', response: null }), /PHP/],
    [200, [], /not an object/],
  ];
  for (const [status, body, problem] of bad) {
    assert.throws(() => assertMatchesContract('POST', '/payments/cancel', status, body), problem, String(problem));
  }
  assert.throws(() => assertMatchesContract('GET', '/unknown', 200, {}), /not in the contract/);
});

test('the order of a token and of a cancellation is that of the wire, not of the alphabet', () => {
  const token = { access_token: 'a', expired_at: 2, now: 1 };
  assert.throws(() => assertMatchesContract('POST', '/users/getToken', 200, success(token)), /order of the keys/);
  const [cancel] = payment.cancel_history;
  const sorted = Object.fromEntries(Object.entries(cancel ?? {}).sort());
  const response = { ...payment, cancel_history: [sorted] };
  assert.throws(() => assertMatchesContract('POST', '/payments/cancel', 200, success(response)), /order of the keys/);
});
