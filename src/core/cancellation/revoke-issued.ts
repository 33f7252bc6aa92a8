import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { supportOf } from '../../port/capabilities.ts';
import { type Caller, type CarryOutParts, carryOut } from '../operations/carry-out.ts';
import { encryptSecrets, type OperationSecrets } from '../operations/context.ts';
import type { OperationReport } from '../operations/report.ts';
import { findPayment } from '../payments/find-payment.ts';
import type { Operation } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';

interface RevocableKind {
  readonly kind: 'revoke_vbank' | 'revoke_barcode';
  readonly payMethod: 'vbank' | 'cvs';
  readonly notRevocable: ErrorCode;
  readonly refused: ErrorCode;
  readonly reason: string;
}

/** The two things that a buyer is given to pay into, and that can be taken back until it is paid. */
export const revocableKinds = Object.freeze({
  vbank: {
    kind: 'revoke_vbank',
    payMethod: 'vbank',
    notRevocable: 'vbank_not_revocable',
    refused: 'vbank_revocation_refused',
    reason: '가상계좌 말소',
  },
  cvs: {
    kind: 'revoke_barcode',
    payMethod: 'cvs',
    notRevocable: 'cvs_not_revocable',
    refused: 'barcode_revocation_refused',
    reason: '편의점 수납번호 말소',
  },
} as const satisfies Record<string, RevocableKind>);

const reserveRevocationSql = `
with taken as (
  update payments set turn_of = $1, updated_at = $6
  where id = $2 and turn_of is null and status = 'ready' and pay_method = $3
  returning id, merchant_id
)
insert into operations (
  id, merchant_id, payment_id, kind, state, amount_minor, balance_before_minor, reason, secrets, idempotency_id,
  requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until
)
select $1, merchant_id, id, $4, 'requested', 0, 0, $5, $9, $10, $6, $6, 'api', 'asked for by the merchant', $7, $8, $7
from taken
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
  return carryOut(parts, caller, {
    find: () => findPayment(parts.database, caller.merchantId, impUid),
    decide(payment, channel) {
      if (payment.pay_method !== revocable.payMethod || payment.status !== 'ready') {
        throw new Refusal(revocable.notRevocable);
      }
      const support = supportOf(channel.gateway.capabilities, payment.pay_method, revocable.kind);
      if (support === 'unsupported' || (support === 'undocumented' && !payment.sandbox)) {
        throw new Refusal('not_supported_by_gateway', { provider: payment.provider, capability: revocable.kind });
      }
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
        encryptSecrets(parts.encryption, secrets),
        caller.idempotencyId,
      ]);
      return operation;
    },
  });
}

/** Turns what became of a revocation into the answer: the payment, or a refusal. */
export function revokedPaymentOf(report: OperationReport, revocable: RevocableKind): Payment {
  switch (report.state) {
    case 'confirmed':
    case 'accepted':
      return report.payment;
    case 'refused':
      throw new Refusal(revocable.refused, { reason: report.message ?? '' }, report.category);
    case 'unsent':
      throw new Refusal('gateway_unreachable');
    case 'requested':
    case 'sent':
    case 'in_doubt':
      throw new Refusal('cancellation_in_doubt', { id: report.operationId });
  }
}
