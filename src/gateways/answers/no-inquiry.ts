import type { GatewayCall } from '../../port/call.ts';
import type { Cancel } from '../../port/cancel.ts';
import type { Lookup } from '../../port/lookup.ts';
import type { Inquiry } from '../../port/operations.ts';

/**
 * The answers where a gateway can't be asked, and its guards (an ordinal, a balance) are not documented as such. A cancel
 * of all that is left and a revocation can't be carried out twice, so a repeat may tell. A cancel of a part could be: its
 * doubt stays open for a person.
 */

const byRepeating = { kind: 'ask_by_repeating' } as const;
const nothing = { kind: 'unknown', why: 'the gateway has no inquiry', isFinal: true } as const;
const partMightRepeat = {
  kind: 'unknown',
  why: 'the gateway has no inquiry, and a repeat might cancel this part twice',
  isFinal: true,
} as const;

/** Of a revocation. */
export async function inquireByRepeating(_call: GatewayCall, _asked: unknown, _sentAt: Date): Promise<Inquiry<never>> {
  return byRepeating;
}

/** Of a cancel. */
export async function inquireCancelByRepeating(
  _call: GatewayCall,
  { amountMinor, balanceBeforeMinor }: Cancel,
  _sentAt: Date,
): Promise<Inquiry<never>> {
  return amountMinor === balanceBeforeMinor ? byRepeating : partMightRepeat;
}

/** Of what can't be repeated, such as an approval. */
export async function inquireNothing(_call: GatewayCall, _asked: unknown, _sentAt: Date): Promise<Inquiry<never>> {
  return nothing;
}

export async function lookUpNothing(): Promise<Lookup> {
  return { kind: 'unknown', why: 'the gateway has no lookup' };
}
