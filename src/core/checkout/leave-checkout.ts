import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { CheckoutRow } from '../records/checkout.ts';
import type { CheckoutParts } from './checkouts.ts';

/**
 * The window ends without a payment: the buyer has left it, or it was too late, or the shop said no. One whose approval is under way,
 * or that has ended, stays as it is; so does one in which somebody is about to pay, unless that is what ends it (`byPayer`).
 */
export async function endCheckoutUnpaid(
  { database, clock, clocks }: CheckoutParts & { readonly clocks: MerchantClocks },
  checkout: CheckoutRow,
  end: { readonly code: string; readonly reason: string; readonly byPayer?: true },
): Promise<void> {
  const { merchant_id: merchantId, id, imp_uid: impUid } = checkout;
  await database.query(
    `with left_payment as (
       update payments set status = 'failed', failed_at = $4, fail_reason = $5, updated_at = $4
       where merchant_id = $1 and imp_uid = $2 and status = 'ready' and turn_of is null and pg_tid is null
         and ($8 or not exists (select from checkouts c where c.merchant_id = $1 and c.id = $3 and c.busy_until > $7))
       returning merchant_id
     )
     update checkouts c set end_code = $6
     from left_payment p where c.merchant_id = p.merchant_id and c.merchant_id = $1 and c.id = $3`,
    [merchantId, impUid, id, clocks.of(merchantId).now(), end.reason, end.code, clock.now(), end.byPayer ?? false],
  );
}

/** Why a window for a certification is about to end: of the certification is written down only that it is over. The first reason counts. */
export async function noteCheckoutEnd(
  { database }: Pick<CheckoutParts, 'database'>,
  { merchant_id: merchantId, id }: Pick<CheckoutRow, 'merchant_id' | 'id'>,
  code: string,
): Promise<void> {
  await database.query('update checkouts set end_code = $3 where merchant_id = $1 and id = $2 and end_code is null', [
    merchantId,
    id,
    code,
  ]);
}
