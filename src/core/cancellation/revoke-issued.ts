import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { type Caller, type CarryOutParts, carryOut, shopsProgram } from '../operations/carry-out.ts';
import { encryptSecrets, type OperationSecrets } from '../operations/context.ts';
import type { OperationReport } from '../operations/report.ts';
import { refuseUnsupported } from '../operations/support.ts';
import { findPayment } from '../payments/find-payment.ts';
import type { Operation } from '../records/operation.ts';

interface RevocableKind {
  readonly kind: 'revoke_vbank' | 'revoke_barcode';
  readonly payMethod: 'vbank' | 'cvs';
  readonly notRevocable: ErrorCode;
  readonly reason: string;
}

/** The two things that a buyer is given to pay into, and that can be taken back until it is paid. */
export const revocableKinds = Object.freeze({
  vbank: {
    kind: 'revoke_vbank',
    payMethod: 'vbank',
    notRevocable: 'vbank_not_revocable',
    reason: '가상계좌 말소',
  },
  cvs: {
    kind: 'revoke_barcode',
    payMethod: 'cvs',
    notRevocable: 'cvs_not_revocable',
    reason: '편의점 수납번호 말소',
  },
} as const satisfies Record<string, RevocableKind>);

const reserveRevocationSql = `
with taken as (
  update payments set turn_of = $1, updated_at = $6
  where merchant_id = $11 and id = $2 and turn_of is null and status = 'ready' and pay_method = $3 and pg_tid is not null
  returning id, merchant_id, channel_id
)
${beginOperationsSql('taken', {
  id: '$1',
  merchant_id: 'merchant_id',
  channel_id: 'channel_id',
  payment_id: 'id',
  kind: '$4',
  amount_minor: '0',
  balance_before_minor: '0',
  reason: '$5',
  secrets: '$9',
  idempotency_id: '$10',
  requested_at: '$6',
  changed_by: '$12',
  changed_why: '$13',
  lease_of: '$8',
  lease_until: '$7',
})}
returning *`;

/**
 * DELETE /vbanks/{imp_uid} and DELETE /cvs/{imp_uid}: takes back what has not been paid yet. If the buyer pays meanwhile,
 * the gateway's book decides: it either refuses the revocation or refuses the money.
 */
export function revokeIssued(
  parts: CarryOutParts,
  caller: Caller,
  revocable: RevocableKind,
  impUid: string,
  secrets: OperationSecrets,
): Promise<OperationReport> {
  const { asker = shopsProgram } = caller;
  return carryOut(parts, caller, {
    find: () => findPayment(parts.database, caller.merchantId, impUid),
    decide(payment, channel) {
      // In an open payment window nothing has been issued yet.
      const isIssued = payment.pg_tid !== null || payment.turn_of !== null;
      if (payment.pay_method !== revocable.payMethod || payment.status !== 'ready' || !isIssued) {
        throw new Refusal(revocable.notRevocable);
      }
      refuseUnsupported(channel, payment.pay_method, revocable.kind);
    },
    async reserve(payment, _plan, operationId) {
      const [operation] = await parts.database.query<Operation>(reserveRevocationSql, [
        operationId,
        payment.id,
        revocable.payMethod,
        revocable.kind,
        revocable.reason,
        parts.clocks.of(caller.merchantId).now(),
        parts.leases.until(parts.leaseMs),
        parts.leases.owner,
        encryptSecrets(parts.encryption, { merchant_id: payment.merchant_id, id: operationId }, secrets),
        caller.idempotencyId,
        payment.merchant_id,
        asker.by,
        asker.why,
      ]);
      return operation;
    },
  });
}
