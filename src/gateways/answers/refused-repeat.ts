import type { GatewayCall } from '../../port/call.ts';
import type { Outcome, RefusalCategory } from '../../port/outcome.ts';

/**
 * Refusals that a repeat may meet although the first request was carried out, or still will be: because it was ("already
 * cancelled", a balance that is another by now), or because something is in the way only now (a fault, a key that was
 * changed). The other ones speak against the payment or the request itself, and so against the first request as well.
 */
const mayFollowSuccess: ReadonlySet<RefusalCategory> = new Set<RefusalCategory>([
  'already_cancelled',
  'over_balance',
  'temporarily_unavailable',
  'closed_hours',
  'contract_missing',
  'bad_credentials',
]);

/** What a gateway's clear no to a cancel means, where the gateway can be asked afterwards what became of the first request. */
export function outcomeOfRefusal(
  call: Pick<GatewayCall, 'isRepeat'>,
  refusal: { readonly code: string; readonly message: string; readonly category: RefusalCategory },
): Outcome<never> {
  const { code, message, category } = refusal;
  return call.isRepeat && mayFollowSuccess.has(category)
    ? { kind: 'unclear', why: `this refusal of a repeat says nothing of the first request (${code})`, code, message }
    : { kind: 'refused', code, message, category };
}
