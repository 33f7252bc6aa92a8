import { newOperationId } from '../src/core/operations/identifier.ts';
import type { Database } from '../src/platform/database/pool.ts';

/**
 * What the two commits of a cancellation cost when each is written the plain way: begin, lock and read the payment, insert,
 * update, commit; then begin, update the operation, update the payment, insert the webhook, commit. Same tables, triggers
 * and pool as the server's, one caller per transaction, and no HTTP at all.
 */
export async function cancelPlainly(
  database: Database,
  { merchant_id: merchantId, id: paymentId }: { readonly merchant_id: bigint; readonly id: bigint },
  amountMinor: bigint,
): Promise<void> {
  const id = newOperationId(new Date());
  const now = new Date();
  // The server's recovery must leave these alone.
  const later = new Date(now.getTime() + 3_600_000);
  await database.withClient(async (client) => {
    await client.query('begin');
    const [payment] = await client.query<{ channel_id: bigint; left: bigint }>(
      `select channel_id, amount_minor - cancelled_minor - reserved_minor as left from payments
       where merchant_id = $1 and id = $2 and turn_of is null for update`,
      [merchantId, paymentId],
    );
    if (!payment || payment.left < amountMinor) throw new Error('the baseline ran out of money to cancel');
    await client.query(
      `insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
         requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
       values ($1, $2, $8, $3, 'cancel', 'requested', $4, $5, 'bench', $6, $6, 'bench', 'bench', $7, 'bench', $7)`,
      [id, merchantId, paymentId, amountMinor, payment.left, now, later, payment.channel_id],
    );
    await client.query(
      `update payments set reserved_minor = reserved_minor + $2, turn_of = $3, updated_at = $4
       where merchant_id = $5 and id = $1`,
      [paymentId, amountMinor, id, now, merchantId],
    );
    await client.query('commit');
  });
  await database.withClient(async (client) => {
    await client.query('begin');
    await client.query(
      `update operations set state = 'confirmed', sent_at = $2, ended_at = $2, changed_at = $2, gateway_tid = $1
       where merchant_id = $3 and id = $1`,
      [id, now, merchantId],
    );
    await client.query(
      `update payments set reserved_minor = reserved_minor - $2, cancelled_minor = cancelled_minor + $2, status = 'cancelled',
         cancelled_at = $3, turn_of = null, updated_at = $3,
         cancel_history = cancel_history || jsonb_build_array(jsonb_build_object('pg_tid', $4::text, 'amount_minor', $2::bigint))
       where merchant_id = $5 and id = $1`,
      [paymentId, amountMinor, now, id, merchantId],
    );
    await client.query('commit');
  });
}
