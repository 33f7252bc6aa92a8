import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tossGateway as gateway } from '../../../src/gateways/tosspayments/adapter/adapter.ts';
import { tosspayments } from '../../../src/gateways/tosspayments/module.ts';
import { cardCompanyOf, tossCodes } from '../../../src/gateways/tosspayments/wire/codes.ts';
import { banks } from '../../../src/platform/codes/banks.ts';
import { cards } from '../../../src/platform/codes/cards.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { confirmed, receiptRevocationRequest, scenarioOf } from '../kit/scenarios.ts';
import { tossClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(tosspayments, { clock, payment: { gatewayTid: 'key/of the payment' } });
const { rig, server, at, payment: wellKnown } = desk;
const part = desk.partOf(wellKnown, { earlierTids: ['before'] });
const cancelAnswered = (status: number, body: unknown, parts: Partial<Cancel> = {}) =>
  desk.answered(body, { status, request: { ...part, ...parts } });

const entry = {
  cancelAmount: 3000,
  refundableAmount: 7000,
  canceledAt: '2024-03-06T12:00:00+09:00',
  transactionKey: 'ours',
};
const payment = {
  paymentKey: wellKnown.gatewayTid,
  orderId: wellKnown.orderId,
  method: '카드',
  status: 'PARTIAL_CANCELED',
  totalAmount: 10_000,
  balanceAmount: 7000,
  requestedAt: '2024-03-06T11:00:00+09:00',
  approvedAt: '2024-03-06T11:00:00+09:00',
  cancels: [entry],
};

describe('an answer to a cancellation', () => {
  test('that is the whole, right payment is confirmed', async () => {
    const outcome = await cancelAnswered(200, payment);
    assert.deepEqual(outcome, {
      kind: 'confirmed',
      result: {
        gatewayTid: 'ours',
        amountMinor: 3000n,
        cancelledAt: new Date('2024-03-06T03:00:00Z'),
        receiptUrl: null,
      },
    });
  });

  test('may give its amounts as text, and may still be in progress', async () => {
    assert.equal(
      (await cancelAnswered(200, { ...payment, totalAmount: '10000', balanceAmount: '7000' })).kind,
      'confirmed',
    );
    const running = { ...payment, cancels: [{ ...entry, cancelStatus: 'IN_PROGRESS' }] };
    assert.equal((await cancelAnswered(200, running)).kind, 'accepted');
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'of another payment': { ...payment, paymentKey: 'other' },
    'of another order': { ...payment, orderId: 'imp_000000000000' },
    'without our cancellation': { ...payment, cancels: [] },
    'with cancellations that are all known already': { ...payment, cancels: [{ ...entry, transactionKey: 'before' }] },
    'with another amount': { ...payment, cancels: [{ ...entry, cancelAmount: 2999 }] },
    'with an amount that is no integer': { ...payment, cancels: [{ ...entry, cancelAmount: 3000.5 }] },
    'with a time that is none': { ...payment, cancels: [{ ...entry, canceledAt: 'today' }] },
    'in a state that Toss does not have': { ...payment, status: 'REFUNDED' },
    'with a cancellation that was aborted': { ...payment, cancels: [{ ...entry, cancelStatus: 'ABORTED' }] },
    'that is an error in spite of its status': {
      code: 'NOT_CANCELABLE_PAYMENT',
      message: '취소 할 수 없는 결제 입니다.',
    },
    'that is empty': '',
    'that is no JSON': '<html>OK</html>',
    'that is null': 'null',
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(200, body)).kind, 'unclear');
    });
  }

  test('with a 4xx and an error of Toss is refused, with the code, the text and our category', async () => {
    const refusal = (status: number, code: string) => cancelAnswered(status, { code, message: '문구', data: null });
    const categories = {
      ALREADY_CANCELED_PAYMENT: 'already_cancelled',
      NOT_CANCELABLE_AMOUNT: 'over_balance',
      EXCEED_MAX_REFUND_DUE: 'window_passed',
      NOT_ALLOWED_PARTIAL_REFUND: 'partial_not_supported',
      NOT_AVAILABLE_BANK: 'closed_hours',
      NOT_FOUND_PAYMENT: 'unknown_transaction',
      UNAUTHORIZED_KEY: 'bad_credentials',
      INVALID_REFUND_ACCOUNT_NUMBER: 'bad_refund_account',
      A_CODE_OF_THE_FUTURE: 'other',
    };
    for (const [code, category] of Object.entries(categories)) {
      assert.deepEqual(await refusal(403, code), { kind: 'refused', code, message: '문구', category });
    }
    const wrapped = await cancelAnswered(403, {
      version: '2024-06-01',
      error: { code: 'REFUND_REJECTED', message: '문구' },
    });
    assert.equal(wrapped.kind === 'refused' && wrapped.code, 'REFUND_REJECTED');
  });

  test('with a status that decides nothing is unclear, and keeps what Toss said', async () => {
    for (const status of [201, 302, 408, 409, 429, 500, 502, 503]) {
      const outcome = await cancelAnswered(status, { code: 'SOME_CODE', message: '문구' });
      assert.deepEqual(outcome, {
        kind: 'unclear',
        why: `HTTP ${status} SOME_CODE`,
        code: 'SOME_CODE',
        message: '문구',
      });
    }
    for (const status of [400, 403, 413, 500]) {
      assert.equal((await cancelAnswered(status, '<html>proxy</html>')).kind, 'unclear');
    }
  });
});

describe('on the wire', () => {
  test('a cancellation says its amount always, its tax-free part, a reason of 200 characters, and the account', async () => {
    await cancelAnswered(200, payment, {
      amountMinor: 10_000n,
      taxFreeMinor: 500n,
      reason: '가'.repeat(256),
      refundAccount: { holder: '홍길동', bankCode: '004', accountNumber: '110123456789', tel: null },
    });
    const sent = server.last();
    assert.equal(sent.path, '/v1/payments/key%2Fof%20the%20payment/cancel');
    assert.deepEqual(sent.json(), {
      cancelReason: '가'.repeat(200),
      cancelAmount: 10_000,
      taxFreeAmount: 500,
      refundReceiveAccount: { bank: '06', accountNumber: '110123456789', holderName: '홍길동' },
    });
    const { secretKey } = rig.call().channel.credentials;
    assert.equal(sent.headers.authorization, `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`);
    assert.match(String(sent.headers['idempotency-key']), /^key-\d+$/);
  });

  test('an account that waits is revoked without an amount and without an account', async () => {
    await gateway.operations.revoke_vbank.send(desk.answering('', { status: 500 }), {
      ...wellKnown,
      gatewayTid: 'key',
      payMethod: 'vbank',
      reason: '계좌말소',
      apiKey: null,
    });
    assert.deepEqual(server.last().json(), { cancelReason: '계좌말소' });
  });
});

describe('an inquiry', () => {
  test('calls a repeat safe while the key is kept, and not afterwards', async () => {
    const request = desk.partOf(await desk.paid('card'), { amountMinor: 1000n });
    const sentAt = clock.now();
    const daysLater = (days: number) => new Date(sentAt.getTime() + days * 24 * 3600_000);
    const ask = (now: Date) => gateway.operations.cancel.inquire(rig.call({ now }), request, sentAt);
    assert.deepEqual(await ask(daysLater(13.9)), { kind: 'not_done', repeatIsSafe: true });
    assert.deepEqual(await ask(daysLater(14)), { kind: 'not_done', repeatIsSafe: false });
  });

  test("does not take somebody else's cancellation for ours, even of the same amount", async () => {
    const paid = await desk.paid('card');
    const request = desk.partOf(paid, { amountMinor: 1000n });
    const ask = () => gateway.operations.cancel.inquire(rig.call(), request, clock.now());
    const path = `/v1/payments/${paid.gatewayTid}/cancel`;
    await tossClientOf(rig).post(path, { cancelReason: 'in the dashboard', cancelAmount: 500 });
    assert.equal((await ask()).kind, 'unknown');
    await tossClientOf(rig).post(path, { cancelReason: 'in the dashboard', cancelAmount: 1000 });
    assert.equal((await ask()).kind, 'unknown');
  });

  test('about a revocation that lost against the deposit says refused', async () => {
    const waiting = await desk.waiting('vbank');
    await rig.control.deposit({ orderId: waiting.orderId });
    const request = { ...waiting, reason: '취소', apiKey: null };
    const inquiry = await gateway.operations.revoke_vbank.inquire(rig.call(), request, clock.now());
    assert.equal(inquiry.kind === 'refused' && inquiry.code, 'NOT_CANCELABLE_PAYMENT');
  });

  test('finds a receipt that was sent before midnight and issued after it', async () => {
    clock.set('2024-03-06T23:59:59+09:00');
    const sentAt = clock.now();
    const scenario = await scenarioOf(at('trans'), 'issue_receipt');
    clock.set('2024-03-07T00:00:01+09:00');
    confirmed(await scenario.run(rig.call()));
    assert.equal((await scenario.inquire(rig.call(), sentAt)).kind, 'done');
    clock.set('2024-03-06T12:00:00+09:00');
  });

  test('tells two equal revocations of a part of one receipt apart', async () => {
    const paid = await desk.paid('trans');
    const first = { ...(await receiptRevocationRequest(at('trans'), paid)), amountMinor: 1000n };
    const revoked = confirmed(await gateway.operations.revoke_receipt.send(rig.call(), first));
    const second = { ...first, balanceBeforeMinor: 9000n, earlierTids: [revoked.gatewayTid ?? ''] };
    const ask = () => gateway.operations.revoke_receipt.inquire(rig.call(), second, clock.now());
    assert.equal((await ask()).kind, 'not_done');
    const again = confirmed(await gateway.operations.revoke_receipt.send(rig.call(), second));
    const inquiry = await ask();
    assert.deepEqual(inquiry.kind === 'done' && inquiry.result, again);
  });

  test('about an approval never offers a repeat', async () => {
    const payment = { ...wellKnown, orderId: 'imp_999999999999', gatewayTid: null };
    const asked = await gateway.operations.approve.inquire(rig.call(), payment, clock.now());
    assert.deepEqual(asked, { kind: 'not_done', repeatIsSafe: false });
  });
});

describe('codes', () => {
  test('of banks go both ways without loss, and 국민은행 is not the last two digits', () => {
    const known = [...banks.keys()].filter((code) => tossCodes.bankCode(code) !== undefined);
    assert.ok(known.length > 40);
    for (const code of known) assert.equal(tossCodes.kftcBankCode(tossCodes.bankCode(code) ?? ''), code);
    assert.equal(tossCodes.bankCode('004'), '06');
    assert.equal(tossCodes.bankCode('088'), '88');
    assert.equal(tossCodes.bankCode('999'), undefined);
    assert.equal(tossCodes.kftcBankCode('04'), undefined);
  });

  test("of card companies become i'mport's, and an unknown one becomes nothing", () => {
    assert.deepEqual(cardCompanyOf('41'), { code: '366', name: '신한카드' });
    assert.deepEqual(cardCompanyOf('31'), { code: '361', name: 'BC카드' });
    assert.deepEqual(cardCompanyOf('24'), { code: null, name: null });
    assert.deepEqual(cardCompanyOf(null), { code: null, name: null });
    for (const toss of ['11', '21', '33', '51', '61', '71', '91', '4V'])
      assert.ok(cards.has(cardCompanyOf(toss).code ?? ''));
  });
});
