import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, test } from 'node:test';
import { request } from 'undici';
import { settle } from '../../../src/gateways/settle/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { type Fields, type HectoRawAnswer, hectoClientOf, post } from './kit.ts';

/** Hecto's texts as its table has them: what the simulator says is compared with this, not with its own table. */
const texts: Readonly<Record<string, string>> = {
  '1001': '결제 요청 정보 누락(상점아이디)',
  '1003': '결제 요청 정보 누락(거래일자)',
  '1005': '결제 요청 정보 누락(상점주문번호)',
  '1008': '결제 요청 정보 누락(상품명)',
  '1009': '결제 요청 정보 누락(거래금액)',
  '1103': '결제 요청 정보 길이 오류(요청일자)',
  '1104': '결제 요청 정보 길이 오류(요청시간)',
  '1105': '결제 요청 정보 길이 오류(상점주문번호)',
  '1108': '결제 요청 정보 길이 오류(상품명)',
  '1109': '결제 요청 정보 길이 오류(거래금액)',
  '1118': '결제 요청 정보 길이 오류(면세여부)',
  '1901': '해쉬값 불일치 오류',
  '1902': '암호화 항목 미처리 오류',
  '3007': '취소 한도 초과',
  CA10: '거래정보 없음',
  CA12: '기취소 거래',
  CA20: '카드 유효기간이 유효하지 않습니다.',
  CA82: '카드사 전화 요망',
  MP81: '취소 기간 경과',
  MP82: '기 취소 거래',
  RA20: '은행정보 없음',
  RA21: '계좌번호 상태 에러',
  RA33: '기취소 거래',
  ST03: '기 결제건',
  ST06: '거래정보 없음',
  ST09: '유효하지 않은 요청전문',
  ST11: '원천사 점검 시간',
  ST24: '예금주 불일치',
  ST25: '중복 취소 요청',
  ST26: '취소 정보 오류',
  ST39: '환불 중복 요청',
  ST44: '원천사 정보 오류',
  ST46: '취소기간 경과',
  ST47: '미등록 상점',
  ST50: '중복요청',
  ST54: '부분취소 불가',
  ST55: '복합과세 금액 불일치',
  ST56: '취소회차 오류',
  ST57: '취소금액(환불금액)이 원거래금액을 초과합니다.',
};

const clock = movingClock('2024-03-06T12:00:00+09:00');
const { rig, paid } = await openDesk(settle, { clock });
const hecto = hectoClientOf(rig);
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

async function refusedWith(answer: Promise<HectoRawAnswer>, code: string): Promise<HectoRawAnswer> {
  const given = await answer;
  assert.deepEqual([given.status, ...given.result], [200, '0031', code, texts[code]]);
  return given;
}

async function done(answer: Promise<HectoRawAnswer>): Promise<HectoRawAnswer> {
  const given = await answer;
  assert.deepEqual([given.status, ...given.result.slice(0, 2)], [200, '0021', '0000'], given.result[2]);
  return given;
}

const account = (parts: Fields = {}): Fields => ({
  bankCd: '088',
  acntType: '1',
  prdtNm: '생수',
  sellerNm: '환불상점',
  trdAmt: hecto.encrypt('10000'),
  taxTypeCd: 'N',
  escrAgrYn: 'N',
  csrcIssReqYn: 'N',
  ...parts,
});
const statusOf = async (orderId: string) => (await rig.control.book({ orderId })).transactions[0]?.status;

describe('who calls', () => {
  test('a hash over another amount, with another key, or none at all is 1901, and nothing is cancelled', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    for (const pktHash of ['0'.repeat(64), undefined, '']) {
      await refusedWith(hecto.cancel(tid, '10000', { pktHash }), '1901');
    }
    // Hashed over 10000, asking for 9000.
    await refusedWith(hecto.cancel(tid, '10000', { cnclAmt: hecto.encrypt('9000') }), '1901');
    assert.equal(await statusOf(orderId), 'paid');
  });

  test('each part of the header is under the hash', async () => {
    const { gatewayTid: tid } = await paid('card');
    const { data } = await done(hecto.cancel(tid, '1', {}, { mchtTrdNo: 'signed' }));
    const signed = {
      params: {
        mchtId: rig.mid,
        ver: '0A19',
        method: 'CA',
        bizType: 'C0',
        encCd: '23',
        mchtTrdNo: 'signed',
        trdDt: '20240306',
        trdTm: '120000',
      },
      data: { pktHash: data.pktHash, orgTrdNo: tid, crcCd: 'KRW', cnclOrd: '002', cnclAmt: hecto.encrypt('1') },
    };
    for (const changed of [{ mchtTrdNo: 'other' }, { trdDt: '20240307' }, { trdTm: '120001' }]) {
      await refusedWith(
        post(`${rig.url}/spay/APICancel.do`, JSON.stringify({ ...signed, params: { ...signed.params, ...changed } })),
        '1901',
      );
    }
  });

  test('a number where a text must be is malformed, and no fault of the hash', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    await refusedWith(hecto.cancel(tid, '10000', {}, { trdDt: 20240306 }), '1103');
    await refusedWith(hecto.cancel(tid, '10000', {}, { mchtTrdNo: 1 }), '1105');
    await refusedWith(hecto.inquire(orderId, { trdAmt: 10_000 }), '1109');
    assert.equal(await statusOf(orderId), 'paid');
  });

  test('an amount that is not encrypted, or under another key, is 1902; an unknown merchant ST47', async () => {
    const { gatewayTid: tid } = await paid('card');
    await refusedWith(hecto.cancel(tid, '10000', { cnclAmt: '10000' }), '1902');
    await refusedWith(hecto.cancel(tid, '10000', { cnclAmt: 'AntV/eDpxIaKF0hJiePDKA==' }), '1902');
    await refusedWith(hecto.cancel(tid, '10000', {}, { mchtId: 'nobody' }), 'ST47');
    await refusedWith(hecto.cancel(tid, '10000', {}, { mchtId: '' }), '1001');
    await refusedWith(hecto.refund(tid, '10000', { refundAcntNo: '110123456789' }), '1902');
  });

  test('what is no packet in UTF-8 is ST09', async () => {
    const url = `${rig.url}/spay/APICancel.do`;
    for (const body of ['', '{}', '[]', '{"params":[],"data":{}}', Buffer.from([0x7b, 0xc8, 0xaf, 0x7d])]) {
      await refusedWith(post(url, body), 'ST09');
    }
  });
});

describe('the header', () => {
  test('must be there, of its form and of its length', async () => {
    const { gatewayTid: tid } = await paid('card');
    const cases: readonly (readonly [Fields, string])[] = [
      [{ mchtTrdNo: undefined }, '1005'],
      [{ mchtTrdNo: 'x'.repeat(101) }, '1105'],
      [{ mchtTrdNo: '주문' }, '1105'],
      [{ trdDt: undefined }, '1003'],
      [{ trdDt: '2024-03-06' }, '1103'],
      [{ trdDt: '20240230' }, '1103'],
      [{ trdTm: '1200' }, '1104'],
      [{ ver: '0A18' }, 'ST09'],
      [{ encCd: '11' }, 'ST09'],
      [{ method: 'VA' }, 'ST09'],
      [{ bizType: 'C1' }, 'ST09'],
    ];
    for (const [params, code] of cases) await refusedWith(hecto.cancel(tid, '10000', {}, params), code);
  });

  test('comes back with the result, and the number of a request is taken once', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const { params, data } = await done(hecto.cancel(tid, '4000', {}, { mchtTrdNo: 'once-1' }));
    assert.deepEqual(
      [params.mchtId, params.mchtTrdNo, params.trdDt, params.trdTm, params.method, params.bizType, params.ver],
      [rig.mid, 'once-1', '20240306', '120000', 'CA', 'C0', '0A19'],
    );
    assert.match(params.trdNo ?? '', /^STFP_PGCA.{11}240306120000M\d{7}$/);
    assert.deepEqual(
      [
        data.orgTrdNo,
        ...['cnclAmt', 'blcAmt', 'cardCnclAmt', 'pntCnclAmt'].map((name) => hecto.decrypt(data[name] ?? '')),
      ],
      [tid, '4000', '6000', '4000', '0'],
    );
    await refusedWith(hecto.cancel(tid, '4000', { cnclOrd: '002' }, { mchtTrdNo: 'once-1' }), 'ST50');
    await refusedWith(hecto.cancel(tid, '4000', { cnclOrd: '002' }, { mchtTrdNo: orderId }), 'ST50');
  });

  test('a refused request gives its number back', async () => {
    const { gatewayTid: tid } = await paid('card');
    await refusedWith(hecto.cancel(tid, '20000', {}, { mchtTrdNo: 'again-1' }), 'ST57');
    await done(hecto.cancel(tid, '10000', {}, { mchtTrdNo: 'again-1' }));
  });
});

describe('a cancel', () => {
  test('needs its fields in their form', async () => {
    const { gatewayTid: tid } = await paid('card');
    const cases: readonly (readonly [Fields, string])[] = [
      [{ orgTrdNo: undefined }, 'ST09'],
      [{ orgTrdNo: 'x'.repeat(41) }, 'ST09'],
      [{ crcCd: 'EUR' }, 'ST09'],
      [{ cnclOrd: '1' }, 'ST09'],
      [{ cnclRsn: '환'.repeat(86) }, 'ST09'],
      [{ taxTypeCd: 'X' }, '1118'],
    ];
    for (const [data, code] of cases) await refusedWith(hecto.cancel(tid, '10000', data), code);
    await refusedWith(hecto.cancel(tid, '', { cnclAmt: undefined }), '1009');
    await refusedWith(hecto.cancel(tid, '10.5'), '1109');
    await refusedWith(hecto.cancel(tid, '1'.repeat(13)), '1109');
    await done(hecto.cancel(tid, '10000', { cnclRsn: '환'.repeat(85) }));
  });

  test('is of a payment that is known, by its own method and currency, and of more than nothing', async () => {
    const { gatewayTid: tid } = await paid('card');
    await refusedWith(hecto.cancel(`${tid.slice(0, -1)}x`, '10000'), 'CA10');
    await refusedWith(hecto.cancel(tid, '10000', {}, { method: 'RA' }), 'ST26');
    await refusedWith(hecto.cancel(tid, '10000', { crcCd: 'USD' }), 'ST26');
    await refusedWith(hecto.cancel(tid, '0'), 'ST26');
  });

  test('counts its ordinals from 001, each once', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    await refusedWith(hecto.cancel(tid, '1000', { cnclOrd: '002' }), 'ST56');
    await done(hecto.cancel(tid, '1000', { cnclOrd: '001' }));
    await refusedWith(hecto.cancel(tid, '1000', { cnclOrd: '001' }), 'ST56');
    await done(hecto.cancel(tid, '9000', { cnclOrd: '002' }));
    assert.equal(await statusOf(orderId), 'cancelled');
  });

  test('gives back no more than was paid, and each method has its word for it', async () => {
    const card = await paid('card');
    await refusedWith(hecto.cancel(card.gatewayTid, '10001'), 'ST57');
    await done(hecto.cancel(card.gatewayTid, '6000'));
    await refusedWith(hecto.cancel(card.gatewayTid, '6000', { cnclOrd: '002' }), '3007');
    await done(hecto.cancel(card.gatewayTid, '4000', { cnclOrd: '002' }));
    await refusedWith(hecto.cancel(card.gatewayTid, '1', { cnclOrd: '003' }), 'CA12');
    const trans = await paid('trans');
    await done(hecto.cancel(trans.gatewayTid, '10000', {}, { method: 'RA' }));
    await refusedWith(hecto.cancel(trans.gatewayTid, '10000', {}, { method: 'RA' }), 'RA33');
    const phone = await paid('phone');
    await refusedWith(hecto.cancel(phone.gatewayTid, '9999', {}, { method: 'MP' }), 'ST54');
    await done(hecto.cancel(phone.gatewayTid, '10000', {}, { method: 'MP' }));
    await refusedWith(hecto.cancel(phone.gatewayTid, '10000', {}, { method: 'MP' }), 'MP82');
  });

  test('of a telephone payment is taken until the month is over, and then only to an account', async () => {
    const phone = { method: 'MP' };
    const { gatewayTid: tid } = await paid('phone');
    await refusedWith(hecto.refund(tid, '10000', {}, { ...phone, bizType: 'C1' }), 'ST26');
    clock.set('2024-03-31T23:20:00+09:00');
    const late = await paid('phone');
    await done(hecto.cancel(late.gatewayTid, '10000', {}, phone));
    clock.set('2024-04-01T10:00:00+09:00');
    const refused = await refusedWith(hecto.cancel(tid, '10000', {}, phone), 'MP81');
    assert.equal(refused.data.rfdPsblCd, 'Y');
    await refusedWith(hecto.refund(tid, '10000', {}, phone), 'ST09');
    await done(hecto.refund(tid, '10000', {}, { ...phone, bizType: 'C1' }));
  });

  test('of a certificate is whole and has the ordinal 001', async () => {
    const { gatewayTid: tid } = await paid('cultureland');
    const culture = { method: 'CG' };
    await refusedWith(hecto.cancel(tid, '5000', { taxTypeCd: undefined }, culture), 'ST54');
    await refusedWith(hecto.cancel(tid, '10000', { taxTypeCd: undefined, cnclOrd: '000' }, culture), 'ST56');
    const { data } = await done(hecto.cancel(tid, '10000', { taxTypeCd: undefined }, culture));
    assert.equal(data.blcAmt, undefined);
  });
});

describe('tax', () => {
  const split = (supply: string, vat: string, free: string): Fields => ({
    taxTypeCd: 'G',
    taxAmt: hecto.encrypt(supply),
    vatAmt: hecto.encrypt(vat),
    taxFreeAmt: hecto.encrypt(free),
  });

  test('of a mixed payment must be split, and the split must add up to the cancel', async () => {
    const { gatewayTid: tid } = await paid('card', { taxFreeMinor: 4_000n });
    await refusedWith(hecto.cancel(tid, '10000', { taxTypeCd: 'N' }), 'ST55');
    await refusedWith(hecto.cancel(tid, '10000', { taxTypeCd: 'Y' }), 'ST55');
    await refusedWith(hecto.cancel(tid, '10000', { taxTypeCd: 'G' }), 'ST55');
    await refusedWith(hecto.cancel(tid, '10000', split('5454', '545', '4000')), 'ST55');
    await refusedWith(hecto.cancel(tid, '5000', split('0', '0', '5000')), 'ST55');
    await refusedWith(hecto.cancel(tid, '7000', split('6364', '636', '0')), 'ST55');
    await done(hecto.cancel(tid, '6000', split('2727', '273', '3000')));
    await refusedWith(hecto.cancel(tid, '2000', { ...split('0', '0', '2000'), cnclOrd: '002' }), 'ST55');
    await done(hecto.cancel(tid, '4000', { ...split('2727', '273', '1000'), cnclOrd: '002' }));
  });

  test('of a taxed payment may be split, with a service charge as a part of its own', async () => {
    const { gatewayTid: tid } = await paid('card');
    const parts = { taxTypeCd: 'N', taxAmt: hecto.encrypt('8000'), vatAmt: hecto.encrypt('1000') };
    await refusedWith(hecto.cancel(tid, '10000', parts), 'ST55');
    await refusedWith(hecto.cancel(tid, '10000', { ...parts, taxFreeAmt: hecto.encrypt('1000') }), 'ST55');
    await done(hecto.cancel(tid, '10000', { ...parts, svcAmt: hecto.encrypt('1000') }));
  });
});

describe('a virtual account', () => {
  test('is issued with the fields that Hecto wants, in their lengths', async () => {
    const cases: readonly (readonly [Fields, string])[] = [
      [{ bankCd: undefined }, 'ST09'],
      [{ bankCd: '007' }, 'ST44'],
      [{ acntType: '3' }, 'ST69'],
      [{ acntType: '2' }, 'ST09'],
      [{ prdtNm: undefined }, '1008'],
      [{ prdtNm: '생'.repeat(43) }, '1108'],
      [{ sellerNm: '' }, 'ST09'],
      [{ dpstrNm: '환'.repeat(17) }, 'ST09'],
      [{ escrAgrYn: undefined }, 'ST09'],
      [{ csrcIssReqYn: 'Y' }, 'ST09'],
      [{ notiUrl: `http://127.0.0.1/${'x'.repeat(250)}` }, '1111'],
      [{ expireDate: '20240306115959' }, 'ST09'],
      [{ expireDate: '20250307000000' }, 'ST09'],
    ];
    const extra: Record<string, string> = { ST69: '서비스 불가', '1111': '결제 요청 정보 길이 오류(결과처리URL)' };
    for (const [parts, code] of cases) {
      const given = await hecto.account('A0', account(parts));
      assert.deepEqual(given.result, ['0031', code, texts[code] ?? extra[code]], JSON.stringify(parts));
    }
    const { data, params } = await done(hecto.account('A0', account({ expireDate: '20250306235959' })));
    assert.match(hecto.decrypt(data.vAcntNo ?? ''), /^\d{10,16}$/);
    assert.deepEqual(
      [data.bankCd, data.expireDate, hecto.decrypt(data.trdAmt ?? '')],
      ['088', '20250306235959', '10000'],
    );
    assert.match(params.trdNo ?? '', /^STFP_PGVA/);
    const unnamed = await done(hecto.account('A0', account()));
    assert.equal(unnamed.data.expireDate, '20240316235959');
  });

  test('with a number of the merchant waits for one deposit at a time', async () => {
    const fixed = account({ acntType: '2', vAcntNo: hecto.encrypt('56211234567890') });
    const { data } = await done(hecto.account('A0', fixed));
    assert.equal(hecto.decrypt(data.vAcntNo ?? ''), '56211234567890');
    await refusedWith(hecto.account('A0', fixed), 'ST44');
  });

  test('is changed while it waits: named by its number, with a new end and amount', async () => {
    const issued = await done(hecto.account('A0', account(), { mchtTrdNo: 'to-change' }));
    const change = (parts: Fields = {}): Fields => ({
      bankCd: '088',
      vAcntNo: issued.data.vAcntNo,
      expireDate: '20240401235959',
      trdAmt: hecto.encrypt('12000'),
      acntType: '1',
      ...parts,
    });
    await refusedWith(hecto.account('A1', change({ expireDate: undefined }), {}, '12000'), 'ST09');
    await refusedWith(hecto.account('A1', change({ bankCd: '004' }), {}, '12000'), 'ST06');
    await refusedWith(hecto.account('A1', change({ acntType: '2' }), {}, '12000'), 'ST09');
    await refusedWith(hecto.account('A1', change(), {}, '10000'), '1901');
    const { data } = await done(hecto.account('A1', change(), {}, '12000'));
    assert.deepEqual([data.expireDate, hecto.decrypt(data.trdAmt ?? '')], ['20240401235959', '12000']);
    const wrong = await rig.control.deposit({ orderId: 'to-change', amountMinor: 10_000n });
    assert.equal(wrong.kind, 'refused');
    assert.equal((await rig.control.deposit({ orderId: 'to-change', amountMinor: 12_000n })).kind, 'done');
    await refusedWith(hecto.account('A1', change(), {}, '12000'), 'ST06');
  });

  test('is revoked by its number and its transaction, once, before its deposit, over an amount of 0', async () => {
    const issued = await done(hecto.account('A0', account(), { mchtTrdNo: 'to-revoke' }));
    const revoke = { orgTrdNo: issued.params.trdNo, vAcntNo: issued.data.vAcntNo };
    await refusedWith(hecto.account('A2', revoke, {}, '10000'), '1901');
    await refusedWith(hecto.account('A2', { ...revoke, vAcntNo: hecto.encrypt('12345678901') }), 'ST06');
    await refusedWith(hecto.account('A2', { ...revoke, vAcntNo: undefined }), 'ST09');
    await done(hecto.account('A2', revoke));
    await refusedWith(hecto.account('A2', revoke), 'ST25');
    assert.equal(await statusOf('to-revoke'), 'revoked');
    const paidLater = await done(hecto.account('A0', account(), { mchtTrdNo: 'paid-later' }));
    await rig.control.deposit({ orderId: 'paid-later' });
    const late = { orgTrdNo: paidLater.params.trdNo, vAcntNo: paidLater.data.vAcntNo };
    await refusedWith(hecto.account('A2', late), 'ST03');
    const expired = await done(hecto.account('A0', account({ expireDate: '20240306130000' })));
    clock.set('2024-03-06T13:00:01+09:00');
    const over = { orgTrdNo: expired.params.trdNo, vAcntNo: expired.data.vAcntNo };
    await refusedWith(hecto.account('A2', over), 'ST46');
  });

  test('takes a deposit by the call of the test environment', async () => {
    const { data } = await done(hecto.account('A0', account(), { mchtTrdNo: 'test-deposit' }));
    const deposit = async (parts: Record<string, string>) => {
      const query = new URLSearchParams({
        mchtId: rig.mid,
        method: 'VA',
        bizType: 'F1',
        vAcntNo: hecto.decrypt(data.vAcntNo ?? ''),
        trdAmt: '10000',
        ...parts,
      });
      const answer = await request(`${rig.url}/spay/APIVBankTest.do?${query}`);
      return ((await answer.body.json()) as { outRsltCd: string }).outRsltCd;
    };
    assert.equal(await deposit({ trdAmt: '9999' }), 'ST06');
    assert.equal(await deposit({ bizType: 'A0' }), 'ST09');
    assert.equal(await deposit({}), '0000');
    assert.equal(await deposit({}), 'ST06');
    assert.equal(await statusOf('test-deposit'), 'paid');
  });
});

describe('a refund to an account', () => {
  /** Of the window, not of our adapter. */
  const deposited = () => paid('vbank', {});

  test('is taken outside of the closed hours, which last from 23:30 until 00:35', async () => {
    const { gatewayTid: tid, orderId } = await deposited();
    const at = (time: string) => clock.set(`2024-03-${time}+09:00`);
    for (const time of ['06T23:30:00', '06T23:59:59', '07T00:00:00', '07T00:34:59']) {
      at(time);
      await refusedWith(hecto.refund(tid, '1000'), 'ST11');
    }
    at('07T00:35:00');
    await done(hecto.refund(tid, '1000'));
    at('07T23:29:59');
    await done(hecto.refund(tid, '9000', { cnclOrd: '002' }));
    await refusedWith(hecto.refund(tid, '1', { cnclOrd: '003' }), 'ST39');
    assert.equal(await statusOf(orderId), 'cancelled');
  });

  test('is paid out three days later', async () => {
    const { gatewayTid: tid, orderId } = await deposited();
    await done(hecto.refund(tid, '10000'));
    const told = async () => (await hecto.inquire(orderId, { method: 'VA' })).result[1];
    clock.set('2024-03-09T11:59:59+09:00');
    assert.equal(await told(), '0000');
    clock.set('2024-03-09T12:00:00+09:00');
    assert.equal(await told(), '0001');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancels[0]?.isPaidOut, true);
  });

  test('needs an account that takes it', async () => {
    const { gatewayTid: tid } = await deposited();
    await refusedWith(hecto.refund(tid, '10000', { refundBankCd: undefined }), 'ST09');
    await refusedWith(hecto.refund(tid, '10000', { refundDpstrNm: '환'.repeat(17) }), 'ST09');
    await refusedWith(hecto.refund(tid, '10000', { refundAcntNo: hecto.encrypt('110-123-456789') }), 'ST09');
    await refusedWith(hecto.refund(tid, '10000', { refundBankCd: '999' }), 'RA20');
    for (const [number, code] of [
      ['99990000000001', 'ST24'],
      ['99990000000003', 'RA21'],
    ] as const) {
      await refusedWith(hecto.refund(tid, '10000', { refundAcntNo: hecto.encrypt(number) }), code);
    }
    await refusedWith(hecto.cancel(tid, '10000', {}, { method: 'VA' }), 'ST09');
  });
});

describe('a key-in approval', () => {
  const keyIn = (parts: Fields = {}, orderId = rig.orderId()) =>
    hecto.send(
      '/spay/APICardActionPay.do',
      { method: 'CA', bizType: 'B0', mchtTrdNo: orderId },
      {
        pmtprdNm: '생수',
        mchtCustNm: '홍길동',
        mchtCustId: 'buyer',
        cardNo: hecto.encrypt('4330123412341239'),
        vldDtMon: hecto.encrypt('12'),
        vldDtYear: hecto.encrypt('29'),
        idntNo: hecto.encrypt('900101'),
        cardPwd: hecto.encrypt('12'),
        instmtMon: '00',
        crcCd: 'KRW',
        trdAmt: hecto.encrypt('10000'),
        taxTypeCd: 'N',
        ...parts,
      },
      '10000',
    );

  test('is refused for what is wrong with the card, and keeps nothing of it', async () => {
    await refusedWith(keyIn({ cardNo: hecto.encrypt('4000000000000002') }), 'CA82');
    await refusedWith(keyIn({ vldDtYear: hecto.encrypt('24'), vldDtMon: hecto.encrypt('02') }), 'CA20');
    await refusedWith(keyIn({ cardNo: '4330123412341239' }), '1902');
    await refusedWith(keyIn({ cardNo: hecto.encrypt('4330-1234-1234-1239') }), 'ST09');
    await refusedWith(keyIn({ cardPwd: hecto.encrypt('1234') }), 'ST09');
    const { params } = await done(keyIn({ vldDtYear: hecto.encrypt('24'), vldDtMon: hecto.encrypt('03') }));
    assert.match(params.trdNo ?? '', /^STFP_PGCA/);
    assert.ok(!readFileSync(rig.bookFile).includes('4330123412341239'));
  });

  test('of an order that is there is ST50', async () => {
    await done(keyIn({}, 'keyed-1'));
    await refusedWith(keyIn({}, 'keyed-1'), 'ST50');
  });
});

describe('the inquiry', () => {
  test('finds a payment by order, method, amount and its day or a neighbour, on both paths', async () => {
    const { orderId, gatewayTid: tid } = await paid('card');
    for (const path of ['/spay/APITrdcheck.do', '/spay/APITrdStatInq.do']) {
      const { params, data } = await done(hecto.inquire(orderId, {}, path));
      assert.deepEqual([params.trdNo, data.method, data.trdAmt, data.cnclAmt], [tid, 'CA', '10000', '0']);
    }
    for (const orgTrdDt of ['20240305', '20240307']) await done(hecto.inquire(orderId, { orgTrdDt }));
    for (const parts of [
      { orgTrdDt: '20240304' },
      { orgTrdDt: '20240308' },
      { method: 'RA' },
      { trdAmt: '9999' },
      { orgTrdNo: 'another' },
    ]) {
      await refusedWith(hecto.inquire(orderId, parts), 'ST06');
    }
    await refusedWith(hecto.inquire('imp_999999999999'), 'ST06');
  });

  test('tells the sum of what was cancelled, and when all of it is', async () => {
    const { orderId, gatewayTid: tid } = await paid('card');
    await done(hecto.cancel(tid, '3000'));
    await done(hecto.cancel(tid, '2000', { cnclOrd: '002' }));
    const part = await hecto.inquire(orderId);
    assert.deepEqual([...part.result.slice(0, 2), part.data.cnclAmt], ['0021', '0000', '5000']);
    await done(hecto.cancel(tid, '5000', { cnclOrd: '003' }));
    const all = await hecto.inquire(orderId);
    assert.deepEqual([...all.result, all.data.cnclAmt], ['0021', '0001', '취소상태', '10000']);
  });
});
