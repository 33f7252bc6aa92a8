import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kicc } from '../../../src/gateways/kicc/module.ts';
import { kiccSimulatorNotices } from '../../../src/gateways/kicc/simulator/notices.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';
import { kiccClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const { gateway, rig, paid, waiting } = await openDesk(kicc, { clock });
const { identify, open, answer } = gateway.notices;
const keys = noticeKeysOf(rig);

const raw = (body: string, contentType = 'application/json; charset=utf-8') =>
  rawNotice(body, { headers: { 'content-type': contentType } });

/** The deposit of KICC's own example, with this merchant. */
const deposited = (parts: Record<string, unknown> = {}) => ({
  resCd: '0000',
  resMsg: '입금완료',
  notiType: '30',
  mallId: rig.mid,
  pgCno: '25110509275200000001',
  amount: '15000',
  shopOrderNo: 'imp_123456789012',
  transactionDate: '20251105092752',
  bankCode: '11',
  bankName: '농협은행',
  accountNo: '79013419904403',
  depositName: '테스트',
  escrowUsed: 'N',
  payMethodTypeCode: '22',
  tlfSno: '25110109000000000002',
  depoBkcd: '090',
  ...parts,
});

function eventOf(fields: Record<string, unknown>) {
  const opened = open(raw(JSON.stringify(fields)), keys);
  assert.ok(opened.kind === 'notice');
  assert.equal(opened.trust, 'unverified');
  return opened.event;
}

describe('a deposit', () => {
  test('is told with a number of its own, and names the payment by that of the issue', async () => {
    const { orderId, gatewayTid, accountNumber } = await waiting('vbank', { cashReceiptIdentifier: '01012345678' });
    await rig.control.deposit({ orderId, depositorName: '김입금' });
    const notice = rig.notices.at(-1);
    assert.ok(notice);
    const sent = JSON.parse(notice.body.toString('utf8'));
    assert.notEqual(sent.pgCno, gatewayTid);
    assert.match(sent.pgCno, /^\d{20}$/);
    assert.deepEqual([sent.tlfSno, sent.bankCode, sent.cashUsed], [gatewayTid, '26', '1']);
    assert.doesNotMatch(sent.cashAuthValue, /01012345678/);
    assert.deepEqual(identify(notice), { mid: rig.mid, orderId, gatewayTid });
    const opened = open(notice, keys);
    assert.deepEqual(opened.kind === 'notice' && opened.event, {
      kind: 'deposit',
      amountMinor: 10_000n,
      accountNumber,
      depositorName: '김입금',
      depositedAt: clock.now(),
      depositTid: null,
    });
  });

  test('of KICC’s own example is read as it is, as JSON and as a form', () => {
    const expected = {
      kind: 'deposit',
      amountMinor: 15_000n,
      accountNumber: '79013419904403',
      depositorName: '테스트',
      depositedAt: new Date('2025-11-05T09:27:52+09:00'),
      depositTid: null,
    };
    const form = String(new URLSearchParams(deposited() as Record<string, string>));
    for (const notice of [
      raw(JSON.stringify(deposited())),
      raw(JSON.stringify(deposited({ amount: 15_000 }))),
      raw(form, 'application/x-www-form-urlencoded'),
    ]) {
      const opened = open(notice, keys);
      assert.deepEqual(opened.kind === 'notice' && opened.event, expected);
      assert.equal(opened.kind === 'notice' && opened.gatewayTid, '25110109000000000002');
    }
  });

  test('that the bank took back is told as such', () => {
    const fields = deposited({ notiType: '31', resMsg: '입금취소' });
    assert.deepEqual(eventOf(fields), { kind: 'deposit_reversed' });
    assert.equal(identify(raw(JSON.stringify(fields)))?.gatewayTid, '25110109000000000002');
  });

  test('for another merchant is not believed', () => {
    assert.equal(open(raw(JSON.stringify(deposited({ mallId: 'T0000000' }))), keys).kind, 'forged');
  });
});

describe('the end of a refund', () => {
  async function refund(succeeded: boolean) {
    const { orderId, gatewayTid: pgCno } = await paid('vbank');
    const client = kiccClientOf(rig, () => '20240306');
    const { body } = await client.revise(pgCno, {
      shopTransactionId: `refund-${succeeded}`,
      reviseTypeCode: '60',
      reviseSubTypeCode: 'RF01',
      refundInfo: { refundBankCode: '088', refundAccountNo: '110123456789', refundDepositName: '홍길동' },
    });
    await rig.control.completeRefund({ orderId, succeeded });
    const notice = rig.notices.at(-1);
    assert.ok(notice);
    return { pgCno, cancelPgCno: body.cancelPgCno, opened: open(notice, keys) };
  }

  test('that was paid out comes as 50 with KICC’s number of the refund', async () => {
    const { pgCno, cancelPgCno, opened } = await refund(true);
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result');
    assert.equal(opened.gatewayTid, pgCno);
    assert.deepEqual([opened.event.succeeded, opened.event.cancelTid], [true, cancelPgCno]);
  });

  test('that was not paid out comes as 51 with KICC’s code and text', async () => {
    const { pgCno, opened } = await refund(false);
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result');
    assert.equal(opened.gatewayTid, pgCno);
    assert.deepEqual(
      [opened.event.succeeded, opened.event.code, opened.event.message],
      [false, '5413', '기타수취불가'],
    );
  });

  test('that was refused is a failure, also where it comes as 50', () => {
    const event = eventOf(
      deposited({ notiType: '50', statusCode: 'RF03', statusMessage: '환불거절', cancelPgCno: '1' }),
    );
    assert.ok(event.kind === 'refund_result');
    assert.deepEqual([event.succeeded, event.code, event.message], [false, 'RF03', '환불거절']);
  });
});

test('notices of our own requests and of other services ask for nothing', () => {
  for (const notiType of ['10', '20', '40', '70']) {
    assert.deepEqual(eventOf(deposited({ notiType })), { kind: 'nothing_to_do', what: notiType });
  }
});

test('what names no merchant, no transaction or no kind is no notice', () => {
  for (const wrong of [{ mallId: '' }, { pgCno: null }, { notiType: '3' }, { notiType: 30.5 }]) {
    const notice = raw(JSON.stringify(deposited(wrong)));
    assert.equal(identify(notice), undefined, JSON.stringify(wrong));
    assert.equal(open(notice, keys).kind, 'forged');
  }
  for (const body of ['', '{', '[]', 'null', '{"notiType":{}}']) assert.equal(identify(raw(body)), undefined);
});

test('the answer ends it only when the notice was taken; the simulator knows the older form of the answer too', () => {
  assert.deepEqual(JSON.parse(answer('taken').body), { resCd: '0000', resMsg: '정상' });
  const isTaken = (body: string, status = 200) => kiccSimulatorNotices.isTaken({ status, body });
  assert.ok(isTaken(answer('taken').body));
  for (const other of ['later', 'refused'] as const) assert.ok(!isTaken(answer(other).body));
  assert.ok(isTaken('res_cd=0000^res_msg=SUCCESS'));
  assert.ok(!isTaken('res_cd=5001^res_msg=FAIL'));
  assert.ok(!isTaken(answer('taken').body, 500));
  for (const body of ['', 'OK', 'null', '{"resCd":0}']) assert.ok(!isTaken(body));
});
