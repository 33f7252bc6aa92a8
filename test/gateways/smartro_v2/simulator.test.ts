import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { smartroV2 } from '../../../src/gateways/smartro_v2/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import type { WindowParts } from '../kit/scenarios.ts';
import { type Fields, type SmartroAnswer, smartroV2ClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(smartroV2, { clock });
const { rig, paid, inWindow } = desk;
const { cancel, send } = smartroV2ClientOf(rig);
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const partial = (amount: number, sequence: number, parts: Fields = {}) => ({
  CancelAmt: String(amount),
  CancelSeq: String(sequence),
  PartialCancelCode: '1',
  ...parts,
});
async function codeOf(answer: Promise<SmartroAnswer>): Promise<string | undefined> {
  const { status, body } = await answer;
  assert.equal(status, 200);
  assert.ok(body.ResultMsg);
  return body.ResultCode;
}

describe('a cancel', () => {
  test('of the whole payment is answered with 2001 and the payment, and has no id of its own', async () => {
    const { gatewayTid, orderId } = await paid('card');
    assert.match(gatewayTid, /^[a-z0-9]{10}0101240306120000\d{4}$/);
    const { body } = await cancel(gatewayTid);
    assert.equal(body.ResultCode, '2001');
    assert.deepEqual(
      [body.Mid, body.Tid, body.PTid, body.CancelAmt, body.CancelDate, body.CancelTime, body.PayMethod, body.Moid],
      [rig.mid, gatewayTid, '', '10000', '20240306', '120000', 'CARD', orderId.replaceAll('_', '')],
    );
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.status, 'cancelled');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM05');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1, 2))), 'SIM05');
  });

  test('in parts counts up from 1, each with an id of its own; a repeated or a skipped ordinal is refused', async () => {
    const { gatewayTid } = await paid('card');
    const first = await cancel(gatewayTid, partial(4000, 1));
    assert.match(first.body.PTid ?? '', /^[a-z0-9]{30}$/);
    assert.equal(await codeOf(cancel(gatewayTid, partial(4000, 1))), 'SIM09');
    assert.equal(await codeOf(cancel(gatewayTid, partial(4000, 3))), 'SIM09');
    assert.equal(await codeOf(cancel(gatewayTid, partial(6001, 2))), 'SIM06');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '6000' })), 'SIM08', 'a full cancel of the rest');
    const second = await cancel(gatewayTid, partial(6000, 2));
    assert.equal(second.body.ResultCode, '2001');
    assert.notEqual(second.body.PTid, first.body.PTid);
  });

  test('as a whole of another amount is refused', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '9999' })), 'SIM08');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '10001' })), 'SIM06');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelSeq: '2' })), 'SIM09');
  });

  test('of a part of a telephone payment is refused', async () => {
    const { gatewayTid } = await paid('phone');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1000, 1))), 'SIM07');
  });

  const malformed: Readonly<Record<string, Fields>> = {
    'without the service mode': { SERVICE_MODE: undefined },
    'of another service mode': { SERVICE_MODE: 'CL2' },
    'without an amount': { CancelAmt: undefined },
    'of nothing': { CancelAmt: '0' },
    'with commas in its amount': { CancelAmt: '10,000' },
    'with an amount of 13 digits': { CancelAmt: '1000000000000' },
    'without a reason': { CancelMsg: undefined },
    'with a reason of 101 characters': { CancelMsg: '가'.repeat(101) },
    'without an ordinal': { CancelSeq: undefined },
    'with an ordinal of four digits': { CancelSeq: '1000' },
    'with the ordinal 0': { CancelSeq: '0' },
    'that is neither full nor partial': { PartialCancelCode: '2' },
    'with a number for its amount': { CancelAmt: 10_000 },
    'with numbers for its amounts of tax': { CancelTaxAmt: 9091, CancelTaxFreeAmt: 0, CancelVatAmt: 909 },
    'with a number for its ordinal': { CancelSeq: 1 },
    'with a number for its code': { PartialCancelCode: 0 },
  };
  for (const [name, parts] of Object.entries(malformed)) {
    test(`${name} is refused`, async () => {
      const { gatewayTid, orderId } = await paid('card');
      assert.equal(await codeOf(cancel(gatewayTid, parts)), 'SIM01');
      assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 0n);
    });
  }

  test('with a reason of 100 characters is taken', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelMsg: '가'.repeat(100) })), '2001');
  });
});

describe('who calls', () => {
  test('is known by the MID, the key, the hash and the password', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(cancel(gatewayTid, { HashData: 'x' })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, { Mid: 'another000' })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, {}, { Mid: 'another000' })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, {}, { key: `${'A'.repeat(86)}==` })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelPwd: undefined })), 'SIM03');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelPwd: 'wrong' })), 'SIM03');
    for (const body of ['', 'null', '[]', '{}', `{"Mid":"${rig.mid}"}`, `{"Mid":"${rig.mid}","EncData":"!"}`]) {
      assert.equal(await codeOf(send(body)), 'SIM02', body);
    }
  });

  test("does not reach another merchant's payments", async () => {
    const { gatewayTid } = await paid('card');
    const mid = rig.sandbox.mid('somebody else');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const theirs = { Mid: mid, CancelPwd: credentials.cancelPassword };
    assert.equal(await codeOf(cancel(gatewayTid, theirs, { Mid: mid, key: credentials.merchantKey ?? '' })), 'SIM04');
  });

  test('asks for a path that does not exist is told so, once it is known who asks', async () => {
    assert.equal((await send('{}', '/payment/approval/other.do')).body.ResultCode, 'SIM02');
    const { status } = await cancel('some-tid', {}, { path: '/payment/approval/other.do' });
    assert.equal(status, 404);
  });
});

describe('a virtual account', () => {
  test('is revoked while it waits, as a whole, and then takes no deposit', async () => {
    const { gatewayTid, orderId } = await desk.waiting('vbank');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1000, 1))), 'SIM07');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '9000' })), 'SIM08');
    assert.equal(await codeOf(cancel(gatewayTid)), '2001');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM05');
    const late = await rig.control.deposit({ orderId });
    assert.equal(late.kind === 'refused' && late.code, 'ALREADY_REVOKED');
  });

  test('is refunded by the refund integration only, once its deposit is there', async () => {
    const { gatewayTid } = await paid('vbank');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM10');
  });

  test('of the window is good until the end of its last day in Seoul, and is not revoked afterwards', async () => {
    const made = await inWindow('vbank', { dueAt: new Date('2024-03-08T01:00:00+09:00') });
    assert.ok(made.kind === 'done');
    assert.deepEqual(made.result.virtualAccount?.dueAt, new Date('2024-03-08T23:59:59+09:00'));
    clock.set('2024-03-08T23:59:59+09:00');
    assert.equal(await codeOf(cancel(made.result.gatewayTid)), 'SIM12');
  });
});

describe('tax', () => {
  const mixedPayment = () => paid('card', { taxFreeMinor: 4500n, vatMinor: 500n });
  const split = (supplied: string, taxFree: string, vat: string) => ({
    CancelTaxAmt: supplied,
    CancelTaxFreeAmt: taxFree,
    CancelVatAmt: vat,
  });

  test('of a part of a mixed payment must be said, be the amount, and not exceed what is left of either part', async () => {
    const { gatewayTid } = await mixedPayment();
    assert.equal(await codeOf(cancel(gatewayTid, partial(1000, 1))), 'SIM11');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1000, 1, split('900', '0', '99')))), 'SIM11');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1000, 1, split('909', '', '91')))), 'SIM11');
    assert.equal(await codeOf(cancel(gatewayTid, partial(4600, 1, split('0', '4600', '0')))), 'SIM11');
    assert.equal(await codeOf(cancel(gatewayTid, partial(5501, 1, split('5001', '0', '500')))), 'SIM11');
    assert.equal(await codeOf(cancel(gatewayTid, partial(4500, 1, split('0', '4500', '0')))), '2001');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1000, 2, split('0', '1000', '0')))), 'SIM11');
    assert.equal(await codeOf(cancel(gatewayTid, partial(5500, 2, split('5000', '0', '500')))), '2001');
  });

  test('of a whole payment need not be said', async () => {
    const { gatewayTid } = await mixedPayment();
    assert.equal(await codeOf(cancel(gatewayTid, split('', '', ''))), '2001');
  });
});

describe('the payment window', () => {
  const refusals: Readonly<Record<string, [WindowParts, string]>> = {
    'of a pay method that Smartro does not have': [{ payMethod: 'cvs' }, 'SIM21'],
    'in another currency': [{ currency: 'USD' }, 'SIM01'],
    'of nothing': [{ amountMinor: 0n }, 'SIM01'],
    'with more tax than amount': [{ taxFreeMinor: 10_001n }, 'SIM01'],
    'of 13 digits': [{ amountMinor: 1_000_000_000_000n }, 'SIM01'],
    'at a bank that Smartro has no code for': [{ payMethod: 'vbank', bankCode: '209' }, 'SIM23'],
    'with a due date that is past': [{ payMethod: 'vbank', dueAt: new Date('2024-03-05T00:00:00Z') }, 'SIM01'],
  };
  for (const [name, [parts, code]] of Object.entries(refusals)) {
    test(`refuses a payment ${name}`, async () => {
      const answer = await inWindow('card', parts);
      assert.equal(answer.kind === 'refused' && answer.code, code);
    });
  }

  test('takes an order number once', async () => {
    const orderId = rig.orderId();
    assert.equal((await inWindow('card', { orderId })).kind, 'done');
    const again = await inWindow('card', { orderId });
    assert.equal(again.kind === 'refused' && again.code, 'SIM22');
  });

  test('gives many payments of one second different ids', async () => {
    const made = await Promise.all(Array.from({ length: 300 }, () => inWindow('card')));
    const ids = made.map((answer) => answer.kind === 'done' && answer.result.gatewayTid);
    assert.equal(new Set(ids).size, 300);
  });
});
