import { createStatementGroup } from '../../platform/database/statement-group.ts';
import type { Cancelled } from '../../port/cancel.ts';
import type { Ending } from '../operations/ending.ts';
import { endingStates } from '../operations/ending.ts';
import type { Settle, SettlementParts } from '../operations/settlement.ts';
import { openStatesSql } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';
import { earlierRevocationsSql } from '../records/receipt.ts';

/**
 * Ends many cancellations of different payments in one statement, all conditional on being open: the operation's state, the
 * payment's book and history, the webhook, and the revocation of an issued cash receipt where the gateway leaves that to us.
 */
const settleCancelsSql = `
with answers as (
  select * from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
    $9::text[], $10::text[], $11::text[], $12::timestamptz[], $16::boolean[], $17::text[]
  ) as a(
    id, state, gateway_tid, receipt_url, gateway_code, gateway_message, sent_at, cancelled_at, by, why, follow_up_id,
    settled_at, announced_always, gateway_category
  )
),
ended as (
  update operations o set
    state = a.state, gateway_tid = a.gateway_tid, gateway_code = a.gateway_code, gateway_message = a.gateway_message,
    gateway_category = a.gateway_category,
    receipt_url = a.receipt_url, sent_at = coalesce(o.sent_at, a.sent_at),
    ended_at = case when a.state = 'accepted' then null else a.settled_at end,
    changed_at = a.settled_at, changed_by = a.by, changed_why = a.why,
    -- What the gateway finishes later is recovery's to ask about, from now on.
    lease_until = case when a.state = 'accepted' then $15 else o.lease_until end,
    next_inquiry_at = case when a.state = 'accepted' then $15 else o.next_inquiry_at end
  from answers a
  where o.id = a.id and o.kind = 'cancel' and o.state in ${openStatesSql} and o.state <> a.state
    -- One that was accepted has given its turn back. It ends between the turns of others, so that a receipt that has to be
    -- revoked with it gets a turn of its own.
    and (o.state <> 'accepted' or not exists (
      select from payments p where p.id = o.payment_id and p.turn_of is not null and p.turn_of <> o.id))
  returning o.*, a.cancelled_at, a.follow_up_id, a.settled_at, a.announced_always
),
follow_ups as (
  insert into operations (
    id, merchant_id, payment_id, receipt_id, kind, state, amount_minor, balance_before_minor, earlier_tids, reason,
    requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until
  )
  select e.follow_up_id, e.merchant_id, e.payment_id, r.id, 'revoke_receipt', 'requested',
    case
      when p.amount_minor - p.cancelled_minor = e.amount_minor then r.amount_minor - r.revoked_minor
      else least(e.amount_minor, r.amount_minor - r.revoked_minor)
    end,
    r.amount_minor - r.revoked_minor, ${earlierRevocationsSql}, e.reason,
    e.settled_at, e.settled_at, e.changed_by, 'follows the cancellation ' || e.id, $14, $13, $14
  from ended e
  join payments p on p.id = e.payment_id
  join receipts r on r.payment_id = e.payment_id and r.state = 'issued'
  where e.state = 'confirmed' and e.follow_up_id is not null
  returning id, payment_id
),
booked as (
  update payments p set
    reserved_minor = p.reserved_minor - case when e.state = 'accepted' then 0 else e.amount_minor end,
    reserved_tax_free_minor = p.reserved_tax_free_minor - case when e.state = 'accepted' then 0 else e.tax_free_minor end,
    reserved_vat_minor = p.reserved_vat_minor - case when e.state = 'accepted' then 0 else e.vat_minor end,
    cancelled_minor = p.cancelled_minor + case when e.state = 'confirmed' then e.amount_minor else 0 end,
    cancelled_tax_free_minor = p.cancelled_tax_free_minor + case when e.state = 'confirmed' then e.tax_free_minor else 0 end,
    cancelled_vat_minor = p.cancelled_vat_minor + case when e.state = 'confirmed' then e.vat_minor else 0 end,
    status = case when e.state = 'confirmed' then 'cancelled' else p.status end,
    claims_order = p.claims_order
      and not (e.state = 'confirmed' and p.cancelled_minor + e.amount_minor = p.amount_minor),
    cancelled_at = case when e.state = 'confirmed' then e.cancelled_at else p.cancelled_at end,
    cancel_reason = case when e.state = 'confirmed' then e.reason else p.cancel_reason end,
    cancel_history = case when e.state <> 'confirmed' then p.cancel_history else
      p.cancel_history || jsonb_build_array(jsonb_build_object(
        'pg_tid', coalesce(e.gateway_tid, p.pg_tid), 'amount_minor', e.amount_minor,
        'cancelled_at', floor(extract(epoch from e.cancelled_at))::bigint, 'reason', e.reason,
        'receipt_url', coalesce(e.receipt_url, p.receipt_url), 'cancellation_id', e.id)) end,
    turn_of = case when p.turn_of is null or p.turn_of = e.id
      then (select f.id from follow_ups f where f.payment_id = p.id) else p.turn_of end,
    updated_at = e.settled_at
  from ended e
  where p.id = e.payment_id
  returning p.*, e.id as operation_id
),
announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select e.merchant_id, e.payment_id, 'cancelled', jsonb_build_object(
    'imp_uid', b.imp_uid, 'merchant_uid', b.merchant_uid, 'status', 'cancelled', 'cancellation_id', e.id), e.settled_at
  from ended e join booked b on b.id = e.payment_id
  where e.state = 'confirmed' and (e.announced_always or e.details ->> 'enable_webhook' = 'true')
)
select * from booked`;

/** Long enough for the request that settled the cancellation to go on with its receipt; then recovery takes over. */
const followUpLeaseMs = 60_000;

export function createCancelSettlement({ database, leases }: SettlementParts): Settle {
  /**
   * One statement changes a payment's row once. Two cancellations of one payment may end at the same time, since one that a
   * gateway has accepted gives its turn back; the second one then goes into a statement after the first.
   */
  async function execute(endings: readonly Ending[]): Promise<{ payment: Payment | undefined }[]> {
    const seen = new Set<bigint>();
    const isFirst = endings.map(({ paymentId }) => !seen.has(paymentId) && Boolean(seen.add(paymentId)));
    const first = await executeOnce(endings.filter((_, position) => isFirst[position]));
    const others = endings.filter((_, position) => !isFirst[position]);
    const rest = others.length === 0 ? [] : await execute(others);
    return isFirst.map((isInFirst) => (isInFirst ? first.shift() : rest.shift()) ?? { payment: undefined });
  }

  /** Of different payments each. */
  async function executeOnce(endings: readonly Ending[]): Promise<{ payment: Payment | undefined }[]> {
    const rows = await database.query<Payment & { operation_id: string }>(
      settleCancelsSql,
      [
        endings.map((ending) => ending.operationId),
        endings.map((ending) => endingStates[ending.outcome.kind]),
        endings.map((ending) => resultOf(ending)?.gatewayTid ?? null),
        endings.map((ending) => resultOf(ending)?.receiptUrl ?? null),
        endings.map(({ outcome }) => (outcome.kind === 'refused' ? outcome.code : null)),
        endings.map(({ outcome }) => (outcome.kind === 'refused' ? outcome.message : null)),
        endings.map((ending) => ending.sentAt),
        endings.map((ending) => resultOf(ending)?.cancelledAt ?? null),
        endings.map((ending) => ending.by),
        endings.map((ending) => ending.why),
        endings.map((ending) => ending.receiptFollowUpId),
        endings.map((ending) => ending.endedAt),
        leases.owner,
        leases.until(followUpLeaseMs),
        leases.now(),
        endings.map((ending) => ending.announcedAlways ?? false),
        endings.map(({ outcome }) => (outcome.kind === 'refused' ? outcome.category : null)),
      ],
      'settle_cancels',
    );
    const byOperation = new Map(rows.map((row) => [row.operation_id, row]));
    return endings.map((ending) => ({ payment: byOperation.get(ending.operationId) }));
  }

  const group = createStatementGroup({ execute, entriesMax: 128, statementsMax: 2 });
  return async (ending) => (await group.run(ending)).payment;
}

function resultOf({ outcome }: Ending): Cancelled | undefined {
  // The kind of the operation decides the shape of its result; `settle` sends only cancellations here.
  return outcome.kind === 'confirmed' || outcome.kind === 'accepted' ? (outcome.result as Cancelled) : undefined;
}
