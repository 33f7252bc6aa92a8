import type { Outcome } from '../../../port/outcome.ts';

/** Only cards are paid in US dollars; every other request has no field for a currency, or wants `KRW` in it. */
export function isCurrency(currency: string, payMethod: string): boolean {
  return currency === 'KRW' || (currency === 'USD' && payMethod === 'card');
}

export const wrongCurrency: Outcome<never> = {
  kind: 'never_sent',
  why: 'Hecto takes no such currency for this pay method',
};
