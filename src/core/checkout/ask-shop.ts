import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { CheckoutRow } from '../records/checkout.ts';
import type { Payment } from '../records/payment.ts';
import { confirmInWindow } from '../webhooks/direct-calls.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { CheckoutParts } from './checkouts.ts';
import { endCheckoutUnpaid } from './leave-checkout.ts';

/** Longer than the shop may take to answer; should this process die meanwhile, the buyer can go on after that. */
const askingMs = 15_000;

export type ShopAnswer = 'go on' | 'refused' | 'somebody else is asking';

/** The shop's confirm_url is asked whether the payment may go on, by one tab at a time. What it refuses has failed. */
export async function askShop(
  parts: CheckoutParts & { readonly clocks: MerchantClocks; readonly webhooks: Webhooks },
  checkout: CheckoutRow,
  payment: Payment,
): Promise<ShopAnswer> {
  const { database, clock } = parts;
  const { merchant_id: merchantId, id } = checkout;
  const now = clock.now();
  const [claimed] = await database.query(
    `update checkouts set asking_until = $3
     where merchant_id = $1 and id = $2 and (asking_until is null or asking_until <= $4) returning id`,
    [merchantId, id, new Date(now.getTime() + askingMs), now],
  );
  if (!claimed) return 'somebody else is asking';
  try {
    const refused = await confirmInWindow(parts, payment);
    if (refused === undefined) return 'go on';
    await endCheckoutUnpaid(parts, checkout, { code: 'CONFIRM_REFUSED', reason: refused });
    return 'refused';
  } finally {
    await database.query('update checkouts set asking_until = null where merchant_id = $1 and id = $2', [
      merchantId,
      id,
    ]);
  }
}
