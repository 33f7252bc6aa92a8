import type { Receipt } from '../../port/receipt.ts';
import type { Revoked } from '../../port/revocation.ts';
import { endingParameters, endOperationSql } from '../operations/end-operation-sql.ts';
import type { Ending } from '../operations/ending.ts';
import type { SettlementParts } from '../operations/settlement.ts';
import type { Payment } from '../records/payment.ts';

const settleReceiptIssueSql = `
with ${endOperationSql},
receipt as (
  update receipts r set
    state = case when e.state = 'confirmed' then 'issued' when e.state = 'accepted' then r.state else 'failed' end,
    receipt_tid = coalesce($11, r.receipt_tid), apply_num = $12, receipt_url = $6, applied_at = $13
  from ended e where r.id = e.receipt_id
)
update payments p set
  cash_receipt_issued = p.cash_receipt_issued or e.state = 'confirmed',
  turn_of = case when p.turn_of = e.id then null else p.turn_of end,
  updated_at = $8
from ended e
where p.id = e.payment_id
returning p.*`;

export async function settleReceiptIssue({ database }: SettlementParts, ending: Ending): Promise<Payment | undefined> {
  // The operation's kind decides the shape of its result.
  const receipt = ending.outcome.kind === 'confirmed' ? (ending.outcome.result as Receipt) : undefined;
  const [payment] = await database.query<Payment>(settleReceiptIssueSql, [
    ...endingParameters(ending),
    receipt?.receiptTid ?? null,
    receipt?.approvalNumber ?? null,
    receipt?.issuedAt ?? null,
  ]);
  return payment;
}

/** A part taken off leaves a receipt of the rest behind; only with the last part is the receipt revoked. */
const settleReceiptRevocationSql = `
with ${endOperationSql},
receipt as (
  update receipts r set
    revoked_minor = r.revoked_minor + e.amount_minor,
    state = case when r.revoked_minor + e.amount_minor = r.amount_minor then 'revoked' else r.state end,
    cancelled_at = case when r.revoked_minor + e.amount_minor = r.amount_minor then $11 else r.cancelled_at end
  from ended e where r.id = e.receipt_id and e.state = 'confirmed'
  returning r.state
)
update payments p set
  cash_receipt_issued = p.cash_receipt_issued and not exists (select from receipt where state = 'revoked'),
  turn_of = case when p.turn_of = e.id then null else p.turn_of end,
  updated_at = $8
from ended e
where p.id = e.payment_id
returning p.*`;

export async function settleReceiptRevocation(
  { database }: SettlementParts,
  ending: Ending,
): Promise<Payment | undefined> {
  const revoked = ending.outcome.kind === 'confirmed' ? (ending.outcome.result as Revoked) : undefined;
  const [payment] = await database.query<Payment>(settleReceiptRevocationSql, [
    ...endingParameters(ending),
    revoked?.revokedAt ?? null,
  ]);
  return payment;
}
