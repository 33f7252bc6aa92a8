import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { html5Inicis, inicis } from '../../../src/gateways/inicis/module.ts';
import { openDesk } from '../kit/desk.ts';
import { euckrForm } from '../kit/euc-kr-form.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';
import type { Rig } from '../kit/rig.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const older = await openDesk(inicis, { clock });
const newer = await openDesk(html5Inicis, { clock });
const { gateway, rig } = newer;
const { identify, open, answer } = gateway.notices;
const keys = () => noticeKeysOf(rig);
const raw = (body: Buffer | string) =>
  rawNotice(body, { headers: { 'content-type': 'application/x-www-form-urlencoded' } });

/** Of an account of the PC window, with the fields that INICIS was seen to send. */
const deposited = (parts: Record<string, string> = {}) => ({
  len: '0800',
  no_tid: 'ININPGVBNKINIpayTest20240306115900123456',
  no_oid: 'imp_123456789012',
  id_merchant: rig.mid,
  cd_bank: '00000088',
  cd_deal: '00000088',
  dt_trans: '20240306',
  tm_trans: '115900',
  type_msg: '0200',
  no_vacct: '56211234567890',
  amt_input: '10000',
  nm_inputbank: '신한은행',
  nm_input: '김입금',
  no_req_tid: 'StdpayVBNKINIpayTest20240306100000123456',
  ...parts,
});

const mobile = (parts: Record<string, string> = {}) => ({
  P_STATUS: '02',
  P_TID: 'INIMX_VBNKINIpayTest20240306100000123456',
  P_TYPE: 'VBANK',
  P_AUTH_DT: '20240306115900',
  P_MID: rig.mid,
  P_OID: 'imp_123456789012',
  P_AMT: '10000',
  P_UNAME: '김입금',
  P_RMESG1: 'P_VACCT_NO=56211234567890|P_EXP_DT=20240310',
  ...parts,
});

const event = {
  kind: 'deposit',
  amountMinor: 10_000n,
  accountNumber: '56211234567890',
  depositorName: '김입금',
  depositedAt: new Date('2024-03-06T11:59:00+09:00'),
  depositTid: null,
} as const;

describe('the notice of a deposit', () => {
  test('names the payment by the id of its issue, and is believed only as far as the book confirms it', () => {
    const notice = raw(euckrForm(deposited()));
    const subject = {
      mid: rig.mid,
      orderId: 'imp_123456789012',
      gatewayTid: 'StdpayVBNKINIpayTest20240306100000123456',
    };
    assert.deepEqual(identify(notice), subject);
    const { orderId, gatewayTid } = subject;
    assert.deepEqual(open(notice, keys()), { kind: 'notice', trust: 'unverified', orderId, gatewayTid, event });
  });

  test('of the mobile window has other names, and no account number', () => {
    const notice = raw(euckrForm(mobile()));
    const gatewayTid = 'INIMX_VBNKINIpayTest20240306100000123456';
    assert.deepEqual(identify(notice), { mid: rig.mid, orderId: 'imp_123456789012', gatewayTid });
    const opened = open(notice, keys());
    assert.deepEqual(opened.kind === 'notice' && opened.event, { ...event, accountNumber: null });
  });

  test('without a MID, an id or an account is one all the same, and without an amount it is none', () => {
    const { id_merchant: _mid, no_req_tid: _tid, no_vacct: _number, nm_input: _name, ...rest } = deposited();
    const opened = open(raw(euckrForm(rest)), keys());
    assert.ok(opened.kind === 'notice');
    assert.deepEqual(opened.event, { ...event, accountNumber: null, depositorName: null });
    assert.equal(opened.gatewayTid, null);
    for (const amt_input of ['', ' ', '10,000', '-1', '1e4']) {
      const without = open(raw(euckrForm(deposited({ amt_input }))), keys());
      assert.equal(without.kind === 'notice' && without.event.kind, 'nothing_to_do', amt_input);
    }
  });

  test('for another merchant is forged', () => {
    assert.equal(open(raw(euckrForm(deposited({ id_merchant: 'another000' }))), keys()).kind, 'forged');
    assert.equal(open(raw(euckrForm(mobile({ P_MID: 'another000' }))), keys()).kind, 'forged');
  });

  test('may be that of a deposit which the bank took back', () => {
    const opened = open(raw(euckrForm(deposited({ type_msg: '0400' }))), keys());
    assert.deepEqual(opened.kind === 'notice' && opened.event, { kind: 'deposit_reversed' });
  });

  test('is not that of an issue, of a card, or of a message that is not known', () => {
    for (const form of [
      mobile({ P_STATUS: '00' }),
      mobile({ P_TYPE: 'CARD' }),
      deposited({ type_msg: '0300' }),
      deposited({ type_msg: '' }),
    ]) {
      const opened = open(raw(euckrForm(form)), keys());
      assert.equal(opened.kind === 'notice' && opened.event.kind, 'nothing_to_do');
    }
  });

  test('is none in any other bytes, and none of them makes it throw', () => {
    for (const body of ['', '{}', 'no_oid=', `no_oid=${'x'.repeat(65)}`, 'no_oid=a%20b', 'no_oid=%C7%D1']) {
      assert.equal(identify(raw(body)), undefined, body);
      assert.equal(open(raw(body), keys()).kind, 'forged', body);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const prefix of ['', 'no_oid=a&amt_input=', 'P_OID=a&P_STATUS=']) {
          const notice = raw(Buffer.concat([Buffer.from(prefix), bytes]));
          identify(notice);
          assert.ok(['notice', 'forged'].includes(open(notice, keys()).kind));
        }
      }),
    );
  });

  test('is answered with OK once it is taken, and with something else until then', () => {
    assert.deepEqual(answer('taken'), { status: 200, contentType: 'text/plain', body: 'OK' });
    for (const taken of ['later', 'refused'] as const) assert.notEqual(answer(taken).body, 'OK');
  });
});

for (const desk of [older, newer]) {
  test(`a deposit at ${desk.gateway.provider} is told in EUC-KR and read back as it was`, async () => {
    const own = desk.rig;
    const { gatewayTid: tid, orderId } = await desk.waiting('vbank', {
      bankCode: '020',
      cashReceiptIdentifier: '01012345678',
    });
    const paid = await own.control.deposit({ orderId, depositorName: '똠방각하' });
    assert.ok(paid.kind === 'done');
    const [sent] = await sentNotices(own, orderId);
    const bytes = Buffer.from(sent?.body ?? '', 'base64');
    const fields = fieldsOf(bytes);
    assert.deepEqual(
      [fields.no_oid, fields.no_req_tid, fields.id_merchant, fields.cd_bank, fields.type_msg, fields.amt_input],
      [orderId, tid, own.mid, '00000020', '0200', '10000'],
    );
    assert.deepEqual([fields.nm_input, fields.nm_inputbank], ['똠방각하', '우리은행']);
    assert.notEqual(fields.no_tid, tid);
    assert.match(fields.no_cshr_appl ?? '', /^\d{9}$/);
    assert.equal(Number(fields.len), bytes.length - 'len=0000'.length);

    const opened = desk.gateway.notices.open(raw(bytes), { ...keys(), mid: own.mid });
    assert.deepEqual(opened, {
      kind: 'notice',
      trust: 'unverified',
      orderId,
      gatewayTid: tid,
      event: {
        kind: 'deposit',
        amountMinor: 10_000n,
        accountNumber: paid.result.virtualAccount?.accountNumber,
        depositorName: '똠방각하',
        depositedAt: new Date('2024-03-06T12:00:00+09:00'),
        depositTid: null,
      },
    });
  });
}

/** As the simulator keeps them: they are there once the deposit is answered, and go out afterwards. */
async function sentNotices(own: Rig, orderId: string) {
  const kept = await own.control.listNotices({ orderId });
  assert.equal(kept.length, 1);
  return kept;
}

/** Read by another decoder than the adapter's. */
function fieldsOf(bytes: Buffer): Record<string, string> {
  const decode = (text: string) => {
    const raw = text
      .replaceAll('+', ' ')
      .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return iconv.decode(Buffer.from(raw, 'latin1'), 'cp949');
  };
  return Object.fromEntries(
    bytes
      .toString('latin1')
      .split('&')
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), decode(pair.slice(at + 1))];
      }),
  );
}
