import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { CheckoutRow } from '../records/checkout.ts';
import type { Payment } from '../records/payment.ts';
import { confirmInWindow } from '../webhooks/direct-calls.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { CheckoutParts } from './checkouts.ts';
import { endCheckoutUnpaid } from './leave-checkout.ts';

/** The shop's confirm_url is asked whether the payment may go on. What it refuses has failed. */
export async function shopAgrees(
  parts: CheckoutParts & { readonly clocks: MerchantClocks; readonly webhooks: Webhooks },
  checkout: CheckoutRow,
  payment: Payment,
): Promise<boolean> {
  const refused = await confirmInWindow(parts, payment);
  if (refused === undefined) return true;
  await endCheckoutUnpaid(parts, checkout, { code: 'CONFIRM_REFUSED', reason: refused, byPayer: true });
  return false;
}
