import { createHash } from 'node:crypto';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { amountText, readAmount } from '../../../platform/money/currency.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { wireReason } from '../../../port/texts.ts';
import { notOurs } from '../../answers/decided-answer.ts';
import { meaningOfRefusal } from '../../answers/refusal-texts.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { succeeded } from '../wire/codes.ts';
import type { Fields } from '../wire/fgkey.ts';
import { reasonRule } from '../wire/text.ts';
import { queryBalance } from './lookup.ts';
import { readAnswer, send } from './requests.ts';

export const cancel: OperationAt<'cancel'> = {
  /** `balance` is what can be refunded before; Eximbay compares it. `refundid` is taken once. */
  async send(call, request) {
    const amount = (minor: bigint) => amountText(minor, request.currency);
    const result = await send(call, 'REFUND', request, {
      refundtype: request.amountMinor === request.paymentAmountMinor ? 'F' : 'P',
      refundamt: amount(request.amountMinor),
      balance: amount(request.balanceBeforeMinor),
      refundid: refundId(call),
      reason: wireReason(request.reason, reasonRule),
    });
    const read = readAnswer(call, request, result);
    if ('outcome' in read) return read.outcome;
    return read.answer.rescode === succeeded
      ? confirmedOf(call, request, read.answer)
      : refusalOf(call, read.answer.rescode ?? '', read.answer.resmsg?.trim() ?? '');
  },

  /** Nothing lists refunds: the balance tells, which another refund of the same amount would make look alike. */
  async inquire(call, request, sentAt) {
    const { amountMinor, balanceBeforeMinor } = request;
    const found = await queryBalance(call, request);
    if (found.kind !== 'found') return { kind: 'unknown', why: found.why };
    if (found.balanceMinor === balanceBeforeMinor) return { kind: 'not_done', repeatIsSafe: true };
    if (found.balanceMinor !== balanceBeforeMinor - amountMinor) {
      return { kind: 'unknown', why: 'what is left at Eximbay is neither the balance before nor the one after' };
    }
    return { kind: 'done', result: { gatewayTid: refundId(call), amountMinor, cancelledAt: sentAt, receiptUrl: null } };
  },
};

/** The same on every repeat, and short enough for any field that such an id may have. */
function refundId({ idempotencyKey }: GatewayCall): string {
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 30);
}

/** Which fields the answer to a refund has is not documented: what it has of ours must be ours. */
function confirmedOf(call: GatewayCall, request: Cancel, answer: Fields): Outcome<Cancelled> {
  const { amountMinor, currency } = request;
  const gatewayTid = refundId(call);
  const { refundid = gatewayTid, refundamt, cur = currency } = answer;
  const refunded = refundamt === undefined ? { ok: true, minor: amountMinor } : readAmount(refundamt, currency);
  const isOurs = refundid === gatewayTid && cur === currency && refunded.ok && refunded.minor === amountMinor;
  if (!isOurs) return notOurs;
  const cancelledAt = call.isRepeat ? call.startedAt : (readSeoulDigits(answer.resdt ?? '') ?? call.now);
  return { kind: 'confirmed', result: { gatewayTid, amountMinor, cancelledAt, receiptUrl: null } };
}

/** Eximbay publishes no list of codes: what a refusal means is read from its text. */
function refusalOf(call: GatewayCall, code: string, text: string): Outcome<never> {
  const message = text || code;
  const meaning = meaningOfRefusal(message);
  // Our refund ids are used once: one that was used before was used by an earlier request of ours.
  if (meaning === 'in_doubt' || meaning === 'duplicate_order' || /refund\s*_?id|환불\s*아이디/i.test(message)) {
    return { kind: 'unclear', why: `Eximbay answered ${code}`, code, message };
  }
  return outcomeOfRefusal(call, { code, message, category: meaning === 'deposited' ? 'other' : meaning });
}
