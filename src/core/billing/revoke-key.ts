import { Refusal } from '../../platform/errors/refusal.ts';
import { supportOf } from '../../port/capabilities.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { type Caller, type CarryOutParts, carryOutOn, shopsProgram } from '../operations/carry-out.ts';
import { encryptSecrets } from '../operations/context.ts';
import type { OperationReport } from '../operations/report.ts';
import { subjectOfReport } from '../operations/report.ts';
import { turnsOfBillingKeys } from '../operations/take-turn.ts';
import { type BillingKeyRow, decryptBillingKey } from '../records/billing-key.ts';
import type { Operation, OperationDetails } from '../records/operation.ts';
import { billingKeyOf } from '../records/subject.ts';
import { findKey } from './find-keys.ts';
import { revokeKeyKind } from './revoke-key-kind.ts';

export interface KeyRevocation {
  readonly customerUid: string;
  readonly reason: string;
  readonly requester: string | undefined;
}

const reserveSql = `
with taken as (
  update billing_keys set turn_of = $1
  where merchant_id = $2 and id = $3 and turn_of is null and gateway_key is not null and generation = $4
  returning id, merchant_id, channel_id
)
${beginOperationsSql('taken', {
  id: '$1',
  merchant_id: 'merchant_id',
  channel_id: 'channel_id',
  billing_key_id: 'id',
  kind: `'revoke_key'`,
  amount_minor: '0',
  balance_before_minor: '0',
  reason: '$5',
  details: '$6::jsonb',
  secrets: '$7',
  idempotency_id: '$8',
  requested_at: '$9',
  changed_by: '$12',
  changed_why: '$13',
  lease_of: '$10',
  lease_until: '$11',
})}
returning *`;

/** Where the gateway has no way to delete a key, it is forgotten here only: nobody can charge it through this server any more. */
export async function isForgottenOnly(
  parts: CarryOutParts,
  { channel_id, pay_method }: BillingKeyRow,
): Promise<boolean> {
  const { gateway, access } = await parts.channels.byId(channel_id);
  const support = supportOf(gateway.capabilities, pay_method, 'revoke_key');
  return support === 'unsupported' || (support === 'undocumented' && access.mode === 'live');
}

/** DELETE /subscribe/customers/{customer_uid}, at the gateway. A failure leaves the key as it was. */
export function revokeKey(parts: CarryOutParts, caller: Caller, revocation: KeyRevocation): Promise<OperationReport> {
  const { customerUid, reason, requester } = revocation;
  const { asker = shopsProgram } = caller;
  return carryOutOn(parts, caller, turnsOfBillingKeys, {
    find: () => findKey(parts.database, caller.merchantId, customerUid),
    decide(row) {
      const { gateway_key: encrypted } = row;
      if (!encrypted) throw new Refusal('billing_key_not_found', { customer_uid: customerUid });
      return { billingKey: decryptBillingKey(parts.encryption, row, encrypted) };
    },
    async reserve(row, secrets, operationId) {
      const [operation] = await parts.database.query<Operation>(reserveSql, [
        operationId,
        row.merchant_id,
        row.id,
        row.generation,
        reason || '빌링키 삭제',
        JSON.stringify({
          key_generation: row.generation,
          ...(requester === undefined ? {} : { requester }),
        } satisfies OperationDetails),
        encryptSecrets(parts.encryption, { merchant_id: row.merchant_id, id: operationId }, secrets),
        caller.idempotencyId,
        parts.clocks.of(caller.merchantId).now(),
        parts.leases.owner,
        parts.leases.until(parts.leaseMs),
        asker.by,
        asker.why,
      ]);
      return operation;
    },
  });
}

/** Takes the key out of our book. `undefined`: an operation has its turn, or it is not the one any more that was read. */
export async function forgetKey(
  { database, clocks }: Pick<CarryOutParts, 'database' | 'clocks'>,
  { merchant_id: merchantId, id, generation }: BillingKeyRow,
): Promise<BillingKeyRow | undefined> {
  const [row] = await database.query<BillingKeyRow>(
    `update billing_keys set gateway_key = null, deleted_at = $3
     where merchant_id = $1 and id = $2 and turn_of is null and gateway_key is not null and generation = $4
     returning *`,
    [merchantId, id, clocks.of(merchantId).now(), generation],
  );
  return row;
}

/** The key that is gone now, or a refusal. */
export function revokedKeyOf(report: OperationReport): BillingKeyRow {
  return billingKeyOf(subjectOfReport(report, revokeKeyKind));
}
