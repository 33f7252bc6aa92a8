import type { BookPayment } from '../../../simulators/payments.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import type { HectoContext } from './protocol.ts';
import { HectoRefusal } from './refusal.ts';

interface TaxFields {
  /** `''`: the merchant's setting. */
  readonly type: string;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
}

/**
 * The split of an amount. A mixed one (`G`) must have all its parts, which add up to the amount (a service charge is a
 * part of its own); of any other, parts that are given must add up too. Otherwise `ST55`.
 */
export function readTax({ body }: HectoContext, amountMinor: bigint): TaxFields {
  const type = body.optionalText('taxTypeCd', 1, /^[NYG]$/);
  const supply = body.optionalAmount('taxAmt');
  const vat = body.optionalAmount('vatAmt');
  const taxFree = body.optionalAmount('taxFreeAmt');
  const service = body.optionalAmount('svcAmt') ?? 0n;
  const isGiven = supply !== null || vat !== null || taxFree !== null;
  if (type === 'G' && (supply === null || vat === null || taxFree === null)) throw new HectoRefusal('ST55');
  if (isGiven && (supply ?? 0n) + (vat ?? 0n) + (taxFree ?? 0n) + service !== amountMinor) {
    throw new HectoRefusal('ST55');
  }
  if (type === 'N' && (taxFree ?? 0n) > 0n) throw new HectoRefusal('ST55');
  return { type, taxFreeMinor: type === 'Y' ? amountMinor : (taxFree ?? 0n), vatMinor: vat ?? 0n };
}

/** The tax-free part of a cancellation: a mixed payment wants it said, and gives back no more of it than is left. */
export function taxFreePart(context: HectoContext, payment: BookPayment, amountMinor: bigint): bigint {
  const { type, taxFreeMinor } = readTax(context, amountMinor);
  const isMixed = payment.taxFreeMinor > 0n && payment.taxFreeMinor < payment.amountMinor;
  // Certificates and points have no tax fields.
  const hasFields = !['point', 'cultureland', 'smartculture', 'booknlife'].includes(payment.payMethod);
  if (isMixed && hasFields && type !== 'G') throw new HectoRefusal('ST55');
  if (type === 'Y' && payment.taxFreeMinor < payment.amountMinor) throw new HectoRefusal('ST55');
  if (taxFreeMinor > payment.taxFreeBalanceMinor) throw new HectoRefusal('ST55');
  const taxedLeft = payment.balanceMinor - payment.taxFreeBalanceMinor;
  if (hasFields && isMixed && amountMinor - taxFreeMinor > taxedLeft) throw new HectoRefusal('ST55');
  return taxFreeTaken(payment, amountMinor, taxFreeMinor);
}
