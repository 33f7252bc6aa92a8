import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { tosspayments } from '../../../src/gateways/tosspayments/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { card, keyIn, refundReceiveAccount, tossClient, tossClientOf } from './kit.ts';

/** Toss's cancel errors as documented: what the simulator says is compared with this, not with its own table. */
const documentedErrors: readonly (readonly [number, string, string])[] = [
  [400, 'ALREADY_CANCELED_PAYMENT', '이미 취소된 결제 입니다.'],
  [400, 'INVALID_REFUND_ACCOUNT_INFO', '환불 계좌번호와 예금주명이 일치하지 않습니다.'],
  [400, 'EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT', '즉시할인금액보다 적은 금액은 부분취소가 불가능합니다.'],
  [400, 'INVALID_REQUEST', '잘못된 요청입니다.'],
  [400, 'INVALID_REFUND_ACCOUNT_NUMBER', '잘못된 환불 계좌번호입니다.'],
  [400, 'INVALID_BANK', '유효하지 않은 은행입니다.'],
  [400, 'NOT_MATCHES_REFUNDABLE_AMOUNT', '잔액 결과가 일치하지 않습니다.'],
  [400, 'PROVIDER_ERROR', '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.'],
  [400, 'REFUND_REJECTED', '환불이 거절됐습니다. 결제사에 문의 부탁드립니다.'],
  [400, 'ALREADY_REFUND_PAYMENT', '이미 환불된 결제입니다.'],
  [400, 'FORBIDDEN_BANK_REFUND_REQUEST', '고객 계좌가 입금이 되지 않는 상태입니다.'],
  [401, 'UNAUTHORIZED_KEY', '인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.'],
  [403, 'NOT_CANCELABLE_AMOUNT', '취소 할 수 없는 금액 입니다.'],
  [403, 'FORBIDDEN_CONSECUTIVE_REQUEST', '반복적인 요청은 허용되지 않습니다. 잠시 후 다시 시도해주세요.'],
  [403, 'FORBIDDEN_REQUEST', '허용되지 않은 요청입니다.'],
  [403, 'NOT_CANCELABLE_PAYMENT', '취소 할 수 없는 결제 입니다.'],
  [403, 'EXCEED_MAX_REFUND_DUE', '환불 가능한 기간이 지났습니다.'],
  [403, 'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT', '입금 대기중인 결제는 부분 환불이 불가합니다.'],
  [403, 'NOT_AVAILABLE_BANK', '은행 서비스 시간이 아닙니다.'],
  [403, 'INCORRECT_BASIC_AUTH_FORMAT', "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요."],
  [403, 'NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER', '휴면 처리된 회원의 결제는 취소할 수 없습니다.'],
  [404, 'NOT_FOUND_PAYMENT', '존재하지 않는 결제 정보 입니다.'],
  [409, 'IDEMPOTENT_REQUEST_PROCESSING', '이전 멱등 요청이 처리중입니다.'],
  [500, 'FAILED_INTERNAL_SYSTEM_PROCESSING', '내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요.'],
  [500, 'FAILED_REFUND_PROCESS', '은행 응답시간 지연이나 일시적인 오류로 환불요청에 실패했습니다.'],
  [500, 'FAILED_PARTIAL_REFUND', '은행 점검, 해약 계좌 등의 사유로 부분 환불이 실패했습니다.'],
  [500, 'COMMON_ERROR', '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.'],
  [500, 'FAILED_CLOSED_ACCOUNT_REFUND', '해약된 계좌로 인해 환불이 실패했습니다.'],
];

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(tosspayments, { clock });
const { rig, paid } = desk;
const toss = tossClientOf(rig);

function cancel(key: string, body: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  return toss.post(`/v1/payments/${key}/cancel`, { cancelReason: '단순 변심', ...body }, headers);
}

async function refusedWith(
  answer: Promise<{ status: number; body: Record<string, unknown> }>,
  status: number,
  code: string,
) {
  const { status: got, body } = await answer;
  assert.deepEqual([got, body.code], [status, code]);
  assert.deepEqual(Object.keys(body).sort(), ['code', 'data', 'message']);
}

describe('errors', () => {
  for (const [status, code, message] of documentedErrors) {
    test(`${code} has its documented status and text`, async () => {
      const answer = await toss.get('/v1/payments/none', { 'TossPayments-Test-Code': code });
      assert.deepEqual([answer.status, answer.body], [status, { code, message, data: null }]);
    });
  }

  test('a key without a colon, an unknown key and no key are told apart', async () => {
    const as = (authorization: string) => toss.get('/v1/payments/none', { authorization });
    await refusedWith(as(`Basic ${Buffer.from('test_sk_x').toString('base64')}`), 403, 'INCORRECT_BASIC_AUTH_FORMAT');
    await refusedWith(as(`Basic ${Buffer.from('test_sk_x:').toString('base64')}`), 401, 'UNAUTHORIZED_KEY');
    await refusedWith(as('Bearer x'), 401, 'UNAUTHORIZED_KEY');
    await refusedWith(toss.get('/v1/payments/none'), 404, 'NOT_FOUND_PAYMENT');
    await refusedWith(toss.get('/v1/payments/orders/imp_none'), 404, 'NOT_FOUND_PAYMENT');
  });

  test('what is not of the documented form is refused before anything is done', async () => {
    const orderId = rig.orderId();
    await refusedWith(toss.post('/v1/payments/key-in', keyIn('short')), 400, 'INVALID_ORDER_ID');
    await refusedWith(toss.post('/v1/payments/key-in', keyIn(`${orderId}/!`)), 400, 'INVALID_ORDER_ID');
    for (const amount of [0, -1, 1.5, '1000won', '1e3', '', null, 2 ** 60]) {
      await refusedWith(toss.post('/v1/payments/key-in', keyIn(orderId, { amount })), 400, 'INVALID_REQUEST');
    }
    await refusedWith(
      toss.post('/v1/payments/key-in', keyIn(orderId, { taxFreeAmount: 10_001 })),
      400,
      'INVALID_REQUEST',
    );
    await refusedWith(toss.post('/v1/payments/key-in', keyIn(orderId, { amount: 99 })), 400, 'BELOW_MINIMUM_AMOUNT');
    const { gatewayTid: key } = await paid('card');
    await refusedWith(cancel(key, { cancelReason: 'x'.repeat(201) }), 400, 'INVALID_REQUEST');
    await refusedWith(cancel(key, { cancelReason: null }), 400, 'INVALID_REQUEST');
    await refusedWith(cancel(key, { cancelAmount: 0 }), 400, 'INVALID_REQUEST');
    const { transactions } = await rig.control.book({ orderId });
    assert.deepEqual(transactions, []);
  });
});

test('digits are taken as a text, and a number where a text is wanted, as published requests have them', async () => {
  const number = 100_071;
  const { status, body } = await toss.post('/v1/virtual-accounts', {
    amount: '30000',
    orderId: number,
    orderName: '수강료',
    customerName: '홍길동',
    bank: '11',
    validHours: '1',
    accountKey: 558,
  });
  assert.deepEqual([status, body.orderId, body.totalAmount], [200, String(number), 30_000]);
  const account = body.virtualAccount as Record<string, unknown>;
  assert.deepEqual([account.accountType, account.dueDate], ['고정', '2024-03-06T13:00:00+09:00']);
});

describe('idempotency keys', () => {
  test('replay the first answer, byte for byte, and do nothing again', async () => {
    const { gatewayTid: key, orderId } = await paid('card');
    const first = await cancel(key, { cancelAmount: 1000 }, { 'idempotency-key': 'replayed' });
    const second = await cancel(key, { cancelAmount: 1000 }, { 'idempotency-key': 'replayed' });
    assert.equal(first.status, 200);
    assert.equal(second.text, first.text);
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 1000n);
  });

  test('replay a refusal too', async () => {
    const { gatewayTid: key } = await paid('card');
    await refusedWith(
      cancel(key, { cancelAmount: 10_001 }, { 'idempotency-key': 'refused' }),
      403,
      'NOT_CANCELABLE_AMOUNT',
    );
    await refusedWith(cancel(key, { cancelAmount: 1 }, { 'idempotency-key': 'refused' }), 403, 'NOT_CANCELABLE_AMOUNT');
  });

  test('answer 409 while the first request runs, and the first answer after it', async () => {
    const { gatewayTid: key, orderId } = await paid('card');
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'slow', delayMs: 1500 });
    const headers = { 'idempotency-key': 'running' };
    const first = cancel(key, {}, headers);
    // The fault is used up at the moment at which the first request has begun to run.
    while ((await rig.control.listFaults(rig.mid)).length > 0);
    await refusedWith(cancel(key, {}, headers), 409, 'IDEMPOTENT_REQUEST_PROCESSING');
    assert.equal((await first).status, 200);
    assert.equal((await cancel(key, {}, headers)).text, (await first).text);
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancels.length, 1);
  });

  test('of one merchant do not touch another, and may have 300 characters but not 301', async () => {
    const otherMid = rig.sandbox.mid('other');
    const credentials = rig.sandbox.credentials(otherMid);
    await rig.control.registerMerchant({ mid: otherMid, credentials });
    const other = tossClient(rig.url, credentials.secretKey ?? '');
    const headers = { 'idempotency-key': 'k'.repeat(300) };
    const orderId = rig.orderId();
    const mine = await toss.post('/v1/payments/key-in', keyIn(orderId), headers);
    const theirs = await other.post('/v1/payments/key-in', keyIn(orderId), headers);
    assert.deepEqual([mine.status, theirs.status], [200, 200]);
    assert.notEqual(mine.body.paymentKey, theirs.body.paymentKey);
    await refusedWith(other.get(`/v1/payments/${mine.body.paymentKey}`), 404, 'NOT_FOUND_PAYMENT');
    const tooLong = { 'idempotency-key': 'k'.repeat(301) };
    await refusedWith(toss.post('/v1/payments/key-in', keyIn(rig.orderId()), tooLong), 400, 'INVALID_IDEMPOTENCY_KEY');
  });

  test('are forgotten after 15 days', async () => {
    const { gatewayTid: key } = await paid('card');
    const headers = { 'idempotency-key': 'old' };
    const first = await cancel(key, { cancelAmount: 1000 }, headers);
    clock.set('2024-03-21T11:59:00+09:00');
    assert.equal((await cancel(key, { cancelAmount: 1000 }, headers)).text, first.text);
    clock.set('2024-03-21T12:01:00+09:00');
    const later = await cancel(key, { cancelAmount: 1000 }, headers);
    clock.set('2024-03-06T12:00:00+09:00');
    assert.equal(later.body.balanceAmount, 8000);
  });
});

describe('cards', () => {
  for (const { number, code } of rig.sandbox.cards ?? []) {
    test(`${number} is refused with ${code}`, async () => {
      const answer = await toss.post('/v1/payments/key-in', keyIn(rig.orderId(), { cardNumber: number }));
      assert.equal(answer.body.code, code);
    });
  }

  test('any other number of 15 or 16 digits is approved, and an order id only once', async () => {
    for (const cardNumber of ['378282246310005', '9999888877776666']) {
      const answer = await toss.post('/v1/payments/key-in', keyIn(rig.orderId(), { cardNumber }));
      assert.deepEqual([answer.status, answer.body.status, answer.body.method], [200, 'DONE', '카드']);
      assert.doesNotMatch(answer.text, new RegExp(cardNumber));
    }
    await refusedWith(
      toss.post('/v1/payments/key-in', keyIn(rig.orderId(), { cardNumber: '12345678901234' })),
      400,
      'INVALID_CARD_NUMBER',
    );
    const orderId = rig.orderId();
    assert.equal((await toss.post('/v1/payments/key-in', keyIn(orderId))).status, 200);
    await refusedWith(toss.post('/v1/payments/key-in', keyIn(orderId)), 400, 'DUPLICATED_ORDER_ID');
  });

  test('are good until their month ends in Seoul', async () => {
    const expiring = { cardExpirationYear: '24', cardExpirationMonth: '03' };
    clock.set('2024-03-31T23:59:59+09:00');
    assert.equal((await toss.post('/v1/payments/key-in', keyIn(rig.orderId(), expiring))).status, 200);
    clock.set('2024-04-01T00:00:00+09:00');
    await refusedWith(toss.post('/v1/payments/key-in', keyIn(rig.orderId(), expiring)), 400, 'INVALID_CARD_EXPIRATION');
    clock.set('2024-03-06T12:00:00+09:00');
    const month13 = { cardExpirationMonth: '13' };
    await refusedWith(toss.post('/v1/payments/key-in', keyIn(rig.orderId(), month13)), 400, 'INVALID_CARD_EXPIRATION');
  });

  test('leave neither their number nor the password nor the birth date in the book', async () => {
    const secret = { cardNumber: '5391827364501928', customerIdentityNumber: '871231', cardPassword: '97' };
    const orderId = rig.orderId();
    assert.equal(
      (await toss.post('/v1/payments/key-in', keyIn(orderId, secret), { 'idempotency-key': 'secret' })).status,
      200,
    );
    const directory = dirname(rig.bookFile);
    const files = readdirSync(directory).map((file) => readFileSync(join(directory, file)));
    assert.ok(
      files.some((bytes) => bytes.includes(orderId)),
      'the payment itself is in these files',
    );
    for (const bytes of files) {
      for (const text of ['5391827364501928', '871231', '"97"', 'cardPassword']) assert.ok(!bytes.includes(text), text);
    }
  });
});

describe('cancelling', () => {
  test('keeps the Payment object whole: balance, taxes, status and the list of cancellations', async () => {
    const orderId = rig.orderId();
    const paid = await toss.post('/v1/payments/key-in', keyIn(orderId, { amount: 11_000, taxFreeAmount: 1100 }));
    assert.deepEqual(
      [paid.body.suppliedAmount, paid.body.vat, paid.body.taxFreeAmount, paid.body.cancels],
      [9000, 900, 1100, null],
    );
    const key = String(paid.body.paymentKey);
    const partly = await cancel(key, { cancelAmount: 1100, taxFreeAmount: 1100 });
    assert.deepEqual(
      [partly.body.status, partly.body.balanceAmount, partly.body.taxFreeAmount, partly.body.vat],
      ['PARTIAL_CANCELED', 9900, 0, 900],
    );
    await refusedWith(cancel(key, { cancelAmount: 100, taxFreeAmount: 1 }), 403, 'NOT_CANCELABLE_AMOUNT');
    await refusedWith(cancel(key, { cancelAmount: 100, refundableAmount: 9899 }), 400, 'NOT_MATCHES_REFUNDABLE_AMOUNT');
    await refusedWith(cancel(key, { cancelAmount: 9901 }), 403, 'NOT_CANCELABLE_AMOUNT');
    const fully = await cancel(key, { refundableAmount: 9900 });
    assert.deepEqual([fully.body.status, fully.body.balanceAmount, fully.body.totalAmount], ['CANCELED', 0, 11_000]);
    const cancels = fully.body.cancels as Record<string, unknown>[];
    assert.deepEqual(
      cancels.map((entry) => [entry.cancelAmount, entry.taxFreeAmount, entry.refundableAmount]),
      [
        [1100, 1100, 9900],
        [9900, 0, 0],
      ],
    );
    assert.equal(fully.body.lastTransactionKey, cancels[1]?.transactionKey);
    await refusedWith(cancel(key), 400, 'ALREADY_CANCELED_PAYMENT');
    for (const looked of [await toss.get(`/v1/payments/${key}`), await toss.get(`/v1/payments/orders/${orderId}`)]) {
      assert.equal(looked.text, fully.text);
    }
  });

  test('has its time: the month for telephones, 180 days for transfers, 365 for virtual accounts', async () => {
    const phone = await paid('phone');
    const transfer = await paid('trans');
    const account = await paid('vbank');
    const partly = (key: string, parts = {}) => cancel(key, { cancelAmount: 100, ...parts });
    clock.set('2024-03-31T23:59:59+09:00');
    assert.equal((await partly(phone.gatewayTid)).status, 200);
    clock.set('2024-04-01T00:00:00+09:00');
    await refusedWith(partly(phone.gatewayTid), 403, 'EXCEED_MAX_REFUND_DUE');
    clock.set('2024-09-02T11:59:59+09:00');
    assert.equal((await partly(transfer.gatewayTid)).status, 200);
    clock.set('2024-09-02T12:00:01+09:00');
    await refusedWith(partly(transfer.gatewayTid), 403, 'EXCEED_MAX_REFUND_DUE');
    clock.set('2025-03-06T11:59:59+09:00');
    assert.equal((await partly(account.gatewayTid, { refundReceiveAccount })).status, 200);
    clock.set('2025-03-06T12:00:01+09:00');
    await refusedWith(partly(account.gatewayTid, { refundReceiveAccount }), 403, 'EXCEED_MAX_REFUND_DUE');
    clock.set('2024-03-06T12:00:00+09:00');
  });

  test('takes gift certificates back only as a whole', async () => {
    const { gatewayTid: key } = await paid('cultureland');
    await refusedWith(cancel(key, { cancelAmount: 1 }), 403, 'NOT_ALLOWED_PARTIAL_REFUND');
    assert.equal((await cancel(key)).body.status, 'CANCELED');
  });

  test('takes the receipt that was issued with the payment back with it, by the same amount', async () => {
    const { gatewayTid: key, orderId } = await paid('trans', { cashReceiptIdentifier: '01012345678' });
    const receipts = async () => (await rig.control.book({ orderId })).receipts.map(({ balanceMinor }) => balanceMinor);
    assert.deepEqual(await receipts(), [10_000n]);
    const partly = await cancel(key, { cancelAmount: 3000 });
    assert.deepEqual(await receipts(), [7000n]);
    const [entry] = partly.body.cancels as Record<string, unknown>[];
    assert.equal(typeof entry?.receiptKey, 'string');
    await cancel(key);
    assert.deepEqual(await receipts(), [0n]);
  });
});

describe('virtual accounts', () => {
  const issue = (orderId: string, parts: Record<string, unknown> = {}) =>
    toss.post('/v1/virtual-accounts', {
      amount: 10_000,
      orderId,
      orderName: '생수',
      customerName: '홍길동',
      bank: '국민',
      ...parts,
    });

  test('are issued by Toss code, KFTC code or name, for a week unless told otherwise', async () => {
    for (const bank of ['06', '004', '국민', '국민은행', 'KOOKMIN']) {
      const { status, body } = await issue(rig.orderId(), { bank });
      const account = body.virtualAccount as Record<string, unknown>;
      assert.deepEqual([status, body.status, account.bank], [200, 'WAITING_FOR_DEPOSIT', '국민'], bank);
      assert.match(String(account.accountNumber), /^X\d{13}$/);
      assert.equal(account.dueDate, '2024-03-13T12:00:00+09:00');
      assert.equal(typeof body.secret, 'string');
    }
    await refusedWith(issue(rig.orderId(), { bank: '00' }), 400, 'INVALID_BANK');
    await refusedWith(issue(rig.orderId(), { validHours: 721 }), 400, 'INVALID_REQUEST');
    await refusedWith(issue(rig.orderId(), { validHours: 1, dueDate: '2024-03-07T00:00:00' }), 400, 'INVALID_REQUEST');
    await refusedWith(issue(rig.orderId(), { dueDate: '2024-03-06T11:00:00' }), 400, 'INVALID_REQUEST');
  });

  test('are revoked whole before the deposit, and refunded to an account after it', async () => {
    const waiting = await issue(rig.orderId());
    const key = String(waiting.body.paymentKey);
    await refusedWith(cancel(key, { cancelAmount: 1 }), 403, 'NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT');
    const revoked = await cancel(key);
    assert.deepEqual([revoked.body.status, revoked.body.balanceAmount, revoked.body.approvedAt], ['CANCELED', 0, null]);

    const deposited = await desk.waiting('vbank');
    await rig.control.deposit({ orderId: deposited.orderId, depositorName: '김입금' });
    await refusedWith(cancel(deposited.gatewayTid), 400, 'INVALID_REQUEST');
    const to = (parts: Record<string, unknown>) =>
      cancel(deposited.gatewayTid, { cancelAmount: 1000, refundReceiveAccount: { ...refundReceiveAccount, ...parts } });
    await refusedWith(to({ bank: 'nowhere' }), 400, 'INVALID_BANK');
    await refusedWith(to({ accountNumber: '110-123' }), 400, 'INVALID_REFUND_ACCOUNT_NUMBER');
    for (const { number, code } of rig.sandbox.refundAccounts ?? []) {
      assert.equal((await to({ accountNumber: number })).body.code, code);
    }
    const refunded = await to({});
    assert.deepEqual([refunded.status, refunded.body.status], [200, 'PARTIAL_CANCELED']);
    const refundStatus = async () =>
      ((await toss.get(`/v1/payments/${deposited.gatewayTid}`)).body.virtualAccount as Record<string, unknown>)
        .refundStatus;
    assert.equal(await refundStatus(), 'PENDING');
    // Two business days: from a Wednesday to a Friday.
    clock.set('2024-03-08T12:00:01+09:00');
    assert.equal(await refundStatus(), 'COMPLETED');
    clock.set('2024-03-06T12:00:00+09:00');
  });

  test('expire when their time has passed: no deposit and no revocation any more', async () => {
    const orderId = rig.orderId();
    const key = String((await issue(orderId, { dueDate: '2024-03-07T12:00:00' })).body.paymentKey);
    clock.set('2024-03-07T12:00:00+09:00');
    const late = await rig.control.deposit({ orderId });
    assert.equal(late.kind === 'refused' && late.code, 'EXPIRED');
    await refusedWith(cancel(key), 403, 'NOT_CANCELABLE_PAYMENT');
    assert.equal((await toss.get(`/v1/payments/${key}`)).body.status, 'EXPIRED');
    clock.set('2024-03-06T12:00:00+09:00');
  });
});

describe('cash receipts', () => {
  const issue = (orderId: string, parts: Record<string, unknown> = {}) =>
    toss.post('/v1/cash-receipts', {
      amount: 10_000,
      orderId,
      orderName: '생수',
      customerIdentityNumber: '01012345678',
      type: '소득공제',
      ...parts,
    });

  test('are issued once per order id, taken back in part and whole, and listed by the day in Seoul', async () => {
    clock.set('2024-05-01T00:30:00+09:00');
    const orderId = rig.orderId();
    const issued = await issue(orderId);
    assert.deepEqual(
      [issued.status, issued.body.issueStatus, issued.body.transactionType],
      [200, 'COMPLETED', 'CONFIRM'],
    );
    assert.ok(!issued.text.includes('01012345678'));
    await refusedWith(issue(orderId), 400, 'DUPLICATED_ORDER_ID');
    const path = `/v1/cash-receipts/${issued.body.receiptKey}/cancel`;
    const partly = await toss.post(path, { amount: 4000 });
    assert.deepEqual([partly.body.transactionType, partly.body.amount, partly.body.orderId], ['CANCEL', 4000, orderId]);
    assert.equal(partly.body.receiptKey, `c_${issued.body.receiptKey}`);
    await refusedWith(toss.post(path, { amount: 6001 }), 400, 'NOT_CANCELABLE_CASH_RECEIPT_AMOUNT');
    const rest = await toss.post(path, {});
    assert.deepEqual([rest.body.amount, rest.body.receiptKey], [6000, partly.body.receiptKey]);
    await refusedWith(toss.post(path, {}), 400, 'ALREADY_CANCELED_CASH_RECEIPT');
    await refusedWith(toss.post('/v1/cash-receipts/none/cancel', {}), 404, 'NOT_FOUND_CASH_RECEIPT');

    const first = await toss.get('/v1/cash-receipts?requestDate=2024-05-01&limit=2');
    const second = await toss.get(`/v1/cash-receipts?requestDate=2024-05-01&limit=2&cursor=${first.body.lastCursor}`);
    assert.deepEqual([first.body.hasNext, second.body.hasNext], [true, false]);
    const entries = [...(first.body.data as []), ...(second.body.data as [])] as Record<string, unknown>[];
    assert.deepEqual(
      entries.map(({ transactionType, amount }) => [transactionType, amount]),
      [
        ['CONFIRM', 10_000],
        ['CANCEL', 4000],
        ['CANCEL', 6000],
      ],
    );
    assert.deepEqual((await toss.get('/v1/cash-receipts?requestDate=2024-04-30')).body.data, []);
    clock.set('2024-03-06T12:00:00+09:00');
  });
});

describe('the version of the key', () => {
  const versions = ['1.4', '2022-07-27', '2022-11-16'] as const;
  type Version = (typeof versions)[number];

  async function withKeyOf(version: Version, work: () => Promise<void>): Promise<void> {
    await rig.control.changeSettings({ mid: rig.mid, settings: { apiVersion: version } });
    await work().finally(() => rig.control.changeSettings({ mid: rig.mid, settings: { apiVersion: '2022-07-27' } }));
  }

  const fieldsOf = (value: unknown, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, (value as Record<string, unknown>)[name]]));

  const expected: Readonly<Record<Version, { bank: object; company: object; top: readonly string[]; cancel: object }>> =
    {
      '1.4': {
        bank: { bank: '신한', bankCode: undefined },
        company: { company: '현대', issuerCode: undefined, acquirerCode: undefined },
        top: ['transactionKey'],
        cancel: { transactionKey: undefined, cancelStatus: undefined, refundableAmount: 9000 },
      },
      '2022-07-27': {
        bank: { bank: '신한', bankCode: undefined },
        company: { company: '현대', issuerCode: undefined, acquirerCode: undefined },
        top: ['lastTransactionKey', 'transactionKey', 'receipt'],
        cancel: { cancelStatus: 'DONE', refundableAmount: 9000 },
      },
      '2022-11-16': {
        bank: { bank: undefined, bankCode: '88' },
        company: { company: undefined, issuerCode: '61', acquirerCode: '61' },
        top: ['lastTransactionKey', 'receipt'],
        cancel: { cancelStatus: 'DONE', refundableAmount: 9000 },
      },
    };

  for (const version of versions) {
    test(`${version}: banks, card companies, cancellations and keys are answered as it has them`, async () => {
      await withKeyOf(version, async () => {
        const { bank, company, top, cancel: cancelled } = expected[version];
        const account = await toss.post('/v1/virtual-accounts', {
          amount: 10_000,
          orderId: rig.orderId(),
          orderName: '생수',
          customerName: '홍길동',
          bank: '088',
        });
        assert.equal(account.body.version, version);
        assert.deepEqual(fieldsOf(account.body.virtualAccount, Object.keys(bank)), bank);
        const transfer = await paid('trans', { bankCode: '088' });
        const { body } = await toss.get(`/v1/payments/${transfer.gatewayTid}`);
        assert.deepEqual(fieldsOf(body.transfer, Object.keys(bank)), bank);
        // This number's card is Hyundai's.
        const card = await toss.post('/v1/payments/key-in', keyIn(rig.orderId(), { cardNumber: '4330123412341239' }));
        assert.deepEqual(fieldsOf(card.body.card, Object.keys(company)), company);
        const names = ['lastTransactionKey', 'transactionKey', 'receipt'];
        assert.deepEqual(
          names.filter((name) => Object.hasOwn(card.body, name)),
          names.filter((name) => top.includes(name)),
        );
        const partly = await cancel(String(card.body.paymentKey), { cancelAmount: 1000 });
        assert.deepEqual(fieldsOf((partly.body.cancels as unknown[])[0], Object.keys(cancelled)), cancelled);
      });
    });
  }

  test('1.4 has one object for a cash receipt and its cancellation, and an older name of the identifier', async () => {
    await withKeyOf('1.4', async () => {
      const receipt = { amount: 10_000, orderId: rig.orderId(), orderName: '생수', type: '소득공제' };
      await refusedWith(
        toss.post('/v1/cash-receipts', { ...receipt, customerIdentityNumber: '01012345678' }),
        400,
        'INVALID_REQUEST',
      );
      const issued = await toss.post('/v1/cash-receipts', { ...receipt, registrationNumber: '01012345678' });
      assert.deepEqual([issued.status, typeof issued.body.approvedAt, issued.body.canceledAt], [200, 'string', null]);
      const taken = await toss.post(`/v1/cash-receipts/${issued.body.receiptKey}/cancel`, {});
      assert.deepEqual([taken.body.receiptKey, typeof taken.body.canceledAt], [issued.body.receiptKey, 'string']);
    });
  });

  test('is one that Toss has, and nothing else is a setting', async () => {
    const change = (settings: Record<string, string>, mid = rig.mid) => rig.control.changeSettings({ mid, settings });
    await assert.rejects(change({ apiVersion: '2023-01-01' }), /apiVersion is one of 2022-07-27, 2022-11-16, 1\.4/);
    await assert.rejects(change({ version: '1.4' }), /there is no setting \\?"version\\?"; there is apiVersion/);
    await assert.rejects(change({ apiVersion: '1.4' }, 'nobody'), /UNKNOWN_MERCHANT/);
  });

  test('outlives a restart and a new registration of the merchant', async () => {
    await withKeyOf('2022-11-16', async () => {
      await rig.restart();
      await rig.control.registerMerchant({ mid: rig.mid, credentials: rig.sandbox.credentials(rig.mid) });
      const { gatewayTid } = await paid('card');
      assert.equal((await toss.get(`/v1/payments/${gatewayTid}`)).body.version, '2022-11-16');
    });
  });
});

describe('confirming what a buyer has authenticated in the window', () => {
  const authenticate = async (parts: Partial<Parameters<typeof rig.control.authenticateInWindow>[0]> = {}) => {
    const opened = await rig.control.authenticateInWindow({
      mid: rig.mid,
      orderId: rig.orderId(),
      orderName: '생수',
      payMethod: 'card',
      currency: 'KRW',
      amountMinor: 10_000n,
      taxFreeMinor: 0n,
      vatMinor: 0n,
      buyer: { name: '홍길동', email: 'buyer@example.com', tel: '01012345678' },
      ...parts,
    });
    assert.ok(opened.kind === 'done');
    const { gatewayTid: paymentKey, orderId, amountMinor } = opened.result;
    return { paymentKey, orderId, amount: Number(amountMinor) };
  };
  const confirm = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
    toss.post('/v1/payments/confirm', body, headers);

  test('makes the payment, once', async () => {
    const asked = await authenticate();
    assert.deepEqual((await rig.control.book({ orderId: asked.orderId })).transactions, []);
    const { status, body } = await confirm(asked);
    assert.deepEqual(
      [status, body.status, body.paymentKey, body.totalAmount, body.method],
      [200, 'DONE', asked.paymentKey, 10_000, '카드'],
    );
    await refusedWith(confirm(asked), 400, 'ALREADY_PROCESSED_PAYMENT');
    assert.equal((await rig.control.book({ orderId: asked.orderId })).transactions.length, 1);
    assert.equal((await cancel(asked.paymentKey)).body.status, 'CANCELED');
  });

  test('gives an account where the buyer has chosen one', async () => {
    const { body } = await confirm(await authenticate({ payMethod: 'vbank', bankCode: '004' }));
    assert.equal(body.status, 'WAITING_FOR_DEPOSIT');
  });

  test('issues the receipt that the buyer of a transfer wants, and keeps its number nowhere', async () => {
    const asked = await authenticate({ payMethod: 'trans', cashReceiptIdentifier: '01087654321' });
    const files = readdirSync(dirname(rig.bookFile)).map((file) => readFileSync(join(dirname(rig.bookFile), file)));
    for (const bytes of files) assert.ok(!bytes.includes('01087654321'));
    const { body } = await confirm(asked);
    assert.equal((body.cashReceipt as Record<string, unknown>).amount, 10_000);
  });

  test('replays the answer of its idempotency key, the refusal of another amount as well', async () => {
    const asked = await authenticate();
    const headers = { 'idempotency-key': `confirm-${asked.orderId}` };
    const first = await confirm(asked, headers);
    assert.equal((await confirm(asked, headers)).text, first.text);
    const other = await authenticate();
    const wrong = { 'idempotency-key': `confirm-${other.orderId}` };
    await refusedWith(confirm({ ...other, amount: 9999 }, wrong), 400, 'INVALID_REQUEST');
    await refusedWith(confirm(other, wrong), 400, 'INVALID_REQUEST');
    assert.equal((await confirm(other)).status, 200);
  });

  test('refuses another amount, another order, an unknown key, another shop, and what is older than ten minutes', async () => {
    const asked = await authenticate();
    await refusedWith(confirm({ ...asked, amount: 10_001 }), 400, 'INVALID_REQUEST');
    await refusedWith(confirm({ ...asked, orderId: rig.orderId() }), 403, 'FORBIDDEN_REQUEST');
    await refusedWith(confirm({ ...asked, paymentKey: 'none' }), 404, 'NOT_FOUND_PAYMENT');
    await refusedWith(confirm({ ...asked, paymentKey: undefined }), 400, 'INVALID_REQUEST');
    const mid = rig.sandbox.mid('another shop');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const other = tossClient(rig.url, credentials.secretKey ?? '');
    await refusedWith(other.post('/v1/payments/confirm', asked), 403, 'FORBIDDEN_REQUEST');
    clock.set('2024-03-06T12:10:01+09:00');
    await refusedWith(confirm(asked), 404, 'NOT_FOUND_PAYMENT_SESSION');
    clock.set('2024-03-06T12:00:00+09:00');
    assert.equal((await confirm(asked)).status, 200);
    const again = await authenticate({ orderId: asked.orderId });
    await refusedWith(confirm(again), 400, 'DUPLICATED_ORDER_ID');
  });

  test('meets the faults of an approval, and is forgotten by a reset', async () => {
    const asked = await authenticate();
    await rig.control.addFault({ mid: rig.mid, operation: 'approve_window', kind: 'http_500' });
    await refusedWith(confirm(asked), 500, 'FAILED_INTERNAL_SYSTEM_PROCESSING');
    await rig.control.reset({ mid: rig.mid });
    await refusedWith(confirm(asked), 404, 'NOT_FOUND_PAYMENT');
  });
});

test('transactions lists approvals and cancellations in their order', async () => {
  clock.set('2024-06-01T09:00:00+09:00');
  const paid = await toss.post('/v1/payments/key-in', keyIn(rig.orderId(), card));
  clock.set('2024-06-01T10:00:00+09:00');
  await cancel(String(paid.body.paymentKey), { cancelAmount: 4000 });
  const listed = await toss.get('/v1/transactions?startDate=2024-06-01T00:00:00&endDate=2024-06-01T23:59:59');
  const entries = listed.body as unknown as Record<string, unknown>[];
  assert.deepEqual(
    entries.map(({ status, amount, transactionAt }) => [status, amount, transactionAt]),
    [
      ['DONE', 10_000, '2024-06-01T09:00:00+09:00'],
      ['PARTIAL_CANCELED', -4000, '2024-06-01T10:00:00+09:00'],
    ],
  );
  const next = await toss.get(
    `/v1/transactions?startDate=2024-06-01&endDate=2024-06-02&startingAfter=${entries[0]?.transactionKey}`,
  );
  assert.equal((next.body as unknown as unknown[]).length, 1);
  clock.set('2024-03-06T12:00:00+09:00');
});
