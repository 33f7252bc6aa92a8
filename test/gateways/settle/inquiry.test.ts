import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { hectoGateway as gateway } from '../../../src/gateways/settle/adapter/adapter.ts';
import { settle } from '../../../src/gateways/settle/module.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(settle, { clock, call: { idempotencyKey: 'op_1' } });
const { rig, server, cancelOf, partOf, paid, waiting, answering } = desk;
const { approve, cancel, issue_vbank: issue, revoke_vbank: revoke } = gateway.operations;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const asked = (call: GatewayCall, request: Cancel) =>
  cancel.inquire({ ...call, now: clock.now() }, request, clock.now());

/** The revocation of an account that waits. */
const revocation = async () => ({ ...(await waiting('vbank')), reason: '주문 취소', apiKey: null });

describe('a doubt about a cancel', () => {
  test('is settled by the sum of all cancels: ours and nothing else', async () => {
    const card = cancelOf(await paid('card'));
    const call = rig.call();
    const first = { ...card, amountMinor: 3_000n };
    assert.deepEqual(await asked(call, first), { kind: 'not_done', repeatIsSafe: true });
    assert.equal((await cancel.send(call, first)).kind, 'confirmed');
    const result = {
      gatewayTid: card.gatewayTid,
      amountMinor: 3_000n,
      cancelledAt: call.startedAt,
      receiptUrl: null,
    };
    assert.deepEqual(await asked(call, first), { kind: 'done', result });
    const second = { ...card, amountMinor: 4_000n, balanceBeforeMinor: 7_000n, ordinal: 2 };
    assert.equal((await asked(rig.call(), second)).kind, 'not_done');
    // Somebody cancels 1,000 at Hecto: neither our sum before nor our sum after.
    assert.equal((await cancel.send(rig.call(), { ...second, amountMinor: 1_000n })).kind, 'confirmed');
    assert.equal((await asked(rig.call(), second)).kind, 'unknown');
  });

  test('is not settled by repeating once Hecto may have forgotten the number', async () => {
    const call = rig.call();
    const [card, vbank] = [cancelOf(await paid('card')), cancelOf(await paid('vbank'))];
    clock.set('2024-03-07T11:59:59+09:00');
    assert.deepEqual(await asked(call, card), { kind: 'not_done', repeatIsSafe: true });
    clock.set('2024-03-07T12:00:00+09:00');
    assert.deepEqual(await asked(call, card), { kind: 'not_done', repeatIsSafe: false });
    clock.set('2024-03-12T11:59:59+09:00');
    assert.deepEqual(await asked(call, vbank), { kind: 'not_done', repeatIsSafe: true });
    clock.set('2024-03-12T12:00:00+09:00');
    assert.deepEqual(await asked(call, vbank), { kind: 'not_done', repeatIsSafe: false });
  });

  test('that was carried out late is never carried out twice by its repeats', async () => {
    const card = partOf(await paid('card'));
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'timeout', delayMs: 5 });
    assert.equal((await cancel.send(call, card)).kind, 'unclear');
    const repeats = await Promise.all([1, 2, 3].map(() => cancel.send({ ...call, isRepeat: true }, card)));
    assert.ok(repeats.every(({ kind }) => kind === 'unclear' || kind === 'confirmed'));
    assert.equal((await asked(call, card)).kind, 'done');
    const [transaction] = (await rig.control.book({ orderId: card.orderId })).transactions;
    assert.equal(transaction?.cancelledMinor, 3_000n);
  });

  test('about a refund to an account ends when Hecto says that it is paid out, or never says so in five days', async () => {
    const all = cancelOf(await paid('vbank'));
    const call = rig.call();
    assert.equal((await cancel.send(call, all)).kind, 'accepted');
    assert.equal((await asked(call, all)).kind, 'accepted');
    clock.set('2024-03-09T11:59:59+09:00');
    assert.equal((await asked(call, all)).kind, 'accepted');
    clock.set('2024-03-09T12:00:00+09:00');
    assert.equal((await asked(call, all)).kind, 'done');
  });

  test('about a refund that failed says that it is not done', async () => {
    const all = cancelOf(await paid('vbank'));
    const call = rig.call();
    assert.equal((await cancel.send(call, all)).kind, 'accepted');
    await rig.control.completeRefund({ mid: rig.mid, orderId: all.orderId, succeeded: false, code: 'RA21' });
    assert.equal((await asked(call, all)).kind, 'not_done');
    // A repeat of the failed request is no new refund: its number was used.
    const repeat = await cancel.send({ ...call, isRepeat: true }, all);
    assert.deepEqual([repeat.kind, 'code' in repeat && repeat.code], ['unclear', 'ST50']);
    assert.equal((await cancel.send(rig.call(), all)).kind, 'accepted');
  });

  test('is not settled by a payment that Hecto does not know, or has as another', async () => {
    const card = cancelOf(await paid('card'));
    for (const parts of [{ orderId: 'imp_999999999999' }, { paymentAmountMinor: 9_999n }, { gatewayTid: 'another' }]) {
      assert.equal((await asked(rig.call(), { ...card, ...parts })).kind, 'unknown');
    }
    assert.equal((await asked(rig.call(), cancelOf(await waiting('vbank')))).kind, 'unknown');
  });
});

describe('a doubt about an account', () => {
  test('that waits: its revocation is not done and may be repeated; once revoked, the repeat tells', async () => {
    const request = await revocation();
    const ask = (call: GatewayCall) => revoke.inquire(call, request, clock.now());
    assert.deepEqual(await ask(rig.call()), { kind: 'not_done', repeatIsSafe: true });
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'revoke_vbank', kind: 'lost_answer' });
    assert.equal((await revoke.send(call, request)).kind, 'unclear');
    assert.equal((await ask(call)).kind, 'ask_by_repeating');
    assert.equal((await revoke.send({ ...call, isRepeat: true }, request)).kind, 'confirmed');
  });

  test('that has its deposit: its revocation was refused', async () => {
    const request = await revocation();
    assert.equal((await rig.control.deposit({ orderId: request.orderId })).kind, 'done');
    const inquiry = await revoke.inquire(rig.call(), request, clock.now());
    assert.deepEqual([inquiry.kind, 'code' in inquiry && inquiry.code], ['refused', 'ST03']);
  });

  test('whose issue was lost is settled by repeating only where Hecto does not know it', async () => {
    const request = await revocation();
    const ask = (orderId: string) =>
      issue.inquire(rig.call(), { ...request, gatewayTid: null, accountNumber: null, orderId }, clock.now());
    assert.equal((await ask('imp_000000000999')).kind, 'ask_by_repeating');
    assert.equal((await ask(request.orderId)).kind, 'unknown');
  });
});

describe('a doubt about an approval', () => {
  test('is settled by the order, and a card is never charged again', async () => {
    const card = await paid('card');
    const unnamed = { ...card, gatewayTid: null };
    const done = await approve.inquire(rig.call(), unnamed, clock.now());
    assert.deepEqual(done.kind === 'done' && done.result.gatewayTid, card.gatewayTid);
    const missing = await approve.inquire(rig.call(), { ...unnamed, orderId: 'imp_0' }, clock.now());
    assert.deepEqual(missing, { kind: 'not_done', repeatIsSafe: false });
  });
});

describe('an answer to an inquiry', () => {
  const request = partOf();
  const number = `op_1-q${Date.parse('2024-03-06T12:00:00+09:00')}`;
  const packet = (parts: { params?: object; data?: object } = {}) => {
    const { mid, credentials } = rig.call().channel;
    const text = `20240306120000${mid}${number}10000${credentials.licenseKey}`;
    return {
      params: {
        mchtId: mid,
        ver: '0A1M',
        mchtTrdNo: number,
        trdDt: '20240306',
        trdTm: '120000',
        trdNo: request.gatewayTid,
        outStatCd: '0021',
        outRsltCd: '0000',
        ...parts.params,
      },
      data: {
        pktHash: createHash('sha256').update(text).digest('hex'),
        method: 'CA',
        trdAmt: '10000',
        cnclAmt: '3000',
        ...parts.data,
      },
    };
  };
  const answered = (value: unknown, status = 200) => cancel.inquire(answering(value, { status }), request, clock.now());

  test('counts only when it is ours, of this payment, and sound', async () => {
    assert.equal((await answered(packet())).kind, 'done');
    assert.equal((await answered(packet({ data: { cnclAmt: '' } }))).kind, 'not_done');
    for (const parts of [
      { params: { mchtTrdNo: 'op_1-q1' } },
      { params: { trdNo: 'another' } },
      { params: { outStatCd: '0031', outRsltCd: 'VTIM' } },
      { params: { outStatCd: '0031', outRsltCd: '1901' } },
      { params: { outRsltCd: '0001' }, data: { cnclAmt: '0' } },
      { data: { pktHash: '0'.repeat(64) } },
      { data: { method: 'RA' } },
      { data: { trdAmt: '10001' } },
      { data: { cnclAmt: '10001' } },
      { data: { cnclAmt: '3,000' } },
      { data: { cnclAmt: '2000' } },
    ]) {
      assert.equal((await answered(packet(parts))).kind, 'unknown', JSON.stringify(parts));
    }
    assert.equal((await answered(packet(), 500)).kind, 'unknown');
    assert.equal((await answered('<html></html>')).kind, 'unknown');
  });

  test('is asked for on the path that the credentials name', async () => {
    assert.equal(server.last().path, '/spay/APITrdcheck.do');
    const credentials = { ...rig.call().channel.credentials, inquiryPath: '/spay/APITrdStatInq.do' };
    await cancel.inquire(answering(packet(), { credentials }), request, clock.now());
    assert.equal(server.last().path, '/spay/APITrdStatInq.do');
    const card = await paid('card');
    const { lookUp } = gateway;
    assert.equal((await lookUp(rig.call({ credentials }), { ...card, gatewayTid: null })).kind, 'found');
  });
});

describe('a lookup', () => {
  test('tells an account’s state as far as Hecto shows it', async () => {
    const request = await revocation();
    const status = async () => {
      const found = await gateway.lookUp(rig.call(), request);
      return found.kind === 'found' ? found.payment.status : found.kind;
    };
    assert.equal(await status(), 'waiting_for_deposit');
    assert.equal((await revoke.send(rig.call(), request)).kind, 'confirmed');
    assert.equal(await status(), 'failed');
    assert.equal((await gateway.lookUp(rig.call(), { ...request, orderId: 'imp_0' })).kind, 'unknown');
    const card = { ...(await paid('card')), orderId: 'imp_0' };
    assert.equal((await gateway.lookUp(rig.call(), card)).kind, 'not_found');
  });
});
