import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { type ChannelGroup, routeThrough } from '../merchants/channel-groups.ts';
import type { Channel } from '../merchants/channels.ts';
import type { Caller } from '../operations/carry-out.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';
import { type CheckKeyParts, issueCheckedKey, type KeyCheck } from './check-key.ts';
import { type KeyIssue, registersCards } from './issue-key.ts';

export interface IssuedInGroup {
  readonly key: BillingKeyRow;
  /** Those that were tried before. */
  readonly failed: readonly { readonly channel: Channel; readonly refusal: Refusal }[];
}

/** A clear no, after which another gateway may be asked. */
const clearNos: ReadonlySet<ErrorCode> = new Set([
  'billing_key_issue_refused',
  'billing_key_check_refused',
  'card_number_invalid',
  'gateway_unreachable',
]);

/**
 * Registers a card at one channel of a group: the one that its name falls to, or the next that takes it. A name has one key here, while
 * the real server registers the card at every channel of the group. Throws the first refusal where all of them refuse.
 */
export async function issueKeyInGroup(
  parts: CheckKeyParts,
  caller: Caller,
  group: ChannelGroup,
  issue: Omit<KeyIssue, 'channel'>,
  check: KeyCheck | undefined,
): Promise<IssuedInGroup> {
  const failed: { channel: Channel; refusal: Refusal }[] = [];
  for (const channel of routeThrough(group, issue.customerUid).filter(registersCards)) {
    try {
      return { key: await issueCheckedKey(parts, caller, { ...issue, channel }, check), failed };
    } catch (error) {
      if (!(error instanceof Refusal) || !clearNos.has(error.errorCode)) throw error;
      failed.push({ channel, refusal: error });
    }
  }
  throw failed[0]?.refusal ?? new Refusal('billing_channel_not_found');
}
