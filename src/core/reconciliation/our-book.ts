import type { Period } from '../../platform/clock/seoul-day.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Operation } from '../records/operation.ts';
import { operationsWithPaymentSql } from '../records/operation-payment-sql.ts';
import type { Payment } from '../records/payment.ts';

export interface BookPage {
  /** A main store and its sub-stores, which are one merchant to the gateway, or a sub-store alone. */
  readonly merchantIds: readonly bigint[];
  readonly provider: string;
  readonly period: Period;
  readonly afterImpUid: string | undefined;
  readonly limit: number;
}

/** A payment with its cancellations that have not ended: what the gateway may know more of than we do. */
export interface BookedPayment {
  readonly payment: Payment;
  readonly open: readonly Pick<Operation, 'id' | 'kind' | 'state' | 'amount_minor' | 'payment_id'>[];
}

/**
 * Payments of a gateway that were begun, paid or cancelled on a day, in the order of their making. One of nothing, which only
 * keeps the number that a key was issued with, is in no gateway's book. It reads through the
 * merchant's payments by their number: an index for a question that is asked once a day would slow every cancellation.
 */
export async function ourBook(database: Database, page: BookPage): Promise<readonly BookedPayment[]> {
  const { merchantIds, provider, period, afterImpUid, limit } = page;
  const payments = await database.query<Payment>(
    `select * from payments
     where merchant_id = any($1) and provider = $2 and started_at < $4 and amount_minor > 0
       and (started_at >= $3 or (paid_at >= $3 and paid_at < $4) or cancelled_at >= $3)
       and id > coalesce((select id from payments where imp_uid = $5 and merchant_id = any($1)), 0)
     order by id limit $6`,
    [merchantIds, provider, period.from, period.until, afterImpUid ?? null, limit],
  );
  return withOpen(database, merchantIds, payments);
}

/** These payments, each with what has not ended. */
export async function withOpen(
  database: Database,
  merchantIds: readonly bigint[],
  payments: readonly Payment[],
): Promise<readonly BookedPayment[]> {
  const open = await database.query<BookedPayment['open'][number]>(
    `select o.id, o.kind, o.state, o.amount_minor, p.id as payment_id from ${operationsWithPaymentSql}
     where o.merchant_id = any($1) and p.id = any($2) and o.state in ('requested', 'sent', 'in_doubt', 'accepted')
     order by o.id`,
    [merchantIds, payments.map(({ id }) => id)],
  );
  return payments.map((payment) => ({ payment, open: open.filter(({ payment_id }) => payment_id === payment.id) }));
}

/** Which of these orders, by their imp_uids, are a merchant's own. */
export async function ownOrders(
  database: Database,
  merchantId: bigint,
  impUids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<Pick<Payment, 'imp_uid'>>(
    'select imp_uid from payments where merchant_id = $1 and imp_uid = any($2)',
    [merchantId, impUids],
  );
  return new Set(rows.map(({ imp_uid }) => imp_uid));
}
