import type { Database } from '../../platform/database/pool.ts';
import type { Payment } from '../records/payment.ts';

/** The refund request of a payment that waits for a decision, or is approved and has not begun. There is one at most. */
export async function openRequestOf(
  database: Database,
  { merchant_id, id }: Pick<Payment, 'merchant_id' | 'id'>,
): Promise<string | undefined> {
  const [open] = await database.query<{ id: string }>(
    `select id from refund_requests where merchant_id = $1 and payment_id = $2 and state in ('waiting', 'approved')`,
    [merchant_id, id],
  );
  return open?.id;
}
