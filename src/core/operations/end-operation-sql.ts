import { listedRowsSql } from '../../platform/database/listed-rows.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import { openStatesSql } from '../records/operation-states.ts';
import type { Ending } from './ending.ts';
import { endingStates } from './ending.ts';
import { databaseTimeSql, type Leases, nobody } from './leases.ts';

/** The payment whose turn an operation `o` takes: its own, or that of the receipt's. */
const turnOfOperationSql = `coalesce(o.payment_id,
        (select r.payment_id from receipts r where r.merchant_id = o.merchant_id and r.id = o.receipt_id))`;

/**
 * The first steps of every settlement, as common table expressions: `answers`, what became of each operation, `open`, those
 * of them that can still end, and `ended`, the operations that have. All endings of a statement are of one kind, and of different
 * payments. Its parameters are $1 to $15, as `endingParameters` gives them; what follows is of the kind's own.
 */
export function endOperationsSql(kind: GatewayOperation): string {
  return `answers as (
  select * from ${listedRowsSql(`
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
    $9::timestamptz[], $10::text[], $11::text[], $13::bigint[], $14::boolean[], $15::integer[]
  `)} as a(id, state, gateway_tid, receipt_url, gateway_code, gateway_message, gateway_category, sent_at, settled_at, by, why,
    merchant_id, shown_at_once, lease)
),
open as (
  select a.*
  -- Operation by operation: a join could be planned, while the table is small, so that it reads all of it for each statement, or
  -- for each answer all that is open.
  -- The limit keeps what follows out of it: by the state, an index could be planned that reads all that is open.
  from answers a cross join lateral (
    select * from operations o where o.merchant_id = a.merchant_id and o.id = a.id limit 1 for no key update
  ) o
  where o.kind = '${kind}' and o.state in ${openStatesSql} and o.state <> a.state
    -- Whoever has taken it up since has counted on: what is concluded from silence is theirs to conclude.
    and (a.lease is null or a.lease = o.inquiries)
    -- One that was accepted has given its turn back. It ends between the turns of others, so that what has to follow it gets
    -- a turn of its own.
    and (o.state <> 'accepted' or not exists (
      select from payments p
      where p.merchant_id = o.merchant_id and p.id = ${turnOfOperationSql} and p.turn_of is not null and p.turn_of <> o.id))
),
ended as (
  update operations o set
    state = a.state, gateway_tid = a.gateway_tid, gateway_code = a.gateway_code, gateway_message = a.gateway_message,
    gateway_category = a.gateway_category,
    receipt_url = a.receipt_url, sent_at = coalesce(o.sent_at, a.sent_at),
    ended_at = case when a.state = 'accepted' then null else a.settled_at end,
    accepted_at = case when a.state = 'accepted' then a.settled_at else o.accepted_at end,
    shown_at_once = case when a.state = 'accepted' then a.shown_at_once else o.shown_at_once end,
    changed_at = a.settled_at, changed_by = a.by, changed_why = a.why,
    -- What the gateway finishes later is recovery's to ask about, from now on.
    lease_of = case when a.state = 'accepted' then '${nobody}' else o.lease_of end,
    lease_until = case when a.state = 'accepted' then ${databaseTimeSql('$12')} else o.lease_until end,
    next_inquiry_at = case when a.state = 'accepted' then ${databaseTimeSql('$12')} else o.next_inquiry_at end
  from open a
  where o.merchant_id = a.merchant_id and o.id = a.id
    -- True of all. To the planner it makes them few, so that here, too, each is looked up by its key.
    and a.merchant_id > 0 and a.id > ''
  returning o.*, a.settled_at
)`;
}

/** Where the parameters of a kind's own begin. */
export const ownEndingParameters = 16;

export function endingParameters(endings: readonly Ending[], leases: Leases): unknown[] {
  const refusals = endings.map(({ outcome }) => (outcome.kind === 'refused' ? outcome : undefined));
  return [
    endings.map(({ operationId }) => operationId),
    endings.map(({ outcome }) => endingStates[outcome.kind]),
    endings.map((ending) => ofResult(ending, 'gatewayTid')),
    endings.map((ending) => ofResult(ending, 'receiptUrl')),
    refusals.map((refusal) => refusal?.code ?? null),
    refusals.map((refusal) => refusal?.message ?? null),
    refusals.map((refusal) => refusal?.category ?? null),
    endings.map(({ sentAt }) => sentAt),
    endings.map(({ endedAt }) => endedAt),
    endings.map(({ by }) => by),
    endings.map(({ why }) => why),
    leases.until(0),
    endings.map(({ merchantId }) => merchantId),
    endings.map(({ isShownAtOnce }) => isShownAtOnce ?? false),
    endings.map(({ lease }) => lease ?? null),
  ];
}

/** Not every kind's result has each of these. */
function ofResult({ outcome }: Ending, name: 'gatewayTid' | 'receiptUrl'): string | null {
  const result: object | undefined =
    outcome.kind === 'confirmed' || outcome.kind === 'accepted' ? outcome.result : undefined;
  return (result as { readonly [N in typeof name]?: string | null } | undefined)?.[name] ?? null;
}
