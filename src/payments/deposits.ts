import type { Clock } from '../clock/clock.ts';
import type { Database } from '../database/pool.ts';
import type { GatewayPayment } from '../gateways/gateway.ts';
import type { Payment } from './payment.ts';

/**
 * A virtual account was deposited into, or a barcode was paid at the counter, says the gateway's book. Conditional on the
 * payment still waiting, so that it is applied once however often it is heard of. `undefined`: it no longer waits.
 */
const applyDepositSql = `
with booked as (
  update payments set
    status = 'paid', paid_at = $2, pg_tid = coalesce($3, pg_tid), updated_at = $4,
    receipt_url = coalesce($7, receipt_url), apply_num = coalesce($8, apply_num),
    deposit_history = case when pay_method <> 'vbank' then deposit_history else
      deposit_history || jsonb_build_array(jsonb_build_object(
        'pg_tid', coalesce($3, pg_tid), 'amount_minor', $5::bigint, 'depositor_name', $6::text,
        'deposited_at', floor(extract(epoch from $2::timestamptz))::bigint)) end
  where id = $1 and status = 'ready' and pay_method in ('vbank', 'cvs')
  returning *
), announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select merchant_id, id, 'paid', jsonb_build_object('imp_uid', imp_uid, 'merchant_uid', merchant_uid, 'status', status), $4
  from booked
)
select * from booked`;

export async function applyDeposit(
  parts: { readonly database: Database; readonly clock: Clock },
  payment: Payment,
  found: GatewayPayment,
): Promise<Payment | undefined> {
  if (found.status === 'waiting_for_deposit' || found.paidAt === null) return undefined;
  const [paid] = await parts.database.query<Payment>(applyDepositSql, [
    payment.id,
    found.paidAt,
    found.gatewayTid,
    parts.clock.now(),
    found.amountMinor,
    found.depositorName,
    found.approval?.receiptUrl ?? null,
    found.approval?.approvalNumber ?? null,
  ]);
  return paid;
}
