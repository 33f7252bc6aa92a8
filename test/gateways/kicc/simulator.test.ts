import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kicc } from '../../../src/gateways/kicc/module.ts';
import { timedOutAccount } from '../../../src/gateways/kicc/simulator/sandbox-accounts.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { type KiccAnswer, kiccClientOf } from './kit.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
let today = '20240306';
const { rig, paid, waiting, inWindow } = await openDesk(kicc, { clock });
const client = kiccClientOf(rig, () => today);

function moveTo(time: string): void {
  clock.set(time);
  today = time.slice(0, 10).replaceAll('-', '');
}

async function answersWith(answer: Promise<KiccAnswer>, code: string): Promise<Record<string, unknown>> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.resCd], [200, code], JSON.stringify(body));
  assert.ok(typeof body.resMsg === 'string' && body.resMsg !== '');
  return body;
}

const full = { reviseTypeCode: '40' };
const part = (amount: number, remainAmount: number, reviseTypeCode = '32') => ({
  reviseTypeCode,
  amount,
  remainAmount,
});
const refundInfo = { refundBankCode: '088', refundAccountNo: '110123456789', refundDepositName: '홍길동' };
const refund = (parts: Record<string, unknown> = {}) => ({
  reviseTypeCode: '60',
  reviseSubTypeCode: 'RF01',
  refundInfo,
  ...parts,
});

describe('who calls', () => {
  test('a wrong message authentication, a key of another merchant and an unknown merchant are refused', async () => {
    const { gatewayTid: pgCno, orderId } = await paid('card');
    for (const msgAuthValue of ['', 'x', '0'.repeat(64), null]) {
      await answersWith(client.revise(pgCno, { ...full, msgAuthValue }), 'Z102');
    }
    const other = await paid('card');
    // The signature is over the transaction and the request: it is good for no other.
    await answersWith(client.revise(pgCno, { ...full, pgCno: other.gatewayTid }), 'Z102');
    await answersWith(client.revise(pgCno, { ...full, mallId: 'T0000000' }), 'Z101');
    await answersWith(client.status('x', today, { mallId: 'T0000000' }), 'Z101');
    await answersWith(client.receipt({ mallId: 'T0000000' }), 'Z101');
    await answersWith(client.post('/api/trades/revise', 'no json'), 'Z101');
    assert.equal((await client.post('/api/trades/nothing', { mallId: rig.mid })).status, 404);
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 0n);
  });
});

describe('a cancellation', () => {
  test('of all answers its own number, the amount, what is left and the state', async () => {
    const { gatewayTid: pgCno, orderId } = await paid('card');
    assert.match(pgCno, /^240306120000\d{8}$/);
    const body = await answersWith(client.revise(pgCno, { ...full, shopTransactionId: 'whole' }), '0000');
    assert.deepEqual(
      [body.mallId, body.shopTransactionId, body.oriPgCno, body.shopOrderNo, body.cancelAmount, body.remainAmount],
      [rig.mid, 'whole', pgCno, orderId, '10000', '0'],
    );
    assert.deepEqual([body.transactionDate, body.statusCode], ['20240306120000', 'TS02']);
    assert.match(String(body.cancelPgCno), /^\d{20}$/);
    assert.notEqual(body.cancelPgCno, pgCno);
    await answersWith(client.revise(pgCno, full), 'Z202');
  });

  test('of a part has the code for its pay method, and compares what was left before', async () => {
    for (const [payMethod, type, other] of [
      ['card', '32', '33'],
      ['trans', '33', '32'],
      ['phone', '33', '32'],
    ] as const) {
      const { gatewayTid: pgCno } = await paid(payMethod);
      await answersWith(client.revise(pgCno, part(3_000, 10_000, other)), 'Z205');
      const first = await answersWith(client.revise(pgCno, part(3_000, 10_000, type)), '0000');
      assert.deepEqual([first.cancelAmount, first.remainAmount, first.statusCode], ['3000', '7000', 'TS06']);
      await answersWith(client.revise(pgCno, part(3_000, 10_000, type)), 'Z204');
      await answersWith(client.revise(pgCno, part(7_001, 7_000, type)), 'Z203');
      // All of it is no longer there.
      await answersWith(client.revise(pgCno, { ...full, amount: 10_000 }), 'Z205');
      await answersWith(client.revise(pgCno, { ...full, amount: 7_000 }), 'Z204');
      await answersWith(client.revise(pgCno, part(7_000, 7_000, type)), '0000');
    }
  });

  test('takes amounts as texts too, as public clients send them', async () => {
    const { gatewayTid: pgCno } = await paid('card', { taxFreeMinor: 4_500n, vatMinor: 500n });
    const taxInfo = { taxationAmount: '455', taxFreeAmount: '500', vatAmount: '45' };
    const asked = { ...part(1_000, 10_000), amount: '1000', remainAmount: '10000', taxInfo };
    const first = await answersWith(client.revise(pgCno, asked), '0000');
    assert.deepEqual([first.cancelAmount, first.remainAmount], ['1000', '9000']);
    await answersWith(client.revise(pgCno, { ...asked, shopTransactionId: 'again' }), 'Z204');
  });

  test('wants amounts that are whole, a known transaction and code, and the day of the request', async () => {
    const { gatewayTid: pgCno } = await paid('card');
    for (const amount of ['3,000', '-1', '', true, 1.5, -1, 0, null, 2 ** 60]) {
      await answersWith(client.revise(pgCno, { ...part(3_000, 10_000), amount }), 'Z104');
    }
    await answersWith(client.revise('24030612000099999999', full), 'Z201');
    await answersWith(client.revise('2403', full), 'Z104');
    for (const reviseTypeCode of ['20', '61', '', 40]) {
      await answersWith(client.revise(pgCno, { reviseTypeCode }), 'Z104');
    }
    for (const cancelReqDate of ['20240305', '20240307', '2024-03-06', '']) {
      await answersWith(client.revise(pgCno, { ...full, cancelReqDate }), 'Z104');
    }
    await answersWith(client.revise(pgCno, { ...full, shopTransactionId: 'x'.repeat(61) }), 'Z104');
    await answersWith(client.revise(pgCno, { ...full, reviseMessage: 'x'.repeat(101) }), 'Z104');
    for (const text of ["'", '"', '<b>', '\\', ';', '|', '\n', '&', '🍎']) {
      await answersWith(client.revise(pgCno, { ...full, reviseMessage: `변심 ${text}` }), 'Z105');
    }
    await answersWith(client.revise(pgCno, { ...full, reviseMessage: '변심 (1), [2] - 3.' }), '0000');
  });

  test('of a telephone payment is refused from the next month in Seoul on; a refund to an account is not', async () => {
    const { gatewayTid: pgCno } = await paid('phone');
    moveTo('2024-04-01T00:00:00+09:00');
    await answersWith(client.revise(pgCno, full), 'Z207');
    await answersWith(client.revise(pgCno, refund()), '0000');
    moveTo(noon);
  });

  test('of a payment that mixes needs a split that adds up and that is left', async () => {
    const { gatewayTid: pgCno } = await paid('card', { taxFreeMinor: 4_500n, vatMinor: 500n });
    const split = (taxationAmount: number, taxFreeAmount: number, vatAmount: number) => ({
      taxInfo: { taxationAmount, taxFreeAmount, vatAmount },
    });
    const asked = part(1_000, 10_000);
    await answersWith(client.revise(pgCno, asked), 'Z104');
    await answersWith(client.revise(pgCno, { ...asked, taxInfo: [] }), 'Z104');
    await answersWith(client.revise(pgCno, { ...asked, ...split(900, 0, 0) }), 'Z104');
    await answersWith(client.revise(pgCno, { ...part(4_600, 10_000), ...split(0, 4_600, 0) }), 'Z203');
    await answersWith(client.revise(pgCno, { ...part(6_000, 10_000), ...split(5_500, 0, 500) }), 'Z203');
    await answersWith(client.revise(pgCno, { ...part(5_500, 10_000), ...split(1_000, 4_400, 100) }), '0000');
    await answersWith(client.revise(pgCno, { ...part(4_500, 4_500), ...split(4_000, 100, 400) }), '0000');
  });
});

describe('a request’s id', () => {
  test('is taken once a day, whether the request was done or refused', async () => {
    const { gatewayTid: pgCno, orderId } = await paid('card');
    const done = { ...part(3_000, 10_000), shopTransactionId: 'once' };
    await answersWith(client.revise(pgCno, done), '0000');
    await answersWith(client.revise(pgCno, done), 'Z103');
    const refused = { ...part(9_000, 7_000), shopTransactionId: 'refused once' };
    await answersWith(client.revise(pgCno, refused), 'Z203');
    await answersWith(client.revise(pgCno, refused), 'Z103');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 3_000n);
  });

  test('is good again on the next day in Seoul, when only the balance before it stops a second one', async () => {
    const { gatewayTid: pgCno, orderId } = await paid('card');
    moveTo('2024-03-06T23:59:59+09:00');
    await answersWith(client.revise(pgCno, { ...part(3_000, 10_000), shopTransactionId: 'midnight' }), '0000');
    moveTo('2024-03-07T00:00:00+09:00');
    await answersWith(client.revise(pgCno, { ...part(3_000, 10_000), shopTransactionId: 'midnight' }), 'Z204');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 3_000n);
    moveTo(noon);
  });

  test('is what the status query goes by, today and yesterday; a refusal is told as it was', async () => {
    const { gatewayTid: pgCno } = await paid('card');
    const done = await answersWith(
      client.revise(pgCno, { ...part(3_000, 10_000), shopTransactionId: 'asked' }),
      '0000',
    );
    await answersWith(client.revise(pgCno, { ...part(9_000, 7_000), shopTransactionId: 'asked no' }), 'Z203');
    assert.deepEqual(await answersWith(client.status('asked', today), '0000'), done);
    const refused = await answersWith(client.status('asked no', today), 'Z203');
    assert.deepEqual([refused.oriPgCno, refused.shopTransactionId], [pgCno, 'asked no']);
    const nothing = await answersWith(client.status('never sent', today), 'Z301');
    assert.equal('oriPgCno' in nothing, false);
    moveTo('2024-03-07T23:59:59+09:00');
    assert.deepEqual(await answersWith(client.status('asked', '20240306'), '0000'), done);
    await answersWith(client.status('asked', '20240307'), 'Z301');
    moveTo('2024-03-08T00:00:00+09:00');
    await answersWith(client.status('asked', '20240306'), 'Z301');
    moveTo(noon);
    await answersWith(client.status('asked', '2024-03-06'), 'Z104');
  });
});

describe('the status query', () => {
  test('tells an approval by the order number, with the state as it is now', async () => {
    const card = await paid('card');
    const approved = await answersWith(client.status(card.orderId, today), '0000');
    assert.deepEqual([approved.pgCno, approved.amount, approved.statusCode], [card.gatewayTid, '10000', 'TS03']);
    assert.equal('msgAuthValue' in approved, false);
    await client.revise(card.gatewayTid, part(3_000, 10_000));
    assert.equal((await client.status(card.orderId, today)).body.statusCode, 'TS06');
    const account = await waiting('vbank');
    const issued = await answersWith(client.status(account.orderId, today), '0000');
    const { virtualAccountInfo } = issued.paymentInfo as { virtualAccountInfo: Record<string, string> };
    assert.deepEqual([issued.statusCode, virtualAccountInfo.bankCode], ['TS07', '026']);
    await rig.control.deposit({ orderId: account.orderId });
    assert.equal((await client.status(account.orderId, today)).body.statusCode, 'TS08');
    const transfer = await paid('trans', { bankCode: '088' });
    const { paymentInfo } = (await client.status(transfer.orderId, today)).body;
    assert.equal((paymentInfo as { bankInfo: { bankCode: string } }).bankInfo.bankCode, '088');
  });
});

describe('a virtual account', () => {
  test('that waits is revoked by 40 and by nothing else, and takes no money afterwards', async () => {
    const { gatewayTid: pgCno, orderId } = await waiting('vbank', { bankCode: '004' });
    await answersWith(client.revise(pgCno, refund()), 'Z205');
    await answersWith(client.revise(pgCno, { ...full, amount: 1_000 }), 'Z204');
    await answersWith(client.revise(pgCno, full), '0000');
    await answersWith(client.revise(pgCno, full), 'Z202');
    const late = await rig.control.deposit({ orderId });
    assert.equal(late.kind === 'refused' && late.code, 'ALREADY_REVOKED');
  });

  test('that has its deposit is refunded to an account that is given and known', async () => {
    const { gatewayTid: pgCno } = await paid('vbank');
    await answersWith(client.revise(pgCno, full), 'Z206');
    await answersWith(client.revise(pgCno, { reviseTypeCode: '60', reviseSubTypeCode: 'RF01' }), 'Z104');
    await answersWith(client.revise(pgCno, refund({ reviseSubTypeCode: '10' })), 'Z104');
    for (const wrong of [
      { refundBankCode: '999' },
      { refundAccountNo: '110-123-456' },
      { refundAccountNo: '1'.repeat(15) },
      { refundDepositName: '' },
      { refundDepositName: 'x'.repeat(51) },
    ]) {
      await answersWith(client.revise(pgCno, refund({ refundInfo: { ...refundInfo, ...wrong } })), 'Z104');
    }
    const refused = rig.sandbox.refundAccounts?.[0];
    const bad = refund({ refundInfo: { ...refundInfo, refundAccountNo: refused?.number } });
    assert.equal((await answersWith(client.revise(pgCno, bad), '5413')).resMsg, '기타수취불가');
    await answersWith(client.revise(pgCno, refund({ reviseTypeCode: '62' })), 'Z104');
    const taken = await answersWith(
      client.revise(pgCno, refund({ reviseTypeCode: '62', amount: 4_000, remainAmount: 10_000 })),
      '0000',
    );
    assert.deepEqual([taken.statusCode, taken.remainAmount], ['RF01', '6000']);
    await answersWith(client.revise(pgCno, refund()), 'Z205');
  });

  test('the state of a refund goes from requested to paid out a day later, or to refused', async () => {
    const { gatewayTid: pgCno, orderId } = await paid('vbank');
    await answersWith(client.revise(pgCno, { ...refund(), shopTransactionId: 'slow refund' }), '0000');
    assert.equal((await client.status('slow refund', today)).body.statusCode, 'RF01');
    moveTo('2024-03-07T12:00:01+09:00');
    assert.equal((await client.status('slow refund', '20240306')).body.statusCode, 'RF02');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancels[0]?.isPaidOut, true);
    const failing = await paid('vbank');
    await answersWith(client.revise(failing.gatewayTid, { ...refund(), shopTransactionId: 'failing' }), '0000');
    await rig.control.completeRefund({ orderId: failing.orderId, succeeded: false });
    assert.equal((await client.status('failing', today)).body.statusCode, 'RF03');
    assert.equal((await rig.control.book({ orderId: failing.orderId })).transactions[0]?.cancelledMinor, 0n);
    moveTo(noon);
  });

  test('a refund in real time that was not known in time is asked for with the same request', async () => {
    const { gatewayTid: pgCno, orderId } = await paid('vbank');
    const asked = refund({
      reviseTypeCode: '63',
      reviseSubTypeCode: '10',
      refundInfo: { ...refundInfo, refundAccountNo: timedOutAccount },
      shopTransactionId: 'real time',
    });
    const first = await answersWith(client.revise(pgCno, asked), 'VTIM');
    assert.equal('resultLater' in first, false);
    await answersWith(client.status('real time', today), 'VTIM');
    const result = await answersWith(client.revise(pgCno, { ...asked, refundQueryFlag: 'Y' }), '0000');
    assert.deepEqual([result.statusCode, result.oriPgCno], ['RF02', pgCno]);
    assert.deepEqual(await answersWith(client.status('real time', today), '0000'), result);
    const unheard = { ...asked, shopTransactionId: 'never sent', refundQueryFlag: 'Y' };
    await answersWith(client.revise(pgCno, unheard), 'Z301');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancels.length, 1);
  });
});

describe('a cash receipt', () => {
  test('is issued by itself, and cancelled by its own number, in part and as a whole', async () => {
    const issued = await answersWith(client.receipt({ shopOrderNo: 'alone' }), '0000');
    assert.match(String(issued.approvalNo), /^\d{9}$/);
    const pgCno = String(issued.pgCno);
    await answersWith(client.revise(pgCno, part(4_000, 10_000, '52')), '0000');
    await answersWith(client.revise(pgCno, { reviseTypeCode: '51', amount: 10_000 }), 'Z203');
    await answersWith(client.revise(pgCno, part(6_001, 6_000, '52')), 'Z203');
    await answersWith(client.revise(pgCno, part(1_000, 10_000, '52')), 'Z204');
    const rest = await answersWith(client.revise(pgCno, part(6_000, 6_000, '52')), '0000');
    assert.equal(rest.remainAmount, '0');
    await answersWith(client.revise(pgCno, { reviseTypeCode: '51' }), 'Z202');
    await answersWith(client.revise('24030612000099999999', { reviseTypeCode: '51' }), 'Z201');
    const second = String((await answersWith(client.receipt({}), '0000')).pgCno);
    assert.equal((await answersWith(client.revise(second, { reviseTypeCode: '51' }), '0000')).cancelAmount, '10000');
  });

  test('wants every field in its documented form', async () => {
    for (const wrong of [
      { amount: 0 },
      { amount: '10,000' },
      { vatAmount: 10_001 },
      { serviceAmount: null },
      { issueType: '04' },
      { authType: '02' },
      { authValue: '010-1234-5678' },
      { shopOrderNo: 'x'.repeat(41) },
      { shopOrderNo: 'a/b' },
      { shopReqDate: '20240305' },
      { taxFlg: 'TG01', taxAmount: 1, freeAmount: 1 },
      { taxFlg: 'TG03' },
    ]) {
      await answersWith(client.receipt(wrong), 'Z104');
    }
    await answersWith(client.receipt({ goodsName: '<생수>' }), 'Z105');
    await answersWith(client.receipt({ amount: '10000', serviceAmount: '0' }), '0000');
    const mixed = { vatAmount: 500, taxFlg: 'TG01', taxAmount: 5_000, freeAmount: 4_500 };
    await answersWith(client.receipt(mixed), '0000');
    await answersWith(client.receipt({ shopOrderNo: 'twice' }), '0000');
    await answersWith(client.receipt({ shopOrderNo: 'twice' }), 'Z205');
  });

  test('that was asked for in the window is issued with the money, and cancelled with the payment', async () => {
    const account = await waiting('vbank', { cashReceiptIdentifier: '01012345678' });
    const receipts = async () => (await rig.control.book({ orderId: account.orderId })).receipts;
    assert.deepEqual(await receipts(), []);
    await rig.control.deposit({ orderId: account.orderId });
    assert.equal((await receipts())[0]?.balanceMinor, 10_000n);
    const { reviseInfo } = await answersWith(
      client.revise(account.gatewayTid, refund({ reviseTypeCode: '62', amount: 4_000 })),
      '0000',
    );
    const { cashReceiptInfo } = reviseInfo as { cashReceiptInfo: Record<string, string> };
    assert.equal(cashReceiptInfo.resCd, '0000');
    assert.equal((await receipts())[0]?.balanceMinor, 6_000n);
    const transfer = await paid('trans', { cashReceiptIdentifier: '01012345678' });
    assert.equal((await rig.control.book({ orderId: transfer.orderId })).receipts.length, 1);
  });
});

test('the payment window takes no other currency or method, no order id twice, and only banks that issue accounts', async () => {
  const { orderId } = await paid('card');
  const codes: unknown[] = [];
  for (const parts of [
    { orderId },
    { currency: 'USD' },
    { payMethod: 'cultureland' },
    { payMethod: 'vbank', bankCode: '090' },
    { payMethod: 'trans', bankCode: '999' },
    { payMethod: 'vbank', dueAt: new Date(noon) },
    { orderId: 'a b' },
    { taxFreeMinor: 10_001n },
  ] as const) {
    const made = await inWindow('card', parts);
    codes.push(made.kind === 'refused' && made.code);
  }
  assert.deepEqual(codes, [
    'DUPLICATE_ORDER_ID',
    'INVALID_AMOUNT',
    'UNSUPPORTED_PAY_METHOD',
    'INVALID_BANK',
    'INVALID_BANK',
    'INVALID_DUE_DATE',
    'INVALID_ORDER_ID',
    'INVALID_AMOUNT',
  ]);
});
