import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { kakaoGateway as gateway } from '../../../src/gateways/kakaopay/adapter/adapter.ts';
import { kakaopay } from '../../../src/gateways/kakaopay/module.ts';
import { vatOfCancel, vatWithin } from '../../../src/gateways/kakaopay/wire/vat.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { confirmed } from '../kit/scenarios.ts';

const tid = 'T1234567890123456789';
const desk = await openDesk(kakaopay, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_123456789012', gatewayTid: tid, payMethod: 'point' },
  call: { idempotencyKey: 'ours' },
});
const { rig, server, payment, answering } = desk;
const { cancel } = gateway.operations;
const part = desk.partOf(payment, { earlierTids: ['A0000000000000000000'] });

const amounts = (total: number) => ({ total, tax_free: 0, vat: 0, point: 0, discount: 0, green_deposit: 0 });
const cancelled = {
  aid: 'A5678901234567890123',
  tid,
  cid: rig.mid,
  status: 'PART_CANCEL_PAYMENT',
  partner_order_id: payment.orderId,
  partner_user_id: 'buyer',
  payment_method_type: 'MONEY',
  amount: amounts(10_000),
  approved_cancel_amount: amounts(3000),
  canceled_amount: amounts(3000),
  cancel_available_amount: amounts(7000),
  item_name: '생수',
  quantity: 1,
  created_at: '2024-03-06T11:00:00',
  approved_at: '2024-03-06T11:00:30',
  canceled_at: '2024-03-06T12:00:00',
};
const order = (parts: Record<string, unknown> = {}) => ({
  tid,
  cid: rig.mid,
  status: 'PART_CANCEL_PAYMENT',
  partner_order_id: payment.orderId,
  payment_method_type: 'MONEY',
  amount: amounts(10_000),
  cancel_available_amount: amounts(7000),
  approved_at: '2024-03-06T11:00:30',
  payment_action_details: [action(), action({ aid: 'Aours', payment_action_type: 'CANCEL', payload: 'ours' })],
  ...parts,
});
const action = (parts: Record<string, unknown> = {}) => ({
  aid: 'A1111111111111111111',
  approved_at: '2024-03-06T12:00:00',
  amount: 3000,
  point_amount: 0,
  payment_action_type: 'PAYMENT',
  ...parts,
});

function cancelAnswered(status: number, body: unknown, parts: Partial<Cancel> & { isRepeat?: boolean } = {}) {
  const { isRepeat = false, ...changed } = parts;
  return desk.answered(body, { status, isRepeat, request: { ...part, ...changed } });
}

function inquiryAnswered(status: number, body: unknown, parts: Partial<Cancel> = {}) {
  const call = answering(body, { status });
  return cancel.inquire(call, { ...part, ...parts }, call.now);
}

describe('an answer to a cancellation', () => {
  test('that is the whole, right cancellation is confirmed', async () => {
    assert.deepEqual(await cancelAnswered(200, cancelled), {
      kind: 'confirmed',
      result: {
        gatewayTid: 'A5678901234567890123',
        amountMinor: 3000n,
        cancelledAt: new Date('2024-03-06T03:00:00Z'),
        receiptUrl: null,
      },
    });
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'of another payment': { ...cancelled, tid: 'T0000000000000000000' },
    'of another merchant': { ...cancelled, cid: 'TC0ONETIME' },
    'of another order': { ...cancelled, partner_order_id: 'imp_000000000000' },
    'that is an earlier cancellation': { ...cancelled, aid: 'A0000000000000000000' },
    'of another amount': { ...cancelled, approved_cancel_amount: amounts(2999) },
    'that leaves too little, as if it were the second time': {
      ...cancelled,
      cancel_available_amount: amounts(4000),
    },
    'that calls a part the whole': { ...cancelled, status: 'CANCEL_PAYMENT' },
    'with a status that is none': { ...cancelled, status: 'SUCCESS_PAYMENT' },
    'with a time that is none': { ...cancelled, canceled_at: 'today' },
    'with an amount that is no integer': { ...cancelled, approved_cancel_amount: { total: 3000.5 } },
    'that is an error in spite of its status': { error_code: -721, error_message: 'x' },
    'that is empty': '',
    'that is no JSON': '<html>OK</html>',
    'that is null': 'null',
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(200, body)).kind, 'unclear');
    });
  }

  test('with a 4xx and an error of Kakao Pay is refused, with its code, its text and our category', async () => {
    const categories = {
      '-710': 'over_balance',
      '-721': 'unknown_transaction',
      '-722': 'over_balance',
      '-731': 'bad_credentials',
      '-733': 'bad_credentials',
      '-784': 'already_cancelled',
      '-798': 'contract_missing',
      '-9999': 'other',
    };
    for (const [code, category] of Object.entries(categories)) {
      assert.deepEqual(await cancelAnswered(400, { error_code: Number(code), error_message: '문구' }), {
        kind: 'refused',
        code,
        message: '문구',
        category,
      });
    }
    for (const status of [401, 403]) {
      const outcome = await cancelAnswered(status, { error_code: -401, error_message: 'wrong key' });
      assert.equal(outcome.kind === 'refused' && outcome.category, 'bad_credentials');
    }
  });

  test("with a card company's refusal is refused with the company's code and text", async () => {
    const categories = {
      '0025': 'already_cancelled',
      '0140': 'already_cancelled',
      '2003': 'already_cancelled',
      '0022': 'other',
      '1015': 'partial_not_supported',
      '3523': 'window_passed',
    };
    for (const [code, category] of Object.entries(categories)) {
      const extras = { method_result_code: code, method_result_message: '카드사 문구' };
      const outcome = await cancelAnswered(400, { error_code: -781, error_message: '결제취소 API 호출 실패', extras });
      assert.deepEqual(outcome, { kind: 'refused', code, message: '카드사 문구', category });
    }
  });

  test('that does not say that nothing was done is unclear', async () => {
    const extras = { method_result_code: 'TIMEOUT', method_result_message: '시간 초과' };
    const bodies = [
      { error_code: -781, error_message: '결제취소 API 호출 실패' },
      { error_code: -781, error_message: '결제취소 API 호출 실패', extras },
      { error_code: -785, error_message: '결제/취소를 중복으로 요청' },
    ];
    for (const body of bodies) assert.equal((await cancelAnswered(400, body)).kind, 'unclear', inspect(body));
    for (const status of [201, 302, 408, 429, 500, 502]) {
      assert.equal((await cancelAnswered(status, { error_code: -710, error_message: '문구' })).kind, 'unclear');
    }
    for (const status of [400, 401, 500]) assert.equal((await cancelAnswered(status, '<html>')).kind, 'unclear');
  });

  test('to a repeat is no refusal where the first request may be the cause, or still be on its way', async () => {
    const outcome = async (code: number) =>
      (await cancelAnswered(400, { error_code: code, error_message: '문구' }, { isRepeat: true })).kind;
    for (const code of [-710, -722, -784, -731, -798]) assert.equal(await outcome(code), 'unclear', String(code));
    assert.equal(await outcome(-721), 'refused');
  });
});

describe('on the wire', () => {
  test('a cancellation names the balance before it, its tax-free part always, and our key', async () => {
    await cancelAnswered(200, cancelled, { taxFreeMinor: 500n, paymentTaxFreeMinor: 1000n });
    const sent = server.last();
    assert.equal(sent.path, '/online/v1/payment/cancel');
    assert.equal(sent.headers.authorization, `SECRET_KEY ${rig.call().channel.credentials.secretKey}`);
    assert.deepEqual(sent.json(), {
      cid: rig.mid,
      tid,
      cancel_amount: 3000,
      cancel_tax_free_amount: 500,
      cancel_available_amount: 10_000,
      payload: 'ours',
    });
  });

  test('the key of the CID goes along where there is one, and VAT where it is stated', async () => {
    const call = answering('', { status: 500, credentials: { secretKey: 'DEV12345', cidSecret: 'a'.repeat(24) } });
    await cancel.send(call, { ...part, vatMinor: 300n });
    const body = server.last().json();
    assert.equal(body.cid_secret, 'a'.repeat(24));
    assert.equal(body.cancel_vat_amount, 300);
  });
});

describe('VAT', () => {
  test('of partial cancellations adds up to the VAT of the payment, however it is divided', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 1_000_000n }), { minLength: 1, maxLength: 20 }), (parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0n);
        let left = total;
        let vat = 0n;
        for (const amountMinor of parts) {
          const share = vatOfCancel({ ...part, amountMinor, balanceBeforeMinor: left }) ?? -1n;
          assert.ok(share >= 0n && share <= amountMinor);
          vat += share;
          left -= amountMinor;
        }
        assert.equal(vat, vatWithin(total));
      }),
    );
  });

  test('is an eleventh, rounded', () => {
    for (const [taxed, vat] of [
      [2200n, 200n],
      [100n, 9n],
      [50n, 5n],
      [5n, 0n],
      [6n, 1n],
      [0n, 0n],
    ] as const) {
      assert.equal(vatWithin(taxed), vat);
    }
  });

  test('is left to Kakao Pay where a part of the payment is free of tax', () => {
    assert.equal(vatOfCancel({ ...part, paymentTaxFreeMinor: 1n }), undefined);
    assert.equal(vatOfCancel({ ...part, paymentTaxFreeMinor: 1n, vatMinor: 7n }), 7n);
  });

  test('does not stand in the way of the last of several partial cancellations', async () => {
    const half = desk.cancelOf(await desk.paid('point', { amountMinor: 100n }), { amountMinor: 50n });
    confirmed(await cancel.send(rig.call(), half));
    confirmed(await cancel.send(rig.call(), { ...half, balanceBeforeMinor: 50n, ordinal: 2 }));
  });
});

describe('an inquiry', () => {
  test('finds the cancellation that bears our key, whatever happened after it', async () => {
    const result = {
      gatewayTid: 'Aours',
      amountMinor: 3000n,
      cancelledAt: new Date('2024-03-06T03:00:00Z'),
      receiptUrl: null,
    };
    assert.deepEqual(await inquiryAnswered(200, order()), { kind: 'done', result });
    const later = action({ aid: 'Alater', payment_action_type: 'CANCEL', amount: 500 });
    const more = order({
      payment_action_details: [...order().payment_action_details, later],
      cancel_available_amount: amounts(6500),
    });
    assert.deepEqual(await inquiryAnswered(200, more), { kind: 'done', result });
  });

  test('takes an action without an amount for ours only when the balance fits', async () => {
    const ours = { aid: 'Aours', approved_at: '2024-03-06T12:00:00', payment_action_type: 'CANCEL', payload: 'ours' };
    assert.equal((await inquiryAnswered(200, order({ payment_action_details: [ours] }))).kind, 'done');
    const other = order({ payment_action_details: [ours], cancel_available_amount: amounts(6999) });
    assert.equal((await inquiryAnswered(200, other)).kind, 'unknown');
  });

  test('does not take a cancellation from the partner site for ours, even of the same amount', async () => {
    const foreign = action({ aid: 'Aforeign', payment_action_type: 'CANCEL' });
    assert.equal((await inquiryAnswered(200, order({ payment_action_details: [foreign] }))).kind, 'unknown');
  });

  test('leaves two cancellations under our key, or one of another amount, to a person', async () => {
    const [paid, ours] = order().payment_action_details;
    assert.equal((await inquiryAnswered(200, order({ payment_action_details: [paid, ours, ours] }))).kind, 'unknown');
    const other = action({ aid: 'Aours', payment_action_type: 'CANCEL', payload: 'ours', amount: 2999 });
    assert.equal((await inquiryAnswered(200, order({ payment_action_details: [paid, other] }))).kind, 'unknown');
  });

  test('calls only a cancellation of all that is left safe to repeat', async () => {
    const untouched = order({ payment_action_details: [action()], cancel_available_amount: amounts(10_000) });
    assert.deepEqual(await inquiryAnswered(200, untouched), { kind: 'not_done', repeatIsSafe: false });
    const all = await inquiryAnswered(200, untouched, { amountMinor: 10_000n });
    assert.deepEqual(all, { kind: 'not_done', repeatIsSafe: true });
  });

  test('claims nothing when the answer is not about this payment', async () => {
    const bodies = [order({ tid: 'T0' }), order({ cid: 'other' }), order({ partner_order_id: 'other' }), '', '{}'];
    for (const body of bodies) assert.equal((await inquiryAnswered(200, body)).kind, 'unknown');
    assert.equal((await inquiryAnswered(400, { error_code: -721, error_message: '' })).kind, 'unknown');
    assert.equal((await inquiryAnswered(500, order())).kind, 'unknown');
  });
});

describe('a lookup', () => {
  test('needs the transaction id', async () => {
    const paid = await desk.paid('point');
    assert.equal((await gateway.lookUp(rig.call(), { ...paid, gatewayTid: null })).kind, 'unknown');
  });

  test('tells the pay method, the time and the cancellations', async () => {
    const paid = await desk.paid('card');
    const first = confirmed(await cancel.send(rig.call(), desk.cancelOf(paid, { amountMinor: 1000n })));
    const found = await gateway.lookUp(rig.call(), paid);
    assert.ok(found.kind === 'found');
    assert.equal(found.payment.payMethod, 'card');
    assert.equal(found.payment.status, 'partially_cancelled');
    assert.equal(found.payment.balanceMinor, 9000n);
    assert.deepEqual(found.payment.paidAt, new Date('2024-03-06T03:00:00Z'));
    assert.deepEqual(found.payment.cancels, [first]);
  });

  test('of a payment that was never finished is unknown, and of a failed one failed', async () => {
    const look = (status: string) => gateway.lookUp(answering(order({ status })), payment);
    assert.equal((await look('AUTH_PASSWORD')).kind, 'unknown');
    const failed = await look('FAIL_PAYMENT');
    assert.equal(failed.kind === 'found' && failed.payment.status, 'failed');
  });
});
