import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { welcome } from '../../../src/gateways/welcome/module.ts';
import { openDesk } from '../kit/desk.ts';
import { percentEncoded } from '../kit/euc-kr-form.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(welcome, { clock });
const { gateway, rig } = desk;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

/** The fields of the manual's table of the deposit notice. */
const fields = {
  no_tid: 'ININPGVBNKwelcometst20240306114501123456',
  no_oid: 'imp_000000000001',
  cd_bank: '00000088',
  cd_deal: '00000004',
  dt_trans: '20240306',
  tm_trans: '114500',
  no_vacct: '56212345678901',
  amt_input: '10000',
  flg_close: '0',
  cl_close: '0',
  type_msg: '0200',
  nm_inputbank: '국민은행',
  nm_input: '홍길동',
  dt_inputstd: '20240306',
  dt_calculstd: '20240306',
  dt_transbase: '20240306',
  cl_trans: '1100',
  cl_kor: '2',
};
type Parts = Record<string, string | undefined>;

/** A notice as bytes of the given charset; fields that are replaced by `undefined` are left out. */
function notice(parts: Parts = {}, charset: 'euc-kr' | 'utf-8' = 'euc-kr') {
  const kept = Object.entries<string | undefined>({ ...fields, ...parts }).filter(([, value]) => value !== undefined);
  const contentType =
    charset === 'utf-8' ? 'application/x-www-form-urlencoded; charset=UTF-8' : 'application/x-www-form-urlencoded';
  const body = kept.map(([name, value]) => `${name}=${percentEncoded(value ?? '', charset)}`).join('&');
  return rawNotice(body, { headers: { 'content-type': contentType } });
}
const keys = noticeKeysOf(rig);
function opened(parts: Parts = {}, charset: 'euc-kr' | 'utf-8' = 'euc-kr') {
  return gateway.notices.open(notice(parts, charset), keys);
}

describe('a notice of a deposit', () => {
  for (const charset of ['euc-kr', 'utf-8'] as const) {
    test(`in ${charset} names order, account, amount, time and payer, and proves nothing of its sender`, () => {
      assert.deepEqual(gateway.notices.identify(notice({}, charset)), {
        mid: null,
        orderId: 'imp_000000000001',
        gatewayTid: null,
      });
      assert.deepEqual(opened({}, charset), {
        kind: 'notice',
        trust: 'unverified',
        orderId: 'imp_000000000001',
        gatewayTid: null,
        event: {
          kind: 'deposit',
          amountMinor: 10_000n,
          accountNumber: '56212345678901',
          depositorName: '홍길동',
          depositedAt: new Date('2024-03-06T02:45:00Z'),
          depositTid: null,
        },
      });
    });
  }

  test('of 0400 says that the bank took the deposit back', () => {
    const read = opened({ type_msg: '0400' });
    assert.ok(read.kind === 'notice');
    assert.deepEqual(read.event, { kind: 'deposit_reversed' });
  });

  test('of another type asks for nothing', () => {
    const read = opened({ type_msg: '0800' });
    assert.equal(read.kind === 'notice' && read.event.kind, 'nothing_to_do');
  });

  test('may lack the payer and the time', () => {
    const read = opened({ nm_input: undefined, tm_trans: undefined, dt_trans: undefined });
    assert.ok(read.kind === 'notice' && read.event.kind === 'deposit');
    assert.deepEqual([read.event.depositorName, read.event.depositedAt], [null, null]);
  });

  for (const name of ['no_oid', 'type_msg', 'no_vacct', 'amt_input']) {
    test(`without ${name} is none`, () => {
      assert.equal(gateway.notices.identify(notice({ [name]: undefined })), undefined);
      assert.equal(opened({ [name]: '' }).kind, 'forged');
    });
  }

  test('with an amount that is no number of digits is none', () => {
    for (const amt_input of ['10,000', '-1', '1e4', '1000000000000000']) {
      assert.equal(opened({ amt_input }).kind, 'forged', amt_input);
    }
  });

  test('is read whatever comes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, contentType) => {
        const raw = { ...notice(), headers: { 'content-type': contentType }, body: Buffer.from(bytes) };
        gateway.notices.identify(raw);
        gateway.notices.open(raw, keys);
      }),
    );
  });

  test('is answered with OK once it is taken, and with something else before', () => {
    assert.equal(gateway.notices.answer('taken').body, 'OK');
    for (const taken of ['later', 'refused'] as const) assert.notEqual(gateway.notices.answer(taken).body, 'OK');
  });
});

describe('the simulator', () => {
  test('tells of a deposit in all fields of the manual, names in EUC-KR', async () => {
    const waiting = await desk.waiting('vbank');
    await rig.control.deposit({ orderId: waiting.orderId, depositorName: '가'.repeat(11) });
    const sent = rig.notices.at(-1) ?? assert.fail('nothing was sent');
    const pairs = sent.body
      .toString('latin1')
      .split('&')
      .map((pair) => pair.split('=') as [string, string]);
    assert.deepEqual(pairs.map(([name]) => name).sort(), Object.keys(fields).sort());
    const values = Object.fromEntries(pairs);
    assert.deepEqual(
      [values.no_oid, values.no_vacct, values.amt_input, values.type_msg, values.dt_trans, values.tm_trans],
      [waiting.orderId, waiting.accountNumber, '10000', '0200', '20240306', '120000'],
    );
    assert.equal(values.no_tid?.length, 40);
    assert.equal(values.nm_inputbank, '%BD%C5%C7%D1%C0%BA%C7%E0');
    assert.match(values.cd_bank ?? '', /^\d{8}$/);
    const read = gateway.notices.open(sent, keys);
    assert.ok(read.kind === 'notice' && read.event.kind === 'deposit');
    assert.deepEqual([read.event.amountMinor, read.event.accountNumber], [10_000n, waiting.accountNumber]);
    assert.equal(read.event.depositorName, '가'.repeat(10), 'a name of at most 20 bytes');
  });
});
