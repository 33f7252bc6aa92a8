import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Revocation, Revoked } from '../../../port/revocation.ts';
import { outcomeOfRefusalText } from '../../answers/refusal-texts.ts';

/** `2001`: cancelled, or an account revoked. `2211`: refunded (transfer, virtual account). No other code is published. */
const successCodes: readonly string[] = ['2001', '2211'];

/** The fields of an answer, of either module, by the new module's names. */
export type SmartroFields = Readonly<Record<string, string>>;
export type FieldReader = (text: string) => SmartroFields | undefined;

/** The old module's answer: one line `key=value&…`, its values percent-encoded EUC-KR. `undefined`: it is no such line. */
export function readLine(text: string): SmartroFields | undefined {
  const line = text.trim();
  if (!/^[A-Za-z]\w*=[\x20-\x7e]*$/.test(line)) return undefined;
  const fields = decodeEucKrForm(line);
  const { TID, PTID, MID } = fields;
  return { ...fields, ...(TID && { Tid: TID }), ...(PTID && { PTid: PTID }), ...(MID && { Mid: MID }) };
}

export function outcomeOfCancel(
  call: GatewayCall,
  request: Cancel,
  result: GatewayHttpResult,
  readFields: FieldReader,
): Outcome<Cancelled> {
  const { gatewayTid, amountMinor } = request;
  const cancelled = (cancelTid: string, cancelledAt: Date): Cancelled => ({
    gatewayTid: cancelTid,
    amountMinor,
    cancelledAt,
    receiptUrl: null,
  });
  const isAll = amountMinor === request.balanceBeforeMinor;
  return outcomeOf<Cancelled>(call, result, {
    tid: gatewayTid,
    amountMinor,
    readFields,
    // A full cancel has no id of its own.
    done: ({ PTid }, at) =>
      PTid && request.earlierTids.includes(PTid) ? undefined : cancelled(PTid || gatewayTid, at),
    whenDone: isAll ? cancelled(gatewayTid, call.startedAt) : null,
  });
}

export function outcomeOfRevocation(
  call: GatewayCall,
  request: Revocation & { readonly gatewayTid: string },
  result: GatewayHttpResult,
  readFields: FieldReader,
): Outcome<Revoked> {
  return outcomeOf<Revoked>(call, result, {
    tid: request.gatewayTid,
    amountMinor: request.paymentAmountMinor,
    readFields,
    done: (_fields, at) => ({ gatewayTid: null, revokedAt: at }),
    whenDone: { gatewayTid: null, revokedAt: call.startedAt },
  });
}

/**
 * A success is believed when it is about this very payment and amount; its time is taken where it can be read, since its
 * form is not published.
 */
function outcomeOf<T>(
  call: GatewayCall,
  result: GatewayHttpResult,
  expected: {
    readonly tid: string;
    readonly amountMinor: bigint;
    readonly readFields: FieldReader;
    readonly done: (fields: SmartroFields, at: Date) => T | undefined;
    /** What a repeat concludes from "already cancelled"; see `outcomeOfRefusalText`. */
    readonly whenDone: T | null;
  },
): Outcome<T> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const fields = result.status === 200 ? expected.readFields(result.text) : undefined;
  const code = fields?.ResultCode;
  if (!fields || !code) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  if (!successCodes.includes(code)) {
    return outcomeOfRefusalText(call, { code, message: fields.ResultMsg ?? '' }, expected.whenDone);
  }
  const isOurs =
    fields.Tid === expected.tid &&
    amountOf(fields.CancelAmt) === expected.amountMinor &&
    (fields.Mid ?? call.channel.mid) === call.channel.mid;
  const at = timeOf(call, fields);
  const value = isOurs ? expected.done(fields, at) : undefined;
  if (value === undefined) return { kind: 'unclear', why: 'the answer is not the one to this request' };
  return { kind: 'confirmed', result: value };
}

/**
 * Repeats of one operation have one result: a repeat that hears "already cancelled" is not told when, so that the time
 * of the first request stands for it in all of them.
 */
function timeOf(call: GatewayCall, { CancelDate = '', CancelTime = '' }: SmartroFields): Date {
  if (call.isRepeat) return call.startedAt;
  // A day alone would be read as its midnight.
  return (CancelTime !== '' && readSeoulDigits(CancelDate + CancelTime)) || call.now;
}

/** Amounts are digits, possibly with leading zeros. */
function amountOf(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? BigInt(text) : undefined;
}
