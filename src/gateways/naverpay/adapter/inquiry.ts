import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import { cancelledOf, fetchHistory } from './history.ts';

/**
 * Reads the history: a cancellation of ours has our key as its `merchantPayTransactionKey`. Where the history leaves it
 * open, the request itself is the question: its idempotency key brings the first answer back, and a balance that has
 * moved makes Naver Pay refuse it.
 */
export async function inquireNaver(call: GatewayCall, question: Question): Promise<Inquiry> {
  if (question.operation !== 'cancel') return { kind: 'unknown', why: 'Naver Pay has no such operation' };
  const { request } = question;
  const fetched = await fetchHistory(call, request);
  if (fetched.kind === 'not_found') return { kind: 'unknown', why: 'Naver Pay does not know the payment' };
  if (fetched.kind === 'unknown') return fetched;
  const { cancels, balanceMinor } = fetched.history;
  const ours = cancels.filter(({ merchantPayTransactionKey }) => merchantPayTransactionKey === call.idempotencyKey);
  const [entry] = ours;
  if (!entry) return balanceMinor === request.balanceBeforeMinor ? notDone : { kind: 'ask_by_repeating' };
  const cancelled = cancelledOf(entry);
  if (ours.length > 1 || cancelled?.amountMinor !== request.amountMinor) {
    return { kind: 'unknown', why: 'the cancellations under our key are not the one that was asked for' };
  }
  return { kind: 'done', result: cancelled };
}

const notDone = { kind: 'not_done', repeatIsSafe: true } as const;
