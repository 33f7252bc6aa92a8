import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { notOurs, readDecided } from '../../answers/decided-answer.ts';
import { readTexts } from '../../answers/read-json.ts';
import { outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { knownError, succeeded } from '../wire/errors.ts';
import { amountSent } from './requests.ts';

/** The answer names the service, the payment and an amount; a cancel has neither an id of its own nor a time. */
export function cancelOutcome(call: GatewayCall, request: Cancel, result: GatewayHttpResult): Outcome<Cancelled> {
  const decided = readDecided(result, readTexts);
  if ('outcome' in decided) return decided.outcome;
  const { code, message = '', sid, pay_token, amount } = decided.answer;
  if (!code) return notOurs;
  const cancelled = {
    gatewayTid: request.gatewayTid,
    amountMinor: request.amountMinor,
    cancelledAt: call.isRepeat ? call.startedAt : call.now,
    receiptUrl: null,
  };
  if (code !== succeeded) return refusalOf(call, request, { code, message }, cancelled);
  const isOurs =
    sid === call.channel.mid &&
    pay_token === request.gatewayTid &&
    // Whether the answer to a part of a phone payment repeats what remains, or says what was cancelled, is not documented.
    [amountSent(request), request.amountMinor].map(String).includes(amount ?? '');
  return isOurs ? { kind: 'confirmed', result: cancelled } : notOurs;
}

/** That a repeat is refused says nothing of the first request, except that all that was left is cancelled by now. */
function refusalOf(
  call: GatewayCall,
  request: Cancel,
  { code, message: text }: { readonly code: string; readonly message: string },
  cancelled: Cancelled,
): Outcome<Cancelled> {
  const isAll = request.amountMinor === request.balanceBeforeMinor;
  const known = knownError(code, request.payMethod);
  if (!known) return outcomeOfRefusalText(call, { code, message: text }, isAll ? cancelled : null);
  const message = text || known.message;
  const { category } = known;
  if (category === 'in_doubt') return { kind: 'unclear', why: `Mobilians answered ${code}`, code, message };
  if (!call.isRepeat) return { kind: 'refused', code, message, category };
  if (isAll && category === 'already_cancelled') return { kind: 'confirmed', result: cancelled };
  return { kind: 'unclear', why: `a refused repeat says nothing of the first request (${code})`, code, message };
}
