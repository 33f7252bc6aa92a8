import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mobilians } from '../../../src/gateways/mobilians/module.ts';
import { openDesk } from '../kit/desk.ts';
import { euckrForm } from '../kit/euc-kr-form.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';

const desk = await openDesk(mobilians, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig } = desk;
const { identify, open, answer } = desk.gateway.notices;
const keys = noticeKeysOf(rig);
/** What the window answers, as the reference has it. */
const deposit = {
  code: '0000',
  message: '정상처리',
  sid: rig.mid,
  tid: '20240306120000000001',
  trade_id: 'imp_123456789012',
  cash_code: 'VA',
  pay_token: '20240306115900123456',
  amount: '10000',
  hmac: 'unverifiable',
  sign_date: '20240306120000',
  account_no: '1234567890123',
  bank_code: '088',
};
const noticeOf = (parts: Readonly<Record<string, string>> = {}) => rawNotice(euckrForm({ ...deposit, ...parts }));

test('a deposit is read, and believed no more than anybody could have written', () => {
  assert.deepEqual(identify(noticeOf()), { mid: rig.mid, orderId: deposit.trade_id, gatewayTid: deposit.pay_token });
  assert.deepEqual(open(noticeOf(), keys), {
    kind: 'notice',
    trust: 'unverified',
    orderId: deposit.trade_id,
    gatewayTid: deposit.pay_token,
    event: {
      kind: 'deposit',
      amountMinor: 10_000n,
      accountNumber: '1234567890123',
      depositorName: null,
      depositedAt: new Date('2024-03-06T03:00:00Z'),
      depositTid: null,
    },
  });
});

test('the issue of an account, other pay methods and failures are nothing to do; other things are no notice', () => {
  for (const parts of [{ sign_date: '' }, { cash_code: 'CN' }, { cash_code: 'MC' }, { code: '0099' }]) {
    const opened = open(noticeOf(parts), keys);
    assert.equal(opened.kind === 'notice' && opened.event.kind, 'nothing_to_do', JSON.stringify(parts));
  }
  for (const parts of [{ sid: '' }, { trade_id: '' }, { amount: '1,000' }, { amount: '' }, { code: '' }]) {
    assert.equal(identify(noticeOf(parts)), undefined);
    assert.equal(open(noticeOf(parts), keys).kind, 'forged');
  }
  assert.equal(open(noticeOf({ sid: '000000000000' }), keys).kind, 'forged');
});

test('is answered with SUCCESS, else it comes again, twenty times in all', async () => {
  assert.deepEqual(answer('taken'), { status: 200, contentType: 'text/plain', body: 'SUCCESS' });
  for (const other of ['later', 'refused'] as const) assert.equal(answer(other).body, 'FAIL');
  const payment = await desk.paid('vbank', { buyer: { name: '홍길동', email: null, tel: null } });
  const [raw] = rig.notices;
  assert.ok(raw);
  const opened = open(raw, keys);
  assert.equal(opened.kind === 'notice' && opened.event.kind === 'deposit' && opened.event.amountMinor, 10_000n);
  assert.equal(opened.kind === 'notice' && opened.gatewayTid, payment.gatewayTid);
});
