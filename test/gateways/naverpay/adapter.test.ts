import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { naverpay } from '../../../src/gateways/naverpay/module.ts';
import { cutToUtf8Bytes } from '../../../src/platform/charset/utf-8.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { confirmed } from '../kit/scenarios.ts';

const paymentId = '20240306NP1234567890';
const desk = await openDesk(naverpay, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_123456789012', gatewayTid: paymentId },
});
const { gateway, rig, server, payment, paid, cancelOf } = desk;
const { cancel } = gateway.operations;
const wellKnown = desk.partOf(payment, { earlierTids: ['before'] });
const cancelled = {
  paymentId,
  payHistId: 'ours',
  primaryPayMeans: 'CARD',
  primaryPayCancelAmount: 2000,
  primaryPayRestAmount: 7000,
  npointCancelAmount: 1000,
  npointRestAmount: 0,
  cancelYmdt: '20240306120000',
  totalRestAmount: 7000,
};
const result = {
  gatewayTid: 'ours',
  amountMinor: 3000n,
  cancelledAt: new Date('2024-03-06T03:00:00Z'),
  receiptUrl: null,
};
const entry = (parts: Record<string, unknown> = {}) => ({
  paymentId,
  payHistId: 'paid',
  merchantPayKey: wellKnown.orderId,
  merchantPayTransactionKey: null,
  admissionTypeCode: '01',
  admissionState: 'SUCCESS',
  admissionYmdt: '20240306110000',
  totalPayAmount: 10_000,
  primaryPayMeans: 'CARD',
  ...parts,
});
const cancelEntry = (parts: Record<string, unknown> = {}) =>
  entry({
    payHistId: 'ours',
    merchantPayTransactionKey: 'our-key',
    admissionTypeCode: '04',
    admissionYmdt: '20240306120000',
    totalPayAmount: 3000,
    ...parts,
  });

type Parts = NonNullable<Parameters<typeof desk.answered>[1]>;
const answered = (body: unknown, parts: Partial<Cancel> = {}, call: Parts = {}) =>
  desk.answered(body, { idempotencyKey: 'our-key', request: { ...wellKnown, ...parts }, ...call });

/** The answer with one page of a history. */
const historyOf = (list: readonly unknown[], totalPageCount = 1) => ({
  code: 'Success',
  message: '',
  body: { list, totalPageCount },
});

function inquiryAnswered(list: readonly unknown[]) {
  const call = desk.answering(historyOf(list), { idempotencyKey: 'our-key' });
  return cancel.inquire(call, wellKnown, call.now);
}

describe('an answer to a cancellation', () => {
  test('that is the whole, right cancellation is confirmed, whatever its status is', async () => {
    const body = { code: 'Success', message: '성공', body: cancelled };
    assert.deepEqual(await answered(body), { kind: 'confirmed', result });
    assert.deepEqual(await answered(body, {}, { status: 409 }), { kind: 'confirmed', result });
  });

  test('may be made of gift cards and discounts as well', async () => {
    const parts = { primaryPayCancelAmount: 500, npointCancelAmount: null, giftCardCancelAmount: 1500 };
    const body = { code: 'Success', body: { ...cancelled, ...parts, discountCancelAmount: 1000 } };
    assert.equal((await answered(body)).kind, 'confirmed');
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'of another payment': { ...cancelled, paymentId: 'other' },
    'that is an earlier cancellation': { ...cancelled, payHistId: 'before' },
    'of another amount': { ...cancelled, npointCancelAmount: 999 },
    'that leaves too little, as if it were the second time': { ...cancelled, totalRestAmount: 4000 },
    'with an amount that is no integer': { ...cancelled, totalRestAmount: 7000.5 },
    'with a time that is none': { ...cancelled, cancelYmdt: '20240230120000' },
    'without anything': undefined,
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await answered({ code: 'Success', message: '성공', body })).kind, 'unclear');
    });
  }

  test('with a code that says no is refused, with its text and our category', async () => {
    const categories = {
      InvalidMerchant: 'bad_credentials',
      InvalidPaymentId: 'unknown_transaction',
      AlreadyCanceled: 'already_cancelled',
      OverRemainAmount: 'over_balance',
      PreCancelNotComplete: 'temporarily_unavailable',
      CancelDeadlineExpired: 'window_passed',
      TaxScopeAmtGreaterThanRemainError: 'over_balance',
      TaxScopeAmountError: 'other',
      RestAmountDiff: 'over_balance',
      MaintenanceOngoing: 'temporarily_unavailable',
      FaultCheckOngoing: 'temporarily_unavailable',
      BankCheckTime: 'closed_hours',
      InvalidDiscountCancelCondition: 'other',
      Fail: 'other',
      RequireParameter: 'other',
      InvalidParameter: 'other',
    };
    for (const [code, category] of Object.entries(categories)) {
      const outcome = await answered({ code, message: '문구' });
      assert.deepEqual(outcome, { kind: 'refused', code, message: '문구', category });
    }
    const stranger = await answered({ errorCode: '024', errorMessage: 'Authentication failed' }, {}, { status: 401 });
    assert.equal(stranger.kind === 'refused' && stranger.category, 'bad_credentials');
  });

  test('that leaves it open is unclear, and keeps what Naver Pay said', async () => {
    for (const code of ['CancelNotComplete', 'AlreadyOnGoing', 'ACodeOfTheFuture']) {
      const outcome = await answered({ code, message: '문구' });
      assert.deepEqual(outcome, { kind: 'unclear', why: `HTTP 200 ${code}`, code, message: '문구' });
    }
    for (const status of [500, 502, 503]) {
      assert.equal((await answered({ code: 'Fail', message: '문구' }, {}, { status })).kind, 'unclear');
    }
    for (const body of ['', 'null', '<html>', '{}']) assert.equal((await answered(body)).kind, 'unclear');
  });

  test('to a repeat is no refusal where the first request may be the cause, or still be on its way', async () => {
    const outcome = async (code: string) => (await answered({ code, message: 'x' }, {}, { isRepeat: true })).kind;
    for (const code of ['AlreadyCanceled', 'OverRemainAmount', 'RestAmountDiff', 'PreCancelNotComplete']) {
      assert.equal(await outcome(code), 'unclear', code);
    }
    for (const code of ['MaintenanceOngoing', 'InvalidMerchant']) assert.equal(await outcome(code), 'unclear', code);
    for (const code of ['CancelDeadlineExpired', 'InvalidPaymentId'])
      assert.equal(await outcome(code), 'refused', code);
  });
});

describe('on the wire', () => {
  test('a cancellation is a form with the balance after it, the tax parts and our key, and the three headers', async () => {
    const parts = { taxFreeMinor: 500n, paymentTaxFreeMinor: 500n, vatMinor: 227n };
    await answered('', { ...parts, reason: '가'.repeat(100), requester: 'customer' });
    const sent = server.last();
    const { clientId, clientSecret, chainId } = rig.call().channel.credentials;
    assert.equal(sent.path, `/${rig.mid}/naverpay/payments/v1/cancel`);
    assert.equal(sent.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(sent.headers['x-naver-client-id'], clientId);
    assert.equal(sent.headers['x-naver-client-secret'], clientSecret);
    assert.equal(sent.headers['x-naverpay-chain-id'], chainId);
    assert.equal(sent.headers['x-naverpay-idempotency-key'], 'our-key');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(sent.body)), {
      paymentId,
      merchantPayTransactionKey: 'our-key',
      cancelAmount: '3000',
      cancelReason: '가'.repeat(85),
      cancelRequester: '1',
      taxScopeAmount: '2500',
      taxExScopeAmount: '500',
      doCompareRest: '1',
      expectedRestAmount: '7000',
    });
  });

  test("a partner id that is not the MID stands in the addresses in the MID's place", async () => {
    const credentials = { ...rig.call().channel.credentials, partnerId: 'naverpay-partner' };
    await answered('', {}, { credentials });
    assert.equal(server.last().path, '/naverpay-partner/naverpay/payments/v1/cancel');
    await gateway.lookUp(desk.answering(historyOf([entry()]), { credentials }), payment);
    assert.equal(server.last().path, `/naverpay-partner/naverpay/payments/v2.2/list/history/${paymentId}`);
  });

  test('whoever is not said to be the customer is the administrator', async () => {
    for (const [requester, number] of [
      ['admin', '2'],
      [null, '2'],
      ['customer', '1'],
    ] as const) {
      await answered('', { requester });
      assert.equal(new URLSearchParams(server.last().body).get('cancelRequester'), number);
    }
  });

  test('a reason is cut to its bytes, never within a character, and comes out of the form as it went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), async (reason) => {
        await answered('', { reason });
        const kept = new URLSearchParams(server.last().body).get('cancelReason') ?? '';
        // Control characters are none that a gateway takes.
        const clean = reason.replace(/[\p{Cc}\s]+/gu, ' ').trim() || '취소';
        assert.ok(clean.startsWith(kept) && Buffer.byteLength(kept) <= 256);
        // Up to three bytes of a character that does not fit, and a space before it.
        assert.ok(kept === clean || Buffer.byteLength(kept) > 256 - 3 - 1 - 1);
      }),
      { numRuns: 40 },
    );
    assert.equal(cutToUtf8Bytes('가나다', 8), '가나');
    assert.equal(cutToUtf8Bytes('😀😀', 7), '😀');
  });
});

describe('an inquiry', () => {
  test('finds the cancellation that bears our key, whatever happened before and after it', async () => {
    assert.deepEqual(await inquiryAnswered([entry(), cancelEntry()]), { kind: 'done', result });
    const others = [
      cancelEntry({ payHistId: 'earlier', merchantPayTransactionKey: 'another-key' }),
      cancelEntry({ payHistId: 'in the center', merchantPayTransactionKey: null, totalPayAmount: 1 }),
    ];
    assert.deepEqual(await inquiryAnswered([entry(), ...others, cancelEntry()]), { kind: 'done', result });
  });

  test("does not take somebody else's cancellation for ours, and asks by repeating then", async () => {
    const foreign = cancelEntry({ payHistId: 'foreign', merchantPayTransactionKey: null });
    assert.deepEqual(await inquiryAnswered([entry(), foreign]), { kind: 'ask_by_repeating' });
  });

  test('says not done while the balance is the one before, also after an attempt that failed', async () => {
    const notDone = { kind: 'not_done', repeatIsSafe: true };
    assert.deepEqual(await inquiryAnswered([entry()]), notDone);
    assert.deepEqual(await inquiryAnswered([entry(), cancelEntry({ admissionState: 'FAIL' })]), notDone);
  });

  test('leaves two cancellations under our key, or one of another amount, to a person', async () => {
    assert.equal((await inquiryAnswered([entry(), cancelEntry(), cancelEntry({ payHistId: 'two' })])).kind, 'unknown');
    assert.equal((await inquiryAnswered([entry(), cancelEntry({ totalPayAmount: 2999 })])).kind, 'unknown');
  });

  test('claims nothing from a history that is not that of this payment', async () => {
    for (const list of [
      [],
      [cancelEntry()],
      [entry(), entry()],
      [entry({ paymentId: 'other' }), cancelEntry()],
      [entry({ merchantPayKey: 'other' }), cancelEntry()],
      [entry(), cancelEntry({ totalPayAmount: 10_001 })],
      [{}],
    ]) {
      assert.equal((await inquiryAnswered(list)).kind, 'unknown', inspect(list));
    }
  });

  test('reads every page of the history', async () => {
    const call = desk.answering(historyOf([entry()], 2), { idempotencyKey: 'our-key' });
    desk.willAnswer(historyOf([cancelEntry()], 2));
    const inquiry = await cancel.inquire(call, wellKnown, call.now);
    assert.deepEqual(inquiry, { kind: 'done', result });
    assert.deepEqual(
      server.requests.slice(-2).map((sent) => sent.json().pageNumber),
      [1, 2],
    );
  });
});

describe('against the simulator', () => {
  test('a cancellation that is not finished is finished by the same request', async () => {
    const request = cancelOf(await paid('card'), { amountMinor: 4000n });
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code: 'CancelNotComplete' });
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    assert.deepEqual(await cancel.inquire(call, request, call.now), { kind: 'not_done', repeatIsSafe: true });
    const done = confirmed(await cancel.send({ ...call, isRepeat: true }, request));
    assert.deepEqual(confirmed(await cancel.send({ ...call, isRepeat: true }, request)), done);
    assert.deepEqual(await cancel.inquire(call, request, call.now), { kind: 'done', result: done });
    assert.equal((await rig.control.book({ orderId: request.orderId })).transactions[0]?.cancelledMinor, 4000n);
  });

  test('a mixed payment is cancelled by its parts', async () => {
    const mixed = await paid('point', { taxFreeMinor: 3000n });
    const send = (parts: Partial<Cancel>) =>
      cancel.send(rig.call(), cancelOf(mixed, { paymentTaxFreeMinor: 3000n, ...parts }));
    const tooMuch = await send({ amountMinor: 4000n, taxFreeMinor: 3001n });
    assert.equal(tooMuch.kind === 'refused' && tooMuch.code, 'TaxScopeAmtGreaterThanRemainError');
    confirmed(await send({ amountMinor: 4000n, taxFreeMinor: 3000n }));
    confirmed(await send({ amountMinor: 6000n, balanceBeforeMinor: 6000n, ordinal: 2 }));
  });

  test('a stale balance is refused, and nothing moves', async () => {
    const request = cancelOf(await paid('card'), { amountMinor: 1000n, balanceBeforeMinor: 9000n });
    const outcome = await cancel.send(rig.call(), request);
    assert.equal(outcome.kind === 'refused' && outcome.code, 'RestAmountDiff');
  });

  test('a lookup tells the card as far as Naver Pay shows it, and needs the transaction id', async () => {
    const card = await paid('card');
    const found = await gateway.lookUp(rig.call(), card);
    assert.ok(found.kind === 'found');
    assert.equal(found.payment.payMethod, 'card');
    assert.equal(found.payment.approval?.card?.maskedNumber, '941000******1234');
    assert.match(found.payment.approval?.approvalNumber ?? '', /^\d{8}$/);
    assert.equal((await gateway.lookUp(rig.call(), { ...card, gatewayTid: null })).kind, 'unknown');
  });
});
