import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { CheckoutRow } from '../records/checkout.ts';
import type { CheckoutParts } from './checkouts.ts';

/**
 * The window ends without a payment: the buyer has left it, or it was too late, or the shop said no. One whose approval is under way,
 * or that has ended, stays as it is; so does one that the shop is being asked about, unless it is the shop's answer that ends it.
 */
export async function endCheckoutUnpaid(
  { database, clocks }: Pick<CheckoutParts, 'database'> & { readonly clocks: MerchantClocks },
  checkout: CheckoutRow,
  end: { readonly code: string; readonly reason: string },
): Promise<void> {
  const { merchant_id: merchantId, id, imp_uid: impUid } = checkout;
  await database.query(
    `with left_payment as (
       update payments set status = 'failed', failed_at = $4, fail_reason = $5, updated_at = $4
       where merchant_id = $1 and imp_uid = $2 and status = 'ready' and turn_of is null and pg_tid is null
       returning merchant_id
     )
     update checkouts c set end_code = $6, asking_until = null
     from left_payment p where c.merchant_id = p.merchant_id and c.merchant_id = $1 and c.id = $3`,
    [merchantId, impUid, id, clocks.of(merchantId).now(), end.reason, end.code],
  );
}
