import type { Approval } from '../../port/approval.ts';
import type { OperationContext } from '../operations/context.ts';
import type { FoundAtGateway } from '../operations/kind.ts';
import { needed } from '../operations/needed.ts';

/** What the gateway would have answered to a payment by card, as far as a person knows who ends its doubt. */
export function approvalByPerson({ operation }: OperationContext, found: FoundAtGateway): Approval {
  return {
    gatewayTid: needed(found.gatewayTid, 'pg_tid'),
    approvalNumber: found.approvalNumber ?? null,
    approvedAt: operation.sent_at ?? operation.requested_at,
    receiptUrl: null,
    card: null,
    bank: null,
  };
}
