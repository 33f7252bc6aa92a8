import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { smartro } from '../../../src/gateways/smartro/module.ts';
import { openDesk } from '../kit/desk.ts';
import { percentEncoded } from '../kit/euc-kr-form.ts';
import { movingClock } from '../kit/moving-clock.ts';
import type { WindowParts } from '../kit/scenarios.ts';
import { type Fields, type SmartroAnswer, smartroClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(smartro, { clock });
const { rig, paid, inWindow } = desk;
const { cancel, send, keys } = smartroClientOf(rig);
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const partial = (amount: number, parts: Fields = {}) => ({
  CancelAmt: String(amount),
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
    const { body } = await cancel(gatewayTid);
    assert.equal(body.ResultCode, '2001');
    assert.deepEqual(
      [body.MID, body.TID, body.PTID, body.CancelAmt, body.CancelDate, body.CancelTime, body.PayMethod, body.PayName],
      [rig.mid, gatewayTid, '', '10000', '20240306', '120000', 'CARD', '신용카드'],
    );
    assert.deepEqual([body.Moid, body.CancelMSG], [orderId.replaceAll('_', ''), '단순 변심']);
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.status, 'cancelled');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM05');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1))), 'SIM05');
  });

  test('in parts gives each an id of its own, and does not know one that is sent twice', async () => {
    const { gatewayTid, orderId } = await paid('card');
    const [first, second] = [await cancel(gatewayTid, partial(4000)), await cancel(gatewayTid, partial(4000))];
    assert.match(first.body.PTID ?? '', /^[a-z0-9]{30}$/);
    assert.notEqual(second.body.PTID, first.body.PTID);
    assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 8000n);
    assert.equal(await codeOf(cancel(gatewayTid, partial(2001))), 'SIM06');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '2000' })), 'SIM08', 'a full cancel of the rest');
    assert.equal(await codeOf(cancel(gatewayTid, partial(2000))), '2001');
  });

  test('as a whole of another amount is refused', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '9999' })), 'SIM08');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '10001' })), 'SIM06');
  });

  const malformed: Readonly<Record<string, Fields>> = {
    'without an amount': { CancelAmt: undefined },
    'of nothing': { CancelAmt: '0' },
    'with commas in its amount': { CancelAmt: '10,000' },
    'with an amount of 13 digits': { CancelAmt: '1000000000000' },
    'with a reason of 101 characters': { CancelMSG: percentEncoded('가'.repeat(101)) },
    'that is neither full nor partial': { PartialCancelCode: '2' },
    'that does not say which': { PartialCancelCode: undefined },
  };
  for (const [name, parts] of Object.entries(malformed)) {
    test(`${name} is refused`, async () => {
      const { gatewayTid, orderId } = await paid('card');
      assert.equal(await codeOf(cancel(gatewayTid, parts)), 'SIM01');
      assert.equal((await rig.control.book({ orderId })).transactions[0]?.cancelledMinor, 0n);
    });
  }

  test('of a payment with a tax-free part says nothing of tax, and may be in parts or whole', async () => {
    for (const cancels of [[partial(5500), partial(4500)], [{}]]) {
      const amounts = { taxFreeMinor: 4500n, vatMinor: 500n };
      const { gatewayTid } = await paid('card', amounts);
      for (const parts of cancels) assert.equal(await codeOf(cancel(gatewayTid, parts)), '2001');
      assert.equal(await codeOf(cancel(gatewayTid)), 'SIM05');
    }
  });
});

describe('who calls', () => {
  test('is known by the TID, the hash and the password', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(cancel(gatewayTid, { hashData: 'x' })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, { hashData: undefined })), 'SIM02');
    assert.equal(await codeOf(cancel('another00001')), 'SIM04');
    assert.equal(await codeOf(cancel(gatewayTid, {}, { key: `${'A'.repeat(86)}==` })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, { Cancelpw: undefined })), 'SIM03');
    assert.equal(await codeOf(cancel(gatewayTid, { Cancelpw: 'wrong' })), 'SIM03');
    assert.equal(await codeOf(send({})), 'SIM04');
  });

  test('gives the hash as Base64 of hexadecimal characters, not of the digest', async () => {
    const { gatewayTid } = await paid('card');
    const hashed = `${gatewayTid}${keys().merchantKey}100000`;
    const ofBytes = createHash('md5').update(hashed).digest('base64');
    assert.equal(await codeOf(cancel(gatewayTid, { hashData: ofBytes })), 'SIM02');
  });

  test("does not reach another merchant's payments", async () => {
    const { gatewayTid } = await paid('card');
    const mid = rig.sandbox.mid('somebody else');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    const theirs = { Cancelpw: credentials.cancelPassword };
    assert.equal(await codeOf(cancel(gatewayTid, theirs, { key: credentials.merchantKey ?? '' })), 'SIM02');
    const unknown = `${mid}01012403061200009999`;
    assert.equal(await codeOf(cancel(unknown, theirs, { key: credentials.merchantKey ?? '' })), 'SIM04');
  });

  test('asks for a path that does not exist is told so, once it is known who asks', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal((await cancel(gatewayTid, {}, { path: '/cancel/other.jsp' })).status, 404);
  });
});

describe('a virtual account', () => {
  test('is revoked while it waits, as a whole, and then takes no deposit', async () => {
    const { gatewayTid, orderId } = await desk.waiting('vbank');
    assert.equal(await codeOf(cancel(gatewayTid, partial(1000))), 'SIM07');
    assert.equal(await codeOf(cancel(gatewayTid, { CancelAmt: '9000' })), 'SIM08');
    assert.equal(await codeOf(cancel(gatewayTid)), '2001');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM05');
    const late = await rig.control.deposit({ orderId });
    assert.equal(late.kind === 'refused' && late.code, 'ALREADY_REVOKED');
  });

  test('is not refunded by this call once its deposit is there, nor revoked once it has expired', async () => {
    const { gatewayTid } = await paid('vbank');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM10');
    const waiting = await desk.waiting('vbank');
    clock.set('2024-03-14T00:00:00+09:00');
    assert.equal(await codeOf(cancel(waiting.gatewayTid)), 'SIM12');
  });
});

describe('the payment window', () => {
  const refusals: Readonly<Record<string, [WindowParts, string]>> = {
    'by telephone, which only the new module has': [{ payMethod: 'phone' }, 'SIM21'],
    'in another currency': [{ currency: 'USD' }, 'SIM01'],
    'at a bank that Smartro has no code for': [{ payMethod: 'vbank', bankCode: '209' }, 'SIM23'],
  };
  for (const [name, [parts, code]] of Object.entries(refusals)) {
    test(`refuses a payment ${name}`, async () => {
      const answer = await inWindow('card', parts);
      assert.equal(answer.kind === 'refused' && answer.code, code);
    });
  }
});
