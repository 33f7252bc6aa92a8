import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Receipt } from '../../../port/receipt.ts';
import type { VirtualAccount, VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { niceCodes } from '../wire/codes.ts';
import { type NiceMeaning, niceMeaning } from '../wire/errors.ts';
import { isSignedCancel, type NiceAnswer, readNiceAmount, readNiceAnswer } from '../wire/wire.ts';

/** 2211 is a refund that NICE has taken and pays out on the next business day; it says nothing more about it. */
const cancelSuccesses = ['2001', '2211'];

/** What this cancel asked for, to know its answer by. */
export interface AskedCancel {
  readonly tid: string;
  readonly moid: string;
  readonly amountMinor: bigint;
}

/** What a signed answer to a cancel says of it. */
export interface NiceCancelled {
  /** NICE's number of the cancel; `null` where the answer has none. */
  readonly cancelNumber: string | null;
  /** `null` where the answer has no time. */
  readonly at: Date | null;
}

/**
 * A success only when it is signed, of our amount, and names our payment or our Moid (the answer to a partial cancel might
 * carry a TID of its own). What can happen only once (a revocation, a cancel of all that is left) was carried out when its
 * repeat is told that everything has been cancelled.
 */
export function cancelOutcome<T>(
  call: GatewayCall,
  result: GatewayHttpResult,
  asked: AskedCancel,
  resultOf: (cancelled: NiceCancelled) => T,
  canHappenOnce: boolean,
): Outcome<T> {
  return outcomeOf(call, result, {
    successes: cancelSuccesses,
    read: (answer) => (isOurs(call, answer, asked) ? resultOf(cancelledOf(answer)) : undefined),
    whenDone: canHappenOnce ? (answer) => resultOf({ ...cancelledOf(answer), cancelNumber: null }) : null,
  });
}

function isOurs(call: GatewayCall, answer: NiceAnswer, asked: AskedCancel): boolean {
  const { mid, credentials } = call.channel;
  const isNamed = answer.TID === asked.tid || answer.Moid === asked.moid;
  const isAmount = readNiceAmount(answer.CancelAmt) === asked.amountMinor;
  return isNamed && isAmount && answer.MID === mid && isSignedCancel(answer, mid, credentials.merchantKey ?? '');
}

function cancelledOf({ CancelNum, CancelDate = '', CancelTime = '' }: NiceAnswer): NiceCancelled {
  const digits = CancelDate + CancelTime;
  return { cancelNumber: CancelNum || null, at: (digits.length === 14 && readSeoulDigits(digits)) || null };
}

export function accountOutcome(
  call: GatewayCall,
  result: GatewayHttpResult,
  request: VirtualAccountIssue,
  tid: string,
): Outcome<VirtualAccount> {
  return outcomeOf(call, result, {
    successes: ['4100'],
    read(answer) {
      const isOurs = answer.TID === tid && answer.Moid === request.orderId;
      if (!isOurs || readNiceAmount(answer.Amt) !== request.amountMinor) return undefined;
      const bankCode = niceCodes.kftcBankCode(answer.VbankBankCode ?? '');
      const dueAt = readSeoulDigits(`${answer.VbankExpDate ?? ''}${answer.VbankExpTime || '235959'}`);
      const accountNumber = answer.VbankNum ?? '';
      if (bankCode === undefined || !dueAt || !/^[0-9-]{1,20}$/.test(accountNumber)) return undefined;
      return {
        gatewayTid: tid,
        bankCode,
        bankName: bankName(bankCode) ?? bankCode,
        accountNumber,
        holder: request.holder,
        dueAt,
        issuedAt: readShortDigits(answer.AuthDate) ?? call.now,
        noticeSecret: null,
      };
    },
    whenDone: null,
  });
}

export function receiptOutcome(
  call: GatewayCall,
  result: GatewayHttpResult,
  asked: { readonly tid: string; readonly moid: string },
): Outcome<Receipt> {
  return outcomeOf(call, result, {
    successes: ['7001'],
    read: (answer) =>
      answer.TID === asked.tid && (answer.Moid ?? asked.moid) === asked.moid
        ? receiptOf(answer, asked.tid, call.now)
        : undefined,
    whenDone: null,
  });
}

/** Of the answer to the issue, and of the status of the receipt's TID: both have the number and the time. */
export function receiptOf({ AuthCode, AuthDate }: NiceAnswer, tid: string, otherwise: Date): Receipt | undefined {
  if (!AuthCode) return undefined;
  return {
    receiptTid: tid,
    approvalNumber: AuthCode,
    receiptUrl: null,
    issuedAt: readShortDigits(AuthDate) ?? otherwise,
  };
}

/** `YYMMDDHHMMSS`, and the same with the whole year, as another edition of the manual has it. */
export function readShortDigits(text: string | undefined): Date | undefined {
  if (text === undefined || !/^(\d{12}|\d{14})$/.test(text)) return undefined;
  return readSeoulDigits(text.length === 12 ? `20${text}` : text);
}

export function outcomeOf<T>(
  call: GatewayCall,
  result: GatewayHttpResult,
  expected: {
    readonly successes: readonly string[];
    readonly read: (answer: NiceAnswer) => T | undefined;
    readonly whenDone: ((answer: NiceAnswer) => T) | null;
  },
): Outcome<T> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = result.status === 200 ? readNiceAnswer(result.text) : undefined;
  if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  const { ResultCode: code, ResultMsg: message = '' } = answer;
  if (expected.successes.includes(code)) {
    const value = expected.read(answer);
    return value === undefined
      ? { kind: 'unclear', why: 'the answer is not the one to this request', code, message }
      : { kind: 'confirmed', result: value };
  }
  const meaning = niceMeaning(code, message);
  if (call.isRepeat && meaning === 'already_cancelled' && expected.whenDone) {
    return { kind: 'confirmed', result: expected.whenDone(answer) };
  }
  return failureOf(call, { code, message: message || code, meaning });
}

/**
 * What a failure means. A repeat may be told that there is nothing to cancel because of the first request, like what
 * `outcomeOfRefusal` knows of every gateway.
 */
export function failureOf(
  call: Pick<GatewayCall, 'isRepeat'>,
  failure: { readonly code: string; readonly message: string; readonly meaning: NiceMeaning },
): Outcome<never> {
  const { code, message, meaning } = failure;
  const provesNothing =
    meaning === 'unclear' ||
    meaning === 'number_used' ||
    (call.isRepeat && (meaning === 'tid_used' || meaning === 'unknown_transaction'));
  if (provesNothing) return { kind: 'unclear', why: `NICE answered ${code}`, code, message };
  return outcomeOfRefusal(call, {
    code,
    message,
    category: meaning === 'tid_used' ? 'temporarily_unavailable' : meaning,
  });
}
