import assert from 'node:assert/strict';
import { beforeEach, describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { nice } from '../../../src/gateways/nice/module.ts';
import { openDesk } from '../kit/desk.ts';
import { euckrForm } from '../kit/euc-kr-form.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { noticeKeysOf } from '../kit/raw-notice.ts';
import { ediDate, type NiceAnswer, niceClientOf, sha256 } from './kit.ts';

/** NICE's codes and texts as its tables print them: what the simulator says is compared with this, not with its own table. */
const texts: Readonly<Record<string, string>> = {
  '1615': '거래금액 합계오류(공급가액,부가세,봉사료,면세금액 합계)',
  '1617': '거래금액 오류(공급가액,부가세,봉사료,면세금액 미입력)',
  '2003': '취소 실패',
  '2010': '취소 요청금액 0원 이하',
  '2011': '취소 금액 불일치',
  '2012': '취소 해당거래 없음',
  '2015': '해당거래 취소실패(기취소성공) : 전화 문의(1661-0808)',
  '2016': '취소 기한 초과',
  '2030': '해당결제수단 부분취소 불가',
  '2032': '취소금액이 취소가능금액보다 큼',
  '2047': '이미 입금처리가 완료되어 취소 불가',
  '4104': '가상계좌 정보 오류',
  '7002': '현금영수증 종류오류',
  '7003': '현금영수증 중복발급',
  '7012': '현금영수증 Identity 번호 오류',
  A101: 'SIGN DATA 검증에 실패하였습니다',
  A106: '날짜 형식이 올바르지 않습니다',
  A107: '입금예정일이 지났습니다',
  A114: '상점 MID가 유효하지 않습니다',
  A115: 'TID가 유효하지 않습니다',
  A116: '요청 금액이 올바르지 않습니다',
  A122: '타 상점 거래 처리 불가(MID 불일치)',
  A127: '주문번호 중복 오류',
  A147: '필드 길이가 초과되었습니다',
  A212: '잘못된 데이터 형식입니다',
  A225: 'TID 중복 오류',
};

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
const { gateway, rig, server, paid } = await openDesk(nice, { clock });
const client = niceClientOf(rig);
beforeEach(() => clock.set(noon));

/** The merchant has the contract for the length of a test. */
async function underContract(t: TestContext): Promise<void> {
  const { mid } = rig;
  const credentials = rig.sandbox.credentials(mid);
  await rig.control.registerMerchant({ mid, credentials: { ...credentials, moidContract: 'unique' } });
  t.after(() => rig.control.registerMerchant({ mid, credentials }));
}

let moids = 0;
const cancelFields = (TID: string, parts: Record<string, string> = {}) => ({
  TID,
  Moid: `cancel-${++moids}`,
  CancelAmt: '10000',
  CancelMsg: '단순 변심',
  PartialCancelCode: '0',
  ...parts,
});
const cancel = (tid: string, parts: Record<string, string> = {}) => client.cancel(cancelFields(tid, parts));
const part = (tid: string, CancelAmt: string, parts: Record<string, string> = {}) =>
  cancel(tid, { CancelAmt, PartialCancelCode: '1', ...parts });
const account = { RefundAcctNo: '110123456789', RefundBankCd: '088', RefundAcctNm: '홍길동' };

async function refusedWith(answer: Promise<NiceAnswer>, code: string, text = texts[code]): Promise<void> {
  const { status, fields } = await answer;
  assert.deepEqual([status, fields.ResultCode, fields.ResultMsg], [200, code, text]);
}

/** Of the window, not of our adapter. */
const depositedAccount = () => paid('vbank', {});

describe('a request', () => {
  test('with a wrong signature, a foreign key, or none is refused before anything is done', async () => {
    const { gatewayTid: tid } = await paid('card');
    await refusedWith(cancel(tid, { SignData: sha256('another') }), 'A101');
    await refusedWith(cancel(tid, { CancelAmt: '10000', SignData: sha256(rig.mid, '9999', ediDate) }), 'A101');
    await refusedWith(cancel(tid, { SignData: '' }), '9000', 'SignData 필드값이 누락되었습니다.');
    await refusedWith(cancel(tid, { MID: 'nobody000m' }), 'A114');
    await refusedWith(cancel(tid, { MID: '' }), '9000', 'MID 필드값이 누락되었습니다.');
    assert.equal((await cancel(tid)).fields.ResultCode, '2001');
  });

  test('without a required field, or with one that is too long in bytes of EUC-KR, is refused and named', async () => {
    const { gatewayTid: tid } = await paid('card');
    for (const name of ['TID', 'Moid', 'CancelMsg', 'PartialCancelCode', 'EdiDate', 'CancelAmt']) {
      await refusedWith(cancel(tid, { [name]: '' }), '9000', `${name} 필드값이 누락되었습니다.`);
    }
    await refusedWith(cancel(tid, { CancelMsg: '가'.repeat(51) }), 'A147');
    await refusedWith(cancel(tid, { Moid: 'm'.repeat(65) }), 'A147');
    await refusedWith(cancel(tid, { MallReserved: 'm'.repeat(501) }), 'A147');
    await refusedWith(cancel(tid, { EdiDate: '20240230120000' }), 'A106');
    await refusedWith(cancel(tid, { CancelAmt: '1,000' }), 'A116');
    await refusedWith(cancel(tid, { CancelAmt: '0' }), '2010');
    await refusedWith(cancel(tid, { PartialCancelCode: '2' }), 'A212');
    assert.equal((await cancel(tid, { CancelMsg: '가'.repeat(50) })).fields.ResultCode, '2001');
  });

  test('in UTF-8 is refused where its bytes are no EUC-KR', async () => {
    const { gatewayTid: tid } = await paid('card');
    const fields = cancelFields(tid, { CancelMsg: '취소합니다', MID: rig.mid, EdiDate: ediDate, CharSet: 'utf-8' });
    const { merchantKey = '' } = rig.call().channel.credentials;
    const SignData = sha256(rig.mid, '10000', ediDate, merchantKey);
    const body = new URLSearchParams({ ...fields, SignData });
    await refusedWith(client.post('cancel_process', body.toString()), 'A212');
    assert.equal((await client.post('cancel_process', euckrForm({ ...fields, SignData }))).fields.ResultCode, '2001');
  });

  test('is answered in EUC-KR unless UTF-8 is asked for, and as KV when that is asked for', async () => {
    const { gatewayTid: tid } = await paid('card');
    const plain = await cancel(tid, { CancelAmt: '10001', CharSet: '' });
    assert.ok(iconv.decode(plain.bytes, 'euc-kr').includes(texts['2032'] ?? '-'));
    assert.ok(!plain.bytes.toString('utf8').includes(texts['2032'] ?? '-'));
    const pairs = (await cancel(tid, { CancelAmt: '10001', EdiType: 'KV' })).bytes.toString('utf8');
    assert.ok(pairs.startsWith(`ResultCode=2032&ResultMsg=${texts['2032']}`), pairs);
  });

  test('of any kind is answered with a code, and none that is made up by chance cancels anything', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const names = [
      'Moid',
      'CancelAmt',
      'CancelMsg',
      'PartialCancelCode',
      'EdiDate',
      'SignData',
      'TaxFreeAmt',
      'CharSet',
    ];
    const values = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('99999999999999'));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), values, { minKeys: 1 }), async (parts) => {
        const { status, bytes } = await cancel(tid, { CharSet: '', SignData: '', ...parts });
        assert.equal(status, 200);
        assert.match(bytes.toString('latin1'), /ResultCode/);
      }),
      { numRuns: 100 },
    );
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 0n);
    for (const body of [Buffer.from([0xff, 0x00, 0x3d, 0x26]), Buffer.from('%ZZ=%&=&&'), Buffer.alloc(0)]) {
      assert.equal((await client.post('cancel_process', body)).status, 200);
    }
  });

  test('to a path that NICE does not have is no JSP', async () => {
    const body = euckrForm({ MID: rig.mid });
    assert.equal((await client.post('no_such', body)).status, 404);
  });
});

describe('cancelling', () => {
  test('answers padded amounts, the time in Seoul, what is left, and a signature over the padded amount', async () => {
    const { gatewayTid: tid } = await paid('card');
    const { fields } = await part(tid, '3000', { Moid: 'moid-of-the-part' });
    const { merchantKey = '' } = rig.call().channel.credentials;
    assert.match(fields.CancelNum ?? '', /^\d{8}$/);
    assert.deepEqual(
      { ...fields, CancelNum: '' },
      {
        ResultCode: '2001',
        ResultMsg: '취소 성공',
        ErrorCD: '',
        ErrorMsg: '',
        CancelAmt: '000000003000',
        MID: rig.mid,
        Moid: 'moid-of-the-part',
        Signature: sha256(tid, rig.mid, '000000003000', merchantKey),
        PayMethod: 'CARD',
        TID: tid,
        CancelDate: '20240306',
        CancelTime: '120000',
        CancelNum: '',
        RemainAmt: '000000007000',
        MallReserved: '',
      },
    );
  });

  test("takes the order's own Moid for each part, as public shops send it", async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    for (const left of ['7000', '4000', '1000']) {
      const { fields } = await part(tid, '3000', { Moid: orderId });
      assert.deepEqual([fields.ResultCode, Number(fields.RemainAmt)], ['2001', Number(left)]);
    }
  });

  test('takes a Moid once under the contract: a partial cancel that comes twice is carried out once', async (t) => {
    await underContract(t);
    const { gatewayTid: tid, orderId } = await paid('card');
    assert.equal((await part(tid, '1000', { Moid: 'once' })).fields.ResultCode, '2001');
    await refusedWith(part(tid, '1000', { Moid: 'once' }), 'A127');
    await refusedWith(part(tid, '1000', { Moid: orderId }), 'A127');
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 1000n);
    // What was refused has not used its number up.
    await refusedWith(part(tid, '9001', { Moid: 'twice' }), '2032');
    assert.equal((await part(tid, '9000', { Moid: 'twice' })).fields.RemainAmt, '000000000000');
    await refusedWith(part(tid, '1'), '2015');
  });

  test('as a whole wants the whole amount, and once it is done says so with its time', async () => {
    const { gatewayTid: tid } = await paid('trans');
    await refusedWith(cancel(tid, { CancelAmt: '9999' }), '2011');
    await refusedWith(cancel(tid, { CancelAmt: '10001' }), '2032');
    assert.equal((await cancel(tid)).fields.PayMethod, 'BANK');
    clock.set('2024-03-06T13:00:00+09:00');
    const { fields } = await cancel(tid);
    assert.deepEqual([fields.ResultCode, fields.CancelDate, fields.CancelTime], ['2015', '20240306', '120000']);
    await refusedWith(cancel(`${rig.mid}01012403061200009999`), '2012');
  });

  test("does not reach another merchant's payments", async () => {
    const { gatewayTid: tid } = await paid('card');
    const mid = rig.sandbox.mid('other');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const SignData = sha256(mid, '10000', ediDate, credentials.merchantKey ?? '');
    await refusedWith(cancel(tid, { MID: mid, SignData }), 'A122');
    const asked = sha256(tid, mid, ediDate, credentials.merchantKey ?? '');
    await refusedWith(client.status(tid, { MID: mid, SignData: asked }), 'A122');
  });

  test('of a payment that mixes wants the four parts, their sum, and no more of the tax-free one than is left', async () => {
    const { gatewayTid: tid } = await paid('card', { taxFreeMinor: 1000n });
    const split = (SupplyAmt: string, GoodsVat: string, TaxFreeAmt: string) => ({
      SupplyAmt,
      GoodsVat,
      ServiceAmt: '0',
      TaxFreeAmt,
    });
    await refusedWith(part(tid, '2000'), '1617');
    await refusedWith(part(tid, '2000', split('1000', '100', '899')), '1615');
    await refusedWith(part(tid, '2000', split('899', '0', '1101')), '2032');
    assert.equal((await part(tid, '2000', split('1000', '100', '900'))).fields.ResultCode, '2001');
    await refusedWith(part(tid, '1000', split('899', '0', '101')), '2032');
    assert.equal((await part(tid, '1000', split('900', '0', '100'))).fields.ResultCode, '2001');
  });

  test('has its time: cards a year, deposited accounts 180 days, telephones their month', async () => {
    const card = await paid('card');
    const phone = await paid('phone');
    const vbank = await depositedAccount();
    clock.set('2024-03-31T23:59:59+09:00');
    await refusedWith(part(phone.gatewayTid, '1000'), '2030');
    clock.set('2024-04-01T00:00:00+09:00');
    await refusedWith(cancel(phone.gatewayTid), '2016');
    clock.set('2024-09-02T12:00:00+09:00');
    assert.equal((await part(vbank.gatewayTid, '1000', account)).fields.ResultCode, '2211');
    clock.set('2024-09-02T12:00:01+09:00');
    await refusedWith(part(vbank.gatewayTid, '1000', account), '2016');
    clock.set('2025-03-06T12:00:00+09:00');
    assert.equal((await part(card.gatewayTid, '1000')).fields.ResultCode, '2001');
    clock.set('2025-03-06T12:00:01+09:00');
    await refusedWith(part(card.gatewayTid, '1000'), '2016');
  });
});

describe('virtual accounts', () => {
  let numbers = 0;
  const tidOf = () => `${rig.mid}0301240306120000${String(++numbers).padStart(4, '0')}`;
  const issueFields = (parts: Record<string, string> = {}) => ({
    TID: tidOf(),
    Moid: rig.orderId(),
    Amt: '10000',
    GoodsName: '생수',
    CashReceiptType: '0',
    BankCode: '088',
    VbankExpDate: '202403132359',
    VbankAccountName: '환불상점',
    ...parts,
  });
  const issue = (parts: Record<string, string> = {}) => client.issueAccount(issueFields(parts));

  test('are issued under the TID that the merchant made, until the time that was asked for', async () => {
    const { fields } = await issue({ VbankExpDate: '20240313' });
    assert.deepEqual(
      [fields.ResultCode, fields.ResultMsg, fields.Amt, fields.AuthDate],
      ['4100', '가상계좌 발급 성공', '000000010000', '240306120000'],
    );
    assert.deepEqual([fields.VbankBankCode, fields.VbankExpDate, fields.VbankExpTime], ['088', '20240313', '235959']);
    assert.match(fields.VbankNum ?? '', /^\d{14}$/);
    const minutes = await issue();
    assert.deepEqual([minutes.fields.VbankExpDate, minutes.fields.VbankExpTime], ['20240313', '235900']);
  });

  test('are refused for a TID of another form, a bank that issues none, a time in the past, a number that was used', async () => {
    await refusedWith(issue({ TID: `${rig.mid}04012403061200000001` }), 'A115');
    await refusedWith(issue({ TID: 'nicepay00m03012403061200000001' }), 'A115');
    await refusedWith(issue({ BankCode: '090' }), '4104');
    await refusedWith(issue({ VbankExpDate: '202403061200' }), 'A107');
    await refusedWith(issue({ VbankExpDate: '2024031' }), 'A106');
    await refusedWith(issue({ VbankExpDate: '20240230' }), 'A106');
    await refusedWith(issue({ Amt: '0' }), 'A116');
    await refusedWith(issue({ GoodsName: '가'.repeat(21) }), 'A147');
    await refusedWith(issue({ CashReceiptType: '3' }), '7002');
    await refusedWith(issue({ CashReceiptType: '1', ReceiptTypeNo: '123' }), '7012');
    await refusedWith(issue({ CashReceiptType: '1' }), '9000', 'ReceiptTypeNo 필드값이 누락되었습니다.');
    const fields = issueFields();
    assert.equal((await client.issueAccount(fields)).fields.ResultCode, '4100');
    await refusedWith(issue({ TID: fields.TID }), 'A225');
    await refusedWith(issue({ Moid: fields.Moid }), 'A127');
  });

  test('are revoked whole before the deposit, and refunded to an account only after it', async () => {
    const { fields } = await issue();
    const tid = fields.TID ?? '';
    await refusedWith(part(tid, '1000'), '2030');
    await refusedWith(cancel(tid, { CancelAmt: '9999' }), '2011');
    assert.equal((await client.status(tid)).fields.Status, '9');
    assert.equal((await cancel(tid)).fields.ResultCode, '2001');
    assert.equal((await client.status(tid)).fields.Status, '1');
    await refusedWith(cancel(tid), '2015');

    const deposited = await depositedAccount();
    assert.equal((await client.status(deposited.gatewayTid)).fields.Status, '0');
    await refusedWith(cancel(deposited.gatewayTid), '2047');
    for (const { number, code } of rig.sandbox.refundAccounts ?? []) {
      await refusedWith(cancel(deposited.gatewayTid, { ...account, RefundAcctNo: number }), code);
    }
    await refusedWith(cancel(deposited.gatewayTid, { ...account, RefundBankCd: '209' }), '2003');
    await refusedWith(cancel(deposited.gatewayTid, { ...account, RefundAcctNm: '가'.repeat(6) }), 'A147');
    await refusedWith(cancel(deposited.gatewayTid, { ...account, RefundAcctNo: '1'.repeat(17) }), 'A147');
    const refunded = await part(deposited.gatewayTid, '4000', account);
    assert.deepEqual(
      [refunded.fields.ResultCode, refunded.fields.ResultMsg, refunded.fields.RemainAmt],
      ['2211', '환불 성공', '000000006000'],
    );
    assert.equal((await client.status(deposited.gatewayTid)).fields.Status, '0');
    await part(deposited.gatewayTid, '6000', account);
    assert.equal((await client.status(deposited.gatewayTid)).fields.Status, '1');
  });

  test('that have expired can not be revoked', async () => {
    const { fields } = await issue();
    clock.set('2024-03-14T00:00:00+09:00');
    await refusedWith(cancel(fields.TID ?? ''), '2016');
  });

  test('tell of their deposit by a form in EUC-KR without a signature, and of a receipt that was wanted with them', async () => {
    const { fields } = await issue({ CashReceiptType: '1', ReceiptTypeNo: '01012345678' });
    const from = rig.notices.length;
    await rig.control.deposit({ orderId: fields.Moid ?? '', depositorName: '김입금' });
    const notice = rig.notices.at(from);
    assert.equal(notice?.headers['content-type'], 'application/x-www-form-urlencoded; charset=euc-kr');
    const pairs = new Map(
      notice?.body
        .toString('latin1')
        .split('&')
        .map((pair) => pair.split('=') as [string, string]),
    );
    assert.equal(pairs.get('VbankInputName'), '%B1%E8%C0%D4%B1%DD');
    const plain = [
      'PayMethod',
      'ResultCode',
      'StateCd',
      'MID',
      'MOID',
      'TID',
      'Amt',
      'VbankNum',
      'AuthDate',
      'RcptType',
    ];
    assert.deepEqual(
      plain.map((name) => pairs.get(name)),
      ['VBANK', '4110', '0', rig.mid, fields.Moid, fields.TID, '10000', fields.VbankNum, '240306120000', '1'],
    );
    const receiptTid = pairs.get('RcptTID') ?? '';
    assert.match(receiptTid, new RegExp(`^${rig.mid}0401`));
    assert.ok(!pairs.has('Signature'));
    // The receipt goes back with the payment.
    await part(fields.TID ?? '', '4000', account);
    const { receipts } = await rig.control.book({ orderId: fields.Moid ?? '' });
    assert.deepEqual(
      receipts.map((receipt) => [receipt.receiptTid, receipt.balanceMinor]),
      [[receiptTid, 6000n]],
    );
  });
});

test('a cancel is told by a notice, too, which is no deposit and only of this merchant', async () => {
  const { notices } = gateway;
  const { gatewayTid: tid, orderId } = await paid('card');
  const from = rig.notices.length;
  await part(tid, '1000', { Moid: 'told' });
  // Any control call waits until what is to be told has been sent.
  await rig.control.resendNotices({ mid: rig.mid, orderId });
  const raw = rig.notices.at(from);
  assert.ok(raw);
  assert.match(raw.body.toString('latin1'), /CancelMOID=told/);
  const keys = noticeKeysOf(rig);
  const opened = notices.open(raw, keys);
  assert.ok(opened.kind === 'notice' && opened.event.kind === 'nothing_to_do');
  assert.equal(notices.open(raw, { ...keys, mid: 'another00m' }).kind, 'forged');
  assert.deepEqual(
    (['taken', 'later', 'refused'] as const).map((taken) => notices.answer(taken).body),
    ['OK', 'FAIL', 'FAIL'],
  );
});

describe('cash receipts', () => {
  let numbers = 0;
  const receiptFields = (parts: Record<string, string> = {}) => ({
    TID: `${rig.mid}0401240306120000${String(++numbers).padStart(4, '0')}`,
    Moid: `receipt-${numbers}`,
    GoodsName: '생수',
    ReceiptAmt: '11000',
    ReceiptType: '1',
    ReceiptTypeNo: '01012345678',
    ReceiptSupplyAmt: '10000',
    ReceiptVAT: '1000',
    ReceiptServiceAmt: '0',
    ReceiptTaxFreeAmt: '0',
    ...parts,
  });
  const issue = (parts: Record<string, string> = {}) => client.issueReceipt(receiptFields(parts));

  test('are issued once per TID and Moid, when their parts add up, and are found by their TID', async () => {
    const fields = receiptFields();
    const issued = await client.issueReceipt(fields);
    assert.deepEqual(
      [issued.fields.ResultCode, issued.fields.ResultMsg, issued.fields.TID, issued.fields.AuthDate],
      ['7001', '현금영수증 처리 성공', fields.TID, '240306120000'],
    );
    const { fields: status } = await client.status(fields.TID);
    assert.deepEqual([status.Status, status.AuthCode], ['0', issued.fields.AuthCode]);
    assert.equal((await client.status(receiptFields().TID)).fields.Status, '9');
    await refusedWith(client.issueReceipt(fields), '7003');
    await refusedWith(issue({ TID: fields.TID }), 'A225');
    await refusedWith(issue({ ReceiptVAT: '999' }), '1615');
    await refusedWith(issue({ ReceiptType: '3' }), '7002');
    await refusedWith(issue({ ReceiptTypeNo: '010-1234-5678' }), '7012');
    await refusedWith(issue({ TID: `${rig.mid}03012403061200000001` }), 'A115');
    await refusedWith(issue({ ReceiptServiceAmt: '' }), '9000', 'ReceiptServiceAmt 필드값이 누락되었습니다.');
  });

  test('are cancelled by their TID like payments, in part and whole, in the year of their issue', async (t) => {
    await underContract(t);
    const { TID = '' } = (await issue()).fields;
    const partly = await part(TID, '1000', { Moid: 'part-of-a-receipt' });
    assert.deepEqual([partly.fields.ResultCode, partly.fields.RemainAmt], ['2001', '000000010000']);
    await refusedWith(part(TID, '1000', { Moid: 'part-of-a-receipt' }), 'A127');
    await refusedWith(part(TID, '10001'), '2032');
    await refusedWith(cancel(TID), '2011');
    const other = (await issue()).fields.TID ?? '';
    clock.set('2024-12-31T23:59:59+09:00');
    assert.equal((await part(TID, '10000')).fields.RemainAmt, '000000000000');
    await refusedWith(part(TID, '1'), '2015');
    clock.set('2025-01-01T00:00:00+09:00');
    await refusedWith(cancel(other, { CancelAmt: '11000' }), '2016');
  });
});

test('numbers of accounts and of people, and names of holders, are not kept', async () => {
  const { gatewayTid: tid, orderId } = await depositedAccount();
  await cancel(tid, { RefundAcctNo: '5391827364501928', RefundBankCd: '088', RefundAcctNm: '비밀예금주' });
  await client.issueReceipt({
    TID: `${rig.mid}04012403061200009998`,
    Moid: 'secret',
    GoodsName: '생수',
    ReceiptAmt: '100',
    ReceiptType: '1',
    ReceiptTypeNo: '01087654321',
    ReceiptSupplyAmt: '100',
    ReceiptVAT: '0',
    ReceiptServiceAmt: '0',
    ReceiptTaxFreeAmt: '0',
  });
  assertNotKept(rig, orderId, ['5391827364501928', '비밀예금주', '01087654321']);
});

test('a notice that is not answered with OK is not taken, and kept to be sent again', async () => {
  const receiver = rig.call().noticeUrl ?? '';
  try {
    await rig.control.setNoticeUrl(server.url);
    server.willAnswer(200, 'FAIL');
    const { orderId } = await depositedAccount();
    const [notice] = await rig.control.listNotices({ mid: rig.mid, orderId });
    assert.deepEqual([notice?.isTaken, server.requests.length > 0], [false, true]);
    await rig.control.setNoticeUrl(receiver);
    await rig.control.resendNotices({ mid: rig.mid, orderId });
    const [again] = await rig.control.listNotices({ mid: rig.mid, orderId });
    assert.equal(again?.isTaken, true);
  } finally {
    await rig.control.setNoticeUrl(receiver);
  }
});
