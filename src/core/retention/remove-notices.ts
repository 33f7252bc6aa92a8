import type { Database } from '../../platform/database/pool.ts';
import type { RetentionObserver } from './observer.ts';
import { daysAgoSql, type Looked, lookedSql, placeSql, walk } from './walk.ts';

interface LookedNotices extends Looked {
  readonly notices: number;
}

/**
 * Notices whose matter is closed. A row is also what makes the same notice, sent once more, count once; so it goes only where the same
 * words can't move anything again:
 *
 * - a deposit, when the payment has left the state in which it waits for one, and no bank has ever taken one back from it;
 * - the end of a refund, when nothing is left of the payment that a later refund could be about;
 * - what only makes us ask the gateway, and a step of an escrow, which knows no way back.
 *
 * That a bank took a deposit back stays for ever, as does what waits, or fits nothing.
 */
const removeNoticesSql = `
with ${lookedSql('gateway_notices', 'received_at')},
old as materialized (
  select n.merchant_id, n.id from setting, looked l
  join gateway_notices n on n.merchant_id = l.merchant_id and n.id = l.id
  join payments p on p.merchant_id = n.merchant_id and p.id = n.payment_id
  where n.state in ('applied', 'needless') and n.changed_at < ${daysAgoSql('$3')}
    and case n.kind
      when 'deposit' then p.status <> 'ready' and not exists (
        select from gateway_notices r
        where r.merchant_id = n.merchant_id and r.payment_id = n.payment_id and r.kind = 'deposit_reversed')
      when 'refund_result' then p.status = 'cancelled' and p.cancelled_minor = p.amount_minor and p.reserved_minor = 0
      else n.kind in ('order_changed', 'escrow_changed')
    end
  for update of n skip locked
),
notices as (
  delete from gateway_notices n using old o where n.merchant_id = o.merchant_id and n.id = o.id returning 1
)${placeSql('(select count(*) from notices)::integer as notices', '$3')}`;

/** `days`: how long they are kept; `undefined`: for ever. */
export async function removeNotices(
  database: Database,
  days: number | undefined,
  stopping: AbortSignal,
  observer: RetentionObserver,
): Promise<void> {
  if (days === undefined) return;
  await walk<LookedNotices>(database, removeNoticesSql, [days], stopping, ({ notices }) =>
    observer.removed('notices', notices),
  );
}
