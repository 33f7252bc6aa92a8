import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import { paycoPaths } from '../wire/paths.ts';
import { readTransactionId } from '../wire/transaction-id.ts';
import { readAnswer, readCheckResult } from '../wire/wire.ts';
import { checkFields, send } from './requests.ts';

/**
 * PAYCO lists no cancellations, but its check before a cancellation moves nothing and tells what can still be cancelled.
 * Zero is no proof: it is said of an order that can't be cancelled for whatever reason. A cancellation of all that is left
 * is then asked for again, which PAYCO's guard makes safe.
 */
export async function inquirePayco(call: GatewayCall, question: Question): Promise<Inquiry> {
  if (question.operation !== 'cancel') return { kind: 'unknown', why: 'PAYCO has no such operation' };
  const { request, sentAt } = question;
  const { amountMinor, balanceBeforeMinor } = request;
  const order = readTransactionId(request.gatewayTid);
  if (!order) return { kind: 'unknown', why: 'the transaction id is not one of PAYCO' };
  const result = await send(call, paycoPaths.check, checkFields(call, request, order));
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  const check = answer?.code === '0' ? readCheckResult(answer.result) : undefined;
  if (check?.orderNo !== order.orderNo) return { kind: 'unknown', why: `no readable check (HTTP ${result.status})` };

  const leftMinor = balanceBeforeMinor - amountMinor;
  if (check.possibleMinor === balanceBeforeMinor) return { kind: 'not_done', repeatIsSafe: true };
  if (check.possibleMinor > 0n && check.possibleMinor === leftMinor) {
    const { gatewayTid } = request;
    return { kind: 'done', result: { gatewayTid, amountMinor, cancelledAt: sentAt, receiptUrl: null } };
  }
  if (leftMinor === 0n) return { kind: 'ask_by_repeating' };
  return { kind: 'unknown', why: 'what PAYCO can still cancel is neither the balance before nor the one after' };
}
