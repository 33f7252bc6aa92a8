import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kcp } from '../../../src/gateways/kcp/module.ts';
import { openDesk } from '../kit/desk.ts';
import { euckrForm } from '../kit/euc-kr-form.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(kcp, { clock });
const { gateway, rig } = desk;
const { identify, open, answer } = gateway.notices;

const keys = () => noticeKeysOf(rig);
const raw = (body: Buffer | string, contentType = 'application/x-www-form-urlencoded') =>
  rawNotice(body, { headers: { 'content-type': contentType } });

const deposited = (parts: Record<string, string> = {}) => ({
  site_cd: rig.mid,
  tno: '20240306000001',
  order_no: 'imp_123456789012',
  tx_cd: 'TX00',
  tx_tm: '20240306115900',
  ipgm_name: '홍길동',
  remitter: '김입금',
  ipgm_mnyx: '10000',
  bank_code: '88',
  account: 'T1234567890123',
  op_cd: '50',
  noti_id: '20240306115900123456',
  ...parts,
});

describe('a deposit', () => {
  test('is told in EUC-KR, names the payment, and is read back as it was', async () => {
    const { orderId, gatewayTid: tno } = await desk.waiting('vbank', {
      buyer: { name: '똠방각하', email: null, tel: null },
    });
    await rig.control.deposit({ orderId, depositorName: '김입금 & 가족' });
    const notice = rig.notices.at(-1);
    assert.ok(notice);
    assert.match(notice.body.toString('latin1'), /^[\x20-\x7e]+$/);
    assert.ok(notice.body.includes('tx_cd=TX00'));
    assert.deepEqual(identify(notice), { mid: rig.mid, orderId, gatewayTid: tno });
    const opened = open(notice, keys());
    assert.ok(opened.kind === 'notice');
    assert.equal(opened.trust, 'unverified');
    assert.ok(opened.event.kind === 'deposit');
    assert.equal(opened.event.depositorName, '김입금 & 가족');
    assert.equal(opened.event.amountMinor, 10_000n);
    assert.equal(opened.event.depositedAt?.getTime(), clock.now().getTime());
    assert.match(opened.event.accountNumber ?? '', /^T\d{13}$/);
    const [sent] = await rig.control.listNotices({ orderId });
    assert.equal(sent?.isTaken, true);
  });

  test('in EUC-KR of another writer, and in UTF-8 where the merchant chose that, is read alike', () => {
    const expected = {
      kind: 'deposit',
      amountMinor: 10_000n,
      accountNumber: 'T1234567890123',
      depositorName: '김입금',
      depositedAt: new Date('2024-03-06T11:59:00+09:00'),
      depositTid: null,
    };
    const utf8 = raw(String(new URLSearchParams(deposited())), 'application/x-www-form-urlencoded; charset=UTF-8');
    for (const notice of [raw(euckrForm(deposited())), utf8]) {
      const opened = open(notice, keys());
      assert.deepEqual(opened.kind === 'notice' && opened.event, expected);
    }
  });

  test('that the bank took back is told with the code 13', () => {
    const opened = open(raw(euckrForm(deposited({ op_cd: '13' }))), keys());
    assert.deepEqual(opened.kind === 'notice' && opened.event, { kind: 'deposit_reversed' });
  });

  test('for another site is not believed', () => {
    assert.equal(open(raw(euckrForm(deposited({ site_cd: 'T0000' }))), keys()).kind, 'forged');
  });

  test('of an amount or a time that is none says neither', () => {
    const opened = open(raw(euckrForm(deposited({ ipgm_mnyx: '1e4', tx_tm: '20240230000000' }))), keys());
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'deposit');
    assert.deepEqual([opened.event.amountMinor, opened.event.depositedAt], [null, null]);
  });
});

describe('the end of a refund', () => {
  async function refund(succeeded: boolean) {
    const payment = await desk.paid('vbank');
    const { orderId } = payment;
    const request = desk.cancelOf(payment, { amountMinor: 4_000n });
    const outcome = await gateway.operations.cancel.send(rig.call(), request);
    assert.equal(outcome.kind, 'accepted');
    await rig.control.completeRefund({ orderId, succeeded });
    const notice = rig.notices.at(-1);
    assert.ok(notice);
    return { orderId, opened: open(notice, keys()), notice };
  }

  test('that was paid out comes as TX01 with its amount', async () => {
    const { orderId, opened, notice } = await refund(true);
    assert.ok(notice.body.includes('tx_cd=TX01'));
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result');
    assert.equal(opened.orderId, orderId);
    assert.deepEqual([opened.event.succeeded, opened.event.amountMinor], [true, 4_000n]);
  });

  test('that was not paid out comes in the stand-in’s form, signed', async () => {
    const { orderId, opened, notice } = await refund(false);
    assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result');
    assert.deepEqual([opened.trust, opened.orderId, opened.event.succeeded], ['authentic', orderId, false]);
    assert.ok(opened.event.code);
    const stranger = { ...keys(), credentials: rig.sandbox.credentials('nobody') };
    assert.equal(open(notice, stranger).kind, 'forged');
    const sent = await rig.control.listNotices({ orderId });
    assert.deepEqual(
      sent.map(({ isTaken }) => isTaken),
      [true, true],
    );
  });
});

test('other notices are taken and ask for nothing', () => {
  for (const tx_cd of ['TX02', 'TX07', 'TX10']) {
    const opened = open(raw(euckrForm(deposited({ tx_cd }))), keys());
    assert.deepEqual(opened.kind === 'notice' && opened.event, { kind: 'nothing_to_do', what: tx_cd });
  }
});

test('the answer is a page that holds 0000 only when the notice was taken', () => {
  assert.match(answer('taken').body, /<input type="hidden" name="result" value="0000">/);
  for (const other of ['later', 'refused'] as const) assert.doesNotMatch(answer(other).body, /0000/);
});

test('what names no site, no transaction or no kind is no notice of KCP’s', () => {
  for (const fields of [{ site_cd: '' }, { tno: '' }, { tx_cd: 'XX00' }, { tx_cd: '' }]) {
    assert.equal(identify(raw(euckrForm(deposited(fields)))), undefined);
  }
});
