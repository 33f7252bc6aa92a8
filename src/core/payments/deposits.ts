import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Payment } from '../records/payment.ts';

/**
 * A virtual account was deposited into, or a barcode was paid at the counter, says the gateway. Conditional on the
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
  where merchant_id = $9 and id = $1 and status = 'ready' and pay_method in ('vbank', 'cvs')
    -- While the issue is not settled, nothing is known of the account; its settlement wants to find the payment waiting.
    and not exists (
      select from operations o
      where o.merchant_id = payments.merchant_id and o.id = payments.turn_of
        and o.kind in ('issue_vbank', 'issue_barcode', 'approve_window'))
  returning *
), announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select merchant_id, id, 'paid', jsonb_build_object('imp_uid', imp_uid, 'merchant_uid', merchant_uid, 'status', status), $4
  from booked
)
select * from booked`;

/** What is known of a deposit. What is `null` stays as it is in our book. */
export interface Deposit {
  readonly paidAt: Date;
  /** A new transaction id of the gateway's, if the deposit has one. */
  readonly gatewayTid: string | null;
  readonly depositorName: string | null;
  readonly receiptUrl: string | null;
  readonly approvalNumber: string | null;
}

/** `undefined`: the payment does not wait (any more). */
export async function applyDeposit(
  parts: { readonly database: Database; readonly clocks: MerchantClocks },
  payment: Payment,
  deposit: Deposit,
): Promise<Payment | undefined> {
  const [paid] = await parts.database.query<Payment>(applyDepositSql, [
    payment.id,
    deposit.paidAt,
    deposit.gatewayTid,
    parts.clocks.of(payment.merchant_id).now(),
    payment.amount_minor,
    deposit.depositorName,
    deposit.receiptUrl,
    deposit.approvalNumber,
    payment.merchant_id,
  ]);
  return paid;
}

/** The bank took the money back: the account waits for it again, unless something of it has been, or may have been, refunded. */
const reverseDepositSql = `
with reversed as (
  update payments set status = 'ready', paid_at = null, updated_at = $2
  where merchant_id = $3 and id = $1 and status = 'paid' and pay_method = 'vbank'
    and cancelled_minor = 0 and reserved_minor = 0 and turn_of is null
  returning *
), announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select merchant_id, id, 'deposit_reversed',
    jsonb_build_object('imp_uid', imp_uid, 'merchant_uid', merchant_uid, 'status', status), $2
  from reversed
)
select * from reversed`;

/** `undefined`: there is no deposit that could be taken back. */
export async function reverseDeposit(
  parts: { readonly database: Database; readonly clocks: MerchantClocks },
  payment: Payment,
): Promise<Payment | undefined> {
  const [waiting] = await parts.database.query<Payment>(reverseDepositSql, [
    payment.id,
    parts.clocks.of(payment.merchant_id).now(),
    payment.merchant_id,
  ]);
  return waiting;
}
