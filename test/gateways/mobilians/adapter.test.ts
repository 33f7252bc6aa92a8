import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mobilians } from '../../../src/gateways/mobilians/module.ts';
import { phoneErrors } from '../../../src/gateways/mobilians/wire/errors.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { mixedParts } from '../kit/mixed-parts.ts';
import { movingClock } from '../kit/moving-clock.ts';

const startedAt = new Date('2024-03-06T02:59:30Z');
const now = new Date('2024-03-06T03:00:00Z');
const desk = await openDesk(mobilians, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_123456789012', gatewayTid: '20240306115900123456' },
  call: { startedAt },
});
const { rig, server, payment, cancelOf, partOf } = desk;
const { cancel } = desk.gateway.operations;
const phone = { ...payment, payMethod: 'phone' } as const;
const answerTo = (amount: string, parts = {}) => ({
  code: '0000',
  message: '정상',
  sid: rig.mid,
  cash_code: 'CN',
  pay_token: payment.gatewayTid,
  amount,
  ...parts,
});

async function sent(request: Cancel): Promise<Record<string, unknown>> {
  await desk.answered(answerTo('0'), { request });
  return server.last().json();
}

describe('on the wire', () => {
  test('a cancel is the reference’s fields, signed over service, order, token and amount', async () => {
    const { skey = '' } = rig.call().channel.credentials;
    const fields = await sent(cancelOf());
    assert.equal(server.last().path, '/MUP/api/cancellation');
    const common = { sid: rig.mid, trade_id: payment.orderId, pay_token: payment.gatewayTid };
    const text = `${rig.mid}${payment.orderId}${payment.gatewayTid}10000`;
    const hmac = createHmac('sha256', skey).update(text).digest('base64');
    assert.equal(hmac.length, 44);
    assert.deepEqual(fields, { ...common, cash_code: 'CN', amount: '10000', cancel_type: 'C', part_cancel: 'N', hmac });
    const { hmac: _other, ...part } = await sent(partOf(payment));
    assert.deepEqual(part, { ...common, cash_code: 'CN', amount: '3000', cancel_type: 'C', part_cancel: 'Y' });
  });

  test('a part of a phone payment says what is to remain, and so does its rest', async () => {
    for (const [parts, amount, part] of [
      [{}, '10000', 'N'],
      [{ amountMinor: 3_000n }, '7000', 'Y'],
      [{ amountMinor: 3_000n, balanceBeforeMinor: 5_000n }, '2000', 'Y'],
      [{ amountMinor: 5_000n, balanceBeforeMinor: 5_000n }, '0', 'Y'],
    ] as const) {
      const fields = await sent(cancelOf(phone, parts));
      assert.deepEqual([fields.cash_code, fields.amount, fields.part_cancel], ['MC', amount, part]);
    }
  });

  test('a refund of an account names where it goes, the holder in at most fifty bytes', async () => {
    const request = cancelOf({ ...payment, payMethod: 'vbank' }, { amountMinor: 3_000n });
    assert.ok(request.refundAccount);
    const holder = '가'.repeat(26);
    const fields = await sent({ ...request, refundAccount: { ...request.refundAccount, holder } });
    const account = { bank_code: '088', account_no: '110123456789', refund_amount: '3000' };
    for (const [name, value] of Object.entries({ ...account, cancel_type: 'R', part_cancel: 'Y', amount: '3000' })) {
      assert.equal(fields[name], value, name);
    }
    assert.equal(fields.account_name, '가'.repeat(25));
  });

  test('a mixed card payment divides every part into three that come to it; nothing else has these fields', async () => {
    assert.equal((await sent(partOf())).cn_tax_ver, undefined);
    const mixed = { paymentTaxFreeMinor: 4_000n, taxFreeMinor: 1_000n };
    assert.equal((await sent(partOf(phone, mixed))).cn_tax_ver, undefined);
    await fc.assert(
      fc.asyncProperty(mixedParts, async (parts) => {
        const fields = await sent(cancelOf(payment, parts));
        const sum = BigInt(`${fields.tax}`) + BigInt(`${fields.tax_free}`) + BigInt(`${fields.tax_amount}`);
        assert.equal(sum, parts.amountMinor);
        const kind = parts.taxFreeMinor === 0n ? '00' : parts.taxFreeMinor === parts.amountMinor ? '10' : '20';
        assert.deepEqual([fields.cn_tax_ver, fields.bill_type], ['CPLX', kind]);
      }),
      { numRuns: 20 },
    );
  });
});

describe('an answer', () => {
  test('that names the service, the payment and the amount is a confirmation', async () => {
    const result = { gatewayTid: payment.gatewayTid, amountMinor: 10_000n, cancelledAt: now, receiptUrl: null };
    assert.deepEqual(await desk.answered(answerTo('10000')), { kind: 'confirmed', result });
    const repeat = await desk.answered(answerTo('10000'), { isRepeat: true });
    assert.deepEqual(repeat, { kind: 'confirmed', result: { ...result, cancelledAt: startedAt } });
    const request = cancelOf(phone, { amountMinor: 3_000n });
    for (const amount of ['7000', '3000']) {
      assert.equal((await desk.answered(answerTo(amount), { request })).kind, 'confirmed');
    }
  });

  test('about anything else, or that can not be read, is a doubt', async () => {
    for (const body of [
      answerTo('9999'),
      answerTo('10000', { sid: '1' }),
      answerTo('10000', { pay_token: '1' }),
      answerTo('10000', { code: undefined }),
      '{}',
      'null',
      '<html>',
    ]) {
      assert.equal((await desk.answered(body)).kind, 'unclear', JSON.stringify(body));
    }
    for (const status of [201, 400, 500]) {
      assert.equal((await desk.answered(answerTo('10000'), { status })).kind, 'unclear');
    }
  });

  test('with a code of a phone payment means what the table says, for phone payments only', async () => {
    for (const [code, { message, category }] of Object.entries(phoneErrors)) {
      const outcome = await desk.answered({ code, message: '' }, { request: partOf(phone) });
      assert.deepEqual(
        outcome,
        category === 'in_doubt'
          ? { kind: 'unclear', why: `Mobilians answered ${code}`, code, message }
          : { kind: 'refused', code, message, category },
      );
      const card = await desk.answered({ code, message: '거래내역이 없습니다.' });
      assert.deepEqual(card, {
        kind: 'refused',
        code,
        message: '거래내역이 없습니다.',
        category: 'unknown_transaction',
      });
    }
    const wrong = await desk.answered({ code: '6102', message: 'HMAC' });
    assert.equal(wrong.kind === 'refused' && wrong.category, 'bad_credentials');
  });

  test('that refuses a repeat says nothing of the first request, but that all is cancelled', async () => {
    for (const [request, code, message] of [
      [cancelOf(phone), '0044', ''],
      [cancelOf(), 'X001', '이미 취소된 거래입니다.'],
    ] as const) {
      const outcome = await desk.answered({ code, message }, { request, isRepeat: true });
      assert.equal(outcome.kind === 'confirmed' && outcome.result.cancelledAt, startedAt);
    }
    for (const code of ['0041', '0042', '0044', '0045', '6102']) {
      const outcome = await desk.answered({ code, message: '' }, { request: partOf(phone), isRepeat: true });
      assert.equal(outcome.kind, 'unclear', code);
    }
  });
});

test('a lost part is never sent again; a lost cancel of all that was left may be', async () => {
  for (const paid of [payment, phone]) {
    const part = await cancel.inquire(rig.call(), partOf(paid), now);
    assert.equal(part.kind === 'unknown' && part.isFinal, true);
    const rest = cancelOf(paid, { amountMinor: 7_000n, balanceBeforeMinor: 7_000n });
    for (const request of [cancelOf(paid), rest]) {
      assert.equal((await cancel.inquire(rig.call(), request, now)).kind, 'ask_by_repeating');
    }
  }
  assert.equal((await desk.gateway.lookUp(rig.call(), payment)).kind, 'unknown');
});

test('what goes over the stand-in is not sent on a live channel', async () => {
  const { revoke_vbank: revoke } = desk.gateway.operations;
  const request = { ...(await desk.waiting('vbank')), reason: '취소', apiKey: null };
  assert.equal((await revoke.send(rig.call({ mode: 'live' }), request)).kind, 'never_sent');
  assert.equal((await revoke.send(rig.call(), request)).kind, 'confirmed');
});
