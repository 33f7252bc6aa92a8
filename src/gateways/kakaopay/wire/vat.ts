import type { Cancel } from '../../../port/cancel.ts';

/** The VAT within a taxed amount where none is stated: an eleventh, rounded (documented). */
export function vatWithin(taxedMinor: bigint): bigint {
  return (taxedMinor + 5n) / 11n;
}

/**
 * The VAT of a cancellation, or `undefined` to leave it to Kakao Pay, which then takes a rounded eleventh of each part.
 * Such parts can come to more than the VAT of the whole (100 is 9; twice 50 is 5 and 5), and then the last one is refused
 * for being more than is left. What lies between the VAT of the balance before and of the balance after always adds up.
 * That needs the taxed part of the balance, which is known only where nothing of the payment is free of tax.
 */
export function vatOfCancel(request: Cancel): bigint | undefined {
  if (request.vatMinor > 0n) return request.vatMinor;
  const leftMinor = request.balanceBeforeMinor - request.amountMinor;
  if (request.paymentTaxFreeMinor > 0n || request.taxFreeMinor > 0n || leftMinor < 0n) return undefined;
  return vatWithin(request.balanceBeforeMinor) - vatWithin(leftMinor);
}
