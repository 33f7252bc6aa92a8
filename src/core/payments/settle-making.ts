import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { endOperationsSql, ownEndingParameters } from '../operations/end-operation-sql.ts';
import { paymentColumns } from '../records/payment.ts';

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
    /** Of which failed payments `b` a webhook tells, too. Of none by default. */
    readonly announcesFailure?: string;
    /** How a gateway's no is shown, of the ended operation `e`. Its text by default. */
    readonly failReason?: string;
    /**
     * What is given back in the same turn as soon as it was paid. `id`, of the ended operation `e`: of the cancellation that begins,
     * or null. Nobody is told of such a payment.
     */
    readonly givenBack?: { readonly id: string; readonly leaseOf: string; readonly leaseUntil: `$${number}` };
    /** Further steps, of the settled payment `b` with the `details` and `operation_state` of its operation. */
    readonly also?: string;
  },
): string {
  const { whenConfirmed, givenBack } = made;
  const followUpId = givenBack ? `case when e.state = 'confirmed' then ${givenBack.id} end` : 'null::text';
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
  from booked b where (b.operation_state = 'confirmed' and b.follow_up_id is null)${failures}
)`;
  const returned =
    givenBack === undefined
      ? ''
      : `,
returned as (
  ${beginOperationsSql('booked where follow_up_id is not null', {
    id: 'follow_up_id',
    merchant_id: 'merchant_id',
    channel_id: 'channel_id',
    payment_id: 'id',
    kind: `'cancel'`,
    amount_minor: 'amount_minor',
    tax_free_minor: 'tax_free_minor',
    vat_minor: 'vat_minor',
    balance_before_minor: 'amount_minor',
    reason: 'name',
    details: `'{"gives_back_check": true}'::jsonb`,
    requested_at: 'updated_at',
    changed_by: 'operation_changed_by',
    changed_why: `'follows the charge ' || operation_id`,
    lease_of: givenBack.leaseOf,
    lease_until: givenBack.leaseUntil,
  })}
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
    turn_of = case when p.turn_of = e.id then ${followUpId} else p.turn_of end,${
      givenBack
        ? ['', '_tax_free', '_vat']
            .map(
              (part) => `
    reserved${part}_minor = case when ${followUpId} is null then 0 else p.${part === '' ? 'amount' : part.slice(1)}_minor end,`,
            )
            .join('')
        : ''
    }
    updated_at = e.settled_at
  from ended e
  where p.merchant_id = e.merchant_id and p.id = e.payment_id and p.status = 'ready'
  returning p.*, e.id as operation_id, e.state as operation_state, e.changed_by as operation_changed_by, e.details,
    ${followUpId} as follow_up_id
)${announced}${returned}${made.also ?? ''}
select ${paymentColumns()} from booked`;
}

/** A word is a literal; anything longer is SQL. */
function expression(value: string): string {
  return value.startsWith('case ') ? `(${value})` : `'${value}'`;
}
