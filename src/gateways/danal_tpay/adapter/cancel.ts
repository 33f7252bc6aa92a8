import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { wireReason } from '../../../port/texts.ts';
import { notOurs } from '../../answers/decided-answer.ts';
import { inquireCancelByRepeating } from '../../answers/no-inquiry.ts';
import { outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { danalError } from '../wire/errors.ts';
import type { DanalService } from '../wire/services.ts';
import { cleanText, type DanalAnswer, type DanalFields, reasonRule } from '../wire/wire.ts';
import { amountOf, exchange, timeOf } from './exchange.ts';

const requesterBytesMax = 20;

export function cancelAt(service: DanalService): OperationAt<'cancel'> {
  return {
    async send(call, request) {
      const made = await exchange(call, service, cancelFields(request, service));
      return 'answer' in made ? outcomeOf(made.answer, service, call, request) : made.outcome;
    },

    inquire: inquireCancelByRepeating,
  };
}

/**
 * TXTYPE `CANCEL`. `C` cancels a whole payment. What is left after partial cancels goes out as `P` with its amount: what
 * Danal makes of `C` then is not documented. There is no field for taxes, and none for a key.
 */
function cancelFields(request: Cancel, service: DanalService): DanalFields {
  return {
    TID: request.gatewayTid,
    AMOUNT: request.amountMinor.toString(),
    CANCELTYPE: request.amountMinor === request.paymentAmountMinor ? 'C' : 'P',
    // Danal only notes it; its samples send this text.
    CANCELREQUESTER: cleanText(request.requester ?? '', requesterBytesMax) || 'CP_CS_PERSON',
    CANCELDESC: wireReason(request.reason, reasonRule),
    TXTYPE: 'CANCEL',
    SERVICETYPE: service.serviceType,
  };
}

function outcomeOf(answer: DanalAnswer, service: DanalService, call: GatewayCall, request: Cancel): Outcome<Cancelled> {
  if (answer.fields.RETURNCODE !== '0000') return refusalOf(answer, service, call, request);
  const cancelled = cancelledOf(answer, request);
  return cancelled ? { kind: 'confirmed', result: cancelled } : notOurs;
}

/**
 * Only a sealed answer about this payment and amount, with a cancel that was not known before. `BALANCE` must not be more
 * than this cancel leaves. Less of it means that somebody else has cancelled too: this cancel was carried out all the same.
 */
function cancelledOf({ fields, isSealed }: DanalAnswer, request: Cancel): Cancelled | undefined {
  const { TID: cancelTid } = fields;
  const cancelledAt = timeOf(fields);
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

function isOfAllThatIsLeft(request: Cancel): boolean {
  return request.amountMinor === request.balanceBeforeMinor;
}
