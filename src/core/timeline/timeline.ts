import type { Database } from '../../platform/database/pool.ts';

/** What a payment has been through, from whichever table: what there is not of one kind of entry is null. */
export interface TimelineEntry {
  /** Where it stands among all of a payment's; a page goes on after it. */
  readonly position: string;
  readonly type: TimelineEntryType;
  readonly at: Date;
  readonly id: string;
  readonly what: string;
  readonly from_state: string | null;
  readonly to_state: string | null;
  readonly by: string | null;
  readonly why: string | null;
  readonly amount_minor: bigint | null;
  readonly url: string | null;
  /** HTTP status. */
  readonly status: number | null;
  readonly sender: string | null;
  readonly trust: string | null;
  readonly times: number | null;
}

export type TimelineEntryType =
  | 'payment'
  | 'operation'
  | 'refund_request'
  | 'receipt'
  | 'notice'
  | 'webhook'
  | 'attempt';

const columns = {
  from_state: 'null::text',
  to_state: 'null::text',
  by: 'null::text',
  why: 'null::text',
  amount_minor: 'null::bigint',
  url: 'null::text',
  status: 'null::integer',
  sender: 'null::text',
  trust: 'null::text',
  times: 'null::integer',
} as const;

interface Source extends Partial<Record<keyof typeof columns, string>> {
  readonly type: TimelineEntryType;
  readonly at: string;
  readonly id: string;
  readonly what: string;
  readonly from: string;
  /** Tells entries of one time apart, in the order in which they were written. */
  readonly serial: string;
}

const ofPayment = (alias: string): string => `${alias}.merchant_id = $1 and ${alias}.payment_id = $2`;

/** In the order in which entries of the same time stand: what was asked for, what came of it, and who was told. */
const sources: readonly Source[] = [
  {
    type: 'payment',
    at: 'e.at',
    id: 'p.imp_uid',
    what: 'e.what',
    why: 'e.why',
    amount_minor: 'e.amount_minor',
    serial: 'e.serial',
    from: `payments p cross join lateral (
      select p.started_at, 'begun', null, p.amount_minor, 1
      union all select p.vbank_issued_at, 'account_issued', null, p.amount_minor, 2 where p.vbank_issued_at is not null
      union all select to_timestamp((d ->> 'deposited_at')::bigint), 'deposit', null, (d ->> 'amount_minor')::bigint, 3
        from jsonb_array_elements(p.deposit_history) d
      union all select p.paid_at, 'paid', null, p.amount_minor, 4 where p.paid_at is not null
      union all select p.failed_at, 'failed', p.fail_reason, p.amount_minor, 5 where p.failed_at is not null
    ) e (at, what, why, amount_minor, serial) where p.merchant_id = $1 and p.id = $2`,
  },
  {
    type: 'refund_request',
    at: 'e.at',
    id: 'r.id',
    what: 'e.what',
    by: 'e.by',
    why: 'e.why',
    amount_minor: 'r.amount_minor',
    serial: 'e.serial',
    from: `refund_requests r cross join lateral (
      select r.requested_at, 'requested', 'member:' || r.requested_by_name, null, 1
      union all select r.decided_at, case when r.state in ('rejected', 'withdrawn') then r.state else 'approved' end,
        'member:' || r.decided_by_name, r.decided_why, 2 where r.decided_at is not null
      union all select r.ended_at, r.state, 'server', r.error_message, 3 where r.state in ('expired', 'refused')
    ) e (at, what, by, why, serial) where ${ofPayment('r')}`,
  },
  {
    type: 'operation',
    at: 'a.at',
    id: 'a.operation_id',
    what: 'o.kind',
    from_state: 'a.from_state',
    to_state: 'a.to_state',
    by: 'a.by',
    why: 'a.why',
    amount_minor: 'o.amount_minor',
    serial: 'a.id',
    from: `(
      select o.id, o.kind, o.amount_minor from operations o where ${ofPayment('o')}
      union all
      select o.id, o.kind, o.amount_minor from receipts r join operations o on o.merchant_id = r.merchant_id and o.receipt_id = r.id
      where ${ofPayment('r')}
    ) o join operation_audit a on a.merchant_id = $1 and a.operation_id = o.id`,
  },
  {
    type: 'receipt',
    at: 'e.at',
    id: 'r.id::text',
    what: 'e.what',
    amount_minor: 'r.amount_minor',
    url: 'r.receipt_url',
    serial: 'r.id',
    from: `receipts r cross join lateral (
      select r.applied_at, 'issued' where r.applied_at is not null
      union all select r.cancelled_at, 'revoked' where r.cancelled_at is not null
    ) e (at, what) where ${ofPayment('r')}`,
  },
  {
    type: 'notice',
    at: 'n.received_at',
    id: 'n.id::text',
    what: 'n.kind',
    to_state: 'n.state',
    by: `'notice'`,
    why: 'n.why',
    sender: 'n.sender',
    trust: 'n.trust',
    times: 'n.times_received',
    serial: 'n.id',
    from: `gateway_notices n where ${ofPayment('n')}`,
  },
  {
    type: 'webhook',
    at: 'd.created_at',
    id: 'd.id::text',
    what: 'd.event',
    to_state: 'd.state',
    url: 'd.url',
    times: 'd.attempts',
    serial: 'd.id',
    from: `webhook_deliveries d where ${ofPayment('d')}`,
  },
  {
    type: 'attempt',
    at: 'a.at',
    id: 'd.id::text',
    what: 'a.kind',
    why: 'a.error',
    url: 'd.url',
    status: 'a.status',
    serial: 'a.id',
    from: `webhook_deliveries d join webhook_attempts a on a.merchant_id = d.merchant_id and a.delivery_id = d.id
    where ${ofPayment('d')}`,
  },
];

function selectOf({ type, from, at, id, what, serial, ...more }: Source, rank: number): string {
  const values = Object.entries({ ...columns, ...more }).map(([name, value]) => `${value} as ${name}`);
  return `select to_char(${at} at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || '-${rank}-' || lpad(${serial}::text, 19, '0') as position,
    '${type}' as type, ${at} as at, ${id} as id, ${what} as what, ${values.join(', ')}
  from ${from}`;
}

const timelineSql = `select * from (
  ${sources.map(selectOf).join('\n  union all\n  ')}
) entries
where $3::text is null or position collate "C" > $3
order by position collate "C" limit $4`;

/** Oldest first; `after` goes on where a page ended. Times are the merchant's, but for what is tried in real time. */
export function readTimeline(
  database: Database,
  { merchant_id, id }: { readonly merchant_id: bigint; readonly id: bigint },
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly TimelineEntry[]> {
  return database.query<TimelineEntry>(timelineSql, [merchant_id, id, after ?? null, limit]);
}
