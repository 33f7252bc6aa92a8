import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { Channels } from '../merchants/channels.ts';
import { loadContext } from '../operations/context.ts';
import type { EndingOutcome } from '../operations/ending.ts';
import type { FoundAtGateway, OperationKinds, Settle } from '../operations/kind.ts';
import { turnRowOf } from '../records/subject.ts';

export interface Resolution {
  readonly outcome: 'confirmed' | 'refused';
  readonly reason: string;
  /** The person who decided it. */
  readonly actor: string;
  /** What the person found at the gateway. */
  readonly found: FoundAtGateway;
}

/**
 * A person ends a doubt, after having looked into the gateway's own books. It calls no gateway; the audit keeps who said
 * so and why. Conditional on the doubt still being open: an answer of the gateway's that comes first wins. Answers false
 * when it was not open (any more).
 */
export async function resolveDoubt(
  parts: {
    readonly database: Database;
    readonly clocks: MerchantClocks;
    readonly encryption: Encryption;
    readonly channels: Channels;
    readonly kinds: OperationKinds;
    readonly settle: Settle;
  },
  merchantId: bigint,
  operationId: string,
  resolution: Resolution,
): Promise<boolean> {
  const context = await loadContext(parts, merchantId, operationId);
  const state = context?.operation.state;
  if (!context || (state !== 'in_doubt' && state !== 'accepted')) return false;
  const { operation } = context;
  const now = parts.clocks.of(operation.merchant_id).now();
  const outcome: EndingOutcome =
    resolution.outcome === 'confirmed'
      ? { kind: 'confirmed', result: parts.kinds[operation.kind].resultByPerson(context, resolution.found, now) }
      : { kind: 'refused', code: 'resolved_by_person', message: resolution.reason, category: 'other' };
  const settled = await parts.settle({
    merchantId,
    operationId,
    paymentId: turnRowOf(context.subject).id,
    kind: operation.kind,
    outcome,
    sentAt: operation.sent_at ?? operation.requested_at,
    endedAt: now,
    by: resolution.actor,
    why: resolution.reason,
    receiptFollowUpId: null,
    announcedAlways: true,
  });
  return settled !== undefined;
}
