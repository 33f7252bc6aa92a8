import { endingParameters, endOperationSql } from '../operations/end-operation-sql.ts';
import type { Ending } from '../operations/ending.ts';
import type { SettlementParts } from '../operations/settlement.ts';
import { afterRevocation, type Payment } from '../records/payment.ts';

/**
 * Ends the revocation of a virtual account or a barcode. The payment follows only if it is still `ready`: had the deposit
 * come first, the gateway would have refused the revocation.
 */
const settleRevocationSql = `
with ${endOperationSql}
update payments p set
  status = case when e.state = 'confirmed' and p.status = 'ready' then $11 else p.status end,
  failed_at = case when e.state = 'confirmed' and p.status = 'ready' then $8 else p.failed_at end,
  fail_reason = case when e.state = 'confirmed' and p.status = 'ready' then $12 else p.fail_reason end,
  claims_order = p.claims_order and e.state <> 'confirmed',
  turn_of = case when p.turn_of = e.id then null else p.turn_of end,
  updated_at = $8
from ended e
where p.id = e.payment_id
returning p.*`;

export async function settleRevocation({ database }: SettlementParts, ending: Ending): Promise<Payment | undefined> {
  const failReason =
    ending.kind === 'revoke_barcode' ? afterRevocation.failReason.cvs : afterRevocation.failReason.vbank;
  const [payment] = await database.query<Payment>(settleRevocationSql, [
    ...endingParameters(ending),
    afterRevocation.status,
    failReason,
  ]);
  return payment;
}
