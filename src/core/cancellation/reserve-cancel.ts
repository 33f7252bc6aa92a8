import { listedRowsSql } from '../../platform/database/listed-rows.ts';
import type { Database } from '../../platform/database/pool.ts';
import { createStatementGroup, groupLimits } from '../../platform/database/statement-group.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import type { Leases } from '../operations/leases.ts';
import { type Operation, operationColumns } from '../records/operation.ts';
import type { CancelPlan } from './request.ts';

export interface CancelReservation {
  readonly operationId: string;
  readonly merchantId: bigint;
  readonly paymentId: bigint;
  readonly plan: CancelPlan;
  readonly secrets: Buffer | null;
  readonly idempotencyId: bigint | null;
  readonly by: string;
  /** Of a member's: what the audit says besides, and which refund request it carries out. */
  readonly ofMember?: { readonly why: string; readonly refundRequestId: string | null };
  /** By the merchant's clock. */
  readonly requestedAt: Date;
}

/** The reserved operation, or `undefined` when the payment did not allow it at that moment. */
export type ReserveCancel = (reservation: CancelReservation) => Promise<Operation | undefined>;

/**
 * Reserves many cancellations of different payments in one statement. Each is conditional: on the payment's turn being free,
 * on its state, on the checksum, and on what is left in all, tax-free and of VAT. A payment whose row somebody else is just
 * changing is passed over rather than waited for, so that no payment holds up another; the caller asks again. A member's also
 * wants that no refund request of the payment is open.
 *
 * The share of VAT that falls to a partial cancellation without `vat_amount` is an eleventh of its taxed part, as Korean
 * gateways compute it when they are not told (inferred from their rule for approvals).
 */
const reserveCancelsSql = `
with asked as (
  select * from ${listedRowsSql(`
    $1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::jsonb[], $9::bytea[],
    $10::bigint[], $11::text[], $12::timestamptz[], $15::bigint[], $16::text[], $17::boolean[], $18::text[]
  `)} as a(id, payment_id, amount_minor, checksum_minor, tax_free_minor, vat_minor, reason, details, secrets, idempotency_id, by,
    asked_at, merchant_id, why, is_by_member, refund_request_id)
),
sized as (
  select a.*, f.balance, f.tax_free_left, f.vat_left, coalesce(a.amount_minor, f.balance) as taken
  -- Payment by payment: a join could be planned, while the table is still empty, so that it reads all of a merchant's payments.
  from asked a cross join lateral (
    select p.amount_minor - p.cancelled_minor - p.reserved_minor as balance,
      p.tax_free_minor - p.cancelled_tax_free_minor - p.reserved_tax_free_minor as tax_free_left,
      p.vat_minor - p.cancelled_vat_minor - p.reserved_vat_minor as vat_left
    from payments p
    where p.merchant_id = a.merchant_id and p.id = a.payment_id and p.turn_of is null and p.status in ('paid', 'cancelled')
    for no key update skip locked
  ) f
  where a.checksum_minor is null or a.checksum_minor = f.balance
),
parted as (
  select s.*,
    coalesce(s.tax_free_minor, case when s.taken = s.balance then least(s.taken, s.tax_free_left) else 0 end) as tax_free
  from sized s where s.taken between 1 and s.balance and case when s.is_by_member
    then refund_requests_let(s.merchant_id, s.payment_id, s.refund_request_id, s.idempotency_id) else true end
),
shares as (
  select p.*,
    coalesce(p.vat_minor, least(p.vat_left, case when p.taken = p.balance then p.taken
      else round((p.taken - p.tax_free) / 11.0)::bigint end)) as vat
  from parted p where p.tax_free between 0 and least(p.taken, p.tax_free_left)
),
reserved as (
  update payments p set
    reserved_minor = p.reserved_minor + s.taken,
    reserved_tax_free_minor = p.reserved_tax_free_minor + s.tax_free,
    reserved_vat_minor = p.reserved_vat_minor + s.vat,
    turn_of = s.id, updated_at = s.asked_at
  from shares s
  -- The row is locked, and its turn was free when it was. Asked for again here, that would look so rare to the planner that it
  -- reads the whole table for it while the table is small, and goes on to with a plan that was made then.
  where p.merchant_id = s.merchant_id and p.id = s.payment_id and s.vat between 0 and least(s.taken, s.vat_left)
  returning p.id as payment_id, p.merchant_id, p.channel_id,
    array(select entry ->> 'pg_tid' from jsonb_array_elements(p.cancel_history) entry)
      -- What the gateway has taken and not finished stands in its book, too.
      || case when p.reserved_minor = s.taken then '{}' else array(
        select o.gateway_tid from operations o
        where o.merchant_id = p.merchant_id and o.payment_id = p.id and o.kind = 'cancel' and o.state = 'accepted' and o.gateway_tid is not null) end
      as earlier_tids,
    s.id, s.taken, s.tax_free, s.vat, s.balance, s.reason, s.details, s.secrets, s.idempotency_id, s.by, s.why, s.asked_at
)
${beginOperationsSql('reserved', {
  id: 'id',
  merchant_id: 'merchant_id',
  channel_id: 'channel_id',
  payment_id: 'payment_id',
  kind: `'cancel'`,
  amount_minor: 'taken',
  tax_free_minor: 'tax_free',
  vat_minor: 'vat',
  balance_before_minor: 'balance',
  earlier_tids: 'earlier_tids',
  reason: 'reason',
  details: 'details',
  secrets: 'secrets',
  idempotency_id: 'idempotency_id',
  requested_at: 'asked_at',
  changed_by: 'by',
  changed_why: 'why',
  lease_of: '$14',
  lease_until: '$13',
})}
returning ${operationColumns()}`;

export function createReserveCancel(parts: {
  readonly database: Database;
  readonly leases: Leases;
  /** How long no other process may take the operation up; longer than any request lives. */
  readonly leaseMs: number;
}): ReserveCancel {
  const { database, leases, leaseMs } = parts;

  async function execute(reservations: readonly CancelReservation[]): Promise<{ operation: Operation | undefined }[]> {
    const rows = await database.query<Operation>(
      reserveCancelsSql,
      [
        reservations.map(({ operationId }) => operationId),
        reservations.map(({ paymentId }) => paymentId),
        reservations.map(({ plan }) => plan.amountMinor),
        reservations.map(({ plan }) => plan.checksumMinor),
        reservations.map(({ plan }) => plan.taxFreeMinor),
        reservations.map(({ plan }) => plan.vatMinor),
        reservations.map(({ plan }) => plan.reason),
        reservations.map(({ plan }) => JSON.stringify(plan.details)),
        reservations.map(({ secrets }) => secrets),
        reservations.map(({ idempotencyId }) => idempotencyId),
        reservations.map(({ by }) => by),
        reservations.map(({ requestedAt }) => requestedAt),
        leases.until(leaseMs),
        leases.owner,
        reservations.map(({ merchantId }) => merchantId),
        reservations.map(({ ofMember }) => ofMember?.why ?? 'asked for by the merchant'),
        reservations.map(({ ofMember }) => ofMember !== undefined),
        reservations.map(({ ofMember }) => ofMember?.refundRequestId ?? null),
      ],
      'reserve_cancels',
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return reservations.map(({ operationId }) => ({ operation: byId.get(operationId) }));
  }

  const group = createStatementGroup({ name: 'reserve_cancels', execute, ...groupLimits });
  return async (reservation) => (await group.run(reservation)).operation;
}
