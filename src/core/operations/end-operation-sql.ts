import type { GatewayOperation } from '../../port/operations.ts';
import { openStatesSql } from '../records/operation-states.ts';
import type { Ending } from './ending.ts';
import { endingStates } from './ending.ts';

/** The payment whose turn an operation `o` takes: its own, or that of the receipt's. */
const turnOfOperationSql = `coalesce(o.payment_id,
        (select r.payment_id from receipts r where r.merchant_id = o.merchant_id and r.id = o.receipt_id))`;

/**
 * The first steps of every settlement, as common table expressions: `answers`, what became of each operation, and `ended`,
 * the operations that end by it, if they are still open. All endings of a statement are of one kind, and of different
 * payments. Its parameters are $1 to $13, as `endingParameters` gives them; what follows is of the kind's own.
 */
export function endOperationsSql(kind: GatewayOperation): string {
  return `answers as (
  select * from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
    $9::timestamptz[], $10::text[], $11::text[], $13::bigint[]
  ) as a(id, state, gateway_tid, receipt_url, gateway_code, gateway_message, gateway_category, sent_at, settled_at, by, why,
    merchant_id)
),
ended as (
  update operations o set
    state = a.state, gateway_tid = a.gateway_tid, gateway_code = a.gateway_code, gateway_message = a.gateway_message,
    gateway_category = a.gateway_category,
    receipt_url = a.receipt_url, sent_at = coalesce(o.sent_at, a.sent_at),
    ended_at = case when a.state = 'accepted' then null else a.settled_at end,
    changed_at = a.settled_at, changed_by = a.by, changed_why = a.why,
    -- What the gateway finishes later is recovery's to ask about, from now on.
    lease_until = case when a.state = 'accepted' then $12 else o.lease_until end,
    next_inquiry_at = case when a.state = 'accepted' then $12 else o.next_inquiry_at end
  from answers a
  where o.merchant_id = a.merchant_id and o.id = a.id and o.kind = '${kind}' and o.state in ${openStatesSql} and o.state <> a.state
    -- One that was accepted has given its turn back. It ends between the turns of others, so that what has to follow it gets
    -- a turn of its own.
    and (o.state <> 'accepted' or not exists (
      select from payments p
      where p.merchant_id = o.merchant_id and p.id = ${turnOfOperationSql} and p.turn_of is not null and p.turn_of <> o.id))
  returning o.*, a.settled_at
)`;
}

/** Where the parameters of a kind's own begin. */
export const ownEndingParameters = 14;

export function endingParameters(endings: readonly Ending[], now: Date): unknown[] {
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
    now,
    endings.map(({ merchantId }) => merchantId),
  ];
}

/** Not every kind's result has each of these. */
function ofResult({ outcome }: Ending, name: 'gatewayTid' | 'receiptUrl'): string | null {
  const result: { readonly gatewayTid?: string | null; readonly receiptUrl?: string | null } | undefined =
    outcome.kind === 'confirmed' || outcome.kind === 'accepted' ? outcome.result : undefined;
  return result?.[name] ?? null;
}
