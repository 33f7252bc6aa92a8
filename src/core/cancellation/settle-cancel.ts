import { listedRowsSql } from '../../platform/database/listed-rows.ts';
import { createStatementGroup, groupLimits } from '../../platform/database/statement-group.ts';
import type { Cancelled } from '../../port/cancel.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { endingParameters, endOperationsSql, ownEndingParameters as own } from '../operations/end-operation-sql.ts';
import type { Ending } from '../operations/ending.ts';
import type { Settle, SettlementParts } from '../operations/kind.ts';
import { type Payment, paymentColumns } from '../records/payment.ts';
import { earlierRevocationsSql } from '../records/receipt.ts';

/**
 * With the cancellation `e`, all of payment `p` has been given back, and none of it is only accepted any more. `p` is as it was
 * before the statement.
 */
const isLastSql = `p.cancelled_minor + e.moved_minor = p.amount_minor and (
          -- Not "exists": that could be planned as a table of all accepted ones.
          select o.id from operations o
          where o.merchant_id = e.merchant_id and o.payment_id = e.payment_id and o.id <> e.id and o.kind = 'cancel'
            and o.state = 'accepted' and o.shown_at_once
          limit 1) is null`;

/**
 * Ends many cancellations of different payments in one statement, all conditional on being open: the operation's state, the
 * payment's book and history, the webhook, and the revocation of an issued cash receipt where the gateway leaves that to us.
 *
 * What a gateway has only accepted stays reserved, or (`shown_at_once`) moves into the book then, and out of it again if the
 * gateway fails to pay it out. Until such a one has ended, the payment keeps its claim on the order.
 */
const settleCancelsSql = `
with ${endOperationsSql('cancel')},
extras as (
  select * from ${listedRowsSql(`$1::text[], $${own}::timestamptz[], $${own + 1}::text[], $${own + 2}::boolean[]`)}
    as x(id, cancelled_at, follow_up_id, announced_always)
),
settled as (
  select e.*, x.cancelled_at, x.follow_up_id, x.announced_always, m.is_released, m.moved,
    e.state = 'refused' and e.accepted_at is not null as has_failed_late,
    -- Nobody has waited for its answer.
    e.state = 'refused' and e.details ? 'gives_back_check' as has_failed_unseen,
    m.is_released::int * e.amount_minor as released_minor,
    m.is_released::int * e.tax_free_minor as released_tax_free_minor,
    m.is_released::int * e.vat_minor as released_vat_minor,
    m.moved * e.amount_minor as moved_minor,
    m.moved * e.tax_free_minor as moved_tax_free_minor,
    m.moved * e.vat_minor as moved_vat_minor
  from ended e join extras x using (id) cross join lateral (
    select (e.state = 'accepted') = e.shown_at_once as is_released,
      case
        when e.state = 'accepted' then e.shown_at_once::int
        when e.state = 'confirmed' then (not e.shown_at_once)::int
        else - e.shown_at_once::int
      end as moved
  ) m
),
follow_ups as (
  ${beginOperationsSql(
    `settled e
  join payments p on p.merchant_id = e.merchant_id and p.id = e.payment_id
  join receipts r on r.merchant_id = e.merchant_id and r.payment_id = e.payment_id and r.state = 'issued'
  where e.state = 'confirmed' and e.follow_up_id is not null`,
    {
      id: 'e.follow_up_id',
      merchant_id: 'e.merchant_id',
      channel_id: 'e.channel_id',
      receipt_id: 'r.id',
      kind: `'revoke_receipt'`,
      amount_minor: `case
        when ${isLastSql} then r.amount_minor - r.revoked_minor
        else least(e.amount_minor, r.amount_minor - r.revoked_minor)
      end`,
      balance_before_minor: 'r.amount_minor - r.revoked_minor',
      earlier_tids: earlierRevocationsSql,
      reason: 'e.reason',
      requested_at: 'e.settled_at',
      changed_by: 'e.changed_by',
      changed_why: `'follows the cancellation ' || e.id`,
      lease_of: `$${own + 3}`,
      lease_until: `$${own + 4}`,
    },
  )}
  returning id, merchant_id, receipt_id
),
followed as (
  select f.id, r.merchant_id, r.payment_id
  from follow_ups f join receipts r on r.merchant_id = f.merchant_id and r.id = f.receipt_id
),
booked as (
  update payments p set
    reserved_minor = p.reserved_minor - e.released_minor,
    reserved_tax_free_minor = p.reserved_tax_free_minor - e.released_tax_free_minor,
    reserved_vat_minor = p.reserved_vat_minor - e.released_vat_minor,
    cancelled_minor = p.cancelled_minor + e.moved_minor,
    cancelled_tax_free_minor = p.cancelled_tax_free_minor + e.moved_tax_free_minor,
    cancelled_vat_minor = p.cancelled_vat_minor + e.moved_vat_minor,
    status = case
      when e.moved > 0 then 'cancelled'
      when e.moved < 0 and p.cancelled_minor = e.amount_minor then 'paid'
      else p.status end,
    claims_order = p.claims_order and not (e.state = 'confirmed' and ${isLastSql}),
    cancelled_at = case
      when e.moved > 0 then e.cancelled_at
      when e.moved < 0 then to_timestamp((history_without(p.cancel_history, e.id) -> -1 ->> 'cancelled_at')::bigint)
      else p.cancelled_at end,
    cancel_reason = case
      when e.moved > 0 then e.reason
      when e.moved < 0 then history_without(p.cancel_history, e.id) -> -1 ->> 'reason'
      else p.cancel_reason end,
    cancel_history = case
      when e.moved > 0 then p.cancel_history || jsonb_build_array(jsonb_build_object(
        'pg_tid', coalesce(e.gateway_tid, p.pg_tid), 'amount_minor', e.amount_minor,
        'cancelled_at', floor(extract(epoch from e.cancelled_at))::bigint, 'reason', e.reason,
        'receipt_url', coalesce(e.receipt_url, p.receipt_url), 'cancellation_id', e.id))
      when e.moved < 0 then history_without(p.cancel_history, e.id)
      when e.state = 'confirmed' then history_with_end(p.cancel_history, e.id, e.gateway_tid, e.receipt_url)
      else p.cancel_history end,
    turn_of = case when p.turn_of is null or p.turn_of = e.id
      then (select f.id from followed f where f.merchant_id = p.merchant_id and f.payment_id = p.id) else p.turn_of end,
    updated_at = e.settled_at
  from settled e
  where p.merchant_id = e.merchant_id and p.id = e.payment_id
  returning ${paymentColumns('p')}, e.id as operation_id
),
announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select e.merchant_id, e.payment_id, case when e.has_failed_late or e.has_failed_unseen then 'cancellation_failed' else 'cancelled' end,
    jsonb_build_object(
      'imp_uid', b.imp_uid, 'merchant_uid', b.merchant_uid, 'status', b.status, 'cancellation_id', e.id), e.settled_at
  from settled e join booked b on b.merchant_id = e.merchant_id and b.id = e.payment_id
  -- Who asked was told "accepted", so that the end of it is news to everybody.
  where e.has_failed_late or e.has_failed_unseen or (e.state = 'confirmed' and e.accepted_at is not null)
    or (e.moved > 0 and (e.announced_always or e.details ->> 'enable_webhook' = 'true'))
)
select ${paymentColumns()}, operation_id from booked`;

/** Long enough for the request that settled the cancellation to go on with its receipt; then recovery takes over. */
const followUpLeaseMs = 60_000;

export function createCancelSettlement({ database, leases }: SettlementParts): Settle<'cancel'> {
  /**
   * One statement changes a payment's row once. Two cancellations of one payment may end at the same time, since one that a
   * gateway has accepted gives its turn back; the second one then goes into a statement after the first.
   */
  async function execute(endings: readonly Ending<'cancel'>[]): Promise<{ payment: Payment | undefined }[]> {
    const seen = new Set<bigint>();
    const isFirst = endings.map(({ turnRowId }) => !seen.has(turnRowId) && Boolean(seen.add(turnRowId)));
    const first = await executeOnce(endings.filter((_, position) => isFirst[position]));
    const others = endings.filter((_, position) => !isFirst[position]);
    const rest = others.length === 0 ? [] : await execute(others);
    return isFirst.map((isInFirst) => (isInFirst ? first.shift() : rest.shift()) ?? { payment: undefined });
  }

  /** Of different payments each. */
  async function executeOnce(endings: readonly Ending<'cancel'>[]): Promise<{ payment: Payment | undefined }[]> {
    const rows = await database.query<Payment & { operation_id: string }>(
      settleCancelsSql,
      [
        ...endingParameters(endings, leases),
        endings.map((ending) => resultOf(ending)?.cancelledAt ?? null),
        endings.map((ending) => ending.followUpId),
        endings.map((ending) => ending.announcedAlways ?? false),
        leases.owner,
        leases.until(followUpLeaseMs),
      ],
      'settle_cancels',
    );
    const byOperation = new Map(rows.map((row) => [row.operation_id, row]));
    return endings.map((ending) => ({ payment: byOperation.get(ending.operationId) }));
  }

  const group = createStatementGroup({ name: 'settle_cancels', execute, ...groupLimits });
  return async (ending) => (await group.run(ending)).payment;
}

function resultOf({ outcome }: Ending<'cancel'>): Cancelled | undefined {
  return outcome.kind === 'confirmed' || outcome.kind === 'accepted' ? outcome.result : undefined;
}
