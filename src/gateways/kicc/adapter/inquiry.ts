import { seoulDay } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import type { ReceiptIssue } from '../../../port/receipt.ts';
import { kiccDay } from '../wire/day.ts';
import { meaningOf, unknownResultCodes } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { type KiccAnswer, readAnswer, succeeded } from '../wire/wire.ts';
import { cancelledOf, cancelOutcome, isEchoOf, outcomeOf, type Revised, revisedOf } from './answers.ts';
import { receiptOf } from './receipts.ts';
import { cancelFields, isRealTime, post, requestId, revise } from './requests.ts';

const dayMs = 24 * 3600_000;
/** How far KICC's clock may be from ours, and how long a request may be on its way. */
const aroundMidnightMs = 10 * 60_000;

/**
 * Asks KICC what became of a request, by the request's id. Its status query knows today and yesterday only. Where that says
 * nothing, a repeat may: its id is taken once a day, and a cancellation carries the balance before it.
 */
export async function inquireKicc(call: GatewayCall, question: Question): Promise<Inquiry> {
  switch (question.operation) {
    case 'cancel':
      return inquireCancel(call, question.request, question.sentAt);
    case 'revoke_vbank': {
      const { gatewayTid } = question.request;
      if (gatewayTid === null) return unknown('the payment’s number at KICC is not known');
      const read = readRevision(call, gatewayTid, null, (revised) => ({
        kind: 'done',
        result: { gatewayTid: revised.cancelPgCno, revokedAt: revised.at },
      }));
      return settle(call, question.sentAt, read, { onlyToday: false });
    }
    case 'revoke_receipt': {
      const { receiptTid, amountMinor } = question.request;
      const read = readRevision(call, receiptTid, amountMinor, (revised) => ({
        kind: 'done',
        result: { gatewayTid: revised.cancelPgCno, revokedAt: revised.at },
      }));
      return settle(call, question.sentAt, read, { onlyToday: false });
    }
    case 'issue_receipt':
      return settle(call, question.sentAt, readReceipt(call, question.request), { onlyToday: true });
    default:
      return unknown('KICC has no such operation');
  }
}

async function inquireCancel(call: GatewayCall, request: Cancel, sentAt: Date): Promise<Inquiry> {
  const read = readRevision(call, request.gatewayTid, request.amountMinor, (revised, answer) => {
    const result = cancelledOf(request, revised);
    if (revised.statusCode === 'RF03') {
      return { kind: 'refused', code: 'RF03', message: answer.statusMessage || '환불거절', category: 'other' };
    }
    const outcome = cancelOutcome(call, request, answer);
    return outcome?.kind === 'accepted' ? { kind: 'accepted', result } : { kind: 'done', result };
  });
  return settle(call, sentAt, read, { onlyToday: false, ifUnknownResult: () => queryRefund(call, request) });
}

/** The result of a real-time refund that KICC did not have in time: the same request once more, marked as a question. */
async function queryRefund(call: GatewayCall, request: Cancel): Promise<Inquiry> {
  if (request.payMethod !== 'vbank' || !isRealTime(call)) return unknown('KICC does not know the result yet');
  const fields = { ...cancelFields(call, request), refundQueryFlag: 'Y' };
  const result = await revise(call, request.gatewayTid, fields);
  const outcome = outcomeOf(call, result, (answer) => cancelOutcome(call, request, answer));
  return outcome.kind === 'confirmed' ? { kind: 'done', result: outcome.result } : unknown('KICC has no result yet');
}

/** `undefined`: the answer says nothing certain. */
type Read = (answer: KiccAnswer) => Inquiry | undefined;

function readRevision(
  call: GatewayCall,
  pgCno: string,
  amountMinor: bigint | null,
  read: (revised: Revised, answer: KiccAnswer) => Inquiry,
): Read {
  return (answer) => {
    if (answer.resCd === succeeded) {
      const revised = revisedOf(call, { pgCno, amountMinor }, answer);
      return revised && read(revised, answer);
    }
    return isEchoOf(call, pgCno, answer) ? refusedBefore(answer) : undefined;
  };
}

function readReceipt(call: GatewayCall, request: ReceiptIssue): Read {
  return (answer) => {
    const receipt = receiptOf(call, request, answer);
    return receipt && { kind: 'done', result: receipt };
  };
}

/** The request itself failed: its own answer, which names the transaction that the question did not name. */
function refusedBefore({ resCd: code, resMsg }: KiccAnswer): Inquiry | undefined {
  const message = resMsg || code;
  const meaning = meaningOf(code, message);
  return meaning === 'in_doubt' ? undefined : { kind: 'refused', code, message, category: meaning };
}

async function settle(
  call: GatewayCall,
  sentAt: Date,
  read: Read,
  options: { readonly onlyToday: boolean; readonly ifUnknownResult?: () => Promise<Inquiry> },
): Promise<Inquiry> {
  const { days, isAll } = askableDays(sentAt, call.now);
  const isSameDay = seoulDay(sentAt) === seoulDay(new Date(call.now.getTime() + aroundMidnightMs));
  const repeatIsSafe = !options.onlyToday || isSameDay;
  const byRepeating = (why: string): Inquiry => (repeatIsSafe ? { kind: 'ask_by_repeating' } : unknown(why));
  for (const day of days) {
    const answer = await askStatus(call, day);
    if ('why' in answer) return unknown(answer.why);
    const settled = read(answer);
    if (settled) return settled;
    if (unknownResultCodes.includes(answer.resCd)) {
      return options.ifUnknownResult?.() ?? unknown('KICC does not know the result yet');
    }
    if (answer.resCd === succeeded) return unknown('KICC’s answer is not about this request');
    if (meaningOf(answer.resCd, answer.resMsg) !== 'unknown_transaction') {
      return byRepeating(`KICC answered ${answer.resCd}`);
    }
  }
  return isAll ? { kind: 'not_done', repeatIsSafe } : byRepeating('KICC tells of today and yesterday only');
}

async function askStatus(call: GatewayCall, transactionDate: string): Promise<KiccAnswer | { readonly why: string }> {
  const { mid: mallId } = call.channel;
  const result = await post(call, paths.status, { mallId, shopTransactionId: requestId(call), transactionDate });
  if (result.kind !== 'answered') return { why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  return answer ?? { why: `no readable answer (HTTP ${result.status})` };
}

/** The days on which the request may have arrived, as far as KICC can be asked about them; are these all of them? */
function askableDays(sentAt: Date, now: Date): { readonly days: readonly string[]; readonly isAll: boolean } {
  const yesterday = new Date(now.getTime() - dayMs);
  const days = [yesterday, now].map(kiccDay).filter((day) => day >= kiccDay(sentAt));
  return { days, isAll: kiccDay(sentAt) >= kiccDay(yesterday) };
}

function unknown(why: string): Inquiry {
  return { kind: 'unknown', why };
}
