import type { Clock } from '../clock/clock.ts';
import type { Database } from '../database/pool.ts';
import type { Encryption } from '../encryption/encryption.ts';
import { Refusal } from '../errors/refusal.ts';
import type { Channels } from '../merchants/channels.ts';
import { loadContext } from '../operations/context.ts';
import type { EndingOutcome } from '../operations/ending.ts';
import type { Settle } from '../operations/settlement.ts';
import { readCancellation } from './records.ts';

export interface Resolution {
  readonly outcome: 'confirmed' | 'refused';
  readonly reason: string;
  /** The person who decided it. */
  readonly actor: string;
  /** The gateway's id of the cancellation, if the person found one there. */
  readonly gatewayTid: string | undefined;
}

/**
 * A person ends a doubt, after having looked into the gateway's own books. It calls no gateway; the audit keeps who said
 * so and why. Conditional on the doubt still being open: an answer of the gateway's that comes first wins.
 */
export async function resolveCancellation(
  parts: {
    readonly database: Database;
    readonly clock: Clock;
    readonly encryption: Encryption;
    readonly channels: Channels;
    readonly settle: Settle;
  },
  merchantId: bigint,
  id: string,
  resolution: Resolution,
): Promise<void> {
  const { record } = await readCancellation(parts.database, merchantId, id);
  const context = await loadContext(parts, id);
  if (!context || (record.state !== 'in_doubt' && record.state !== 'accepted')) {
    throw new Refusal('cancellation_not_open', { state: record.state });
  }
  const now = parts.clock.now();
  const outcome: EndingOutcome =
    resolution.outcome === 'confirmed'
      ? {
          kind: 'confirmed',
          result: {
            gatewayTid: resolution.gatewayTid ?? context.payment.pg_tid ?? '',
            amountMinor: record.amount_minor,
            cancelledAt: now,
            revokedAt: now,
            receiptUrl: null,
          },
        }
      : { kind: 'refused', code: 'resolved_by_person', message: resolution.reason, category: 'other' };
  const settled = await parts.settle({
    operationId: id,
    kind: record.kind,
    outcome,
    sentAt: record.sent_at ?? record.requested_at,
    by: resolution.actor,
    why: resolution.reason,
    receiptFollowUpId: null,
  });
  if (!settled) {
    const { record: current } = await readCancellation(parts.database, merchantId, id);
    throw new Refusal('cancellation_not_open', { state: current.state });
  }
}
