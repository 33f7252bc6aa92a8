import { randomBytes, randomInt } from 'node:crypto';
import { newOperationId } from '../src/core/operations/identifier.ts';
import type { Database } from '../src/platform/database/pool.ts';

/**
 * What the commits of a payment window cost when each is written the plain way: the payment and its window; lock and read the payment,
 * insert the operation, take the turn; then the end of both. Same tables, triggers and pool as the server's, one caller per transaction,
 * no gateway, and no HTTP at all.
 */
export async function payPlainly(
  database: Database,
  channel: { readonly merchant_id: bigint; readonly id: bigint; readonly provider: string; readonly mid: string },
  merchantUid: string,
  amountMinor: bigint,
): Promise<void> {
  const { merchant_id: merchantId, id: channelId, provider, mid } = channel;
  const impUid = `plain_${randomInt(2 ** 47)}`;
  const operationId = newOperationId(new Date());
  const now = new Date();
  // The server's recovery must leave these alone.
  const later = new Date(now.getTime() + 3_600_000);
  const paymentId = await database.withClient(async (client) => {
    await client.query('begin');
    const [payment] = await client.query<{ id: bigint }>(
      `insert into payments (merchant_id, channel_id, provider, mid, sandbox, imp_uid, merchant_uid, pay_method, channel, currency,
         amount_minor, tax_free_minor, vat_minor, status, started_at, updated_at)
       values ($1, $2, $3, $4, true, $5, $6, 'card', 'pc', 'KRW', $7, 0, 0, 'ready', $8, $8) returning id`,
      [merchantId, channelId, provider, mid, impUid, merchantUid, amountMinor, now],
    );
    await client.query(
      `insert into checkouts (merchant_id, token_hash, kind, imp_uid, channel_id, way, request, opened_at, expires_at)
       values ($1, $2, 'payment', $3, $4, 'iframe', $5, $6, $7)`,
      [merchantId, randomBytes(32), impUid, channelId, JSON.stringify({ merchant_uid: merchantUid }), now, later],
    );
    await client.query('commit');
    if (!payment) throw new Error('the baseline could not write a payment');
    return payment.id;
  });
  await database.withClient(async (client) => {
    await client.query('begin');
    const [payment] = await client.query(
      `select from payments where merchant_id = $1 and id = $2 and status = 'ready' and turn_of is null for update`,
      [merchantId, paymentId],
    );
    if (!payment) throw new Error('the baseline found its payment taken');
    await client.query(
      `insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, balance_before_minor, reason,
         requested_at, changed_at, changed_by, changed_why, next_inquiry_at, lease_of, lease_until)
       values ($1, $2, $3, $4, 'approve_window', 'requested', $5, $5, 'bench', $6, $6, 'bench', 'bench', $7, 'bench', $7)`,
      [operationId, merchantId, channelId, paymentId, amountMinor, now, later],
    );
    await client.query(
      `update payments set turn_of = $3, claims_order = true, updated_at = $4 where merchant_id = $1 and id = $2`,
      [merchantId, paymentId, operationId, now],
    );
    await client.query('commit');
  });
  await database.withClient(async (client) => {
    await client.query('begin');
    await client.query(
      `update operations set state = 'confirmed', sent_at = $3, ended_at = $3, changed_at = $3, gateway_tid = $2
       where merchant_id = $1 and id = $2`,
      [merchantId, operationId, now],
    );
    await client.query(
      `update payments set status = 'paid', pg_tid = $3, paid_at = $4, turn_of = null, updated_at = $4
       where merchant_id = $1 and id = $2`,
      [merchantId, paymentId, operationId, now],
    );
    await client.query('commit');
  });
}
