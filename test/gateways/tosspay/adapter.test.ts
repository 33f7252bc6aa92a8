import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { tossPayGateway as gateway } from '../../../src/gateways/tosspay/adapter/adapter.ts';
import { tosspay } from '../../../src/gateways/tosspay/module.ts';
import { tossPayErrors } from '../../../src/gateways/tosspay/wire/errors.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { confirmed } from '../kit/scenarios.ts';

const payToken = 'W6Q0cC1EbnN3Y2hxTE1hYQ';
const desk = await openDesk(tosspay, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_123456789012', gatewayTid: payToken, payMethod: 'point' },
  call: { idempotencyKey: 'ours' },
});
const { rig, server, payment, answering } = desk;
const { cancel } = gateway.operations;
const part = desk.partOf(payment, { earlierTids: ['earlier'] });

const refunded = {
  code: 0,
  refundNo: 'ours',
  approvalTime: '2024-03-06 12:00:00',
  refundableAmount: 7000,
  discountedAmount: 0,
  refundedAmount: 3000,
  payToken,
  transactionId: '5b6e8a0e-7f0b-4e0e-9f5a-0c5f1b1f0a11',
};
const result = {
  gatewayTid: 'ours',
  amountMinor: 3000n,
  cancelledAt: new Date('2024-03-06T03:00:00Z'),
  receiptUrl: null,
};
const transaction = (stepType: string, transactionAmount: number, regTs = '2024-03-06 11:00:30') => ({
  stepType,
  transactionId: 'e3f0',
  transactionAmount,
  regTs,
});
const status = (parts: Record<string, unknown> = {}) => ({
  code: 0,
  payToken,
  orderNo: payment.orderId,
  payStatus: 'REFUND_SUCCESS',
  payMethod: 'TOSS_MONEY',
  amount: 10_000,
  refundableAmount: 7000,
  transactions: [transaction('PAY', 10_000), transaction('REFUND', -3000, '2024-03-06 12:00:00')],
  createdTs: '2024-03-06 11:00:00',
  paidTs: '2024-03-06 11:00:30',
  ...parts,
});
const untouched = { payStatus: 'PAY_COMPLETE', refundableAmount: 10_000, transactions: [transaction('PAY', 10_000)] };
const failure = (errorCode: string, msg = '문구') => ({ code: -1, msg, errorCode });

function refundAnswered(body: unknown, parts: Partial<Cancel> & { isRepeat?: boolean; status?: number } = {}) {
  const { isRepeat = false, status: http = 200, ...changed } = parts;
  return desk.answered(body, { status: http, isRepeat, request: { ...part, ...changed } });
}

function inquiryAnswered(body: unknown, parts: Partial<Cancel> = {}, http = 200) {
  const call = answering(body, { status: http });
  return cancel.inquire(call, { ...part, ...parts }, call.now);
}

describe('an answer to a refund', () => {
  test('that is the whole, right refund is confirmed, under our number', async () => {
    assert.deepEqual(await refundAnswered(refunded), { kind: 'confirmed', result });
  });

  test('counts when somebody else has given back more in between, since the number is ours alone', async () => {
    assert.equal((await refundAnswered({ ...refunded, refundableAmount: 4000 })).kind, 'confirmed');
  });

  test('in its older form counts when exactly our amount is gone', async () => {
    const { refundedAmount: _, payToken: __, ...older } = refunded;
    assert.deepEqual(await refundAnswered(older), { kind: 'confirmed', result });
    assert.equal((await refundAnswered({ ...older, refundableAmount: 4000 })).kind, 'unclear');
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'under another number': { ...refunded, refundNo: 'earlier' },
    'of another payment': { ...refunded, payToken: 'another' },
    'of another amount': { ...refunded, refundedAmount: 2999 },
    'that leaves more than it can': { ...refunded, refundableAmount: 7001 },
    'with a time that is none': { ...refunded, approvalTime: 'today' },
    'with an amount that is no integer': { ...refunded, refundedAmount: 3000.5 },
    'without a number': { ...refunded, refundNo: undefined },
    'without a code': { ...refunded, code: undefined },
    'with a code that is a text': { ...refunded, code: '0' },
    'that is empty': '',
    'that is no JSON': '<html>OK</html>',
    'that is null': 'null',
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await refundAnswered(body)).kind, 'unclear');
    });
  }

  test("with a code of Toss Pay's is what the table says, with its own text", async () => {
    for (const [code, { category }] of Object.entries(tossPayErrors)) {
      const outcome = await refundAnswered(failure(code));
      if (category === 'in_doubt') assert.equal(outcome.kind, 'unclear', code);
      else assert.deepEqual(outcome, { kind: 'refused', code, message: '문구', category });
    }
    assert.deepEqual(await refundAnswered(failure('SOME_NEW_CODE')), {
      kind: 'refused',
      code: 'SOME_NEW_CODE',
      message: '문구',
      category: 'other',
    });
    assert.deepEqual(await refundAnswered({ code: -1 }), {
      kind: 'refused',
      code: '-1',
      message: '-1',
      category: 'other',
    });
  });

  test('with HTTP 400 or 401 is read when it is a failure, and never when it is a success', async () => {
    const outcome = await refundAnswered(failure('COMMON_INVALID_API_KEY'), { status: 401 });
    assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials');
    assert.equal((await refundAnswered(failure('COMMON_INVALID_PARAMETER'), { status: 400 })).kind, 'refused');
    for (const http of [400, 401]) {
      assert.equal((await refundAnswered(refunded, { status: http })).kind, 'unclear');
      assert.equal((await refundAnswered('<html>', { status: http })).kind, 'unclear');
    }
    for (const http of [201, 302, 403, 404, 408, 429, 500, 502]) {
      assert.equal((await refundAnswered(failure('COMMON_REFUND_ERROR'), { status: http })).kind, 'unclear');
    }
  });

  test('to a repeat is no refusal where the first request may be the cause', async () => {
    const outcome = async (code: string) => (await refundAnswered(failure(code), { isRepeat: true })).kind;
    for (const code of [
      'REFUND_ALREADY_REFUNDED',
      'REFUND_REFUND_NO_DUPLICATE',
      'COMMON_REFUND_ERROR',
      'COMMON_ITS_NOT_ABLE_TO_CHANGE_STATUS',
      'COMMON_INVALID_API_KEY',
      'SIM01',
    ]) {
      assert.equal(await outcome(code), 'unclear', code);
    }
    assert.equal(await outcome('TRANSACTION_NOT_FOUND'), 'refused');
  });
});

describe('on the wire', () => {
  test('a refund has the API key, the token, our number, what is free of tax, and a reason that fits', async () => {
    await refundAnswered(refunded, { taxFreeMinor: 500n, paymentTaxFreeMinor: 1000n, reason: `${'가'.repeat(49)}😀` });
    const sent = server.last();
    assert.equal(sent.path, '/api/v2/refunds');
    assert.match(sent.headers['content-type'] ?? '', /^application\/json/);
    assert.deepEqual(sent.json(), {
      apiKey: rig.call().channel.credentials.apiKey,
      payToken,
      refundNo: 'ours',
      idempotent: true,
      reason: '가'.repeat(49),
      amount: 3000,
      amountTaxFree: 500,
    });
    await refundAnswered(refunded, { vatMinor: 200n });
    assert.equal(server.last().json().amountVat, 200);
  });

  test('the number of a refund has 36 characters at most, and two keys never become the same', async () => {
    const numberOf = async (idempotencyKey: string) => {
      await cancel.send(answering(refunded, { idempotencyKey }), part);
      return String(server.last().json().refundNo);
    };
    assert.equal(await numberOf('01HQ8Z3K5T9V7X2Y4B6C'), '01HQ8Z3K5T9V7X2Y4B6C');
    assert.equal(await numberOf('k'.repeat(36)), 'k'.repeat(36));
    const long = await Promise.all([await numberOf(`${'k'.repeat(63)}1`), await numberOf(`${'k'.repeat(63)}2`)]);
    assert.deepEqual(
      long.map((number) => number.length),
      [36, 36],
    );
    assert.notEqual(long[0], long[1]);
  });
});

describe('an inquiry', () => {
  test('takes a balance that is lower by exactly our amount for ours, with the time of the last refund', async () => {
    assert.deepEqual(await inquiryAnswered(status()), { kind: 'done', result });
    assert.deepEqual(server.last().json(), { apiKey: rig.call().channel.credentials.apiKey, payToken });
    const timeless = status({
      transactions: [transaction('PAY', 10_000), { stepType: 'REFUND', transactionAmount: -3000 }],
    });
    const inquiry = await inquiryAnswered(timeless);
    assert.deepEqual(inquiry.kind === 'done' && inquiry.result.cancelledAt, rig.call().now);
  });

  test('calls what is not there not done, and safe to repeat, in part too: a number is carried out once', async () => {
    assert.deepEqual(await inquiryAnswered(status(untouched)), { kind: 'not_done', repeatIsSafe: true });
    const settled = { ...untouched, payStatus: 'SETTLEMENT_COMPLETE', refundableAmount: 0 };
    assert.deepEqual(await inquiryAnswered(status(settled)), { kind: 'not_done', repeatIsSafe: true });
  });

  test('claims nothing of another balance, of a refund under way, or of an answer that contradicts itself', async () => {
    const { transactions: _, ...unlisted } = status();
    for (const body of [
      status({ refundableAmount: 6999, transactions: [transaction('PAY', 10_000), transaction('REFUND', -3001)] }),
      status({ payStatus: 'REFUND_PROGRESS' }),
      status({ ...untouched, payStatus: 'PAY_PROGRESS' }),
      status({ ...untouched, payStatus: 'PAY_CANCEL' }),
      status({ ...untouched, payStatus: 'SOMETHING_NEW' }),
      status({ refundableAmount: 10_000 }),
      status({ refundableAmount: 7000, transactions: [transaction('REFUND', -11_000)] }),
      { ...unlisted, refundableAmount: null },
      { ...unlisted, payStatus: 'SETTLEMENT_REFUND_COMPLETE' },
      status({ payToken: 'another' }),
      status({ orderNo: 'another' }),
      failure('TRANSACTION_NOT_FOUND'),
      failure('COMMON_SYSTEM_ERROR'),
      '',
      '{}',
    ]) {
      assert.equal((await inquiryAnswered(body)).kind, 'unknown', inspect(body));
    }
    assert.equal((await inquiryAnswered(status(untouched), {}, 500)).kind, 'unknown');
  });

  test('does with the balance alone where refunds are not listed', async () => {
    const { transactions: _, ...unlisted } = status();
    assert.equal((await inquiryAnswered(unlisted)).kind, 'done');
    const { refundableAmount: __, ...listed } = status();
    assert.equal((await inquiryAnswered(listed)).kind, 'done');
  });
});

describe('a refund whose answer was lost', () => {
  for (const kind of ['lost_answer', 'disconnect'] as const) {
    test(`by ${kind} is done once when it is sent again under its number`, async () => {
      const paid = await desk.paid('point');
      const request = desk.cancelOf(paid, { amountMinor: 4000n });
      const call = rig.call();
      await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind });
      assert.equal((await cancel.send(call, request)).kind, 'unclear');
      const inquiry = await cancel.inquire(call, request, call.now);
      assert.equal(inquiry.kind, kind === 'lost_answer' ? 'done' : 'not_done');
      for (let repeats = 0; repeats < 2; repeats += 1) {
        const again = confirmed(await cancel.send({ ...call, isRepeat: true }, request));
        assert.deepEqual([again.gatewayTid, again.amountMinor], [call.idempotencyKey, 4000n]);
      }
      const [transactionOfBook] = (await rig.control.book({ orderId: paid.orderId })).transactions;
      assert.equal(transactionOfBook?.cancelledMinor, 4000n);
    });
  }
});

describe('a lookup', () => {
  test('goes by the order number where the token is not known', async () => {
    const paid = await desk.paid('card');
    confirmed(await cancel.send(rig.call(), desk.cancelOf(paid, { amountMinor: 1000n })));
    for (const gatewayTid of [null, paid.gatewayTid]) {
      const found = await gateway.lookUp(rig.call(), { ...paid, gatewayTid });
      assert.ok(found.kind === 'found');
      const { status: state, payMethod, balanceMinor, paidAt, cancels } = found.payment;
      assert.deepEqual([state, payMethod, balanceMinor, cancels], ['partially_cancelled', 'card', 9000n, null]);
      assert.deepEqual(paidAt, new Date('2024-03-06T03:00:00Z'));
      assert.equal(found.payment.gatewayTid, paid.gatewayTid);
    }
    assert.equal((await gateway.lookUp(rig.call(), { ...paid, orderId: 'imp_9', gatewayTid: null })).kind, 'not_found');
  });

  test('of a payment that was never finished is unknown, and of an ended one failed', async () => {
    const look = (parts: Record<string, unknown>) => gateway.lookUp(answering(status(parts)), payment);
    for (const payStatus of ['PAY_STANDBY', 'PAY_APPROVED', 'PAY_PROGRESS', 'REFUND_PROGRESS']) {
      assert.equal((await look({ ...untouched, payStatus })).kind, 'unknown', payStatus);
    }
    const failed = await look({ ...untouched, payStatus: 'PAY_CANCEL', paidTs: null });
    assert.equal(failed.kind === 'found' && failed.payment.status, 'failed');
    const settled = await look({ ...untouched, payStatus: 'SETTLEMENT_COMPLETE', refundableAmount: 0 });
    assert.equal(settled.kind === 'found' && settled.payment.status, 'paid');
  });
});
