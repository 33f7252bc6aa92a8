import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import { merchantTid } from '../wire/transaction-id.ts';
import { type NiceAnswer, readNiceAnswer } from '../wire/wire.ts';
import { receiptOf } from './answers.ts';
import { send, statusRequest } from './requests.ts';

/**
 * NICE's old API tells of a TID only that it is approved (0), cancelled (1), or that there is no approval (9); no amount,
 * no time, no list of cancels. What that can prove, and what a repeat must, is in the README of this folder.
 */
export async function inquireNice(call: GatewayCall, question: Question): Promise<Inquiry> {
  switch (question.operation) {
    case 'cancel': {
      const { amountMinor, balanceBeforeMinor, paymentAmountMinor, gatewayTid } = question.request;
      if (amountMinor !== balanceBeforeMinor) {
        return neverKnown('NICE tells no amounts, and only by a contract refuses a partial cancel that comes twice');
      }
      // Whether a payment that was cancelled in part counts as approved is not documented.
      return amountMinor === paymentAmountMinor ? inquireWhole(call, gatewayTid) : { kind: 'ask_by_repeating' };
    }
    case 'revoke_vbank':
      // Which status an account has that waits, and one that was revoked, is not documented.
      return { kind: 'ask_by_repeating' };
    case 'revoke_receipt':
      return question.request.amountMinor === question.request.balanceBeforeMinor
        ? { kind: 'ask_by_repeating' }
        : neverKnown('NICE tells no amounts of cash receipts');
    case 'issue_receipt':
      return inquireReceipt(call);
    case 'issue_vbank':
      return neverKnown('the number of an account is only in the answer to its issue');
    default:
      return unknown('NICE has no such operation');
  }
}

/** Approved: nothing was cancelled. Cancelled: the repeat says whether as a whole, and can't give anything back twice. */
async function inquireWhole(call: GatewayCall, tid: string): Promise<Inquiry> {
  const asked = await askStatus(call, tid);
  if (typeof asked === 'string') return unknown(asked);
  switch (asked.Status) {
    case '0':
      return { kind: 'not_done', repeatIsSafe: true };
    case '1':
      return { kind: 'ask_by_repeating' };
    default:
      return unknown(`the status of the payment is ${asked.Status}`);
  }
}

/** The TID is made by us for this receipt alone. A repeat has the same TID and Moid, and NICE takes neither twice. */
async function inquireReceipt(call: GatewayCall): Promise<Inquiry> {
  const tid = merchantTid(call.channel.mid, 'receipt', call);
  const asked = await askStatus(call, tid);
  if (typeof asked === 'string') return unknown(asked);
  const receipt = asked.Status === '0' ? receiptOf(asked, tid, call.startedAt) : undefined;
  if (receipt) return { kind: 'done', result: receipt };
  if (asked.Status === '9') return { kind: 'not_done', repeatIsSafe: true };
  return unknown(`the status of the receipt is ${asked.Status}`);
}

/** The status, or why it is not known. */
async function askStatus(call: GatewayCall, tid: string): Promise<NiceAnswer | string> {
  const result = await send(call, statusRequest(tid));
  if (result.kind !== 'answered') return result.why;
  const answer = result.status === 200 ? readNiceAnswer(result.text) : undefined;
  if (answer?.ResultCode !== '0000' || answer.TID !== tid) return `no readable answer (HTTP ${result.status})`;
  return answer;
}

function unknown(why: string): Inquiry {
  return { kind: 'unknown', why };
}

/** Nothing that NICE could be asked later would tell. */
function neverKnown(why: string): Inquiry {
  return { kind: 'unknown', why, isFinal: true };
}
