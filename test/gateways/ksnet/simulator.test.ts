import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ksnet } from '../../../src/gateways/ksnet/module.ts';
import { type KsnetError, ksnetErrors } from '../../../src/gateways/ksnet/wire/errors.ts';
import { isClosedHour, isPastSixMonths } from '../../../src/gateways/ksnet/wire/periods.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { type KsnetAnswer, ksnetClientOf } from './kit.ts';

const clock = movingClock('2024-06-04T12:00:00+09:00');
const desk = await openDesk(ksnet, { clock });
const { rig, paid } = desk;
const { post, cancel, cancelPart, keyIn, approve } = ksnetClientOf(rig);

async function refused(answer: Promise<KsnetAnswer>, respCode: string, respMessage: string) {
  const { code, message, data } = await answer;
  assert.deepEqual([code, message, data?.respCode, data?.respMessage], ['A0201', 'Fail', respCode, respMessage]);
  assert.match(data?.tid ?? '', /^Lbd\d{9}$/);
}

describe('a request', () => {
  test('without a key that KSNET knows, or with the id of another shop, is A0401', async () => {
    const { gatewayTid: tid } = await paid('card');
    const body = { mid: rig.mid, cancelType: 'FULL', orgTradeKeyType: 'TID', orgTradeKey: tid };
    const { apiKey } = rig.call().channel.credentials;
    for (const authorization of ['', 'pgapi', `Bearer ${apiKey}`, 'pgapi bm9ib2R5', `pgapi ${apiKey}x`]) {
      const { code, message, data } = await post('/card/cancel', body, { authorization });
      assert.deepEqual([code, message, data], ['A0401', '인증 오류', null]);
    }
    assert.equal((await post('/card/cancel', { ...body, mid: '2999000000' })).code, 'A0401');
    assert.equal((await post('/card/cancel', body)).code, 'A0200');
  });

  test('of another path, method or content type is A0403', async () => {
    assert.equal((await post('/vaccount/refund', {})).code, 'A0403');
    assert.equal((await post('/card/cancel', {}, { 'content-type': 'text/plain' })).code, 'A0403');
  });

  const malformed: Readonly<Record<string, unknown>> = {
    'that is no JSON': '{',
    'that is a list': [],
    'with an amount that is no text': { cancelTotalAmount: 10 },
    'without a kind of cancel': { cancelType: '' },
    'with an unknown kind of cancel': { cancelType: 'ALL' },
    'with an unknown kind of key': { orgTradeKeyType: 'AID' },
    'without a key': { orgTradeKey: '' },
    'with a key of 51 bytes': { orgTradeKey: '1'.repeat(51) },
    'with an order number and no day': { orgTradeKeyType: 'ORDER_NUMB', orgTradeKey: 'x' },
    'of a part without an amount': { cancelType: 'PARTIAL', cancelSeq: '1' },
    'of a part without a number': { cancelType: 'PARTIAL', cancelTotalAmount: '1' },
    'of a part with the number 0': { cancelType: 'PARTIAL', cancelTotalAmount: '1', cancelSeq: '0' },
    'of a part with the number 10': { cancelType: 'PARTIAL', cancelTotalAmount: '1', cancelSeq: '10' },
    'with an amount of ten digits': { cancelType: 'PARTIAL', cancelTotalAmount: '1000000000', cancelSeq: '1' },
    'with an amount that is none': { cancelType: 'PARTIAL', cancelTotalAmount: '1,0', cancelSeq: '1' },
    'with a text that EUC-KR has no character for': { payload: '😀' },
  };
  for (const [name, parts] of Object.entries(malformed)) {
    test(`${name} is A0400, and cancels nothing`, async () => {
      const { gatewayTid: tid, orderId } = await paid('card');
      const isWhole = typeof parts === 'string' || Array.isArray(parts);
      const answer = isWhole ? post('/card/cancel', parts) : cancel({ orgTradeKey: tid, ...(parts as object) });
      const { code, message } = await answer;
      assert.deepEqual([code, message], ['A0400', '요청 파라미터 오류']);
      assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 0n);
    });
  }
});

describe('a cancel', () => {
  test('in full answers with the payment’s tid, the amount, the card and the payload', async () => {
    const { gatewayTid: tid } = await paid('card');
    const { code, message, data } = await cancel({ orgTradeKey: tid });
    assert.deepEqual([code, message], ['A0200', 'Success']);
    const { approvalNumb, ...others } = data ?? {};
    assert.match(approvalNumb ?? '', /^00\d{6}$/);
    assert.deepEqual(others, {
      payload: 'p1',
      tid,
      tradeDateTime: '20240604120000',
      cancelAmount: '10000',
      respCode: '0000',
      respMessage: '승인취소완료/매입취소요청',
      issuerCardType: 'HYUNDAI',
      issuerCardName: '현대카드',
      purchaseCardType: 'HYUNDAI',
      purchaseCardName: '현대카드',
      cardNumb: '940012******1234',
      expiryDate: '',
      installMonth: '00',
    });
    await refused(cancel({ orgTradeKey: tid }), 'P10Q', '취소거절/기취소거래');
  });

  test('of a transfer answers with three digits and the bank', async () => {
    const { gatewayTid: tid } = await paid('trans', { bankCode: '011' });
    const { code, data } = await cancel({ orgTradeKey: tid }, '/account/cancel');
    assert.deepEqual(
      [code, data?.respCode, data?.respMessage, data?.agencyName, data?.approvalNumb],
      ['A0200', '000', '농협은행/OK:이체취소', '금융결제원', '011'],
    );
  });

  test('of parts adds up to the payment; more than is left is refused; the rest may go in full', async () => {
    const { gatewayTid: tid } = await paid('card');
    const first = await cancelPart(tid, '3000', '1');
    assert.deepEqual([first.code, first.data?.tid, first.data?.cancelAmount], ['A0200', tid, '3000']);
    await refused(cancelPart(tid, '7001', '2'), 'P10I', '승인금액오류');
    const rest = await cancel({ orgTradeKey: tid });
    assert.equal(rest.data?.cancelAmount, '7000');
    assert.notEqual(first.aid, rest.aid);
  });

  test('is taken nine times in part', async () => {
    const { gatewayTid: tid } = await paid('card');
    for (let seq = 1; seq <= 9; seq += 1) assert.equal((await cancelPart(tid, '100', String(seq))).code, 'A0200');
    await refused(cancelPart(tid, '100', '9'), 'P10G', '취소불가거래');
  });

  test('with a number that was used is taken: only the book then shows that it was sent twice', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    for (let count = 0; count < 2; count += 1) assert.equal((await cancelPart(tid, '100', '1')).code, 'A0200');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 200n);
  });

  test('keeps to what is left of the tax-free part, and takes it in the end', async () => {
    const { gatewayTid: tid } = await paid('card', { taxFreeMinor: 4000n, vatMinor: 545n });
    await refused(cancelPart(tid, '5000', '1', { cancelTaxFreeAmount: '4001' }), 'P10I', '승인금액오류');
    await refused(cancelPart(tid, '1', '1', { cancelTaxFreeAmount: '2' }), 'P10I', '승인금액오류');
    assert.equal((await cancelPart(tid, '5000', '1', { cancelTaxFreeAmount: '4000' })).code, 'A0200');
    await refused(cancelPart(tid, '10', '2', { cancelTaxFreeAmount: '1' }), 'P10I', '승인금액오류');
    assert.equal((await cancelPart(tid, '5000', '2')).code, 'A0200');
  });

  test('finds a payment by its order number and day as well, and only at its own path', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const byOrder = { orgTradeKeyType: 'ORDER_NUMB', orgTradeKey: orderId };
    await refused(cancel({ ...byOrder, orgTradeDate: '20240603' }), 'P10G', '취소거절/원거래없음');
    await refused(cancel({ orgTradeKey: tid }, '/account/cancel'), '994', '취소거절/취소원거래없음');
    assert.equal((await cancel({ ...byOrder, orgTradeDate: '20240604' })).code, 'A0200');
    for (const other of [await paid('trans'), await desk.waiting('vbank', {}), await paid('phone')]) {
      await refused(cancel({ orgTradeKey: other.gatewayTid }), 'P10G', '취소거절/원거래없음');
    }
  });

  test('is taken for six months', async () => {
    const card = await paid('card');
    const transfer = await paid('trans');
    clock.set('2024-12-04T23:59:59+09:00');
    assert.equal((await cancelPart(card.gatewayTid, '1', '1')).code, 'A0200');
    clock.set('2024-12-05T00:00:00+09:00');
    await refused(cancelPart(card.gatewayTid, '1', '2'), '7003', '취소거절기간경과/Tel:1544-6030');
    await refused(cancel({ orgTradeKey: transfer.gatewayTid }, '/account/cancel'), 'P118', '취소거절기간경과');
    clock.set('2024-06-04T12:00:00+09:00');
  });
});

describe('a key-in', () => {
  test('is approved, once per order number, and its card is not kept', async () => {
    const body = keyIn({ cardNumb: '5391827364501928', installMonth: '03' });
    const { code, data } = await post('/card/pay/noncert', body);
    assert.deepEqual(
      [code, data?.payload, data?.totalAmount, data?.respCode, data?.cardNumb, data?.installMonth, data?.cardType],
      ['A0200', 'KST20240604S021', '1004', '0000', '539182******1928', '03', 'CREDIT'],
    );
    assert.match(data?.tid ?? '', /^1\d{11}$/);
    await refused(post('/card/pay/noncert', body), 'P10H', '중복승인요청오류');
    assertNotKept(rig, String(body.orderNumb), ['5391827364501928']);
  });

  test('with a card of the sandbox is refused with that card’s code', async () => {
    for (const { number, code } of rig.sandbox.cards ?? []) {
      const message = ksnetErrors.find((error) => error.code === code)?.message ?? '';
      await refused(approve({ cardNumb: number }), code, message);
    }
    await refused(approve({ cardNumb: '1234567890123' }), '8037', '카드번호 잘못입력 (Check Digit Error)');
    await refused(approve({ expiryDate: '2405' }), '8314', '유효기간 경과카드');
    await refused(approve({ expiryDate: '3013' }), '8314', '유효기간 경과카드');
    await refused(approve({ installMonth: '01' }), '8393', '할부개월수 오류');
    assert.equal((await approve({ expiryDate: '2406' })).code, 'A0200');
  });

  const malformed: Readonly<Record<string, Record<string, unknown>>> = {
    'without an order number': { orderNumb: '' },
    'with an order number of 51 bytes': { orderNumb: 'x'.repeat(51) },
    'without a buyer': { userName: '' },
    'with a name of 52 bytes': { userName: '가'.repeat(26) },
    'without a kind of goods': { productType: '' },
    'with an unknown kind of goods': { productType: 'OTHER' },
    'with an amount of zero': { totalAmount: '0' },
    'with more tax than amount': { tax: '1005' },
    'in another currency': { currencyType: 'USD' },
    'with instalments that are no number': { installMonth: '3x' },
  };
  for (const [name, parts] of Object.entries(malformed)) {
    test(`${name} is A0400`, async () => {
      assert.equal((await approve(parts)).code, 'A0400');
    });
  }
});

describe('the payment window', () => {
  test('makes payments of twelve digits, once per order, and accounts that belong to the shop', async () => {
    const { orderId, gatewayTid: tid } = await paid('card');
    assert.match(tid, /^1\d{11}$/);
    await assert.rejects(paid('card', { orderId }), /P10H/);
    await assert.rejects(paid('card', { payMethod: 'cultureland' }), /UNSUPPORTED_PAY_METHOD/);
    await assert.rejects(paid('trans', { bankCode: '999' }), /UNKNOWN_BANK/);
    await assert.rejects(desk.waiting('vbank', { dueAt: new Date('2024-06-04T03:00:00Z') }), /B013/);
    const made = await desk.inWindow('vbank', { bankCode: '004' });
    assert.ok(made.kind === 'done');
    assert.equal(made.result.virtualAccount?.bankCode, '004');
    assert.notEqual(made.result.virtualAccount?.holder, '홍길동');
  });
});

test('six months end with the day, and with the month where it is too short', () => {
  const seoul = (time: string) => new Date(`${time}+09:00`);
  const paidAt = seoul('2024-08-31T10:00:00');
  assert.equal(isPastSixMonths(paidAt, seoul('2025-02-28T23:59:59')), false);
  assert.equal(isPastSixMonths(paidAt, seoul('2025-03-01T00:00:00')), true);
  assert.equal(isPastSixMonths(seoul('2024-03-15T00:30:00'), seoul('2024-09-15T23:59:59')), false);
  assert.equal(isPastSixMonths(seoul('2024-03-15T00:30:00'), seoul('2024-09-16T00:00:00')), true);
  assert.deepEqual(
    ['22:59:59', '23:00:00', '05:59:59', '06:00:00'].map((time) => isClosedHour(seoul(`2024-06-04T${time}`))),
    [false, true, true, false],
  );
});

test('every error stands in the README with its text, category and source, and no other', () => {
  const readme = readFileSync(new URL('../../../src/gateways/ksnet/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (.+?) +\| (\w+) +\| (documented|table) +\|$/gm)];
  const errors: readonly KsnetError[] = ksnetErrors;
  assert.deepEqual(
    rows.map((match) => match.slice(1)),
    errors.map(({ code, message, category, doubt, source }) => [code, message, doubt ? 'doubt' : category, source]),
  );
});
