import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { Approval, KeyInApproval } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { meaningOfRefusal, outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { cardCompanyOf } from '../wire/codes.ts';
import { ksnetError } from '../wire/errors.ts';
import { amountOf, type KsnetEnvelope, readEnvelope } from '../wire/wire.ts';

type Data = NonNullable<KsnetEnvelope['data']>;

/** Cards answer with four digits, transfers with three. */
const successCodes: readonly string[] = ['0000', '000'];

export function cancelOutcome(result: GatewayHttpResult, call: GatewayCall, request: Cancel): Outcome<Cancelled> {
  // KSNET does not say when the first request was carried out, nor under which id: the payment's own stands for it.
  const whenDone =
    request.amountMinor === request.balanceBeforeMinor
      ? {
          gatewayTid: request.gatewayTid,
          amountMinor: request.amountMinor,
          cancelledAt: call.startedAt,
          receiptUrl: null,
        }
      : null;
  return outcomeOf(result, call, whenDone, (data, aid) => {
    const cancelledAt = readSeoulDigits(data.tradeDateTime ?? '');
    if (amountOf(data.cancelAmount) !== request.amountMinor || !cancelledAt) return undefined;
    // A cancel has the payment's own tid; the id of the call is the one thing that tells several cancels apart.
    return aid ? { gatewayTid: aid, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null } : undefined;
  });
}

export function approvalOutcome(
  result: GatewayHttpResult,
  call: GatewayCall,
  request: KeyInApproval,
): Outcome<Approval> {
  const outcome = outcomeOf<Approval>(result, call, null, (data) => {
    const approvedAt = readSeoulDigits(data.tradeDateTime ?? '');
    if (amountOf(data.totalAmount) !== request.amountMinor || !data.tid || !approvedAt) return undefined;
    return approvalOf(data, data.tid, approvedAt, { ...request, cardNumber: request.card.number });
  });
  return unlessOrderIsKnown(outcome);
}

export function approvalOf(
  data: Data,
  tid: string,
  approvedAt: Date,
  { cardNumber, installmentMonths }: { readonly cardNumber: string; readonly installmentMonths: number },
): Approval {
  return {
    gatewayTid: tid,
    approvalNumber: data.approvalNumb || null,
    approvedAt,
    receiptUrl: null,
    card: { ...companiesOf(data), maskedNumber: maskCardNumber(cardNumber), installmentMonths },
    bank: null,
  };
}

/** What an answer says of a card, but for its number. */
export function companiesOf(data: Data) {
  const acquirer = cardCompanyOf(data.purchaseCardType ?? '', data.purchaseCardName ?? '');
  const issuer = cardCompanyOf(data.issuerCardType ?? '', data.issuerCardName ?? '');
  return {
    code: acquirer.code,
    name: acquirer.name,
    issuerCode: issuer.code,
    issuerName: issuer.name,
    type: data.cardType === 'CREDIT' ? 0 : data.cardType === 'CHECK' ? 1 : null,
  } as const;
}

/** Our order numbers are used once: an order that is there already is the one of an earlier request. */
export function unlessOrderIsKnown(outcome: Outcome<Approval>): Outcome<Approval> {
  if (outcome.kind !== 'refused' || meaningOfRefusal(outcome.message) !== 'duplicate_order') return outcome;
  return { ...outcome, kind: 'unclear', why: `KSNET has the order already (${outcome.code})` };
}

/** A success only when the answer carries our payload and `read` finds in it exactly what was asked for. */
export function outcomeOf<T>(
  result: GatewayHttpResult,
  call: GatewayCall,
  whenDone: T | null,
  read: (data: Data, aid: string) => T | undefined,
  isOurPayload = (payload: string | null | undefined) => payload === call.idempotencyKey,
): Outcome<T> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = result.status === 200 ? readEnvelope(result.text) : undefined;
  if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  const { code, data } = answer;
  const message = answer.message ?? '';
  switch (code) {
    case 'A0200': {
      const isOurs = data && isOurPayload(data.payload) && successCodes.includes(data.respCode ?? '');
      const value = isOurs ? read(data, answer.aid ?? '') : undefined;
      if (value === undefined) return { kind: 'unclear', why: 'the answer is not the one to this request' };
      return { kind: 'confirmed', result: value };
    }
    case 'A0201':
      if (!data?.respCode || successCodes.includes(data.respCode)) return unclear(code, message);
      return failureOf(call, { code: data.respCode, message: data.respMessage ?? message }, whenDone);
    case 'A0400':
    case 'A0403':
      return outcomeOfRefusal(call, { code, message, category: 'other' });
    case 'A0401':
      return outcomeOfRefusal(call, { code, message, category: 'bad_credentials' });
    default:
      return unclear(code, message);
  }
}

function failureOf<T>(
  call: GatewayCall,
  failure: { readonly code: string; readonly message: string },
  whenDone: T | null,
): Outcome<T> {
  const known = ksnetError(failure.code, failure.message);
  // KSNET hands codes of card companies and banks through; what their text says is taken at its word.
  if (!known) return outcomeOfRefusalText(call, failure, whenDone);
  if (known.doubt) return unclear(failure.code, failure.message);
  const { category } = known;
  // Nothing but the first request can have cancelled all that was left, or somebody who gave the buyer the same money.
  if (call.isRepeat && whenDone !== null && category === 'already_cancelled') {
    return { kind: 'confirmed', result: whenDone };
  }
  return outcomeOfRefusal(call, { ...failure, category });
}

function unclear(code: string, message: string): Outcome<never> {
  return { kind: 'unclear', why: `KSNET answered ${code}`, code, message };
}
