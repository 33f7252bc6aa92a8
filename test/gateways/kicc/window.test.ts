import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { kiccGateway as gateway } from '../../../src/gateways/kicc/adapter/adapter.ts';
import { kicc } from '../../../src/gateways/kicc/module.ts';
import type { PayMethod } from '../../../src/port/payment.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { orderOf } from '../kit/payment-requests.ts';
import { windowRequest } from '../kit/scenarios.ts';
import { kiccClientOf } from './kit.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
const desk = await openDesk(kicc, { clock, call: { idempotencyKey: 'op_1' } });
const { rig, server, answering, payment } = desk;
const client = kiccClientOf(rig, () => '20240306');
const { send, inquire } = gateway.operations.approve_window;
const { secretKey = '' } = rig.call().channel.credentials;
beforeEach(() => clock.set(noon));

const token = 'authorization-of-the-window';
const order = { ...orderOf('imp_1', 10_000n), payMethod: 'card', token, issuesKey: false } as const;
const asked = { ...payment, orderId: 'imp_1', gatewayTid: null, token, issuesKey: false };
const unsigned = {
  resCd: '0000',
  resMsg: '정상',
  mallId: rig.mid,
  shopTransactionId: 'op_1',
  shopOrderNo: 'imp_1',
  pgCno: '24030612000000000001',
  amount: 10_000,
  transactionDate: '20240306120000',
  statusCode: 'TS03',
  paymentInfo: {
    approvalNo: '12345678',
    cardInfo: {
      cardNo: '451842******1281',
      issuerCode: '029',
      acquirerCode: '031',
      cardGubun: 'N',
      installmentMonth: 3,
    },
  },
};
function signatureOf({ pgCno, amount, transactionDate }: Record<string, unknown>, key = secretKey): string {
  return createHmac('sha256', key).update(`${pgCno}|${amount}|${transactionDate}`).digest('hex');
}
const signed = (parts: Record<string, unknown> = {}) => {
  const fields = { ...unsigned, ...parts };
  return { ...fields, msgAuthValue: signatureOf(fields) };
};
const refusal = (resCd: string, resMsg: string, parts: Record<string, unknown> = {}) => ({ resCd, resMsg, ...parts });
const account = {
  statusCode: 'TS07',
  paymentInfo: {
    virtualAccountInfo: {
      bankCode: '026',
      bankName: '신한',
      accountNo: 'T123',
      depositName: '상점',
      expiryDate: '20240313235959',
    },
  },
};

describe('the adapter', () => {
  test('names the authorization and the order, and neither amount nor signature', async () => {
    const outcome = await send(answering(signed()), order);
    assert.ok(outcome.kind === 'confirmed', inspect(outcome));
    const { gatewayTid, approval } = outcome.result;
    assert.equal(gatewayTid, unsigned.pgCno);
    assert.deepEqual(
      [approval?.approvalNumber, approval?.card?.issuerCode, approval?.card?.code, approval?.card?.installmentMonths],
      ['12345678', '366', '365', 3],
    );
    assert.equal(server.last().path, '/api/ep9/trades/approval');
    assert.deepEqual(server.last().json(), {
      mallId: rig.mid,
      shopTransactionId: 'op_1',
      authorizationId: token,
      shopOrderNo: 'imp_1',
      approvalReqDate: '20240306',
    });
  });

  test('believes only a signed answer about this order and amount', async () => {
    for (const parts of [
      { amount: 9_999 },
      { shopOrderNo: 'imp_2' },
      { shopTransactionId: 'op_2' },
      { mallId: 'T9999999' },
      { statusCode: 'TS02' },
      { transactionDate: '' },
    ]) {
      assert.equal((await send(answering(signed(parts)), order)).kind, 'unclear', inspect(parts));
    }
    assert.equal((await send(answering(unsigned), order)).kind, 'unclear', 'it is not signed');
    const foreign = { ...unsigned, msgAuthValue: signatureOf(unsigned, 'another key') };
    assert.equal((await send(answering(foreign), order)).kind, 'unclear', 'with another key');
  });

  test('reads an account that waits, with the code of the bank where it issues', async () => {
    const outcome = await send(answering(signed(account)), { ...order, payMethod: 'vbank' });
    assert.ok(outcome.kind === 'confirmed', inspect(outcome));
    assert.deepEqual(outcome.result, {
      gatewayTid: unsigned.pgCno,
      receiptUrl: null,
      approval: null,
      virtualAccount: {
        gatewayTid: unsigned.pgCno,
        bankCode: '088',
        bankName: '신한은행',
        accountNumber: 'T123',
        holder: '상점',
        dueAt: new Date('2024-03-13T23:59:59+09:00'),
        issuedAt: new Date(noon),
        noticeSecret: null,
      },
      key: null,
    });
  });

  test('a refusal that speaks of an earlier approval is a doubt', async () => {
    for (const text of ['중복된 요청입니다.', '이미 승인된 인증입니다.', '기승인 거래']) {
      assert.equal((await send(answering(refusal('R123', text)), order)).kind, 'unclear', text);
    }
    const declined = await send(answering(refusal('8521', '한도초과')), order);
    assert.equal(declined.kind === 'refused' && declined.category, 'other', inspect(declined));
  });

  test('asks by its own id what became of it, and repeats on its own day only', async () => {
    const sentAt = new Date(noon);
    const done = await inquire(answering(unsigned), asked, sentAt);
    assert.equal(done.kind === 'done' && done.result.gatewayTid, unsigned.pgCno);
    assert.deepEqual(server.last().json(), { mallId: rig.mid, shopTransactionId: 'op_1', transactionDate: '20240306' });
    assert.equal((await inquire(answering({ ...unsigned, ...account }), asked, sentAt)).kind, 'done');
    assert.equal((await inquire(answering({ ...unsigned, amount: 1 }), asked, sentAt)).kind, 'unknown');
    const about = { shopTransactionId: 'op_1', shopOrderNo: 'imp_1' };
    assert.equal((await inquire(answering(refusal('8521', '한도초과', about)), asked, sentAt)).kind, 'refused');
    const nothing = refusal('Z301', '조회된 거래내역이 없습니다.');
    assert.deepEqual(await inquire(answering(nothing), asked, sentAt), { kind: 'not_done', repeatIsSafe: true });
    clock.set('2024-03-07T12:00:00+09:00');
    desk.willAnswer(nothing);
    assert.deepEqual(await inquire(answering(nothing), asked, sentAt), { kind: 'not_done', repeatIsSafe: false });
    clock.set('2024-03-09T12:00:00+09:00');
    assert.equal((await inquire(answering(nothing), asked, sentAt)).kind, 'unknown', 'nobody can tell any more');
  });
});

describe('the simulator', () => {
  const agree = async (payMethod: PayMethod, parts = {}) => {
    const agreed = windowRequest(desk.at(payMethod), parts);
    const result = await rig.control.authenticateInWindow(agreed);
    assert.ok(result.kind === 'done', inspect(result));
    return { authorizationId: result.result.gatewayTid, shopOrderNo: agreed.orderId };
  };
  let requests = 0;
  const approve = async (fields: Record<string, unknown>) => {
    const common = { mallId: rig.mid, shopTransactionId: `raw-${++requests}`, approvalReqDate: '20240306' };
    return (await client.post('/api/ep9/trades/approval', { ...common, ...fields })).body;
  };

  test('approves an authorization once, and tells of the request afterwards', async () => {
    const fields = await agree('card', { amountMinor: 60_000n, card: { code: '367', installmentMonths: 3 } });
    const made = await approve({ ...fields, shopTransactionId: 'first' });
    assert.equal(made.resCd, '0000', inspect(made));
    assert.deepEqual([made.shopOrderNo, made.amount, made.statusCode], [fields.shopOrderNo, '60000', 'TS03']);
    assert.equal(made.msgAuthValue, signatureOf(made));
    const { cardInfo } = made.paymentInfo as { cardInfo: Record<string, unknown> };
    assert.deepEqual([cardInfo.issuerCode, cardInfo.installmentMonth], ['027', 3]);
    assert.equal((await approve({ ...fields, shopTransactionId: 'first' })).resCd, 'Z103', 'the id was used');
    assert.equal((await approve(fields)).resCd, 'Z103', 'the authorization was used');
    const { body: told } = await client.status('first', '20240306');
    assert.deepEqual([told.resCd, told.pgCno, told.msgAuthValue], ['0000', made.pgCno, undefined]);
    const { transactions } = await rig.control.book({ mid: rig.mid, orderId: fields.shopOrderNo });
    assert.equal(transactions.length, 1);
  });

  test('knows an authorization only with its order, and for half an hour', async () => {
    const fields = await agree('card');
    assert.equal((await approve({ ...fields, shopOrderNo: 'another' })).resCd, 'Z106');
    assert.equal((await approve({ ...fields, authorizationId: 'another' })).resCd, 'Z106');
    assert.equal((await approve({ shopOrderNo: fields.shopOrderNo })).resCd, 'Z104');
    clock.set('2024-03-06T12:31:00+09:00');
    assert.equal((await approve(fields)).resCd, 'Z106');
  });

  test('issues an account that waits', async () => {
    const made = await approve(await agree('vbank'));
    const { virtualAccountInfo } = made.paymentInfo as { virtualAccountInfo: Record<string, unknown> };
    assert.deepEqual([made.statusCode, virtualAccountInfo.bankCode], ['TS07', '026']);
  });
});
