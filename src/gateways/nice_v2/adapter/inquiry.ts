import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import type { ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import type { StandIn } from '../../stand-in/adapter/stand-in.ts';
import { niceV2Errors } from '../wire/errors.ts';
import { amountOf, isSuccess, readReceipt } from '../wire/wire.ts';
import { cancelledOf, freshCancels, paidAtOf } from './answers.ts';
import { fetchPayment } from './lookup.ts';
import { get, paths, secretKeyOf } from './requests.ts';

/**
 * For how long a repeat is called safe. NICE takes no order id twice and does not say for how long it remembers them; a day
 * is surely within. After that, a request of which the book shows nothing was not carried out.
 */
const repeatableMs = 24 * 3600_000;

/** Asks NICE's book what became of a request whose answer was lost. */
export async function inquireNiceV2(standIn: StandIn, call: GatewayCall, question: Question): Promise<Inquiry> {
  switch (question.operation) {
    case 'cancel':
      return inquireCancel(call, question.request, question.sentAt);
    case 'revoke_vbank':
      return inquireRevocation(call, question.request, question.sentAt);
    case 'revoke_receipt':
      return inquireReceiptRevocation(call, question.request, question.sentAt);
    case 'issue_vbank':
      return standIn.inquire(call, question);
    case 'issue_receipt':
      return unknown('the TID of a cash receipt, by which alone NICE can be asked, is in the answer to its issue');
    default:
      return unknown('NICE has no such operation');
  }
}

/**
 * Done is one new entry of our amount that leaves the balance that we expect; not done is the balance from before. Anything
 * else is somebody's cancel in NICE's dashboard meanwhile.
 */
async function inquireCancel(call: GatewayCall, request: Cancel, sentAt: Date): Promise<Inquiry> {
  const found = await fetchPayment(call, request);
  if (found.kind !== 'found') return found.kind === 'unknown' ? found : unknown('NICE does not know the payment');
  const { payment } = found;
  const fresh = freshCancels(payment, request);
  const balanceMinor = amountOf(payment.balanceAmt);
  if (fresh.length === 0 && balanceMinor === request.balanceBeforeMinor) {
    return { kind: 'not_done', repeatIsSafe: isRepeatable(call, sentAt) };
  }
  const [entry] = fresh;
  const isExpected = fresh.length === 1 && balanceMinor === request.balanceBeforeMinor - request.amountMinor;
  const cancelled = entry && cancelledOf(entry);
  if (isExpected && cancelled?.amountMinor === request.amountMinor) return { kind: 'done', result: cancelled };
  return unknown('NICE shows other cancels than ours');
}

async function inquireRevocation(call: GatewayCall, request: Revocation, sentAt: Date): Promise<Inquiry> {
  const found = await fetchPayment(call, request);
  if (found.kind !== 'found') return found.kind === 'unknown' ? found : unknown('NICE does not know the account');
  const { payment } = found;
  const wasPaid = paidAtOf(payment) !== null;
  if (payment.status === 'ready') return { kind: 'not_done', repeatIsSafe: isRepeatable(call, sentAt) };
  if (payment.status === 'cancelled' && !wasPaid) {
    const revokedAt = readTime(payment.cancelledAt ?? '');
    return revokedAt
      ? { kind: 'done', result: { gatewayTid: payment.cancelledTid || payment.tid, revokedAt } }
      : unknown('the account has no time of its cancel');
  }
  if (wasPaid || payment.status === 'expired') {
    const code = payment.status === 'expired' ? '2016' : '2014';
    const category = payment.status === 'expired' ? 'window_passed' : 'other';
    return { kind: 'refused', code, message: niceV2Errors[code].message, category };
  }
  return unknown(`the account is ${payment.status}`);
}

/** NICE tells the balance of a receipt. Who took the difference off is not told; it is ours when it fits. */
async function inquireReceiptRevocation(call: GatewayCall, request: ReceiptRevocation, sentAt: Date): Promise<Inquiry> {
  const { receiptTid, amountMinor, balanceBeforeMinor } = request;
  const result = await get(call, paths.receipt(receiptTid), [receiptTid]);
  if (result.kind !== 'answered') return unknown(result.why);
  const receipt = result.status === 200 ? readReceipt(result.text, secretKeyOf(call)) : undefined;
  if (!receipt || !isSuccess(receipt.resultCode) || receipt.balanceAmt == null) {
    return unknown(`no readable answer (HTTP ${result.status})`);
  }
  const balanceMinor = amountOf(receipt.balanceAmt);
  if (balanceMinor === balanceBeforeMinor) return { kind: 'not_done', repeatIsSafe: isRepeatable(call, sentAt) };
  const revokedAt = readTime(receipt.cancelledAt ?? '');
  if (balanceMinor !== balanceBeforeMinor - amountMinor || !revokedAt) {
    return unknown('the balance of the receipt is neither the one before nor the one after');
  }
  const isCancelTid = receipt.tid !== receiptTid && !request.earlierTids.includes(receipt.tid);
  return { kind: 'done', result: { gatewayTid: isCancelTid ? receipt.tid : null, revokedAt } };
}

function isRepeatable(call: GatewayCall, sentAt: Date): boolean {
  return call.now.getTime() - sentAt.getTime() < repeatableMs;
}

function unknown(why: string): Inquiry {
  return { kind: 'unknown', why };
}
