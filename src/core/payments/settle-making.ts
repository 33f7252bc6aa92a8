import { endOperationsSql, ownEndingParameters } from '../operations/end-operation-sql.ts';

/**
 * Ends the making of a payment. What was refused, or never sent, leaves a failed payment behind, as the real server does;
 * the gateway's text is its `fail_reason`. `whenConfirmed` sets the columns of `payments p` that the result decides, with
 * parameters of its own; `event` is the webhook that tells of a success, and `null`: none does.
 */
export function settleMakingSql(
  kind: 'approve' | 'approve_window' | 'charge_key' | 'pay_from_wallet' | 'issue_vbank' | 'issue_barcode',
  made: {
    readonly status: 'paid' | 'ready' | `case ${string}`;
    readonly whenConfirmed: string | ((parameter: (position: number) => string) => string);
    readonly event: 'paid' | 'ready' | `case ${string}` | null;
    /** One more common table expression, over `ended e` and `booked b`. */
    readonly also?: string;
    /** Of which failed payments `b` a webhook tells, too. Of none by default. */
    readonly announcesFailure?: string;
    /** How a gateway's no is shown, of the ended operation `e`. Its text by default. */
    readonly failReason?: string;
  },
): string {
  const { whenConfirmed } = made;
  const failures = made.announcesFailure
    ? `
    or (b.operation_state in ('refused', 'unsent') and ${made.announcesFailure})`
    : '';
  const announced =
    made.event === null
      ? ''
      : `,
announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select b.merchant_id, b.id, case when b.operation_state = 'confirmed' then ${expression(made.event)} else 'failed' end, jsonb_build_object(
    'imp_uid', b.imp_uid, 'merchant_uid', b.merchant_uid, 'status', b.status), b.updated_at
  from booked b where b.operation_state = 'confirmed'${failures}
)`;
  return `
with ${endOperationsSql(kind)},
booked as (
  update payments p set
    ${typeof whenConfirmed === 'string' ? whenConfirmed : whenConfirmed((position) => `$${ownEndingParameters + position}`)},
    status = case when e.state = 'confirmed' then ${expression(made.status)} when e.state = 'accepted' then p.status else 'failed' end,
    failed_at = case when e.state in ('refused', 'unsent') then e.settled_at else p.failed_at end,
    fail_reason = case when e.state in ('refused', 'unsent') then coalesce(${made.failReason ?? 'e.gateway_message'}, e.changed_why) else p.fail_reason end,
    claims_order = p.claims_order and e.state in ('confirmed', 'accepted'),
    turn_of = case when p.turn_of = e.id then null else p.turn_of end,
    updated_at = e.settled_at
  from ended e
  where p.merchant_id = e.merchant_id and p.id = e.payment_id and p.status = 'ready'
  returning p.*, e.state as operation_state
)${made.also ? `,${made.also}` : ''}${announced}
select * from booked`;
}

/** A word is a literal; anything longer is SQL. */
function expression(value: string): string {
  return value.startsWith('case ') ? `(${value})` : `'${value}'`;
}
