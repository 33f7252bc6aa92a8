import { amountText, isKnownCurrency, readAmount } from '../../../platform/money/currency.ts';

/** Those that PayPal takes for buyers abroad (general knowledge), of the ones that are known here. Won is none of them. */
export const paypalCurrencies = ['USD', 'EUR', 'JPY', 'GBP', 'AUD', 'CAD', 'HKD', 'SGD', 'TWD', 'THB'] as const;

/** PayPal takes no decimals in these, Taiwan's dollar included, which has them by ISO 4217. */
const withoutDecimals: readonly string[] = ['JPY', 'TWD'];

export interface PaypalMoney {
  readonly currency_code: string;
  readonly value: string;
}

/** An amount that PayPal has no form for goes out as it is: to refuse it is PayPal's. */
export function moneyOf(minor: bigint, currency: string): PaypalMoney {
  const text = amountText(minor, currency);
  return { currency_code: currency, value: withoutDecimals.includes(currency) ? text.replace(/\.0+$/, '') : text };
}

/** `undefined`: no amount of that currency. */
export function minorOf({ currency_code, value }: PaypalMoney, currency: string): bigint | undefined {
  if (currency_code !== currency || !isKnownCurrency(currency)) return undefined;
  const reading = readAmount(value, currency);
  return reading.ok ? reading.minor : undefined;
}

export function hasForbiddenDecimals({ currency_code, value }: PaypalMoney): boolean {
  return withoutDecimals.includes(currency_code) && value.includes('.');
}
