import type { ReceiptRevocation } from '../../port/receipt.ts';
import type { OperationContext } from '../operations/context.ts';
import { endingParameters, endOperationsSql, ownEndingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { referenceTo } from '../payments/order.ts';
import type { Payment } from '../records/payment.ts';
import { receiptOrderIdOf } from '../records/receipt.ts';
import { receiptOf } from '../records/subject.ts';

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

/** An issued cash receipt is revoked, whole or by the part that was cancelled of its payment. */
export const revokeReceiptKind: OperationKind<'revoke_receipt'> = Object.freeze({
  name: 'revoke_receipt',
  isRepeatable: true,
  refusal: 'receipt_revocation_refused',
  doubt: 'cancellation_in_doubt',
  requestOf: receiptRevocationOf,
  askedOf: receiptRevocationOf,
  resultByPerson: ({ subject: { payment } }, found, now) => ({
    gatewayTid: found.gatewayTid ?? payment.pg_tid ?? '',
    revokedAt: now,
  }),
  createSettle:
    ({ database, leases }) =>
    async (ending) => {
      const [payment] = await database.query<Payment>(settleSql, [
        ...endingParameters([ending], leases.now()),
        confirmedResult(ending)?.revokedAt ?? null,
      ]);
      return payment;
    },
} satisfies OperationKind<'revoke_receipt'>);

function receiptRevocationOf({ operation, subject }: OperationContext): ReceiptRevocation {
  const { payment } = subject;
  const row = receiptOf(subject);
  return {
    payment: referenceTo(payment),
    receiptTid: required(row.receipt_tid, 'gateway id of an issued receipt'),
    receiptOrderId: receiptOrderIdOf(row, payment.imp_uid),
    earlierTids: operation.earlier_tids,
    currency: payment.currency,
    amountMinor: operation.amount_minor,
    balanceBeforeMinor: operation.balance_before_minor,
    reason: operation.reason,
  };
}
