import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { inquireCancelByRepeating } from '../../answers/no-inquiry.ts';
import { outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { danalError } from '../wire/errors.ts';
import { type DanalService, serviceUrl } from '../wire/services.ts';
import { cleanText, type DanalAnswer, type DanalFields, readAnswer, requestBody } from '../wire/wire.ts';

const textBytesMax = { CANCELREQUESTER: 20, CANCELDESC: 255 } as const;

export function cancelAt(service: DanalService): OperationAt<'cancel'> {
  return {
    async send(call, request) {
      const { channel } = call;
      const result = await call.http.send({
        method: 'POST',
        url: serviceUrl(service, channel),
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=euc-kr' },
        body: requestBody(channel.mid, cancelFields(request, service), service, channel.credentials),
        charset: 'euc-kr',
        timeLimitMs: call.timeLimitMs,
      });
      return outcomeOf(result, service, call, request);
    },

    inquire: inquireCancelByRepeating,
  };
}

/**
 * TXTYPE `CANCEL`. `C` cancels a whole payment. What is left after partial cancels goes out as `P` with its amount: what
 * Danal makes of `C` then is not documented. There is no field for taxes, and none for a key.
 */
function cancelFields(request: Cancel, service: DanalService): DanalFields {
  const reason = cleanText(request.reason, textBytesMax.CANCELDESC);
  return {
    TID: request.gatewayTid,
    AMOUNT: request.amountMinor.toString(),
    CANCELTYPE: request.amountMinor === request.paymentAmountMinor ? 'C' : 'P',
    // Danal only notes it; its samples send this text.
    CANCELREQUESTER: cleanText(request.requester ?? '', textBytesMax.CANCELREQUESTER) || 'CP_CS_PERSON',
    ...(reason !== '' && { CANCELDESC: reason }),
    TXTYPE: 'CANCEL',
    SERVICETYPE: service.serviceType,
  };
}

function outcomeOf(
  result: GatewayHttpResult,
  service: DanalService,
  call: GatewayCall,
  request: Cancel,
): Outcome<Cancelled> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text, service, call.channel.credentials) : undefined;
  if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  if (answer.fields.RETURNCODE !== '0000') return refusalOf(answer, service, call, request);
  const cancelled = cancelledOf(answer, request);
  return cancelled
    ? { kind: 'confirmed', result: cancelled }
    : { kind: 'unclear', why: 'the answer is not the one to this request' };
}

/**
 * Only a sealed answer about this payment and amount, with a cancel that was not known before. `BALANCE` must not be more
 * than this cancel leaves. Less of it means that somebody else has cancelled too: this cancel was carried out all the same.
 */
function cancelledOf({ fields, isSealed }: DanalAnswer, request: Cancel): Cancelled | undefined {
  const { TID: cancelTid, TRANDATE: day = '', TRANTIME: time = '' } = fields;
  const cancelledAt = readSeoulDigits(day + time);
  const balanceMinor = amountOf(fields.BALANCE);
  const isOurs = isSealed && fields.O_TID === request.gatewayTid && amountOf(fields.AMOUNT) === request.amountMinor;
  const isTakenOff = balanceMinor !== undefined && balanceMinor <= request.balanceBeforeMinor - request.amountMinor;
  if (!isOurs || !isTakenOff || !cancelTid || request.earlierTids.includes(cancelTid) || !cancelledAt) return undefined;
  return { gatewayTid: cancelTid, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null };
}

function refusalOf(
  { fields }: DanalAnswer,
  service: DanalService,
  call: GatewayCall,
  request: Cancel,
): Outcome<Cancelled> {
  const { RETURNCODE: code = '', RETURNMSG: message = '' } = fields;
  const whenDone = isOfAllThatIsLeft(request) ? cancelledBefore(call, request) : null;
  const known = danalError(service, code);
  // Of the 3,800 codes in Danal's list only some were read: what the text of another one says is taken at its word.
  if (!known) return outcomeOfRefusalText(call, { code, message }, whenDone);
  const { category } = known;
  if (known.provesNothing) return { kind: 'unclear', why: `Danal answered ${code}`, code, message };
  // Nothing but the first request can have cancelled all that was left, or somebody who gave the buyer the same money.
  if (call.isRepeat && whenDone && category === 'already_cancelled') return { kind: 'confirmed', result: whenDone };
  return outcomeOfRefusal(call, { code, message, category });
}

/** Danal does not say when, nor under which id: the payment's own stands for it. */
function cancelledBefore(call: GatewayCall, request: Cancel): Cancelled {
  return {
    gatewayTid: request.gatewayTid,
    amountMinor: request.amountMinor,
    cancelledAt: call.startedAt,
    receiptUrl: null,
  };
}

function amountOf(text: string | undefined): bigint | undefined {
  return /^\d{1,11}$/.test(text ?? '') ? BigInt(text ?? '') : undefined;
}

function isOfAllThatIsLeft(request: Cancel): boolean {
  return request.amountMinor === request.balanceBeforeMinor;
}
