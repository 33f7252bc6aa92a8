// if notices
/** INVENTED: the form of a notice. That it is believed only where the merchant's secret has made it stays. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDesk } from '../../../../test/gateways/kit/desk.ts';
import { movingClock } from '../../../../test/gateways/kit/moving-clock.ts';
import { noticeKeysOf, rawNotice } from '../../../../test/gateways/kit/raw-notice.ts';
import { examplePay } from '../gateway/module.ts';
import { signed } from './kit.ts';

const desk = await openDesk(examplePay, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig, gateway } = desk;
const { notices } = gateway;
const keys = noticeKeysOf(rig);

function written(parts: Readonly<Record<string, unknown>> = {}, secretKey = keys.credentials.secretKey ?? '') {
  const notice = JSON.stringify({
    event: 'DEPOSIT',
    mid: rig.mid,
    orderId: 'imp_123456789012',
    transactionId: 'P0123456789',
    amount: 10_000,
    accountNumber: '9123456789012',
    depositorName: '홍길동',
    depositedAt: '2024-03-06T11:59:59',
    ...parts,
  });
  return rawNotice(JSON.stringify({ notice, signature: signed(secretKey, 'notice', '', notice) }));
}

test('a deposit is told with its amount, account, depositor and time, and whose it is', () => {
  assert.deepEqual(notices.identify(written()), {
    mid: rig.mid,
    orderId: 'imp_123456789012',
    gatewayTid: 'P0123456789',
  });
  assert.deepEqual(notices.open(written(), keys), {
    kind: 'notice',
    trust: 'authentic',
    orderId: 'imp_123456789012',
    gatewayTid: 'P0123456789',
    event: {
      kind: 'deposit',
      amountMinor: 10_000n,
      accountNumber: '9123456789012',
      depositorName: '홍길동',
      depositedAt: new Date('2024-03-06T11:59:59+09:00'),
      depositTid: null,
    },
  });
});

test('a notice that another secret has signed, or that is for another merchant, is forged', () => {
  assert.equal(notices.open(written({}, '0'.repeat(32)), keys).kind, 'forged');
  assert.equal(notices.open(written({}, ''), keys).kind, 'forged');
  assert.equal(notices.open(written({ mid: 'another' }), keys).kind, 'forged');
});

test('what is no notice of this gateway is nobody’s', () => {
  for (const body of ['', 'null', '{}', '{"notice":"{}","signature":""}']) {
    assert.equal(notices.identify(rawNotice(body)), undefined, body);
  }
  assert.equal(notices.identify(written({ event: 'SOMETHING_ELSE' })), undefined);
});
// end
