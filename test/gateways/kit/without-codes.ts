import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Desk } from './desk.ts';
import { revocationOf } from './payment-requests.ts';
import { confirmed } from './scenarios.ts';

/**
 * What must come of a gateway that publishes no codes but those of success, so that its refusals are read from their text;
 * that can't be asked what became of a request; and that leaves refunds to accounts to the stand-in.
 */
export function testsWithoutCodes(
  desk: Desk,
  answers: {
    /** Its answer that refuses with this text, and the code in it. */
    readonly refusal: (text: string) => unknown;
    readonly code: string;
    /** Its answer to a cancel of what is cancelled already, where that has a code of its own. */
    readonly already?: unknown;
  },
): void {
  const { gateway, rig, server, payment, cancelOf, answered, paid } = desk;
  const { cancel, revoke_vbank } = gateway.operations;
  const isStandIn = gateway.capabilities.payMethods.vbank?.operations.revoke_vbank === 'undocumented';
  const skip = isStandIn && 'revocations go by the stand-in';
  const { refusal, code, already = refusal('이미 취소된 거래입니다.') } = answers;
  const earlier = { ordinal: 2, earlierTids: ['earlier'] };
  const whole = cancelOf();
  const part = cancelOf(payment, { ...earlier, amountMinor: 3_000n, balanceBeforeMinor: 8_000n });
  const rest = cancelOf(payment, { ...earlier, amountMinor: 7_000n, balanceBeforeMinor: 7_000n });

  test('an answer to a cancel with any other code than that of success is refused, its text telling why', async () => {
    for (const message of ['원거래가 존재하지 않습니다.', '거래가 존재하지 않습니다.']) {
      const outcome = await answered(refusal(message), { request: part });
      assert.deepEqual(outcome, { kind: 'refused', code, message, category: 'unknown_transaction' });
    }
    const other = await answered(refusal('무슨 까닭인지 안 됩니다.'), { request: part });
    assert.equal(other.kind === 'refused' && other.category, 'other');
    assert.equal((await answered(refusal('카드사 응답 시간초과'), { request: part })).kind, 'unclear');
  });

  describe('a repeat', () => {
    const startedAt = new Date('2024-03-05T00:00:00Z');
    const isRepeat = true;

    test('of a cancel of all that was left that hears "already cancelled" is confirmed, at the time of the first request', async () => {
      for (const request of [whole, rest]) {
        const { gatewayTid, amountMinor } = request;
        assert.deepEqual(await answered(already, { request, isRepeat, startedAt }), {
          kind: 'confirmed',
          result: { gatewayTid, amountMinor, cancelledAt: startedAt, receiptUrl: null },
        });
      }
    });

    test('that succeeds has the time of the first request, as every other repeat of it', async () => {
      const outcome = await answered(undefined, { request: part, isRepeat, startedAt });
      assert.deepEqual(confirmed(outcome).cancelledAt, startedAt);
    });

    test('of a part that hears "already cancelled", and any repeat that hears something else, is unclear', async () => {
      assert.equal((await answered(already, { request: part, isRepeat })).kind, 'unclear');
      for (const text of [
        '취소 가능 금액을 초과하였습니다.',
        '원거래가 존재하지 않습니다.',
        '거래가 존재하지 않습니다.',
        '점검 중',
        '?',
      ]) {
        assert.equal((await answered(refusal(text), { isRepeat })).kind, 'unclear', text);
      }
    });

    test('of a revocation that hears of the deposit is refused: the account was never revoked', { skip }, async () => {
      const waiting = await desk.waiting('vbank');
      await rig.control.deposit({ orderId: waiting.orderId });
      const request = { ...waiting, reason: '취소', apiKey: null };
      const outcome = await revoke_vbank.send(rig.call({ isRepeat }), request);
      assert.equal(outcome.kind === 'refused' && outcome.code, 'SIM10');
    });
  });

  test('a lost partial cancel is asked about in vain, so that it is never sent again', async () => {
    const request = cancelOf(await paid('card'), { amountMinor: 100n });
    const call = rig.call();
    assert.equal((await cancel.inquire(call, request, call.now)).kind, 'unknown');
    assert.equal((await gateway.lookUp(call, request)).kind, 'unknown');
  });

  test('nothing is sent for an account whose transaction id is not known', { skip }, async () => {
    const before = server.requests.length;
    const request = { ...revocationOf(5_000n), gatewayTid: null };
    const outcome = await revoke_vbank.send(rig.call({ baseUrl: server.url }), request);
    assert.equal(outcome.kind, 'never_sent');
    assert.equal(server.requests.length, before);
  });

  test('a refund to an account goes by the stand-in, and not at all on a live channel', async () => {
    const request = cancelOf(await paid('vbank'), { amountMinor: 4_000n });
    assert.equal((await cancel.send(rig.call({ mode: 'live' }), request)).kind, 'never_sent');
    assert.equal(confirmed(await cancel.send(rig.call(), request)).amountMinor, 4_000n);
  });
}
