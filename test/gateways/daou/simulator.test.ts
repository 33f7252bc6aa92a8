import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import iconv from 'iconv-lite';
import { request } from 'undici';
import { daou } from '../../../src/gateways/daou/module.ts';
import type { PayMethod } from '../../../src/port/payment.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { type Fields, type KiwoomRawAnswer, kiwoomClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(daou, { clock });
const { rig, paid } = desk;
const kiwoom = kiwoomClientOf(rig);
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const bookOf = async (orderId: string) => (await rig.control.book({ orderId })).transactions[0];

async function refusedWith(answer: Promise<KiwoomRawAnswer>, code: string, message?: string): Promise<void> {
  const { status, result } = await answer;
  assert.deepEqual([status, result[0]], [200, code], result[1]);
  if (message !== undefined) assert.equal(result[1], message);
  assert.notEqual(result[1], '');
}

async function done(answer: Promise<KiwoomRawAnswer>): Promise<KiwoomRawAnswer> {
  const given = await answer;
  assert.deepEqual([given.status, ...given.result], [200, '0000', '']);
  return given;
}

const toAccount = { PAYMETHOD: 'BANK', BANKCODE: '088', ACCOUNTNO: '110-123-456789' };
const cancel = (tid: string, parts: Fields = {}) => kiwoom.cancel(kiwoom.cancelFields(tid, parts));

describe('the first step', () => {
  test('gives a token and an address of its own to whom it knows, and moves nothing', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const { fields } = await kiwoom.ready(kiwoom.cancelFields(tid));
    assert.ok(fields.RETURNURL?.startsWith(`${rig.url}/`));
    assert.match(fields.TOKEN ?? '', /^[0-9a-f]{48}$/);
    // The sample in Node sends the rest with the second step only.
    const least = await kiwoom.ready({ CPID: rig.mid, PAYMETHOD: 'CARD', CANCELREQ: 'Y' });
    assert.ok(least.fields.TOKEN && least.fields.TOKEN !== fields.TOKEN);
    assert.equal((await bookOf(orderId))?.cancelledMinor, 0n);
  });

  test('is refused without the right key, merchant or pay method', async () => {
    const fields = kiwoom.cancelFields('CTS24030612000000000');
    await refusedWith(kiwoom.ready(fields, { authorization: 'another' }), '9103', '인증키 불일치');
    await refusedWith(kiwoom.ready(fields, { authorization: '' }), '9103');
    await refusedWith(kiwoom.ready({ ...fields, CPID: 'CTS00000' }), '9101', '미등록 CPID');
    await refusedWith(kiwoom.ready({ ...fields, CPID: undefined }), '9001', '필수 파라미터 오류');
    await refusedWith(kiwoom.ready({ ...fields, PAYMETHOD: 'VACCT' }), '9102', '잘못된 PAYMETHOD');
    await refusedWith(kiwoom.ready({ ...fields, PAYMETHOD: undefined }), '9001');
    await refusedWith(kiwoom.ready({ ...fields, CANCELREQ: 'N' }), '9001');
    for (const body of ['', '[]', '{"CPID":null}', 'CPID=1']) {
      await refusedWith(kiwoom.post(`${rig.url}/pay/ready`, body), '9001');
    }
    await refusedWith(
      kiwoom.post(`${rig.url}/pay/ready`, JSON.stringify(fields), { 'content-type': 'text/plain' }),
      '9001',
    );
  });
});

describe('the second step', () => {
  const tokenFor = async (fields: Fields) => {
    const { TOKEN = '', RETURNURL = '' } = (await kiwoom.ready(fields)).fields;
    return { TOKEN, RETURNURL };
  };

  test('takes a token once, of the same merchant and pay method, while it lives', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const fields = kiwoom.cancelFields(tid, { AMOUNT: '1000', CANCELREASON: 'x' });
    const body = JSON.stringify(fields);
    const { TOKEN, RETURNURL } = await tokenFor(fields);
    await refusedWith(kiwoom.post(RETURNURL, body), '9004', '토큰 무효');
    await refusedWith(kiwoom.post(RETURNURL, body, { TOKEN: 'x' }), '9004');
    await refusedWith(kiwoom.post(RETURNURL, body, { TOKEN, authorization: 'another' }), '9103');
    await done(kiwoom.post(RETURNURL, body, { TOKEN }));
    await refusedWith(kiwoom.post(RETURNURL, body, { TOKEN }), '9004');
    const other = await tokenFor({ ...fields, PAYMETHOD: 'BANK' });
    await refusedWith(kiwoom.post(RETURNURL, body, { TOKEN: other.TOKEN }), '9004');
    const bank = await tokenFor({ ...fields, PAYMETHOD: 'BANK' });
    await refusedWith(kiwoom.post(bank.RETURNURL, body, { TOKEN: bank.TOKEN }), '9102');
    const old = await tokenFor(fields);
    clock.set('2024-03-06T12:10:01+09:00');
    await refusedWith(kiwoom.post(old.RETURNURL, body, { TOKEN: old.TOKEN }), '9003', '토큰 만료');
    assert.equal((await bookOf(orderId))?.cancelledMinor, 1_000n);
  });

  test('uses the token up when the cancel is refused', async () => {
    const { gatewayTid: tid } = await paid('card');
    const fields = kiwoom.cancelFields(tid, { AMOUNT: '10001', CANCELREASON: 'x' });
    const { TOKEN, RETURNURL } = await tokenFor(fields);
    await refusedWith(kiwoom.post(RETURNURL, JSON.stringify(fields), { TOKEN }), '9204');
    await refusedWith(kiwoom.post(RETURNURL, JSON.stringify({ ...fields, AMOUNT: '1' }), { TOKEN }), '9004');
  });

  test('needs its fields in their form', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const cases: readonly (readonly [Fields, string])[] = [
      [{ AMOUNT: undefined }, '9001'],
      [{ AMOUNT: '10,000' }, '9001'],
      [{ AMOUNT: '0' }, '9001'],
      [{ TRXID: undefined }, '9001'],
      [{ TRXID: 'CTS2403061200000000001' }, '9001'],
      [{ CANCELREASON: undefined }, '9001'],
      [{ CANCELREASON: '가'.repeat(21) }, '9001'],
      [{ CANCELREASON: '[STOPREQ]해지' }, '9001'],
      [{ CANCELREASON: '취소^[100]' }, '9001'],
      [{ CANCELREASON: 'a|b' }, '9011'],
      [{ TAXFREEAMT: '10001' }, '9001'],
      [{ TAXFREEAMT: 'x' }, '9001'],
      [{ ...toAccount, TAXFREEAMT: '0' }, '9001'],
    ];
    for (const [parts, code] of cases) await refusedWith(cancel(tid, parts), code);
    assert.equal((await bookOf(orderId))?.cancelledMinor, 0n);
    await done(cancel(tid, { CANCELREASON: '가'.repeat(20) }));
  });

  test('needs no word of the first again, takes the token in the body, and numbers as numbers', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const first = await kiwoom.ready({ CPID: rig.mid, PAYMETHOD: 'CARD', CANCELREQ: 'Y' });
    const { TOKEN = '', RETURNURL = '' } = first.fields;
    const least = { CPID: rig.mid, TOKEN, TRXID: tid, AMOUNT: 4_000, CANCELREASON: '구매주문환불' };
    const { fields } = await done(kiwoom.post(RETURNURL, iconv.encode(JSON.stringify(least), 'euc-kr')));
    assert.deepEqual([fields.TOKEN, fields.AMOUNT], [TOKEN, '4000']);
    assert.equal((await bookOf(orderId))?.cancelledMinor, 4_000n);
    await refusedWith(kiwoom.post(RETURNURL, JSON.stringify({ ...least, CANCELREASON: 'x' })), '9004');
  });

  test('answers with the payment, the amount and the time', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const { fields } = await done(cancel(tid, { AMOUNT: '4000' }));
    const { TRXID, AMOUNT, CANCELDATE, ORDERNO } = fields;
    assert.deepEqual(
      { TRXID, AMOUNT, CANCELDATE, ORDERNO },
      {
        TRXID: tid,
        AMOUNT: '4000',
        CANCELDATE: '20240306120000',
        ORDERNO: orderId,
      },
    );
    assert.match(tid, /^CTS240306120000\d{5}$/);
  });
});

describe('a cancel', () => {
  test('gives back no more than was paid', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    await refusedWith(cancel(tid, { AMOUNT: '10001' }), '9204', '취소 실패 (취소 가능 금액 초과)');
    await done(cancel(tid, { AMOUNT: '6000' }));
    await refusedWith(cancel(tid, { AMOUNT: '6000' }), '9204');
    await done(cancel(tid, { AMOUNT: '4000' }));
    await refusedWith(cancel(tid, { AMOUNT: '1' }), '9206', '이미 취소됨');
    assert.equal((await bookOf(orderId))?.status, 'cancelled');
  });

  test('of a part is taken for cards and 문화상품권 only', async () => {
    const methods: readonly (readonly [PayMethod, string, boolean])[] = [
      ['card', 'CARD', true],
      ['cultureland', 'CULTURE', true],
      ['trans', 'BANK', false],
      ['vbank', 'BANK', false],
      ['phone', 'MOBILE', false],
      ['booknlife', 'BOOKNLIFE', false],
      ['smartculture', 'GAMECARD', false],
    ];
    for (const [payMethod, PAYMETHOD, takesParts] of methods) {
      const { gatewayTid: tid } = await paid(payMethod);
      const account = PAYMETHOD === 'BANK' ? toAccount : {};
      const part = cancel(tid, { ...account, PAYMETHOD, AMOUNT: '9999' });
      await (takesParts ? done(part) : refusedWith(part, '9204', '취소 실패 (부분취소 불가)'));
      await done(cancel(tid, { ...account, PAYMETHOD, AMOUNT: takesParts ? '1' : '10000' }));
    }
  });

  test('is of a payment of this merchant, by its own method', async () => {
    const { gatewayTid: tid } = await paid('card');
    await refusedWith(cancel('CTS00000000000000000'), '9204', '취소 실패 (거래 없음)');
    for (const PAYMETHOD of ['BANK', 'CARDK', 'KAKAOPAY', 'VACCOUNT-ISSUECAN']) {
      await refusedWith(cancel(tid, { PAYMETHOD }), '9204', '취소 실패 (거래 없음)');
    }
    const mid = 'CTS99999';
    const credentials = { authKey: 'of-another-merchant', cardService: 'CARDK' };
    await rig.control.registerMerchant({ mid, credentials });
    const fields = { ...kiwoom.cancelFields(tid), CPID: mid, PAYMETHOD: 'CARDK', CANCELREASON: 'x' };
    const headers = { authorization: credentials.authKey };
    const send = async (body: Fields) => {
      const { TOKEN = '', RETURNURL = '' } = (await kiwoom.ready(body, headers)).fields;
      return kiwoom.post(RETURNURL, JSON.stringify(body), { ...headers, TOKEN });
    };
    await refusedWith(send(fields), '9204');
    const own = await paid('card', { mid, orderId: 'of-the-other' });
    await done(send({ ...fields, TRXID: own.gatewayTid }));
  });

  test('of a telephone payment is taken until its month in Seoul is over', async () => {
    const phone = { PAYMETHOD: 'MOBILE' };
    const [early, late] = [await paid('phone'), await paid('phone')];
    clock.set('2024-03-31T23:59:59+09:00');
    await done(cancel(early.gatewayTid, phone));
    clock.set('2024-04-01T00:00:00+09:00');
    await refusedWith(cancel(late.gatewayTid, phone), '9204', '취소 실패 (취소 기간 경과)');
  });

  test('takes the tax-free part from a field, of a transfer from behind the reason', async () => {
    const mixed = { taxFreeMinor: 4_000n };
    const card = await paid('card', mixed);
    await refusedWith(cancel(card.gatewayTid, { AMOUNT: '5000', TAXFREEAMT: '4001' }), '9204');
    await done(cancel(card.gatewayTid, { AMOUNT: '5000', TAXFREEAMT: '3000' }));
    await refusedWith(cancel(card.gatewayTid, { AMOUNT: '2000', TAXFREEAMT: '2000' }), '9204');
    await done(cancel(card.gatewayTid, { AMOUNT: '5000', TAXFREEAMT: '1000' }));
    const trans = await paid('trans', mixed);
    const bank = toAccount;
    await refusedWith(cancel(trans.gatewayTid, { ...bank, CANCELREASON: '취소^[4001]' }), '9204');
    await refusedWith(cancel(trans.gatewayTid, { ...bank, CANCELREASON: '취소^[]' }), '9001');
    await done(cancel(trans.gatewayTid, { ...bank, CANCELREASON: '취소^[4000]' }));
  });
});

describe('a refund of a transfer or a deposited account', () => {
  test('needs the account, in capitals or in the spelling of the public guide, and is not for one that waits', async () => {
    for (const payMethod of ['trans', 'vbank'] as const) {
      const { gatewayTid: tid } = await paid(payMethod);
      await refusedWith(cancel(tid, { PAYMETHOD: 'BANK' }), '9001');
      await refusedWith(cancel(tid, { ...toAccount, ACCOUNTNO: undefined }), '9001');
      await refusedWith(cancel(tid, { ...toAccount, ACCOUNTNO: '12345' }), '9001');
      for (const BANKCODE of ['88', '090', '005'])
        await refusedWith(cancel(tid, { ...toAccount, BANKCODE }), '9204', '취소 실패 (환불 계좌 오류)');
      await done(cancel(tid, { PAYMETHOD: 'BANK', bankCode: '088', accountNo: '110123456789' }));
      await refusedWith(cancel(tid, toAccount), '9206');
    }
    const waiting = await desk.waiting('vbank');
    await refusedWith(cancel(waiting.gatewayTid, toAccount), '9204', '취소 실패 (입금 전)');
  });

  test('is not kept of its account', async () => {
    const { gatewayTid: tid } = await paid('vbank');
    await done(cancel(tid, { ...toAccount, ACCOUNTNO: '5391827364501928' }));
    assertNotKept(rig, tid, ['5391827364501928']);
  });
});

describe('an account', () => {
  const issueCancel = { PAYMETHOD: 'VACCOUNT-ISSUECAN' };

  test('is revoked as a whole, once, while it waits', async () => {
    const { gatewayTid: tid, orderId } = await desk.waiting('vbank');
    await refusedWith(cancel(tid, { ...issueCancel, AMOUNT: '9999' }), '9204', '취소 실패 (취소 금액 불일치)');
    await done(cancel(tid, issueCancel));
    await refusedWith(cancel(tid, issueCancel), '9206');
    assert.equal((await bookOf(orderId))?.status, 'revoked');
  });

  test('is not revoked once it was paid or has expired', async () => {
    const deposited = await paid('vbank');
    await refusedWith(cancel(deposited.gatewayTid, issueCancel), '9204', '취소 실패 (입금 완료)');
    const expired = await desk.waiting('vbank', { dueAt: new Date('2024-03-06T13:00:00+09:00') });
    clock.set('2024-03-06T13:00:00+09:00');
    await refusedWith(cancel(expired.gatewayTid, issueCancel), '9204', '취소 실패 (입금 기한 경과)');
  });
});

describe('the window', () => {
  test('refuses what Kiwoom Pay would: a bank without a code, its separator, another currency, a used order', async () => {
    const pay = async (parts: object) => {
      const made = await desk.inWindow('card', parts);
      return made.kind === 'refused' ? made.code : 'done';
    };
    const { orderId } = await paid('card');
    assert.equal(await pay({ payMethod: 'vbank', bankCode: '090' }), '0304');
    assert.equal(await pay({ orderName: 'a|b' }), '9011');
    assert.equal(await pay({ currency: 'USD' }), '9001');
    assert.equal(await pay({ orderId: 'x'.repeat(51) }), '9001');
    assert.equal(await pay({ payMethod: 'vbank', dueAt: new Date('2024-03-06T12:00:00+09:00') }), '9001');
    assert.equal(await pay({ payMethod: 'point' }), '9102');
    assert.equal(await pay({ orderId }), '9002');
  });

  test('that is not Kiwoom Pay’s is not found', async () => {
    const fields = kiwoom.cancelFields('x');
    const answer = await request(`${rig.url}/pay/nothing`, {
      method: 'POST',
      headers: {
        authorization: rig.call().channel.credentials.authKey ?? '',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...fields, CANCELREASON: 'x' }),
    });
    assert.equal(answer.statusCode, 404);
    await answer.body.dump();
  });
});
