import type { BillingKeyRevocation } from '../../port/billing-key.ts';
import type { OperationContext } from '../operations/context.ts';
import { endingParameters, endOperationsSql } from '../operations/end-operation-sql.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';
import { keyReferenceOf } from './issue-key-kind.ts';

/** Only the key that was taken back is forgotten: a payment window may have issued another one under its name meanwhile. */
const isGoneSql = `e.state = 'confirmed' and k.generation = coalesce((e.details ->> 'key_generation')::integer, k.generation)`;
const settleSql = `
with ${endOperationsSql('revoke_key')}
update billing_keys k set
  gateway_key = case when ${isGoneSql} then null else k.gateway_key end,
  deleted_at = case when ${isGoneSql} then e.settled_at else k.deleted_at end,
  turn_of = case when k.turn_of = e.id then null else k.turn_of end
from ended e
where k.merchant_id = e.merchant_id and k.id = e.billing_key_id
returning k.*`;

/** A key is taken back at its gateway, and forgotten here. */
export const revokeKeyKind: OperationKind<'revoke_key'> = Object.freeze({
  name: 'revoke_key',
  isRepeatable: true,
  endsUnanswered: true,
  refusal: 'billing_key_revocation_refused',
  doubt: 'outcome_in_doubt',
  requestOf: keyRevocationOf,
  askedOf: keyRevocationOf,
  resultByPerson: (_context, found, now) => ({ gatewayTid: found.gatewayTid || null, revokedAt: now }),
  createSettle:
    ({ database, leases }) =>
    async (ending) => {
      const [row] = await database.query<BillingKeyRow>(settleSql, endingParameters([ending], leases));
      return row;
    },
} satisfies OperationKind<'revoke_key'>);

function keyRevocationOf(context: OperationContext): BillingKeyRevocation {
  const { operation, secrets } = context;
  return {
    ...keyReferenceOf(context),
    billingKey: required(secrets.billingKey, 'key of a revocation'),
    reason: operation.reason,
    requester: operation.details.requester ?? null,
  };
}
