import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { cardName } from '../../../platform/codes/cards.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval, KeyInApproval } from '../../../port/approval.ts';
import type { BillingKeyIssue, IssuedBillingKey, KeyCharge, RevokedBillingKey } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Revocation, Revoked } from '../../../port/revocation.ts';
import { readTexts } from '../../answers/read-json.ts';
import { meaningOfRefusal, outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { welcomeCodes } from '../wire/codes.ts';

/** The only code that the manual names: done. Every other one is a failure. */
const successCode = '00';

type Fields = Readonly<Record<string, string>>;

type Read =
  | { readonly kind: 'success'; readonly fields: Fields }
  | { readonly kind: 'failure'; readonly code: string; readonly message: string }
  | { readonly kind: 'none'; readonly outcome: Outcome<never> };

export function outcomeOfFullCancel(call: GatewayCall, request: Cancel, result: GatewayHttpResult): Outcome<Cancelled> {
  const read = readAnswer(result);
  const cancelled = (at: Date): Cancelled => ({
    // A full cancel has no id of its own.
    gatewayTid: request.gatewayTid,
    amountMinor: request.amountMinor,
    cancelledAt: at,
    receiptUrl: null,
  });
  if (read.kind === 'none') return read.outcome;
  if (read.kind === 'failure') return outcomeOfRefusalText(call, read, cancelled(call.startedAt));
  const at = cancelTimeOf(call, read.fields, request.gatewayTid, request.amountMinor);
  return at ? { kind: 'confirmed', result: cancelled(at) } : notOurs;
}

export function outcomeOfPartialCancel(
  call: GatewayCall,
  request: Cancel,
  result: GatewayHttpResult,
): Outcome<Cancelled> {
  const read = readAnswer(result);
  const { gatewayTid, amountMinor, earlierTids } = request;
  const cancelled = (cancelTid: string, at: Date): Cancelled => ({
    gatewayTid: cancelTid,
    amountMinor,
    cancelledAt: at,
    receiptUrl: null,
  });
  if (read.kind === 'none') return read.outcome;
  if (read.kind === 'failure') {
    const isAll = amountMinor === request.balanceBeforeMinor;
    return outcomeOfRefusalText(call, read, isAll ? cancelled(gatewayTid, call.startedAt) : null);
  }
  const { C_Tid } = read.fields;
  const at = cancelTimeOf(call, read.fields, gatewayTid, amountMinor);
  return at && C_Tid && !earlierTids.includes(C_Tid) ? { kind: 'confirmed', result: cancelled(C_Tid, at) } : notOurs;
}

export function outcomeOfRevocation(
  call: GatewayCall,
  request: Revocation & { readonly gatewayTid: string },
  result: GatewayHttpResult,
): Outcome<Revoked> {
  const read = readAnswer(result);
  if (read.kind === 'none') return read.outcome;
  if (read.kind === 'failure') {
    return outcomeOfRefusalText(call, read, { gatewayTid: null, revokedAt: call.startedAt });
  }
  const at = cancelTimeOf(call, read.fields, request.gatewayTid, request.paymentAmountMinor);
  return at ? { kind: 'confirmed', result: { gatewayTid: null, revokedAt: at } } : notOurs;
}

export function outcomeOfApproval(
  call: GatewayCall,
  request: KeyInApproval | KeyCharge,
  result: GatewayHttpResult,
): Outcome<Approval> {
  const read = readAnswer(result);
  if (read.kind === 'none') return read.outcome;
  if (read.kind === 'failure') {
    const { code, message } = read;
    // Our order ids are used once: one that was used before was used by an earlier request of ours.
    if (meaningOfRefusal(message) === 'duplicate_order')
      return { kind: 'unclear', why: `the order is known already (${code})`, code, message };
    return outcomeOfRefusalText<Approval>({ isRepeat: false }, read, null);
  }
  const { tid, Price, PayDate = '', PayTime = '', ApplNum, CardResultCode } = read.fields;
  if (!tid || amountOf(Price) !== request.amountMinor) return notOurs;
  // An answer to a charge says nothing of the card, which is known from its registration.
  const number = 'card' in request ? request.card.number : '';
  return {
    kind: 'confirmed',
    result: {
      gatewayTid: tid,
      approvalNumber: ApplNum || null,
      approvedAt: timeOf(PayDate, PayTime) ?? call.now,
      receiptUrl: null,
      card: {
        ...companyOf(CardResultCode),
        maskedNumber: maskCardNumber(number),
        installmentMonths: request.installmentMonths,
      },
      bank: null,
    },
  };
}

export function outcomeOfKeyIssue(
  call: GatewayCall,
  request: BillingKeyIssue,
  result: GatewayHttpResult,
): Outcome<IssuedBillingKey> {
  const read = readAnswer(result);
  if (read.kind === 'none') return read.outcome;
  if (read.kind === 'failure') return outcomeOfRefusalText<IssuedBillingKey>(call, read, null);
  const { Billkey: key, tid, PayDate = '', PayTime = '', CardResultCode } = read.fields;
  if (!key) return notOurs;
  return {
    kind: 'confirmed',
    result: {
      billingKey: { key, boundTo: {} },
      gatewayTid: tid || null,
      issuedAt: timeOf(PayDate, PayTime) ?? call.now,
      card: { ...companyOf(CardResultCode), maskedNumber: maskCardNumber(request.card.number) },
    },
  };
}

/** The answer names neither the key nor anything else. */
export function outcomeOfKeyDeletion(call: GatewayCall, result: GatewayHttpResult): Outcome<RevokedBillingKey> {
  const read = readAnswer(result);
  if (read.kind === 'none') return read.outcome;
  if (read.kind === 'failure') return outcomeOfRefusalText<RevokedBillingKey>(call, read, null);
  return { kind: 'confirmed', result: { gatewayTid: null, revokedAt: call.now } };
}

/** The manual's table of a registration has the card company's code; a public client reads it in the answer to a key-in, too. */
function companyOf(cardCode = '') {
  const code = welcomeCodes.standardCardCode(cardCode) ?? null;
  const name = code && (cardName(code) ?? null);
  return { code, name, issuerCode: null, issuerName: null, type: null };
}

const notOurs = { kind: 'unclear', why: 'the answer is not the one to this request' } as const;

/**
 * `undefined`: the answer is about another payment, or another amount. Repeats of one operation have one result: a repeat
 * that hears "already cancelled" is not told when, so that the time of the first request stands for it in all of them.
 */
function cancelTimeOf(call: GatewayCall, fields: Fields, tid: string, amountMinor: bigint): Date | undefined {
  const { Mid = call.channel.mid, Tid, Price, CancelDate = '', CancelTime = '' } = fields;
  if (Mid !== call.channel.mid || Tid !== tid || amountOf(Price) !== amountMinor) return undefined;
  if (call.isRepeat) return call.startedAt;
  return timeOf(CancelDate, CancelTime) ?? call.now;
}

/** A day alone would be read as its midnight. */
function timeOf(day: string, time: string): Date | undefined {
  return time === '' ? undefined : readSeoulDigits(day + time);
}

/**
 * Welcome answers what it has decided with HTTP 200 and a malformed request with 4xx; both carry a code and a text. 5xx,
 * and anything unreadable, decides nothing.
 */
function readAnswer(result: GatewayHttpResult): Read {
  if (result.kind === 'never_sent') return { kind: 'none', outcome: result };
  if (result.kind === 'no_answer') return { kind: 'none', outcome: { kind: 'unclear', why: result.why } };
  const fields = readTexts(result.text);
  const { ResultCode: code, ResultMsg: message = '' } = fields ?? {};
  const { status } = result;
  if (fields && code === successCode && status === 200) return { kind: 'success', fields };
  const isRefusal = status === 200 || (status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status));
  if (fields && code && code !== successCode && isRefusal) return { kind: 'failure', code, message };
  return { kind: 'none', outcome: { kind: 'unclear', why: `HTTP ${status} without a readable answer` } };
}

function amountOf(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? BigInt(text) : undefined;
}
