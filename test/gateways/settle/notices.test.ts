import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { settle } from '../../../src/gateways/settle/module.ts';
import type { RawNotice } from '../../../src/port/notices.ts';
import { eventually } from '../../kit/eventually.ts';
import { openDesk } from '../kit/desk.ts';
import { percentEncoded } from '../kit/euc-kr-form.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice as raw } from '../kit/raw-notice.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const { gateway, rig, waiting, cancelOf } = await openDesk(settle, { clock });
const { identify, open, answer } = gateway.notices;
const keys = noticeKeysOf(rig);
const { licenseKey } = rig.call().channel.credentials;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

/** A form as a Java server writes it, in either charset, with the hash over its own fields. */
function form(charset: 'euc-kr' | 'utf-8', parts: Record<string, string> = {}): RawNotice {
  const fields: Record<string, string> = {
    outStatCd: '0021',
    trdNo: 'STFP_PGVAnxca_jt_il0240306115900M0000001',
    method: 'VA',
    bizType: 'B1',
    mchtId: rig.mid,
    mchtTrdNo: 'imp_123456789012',
    mchtCustNm: '홍길동',
    trdDtm: '20240306115900',
    trdAmt: '10000',
    vAcntNo: '56211234567890',
    dpstrNm: '김입금',
    ...parts,
  };
  const hashed = ['outStatCd', 'trdDtm', 'mchtId', 'mchtTrdNo', 'trdAmt'].map((name) => fields[name]).join('');
  const pktHash = createHash('sha256').update(`${hashed}${licenseKey}`).digest('hex');
  const all = { pktHash, ...fields };
  return raw(
    Object.entries(all)
      .map(([name, value]) => `${name}=${percentEncoded(value, charset)}`)
      .join('&'),
  );
}

const eventOf = (notice: RawNotice) => {
  const opened = open(notice, keys);
  assert.ok(opened.kind === 'notice', opened.kind === 'forged' ? opened.why : '');
  // Only of a deposit does the hash cover what tells it.
  assert.equal(opened.trust, opened.event.kind === 'deposit' ? 'authentic' : 'unverified');
  return opened.event;
};

async function deposited() {
  const account = await waiting('vbank', { buyer: { name: '똠방각하', email: null, tel: null } });
  assert.equal((await rig.control.deposit({ orderId: account.orderId, depositorName: '김입금 & 가족' })).kind, 'done');
  return account;
}

describe('an account', () => {
  test('has two notices: of its issue, which is nothing to do, and of its deposit', async () => {
    const { orderId, gatewayTid } = await deposited();
    await eventually(async () => {
      const kept = await rig.control.listNotices({ orderId });
      assert.deepEqual(
        kept.map(({ isTaken }) => isTaken),
        [true, true],
      );
    });
    const own = rig.notices.filter(({ body }) => body.includes(orderId));
    const [issue, deposit] = own.toSorted(
      (one, other) => Number(one.body.includes('B1')) - Number(other.body.includes('B1')),
    );
    assert.ok(issue && deposit && own.length === 2);
    assert.ok(issue.body.includes('outStatCd=0051'));
    assert.deepEqual(identify(issue), { mid: rig.mid, orderId, gatewayTid });
    assert.deepEqual(eventOf(issue), { kind: 'nothing_to_do', what: 'VA A0 0051' });
    assert.match(deposit.body.toString('latin1'), /^[\x20-\x7e]+$/);
    assert.deepEqual(identify(deposit), { mid: rig.mid, orderId, gatewayTid });
    const event = eventOf(deposit);
    assert.ok(event.kind === 'deposit');
    assert.deepEqual(
      [event.amountMinor, event.depositorName, event.depositedAt?.getTime(), event.depositTid],
      [10_000n, '김입금 & 가족', clock.now().getTime(), null],
    );
    assert.match(event.accountNumber ?? '', /^9\d{12}$/);
  });
});

describe('a notice', () => {
  test('of a deposit reads alike in EUC-KR and in UTF-8', () => {
    for (const charset of ['euc-kr', 'utf-8'] as const) {
      assert.deepEqual(eventOf(form(charset)), {
        kind: 'deposit',
        amountMinor: 10_000n,
        accountNumber: '56211234567890',
        depositorName: '김입금',
        depositedAt: new Date('2024-03-06T11:59:00+09:00'),
        depositTid: null,
      });
    }
  });

  test('whose status, time, number or amount was changed is forged, as is one for another merchant', () => {
    const genuine = form('utf-8').body.toString();
    const hash = /pktHash=([^&]+)/.exec(genuine)?.[1] ?? '';
    for (const parts of [
      { outStatCd: '0051' },
      { trdDtm: '20240306115901' },
      { mchtTrdNo: 'imp_1' },
      { trdAmt: '1' },
    ]) {
      const body = form('utf-8', parts)
        .body.toString()
        .replace(/pktHash=[^&]+/, `pktHash=${hash}`);
      assert.deepEqual(open(raw(body), keys), { kind: 'forged', why: 'the hash is wrong' });
    }
    assert.equal(open(form('utf-8', { mchtId: 'another' }), keys).kind, 'forged');
    assert.equal(open(form('utf-8', { pktHash: '' }), keys).kind, 'forged');
    assert.equal(identify(form('utf-8', { pktHash: '' })), undefined);
    const upperCase = genuine.replace(hash, decodeURIComponent(hash).toUpperCase());
    assert.equal(open(raw(upperCase), keys).kind, 'notice');
  });

  test('of a payment, a cancel, or anything that is not known is nothing to do', () => {
    for (const parts of [
      { method: 'CA', bizType: 'B0' },
      { method: 'CA', bizType: 'C0', orgTrdNo: 'payment' },
      { bizType: 'A2' },
      { bizType: 'B1', outStatCd: '0031' },
      { method: '', bizType: '' },
    ]) {
      assert.equal(eventOf(form('euc-kr', parts)).kind, 'nothing_to_do');
    }
  });

  test('never throws, whatever the bytes are', () => {
    const genuine = form('euc-kr').body;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(genuine.length), (bytes, at) => {
        for (const body of [
          Buffer.from(bytes),
          genuine.subarray(0, at),
          Buffer.concat([genuine, Buffer.from(bytes)]),
        ]) {
          identify(raw(body));
          open(raw(body), keys);
        }
      }),
    );
  });

  test('is answered as Hecto wants it', () => {
    const page = { status: 200, contentType: 'text/plain; charset=utf-8' };
    assert.deepEqual(answer('taken'), { ...page, body: 'OK' });
    assert.deepEqual(answer('later'), { ...page, body: 'FAIL' });
    assert.deepEqual(answer('refused'), { ...page, body: 'FAIL' });
  });
});

describe('the end of a refund', () => {
  const refunds = async (amountMinor: bigint) => {
    const account = await deposited();
    const outcome = await gateway.operations.cancel.send(rig.call(), cancelOf(account, { amountMinor }));
    assert.ok(outcome.kind === 'accepted');
    return { ...account, cancelTid: outcome.result.gatewayTid };
  };

  test('names the payment by its transaction and the cancel by its own', async () => {
    const { orderId, gatewayTid, cancelTid } = await refunds(4_000n);
    await rig.control.completeRefund({ mid: rig.mid, orderId, succeeded: true });
    const notice = rig.notices.at(-1);
    assert.ok(notice);
    assert.ok(notice.body.includes('cnclType=10'));
    assert.deepEqual(identify(notice), { mid: rig.mid, orderId: null, gatewayTid });
    assert.deepEqual(eventOf(notice), {
      kind: 'refund_result',
      succeeded: true,
      cancelTid,
      amountMinor: 4_000n,
      at: clock.now(),
      code: null,
      message: null,
    });
  });

  test('that failed is told with Hecto’s code and text', async () => {
    const { orderId, cancelTid } = await refunds(10_000n);
    await rig.control.completeRefund({ mid: rig.mid, orderId, succeeded: false, code: 'RA21' });
    const notice = rig.notices.at(-1);
    assert.ok(notice);
    assert.deepEqual(eventOf(notice), {
      kind: 'refund_result',
      succeeded: false,
      cancelTid,
      amountMinor: 10_000n,
      at: clock.now(),
      code: 'RA21',
      message: '계좌번호 상태 에러',
    });
  });
});
