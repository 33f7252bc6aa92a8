import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { kiccGateway as gateway } from '../../../src/gateways/kicc/adapter/adapter.ts';
import { kicc } from '../../../src/gateways/kicc/module.ts';
import { saysKeyIsGone } from '../../../src/gateways/kicc/wire/errors.ts';
import { approvalAuthentication } from '../../../src/gateways/kicc/wire/signature.ts';
import type { ChargedPayment } from '../../../src/port/billing-key.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { chargeOf, confirmed, keyIssueOf, registeredKey } from '../kit/scenarios.ts';
import { type KiccAnswer, kiccClientOf } from './kit.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
let today = '20240306';
const desk = await openDesk(kicc, { clock, call: { idempotencyKey: 'op_1' } });
const { rig, server, answering } = desk;
const client = kiccClientOf(rig, () => today);
const { charge_key, revoke_key } = gateway.operations;
const { secretKey = '' } = rig.call().channel.credentials;

function moveTo(time: string): void {
  clock.set(time);
  today = time.slice(0, 10).replaceAll('-', '');
}
beforeEach(() => moveTo(noon));

const registered = () => registeredKey(desk.at('card'));
const askedOf = (orderId: string, parts: Partial<ChargedPayment> = {}): ChargedPayment => ({
  ...desk.payment,
  orderId,
  gatewayTid: null,
  billingKey: { key: 'B', boundTo: {} },
  ...parts,
});
const transactionsOf = async (orderId: string) => (await rig.control.book({ orderId })).transactions;

const request = chargeOf('imp_123456789012', { key: 'batch-key', boundTo: {} }, { installmentMonths: 3 });

function signed(fields: Record<string, unknown>): Record<string, unknown> {
  const text = `${fields.pgCno}|${fields.amount}|${fields.transactionDate}`;
  return { ...fields, msgAuthValue: createHmac('sha256', secretKey).update(text).digest('hex') };
}
const unsigned = {
  resCd: '0000',
  resMsg: '정상',
  mallId: rig.mid,
  shopTransactionId: 'op_1',
  shopOrderNo: 'imp_123456789012',
  pgCno: '24030612000000000001',
  amount: 10_000,
  transactionDate: '20240306120000',
  statusCode: 'TS03',
  paymentInfo: {
    approvalNo: '12345678',
    cardInfo: {
      cardNo: '451842******1281',
      issuerCode: '029',
      issuerName: '신한',
      acquirerCode: '029',
      cardGubun: 'Y',
      installmentMonth: 3,
    },
  },
};

describe('a charge', () => {
  test('names key, order and day, is not signed, and its answer is', async () => {
    const outcome = confirmed(await charge_key.send(answering(signed(unsigned)), request));
    assert.equal(server.last().path, '/api/trades/approval/batch');
    assert.deepEqual(server.last().json(), {
      mallId: rig.mid,
      shopTransactionId: 'op_1',
      shopOrderNo: 'imp_123456789012',
      approvalReqDate: '20240306',
      amount: 10_000,
      currency: '00',
      orderInfo: { goodsName: '생수 외 1건' },
      payMethodInfo: { billKeyMethodInfo: { batchKey: 'batch-key' }, cardMethodInfo: { installmentMonth: '03' } },
    });
    assert.deepEqual(
      [outcome.gatewayTid, outcome.approvalNumber, outcome.approvedAt, outcome.card],
      [
        unsigned.pgCno,
        '12345678',
        new Date(noon),
        {
          maskedNumber: '451842******1281',
          code: '366',
          name: '신한카드',
          issuerCode: '366',
          issuerName: '신한카드',
          installmentMonths: 3,
          type: 1,
        },
      ],
    );
  });

  test('which is free of tax in part is split into parts that add up', async () => {
    const mixed = { ...request, taxFreeMinor: 4_500n, vatMinor: 500n };
    await charge_key.send(answering(signed(unsigned)), mixed);
    assert.deepEqual(server.last().json().taxInfo, { taxAmount: 5_000, freeAmount: 4_500, vatAmount: 500 });
  });

  test('is believed only where its answer is authentic, and about this very order', async () => {
    for (const parts of [
      { amount: 9_999 },
      { shopOrderNo: 'another' },
      { shopTransactionId: 'another' },
      { mallId: 'T0000000' },
      { statusCode: 'TS02' },
      { statusCode: undefined },
      { transactionDate: '' },
      { pgCno: '' },
    ]) {
      const outcome = await charge_key.send(answering(signed({ ...unsigned, ...parts })), request);
      assert.equal(outcome.kind, 'unclear', JSON.stringify(parts));
    }
    for (const msgAuthValue of [undefined, '', '0'.repeat(64)]) {
      const outcome = await charge_key.send(answering({ ...unsigned, msgAuthValue }), request);
      assert.equal(outcome.kind, 'unclear', msgAuthValue);
    }
    const text = { ...unsigned, amount: '10000' };
    assert.equal((await charge_key.send(answering(signed(text)), request)).kind, 'confirmed', 'an amount as text');
    assert.equal((await charge_key.send(answering(signed(unsigned), { status: 500 }), request)).kind, 'unclear');
  });

  test('the authentication of an answer is what OpenSSL makes of the same text', () => {
    const approved = { pgCno: '24030612000000000001', amount: '10000', transactionDate: '20240306120000' };
    assert.equal(
      approvalAuthentication('easypay!KICCTEST', approved),
      '105c25c4ee22ec38828a1288403f43815791de07794d839bed8c7f74e45b6485',
    );
  });

  test('that is declined is refused, and one whose id was used before is in doubt', async () => {
    const declined = await charge_key.send(answering({ resCd: 'C101', resMsg: '한도초과' }), request);
    assert.equal(declined.kind === 'refused' && declined.code, 'C101');
    const used = await charge_key.send(answering({ resCd: 'X999', resMsg: '중복된 거래입니다' }), request);
    assert.equal(used.kind, 'unclear');
    const repeat = await charge_key.send(answering({ resCd: 'C101', resMsg: '한도초과' }, { isRepeat: true }), request);
    assert.equal(repeat.kind, 'unclear', 'of a repeat it says nothing of the first request');
  });

  test('with another secret is made all the same, and its answer is not believed; the question finds it', async () => {
    const { billingKey } = await registered();
    const orderId = rig.orderId();
    const call = rig.call({ credentials: { secretKey: 'another secret' } });
    assert.equal((await charge_key.send(call, chargeOf(orderId, billingKey))).kind, 'unclear');
    assert.equal((await transactionsOf(orderId)).length, 1);
    assert.equal((await charge_key.inquire(call, askedOf(orderId), call.now)).kind, 'done');
  });
});

describe('a lost answer to a charge', () => {
  test('is found by the request, with all that the answer would have told', async () => {
    const { billingKey } = await registered();
    const orderId = rig.orderId();
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'charge_key', kind: 'lost_answer' });
    assert.equal((await charge_key.send(call, chargeOf(orderId, billingKey))).kind, 'unclear');
    const [transaction] = await transactionsOf(orderId);
    const found = await charge_key.inquire(call, askedOf(orderId), call.now);
    assert.ok(found.kind === 'done', JSON.stringify(found));
    assert.equal(found.result.gatewayTid, transaction?.gatewayTid);
    assert.match(found.result.approvalNumber ?? '', /^\d+$/);
    assert.equal(found.result.card?.code, '366');
    const other = askedOf(orderId, { paymentAmountMinor: 9_999n });
    assert.equal((await charge_key.inquire(call, other, call.now)).kind, 'unknown');
    // Sent again on its day it is told that it was sent before, and is not made again.
    const repeat = await charge_key.send({ ...call, isRepeat: true }, chargeOf(orderId, billingKey));
    assert.equal(repeat.kind, 'unclear');
    assert.equal((await transactionsOf(orderId)).length, 1);
    const cancel = desk.cancelOf({ ...desk.payment, orderId, gatewayTid: found.result.gatewayTid });
    assert.equal((await gateway.operations.cancel.send(rig.call(), cancel)).kind, 'confirmed');
    assert.equal((await charge_key.inquire(call, askedOf(orderId), call.now)).kind, 'unknown', 'cancelled meanwhile');
  });

  test('of one that never arrived may be sent again on its day only', async () => {
    const call = rig.call();
    const asked = () => charge_key.inquire({ ...call, now: clock.now() }, askedOf(rig.orderId()), call.startedAt);
    assert.deepEqual(await asked(), { kind: 'not_done', repeatIsSafe: true });
    moveTo('2024-03-06T23:50:00+09:00');
    assert.deepEqual(await asked(), { kind: 'not_done', repeatIsSafe: false });
    moveTo('2024-03-07T12:00:00+09:00');
    assert.deepEqual(await asked(), { kind: 'not_done', repeatIsSafe: false });
    moveTo('2024-03-08T12:00:00+09:00');
    assert.equal((await asked()).kind, 'unknown', 'KICC tells of two days only');
  });

  test('is refused where the question shows that our request was, and not where it is about the question', async () => {
    const failed = { resCd: 'C101', resMsg: '한도초과', shopTransactionId: 'op_1', shopOrderNo: 'imp_123456789012' };
    const asked = askedOf('imp_123456789012');
    const told = await charge_key.inquire(answering(failed), asked, clock.now());
    assert.equal(told.kind === 'refused' && told.code, 'C101');
    const { shopOrderNo: _, ...unnamed } = failed;
    for (const answer of [unnamed, { ...failed, shopOrderNo: 'another' }]) {
      assert.equal((await charge_key.inquire(answering(answer), asked, clock.now())).kind, 'ask_by_repeating');
    }
    assert.equal((await charge_key.inquire(answering('<html>'), asked, clock.now())).kind, 'unknown');
  });

  test('of a request that was refused is told as refused by the simulator, too', async () => {
    const call = rig.call();
    const orderId = rig.orderId();
    const unknown = chargeOf(orderId, { key: 'nobody’s', boundTo: {} });
    const outcome = await charge_key.send(call, unknown);
    assert.equal(outcome.kind === 'refused' && outcome.code, 'Z401');
    const told = await charge_key.inquire(call, askedOf(orderId), call.now);
    assert.equal(told.kind === 'refused' && told.code, 'Z401');
  });
});

describe('a deletion', () => {
  const deletion = { ...keyIssueOf(desk.at('card')), billingKey: request.billingKey, reason: '해지', requester: null };
  const done = { resCd: '0000', resMsg: '정상', mallId: rig.mid, shopTransactionId: 'op_1' };

  test('names the key and the day, and is confirmed by the answer to this very request', async () => {
    assert.equal((await revoke_key.send(answering(done), deletion)).kind, 'confirmed');
    assert.equal(server.last().path, '/api/trades/removeBatchKey');
    assert.deepEqual(server.last().json(), {
      mallId: rig.mid,
      shopTransactionId: 'op_1',
      batchKey: 'batch-key',
      removeReqDate: '20240306',
    });
    for (const parts of [{ shopTransactionId: 'another' }, { mallId: 'T0000000' }]) {
      assert.equal((await revoke_key.send(answering({ ...done, ...parts }), deletion)).kind, 'unclear');
    }
  });

  test('of what is gone is done, as far as the text says so; each repeat has an id of its own', async () => {
    for (const resMsg of ['존재하지 않는 배치키입니다.', '이미 삭제된 빌링키입니다', '배치키가 존재하지 않습니다']) {
      assert.equal((await revoke_key.send(answering({ resCd: 'B001', resMsg }), deletion)).kind, 'confirmed', resMsg);
    }
    for (const text of ['등록되지 않은 상점입니다.', '배치키 서비스 미계약', '요청 항목의 형식이 올바르지 않습니다.']) {
      assert.ok(!saysKeyIsGone(text), text);
      assert.equal((await revoke_key.send(answering({ resCd: 'B002', resMsg: text }), deletion)).kind, 'refused', text);
    }
    const ids = new Set<unknown>();
    for (let repeat = 0; repeat < 3; repeat += 1) {
      await revoke_key.send(answering({ ...done, shopTransactionId: undefined }, { isRepeat: true }), deletion);
      ids.add(server.last().json().shopTransactionId);
    }
    assert.equal(ids.size, 3);
    for (const id of ids) assert.match(String(id), /^[\w-]{1,60}$/);
    assert.equal((await revoke_key.inquire(rig.call(), deletion, clock.now())).kind, 'ask_by_repeating');
  });

  test('whose answer was lost is found done by a repeat, and the key is charged no more', async () => {
    const key = await registered();
    const revocation = { ...deletion, billingKey: key.billingKey };
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'revoke_key', kind: 'lost_answer' });
    assert.equal((await revoke_key.send(call, revocation)).kind, 'unclear');
    assert.equal((await revoke_key.send({ ...call, isRepeat: true }, revocation)).kind, 'confirmed');
    const outcome = await charge_key.send(rig.call(), chargeOf(rig.orderId(), key.billingKey));
    assert.equal(outcome.kind === 'refused' && outcome.code, 'Z401');
  });
});

test('keys come from the window only, which pays nothing', async () => {
  assert.ok(!('issue_key' in gateway.operations));
  const window = await rig.control.issueKeyInWindow({
    ...orderOf(rig.orderId(), 5_000n),
    mid: rig.mid,
    payMethod: 'card',
    customerUid: 'card of the customer',
    customerId: 'customer',
  });
  assert.ok(window.kind === 'done' && window.result.payment === null);
  const { billingKey, card, gatewayTid } = window.result.issued;
  assert.deepEqual([card?.maskedNumber, card?.code], ['451842******1281', '366']);
  assert.match(gatewayTid ?? '', /^\d{20}$/);
  assert.ok(billingKey.key.length <= 40, 'the shorter of the two lengths');
});

describe('the simulator', () => {
  const answersWith = async (answer: Promise<KiccAnswer>, code: string) => {
    const { status, body } = await answer;
    assert.deepEqual([status, body.resCd], [200, code], JSON.stringify(body));
    return body;
  };
  const keyOf = async () => (await registered()).billingKey.key;

  test('answers a charge signed, and the status query tells it unsigned and as it is now', async () => {
    const key = await keyOf();
    const body = await answersWith(client.charge(key, { shopTransactionId: 'charge-1', shopOrderNo: 'sub-1' }), '0000');
    assert.deepEqual(
      [body.shopTransactionId, body.shopOrderNo, body.amount, body.statusCode, body.transactionDate],
      ['charge-1', 'sub-1', '10000', 'TS03', '20240306120000'],
    );
    assert.equal(signed(body).msgAuthValue, body.msgAuthValue);
    const { msgAuthValue: _, ...told } = body;
    assert.deepEqual(await answersWith(client.status('charge-1', today), '0000'), told);
    await answersWith(client.revise(String(body.pgCno), { reviseTypeCode: '40' }), '0000');
    assert.equal((await answersWith(client.status('charge-1', today), '0000')).statusCode, 'TS02');
  });

  test('takes a request id once a day, and would charge the next day again, had its book room for it', async () => {
    const key = await keyOf();
    const fields = { shopTransactionId: 'charge-2', shopOrderNo: 'sub-2' };
    await answersWith(client.charge(key, fields), '0000');
    await answersWith(client.charge(key, fields), 'Z103');
    await answersWith(client.charge(key, { ...fields, shopOrderNo: 'sub-2b' }), 'Z103');
    assert.equal((await client.charge(key, { shopOrderNo: 'sub-2' })).status, 500);
    moveTo('2024-03-07T12:00:00+09:00');
    assert.equal((await client.charge(key, fields)).status, 500);
    await answersWith(client.charge(key, { ...fields, shopOrderNo: 'sub-2c' }), '0000');
  });

  test('refuses what is malformed, another day, and keys that are unknown, deleted or another merchant’s', async () => {
    const key = await keyOf();
    for (const [fields, code] of [
      [{ mallId: 'T0000000' }, 'Z101'],
      [{ approvalReqDate: '20240305' }, 'Z104'],
      [{ approvalReqDate: undefined }, 'Z104'],
      [{ shopTransactionId: 'x'.repeat(61) }, 'Z104'],
      [{ shopOrderNo: 'x'.repeat(41) }, 'Z104'],
      [{ amount: 0 }, 'Z104'],
      [{ amount: '1,000' }, 'Z104'],
      [{ currency: '01' }, 'Z104'],
      [{ orderInfo: { goodsName: '<b>' } }, 'Z105'],
      [{ payMethodInfo: undefined }, 'Z104'],
      [{ payMethodInfo: { billKeyMethodInfo: { batchKey: key } } }, 'Z104'],
      [{ taxInfo: { taxAmount: 5_000, freeAmount: 4_000, vatAmount: 500 } }, 'Z104'],
    ] as const) {
      await answersWith(client.charge(key, fields), code);
    }
    await answersWith(client.charge('x'.repeat(61)), 'Z104');
    await answersWith(client.charge('nobody'), 'Z401');
    const credentials = rig.sandbox.credentials('T1111111');
    await rig.control.registerMerchant({ mid: 'T1111111', credentials });
    await answersWith(client.charge(key, { mallId: 'T1111111' }), 'Z401');
    await answersWith(client.removeKey(key, { mallId: 'T1111111' }), 'Z401');
    await answersWith(client.removeKey('x'.repeat(41)), 'Z104');
    await answersWith(client.removeKey(key, { removeReqDate: '20240305' }), 'Z104');
    const removed = await answersWith(client.removeKey(key, { shopTransactionId: 'remove-1' }), '0000');
    assert.equal(removed.shopTransactionId, 'remove-1');
    await answersWith(client.removeKey(key), 'Z401');
    await answersWith(client.charge(key), 'Z401');
  });
});
