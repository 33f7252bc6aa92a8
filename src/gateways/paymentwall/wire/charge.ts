import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { isKnownCurrency, readAmount } from '../../../platform/money/currency.ts';
import { readJson } from '../../answers/read-json.ts';

/** Those of Paymentwall's list (its documentation, "Supported Currency") that are known here: all of them. */
export const paymentwallCurrencies = [
  'KRW',
  'USD',
  'EUR',
  'JPY',
  'GBP',
  'AUD',
  'CAD',
  'CNY',
  'HKD',
  'SGD',
  'THB',
  'TWD',
  'VND',
] as const;

/**
 * A charge: what a refund and an inquiry answer. Only the fields that are relied on are named, and others are let through.
 * `amount` and `currency` are the product's; what the buyer's card was billed (`amount_paid`) may be in another currency.
 * `created` is in seconds. Source: "The charge object", with its sample, whose amounts are texts.
 */
const ChargeMessage = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  amount: Type.String({ maxLength: 32 }),
  currency: Type.String({ maxLength: 10 }),
  captured: Type.Boolean(),
  refunded: Type.Boolean(),
  risk: Type.String({ maxLength: 40 }),
  created: Type.Optional(Type.Integer({ minimum: 0, maximum: 253_402_300_799 })),
  card: Type.Optional(Type.Union([Type.Object({ last4: Type.Optional(Type.String({ maxLength: 16 })) }), Type.Null()])),
});
export type Charge = Static<typeof ChargeMessage>;

const charge = validatorOf(ChargeMessage);

export function readCharge(text: string): Charge | undefined {
  const value = readJson(text);
  return charge.Check(value) ? value : undefined;
}

/** In minor units, never by way of a float. `undefined`: it is no amount of that currency. */
export function chargedMinor({ amount, currency: charged }: Charge, currency: string): bigint | undefined {
  if (charged !== currency || !isKnownCurrency(currency)) return undefined;
  const reading = readAmount(amount, currency);
  return reading.ok ? reading.minor : undefined;
}
