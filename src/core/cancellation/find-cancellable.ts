import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { FindByImpUid } from '../payments/find-payment.ts';
import { type Payment, paymentColumns } from '../records/payment.ts';

export interface CancelTarget {
  readonly impUid: string | undefined;
  readonly merchantUid: string | undefined;
}

/**
 * The payment that a cancel request means. `imp_uid` wins: a bad one fails even beside a good `merchant_uid`. Of several
 * payments with one `merchant_uid`, it is the newest that can be cancelled; without one, the newest of the others, whose
 * state then says why not.
 */
export async function findCancellable(
  parts: { readonly database: Database; readonly findByImpUid: FindByImpUid },
  merchantId: bigint,
  { impUid, merchantUid }: CancelTarget,
): Promise<Payment> {
  if (!impUid && !merchantUid) throw new Refusal('cancel_target_missing');
  const payment = impUid
    ? await parts.findByImpUid(merchantId, impUid)
    : await newestCancellable(parts.database, merchantId, merchantUid ?? '');
  if (!payment) throw new Refusal('cancel_target_not_found');
  return payment;
}

async function newestCancellable(
  database: Database,
  merchantId: bigint,
  merchantUid: string,
): Promise<Payment | undefined> {
  const [payment] = await database.query<Payment>(
    `select ${paymentColumns()} from payments where merchant_id = $1 and merchant_uid = $2
     order by case
         when status = 'paid' or (status = 'cancelled' and cancelled_minor < amount_minor) then 0
         when status = 'cancelled' then 1
         when status = 'ready' then 2
         else 3 end,
       started_at desc, id desc
     limit 1`,
    [merchantId, merchantUid],
    'newest_cancellable',
  );
  return payment;
}
