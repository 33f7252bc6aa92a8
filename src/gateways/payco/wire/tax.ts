import type { Cancel } from '../../../port/cancel.ts';

export interface CancelledTax {
  readonly taxFreeMinor: bigint;
  /** Without its VAT. */
  readonly taxableMinor: bigint;
  readonly vatMinor: bigint;
}

/**
 * The three parts that a cancellation is made of, or `undefined` to leave the division to PAYCO: nothing was said of the
 * payment's VAT, and nothing of it is free of tax. In a mixed payment the VAT that is not stated is an eleventh of the
 * taxed part, as in PAYCO's samples.
 */
export function taxOfCancel(request: Cancel): CancelledTax | undefined {
  const { amountMinor, taxFreeMinor, paymentTaxFreeMinor } = request;
  if (request.vatMinor === 0n && taxFreeMinor === 0n && paymentTaxFreeMinor === 0n) return undefined;
  const vatMinor = request.vatMinor > 0n ? request.vatMinor : (amountMinor - taxFreeMinor + 5n) / 11n;
  return { taxFreeMinor, taxableMinor: amountMinor - taxFreeMinor - vatMinor, vatMinor };
}
