/** VAT inside an amount whose VAT was not given: an eleventh of the taxed part, as Korean gateways compute it. */
export function vatWithin(amountMinor: bigint, taxFreeMinor: bigint): bigint {
  return (amountMinor - taxFreeMinor + 5n) / 11n;
}
