import { Refusal } from '../../platform/errors/refusal.ts';
import { withoutSeparators } from '../../platform/separators.ts';

/** The digits of a card number as it was typed: 15 or 16 of them, with hyphens or spaces or without. */
export function readCardNumber(typed: string): string {
  const digits = withoutSeparators(typed);
  if (!/^\d{15,16}$/.test(digits)) throw new Refusal('card_number_invalid');
  return digits;
}

/** `YYYY-MM`, as the API has it; `YYYYMM`, `YY-MM` and `YYMM` are understood too, since clients send them. */
export function readCardExpiry(typed: string): { readonly expiryYear: string; readonly expiryMonth: string } {
  const match = /^(?:\d{2})?(\d{2})[-/]?(0[1-9]|1[0-2])$/.exec(typed.replace(/\s/g, ''));
  if (!match?.[1] || !match[2]) throw new Refusal('parameter_invalid', { name: 'expiry', expected: 'YYYY-MM' });
  return { expiryYear: match[1], expiryMonth: match[2] };
}
