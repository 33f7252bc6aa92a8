import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mobiliansGateway as gateway } from '../../../src/gateways/mobilians/adapter/adapter.ts';
import { mobilians } from '../../../src/gateways/mobilians/module.ts';
import type { KeyCharge } from '../../../src/port/billing-key.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { chargeOf, registeredKey } from '../kit/scenarios.ts';

const clock = movingClock('2024-01-31T12:00:00+09:00');
const desk = await openDesk(mobilians, { clock });
const { rig, server, answering } = desk;
const { charge_key } = gateway.operations;

const billingKey = { key: 'a1b2'.repeat(10), boundTo: { phoneNumber: '01099998888', userKey: '001234567890123' } };
const good = {
  code: '0000',
  message: '성공',
  sid: rig.mid,
  sign_date: '20240131120001',
  trade_id: 'imp_1',
  cash_code: 'MC',
  mobil_id: '20240131120001123456',
  amount: '10000',
};
const charged = (answer: object, parts: Partial<KeyCharge> = {}) =>
  charge_key.send(answering(JSON.stringify(answer)), chargeOf('imp_1', billingKey, parts));

describe('a charge of a telephone’s key', () => {
  test('is an approval in the mode of keys, unsigned, with the telephone that the key was issued to', async () => {
    await charged(good, { orderName: '생수'.repeat(20) });
    const { path, body } = server.last();
    assert.equal(path, '/MUP/api/approval');
    assert.deepEqual(JSON.parse(Buffer.from(body, 'latin1').toString('utf8')), {
      mode: 'M002',
      cash_code: 'MC',
      site_url: 'shop.example',
      sid: rig.mid,
      product_name: `${'생수'.repeat(12)}생`,
      amount: '10000',
      trade_id: 'imp_1',
      bill_key: billingKey.key,
      phone_no: '01099998888',
      mc_user_key: '001234567890123',
    });
  });

  test('is confirmed by an answer about this very order and sum, and named by its mobil_id', async () => {
    assert.deepEqual(await charged(good), {
      kind: 'confirmed',
      result: {
        gatewayTid: '20240131120001123456',
        approvalNumber: null,
        approvedAt: new Date('2024-01-31T12:00:01+09:00'),
        receiptUrl: null,
        card: null,
        bank: null,
      },
    });
    for (const other of [{ sid: '1' }, { trade_id: 'imp_2' }, { amount: '9999' }, { mobil_id: '' }, { code: '' }]) {
      assert.equal((await charged({ ...good, ...other })).kind, 'unclear', JSON.stringify(other));
    }
  });

  test('is refused with the gateway’s text, unless that speaks of a time-out', async () => {
    const refused = await charged({ code: '9999', message: '한도 초과' });
    assert.deepEqual([refused.kind, 'message' in refused && refused.message], ['refused', '한도 초과']);
    assert.equal((await charged({ code: '9998', message: '통신사 응답 지연' })).kind, 'unclear');
  });

  test('is not sent by a channel that does not know the shop’s address', async () => {
    const call = answering(JSON.stringify(good));
    const { siteUrl: _none, ...credentials } = call.channel.credentials;
    const outcome = await charge_key.send(
      { ...call, channel: { ...call.channel, credentials } },
      chargeOf('imp_1', billingKey),
    );
    assert.equal(outcome.kind, 'never_sent');
  });
});

test('a key is charged within five days of its day in every month, the same sum, by its own telephone', async () => {
  const { billingKey: issued } = await registeredKey(desk.at('phone'));
  const charge = (parts: Partial<KeyCharge> = {}) =>
    charge_key.send(rig.call(), chargeOf(rig.orderId(), issued, parts));
  for (const [at, isTaken] of [
    ['2024-02-05T12:00:00+09:00', true],
    ['2024-02-06T12:00:00+09:00', false],
    // The last day of a shorter month.
    ['2024-02-23T12:00:00+09:00', false],
    ['2024-02-24T00:00:00+09:00', true],
    ['2024-03-05T12:00:00+09:00', true],
    ['2024-04-25T00:00:00+09:00', true],
    ['2024-05-06T00:00:00+09:00', false],
  ] as const) {
    clock.set(at);
    assert.equal((await charge()).kind, isTaken ? 'confirmed' : 'refused', at);
  }
  clock.set('2024-05-31T12:00:00+09:00');
  assert.equal((await charge({ amountMinor: 9_999n })).kind, 'refused');
  const others = { ...issued, boundTo: { ...issued.boundTo, phoneNumber: '01000000000' } };
  assert.equal((await charge({ billingKey: others })).kind, 'refused');
  assert.equal((await charge({ billingKey: { ...issued, key: 'unknown' } })).kind, 'refused');
  assert.equal((await charge()).kind, 'confirmed');
});
