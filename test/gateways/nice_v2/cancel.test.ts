import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { niceV2Gateway as gateway } from '../../../src/gateways/nice_v2/adapter/adapter.ts';
import { niceV2Errors } from '../../../src/gateways/nice_v2/wire/errors.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { Revocation } from '../../../src/port/revocation.ts';
import type { AnsweringParts } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { revocationOf } from '../kit/payment-requests.ts';
import { sha256 } from '../nice/kit.ts';
import { cancelEntry, fieldsOfCancel, niceNoon, noon, openNiceV2Desk, refusal } from './kit.ts';

const clock = movingClock(noon);
const desk = await openNiceV2Desk(clock);
const { rig, server, payment, answering, willAnswer, nice } = desk;
const { gatewayTid: tid } = payment;
const { cancel, revoke_vbank } = gateway.operations;
beforeEach(() => clock.set(noon));

const whole = desk.cancelOf();
const part = desk.partOf(payment, { ordinal: 2, balanceBeforeMinor: 8000n, earlierTids: ['earlier'] });

const cancelAnswered = (request: Cancel, body: unknown, parts: AnsweringParts = {}) =>
  cancel.send(answering(body, parts), request);

describe('an answer to a cancel', () => {
  test('that is signed and has our entry under cancelledTid is confirmed', async () => {
    assert.deepEqual(await cancelAnswered(part, nice.cancelledPart()), {
      kind: 'confirmed',
      result: {
        gatewayTid: 'ours',
        amountMinor: 3000n,
        cancelledAt: new Date(noon),
        receiptUrl: 'https://npg.nicepay.co.kr/issue?TID=ours',
      },
    });
    const outcome = await cancelAnswered(whole, nice.cancelledWhole());
    assert.equal(outcome.kind === 'confirmed' && outcome.result.gatewayTid, tid);
  });

  test("may name the payment's order id or the cancel's own, and be a success by an inner code", async () => {
    for (const parts of [{ orderId: 'the-key-of-the-cancel' }, { resultCode: '2001' }, { resultCode: '2211' }]) {
      assert.equal((await cancelAnswered(whole, nice.cancelledWhole(parts))).kind, 'confirmed');
    }
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'without a signature': nice.cancelledPart({ signature: null }),
    'with a wrong signature': nice.cancelledPart({ signature: sha256(tid, '10000', niceNoon, 'another key') }),
    'with the signature of another amount': { ...nice.cancelledPart(), amount: 10_001 },
    'of another payment': nice.cancelledPart({ tid: 'other' }),
    'of another order': nice.cancelledPart({ orderId: 'other' }),
    'without an entry': nice.cancelledPart({ cancels: null }),
    'with entries that are all known already': nice.cancelledPart({ cancelledTid: 'earlier' }),
    'that does not say which entry it is': nice.cancelledPart({ cancelledTid: null }),
    'with another amount': nice.cancelledPart({ cancels: [cancelEntry('ours', 2999)] }),
    'with a time that is none': nice.cancelledPart({ cancels: [cancelEntry('ours', 3000, { cancelledAt: '0' })] }),
    'in a state that NICE does not have': nice.cancelledPart({ status: 'refunded' }),
    'that is an error with the code of success': { resultCode: '0000', resultMsg: '취소 실패' },
    'that is empty': '',
    'that is no JSON': '<html>OK</html>',
    'that is null': 'null',
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(part, body)).kind, 'unclear');
    });
  }

  test('that is a refusal has the category of its code, and keeps code and text', async () => {
    const categories = {
      '2013': 'already_cancelled',
      U123: 'over_balance',
      U319: 'over_balance',
      '2016': 'window_passed',
      U128: 'partial_not_supported',
      '2017': 'contract_missing',
      U122: 'unknown_transaction',
      U312: 'bad_credentials',
      U106: 'other',
      U999: 'other',
    };
    for (const [code, category] of Object.entries(categories)) {
      for (const status of [200, 400, 403]) {
        const outcome = await cancelAnswered(whole, refusal(code), { status });
        assert.deepEqual(outcome, { kind: 'refused', code, message: '문구', category });
      }
    }
    const wrongKey = await cancelAnswered(whole, refusal('U104'), { status: 401 });
    assert.equal(wrongKey.kind === 'refused' && wrongKey.category, 'bad_credentials');
  });

  test('that says nothing certain is a doubt: delays, used numbers, other statuses, no code', async () => {
    const doubts = Object.entries(niceV2Errors).filter(
      ([, { meaning }]) => meaning === 'unclear' || meaning === 'number_used',
    );
    assert.ok(['U303', 'U501', 'U508', 'U112', 'P015'].every((code) => doubts.some(([doubt]) => doubt === code)));
    for (const [code] of doubts) {
      for (const isRepeat of [false, true]) {
        assert.equal((await cancelAnswered(part, refusal(code), { isRepeat })).kind, 'unclear', code);
      }
    }
    for (const status of [201, 302, 408, 429, 500, 503]) {
      assert.equal((await cancelAnswered(part, refusal('2014'), { status })).kind, 'unclear', String(status));
    }
    for (const status of [400, 401, 404]) {
      assert.equal((await cancelAnswered(part, '<html></html>', { status })).kind, 'unclear', String(status));
    }
  });

  test('to a repeat is no refusal where it may be due to the first request', async () => {
    for (const code of ['2013', '2015', 'U123', 'U122', 'U104']) {
      assert.equal((await cancelAnswered(whole, refusal(code), { isRepeat: true })).kind, 'unclear', code);
    }
    assert.equal((await cancelAnswered(whole, refusal('2016'), { isRepeat: true })).kind, 'refused');
  });
});

describe('on the wire', () => {
  test('a cancel says its amount always, the operation as its order id, and is dated, signed and authenticated', async () => {
    await cancelAnswered({ ...whole, reason: '가'.repeat(80) }, '');
    const { path, headers } = server.last();
    const { clientKey } = rig.call().channel.credentials;
    assert.equal(path, `/v1/payments/${tid}/cancel`);
    assert.equal(headers.authorization, `Basic ${Buffer.from(`${clientKey}:${nice.secretKey}`).toString('base64')}`);
    assert.equal(headers['content-type'], 'application/json;charset=utf-8');
    assert.deepEqual(server.last().json(), {
      reason: '가'.repeat(50),
      orderId: 'the-key-of-the-cancel',
      cancelAmt: 10_000,
      ediDate: niceNoon,
      signData: sha256(tid, niceNoon, nice.secretKey),
      returnCharSet: 'utf-8',
    });
  });

  test('a repeat has the same order id, and another date', async () => {
    await cancelAnswered(part, '');
    const first = server.last().json();
    clock.set('2024-03-06T12:05:00+09:00');
    await cancelAnswered(part, '', { isRepeat: true });
    const { ediDate, signData, ...repeated } = server.last().json();
    assert.deepEqual({ ...repeated, ediDate: first.ediDate, signData: first.signData }, first);
    assert.equal(signData, sha256(tid, String(ediDate), nice.secretKey));
    assert.notEqual(ediDate, first.ediDate);
  });

  test('the tax-free part goes out, and the account of a refund, its holder cut to ten bytes', async () => {
    const refundAccount = { holder: '남궁환불계좌', bankCode: '090', accountNumber: '110123456789', tel: null };
    await cancelAnswered({ ...part, payMethod: 'vbank', taxFreeMinor: 500n, vatMinor: 227n, refundAccount }, '');
    const { taxFreeAmt, refundAccount: number, refundBankCode, refundHolder } = server.last().json();
    assert.deepEqual([taxFreeAmt, number, refundBankCode, refundHolder], [500, '110123456789', '090', '남궁환불계']);
  });

  test('a revocation has neither an amount nor an account', async () => {
    await revoke_vbank.send(answering('', { status: 500 }), revocationOf(10_000n));
    assert.deepEqual(Object.keys(server.last().json()).sort(), fieldsOfCancel);
  });

  test('an id is a part of a path, whatever it holds', async () => {
    await cancelAnswered({ ...whole, gatewayTid: 'a/b c?d' }, '');
    assert.equal(server.last().path, '/v1/payments/a%2Fb%20c%3Fd/cancel');
  });
});

describe('a revocation', () => {
  const revocation = revocationOf(10_000n);
  const revoked = (parts = {}) =>
    nice.payment({
      payMethod: 'vbank',
      status: 'cancelled',
      paidAt: '0',
      balanceAmt: 0,
      cancelledAt: niceNoon,
      cancelledTid: tid,
      card: null,
      ...parts,
    });
  const revoke = (body: unknown, request: Revocation = revocation) => revoke_vbank.send(answering(body), request);

  test('is confirmed when the account is cancelled and was never paid; what was paid was not revoked', async () => {
    assert.deepEqual(await revoke(revoked()), {
      kind: 'confirmed',
      result: { gatewayTid: tid, revokedAt: new Date(noon) },
    });
    assert.equal((await revoke(revoked({ paidAt: niceNoon }))).kind, 'unclear');
    assert.equal((await revoke(revoked({ status: 'ready' }))).kind, 'unclear');
  });

  test('of an account whose TID is not known looks it up by the order first, and sends nothing when it is not there', async () => {
    const nameless = { ...revocation, gatewayTid: null };
    willAnswer(revoked({ status: 'ready' }));
    assert.equal((await revoke(revoked(), nameless)).kind, 'confirmed');
    const [lookup, cancel] = server.requests.slice(-2);
    assert.equal(lookup?.path, `/v1/payments/find/${revocation.orderId}?orderDate=20240306&returnCharSet=utf-8`);
    assert.equal(cancel?.path, `/v1/payments/${tid}/cancel`);
    assert.equal((await revoke(refusal('U126'), nameless)).kind, 'never_sent');
  });

  test('that is asked about was done, not done, or lost against the deposit', async () => {
    const ask = (body: unknown) => revoke_vbank.inquire(answering(body), revocation, new Date(noon));
    assert.deepEqual(await ask(revoked()), { kind: 'done', result: { gatewayTid: tid, revokedAt: new Date(noon) } });
    assert.deepEqual(await ask(revoked({ status: 'ready' })), { kind: 'not_done', repeatIsSafe: true });
    const paid = await ask(revoked({ status: 'paid', paidAt: niceNoon, balanceAmt: 10_000 }));
    assert.equal(paid.kind === 'refused' && paid.code, '2014');
    const expired = await ask(revoked({ status: 'expired' }));
    assert.equal(expired.kind === 'refused' && expired.category, 'window_passed');
    assert.equal((await ask(revoked({ status: 'failed' }))).kind, 'unknown');
    assert.equal((await ask(refusal('U107'))).kind, 'unknown');
  });
});

describe('an inquiry about a cancel', () => {
  const ask = (body: unknown, now = noon) =>
    cancel.inquire(answering(body, { now: new Date(now) }), part, new Date(noon));

  test('finds ours: one new entry of our amount that leaves what we expect', async () => {
    const found = await ask(nice.cancelledPart());
    assert.equal(found.kind === 'done' && found.result.gatewayTid, 'ours');
    assert.equal(server.last().path.split('?')[0], `/v1/payments/${tid}`);
    assert.equal(
      new URLSearchParams(server.last().path.split('?')[1]).get('signData'),
      sha256(tid, niceNoon, nice.secretKey),
    );
  });

  test('calls a repeat safe for a day, and then what is not in the book not done', async () => {
    const before = nice.payment({
      status: 'partialCancelled',
      balanceAmt: 8000,
      cancels: [cancelEntry('earlier', 2000)],
    });
    assert.deepEqual(await ask(before, '2024-03-07T11:59:59+09:00'), { kind: 'not_done', repeatIsSafe: true });
    assert.deepEqual(await ask(before, '2024-03-07T12:00:00+09:00'), { kind: 'not_done', repeatIsSafe: false });
  });

  const others: Readonly<Record<string, unknown>> = {
    'another amount': nice.cancelledPart({
      balanceAmt: 5500,
      cancels: [cancelEntry('earlier', 2000), cancelEntry('new', 2500)],
    }),
    'our amount, and another balance than it leaves': nice.cancelledPart({ balanceAmt: 4000 }),
    'two new entries, one of our amount': nice.cancelledPart({
      balanceAmt: 4000,
      cancels: [cancelEntry('earlier', 2000), cancelEntry('new', 1000), cancelEntry('ours', 3000)],
    }),
    'the balance from before and a new entry': nice.cancelledPart({ balanceAmt: 8000 }),
    'no entries and another balance': nice.cancelledPart({ cancels: null }),
    'a payment without a signature': nice.cancelledPart({ signature: null }),
    'another payment': nice.cancelledPart({ tid: 'other' }),
    'that NICE does not know the payment': refusal('U107'),
    'a refusal of the question': refusal('U104'),
    'an empty page': '',
  };
  for (const [name, body] of Object.entries(others)) {
    test(`that shows ${name} is unknown`, async () => {
      assert.equal((await ask(body)).kind, 'unknown');
    });
  }
});
