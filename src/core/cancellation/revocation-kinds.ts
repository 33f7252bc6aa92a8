import type { Revocation } from '../../port/revocation.ts';
import type { OperationContext } from '../operations/context.ts';
import { endingParameters, endOperationsSql, ownEndingParameters } from '../operations/end-operation-sql.ts';
import type { OperationKind } from '../operations/kind.ts';
import { referenceTo } from '../payments/order.ts';
import { afterRevocation, type Payment } from '../records/payment.ts';
import { paymentOf } from '../records/subject.ts';

type RevocationName = 'revoke_vbank' | 'revoke_barcode';

/**
 * Ends the revocation of a virtual account or a barcode. The payment follows only if it is still `ready`: had the deposit
 * come first, the gateway would have refused the revocation.
 */
function settleSql(kind: RevocationName): string {
  return `
with ${endOperationsSql(kind)}
update payments p set
  status = case when e.state = 'confirmed' and p.status = 'ready' then $${ownEndingParameters} else p.status end,
  failed_at = case when e.state = 'confirmed' and p.status = 'ready' then e.settled_at else p.failed_at end,
  fail_reason = case when e.state = 'confirmed' and p.status = 'ready' then $${ownEndingParameters + 1} else p.fail_reason end,
  claims_order = p.claims_order and e.state <> 'confirmed',
  turn_of = case when p.turn_of = e.id then null else p.turn_of end,
  updated_at = e.settled_at
from ended e
where p.merchant_id = e.merchant_id and p.id = e.payment_id
returning p.*`;
}

/** A virtual account is taken back before its deposit. */
export const revokeVbankKind = revocationKind(
  'revoke_vbank',
  'vbank_revocation_refused',
  afterRevocation.failReason.vbank,
);
/** A barcode is taken back before it is paid. */
export const revokeBarcodeKind = revocationKind(
  'revoke_barcode',
  'barcode_revocation_refused',
  afterRevocation.failReason.cvs,
);

function revocationKind<K extends RevocationName>(
  name: K,
  refusal: OperationKind<K>['refusal'],
  failReason: string,
): OperationKind<K> {
  return Object.freeze({
    name,
    isRepeatable: true,
    refusal,
    doubt: 'cancellation_in_doubt',
    requestOf: revocationOf,
    askedOf: revocationOf,
    resultByPerson: ({ subject }, found, now) => ({
      gatewayTid: found.gatewayTid ?? paymentOf(subject).pg_tid ?? '',
      revokedAt: now,
    }),
    createSettle: ({ database, leases }) => {
      const sql = settleSql(name);
      return async (ending) => {
        const [payment] = await database.query<Payment>(sql, [
          ...endingParameters([ending], leases),
          afterRevocation.status,
          failReason,
        ]);
        return payment;
      };
    },
  } satisfies OperationKind<K>);
}

function revocationOf({ operation, subject, secrets }: OperationContext): Revocation {
  return { ...referenceTo(paymentOf(subject)), reason: operation.reason, apiKey: secrets.apiKey ?? null };
}
