import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { ksnet } from '../../../src/gateways/ksnet/module.ts';
import { cardCompanyOf } from '../../../src/gateways/ksnet/wire/codes.ts';
import { ksnetError } from '../../../src/gateways/ksnet/wire/errors.ts';
import { cleanText, isEucKr } from '../../../src/gateways/ksnet/wire/wire.ts';
import type { KeyInApproval } from '../../../src/port/approval.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { cancelRequest, confirmed } from '../kit/scenarios.ts';

const clock = movingClock('2024-06-04T12:00:00+09:00');
/** The request that KSNET's specification prints an answer to. */
const idempotencyKey = 'KST20240604S031';
const desk = await openDesk(ksnet, {
  clock,
  payment: { gatewayTid: '189189008016', paymentAmountMinor: 50_004n },
});
const { gateway, rig, server, payment: wellKnown, cancelOf, answering, paid } = desk;
const { approve, cancel } = gateway.operations;

const part: Partial<Cancel> = { amountMinor: 4n, taxFreeMinor: 1n, ordinal: 3 };

/** The answers that KSNET's API specification prints. */
const printed = {
  cardDone: {
    aid: 'WFVCCSE00000000000054321',
    code: 'A0200',
    message: 'Success',
    data: {
      payload: 'KST20240604S031',
      tid: '189189008016',
      tradeDateTime: '20240604120147',
      cancelAmount: '50004',
      respCode: '0000',
      respMessage: '승인취소완료/매입취소요청',
      issuerCardType: 'HYUNDAI',
      issuerCardName: '현대카드',
      purchaseCardType: 'HYUNDAI',
      purchaseCardName: '현대카드',
      approvalNumb: '00876543',
      cardNumb: '40176201XXXX825X',
      expiryDate: '',
      installMonth: '03',
    },
  },
  cardRefused: {
    aid: 'WFVCCSE00000000000054320',
    code: 'A0201',
    message: 'Fail',
    data: {
      payload: 'KST20240604S027',
      tid: 'Lbd124090990',
      tradeDateTime: '20240604102151',
      cancelAmount: '',
      respCode: '7003',
      respMessage: '취소거절기간경과/Tel:1544-6030',
      issuerCardType: 'UNDEFINED',
      issuerCardName: '미등록카드사',
    },
  },
  transferDone: {
    aid: 'WFVCCSE00000000000054221',
    code: 'A0200',
    message: 'Success',
    data: {
      payload: 'KST20240604S221',
      tid: '289189002031',
      tradeDateTime: '20240604120227',
      cancelAmount: '1004',
      respCode: '000',
      respMessage: '농협은행/OK:이체취소',
      agencyType: '5',
      agencyName: '금융결제원',
      approvalNumb: '011',
    },
  },
  transferRefused: {
    aid: 'WFVCCSE00000000000054220',
    code: 'A0201',
    message: 'Fail',
    data: { payload: 'KST20240604S220', tid: 'Lbd124092990', respCode: '994', respMessage: '취소거절/취소원거래없음' },
  },
  approved: {
    aid: 'WFVCCSE00000000000060121',
    code: 'A0200',
    message: 'Success',
    data: {
      payload: 'KST20240604S021',
      tid: '189189011016',
      tradeDateTime: '20240604103121',
      totalAmount: '1004',
      respCode: '0000',
      respMessage: '현대카드/OK: 00112345',
      issuerCardType: 'HYUNDAI',
      issuerCardName: '현대카드',
      purchaseCardType: 'HYUNDAI',
      purchaseCardName: '현대카드',
      cardNumb: '40176201XXXX825X',
      approvalNumb: '00112345',
      expiryDate: '',
      installMonth: '',
      cardType: 'CREDIT',
      partCancelYn: 'Y',
    },
  },
  declined: {
    aid: 'WFVCCSE00000000000060120',
    code: 'A0201',
    message: 'Fail',
    data: { payload: 'KST20240604S020', respCode: '8326', respMessage: '승인거절/월사용한도초과' },
  },
} as const;

type Parts = NonNullable<Parameters<typeof desk.answered>[1]>;
/** What comes of an answer to the cancel of all of it, or as the parts say. */
const cancelAnswered = (body: unknown, parts: Partial<Cancel> = {}, call: Parts = {}) =>
  desk.answered(body, { idempotencyKey, request: cancelOf(wellKnown, parts), ...call });
const refusedWith = (respCode: string, respMessage: string, parts: Partial<Cancel> = {}, call: Parts = {}) =>
  cancelAnswered({ ...printed.cardRefused, data: { respCode, respMessage } }, parts, call);
const withData = (parts: Record<string, unknown>) => ({
  ...printed.cardDone,
  data: { ...printed.cardDone.data, ...parts },
});

describe('the answers that the specification prints', () => {
  test('to a cancelled card payment and a cancelled transfer are confirmed', async () => {
    assert.deepEqual(await cancelAnswered(printed.cardDone), {
      kind: 'confirmed',
      result: {
        gatewayTid: 'WFVCCSE00000000000054321',
        amountMinor: 50_004n,
        cancelledAt: new Date('2024-06-04T12:01:47+09:00'),
        receiptUrl: null,
      },
    });
    const transfer = { payMethod: 'trans', amountMinor: 1004n, paymentAmountMinor: 1004n } as const;
    const outcome = await cancelAnswered(printed.transferDone, transfer, { idempotencyKey: 'KST20240604S221' });
    assert.equal(outcome.kind === 'confirmed' && outcome.result.amountMinor, 1004n);
  });

  test('to refused ones are refused, in their words', async () => {
    assert.deepEqual(await cancelAnswered(printed.cardRefused), {
      kind: 'refused',
      code: '7003',
      message: '취소거절기간경과/Tel:1544-6030',
      category: 'window_passed',
    });
    assert.deepEqual(await cancelAnswered(printed.transferRefused, { payMethod: 'trans' }), {
      kind: 'refused',
      code: '994',
      message: '취소거절/취소원거래없음',
      category: 'unknown_transaction',
    });
  });

  test('to a key-in are an approval and a refusal', async () => {
    const call = { idempotencyKey: 'KST20240604S021' };
    assert.deepEqual(await approve.send(answering(printed.approved, call), keyIn), {
      kind: 'confirmed',
      result: {
        gatewayTid: '189189011016',
        approvalNumber: '00112345',
        approvedAt: new Date('2024-06-04T10:31:21+09:00'),
        receiptUrl: null,
        card: {
          maskedNumber: '401762******4567',
          code: '367',
          name: '현대카드',
          issuerCode: '367',
          issuerName: '현대카드',
          installmentMonths: 0,
          type: 0,
        },
        bank: null,
      },
    });
    assert.deepEqual(await approve.send(answering(printed.declined, call), keyIn), {
      kind: 'refused',
      code: '8326',
      message: '승인거절/월사용한도초과',
      category: 'other',
    });
  });
});

const keyIn: KeyInApproval = {
  orderId: 'imp_000000001004',
  orderName: '핑크테디',
  currency: 'KRW',
  amountMinor: 1004n,
  taxFreeMinor: 4n,
  vatMinor: 91n,
  card: {
    number: '4017620101234567',
    expiryYear: '30',
    expiryMonth: '12',
    birthOrBusinessNumber: '680102',
    passwordFirstTwo: '99',
    cvc: '123',
  },
  installmentMonths: 0,
  interestFreeByMerchant: false,
  useCardPoint: false,
  productType: null,
  buyer: { name: '홍길동😀', email: 'test@test.com', tel: '010-1234-5678' },
};

describe('an answer to a cancellation', () => {
  const doubtful: Readonly<Record<string, unknown>> = {
    'with the payload of another request': withData({ payload: 'another' }),
    'without a payload': withData({ payload: undefined }),
    'with another amount': withData({ cancelAmount: '50003' }),
    'without an amount': withData({ cancelAmount: '' }),
    'with a time that is none': withData({ tradeDateTime: '20240231000000' }),
    'without an id of the call': { ...printed.cardDone, aid: null },
    'that is a success in a code that is none': withData({ respCode: '0001' }),
    'that failed with the code of success': { ...printed.cardDone, code: 'A0201' },
    'that failed without a reason': { ...printed.cardRefused, data: null },
    'of an error inside': { aid: '1', code: 'A0500', message: '서버 오류', data: null },
    'of some other error': { aid: '1', code: 'A0999', message: '기타 오류', data: null },
    'with a code that is not KSNET’s': { aid: '1', code: 'A0777', message: '', data: null },
    'without a code': { aid: '1', message: 'Success', data: null },
    'that is empty': '',
    'that is no JSON': '<html>OK</html>',
    'that is null': 'null',
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(body)).kind, 'unclear');
    });
  }

  test('with any other status than 200 is unclear, whatever it says', async () => {
    for (const status of [201, 400, 401, 404, 500, 503]) {
      for (const body of [printed.cardDone, printed.cardRefused]) {
        assert.equal((await cancelAnswered(body, {}, { status })).kind, 'unclear');
      }
    }
  });

  test('is refused with our category, by the code and where that has several meanings by the text', async () => {
    const cases = [
      ['7001', '이미 취소된 거래', 'already_cancelled'],
      ['P10Q', '취소거절/기취소거래', 'already_cancelled'],
      ['7003', '원거래 없음', 'unknown_transaction'],
      ['7003', '취소거절기간경과/Tel:1544-6030', 'window_passed'],
      ['P10G', '취소거절/원거래없음', 'unknown_transaction'],
      ['P10G', '취소불가거래', 'other'],
      ['P10I', '승인금액오류', 'over_balance'],
      ['P118', '취소거절기간경과', 'window_passed'],
      ['P002', '미등록상점', 'contract_missing'],
      ['K999', '모르는 사유', 'other'],
    ] as const;
    for (const [code, message, category] of cases) {
      assert.deepEqual(await refusedWith(code, message), { kind: 'refused', code, message, category });
    }
    for (const [code, category] of [
      ['A0400', 'other'],
      ['A0403', 'other'],
      ['A0401', 'bad_credentials'],
    ] as const) {
      const outcome = await cancelAnswered({ aid: '1', code, message: '문구', data: null });
      assert.deepEqual(outcome, { kind: 'refused', code, message: '문구', category });
    }
  });

  test('of which KSNET itself does not know the end, or that speaks of an earlier request, is unclear', async () => {
    for (const [code, message] of [
      ['8380', '무응답 또는 지연응답시 (timeout)'],
      ['X103', '데이터전송후 Timeout발생'],
      ['7803', '재 조회요망(KSVAN PROCESS ERROR)'],
      ['P105', '중복거래'],
      ['K999', '카드사 응답지연'],
    ] as const) {
      const outcome = await refusedWith(code, message);
      assert.deepEqual([outcome.kind, outcome.kind === 'unclear' && outcome.code], ['unclear', code]);
    }
  });
});

describe('a repeat', () => {
  const startedAt = new Date('2024-06-04T02:59:00Z');
  const repeat = { isRepeat: true, startedAt };

  test('of a cancel of all that is left is confirmed when KSNET says that it has been done', async () => {
    assert.deepEqual(await refusedWith('P10Q', '취소거절/기취소거래', {}, repeat), {
      kind: 'confirmed',
      result: { gatewayTid: '189189008016', amountMinor: 50_004n, cancelledAt: startedAt, receiptUrl: null },
    });
    assert.equal((await refusedWith('P10Q', '취소거절/기취소거래')).kind, 'refused');
  });

  test('that is refused for a reason that the first request may have made is unclear', async () => {
    assert.equal((await refusedWith('P10Q', '취소거절/기취소거래', part, repeat)).kind, 'unclear');
    assert.equal((await refusedWith('P10I', '승인금액오류', {}, repeat)).kind, 'unclear');
    assert.equal((await refusedWith('P118', '취소거절기간경과', {}, repeat)).kind, 'refused');
  });

  test('is what settles a lost answer to a cancel of all that is left, and never that of a part', async () => {
    for (const payMethod of ['card', 'trans'] as const) {
      const payment = await paid(payMethod);
      const first = cancelOf(payment, { amountMinor: 4000n });
      const ask = (request: Cancel) => cancel.inquire(rig.call(), request, clock.now());
      assert.equal((await ask(first)).kind, 'unknown');
      const rest = cancelRequest(desk.at(payMethod), payment, 6000n, [confirmed(await cancel.send(rig.call(), first))]);
      await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
      const call = rig.call();
      assert.equal((await cancel.send(call, rest)).kind, 'unclear');
      assert.deepEqual(await ask(rest), { kind: 'ask_by_repeating' });
      assert.equal((await cancel.send({ ...call, isRepeat: true }, rest)).kind, 'confirmed');
      const [transaction] = (await rig.control.book({ orderId: payment.orderId })).transactions;
      assert.deepEqual([transaction?.cancelledMinor, transaction?.cancels.length], [10_000n, 2]);
    }
  });

  test('of an approval is never offered: the card is not kept', async () => {
    const payment = { ...(await paid('card')), gatewayTid: null };
    assert.equal((await approve.inquire(rig.call(), payment, clock.now())).kind, 'unknown');
  });
});

describe('on the wire', () => {
  test('a whole payment is cancelled in full, with nothing but texts', async () => {
    await cancelAnswered(printed.cardDone);
    const sent = server.last();
    assert.equal(sent.path, '/kspay/webfep/api/v1/card/cancel');
    assert.equal(sent.headers.authorization, `pgapi ${rig.call().channel.credentials.apiKey}`);
    assert.equal(sent.headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(sent.json(), {
      mid: rig.mid,
      payload: 'KST20240604S031',
      cancelType: 'FULL',
      orgTradeKeyType: 'TID',
      orgTradeKey: '189189008016',
      orgTradeDate: '',
      cancelTotalAmount: '',
      cancelTaxFreeAmount: '',
      cancelSeq: '',
    });
  });

  test('a part is cancelled with its amount, its tax-free part and its number', async () => {
    await cancelAnswered(printed.cardDone, part);
    const { cancelType, cancelTotalAmount, cancelTaxFreeAmount, cancelSeq } = server.last().json();
    assert.deepEqual([cancelType, cancelTotalAmount, cancelTaxFreeAmount, cancelSeq], ['PARTIAL', '4', '1', '3']);
  });

  test('what is left after a part is a part as well, and a transfer has no tax-free field', async () => {
    const rest = { payMethod: 'trans', amountMinor: 4n, balanceBeforeMinor: 4n, ordinal: 9 } as const;
    await cancelAnswered(printed.transferDone, rest);
    const sent = server.last();
    assert.equal(sent.path, '/kspay/webfep/api/v1/account/cancel');
    const { cancelType, cancelSeq, cancelTaxFreeAmount } = sent.json();
    assert.deepEqual([cancelType, cancelSeq, cancelTaxFreeAmount], ['PARTIAL', '9', undefined]);
  });

  test('a tenth part has no number, and is never sent', async () => {
    const before = server.requests.length;
    const tenth = cancelOf(wellKnown, { ...part, ordinal: 10 });
    assert.equal((await cancel.send(rig.call({ baseUrl: server.url }), tenth)).kind, 'never_sent');
    assert.equal(server.requests.length, before);
  });

  test('a key-in carries the card, the taxes and texts that EUC-KR has, and neither birth date nor password', async () => {
    await approve.send(answering(printed.approved, { idempotencyKey: 'key' }), keyIn);
    const sent = server.last();
    assert.equal(sent.path, '/kspay/webfep/api/v1/card/pay/noncert');
    assert.deepEqual(sent.json(), {
      mid: rig.mid,
      payload: 'key',
      orderNumb: 'imp_000000001004',
      userName: '홍길동?',
      userEmail: 'test@test.com',
      productType: 'REAL',
      productName: '핑크테디',
      totalAmount: '1004',
      taxFreeAmount: '4',
      tax: '91',
      cardNumb: '4017620101234567',
      expiryDate: '3012',
      installMonth: '00',
      currencyType: 'KRW',
    });
    await approve.send(answering(printed.approved, { idempotencyKey: 'key' }), { ...keyIn, productType: 'digital' });
    assert.equal(server.last().json().productType, 'DIGITAL');
  });

  test('a text is one that EUC-KR has, and is cut by its bytes, never within a character', () => {
    assert.equal(cleanText('가'.repeat(40), 50), '가'.repeat(25));
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 100 }),
        fc.integer({ min: 1, max: 60 }),
        (text, bytesMax) => {
          const cleaned = cleanText(text, bytesMax);
          assert.ok(isEucKr(cleaned) && iconv.encode(cleaned, 'euc-kr').length <= bytesMax);
        },
      ),
    );
  });
});

describe('over the stand-in', () => {
  test('KSNET’s rules speak first: no refunds of accounts at night', async () => {
    const payment = await paid('vbank');
    const refund = () => cancel.send(rig.call(), cancelOf(payment, { amountMinor: 1000n }));
    for (const time of ['23:00:00', '23:59:59', '00:00:00', '05:59:59']) {
      clock.set(`2024-06-05T${time}+09:00`);
      const outcome = await refund();
      assert.equal(outcome.kind === 'refused' && outcome.category, 'closed_hours', time);
    }
    for (const time of ['06:00:00', '22:59:59']) {
      clock.set(`2024-06-05T${time}+09:00`);
      confirmed(
        await cancel.send(
          rig.call(),
          cancelOf(payment, { amountMinor: 1000n, balanceBeforeMinor: time === '06:00:00' ? 10_000n : 9000n }),
        ),
      );
    }
    clock.set('2024-06-04T12:00:00+09:00');
  });

  test('refunds of accounts are taken nine times in part, and for six months', async () => {
    const payment = await paid('vbank');
    const done: { gatewayTid: string; amountMinor: bigint }[] = [];
    for (let count = 0; count < 9; count += 1) {
      done.push(confirmed(await cancel.send(rig.call(), cancelRequest(desk.at('vbank'), payment, 100n, done))));
    }
    const tenth = await cancel.send(rig.call(), cancelRequest(desk.at('vbank'), payment, 100n, done));
    assert.equal(tenth.kind === 'refused' && tenth.code, 'P10G');
    const old = await paid('vbank');
    clock.set('2024-12-04T12:00:00+09:00');
    confirmed(await cancel.send(rig.call(), cancelOf(old, { amountMinor: 100n })));
    clock.set('2024-12-05T12:00:00+09:00');
    const tooLate = cancelOf(old, { amountMinor: 100n, balanceBeforeMinor: 9900n });
    const late = await cancel.send(rig.call(), tooLate);
    assert.equal(late.kind === 'refused' && late.category, 'window_passed');
    clock.set('2024-06-04T12:00:00+09:00');
  });

  test('telephone payments are cancelled as a whole, in their month', async () => {
    const payment = await paid('phone');
    const partly = await cancel.send(rig.call(), cancelOf(payment, { amountMinor: 1000n }));
    assert.equal(partly.kind === 'refused' && partly.category, 'partial_not_supported');
    clock.set('2024-07-01T00:00:00+09:00');
    const late = await cancel.send(rig.call(), cancelOf(payment));
    assert.equal(late.kind === 'refused' && late.category, 'window_passed');
    clock.set('2024-06-30T23:59:59+09:00');
    confirmed(await cancel.send(rig.call(), cancelOf(payment)));
    clock.set('2024-06-04T12:00:00+09:00');
  });
});

describe('codes', () => {
  test('of card companies are found by type, else by name, and are never guessed', () => {
    assert.deepEqual(cardCompanyOf('HYUNDAI', ''), { code: '367', name: '현대카드' });
    assert.deepEqual(cardCompanyOf('BC', '비씨카드'), { code: '361', name: 'BC카드' });
    assert.deepEqual(cardCompanyOf('UNDEFINED', '미등록카드사'), { code: null, name: null });
  });

  test('of errors with several meanings have one for every text', () => {
    for (const code of ['7003', 'P10D', 'P10F', 'P10G', 'P10H', 'P10I']) assert.ok(ksnetError(code, 'anything'), code);
    assert.equal(ksnetError('nothing', ''), undefined);
  });
});
