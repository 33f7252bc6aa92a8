import { Refusal } from '../errors/refusal.ts';
import { readOptionalAmount, readPositiveAmount } from './amount-parameter.ts';
import { vatWithin } from './vat.ts';

/** The amounts of a new payment, in minor units: its whole, and the tax-free and VAT parts of that. */
export interface OrderAmounts {
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
}

/** Reads them as a request gives them. VAT that is not given is an eleventh of the taxed part, and nothing outside Korea. */
export function readOrderAmounts(
  asked: { readonly amount: unknown; readonly taxFree: unknown; readonly vat: unknown },
  currency: string,
): OrderAmounts {
  return partsOf(readPositiveAmount('amount', asked.amount, currency), asked, currency);
}

/** The same where nothing may be paid as well: a key that is issued without a payment. */
export function readOrderAmountsOrNothing(
  asked: { readonly amount: unknown; readonly taxFree: unknown; readonly vat: unknown },
  currency: string,
): OrderAmounts {
  return partsOf(readOptionalAmount('amount', asked.amount, currency) ?? 0n, asked, currency);
}

function partsOf(
  amount: bigint,
  asked: { readonly taxFree: unknown; readonly vat: unknown },
  currency: string,
): OrderAmounts {
  const taxFree = readOptionalAmount('tax_free', asked.taxFree, currency) ?? 0n;
  if (taxFree > amount) throw new Refusal('tax_free_exceeds_amount', { name: 'tax_free' });
  const vat =
    readOptionalAmount('vat_amount', asked.vat, currency) ?? (currency === 'KRW' ? vatWithin(amount, taxFree) : 0n);
  if (vat > amount - taxFree) throw new Refusal('tax_free_exceeds_amount', { name: 'vat_amount' });
  return { amount_minor: amount, tax_free_minor: taxFree, vat_minor: vat };
}
