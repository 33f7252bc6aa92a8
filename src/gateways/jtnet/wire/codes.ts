import { banks } from '../../../platform/codes/banks.ts';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { PayMethod } from '../../../port/payment.ts';

/** An approval is `0000` (inferred of a key-in; clients show it for payments by key), or the window's code of a card. */
export const approved: readonly string[] = ['0000', '3001'];

/** A cancel of a card; of a transfer `2211` is inferred from platforms of the same kind. */
export function cancelledCodes(payMethod: PayMethod): readonly string[] {
  return payMethod === 'card' ? ['2001'] : ['2001', '2211'];
}

/** One client takes this for a success: on platforms of this kind it says that the payment has been cancelled before. */
export const cancelledBefore = '2013';

/** tPay's own codes were not found: virtual accounts, which need them, go over the stand-in. */
export const jtnetCodes = createGatewayCodes({
  banks: [...banks.keys()].map((code) => [code, code] as const),
  cards: [],
});
