import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { welcome } from '../../../src/gateways/welcome/module.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import type { WindowParts } from '../kit/scenarios.ts';
import { type Fields, sha256, type WelcomeAnswer, welcomeClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(welcome, { clock });
const { rig, paid, waiting } = desk;
const { send, post, cancel, repay, approve, common } = welcomeClientOf(rig);
const signKey = rig.call().channel.credentials.signKey ?? '';
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

async function codeOf(answer: Promise<WelcomeAnswer>): Promise<string | undefined> {
  const { status, body } = await answer;
  assert.ok(body.ResultMsg);
  assert.equal(status, body.ResultCode === 'SIM01' ? 400 : 200);
  return body.ResultCode;
}

describe('a full cancel', () => {
  test('is answered with 00, the payment and its order, and done once', async () => {
    const { gatewayTid, orderId } = await paid('card');
    const { status, body } = await cancel(gatewayTid);
    assert.equal(status, 200);
    assert.deepEqual(
      [body.ResultCode, body.Mid, body.Tid, body.Moid, body.Price, body.CancelDate, body.CancelTime, body.C_Tid],
      ['00', rig.mid, gatewayTid, orderId, '10000', '20240306', '120000', undefined],
    );
    assert.equal(await codeOf(cancel(gatewayTid)), '01');
    assert.equal(await codeOf(repay(gatewayTid, 1, 0)), '01');
  });

  test('of another amount, or after a part, is refused', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(cancel(gatewayTid, { price: '9999' })), 'SIM08');
    assert.equal(await codeOf(cancel(gatewayTid, { price: '10001' })), 'SIM06');
    assert.equal(await codeOf(repay(gatewayTid, 1, 9999)), '00');
    assert.equal(await codeOf(cancel(gatewayTid, { price: '9999' })), 'SIM14');
    assert.equal(await codeOf(cancel(gatewayTid)), 'SIM06');
  });

  const malformed: Readonly<Record<string, Fields>> = {
    'without a pay type': { payType: undefined },
    'of an unknown pay type': { payType: 'CARD' },
    'without a transaction': { tid: undefined },
    'without a currency': { currency: undefined },
    'in KRW, which Welcome calls WON': { currency: 'KRW' },
    'without an amount': { price: undefined },
    'with commas in its amount': { price: '10,000' },
    'with an amount of 23 digits': { price: '1'.repeat(23) },
    'of an unknown type': { cancelType: 'X' },
    'with a time that is none': { timestamp: '2024-03-06' },
  };
  for (const [name, parts] of Object.entries(malformed)) {
    test(`${name} is refused with HTTP 400`, async () => {
      const { gatewayTid, orderId } = await paid('card');
      assert.equal(await codeOf(cancel(gatewayTid, parts)), 'SIM01');
      assert.equal((await rig.control.book({ orderId })).transactions[0]?.status, 'paid');
    });
  }

  test('of another pay type than the payment has is refused', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(cancel(gatewayTid, { payType: 'bank' })), 'SIM15');
    assert.equal(await codeOf(cancel(gatewayTid, { currency: 'USD' })), 'SIM04');
  });
});

describe('a partial cancel', () => {
  test('has an id of its own, tells what is left, and is not repeated: the balance afterwards no longer fits', async () => {
    const { gatewayTid } = await paid('card');
    const { body } = await repay(gatewayTid, 4000, 6000);
    assert.deepEqual([body.ResultCode, body.Price, body.RmainPrice], ['00', '4000', '6000']);
    assert.match(body.C_Tid ?? '', /^\d{22}$/);
    assert.equal(await codeOf(repay(gatewayTid, 4000, 6000)), 'SIM09');
    assert.equal(await codeOf(repay(gatewayTid, 6001, 0)), 'SIM06');
    const last = await repay(gatewayTid, 6000, 0);
    assert.equal(last.body.ResultCode, '00');
    assert.notEqual(last.body.C_Tid, body.C_Tid);
  });

  test('of a telephone payment, or of an account that waits, is refused', async () => {
    const { gatewayTid } = await paid('phone');
    assert.equal(await codeOf(repay(gatewayTid, 1000, 9000, { payType: 'hpp' })), 'SIM07');
    const account = await waiting('vbank');
    assert.equal(await codeOf(repay(account.gatewayTid, 1000, 9000, { payType: 'vbank' })), 'SIM07');
  });

  test('without what is left is refused', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(repay(gatewayTid, 1000, 9000, { confirmPrice: undefined })), 'SIM01');
    assert.equal(await codeOf(repay(gatewayTid, 1000, 9000, { cancelPrice: undefined })), 'SIM01');
  });

  test('of a mixed payment names VAT of at most a tenth, and takes no more of either part than is left', async () => {
    const { body } = await approve({ price: '10000', tax: '500', taxfree: '4500' });
    const tid = body.tid ?? '';
    const split = (tax: string, taxfree: string) => ({ tax, taxfree });
    assert.equal(await codeOf(repay(tid, 1000, 9000)), 'SIM11');
    assert.equal(await codeOf(repay(tid, 1000, 9000, split('101', '0'))), 'SIM11');
    assert.equal(await codeOf(repay(tid, 1000, 9000, split('50', '951'))), 'SIM11');
    assert.equal(await codeOf(repay(tid, 5000, 5000, split('0', '4501'))), 'SIM11');
    assert.equal(await codeOf(repay(tid, 5501, 4499, split('500', '0'))), 'SIM11');
    assert.equal(await codeOf(repay(tid, 4500, 5500, split('0', '4500'))), '00');
    assert.equal(await codeOf(repay(tid, 100, 5400, split('0', '1'))), 'SIM11');
    assert.equal(await codeOf(repay(tid, 5500, 0, split('500', '0'))), '00');
  });
});

describe('who calls', () => {
  test('is known by the MID and the signature', async () => {
    const { gatewayTid } = await paid('card');
    assert.equal(await codeOf(cancel(gatewayTid, { signature: undefined })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, { mid: 'another000' })), 'SIM02');
    assert.equal(await codeOf(cancel(gatewayTid, {}, { signKey: 'another sign key' })), 'SIM02');
    const plain = sha256(`${rig.mid}${sha256(signKey)}20240306120000`);
    assert.equal(await codeOf(cancel(gatewayTid, { signature: plain })), 'SIM02', 'values without their names');
    assert.equal(await codeOf(approve({ signature: 'x' })), 'SIM02');
  });

  test('signs an approval over its order and price', async () => {
    const signature = sha256(`mid=${rig.mid}&mkey=${sha256(signKey)}&timestamp=20240306120000`);
    assert.equal(await codeOf(approve({ signature })), 'SIM02');
  });

  test('sends a form in UTF-8', async () => {
    assert.equal(await codeOf(post('/cancel/cancel', '{}', 'application/json')), 'SIM02');
    assert.equal(await codeOf(post('/cancel/cancel', `mid=${rig.mid}&tid=%B0%A1`)), 'SIM02');
  });

  test("does not reach another merchant's payments", async () => {
    const { gatewayTid } = await paid('card');
    const mid = rig.sandbox.mid('somebody else');
    const credentials = rig.sandbox.credentials(mid);
    await rig.control.registerMerchant({ mid, credentials });
    assert.equal(await codeOf(cancel(gatewayTid, { mid }, { signKey: credentials.signKey })), 'SIM04');
  });

  test('asks for a path that does not exist is told so, once it is known who asks', async () => {
    assert.equal((await send('/cancel/other', { ...common(), tid: 'x', price: '1' })).status, 404);
  });
});

describe('a key-in', () => {
  test('is answered with a transaction id of 40 characters, the approval number and the acquirer', async () => {
    const { status, body } = await approve();
    assert.equal(status, 200);
    assert.match(body.tid ?? '', new RegExp(`^StdpayCARD${rig.mid}20240306120000\\d{6}$`));
    assert.match(body.ApplNum ?? '', /^\d{8}$/);
    assert.deepEqual([body.ResultCode, body.Price, body.PayDate, body.PayTime], ['00', '1004', '20240306', '120000']);
    assert.equal(body.CardResultCode, '14');
  });

  test('takes an order number once', async () => {
    const oid = rig.orderId();
    assert.equal(await codeOf(approve({ oid })), '00');
    assert.equal(await codeOf(approve({ oid })), 'SIM22');
  });

  const malformed: Readonly<Record<string, Fields>> = {
    'without an order': { oid: undefined },
    'with an order number of 41 characters': { oid: 'o'.repeat(41) },
    'of nothing': { price: '0' },
    'with commas in its price': { price: '1,004' },
    'with a price of 11 digits': { price: '10000000000' },
    'without a buyer': { buyerName: undefined },
    'with a buyer of 31 bytes': { buyerName: 'b'.repeat(31) },
    'with goods of 81 bytes': { goodsName: '가'.repeat(27) },
    'with instalments in one digit': { cardQuota: '0' },
    'that does not say who pays the interest': { quotaInterest: undefined },
    'with an open card number': { cardNumber: '4330123412341239' },
    'with an open birth date': { registNo: '900101' },
    'with an open password': { passwd: '12' },
  };
  for (const [name, parts] of Object.entries(malformed)) {
    test(`${name} is refused`, async () => {
      assert.equal(await codeOf(approve(parts)), 'SIM01');
    });
  }

  test('with tax that does not fit its price is refused', async () => {
    assert.equal(await codeOf(approve({ tax: '101' })), 'SIM11');
    assert.equal(await codeOf(approve({ tax: '100', taxfree: '905' })), 'SIM11');
    assert.equal(await codeOf(approve({ tax: '0', taxfree: '1004' })), '00');
  });
});

describe('a virtual account', () => {
  const vbank = { payType: 'vbank' };

  test('is revoked while it waits, as a whole, and then takes no deposit', async () => {
    const { gatewayTid, orderId } = await waiting('vbank');
    assert.equal(await codeOf(cancel(gatewayTid, { ...vbank, price: '9000' })), 'SIM08');
    assert.equal(await codeOf(cancel(gatewayTid, vbank)), '00');
    assert.equal(await codeOf(cancel(gatewayTid, vbank)), '01');
    const late = await rig.control.deposit({ orderId });
    assert.equal(late.kind === 'refused' && late.code, 'ALREADY_REVOKED');
  });

  test('is not refunded by this call once its deposit is there, nor revoked once it has expired', async () => {
    const { gatewayTid } = await paid('vbank');
    assert.equal(await codeOf(cancel(gatewayTid, vbank)), 'SIM10');
    assert.equal(await codeOf(repay(gatewayTid, 1000, 9000, vbank)), 'SIM10');
    const account = await waiting('vbank');
    clock.set('2024-03-20T00:00:00+09:00');
    assert.equal(await codeOf(cancel(account.gatewayTid, vbank)), 'SIM12');
  });

  test("is issued at the banks that i'mport lists, and at no other", async () => {
    const issue = (bankCode: string) => {
      const buyer = { name: '홍길동', email: null, tel: null };
      const order = { orderId: rig.orderId(), orderName: '생수', currency: 'KRW', amountMinor: 1000n };
      const account = {
        bankCode,
        dueAt: new Date('2024-03-13T03:00:00Z'),
        holder: '환불상점',
        fixedKey: null,
        apiKey: null,
      };
      return desk.gateway.operations.issue_vbank.send(rig.call(), {
        ...order,
        ...account,
        buyer,
        taxFreeMinor: 0n,
        vatMinor: 0n,
      });
    };
    assert.equal((await issue('004')).kind, 'confirmed');
    for (const bankCode of ['011', '023', '209']) {
      const outcome = await issue(bankCode);
      assert.equal(outcome.kind === 'refused' && outcome.code, 'SIM23', bankCode);
    }
  });
});

describe('the payment window', () => {
  const refusals: Readonly<Record<string, [WindowParts, string]>> = {
    'of a pay method that Welcome does not have': [{ payMethod: 'cvs' }, 'SIM21'],
    'in another currency': [{ currency: 'USD' }, 'SIM01'],
    'of nothing': [{ amountMinor: 0n }, 'SIM01'],
    'with more tax than amount': [{ taxFreeMinor: 10_001n }, 'SIM01'],
    'with an order number of 41 characters': [{ orderId: 'o'.repeat(41) }, 'SIM01'],
    'with a receipt for a number': [{ cashReceiptIdentifier: '01012345678' }, 'SIM24'],
    'at a bank without virtual accounts': [{ payMethod: 'vbank', bankCode: '011' }, 'SIM23'],
    'by transfer from an unknown bank': [{ payMethod: 'trans', bankCode: '999' }, 'SIM23'],
    'with a due date that is past': [{ payMethod: 'vbank', dueAt: new Date('2024-03-05T00:00:00Z') }, 'SIM01'],
  };
  for (const [name, [parts, code]] of Object.entries(refusals)) {
    test(`refuses a payment ${name}`, async () => {
      const answer = await desk.inWindow('card', parts);
      assert.equal(answer.kind === 'refused' && answer.code, code);
    });
  }

  test('takes an order number once', async () => {
    const orderId = rig.orderId();
    assert.equal((await desk.inWindow('card', { orderId })).kind, 'done');
    const again = await desk.inWindow('card', { orderId });
    assert.equal(again.kind === 'refused' && again.code, 'SIM22');
  });
});
