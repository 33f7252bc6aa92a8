import { Type } from 'typebox';
import type { PreparedAmount } from '../../core/payments/prepared-amounts.ts';
import { announcedNumber } from '../../platform/money/announced-amount.ts';
import type { Answer } from '../foundation/answer.ts';
import { TextOrNull } from './fields.ts';

/** An announced amount. The order of the fields is the schema's; no real answer was seen with all three. */
export const PreparedAmountView = Type.Object({
  merchant_uid: Type.String(),
  amount: Type.Number(),
  currency: TextOrNull,
});

export type PreparedAmountAnswer = Answer<typeof PreparedAmountView>;

export function viewPrepared({ merchantUid, amount, currency }: PreparedAmount): PreparedAmountAnswer {
  return { merchant_uid: merchantUid, amount: announcedNumber(amount), currency };
}
