import { Refusal } from '../errors/refusal.ts';
import { readOptionalAmount, readPositiveAmount } from './amount-parameter.ts';
import { vatWithin } from './vat.ts';

/** The amounts of a new payment, in minor units: its whole, and the tax-free and VAT parts of that. */
export interface OrderAmounts {
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
}

/** Reads them as a request gives them. VAT that is not given is an eleventh of the taxed part. */
export function readOrderAmounts(
  asked: { readonly amount: unknown; readonly taxFree: unknown; readonly vat: unknown },
  currency: string,
): OrderAmounts {
  const amount = readPositiveAmount('amount', asked.amount, currency);
  const taxFree = readOptionalAmount('tax_free', asked.taxFree, currency) ?? 0n;
  if (taxFree > amount) throw new Refusal('tax_free_exceeds_amount', { name: 'tax_free' });
  const vat = readOptionalAmount('vat_amount', asked.vat, currency) ?? vatWithin(amount, taxFree);
  if (vat > amount - taxFree) throw new Refusal('tax_free_exceeds_amount', { name: 'vat_amount' });
  return { amount_minor: amount, tax_free_minor: taxFree, vat_minor: vat };
}
