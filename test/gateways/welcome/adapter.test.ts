import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { welcome } from '../../../src/gateways/welcome/module.ts';
import { decryptCardValue, encryptCardValue, signatureOf } from '../../../src/gateways/welcome/wire/signature.ts';
import type { KeyInApproval } from '../../../src/port/approval.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { revocationOf } from '../kit/payment-requests.ts';
import { confirmed } from '../kit/scenarios.ts';
import { testsWithoutCodes } from '../kit/without-codes.ts';
import { sha256 } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(welcome, { clock, success: cancelSuccess });
const { gateway, rig, server, payment, cancelOf, answering, answered, paid } = desk;
const { approve, cancel, revoke_vbank } = gateway.operations;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const earlier = { ordinal: 2, earlierTids: ['earlier'] };
const whole = cancelOf();
const part = cancelOf(payment, { ...earlier, amountMinor: 3000n, balanceBeforeMinor: 8000n });
const rest = cancelOf(payment, { ...earlier, amountMinor: 7000n, balanceBeforeMinor: 7000n });
const approval: KeyInApproval = {
  orderId: 'imp_000000000001',
  orderName: '생수 외 1건',
  currency: 'KRW',
  amountMinor: 1004n,
  taxFreeMinor: 0n,
  vatMinor: 91n,
  card: {
    number: '4330123412341239',
    expiryYear: '49',
    expiryMonth: '12',
    birthOrBusinessNumber: '900101',
    passwordFirstTwo: '12',
    cvc: '123',
  },
  installmentMonths: 3,
  interestFreeByMerchant: true,
  useCardPoint: false,
  productType: null,
  buyer: { name: '홍길동', email: null, tel: '010-1234-5678' },
};

function cancelSuccess(request: Cancel, parts: Record<string, unknown> = {}) {
  return {
    ResultCode: '00',
    ResultMsg: '정상처리되었습니다.',
    Mid: rig.mid,
    Tid: request.gatewayTid,
    Price: String(request.amountMinor),
    CancelDate: '20240306',
    CancelTime: '115959',
    ...(request.amountMinor === request.paymentAmountMinor ? { Moid: request.orderId } : { C_Tid: 'new-part' }),
    ...parts,
  };
}
const approvalSuccess = (parts: Record<string, unknown> = {}) => ({
  ResultCode: '00',
  ResultMsg: '정상처리되었습니다.',
  PayDate: '20240306',
  PayTime: '115959',
  Price: '1004',
  tid: 'tid-of-the-approval',
  ApplNum: '30001234',
  CardResultCode: '14',
  ...parts,
});

const approvalAnswered = (answer: unknown) => approve.send(answering(answer), approval);

function sent(): { path: string; fields: Record<string, string> } {
  const { path, headers, body } = server.last();
  assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/);
  return { path, fields: Object.fromEntries(new URLSearchParams(body)) };
}
const signKey = () => rig.call().channel.credentials.signKey ?? '';

describe('on the wire', () => {
  test('a cancel of the whole payment is the full call, signed over MID, key and time', async () => {
    await answered();
    assert.deepEqual(sent(), {
      path: '/cancel/cancel',
      fields: {
        payType: 'card',
        mid: rig.mid,
        tid: 'tid-of-the-payment',
        price: '10000',
        currency: 'WON',
        timestamp: '20240306120000',
        signature: sha256(`mid=${rig.mid}&mkey=${sha256(signKey())}&timestamp=20240306120000`),
      },
    });
  });

  test('a part, and what is left after a part, goes by repay with what is left afterwards', async () => {
    for (const [request, left] of [
      [part, '5000'],
      [rest, '0'],
    ] as const) {
      await answered(undefined, { request });
      const { path, fields } = sent();
      assert.equal(path, '/cancel/repay');
      assert.deepEqual([fields.cancelPrice, fields.confirmPrice], [String(request.amountMinor), left]);
      assert.deepEqual(Object.keys(fields).sort(), [
        'cancelPrice',
        'confirmPrice',
        'currency',
        'mid',
        'payType',
        'signature',
        'tid',
        'timestamp',
      ]);
    }
  });

  test('VAT and the tax-free part are named for a payment that has a tax-free part, and for no other', async () => {
    const mixed = { ...part, paymentTaxFreeMinor: 4000n, taxFreeMinor: 800n, vatMinor: 200n };
    await answered(undefined, { request: mixed });
    assert.deepEqual([sent().fields.tax, sent().fields.taxfree], ['200', '800']);
    await answered(cancelSuccess(part), { request: { ...part, vatMinor: 273n } });
    assert.deepEqual([sent().fields.tax, sent().fields.taxfree], [undefined, undefined]);
  });

  test('each pay method has its own name', async () => {
    for (const [payMethod, payType] of [
      ['trans', 'bank'],
      ['phone', 'hpp'],
    ] as const) {
      const request = { ...whole, payMethod };
      await answered(undefined, { request });
      assert.equal(sent().fields.payType, payType);
    }
    await revoke_vbank.send(answering('', { status: 500 }), revocationOf(5000n));
    assert.deepEqual([sent().path, sent().fields.payType, sent().fields.price], ['/cancel/cancel', 'vbank', '5000']);
  });

  test('a key-in hides card number, birth date and password, and is signed over order and price too', async () => {
    await approvalAnswered(approvalSuccess());
    const { path, fields } = sent();
    assert.equal(path, '/noauth/pay/card');
    const { cardNumber = '', registNo = '', passwd = '', signature, ...plain } = fields;
    assert.deepEqual(plain, {
      mid: rig.mid,
      cardExpireYY: '49',
      cardExpireMM: '12',
      cardQuota: '03',
      quotaInterest: '1',
      oid: 'imp_000000000001',
      price: '1004',
      goodsName: '생수 외 1건',
      buyerName: '홍길동',
      buyerTel: '010-1234-5678',
      timestamp: '20240306120000',
    });
    const signed = `mid=${rig.mid}&mkey=${sha256(signKey())}&oid=imp_000000000001&price=1004&timestamp=20240306120000`;
    assert.equal(signature, sha256(signed));
    const { encryptionKey = '', encryptionIv = '' } = rig.call().channel.credentials;
    const opened = [cardNumber, registNo, passwd].map((value) =>
      decryptCardValue(value, { encryptionKey, encryptionIv }),
    );
    assert.deepEqual(opened, ['4330123412341239', '900101', '12']);
    assert.doesNotMatch(server.last().body, /4330123412341239|900101/);
  });

  test('names of a key-in are cut to their bytes, not within a character', async () => {
    const buyer = { name: '가'.repeat(11), email: `${'a'.repeat(41)}`, tel: '0'.repeat(41) };
    await approve.send(answering(approvalSuccess()), { ...approval, orderName: `a${'가'.repeat(30)}`, buyer });
    const { goodsName, buyerName, buyerEmail, buyerTel } = sent().fields;
    assert.deepEqual([goodsName, buyerName], [`a${'가'.repeat(26)}`, '가'.repeat(10)]);
    assert.deepEqual([buyerEmail?.length, buyerTel?.length], [40, 40]);
  });

  test('a key-in is not sent without the keys for card values', async () => {
    const before = server.requests.length;
    for (const missing of ['encryptionKey', 'encryptionIv']) {
      const { [missing]: _, ...credentials } = rig.call().channel.credentials;
      const outcome = await approve.send(rig.call({ baseUrl: server.url, credentials }), approval);
      assert.equal(outcome.kind, 'never_sent');
    }
    assert.equal(server.requests.length, before);
  });
});

describe('signature and encryption', () => {
  const time = ['timestamp', '20240306194748'] as const;

  test('are those that hashlib and openssl make', () => {
    assert.equal(
      signatureOf('welcometst', 'signkey-for-a-test', [time]),
      '26d93f5a134e0f57521e4c011fe1be4716993ee090b3e506975b33dda48544fb',
    );
    const order = [['oid', 'imp_000000000001'] as const, ['price', '1004'] as const, time];
    assert.equal(
      signatureOf('welcometst', 'signkey-for-a-test', order),
      '4941aac1c4ad95d7a1be0952048c8724397ee11bc41095ba50860d076e2211b1',
    );
    const keys = { encryptionKey: '0123456789abcdef0123456789abcdef', encryptionIv: 'abcdef0123456789' };
    assert.equal(encryptCardValue('4330123412341239', keys), 'CewRgypIo7kUZlk+FSUP5bQ6k7CsItN/nUu+0pBFzWs=');
  });

  test('give back any value under its keys, and nothing or something else under others', () => {
    const key = fc.stringMatching(/^[\x21-\x7e]{32}$/);
    const iv = fc.stringMatching(/^[\x21-\x7e]{16}$/);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), key, key, iv, (value, ours, theirs, encryptionIv) => {
        const encrypted = encryptCardValue(value, { encryptionKey: ours, encryptionIv });
        assert.equal(decryptCardValue(encrypted, { encryptionKey: ours, encryptionIv }), value);
        if (ours !== theirs) {
          assert.notEqual(decryptCardValue(encrypted, { encryptionKey: theirs, encryptionIv }), value);
        }
      }),
    );
  });
});

describe('an answer to a cancel', () => {
  test('with 00, about this payment and amount, is confirmed; a part has an id of its own', async () => {
    assert.deepEqual(await answered(undefined, { request: part }), {
      kind: 'confirmed',
      result: {
        gatewayTid: 'new-part',
        amountMinor: 3000n,
        cancelledAt: new Date('2024-03-06T02:59:59Z'),
        receiptUrl: null,
      },
    });
    const full = confirmed(await answered());
    assert.equal(full.gatewayTid, whole.gatewayTid);
  });

  test('may give its amount as a number, leave out the MID, and have no readable time', async () => {
    const parts = { Price: 3000, Mid: undefined, CancelTime: undefined };
    const outcome = await answered(cancelSuccess(part, parts), { request: part });
    assert.deepEqual(confirmed(outcome).cancelledAt, clock.now());
  });

  const doubtful: Readonly<Record<string, Record<string, unknown>>> = {
    'of another payment': { Tid: 'another' },
    'of another merchant': { Mid: 'another000' },
    'of another amount': { Price: '3001' },
    'without an amount': { Price: undefined },
    'with an amount that is no integer': { Price: 3000.5 },
    'of a part without an id of its own': { C_Tid: undefined },
    'of a part that is known already': { C_Tid: 'earlier' },
  };
  for (const [name, parts] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await answered(cancelSuccess(part, parts), { request: part })).kind, 'unclear');
    });
  }

  test('that is unreadable or has no code is unclear', async () => {
    for (const answer of ['', 'null', '[]', '"00"', '<html>', { ResultMsg: 'ok' }, { ResultCode: '' }]) {
      assert.equal((await answered(answer, { request: part })).kind, 'unclear', JSON.stringify(answer));
      assert.equal((await answered(answer, { request: part, status: 400 })).kind, 'unclear', JSON.stringify(answer));
    }
  });

  test('with another status is unclear when it is a success, or when nobody has decided', async () => {
    const failure = { ResultCode: '99', ResultMsg: '안 됩니다.' };
    for (const status of [201, 302, 400, 500, 503]) {
      assert.equal((await answered(undefined, { request: part, status })).kind, 'unclear', String(status));
    }
    for (const status of [201, 302, 408, 409, 425, 429, 500, 502, 503]) {
      assert.equal((await answered(failure, { request: part, status })).kind, 'unclear', String(status));
    }
    for (const status of [200, 400, 401, 403, 404]) {
      assert.equal((await answered(failure, { request: part, status })).kind, 'refused', String(status));
    }
  });
});

describe('an answer to a key-in', () => {
  test('with 00 and our amount is an approval; the card is masked and named from its code', async () => {
    assert.deepEqual(await approvalAnswered(approvalSuccess()), {
      kind: 'confirmed',
      result: {
        gatewayTid: 'tid-of-the-approval',
        approvalNumber: '30001234',
        approvedAt: new Date('2024-03-06T02:59:59Z'),
        receiptUrl: null,
        card: {
          maskedNumber: '433012******1239',
          code: '366',
          name: '신한카드',
          issuerCode: null,
          issuerName: null,
          installmentMonths: 3,
          type: null,
        },
        bank: null,
      },
    });
  });

  test('may leave out the company and the approval number', async () => {
    const approved = confirmed(await approvalAnswered(approvalSuccess({ CardResultCode: undefined, ApplNum: '' })));
    assert.deepEqual([approved.card?.code, approved.card?.name, approved.approvalNumber], [null, null, null]);
  });

  test('of another amount, or without a transaction id, is unclear', async () => {
    for (const parts of [{ Price: '1005' }, { Price: undefined }, { tid: undefined }, { tid: '' }]) {
      assert.equal((await approvalAnswered(approvalSuccess(parts))).kind, 'unclear', JSON.stringify(parts));
    }
  });

  test('that knows the order already is unclear: an earlier request of ours has arrived', async () => {
    const answer = { ResultCode: '77', ResultMsg: '주문번호가 중복되었습니다.' };
    assert.equal((await approvalAnswered(answer)).kind, 'unclear');
    const refused = await approvalAnswered({ ResultCode: '77', ResultMsg: '카드번호가 올바르지 않습니다.' });
    assert.equal(refused.kind === 'refused' && refused.category, 'bad_card');
  });
});

testsWithoutCodes(desk, {
  refusal: (ResultMsg) => ({ ResultCode: '77', ResultMsg }),
  code: '77',
  already: { ResultCode: '01', ResultMsg: '이미 취소된 거래입니다.' },
});

describe('against the simulator', () => {
  const refusedCards: Readonly<Record<string, [Partial<KeyInApproval['card']>, string, string]>> = {
    'no such card': [{ number: '1234123412341234' }, 'SIM31', 'bad_card'],
    'a card that its company refuses': [{ number: '4000000000000002' }, 'SIM32', 'other'],
    'a card over its limit': [{ number: '4000000000000010' }, 'SIM33', 'other'],
    'a number of 14 digits': [{ number: '43301234123412' }, 'SIM31', 'bad_card'],
    'a card that expired last month': [{ expiryYear: '24', expiryMonth: '02' }, 'SIM34', 'other'],
    'a card without an expiry month': [{ expiryMonth: '13' }, 'SIM34', 'other'],
  };
  for (const [name, [card, code, category]] of Object.entries(refusedCards)) {
    test(`${name} is refused`, async () => {
      const request = { ...approval, orderId: rig.orderId(), card: { ...approval.card, ...card } };
      const outcome = await approve.send(rig.call(), request);
      assert.ok(outcome.kind === 'refused', outcome.kind);
      assert.deepEqual([outcome.code, outcome.category], [code, category]);
    });
  }

  test('a card is good in the month in which it expires', async () => {
    const card = { ...approval.card, expiryYear: '24', expiryMonth: '03' };
    const approved = await approve.send(rig.call(), { ...approval, orderId: rig.orderId(), card });
    assert.equal(confirmed(approved).card?.maskedNumber, '433012******1239');
  });

  test('card values under other keys are refused', async () => {
    const credentials = { ...rig.call().channel.credentials, encryptionKey: 'k'.repeat(32) };
    const outcome = await approve.send(rig.call({ credentials }), { ...approval, orderId: rig.orderId() });
    assert.equal(outcome.kind === 'refused' && outcome.code, 'SIM01');
  });

  test('a wrong sign key is refused as bad credentials', async () => {
    const request = cancelOf(await paid('card'));
    const credentials = { ...rig.call().channel.credentials, signKey: 'another sign key' };
    const outcome = await cancel.send(rig.call({ credentials }), request);
    assert.ok(outcome.kind === 'refused');
    assert.deepEqual([outcome.code, outcome.category], ['SIM02', 'bad_credentials']);
  });

  const categories: Readonly<Record<string, [Partial<Cancel>, string]>> = {
    'an unknown payment': [{ gatewayTid: 'nothing' }, 'unknown_transaction'],
    'more than is left': [{ amountMinor: 10_001n }, 'over_balance'],
    'a part with a stale balance': [{ amountMinor: 1000n, balanceBeforeMinor: 9000n }, 'other'],
    'a payment of another pay method': [{ payMethod: 'trans' }, 'other'],
  };
  for (const [name, [parts, category]] of Object.entries(categories)) {
    test(`${name} is refused as ${category}`, async () => {
      const request = { ...cancelOf(await paid('card')), ...parts };
      const outcome = await cancel.send(rig.call(), request);
      assert.equal(outcome.kind === 'refused' && outcome.category, category);
    });
  }

  test('a mixed payment is cancelled in parts, each with its tax, until nothing is left', async () => {
    const orderId = rig.orderId();
    const order = { ...approval, orderId, amountMinor: 10_000n, taxFreeMinor: 4500n, vatMinor: 500n };
    const { gatewayTid } = confirmed(await approve.send(rig.call(), order));
    const base = { ...whole, orderId, gatewayTid, paymentTaxFreeMinor: 4500n };
    const first: Cancel = { ...base, amountMinor: 6000n, taxFreeMinor: 500n, vatMinor: 500n };
    const untold = await cancel.send(rig.call(), { ...first, paymentTaxFreeMinor: 0n });
    assert.equal(untold.kind === 'refused' && untold.code, 'SIM11');
    const { gatewayTid: firstTid } = confirmed(await cancel.send(rig.call(), first));
    const second: Cancel = { ...base, amountMinor: 4000n, taxFreeMinor: 4000n, ordinal: 2, earlierTids: [firstTid] };
    confirmed(await cancel.send(rig.call(), { ...second, balanceBeforeMinor: 4000n }));
    const [transaction] = (await rig.control.book({ mid: rig.mid, orderId })).transactions;
    assert.deepEqual([transaction?.status, transaction?.cancels.length], ['cancelled', 2]);
  });

  test('a telephone payment can be cancelled until its month ends in Seoul', async () => {
    clock.set('2024-03-31T23:59:50+09:00');
    const [inTime, late] = [await paid('phone'), await paid('phone')];
    confirmed(await cancel.send(rig.call(), cancelOf(inTime)));
    clock.set('2024-04-01T00:00:00+09:00');
    const outcome = await cancel.send(rig.call(), cancelOf(late));
    assert.equal(outcome.kind === 'refused' && outcome.category, 'window_passed');
  });

  test('a lost key-in is asked about in vain, so that it is never sent again', async () => {
    const payment = await paid('card');
    assert.equal((await approve.inquire(rig.call(), payment, clock.now())).kind, 'unknown');
  });
});
