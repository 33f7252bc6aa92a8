import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openInicisDesk } from './desk.ts';
import {
  inicisClientOf,
  issueFields,
  part,
  receiptFields,
  refundAccountOf,
  refusedWith,
  succeeds,
  v2ReceiptFields,
} from './kit.ts';

const desk = await openInicisDesk();
const { rig, clock, paid, waiting } = desk;
const inicis = inicisClientOf(rig);
const account = () => refundAccountOf(inicis);

describe('a virtual account', () => {
  test('is issued once per order number, and revoked once, before its deposit', async () => {
    const orderId = rig.orderId();
    const issued = await succeeds(inicis.v1('issue', issueFields(orderId)));
    assert.deepEqual(
      [issued.vacctBankCode, issued.validDate, issued.validTime, issued.price, issued.authDate, issued.authTime],
      ['88', '20240310', '183000', '10000', '20240306', '120000'],
    );
    assert.match(String(issued.vacct), /^\d{10,16}$/);
    const again = await refusedWith(inicis.v1('issue', issueFields(orderId)), '01');
    assert.equal(again.resultMsg, '주문번호 중복');
    const tid = String(issued.tid);
    await succeeds(inicis.v1('revoke', { tid }));
    await refusedWith(inicis.v1('revoke', { tid }), '500626');
    const deposit = await rig.control.deposit({ orderId });
    assert.equal(deposit.kind, 'refused');
  });

  test('needs every field, a bank that INICIS has, and a deadline ahead', async () => {
    const orderId = rig.orderId();
    for (const changes of [
      { moid: '' },
      { moid: 'x'.repeat(41) },
      { goodName: '' },
      { buyerName: '' },
      { buyerEmail: '' },
      { nmInput: '' },
      { url: '' },
      { price: '0' },
      { price: '10,000' },
      { bankCode: '088' },
      { bankCode: '99' },
      { dtInput: '20240230' },
      { dtInput: '20240306', tmInput: '1200' },
      { tmInput: '' },
      { tmInput: '2560' },
      { tax: '9000', taxFree: '1001' },
    ]) {
      await refusedWith(inicis.v1('issue', issueFields(orderId, changes)), 'ERR012');
    }
    assert.deepEqual((await rig.control.book({ orderId })).transactions, []);
  });

  test('with the hour 0000 is open until the end of that day, and then expires', async () => {
    const orderId = rig.orderId();
    const issued = await succeeds(inicis.v1('issue', issueFields(orderId, { dtInput: '20240306', tmInput: '0000' })));
    assert.deepEqual([issued.validDate, issued.validTime], ['20240306', '235959']);
    clock.set('2024-03-06T23:59:59+09:00');
    const late = await rig.control.deposit({ orderId });
    assert.equal(late.kind === 'refused' && late.code, 'EXPIRED');
    clock.set('2024-03-06T12:00:00+09:00');
  });
});

describe('a cash receipt', () => {
  test('is issued as often as it is asked for, and each one is revoked once', async () => {
    const moid = rig.orderId();
    const first = await succeeds(inicis.v1('receipt', receiptFields(inicis, { moid })));
    const second = await succeeds(inicis.v1('receipt', receiptFields(inicis, { moid })));
    assert.notEqual(first.tid, second.tid);
    assert.match(String(first.authNo), /^\d{9}$/);
    assert.deepEqual([first.crPrice, first.supPrice, first.tax, first.authUseOpt], ['10000', '9091', '909', '0']);
    const revoked = await succeeds(inicis.v1('revokeReceipt', { tid: String(first.tid) }));
    assert.match(String(revoked.cshrCancelNum), /^\d{9}$/);
    await refusedWith(inicis.v1('revokeReceipt', { tid: String(first.tid) }), '500626');
    await refusedWith(inicis.v1('revokeReceipt', { tid: 'INIAPICSHRnone' }), '01');
    const { receipts } = await rig.control.book({ mid: rig.mid });
    assert.equal(receipts.find(({ receiptTid }) => receiptTid === second.tid)?.status, 'issued');
  });

  test('has amounts that add up, an encrypted number, and one of two uses', async () => {
    for (const changes of [
      { supPrice: '9090' },
      { srcvPrice: '1' },
      { crPrice: '0', supPrice: '0', tax: '0' },
      { regNum: '01012345678' },
      { regNum: inicis.encrypt('010-1234-5678') },
      { regNum: '' },
      { useOpt: '2' },
      { useOpt: '' },
      { goodName: '' },
      { buyerName: '' },
      { buyerEmail: '' },
    ]) {
      await refusedWith(inicis.v1('receipt', receiptFields(inicis, changes)), 'ERR012');
    }
  });

  test('is issued and revoked over v2 as well, as a whole', async () => {
    const issued = await succeeds(inicis.v2('receipt', v2ReceiptFields(inicis, { issueType: '1' })));
    assert.deepEqual([issued.authDate, issued.authTime], ['20240306', '120000']);
    assert.match(String(issued.authNo), /^\d{9}$/);
    const tid = String(issued.tid);
    const book = async () => {
      const { receipts } = await rig.control.book({ mid: rig.mid });
      return receipts.find(({ receiptTid }) => receiptTid === tid);
    };
    assert.equal((await book())?.amountMinor, 10_000n);
    await refusedWith(inicis.v2('partialRefund', part(tid, 3000, 7000)), '01');
    const revoked = await succeeds(inicis.v2('refund', { tid, msg: '단순 변심' }));
    assert.match(String(revoked.cshrCancelNum), /^\d{9}$/);
    assert.equal((await book())?.balanceMinor, 0n);
    await refusedWith(inicis.v2('refund', { tid, msg: '단순 변심' }), '500626');
    for (const changes of [
      { price: '9999' },
      { supplyPrice: '9,091' },
      { servicePrice: '' },
      { issueType: '2' },
      { issueNumber: '01012345678' },
      { goodName: '' },
    ]) {
      await refusedWith(inicis.v2('receipt', v2ReceiptFields(inicis, changes)), 'ERR012');
    }
    for (const operation of ['issue_receipt', 'revoke_receipt'] as const) {
      await rig.control.addFault({ mid: rig.mid, operation, kind: 'reject', code: 'ERR205' });
    }
    await refusedWith(inicis.v2('receipt', v2ReceiptFields(inicis)), 'ERR205');
    await refusedWith(inicis.v2('refund', { tid }), 'ERR205');
  });

  test('of the window goes with its payment, by what is cancelled, and the answer says so', async () => {
    const { gatewayTid: tid, orderId } = await paid('trans', { cashReceiptIdentifier: '01012345678' });
    const receipt = async () => (await rig.control.book({ orderId })).receipts[0];
    assert.equal((await receipt())?.balanceMinor, 10_000n);
    const partly = await succeeds(inicis.v2('partialRefund', part(tid, 4000, 6000)));
    assert.equal(partly.cashReceiptAmount, '6000');
    assert.equal((await receipt())?.balanceMinor, 6000n);
    const whole = await paid('trans', { cashReceiptIdentifier: '01012345678' });
    const body = await succeeds(inicis.v2('refund', { tid: whole.gatewayTid }));
    assert.match(String(body.cshrCancelNum), /^\d{9}$/);
    const without = await succeeds(inicis.v2('refund', { tid: (await paid('trans')).gatewayTid }));
    assert.equal(without.cshrCancelNum, '');
  });
});

describe('an inquiry', () => {
  test('of v2 takes a transaction id or an order number, and not both or neither', async () => {
    const { gatewayTid: tid, orderId } = await paid('card');
    for (const data of [{ tid }, { oid: orderId }]) {
      const body = await succeeds(inicis.v2('inquiry', data), 'SUCCESS');
      assert.deepEqual(
        [body.tid, body.oid, body.mid, body.price, body.paymethod, body.approvedDate, body.availablePartCancel],
        [tid, orderId, rig.mid, '10000', 'Card', '20240306', true],
      );
    }
    await refusedWith(inicis.v2('inquiry', { tid, oid: orderId }), 'ERR012');
    await refusedWith(inicis.v2('inquiry', {}), 'ERR012');
    await refusedWith(inicis.v2('inquiry', { tid: 'none' }), '01');
  });

  test('of v2 says approved, cancelled in part and cancelled, and never how much', async () => {
    const { gatewayTid: tid } = await paid('card');
    const status = async () => (await succeeds(inicis.v2('inquiry', { tid }), 'SUCCESS')).transactionStatus;
    assert.equal(await status(), 'APPROVAL');
    await succeeds(inicis.v2('partialRefund', part(tid, 3000, 7000)));
    assert.equal(await status(), 'PART_CANCEL');
    const values = Object.values((await inicis.v2('inquiry', { tid })).body).map(String);
    assert.ok(!values.includes('3000') && !values.includes('7000'));
    await succeeds(inicis.v2('partialRefund', part(tid, 7000, 0)));
    assert.equal(await status(), 'CANCEL');
  });

  test('of v1 knows a waiting, a deposited and a revoked account, a cancelled payment, and what is not there', async () => {
    const status = async (fields: Record<string, string>) => (await succeeds(inicis.v1('extra', fields))).status;
    const { gatewayTid: tid, orderId } = await waiting('vbank');
    assert.equal(await status({ originalTid: tid, oid: orderId }), 'N');
    await rig.control.deposit({ orderId });
    assert.equal(await status({ oid: orderId }), 'Y');
    await succeeds(inicis.v2('refund/vacct', { tid, ...account() }));
    assert.equal(await status({ originalTid: tid }), '1');
    const revoked = await waiting('vbank');
    await succeeds(inicis.v1('revoke', { tid: revoked.gatewayTid }));
    assert.equal(await status({ originalTid: revoked.gatewayTid }), 'C');
    assert.equal(await status({ originalTid: (await paid('card')).gatewayTid }), '0');
    assert.equal(await status({ oid: 'none' }), '9');
    await refusedWith(inicis.v1('extra', {}), 'ERR012');
  });
});
