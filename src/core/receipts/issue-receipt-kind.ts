import type { Buyer } from '../../port/payment.ts';
import type { ReceiptIssue } from '../../port/receipt.ts';
import type { OperationContext } from '../operations/context.ts';
import { endingParameters, endOperationsSql, ownEndingParameters } from '../operations/end-operation-sql.ts';
import { confirmedResult } from '../operations/ending.ts';
import { type OperationKind, required } from '../operations/kind.ts';
import { needed } from '../operations/needed.ts';
import { buyerOf, orderNameOf, referenceTo } from '../payments/order.ts';
import type { Payment } from '../records/payment.ts';
import type { ExternalReceipt } from '../records/receipt.ts';
import { gatewayOrderOfReceipt, paymentOf, receiptOf } from '../records/subject.ts';

const own = ownEndingParameters;
const settleSql = `
with ${endOperationsSql('issue_receipt')},
receipt as (
  update receipts r set
    state = case when e.state = 'confirmed' then 'issued' when e.state = 'accepted' then r.state else 'failed' end,
    receipt_tid = coalesce($${own}, r.receipt_tid), apply_num = $${own + 1}, receipt_url = e.receipt_url,
    applied_at = $${own + 2}
  from ended e where r.merchant_id = e.merchant_id and r.id = e.receipt_id
  returning r.merchant_id, r.payment_id, e.id, e.state as operation_state, e.settled_at
)
update payments p set
  cash_receipt_issued = p.cash_receipt_issued or r.operation_state = 'confirmed',
  turn_of = case when p.turn_of = r.id then null else p.turn_of end,
  updated_at = r.settled_at
from receipt r
where p.merchant_id = r.merchant_id and p.id = r.payment_id
returning p.*`;

/** One without a payment: its own row has had the turn. */
const settleExternalSql = `
with ${endOperationsSql('issue_receipt')}
update receipts r set
  state = case when e.state = 'confirmed' then 'issued' when e.state = 'accepted' then r.state else 'failed' end,
  receipt_tid = coalesce($${own}, r.receipt_tid), apply_num = $${own + 1}, receipt_url = e.receipt_url,
  applied_at = $${own + 2}, turn_of = case when r.turn_of = e.id then null else r.turn_of end
from ended e where r.merchant_id = e.merchant_id and r.id = e.receipt_id
returning r.*`;

/** A cash receipt is issued over what is left of a payment, or over cash that was taken elsewhere. */
export const issueReceiptKind: OperationKind<'issue_receipt'> = Object.freeze({
  name: 'issue_receipt',
  isRepeatable: true,
  refusal: 'receipt_issue_refused',
  doubt: 'outcome_in_doubt',
  requestOf: receiptIssueOf,
  askedOf: receiptIssueOf,
  resultByPerson: ({ operation }, found) => ({
    receiptTid: needed(found.gatewayTid, 'pg_tid'),
    approvalNumber: needed(found.approvalNumber, 'apply_num'),
    receiptUrl: null,
    issuedAt: operation.sent_at ?? operation.requested_at,
  }),
  createSettle:
    ({ database, leases }) =>
    async (ending) => {
      const receipt = confirmedResult(ending);
      const sql = ending.about === 'external_receipt' ? settleExternalSql : settleSql;
      const [row] = await database.query<Payment | ExternalReceipt>(sql, [
        ...endingParameters([ending], leases),
        receipt?.receiptTid ?? null,
        receipt?.approvalNumber ?? null,
        receipt?.issuedAt ?? null,
      ]);
      return row;
    },
} satisfies OperationKind<'issue_receipt'>);

const nobody: Buyer = Object.freeze({ name: null, email: null, tel: null });

function receiptIssueOf({ operation, subject, secrets }: OperationContext): ReceiptIssue {
  const row = receiptOf(subject);
  const payment = subject.type === 'receipt' ? subject.payment : null;
  return {
    payment: payment && referenceTo(payment),
    receiptOrderId: gatewayOrderOfReceipt(subject),
    orderName: subject.type === 'external_receipt' ? subject.receipt.order_name : orderNameOf(paymentOf(subject)),
    currency: row.currency,
    amountMinor: operation.amount_minor,
    taxFreeMinor: operation.tax_free_minor,
    vatMinor: operation.vat_minor,
    type: row.type,
    identifier: required(secrets.identifier, 'identifier of a receipt'),
    identifierType: row.identifier_type,
    buyer: { ...(payment ? buyerOf(payment) : nobody), ...operation.details.buyer },
  };
}
