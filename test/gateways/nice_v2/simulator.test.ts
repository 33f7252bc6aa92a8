import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { request } from 'undici';
import { niceV2Gateway as gateway } from '../../../src/gateways/nice_v2/adapter/adapter.ts';
import { niceV2 } from '../../../src/gateways/nice_v2/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { assertNotKept } from '../kit/not-kept.ts';
import { accountIssueOf } from '../kit/payment-requests.ts';
import { confirmed, type WindowParts } from '../kit/scenarios.ts';
import { sha256 } from '../nice/kit.ts';
import { niceNoon, noon } from './kit.ts';

/** NICE's codes and texts as its table prints them: what the simulator says is compared with this, not with its own table. */
const texts: Readonly<Record<string, string>> = {
  '2003': '취소 실패',
  '2010': '취소 요청금액 0원 이하',
  '2013': '취소 완료 거래',
  '2016': '취소 기한 초과',
  '2029': '부분취소 불가능 결제수단',
  '2033': '부분취소 불가능금액 전체취소 이용바람',
  '7002': '현금영수증 종류오류',
  '7012': '현금영수증 Identity 번호 오류',
  P013: '파라미터 amount[11000]이 공급가액, 부가세, 봉사료, 비과세급액의 합과 동일하지 않습니다.',
  P024: '날짜형식(ISO8601)이 아닙니다.',
  P036: '면세금액이 결제금액을 초과할수 없습니다.',
  U104: '사용자 인증에 실패하였습니다.',
  U105: '필드 최대길이 초과[max:100, realLength:102]',
  U106: '현금영수증 취소는 별도 API 이용 요망',
  U107: '거래내역이 존재 하지 않습니다.',
  U112: '이미 사용된 OrderId 입니다.',
  U116: '사용자 정보가 존재하지 않습니다.',
  U122: '취소 해당거래 없음',
  U123: '취소금액이 취소가능금액보다 큼.',
  U125: '잘못된 요청 입니다.',
  U126: 'orderId가 존재 하지 않습니다.',
  U127: '요청 금액이 올바르지 않습니다.',
  U130: '허용된 Date형식이 아닙니다.',
  U304: 'BASIC AUTHENTICATION 실패',
  U305: 'BEARER AUTHENTICATION 실패',
  U308: 'Method Not Allowed.',
  U312: 'SIGN DATA 검증에 실패하였습니다.',
  U319: '요청하신 면세금액이 취소가능한 면세금액을 초과 오류',
  U320: '페이지를 찾을 수 없습니다.',
};

const clock = movingClock(noon);
const { rig, paid, waiting, cancelOf } = await openDesk(niceV2, { clock });
const { clientKey = '', secretKey = '' } = rig.call().channel.credentials;
beforeEach(() => clock.set(noon));

interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
  readonly body: Record<string, unknown>;
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function send(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body: string | null,
  authorization = basic(clientKey, secretKey),
): Promise<Answer> {
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await request(rig.url + path, { method, headers, body });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, bytes, body: readJson(bytes) };
}
const post = (path: string, body: unknown) => send('POST', path, JSON.stringify(body));
const get = (path: string) => send('GET', path, null);

function readJson(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

let orders = 0;
const cancelBody = (parts: Record<string, unknown> = {}) => ({
  reason: '단순 변심',
  orderId: `cancel-${++orders}`,
  ...parts,
});
const cancel = (tid: string, parts: Record<string, unknown> = {}) =>
  post(`/v1/payments/${tid}/cancel`, cancelBody(parts));
const account = { refundAccount: '110123456789', refundBankCode: '088', refundHolder: '홍길동' };

async function refusedWith(answer: Promise<Answer>, code: string, text = texts[code], status = 200): Promise<void> {
  const { status: got, body } = await answer;
  assert.deepEqual([got, body], [status, { resultCode: code, resultMsg: text }]);
}

/** Of the window, not of our adapter. */
const depositedAccount = () => paid('vbank', {});
const waitingAccount = (parts: WindowParts = {}) => waiting('vbank', parts);

describe('a request', () => {
  test('without the right keys is told apart by what is wrong with them, with 401', async () => {
    const as = (authorization: string) => send('GET', '/v1/payments/none', null, authorization);
    await refusedWith(as(basic(clientKey, 'wrong')), 'U104', texts.U104, 401);
    await refusedWith(as(basic('nobody', secretKey)), 'U116', texts.U116, 401);
    await refusedWith(as('Basic ???'), 'U304', texts.U304, 401);
    await refusedWith(as(basic(clientKey, '')), 'U304', texts.U304, 401);
    await refusedWith(as('Bearer 6d0a7caa1b7358c8aa06'), 'U305', texts.U305, 401);
    await refusedWith(get('/v1/payments/none'), 'U107');
  });

  test('to an unknown path is 404, and with another method 405', async () => {
    await refusedWith(get('/v1/unknown'), 'U320', texts.U320, 404);
    await refusedWith(send('DELETE', '/v1/payments/none', null), 'U308', texts.U308, 405);
  });

  test('may leave the signature out; a wrong one is refused, over a date of another form as well', async () => {
    const { gatewayTid: tid } = await paid('card');
    await refusedWith(cancel(tid, { ediDate: niceNoon, signData: sha256(tid, niceNoon, 'wrong') }), 'U312');
    await refusedWith(cancel(tid, { signData: sha256(tid, niceNoon, secretKey) }), 'U312');
    await refusedWith(cancel(tid, { ediDate: '20240306120000', signData: '' }), 'P024');
    const query = new URLSearchParams({ ediDate: niceNoon, signData: sha256('x', niceNoon, secretKey) });
    await refusedWith(get(`/v1/payments/${tid}?${query}`), 'U312');
    const signed = { ediDate: niceNoon, signData: sha256(tid, niceNoon, secretKey) };
    assert.equal((await get(`/v1/payments/${tid}?${new URLSearchParams(signed)}`)).body.resultCode, '0000');
    assert.equal((await cancel(tid, signed)).body.resultCode, '0000');
  });

  test('that misses a field, is too long in bytes of EUC-KR, or is no JSON in UTF-8 is refused', async () => {
    const { gatewayTid: tid } = await paid('card');
    for (const name of ['reason', 'orderId']) {
      await refusedWith(cancel(tid, { [name]: null }), 'U100', `${name} 필수입력항목이 누락되었습니다.`);
      await refusedWith(cancel(tid, { [name]: '' }), 'U100', `${name} 필수입력항목이 누락되었습니다.`);
    }
    await refusedWith(cancel(tid, { reason: '가'.repeat(51) }), 'U105');
    await refusedWith(cancel(tid, { orderId: 'o'.repeat(65) }), 'U105', '필드 최대길이 초과[max:64, realLength:65]');
    await refusedWith(cancel(tid, { reason: 1 }), 'U125');
    for (const cancelAmt of ['1,000', '', true, 1.5, -1, 10 ** 12, '1000000000000'])
      await refusedWith(cancel(tid, { cancelAmt }), 'U127');
    await refusedWith(cancel(tid, { cancelAmt: 0 }), '2010');
    for (const body of ['', '[]', 'null', '{'])
      await refusedWith(send('POST', `/v1/payments/${tid}/cancel`, body), 'U125');
    assert.equal((await get(`/v1/payments/${tid}`)).body.status, 'paid');
  });

  test('of any kind is answered with a code, and never by a failure of the simulator', async () => {
    const { gatewayTid: tid } = await paid('card');
    const names = ['reason', 'orderId', 'cancelAmt', 'taxFreeAmt', 'ediDate', 'signData', 'returnCharSet', '__proto__'];
    const parts = fc.dictionary(fc.constantFrom(...names), fc.jsonValue(), { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(parts, async (body) => {
        const answer = await post(`/v1/payments/${tid}/cancel`, { signData: 'none', ...body });
        assert.deepEqual([answer.status, typeof answer.body.resultCode], [200, 'string']);
        assert.equal((await post('/v1/receipt', body)).status, 200);
      }),
      { numRuns: 100 },
    );
    for (const path of ['/v1/payments/%', '/v1/payments/%00', '/v1/receipt/%2F', '/v1/payments/find/%?orderDate=1']) {
      assert.ok((await get(path)).status < 500, path);
    }
  });

  test('may have its amount as a text, as what a form gave to a shop', async () => {
    const { gatewayTid: tid } = await paid('card', { taxFreeMinor: 1000n });
    const { body } = await cancel(tid, { cancelAmt: '3000', taxFreeAmt: '500' });
    assert.deepEqual([body.resultCode, body.balanceAmt], ['0000', 7000]);
  });

  test('is answered in EUC-KR when that is asked for', async () => {
    const { gatewayTid: tid } = await paid('card', { orderName: '생수 두 병' });
    const { bytes } = await get(`/v1/payments/${tid}?returnCharSet=euc-kr`);
    const payment = JSON.parse(iconv.decode(bytes, 'euc-kr')) as Record<string, unknown>;
    assert.deepEqual([payment.goodsName, payment.resultMsg], ['생수 두 병', '정상 처리되었습니다.']);
    assert.deepEqual(readJson(bytes), {});
  });
});

describe('cancelling', () => {
  test('answers the whole payment, signed, with the cancel among its cancels; a part has a TID of its own', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    const partly = (await cancel(tid, { cancelAmt: 3000 })).body;
    assert.deepEqual(
      [partly.tid, partly.orderId, partly.status, partly.amount, partly.balanceAmt, partly.cancelledAt],
      [tid, orderId, 'partialCancelled', 10_000, 7000, niceNoon],
    );
    assert.equal(partly.signature, sha256(tid, '10000', String(partly.ediDate), secretKey));
    const [entry] = partly.cancels as Record<string, unknown>[];
    assert.deepEqual([entry?.tid, entry?.amount, entry?.reason], [partly.cancelledTid, 3000, '단순 변심']);
    assert.match(String(partly.cancelledTid), new RegExp(`^${rig.mid}0101240306120000[0-9A-Z]{4}$`));
    const whole = await paid('card');
    const cancelled = (await cancel(whole.gatewayTid, { orderId: whole.orderId })).body;
    assert.deepEqual(
      [cancelled.cancelledTid, cancelled.status, cancelled.balanceAmt],
      [whole.gatewayTid, 'cancelled', 0],
    );
    await refusedWith(cancel(whole.gatewayTid), '2013');
    const looked = (await get(`/v1/payments/find/${orderId}?orderDate=20240306`)).body;
    assert.deepEqual([looked.tid, looked.balanceAmt, looked.cancelledTid], [tid, 7000, null]);
  });

  test('takes an order id once: a partial cancel that comes twice is carried out once', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    assert.equal((await cancel(tid, { cancelAmt: 1000, orderId: 'once' })).body.balanceAmt, 9000);
    await refusedWith(cancel(tid, { cancelAmt: 1000, orderId: 'once' }), 'U112');
    await refusedWith(cancel(tid, { cancelAmt: 1000, orderId }), 'U112');
    // What was refused has not used its order id up.
    await refusedWith(cancel(tid, { cancelAmt: 9001, orderId: 'twice' }), 'U123');
    assert.equal((await cancel(tid, { orderId: 'twice' })).body.balanceAmt, 0);
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 10_000n);
  });

  test('knows what is left of the tax-free part', async () => {
    const { gatewayTid: tid } = await paid('card', { taxFreeMinor: 1000n });
    await refusedWith(cancel(tid, { cancelAmt: 900, taxFreeAmt: 901 }), 'P036');
    await refusedWith(cancel(tid, { cancelAmt: 1500, taxFreeAmt: 1001 }), 'U319');
    assert.equal((await cancel(tid, { cancelAmt: 1000, taxFreeAmt: 900 })).body.balanceAmt, 9000);
    await refusedWith(cancel(tid, { cancelAmt: 1000, taxFreeAmt: 101 }), 'U319');
    assert.equal((await cancel(tid)).body.balanceAmt, 0);
  });

  test("does not reach another merchant's payments, and names an unknown one", async () => {
    const { gatewayTid: tid } = await paid('card');
    const mid = rig.sandbox.mid('other');
    const other = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials: other });
    const authorization = basic(other.clientKey ?? '', other.secretKey ?? '');
    const body = JSON.stringify(cancelBody());
    await refusedWith(send('POST', `/v1/payments/${tid}/cancel`, body, authorization), 'U122');
    assert.equal((await send('GET', `/v1/payments/${tid}`, null, authorization)).body.resultCode, 'U120');
    await refusedWith(get('/v1/payments/find/imp_none?orderDate=20240306'), 'U126');
    await refusedWith(get('/v1/payments/find/imp_none?orderDate=2024-3-6'), 'U130');
    await refusedWith(get('/v1/payments/find/imp_none'), 'U100', 'orderDate 필수입력항목이 누락되었습니다.');
  });

  test('looks an order up by the day on which it was made, and no other', async () => {
    const { orderId } = await paid('card');
    await refusedWith(get(`/v1/payments/find/${orderId}?orderDate=20240307`), 'U126');
  });

  test('has its time: cards a year, deposited accounts 180 days, telephones their month and as a whole', async () => {
    const card = await paid('card');
    const phone = await paid('phone');
    const vbank = await depositedAccount();
    clock.set('2024-03-31T23:59:59+09:00');
    await refusedWith(cancel(phone.gatewayTid, { cancelAmt: 1000 }), '2029');
    clock.set('2024-04-01T00:00:00+09:00');
    await refusedWith(cancel(phone.gatewayTid), '2016');
    clock.set('2024-09-02T12:00:00+09:00');
    assert.equal((await cancel(vbank.gatewayTid, { cancelAmt: 1000, ...account })).body.resultCode, '0000');
    clock.set('2024-09-02T12:00:01+09:00');
    await refusedWith(cancel(vbank.gatewayTid, { cancelAmt: 1000, ...account }), '2016');
    clock.set('2025-03-06T12:00:00+09:00');
    assert.equal((await cancel(card.gatewayTid, { cancelAmt: 1000 })).body.resultCode, '0000');
    clock.set('2025-03-06T12:00:01+09:00');
    await refusedWith(cancel(card.gatewayTid, { cancelAmt: 1000 }), '2016');
  });

  test('takes the receipt that was issued with the payment back with it, by the same amount', async () => {
    const { gatewayTid: tid, orderId } = await paid('trans', { cashReceiptIdentifier: '01012345678' });
    const partly = (await cancel(tid, { cancelAmt: 3000 })).body;
    const receipts = partly.cashReceipts as Record<string, unknown>[];
    assert.deepEqual(
      receipts.map(({ status, amount, orgTid }) => [status, amount, orgTid]),
      [
        ['issueRequested', 10_000, tid],
        ['cancelRequested', 3000, partly.cancelledTid],
      ],
    );
    assert.deepEqual([partly.issuedCashReceipt, (partly.bank as Record<string, unknown>).bankCode], [true, '088']);
    assert.equal((await rig.control.book({ orderId })).receipts[0]?.balanceMinor, 7000n);
    await refusedWith(cancel(String(receipts[0]?.receiptTid)), 'U106');
  });
});

describe('virtual accounts', () => {
  test('are revoked whole before the deposit, and refunded to an account only after it', async () => {
    const { gatewayTid: tid } = await waitingAccount();
    await refusedWith(cancel(tid, { cancelAmt: 1000 }), '2033');
    const revoked = (await cancel(tid)).body;
    assert.deepEqual(
      [revoked.status, revoked.paidAt, revoked.balanceAmt, revoked.cancelledTid],
      ['cancelled', '0', 0, tid],
    );
    await refusedWith(cancel(tid), '2013');

    const deposited = await depositedAccount();
    await refusedWith(cancel(deposited.gatewayTid), 'U100', 'refundAccount 필수입력항목이 누락되었습니다.');
    await refusedWith(
      cancel(deposited.gatewayTid, { ...account, refundHolder: '가'.repeat(6) }),
      'U105',
      '필드 최대길이 초과[max:10, realLength:12]',
    );
    await refusedWith(cancel(deposited.gatewayTid, { ...account, refundBankCode: '209' }), '2003');
    for (const { number, code } of rig.sandbox.refundAccounts ?? []) {
      await refusedWith(cancel(deposited.gatewayTid, { ...account, refundAccount: number }), code);
    }
    const refunded = (await cancel(deposited.gatewayTid, { cancelAmt: 4000, ...account })).body;
    assert.deepEqual([refunded.status, refunded.balanceAmt, refunded.paidAt], ['partialCancelled', 6000, niceNoon]);
  });

  test('that have expired are neither paid nor revoked', async () => {
    const dueAt = new Date('2024-03-07T12:00:00+09:00');
    const { gatewayTid: tid, orderId } = await waitingAccount({ dueAt });
    clock.set('2024-03-07T12:00:00+09:00');
    assert.equal((await rig.control.deposit({ orderId })).kind, 'refused');
    await refusedWith(cancel(tid), '2016');
    assert.equal((await get(`/v1/payments/${tid}`)).body.status, 'expired');
  });

  test('tell of their deposit, and of their cancel, by the payment as it is then, signed', async () => {
    const made = await waitingAccount();
    const from = rig.notices.length;
    await rig.control.deposit({ orderId: made.orderId });
    await cancel(made.gatewayTid, account);
    await rig.control.resendNotices({ mid: rig.mid, orderId: made.orderId });
    const bodies = rig.notices.slice(from, from + 2).map(({ body }) => readJson(body));
    assert.equal(rig.notices.at(from)?.headers['content-type'], 'application/json;charset=utf-8');
    assert.deepEqual(
      bodies.map(({ tid, status, cancelledTid }) => [tid, status, cancelledTid]),
      [
        [made.gatewayTid, 'paid', null],
        [made.gatewayTid, 'cancelled', made.gatewayTid],
      ],
    );
    for (const body of bodies) {
      assert.equal(body.signature, sha256(made.gatewayTid, '10000', String(body.ediDate), secretKey));
    }
  });

  test('that are issued by the stand-in are accounts of NICE like the others from then on', async () => {
    const account = await paid('vbank');
    assert.match(account.gatewayTid, /^standin/);
    confirmed(await gateway.operations.cancel.send(rig.call(), cancelOf(account, { amountMinor: 4000n })));
    assert.equal((await get(`/v1/payments/${account.gatewayTid}`)).body.balanceAmt, 6000);
    const live = await gateway.operations.issue_vbank.send(rig.call({ mode: 'live' }), accountIssueOf(rig.orderId()));
    assert.equal(live.kind, 'never_sent');
  });
});

describe('cash receipts', () => {
  const receiptBody = (parts: Record<string, unknown> = {}) => ({
    orderId: `receipt-${++orders}`,
    amount: 11_000,
    goodsName: '생수',
    receiptType: 'individual',
    receiptNo: '01012345678',
    supplyAmt: 10_000,
    goodsVat: 1000,
    taxFreeAmt: 0,
    serviceAmt: 0,
    ...parts,
  });
  const issue = (parts: Record<string, unknown> = {}) => post('/v1/receipt', receiptBody(parts));
  const revoke = (tid: unknown, parts: Record<string, unknown> = {}) =>
    post(`/v1/receipt/${tid}/cancel`, cancelBody(parts));
  const split = (supplyAmt: number, goodsVat: number) => ({ supplyAmt, goodsVat, taxFreeAmt: 0, serviceAmt: 0 });

  test('are issued once per order id, when their parts add up, at both spellings of the path', async () => {
    const body = receiptBody();
    const issued = (await post('/v1/receipt', body)).body;
    assert.deepEqual([issued.resultCode, issued.orderId, issued.approvedAt], ['0000', body.orderId, niceNoon]);
    assert.match(String(issued.tid), new RegExp(`^${rig.mid}0401240306120000[0-9A-Z]{4}$`));
    const signature = sha256(String(issued.tid), body.orderId, String(issued.ediDate), secretKey);
    assert.equal(issued.signature, signature);
    await refusedWith(post('/v1/receipt', body), 'U112');
    assert.equal((await post('/v1/receipt/', receiptBody())).body.resultCode, '0000');
    await refusedWith(issue({ goodsVat: 999 }), 'P013');
    await refusedWith(issue({ serviceAmt: null }), 'U100', 'serviceAmt 필수입력항목이 누락되었습니다.');
    await refusedWith(issue({ receiptType: 'private' }), '7002');
    await refusedWith(issue({ receiptNo: '010-1234-5678' }), '7012');
    await refusedWith(issue({ receiptType: 'company', receiptNo: '01012345678' }), '7012');
    const wrong = { ediDate: niceNoon, signData: sha256('x', '11000', niceNoon, secretKey) };
    await refusedWith(issue(wrong), 'U312');
  });

  test('are revoked in part with four parts, and whole without, once per order id, in the year of their issue', async () => {
    const { tid } = (await issue()).body;
    await refusedWith(revoke(tid, { cancelAmt: 1100 }), 'U100', 'taxFreeAmt 필수입력항목이 누락되었습니다.');
    const partly = { cancelAmt: 1100, ...split(1000, 100), orderId: 'part-of-a-receipt' };
    const revoked = (await revoke(tid, partly)).body;
    assert.deepEqual([revoked.cancelAmt, revoked.balanceAmt, revoked.cancelledAt], [1100, 9900, niceNoon]);
    await refusedWith(revoke(tid, partly), 'U112');
    await refusedWith(revoke(tid, { cancelAmt: 9901, ...split(9901, 0) }), 'U123');
    const looked = (await get(`/v1/receipt/${tid}`)).body;
    assert.deepEqual([looked.tid, looked.balanceAmt, looked.cancelAmt], [revoked.tid, 9900, 1100]);
    assert.equal((await revoke(tid)).body.balanceAmt, 0);
    await refusedWith(revoke(tid), '2013');
    await refusedWith(revoke('none'), 'U122');
    await refusedWith(get('/v1/receipt/none'), 'U107');
    const other = (await issue()).body.tid;
    clock.set('2025-01-01T00:00:00+09:00');
    await refusedWith(revoke(other), '2016');
  });
});

test('numbers of accounts and of people, and names of holders, are not kept', async () => {
  const { gatewayTid: tid, orderId } = await depositedAccount();
  await cancel(tid, { refundAccount: '5391827364501928', refundBankCode: '088', refundHolder: '비밀예금주' });
  const receipt = { orderId: 'secret', amount: 100, goodsName: '생수', receiptType: 'individual' };
  const parts = { supplyAmt: 100, goodsVat: 0, taxFreeAmt: 0, serviceAmt: 0 };
  assert.equal((await post('/v1/receipt', { ...receipt, ...parts, receiptNo: '01087654321' })).body.resultCode, '0000');
  assertNotKept(rig, orderId, ['5391827364501928', '비밀예금주', '01087654321']);
});
