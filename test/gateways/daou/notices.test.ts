import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { kiwoomNotices } from '../../../src/gateways/daou/adapter/notices.ts';
import { daou } from '../../../src/gateways/daou/module.ts';
import type { RawNotice } from '../../../src/port/notices.ts';
import { eventually } from '../../kit/eventually.ts';
import { openDesk } from '../kit/desk.ts';
import { euckrForm } from '../kit/euc-kr-form.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';

const { identify, open, answer } = kiwoomNotices;
const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(daou, { clock });
const { gateway, rig } = desk;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const keys = () => noticeKeysOf(rig);
const fieldsOf = (parts: Record<string, string> = {}): Record<string, string> => ({
  PAYMETHOD: 'VACCOUNT',
  CPID: rig.mid,
  DAOUTRX: 'CTS24030611590012345',
  ORDERNO: 'imp_123456789012',
  AMOUNT: '10000',
  SETTDATE: '20240306115900',
  USERNAME: '김입금',
  PRODUCTNAME: '생수',
  ...parts,
});

const posted = (parts: Record<string, string> = {}) => rawNotice(euckrForm(fieldsOf(parts)));

/** As a server reads the query of an address. */
function gotten(parts: Record<string, string> = {}): RawNotice {
  const query = new URLSearchParams(posted(parts).body.toString('latin1'));
  return rawNotice('', { query });
}

const eventOf = (notice: RawNotice) => {
  const opened = open(notice, keys());
  assert.ok(opened.kind === 'notice', opened.kind === 'forged' ? opened.why : '');
  return opened.event;
};

describe('an account of the window', () => {
  test('has a notice of its issue, which is nothing to do, and one of its deposit', async () => {
    const { orderId, gatewayTid } = await desk.waiting('vbank', { bankCode: '004' });
    await rig.control.deposit({ orderId, depositorName: '김입금 & 똠방' });
    await eventually(async () => {
      const kept = await rig.control.listNotices({ orderId });
      assert.deepEqual(
        kept.map(({ isTaken }) => isTaken),
        [true, true],
      );
    });
    const own = rig.notices.filter(({ body }) => body.includes(orderId));
    const issue = own.find(({ body }) => body.includes('PAYMETHOD=VACCOUNTISSUE&'));
    const deposit = own.find(({ body }) => body.includes('PAYMETHOD=VACCOUNT&'));
    assert.ok(issue && deposit);
    assert.ok(issue.body.includes('BANKCODE=04'));
    for (const notice of [issue, deposit]) {
      assert.match(notice.body.toString('latin1'), /^[\x20-\x7e]+$/);
      assert.deepEqual(identify(notice), { mid: rig.mid, orderId, gatewayTid });
    }
    assert.deepEqual(eventOf(issue), { kind: 'nothing_to_do', what: 'VACCOUNTISSUE' });
    const opened = open(deposit, keys());
    assert.equal(opened.kind === 'notice' && opened.trust, 'unverified');
    const event = eventOf(deposit);
    assert.ok(event.kind === 'deposit');
    assert.deepEqual(
      [event.amountMinor, event.depositorName, event.depositedAt?.getTime()],
      [10_000n, '김입금 & 똠방', clock.now().getTime()],
    );
    assert.match(event.accountNumber ?? '', /^9\d{12}$/);
  });
});

describe('a notice', () => {
  const deposit = {
    kind: 'deposit',
    amountMinor: 10_000n,
    accountNumber: null,
    depositorName: '김입금',
    depositedAt: new Date('2024-03-06T11:59:00+09:00'),
    depositTid: null,
  };

  test('of a deposit is read from a body, and from a query but for the name whose charset is lost', () => {
    assert.deepEqual(eventOf(posted()), deposit);
    assert.deepEqual(eventOf(posted({ ACCOUNTNO: '562-1234-567890' })), { ...deposit, accountNumber: '5621234567890' });
    assert.deepEqual(identify(gotten()), {
      mid: rig.mid,
      orderId: 'imp_123456789012',
      gatewayTid: 'CTS24030611590012345',
    });
    assert.deepEqual(eventOf(gotten()), { ...deposit, depositorName: null });
    assert.deepEqual(eventOf(gotten({ USERNAME: 'KIM' })), { ...deposit, depositorName: 'KIM' });
  });

  test('that is not of a deposit is nothing to do', () => {
    for (const parts of [
      { PAYMETHOD: 'VACCOUNTISSUE' },
      { PAYMETHOD: 'CARD' },
      { PAYMETHOD: 'CARD_CANCEL' },
      { PAYMETHOD: 'KAKAOCANCEL' },
      { AMOUNT: '' },
      { AMOUNT: '10,000' },
      { SETTDATE: '' },
      { SETTDATE: '20240230000000' },
      { CANCELDATE: '20240306115900' },
    ]) {
      assert.equal(eventOf(posted(parts)).kind, 'nothing_to_do', JSON.stringify(parts));
    }
  });

  test('for another merchant is forged, and one that names no payment or merchant is none', () => {
    assert.equal(open(posted({ CPID: 'CTS00000' }), keys()).kind, 'forged');
    for (const parts of [
      { CPID: '' },
      { ORDERNO: '', DAOUTRX: '' },
      { PAYMETHOD: '' },
      { PAYMETHOD: 'x'.repeat(40) },
    ]) {
      assert.equal(identify(posted(parts)), undefined);
      assert.equal(open(posted(parts), keys()).kind, 'forged');
    }
  });

  test('never throws, whatever the bytes are', () => {
    const genuine = posted().body;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(genuine.length), fc.string(), (bytes, at, text) => {
        const bodies = [Buffer.from(bytes), genuine.subarray(0, at), Buffer.concat([genuine, Buffer.from(bytes)])];
        for (const body of bodies) {
          const raw = rawNotice(body, { query: new URLSearchParams(text) });
          identify(raw);
          open(raw, keys());
        }
      }),
    );
  });

  test('is answered with the page that Kiwoom Pay looks for', () => {
    const html = { status: 200, contentType: 'text/html; charset=euc-kr' };
    assert.deepEqual(answer('taken'), { ...html, body: '<html><body><RESULT>SUCCESS</RESULT></body></html>' });
    for (const other of ['later', 'refused'] as const) {
      assert.deepEqual(answer(other), { ...html, body: '<html><body><RESULT>FAILED</RESULT></body></html>' });
    }
  });
});

describe('the end of a refund', () => {
  for (const succeeded of [true, false]) {
    test(`that was ${succeeded ? '' : 'not '}paid out is told in the stand-in’s form, signed`, async () => {
      const payment = await desk.paid('vbank');
      const { orderId, gatewayTid } = payment;
      const refundAccount = { holder: '홍길동', bankCode: '088', accountNumber: '110123456789', tel: null };
      const request = desk.cancelOf(payment, { refundAccount });
      const outcome = await gateway.operations.cancel.send(rig.call(), request);
      assert.ok(outcome.kind === 'accepted');
      await rig.control.completeRefund({ mid: rig.mid, orderId, succeeded });
      const notice = rig.notices.at(-1);
      assert.ok(notice);
      assert.deepEqual(identify(notice), { mid: rig.mid, orderId, gatewayTid });
      const opened = open(notice, keys());
      assert.ok(opened.kind === 'notice' && opened.event.kind === 'refund_result');
      assert.deepEqual(
        [opened.trust, opened.event.succeeded, opened.event.cancelTid, opened.event.amountMinor],
        ['authentic', succeeded, outcome.result.gatewayTid, 10_000n],
      );
      assert.equal(open(notice, { ...keys(), credentials: { authKey: 'another' } }).kind, 'forged');
    });
  }
});
