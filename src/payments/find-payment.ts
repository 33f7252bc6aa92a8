import type { Database } from '../database/pool.ts';
import { Refusal } from '../errors/refusal.ts';
import type { Payment } from './payment.ts';

/** A payment of the merchant's; another merchant's is as unknown as one that does not exist. */
export async function findPayment(database: Database, merchantId: bigint, impUid: string): Promise<Payment> {
  const [payment] = await database.query<Payment>('select * from payments where imp_uid = $1 and merchant_id = $2', [
    impUid,
    merchantId,
  ]);
  if (!payment) throw new Refusal('payment_not_found');
  return payment;
}
