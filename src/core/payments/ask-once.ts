import { Refusal } from '../../platform/errors/refusal.ts';
import type { GatewayCall } from '../../port/call.ts';
import type { SlipParts, Told, Wallets } from '../../port/wallet.ts';
import type { Channel } from '../merchants/channels.ts';
import type { Deadline } from '../operations/deadline.ts';
import { callOutside, type QuestionParts } from '../operations/question.ts';

/** What a gateway refuses, in its own words. */
export interface GatewayNo {
  readonly code: string;
  readonly message: string;
  /** What was asked about is not there. */
  readonly isUnknown: boolean;
}

/**
 * Asks a gateway about its wallets or its slips: questions, and what may be asked for again without harm, so that nothing of it
 * is an operation of our book. No clear answer is told as such (`gateway_unclear`); what is not public does not exist in live mode.
 */
export async function askOnce<Part extends Wallets | SlipParts, T>(
  parts: QuestionParts,
  channel: Channel,
  deadline: Deadline,
  capability: string,
  part: Part | undefined,
  ask: (part: Part, call: GatewayCall) => Promise<Told<T>> | undefined,
): Promise<{ readonly value: T } | { readonly no: GatewayNo }> {
  const isThere = part && (part.support === 'supported' || channel.access.mode === 'test');
  const asked = isThere && ask(part, callOutside(parts, channel, { key: capability, deadline }));
  if (!asked) throw new Refusal('not_supported_by_gateway', { provider: channel.provider, capability });
  const told = await asked;
  switch (told.kind) {
    case 'told':
      return { value: told.value };
    case 'refused':
      return {
        no: { code: told.code, message: told.message, isUnknown: told.category === 'unknown_transaction' },
      };
    case 'unknown':
      throw new Refusal('gateway_unclear');
  }
}
