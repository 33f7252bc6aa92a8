import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Approval } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { notOurs, readDecided } from '../../answers/decided-answer.ts';
import { inquireNothing } from '../../answers/no-inquiry.ts';
import { readTexts } from '../../answers/read-json.ts';
import { meaningOfRefusal } from '../../answers/refusal-texts.ts';
import type { SmartroFields } from '../../smartro/adapter/answers.ts';
import { chargeBody } from '../wire/charge.ts';
import { keyChargePath } from '../wire/paths.ts';

/** Of a payment by key, public clients disagree: one waits for `3001`, Smartro's code of an approval by card, another for `0000`. */
const successCodes: readonly string[] = ['3001', '0000'];

/**
 * A payment by a key (`BillTokenKey`). Smartro can't be asked about it afterwards, and is not known to look at order numbers: a
 * charge whose answer was lost is never sent again.
 */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    const { channel } = call;
    const result = await call.http.send({
      method: 'POST',
      url: channel.baseUrl + keyChargePath,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: chargeBody(channel, request, call.now),
      charset: 'utf-8',
      timeLimitMs: call.timeLimitMs,
    });
    const decided = readDecided(result, readTexts);
    if ('outcome' in decided) return decided.outcome;
    const { answer } = decided;
    const { ResultCode: code = '', ResultMsg: message = '' } = answer;
    if (!successCodes.includes(code)) return refusalOf(code, message);
    const approval = approvalOf(call, request, answer);
    return approval ? { kind: 'confirmed', result: approval } : notOurs;
  },
  inquire: inquireNothing,
};

/** Smartro publishes no other code: what a refusal means is read from its text. A used order number may be this very order. */
function refusalOf(code: string, message: string): Outcome<never> {
  if (code === '') return { kind: 'unclear', why: 'an answer without a code' };
  const meaning = meaningOfRefusal(message);
  if (meaning === 'in_doubt' || meaning === 'duplicate_order') {
    return { kind: 'unclear', why: `the gateway gave no clear answer (${code})`, code, message };
  }
  return { kind: 'refused', code, message: message || code, category: meaning === 'deposited' ? 'other' : meaning };
}

/** The card is that of the key: the answer has its company's name only, and no number. */
function approvalOf(call: GatewayCall, request: KeyCharge, answer: SmartroFields): Approval | undefined {
  const { Tid = '', Moid, Amt = '', AuthCode = '', AuthDate = '', Mid = call.channel.mid } = answer;
  const isOurs =
    Tid !== '' &&
    Moid === request.orderId &&
    Mid === call.channel.mid &&
    /^\d{1,15}$/.test(Amt) &&
    BigInt(Amt) === request.amountMinor;
  if (!isOurs) return undefined;
  // Its form is not published: with or without the century. A day alone would be read as its midnight.
  const digits = AuthDate.length === 12 ? `20${AuthDate}` : AuthDate;
  const approvedAt = (digits.length === 14 && readSeoulDigits(digits)) || call.now;
  return { gatewayTid: Tid, approvalNumber: AuthCode || null, approvedAt, receiptUrl: null, card: null, bank: null };
}
