import { Type } from 'typebox';
import type { KeyCheck } from '../../core/billing/check-key.ts';
import { readOptionalAmount } from '../../platform/money/amount-parameter.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import { AmountField } from '../foundation/fields.ts';

export const CheckingAmount = Type.Optional(
  AmountField({
    description:
      'So much is charged and given back at once, to see whether the card can be charged. 0 or nothing: no check. One that is refused fails the request.',
  }),
);

/** `undefined`: no check is asked for. */
export function readKeyCheck(given: unknown, currency: string): KeyCheck | undefined {
  if (!readOptionalAmount('checking_amount', given, currency)) return undefined;
  return { currency, ...readOrderAmounts({ amount: given, taxFree: null, vat: null }, currency) };
}
