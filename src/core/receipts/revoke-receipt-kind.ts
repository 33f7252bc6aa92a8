import type { ReceiptRevocation } from '../../port/receipt.ts';
import type { OperationContext } from '../operations/context.ts';
import { endingParameters, endOperationsSql, ownEndingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { referenceTo } from '../payments/order.ts';
import type { Payment } from '../records/payment.ts';
import type { ExternalReceipt } from '../records/receipt.ts';
import { gatewayOrderOfReceipt, receiptOf } from '../records/subject.ts';

/** A part taken off leaves a receipt of the rest behind; only with the last part is the receipt revoked. */
const settleSql = `
with ${endOperationsSql('revoke_receipt')},
receipt as (
  update receipts r set
    revoked_minor = r.revoked_minor + e.amount_minor,
    state = case when r.revoked_minor + e.amount_minor = r.amount_minor then 'revoked' else r.state end,
    cancelled_at = case when r.revoked_minor + e.amount_minor = r.amount_minor then $${ownEndingParameters}
      else r.cancelled_at end
  from ended e where r.merchant_id = e.merchant_id and r.id = e.receipt_id and e.state = 'confirmed'
  returning r.state
)
update payments p set
  cash_receipt_issued = p.cash_receipt_issued and not exists (select from receipt where state = 'revoked'),
  turn_of = case when p.turn_of = e.id then null else p.turn_of end,
  updated_at = e.settled_at
from ended e join receipts r on r.merchant_id = e.merchant_id and r.id = e.receipt_id
where p.merchant_id = r.merchant_id and p.id = r.payment_id
returning p.*`;

/** One without a payment is its own row's turn; a refusal, and what never left, only give it back. */
const settleExternalSql = `
with ${endOperationsSql('revoke_receipt')}
update receipts r set
  revoked_minor = case when e.state = 'confirmed' then r.revoked_minor + e.amount_minor else r.revoked_minor end,
  state = case when e.state = 'confirmed' and r.revoked_minor + e.amount_minor = r.amount_minor then 'revoked' else r.state end,
  cancelled_at = case when e.state = 'confirmed' and r.revoked_minor + e.amount_minor = r.amount_minor
    then $${ownEndingParameters} else r.cancelled_at end,
  turn_of = case when r.turn_of = e.id then null else r.turn_of end
from ended e where r.merchant_id = e.merchant_id and r.id = e.receipt_id
returning r.*`;

/** An issued cash receipt is revoked, whole or by the part that was cancelled of its payment. */
export const revokeReceiptKind: OperationKind<'revoke_receipt'> = Object.freeze({
  name: 'revoke_receipt',
  isRepeatable: true,
  refusal: 'receipt_revocation_refused',
  doubt: 'cancellation_in_doubt',
  requestOf: receiptRevocationOf,
  askedOf: receiptRevocationOf,
  resultByPerson: ({ subject }, found, now) => ({
    gatewayTid: found.gatewayTid ?? (subject.type === 'receipt' ? subject.payment.pg_tid : null) ?? '',
    revokedAt: now,
  }),
  createSettle:
    ({ database, leases }) =>
    async (ending) => {
      const sql = ending.about === 'external_receipt' ? settleExternalSql : settleSql;
      const [row] = await database.query<Payment | ExternalReceipt>(sql, [
        ...endingParameters([ending], leases),
        confirmedResult(ending)?.revokedAt ?? null,
      ]);
      return row;
    },
} satisfies OperationKind<'revoke_receipt'>);

function receiptRevocationOf({ operation, subject }: OperationContext): ReceiptRevocation {
  const row = receiptOf(subject);
  return {
    payment: subject.type === 'receipt' ? referenceTo(subject.payment) : null,
    receiptTid: required(row.receipt_tid, 'gateway id of an issued receipt'),
    receiptOrderId: gatewayOrderOfReceipt(subject),
    earlierTids: operation.earlier_tids,
    currency: row.currency,
    amountMinor: operation.amount_minor,
    balanceBeforeMinor: operation.balance_before_minor,
    reason: operation.reason,
  };
}
