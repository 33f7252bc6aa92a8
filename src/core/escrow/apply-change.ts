import type { Database } from '../../platform/database/pool.ts';
import type { EscrowStatus } from '../../port/escrow.ts';
import { escrowStatusNumbers } from '../records/escrow.ts';
import type { Payment } from '../records/payment.ts';
import { readEscrow } from './find-shipping.ts';

/**
 * From what to what an escrow goes; `cancelled` ends it wherever it is. The webhook is written with the change, so that each
 * change is told of once, however often the gateway tells of it.
 */
const changeSql = `
with changed as (
  update escrows e set status = $3, changed_at = $4, denied_reason = coalesce($5, e.denied_reason)
  where e.merchant_id = $1 and e.payment_id = $2 and e.status <> 'cancelled' and e.status <> $3
    and ($3 = 'cancelled' or (e.status = 'shipped' and $3 in ('confirmed', 'auto_confirmed', 'forced', 'refused'))
      or (e.status = 'refused' and $3 = 'refusal_acknowledged'))
  returning e.*
),
announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select p.merchant_id, p.id, 'escrow_changed', jsonb_build_object(
    'event', $6::text, 'imp_uid', p.imp_uid, 'merchant_uid', p.merchant_uid, 'status', p.status,
    'extra', jsonb_build_object('escrow_status', $7::text, 'changed_at', floor(extract(epoch from c.changed_at))::bigint)
      || case when c.status = 'refused' then jsonb_build_object('denied_reason', c.denied_reason) else '{}' end), $4
  from changed c join payments p on p.merchant_id = c.merchant_id and p.id = c.payment_id
  where $6::text is not null
)
select from changed`;

export interface EscrowChange {
  readonly status: EscrowStatus;
  readonly at: Date;
  /** Of a refusal. */
  readonly reason: string | null;
}

/** `announcedAs`: the name of the webhook, where i'mport tells of the change. */
export async function applyEscrowChange(
  database: Database,
  payment: Payment,
  { status, at, reason }: EscrowChange,
  announcedAs: string | null,
): Promise<'applied' | 'needless' | 'too_early'> {
  const changed = await database.query(changeSql, [
    payment.merchant_id,
    payment.id,
    status,
    at,
    reason,
    announcedAs,
    escrowStatusNumbers[status],
  ]);
  if (changed.length > 0) return 'applied';
  if (await readEscrow(database, payment)) return 'needless';
  // Before its goods were sent, a cancelled payment has no escrow to tell of.
  return status === 'cancelled' ? 'needless' : 'too_early';
}
