import fc from 'fast-check';

const amount = (min: bigint) => fc.bigInt({ min, max: 999_999_999_999n });

/** A cancel of all but one won of a payment that mixes, with every share of tax-free amount and VAT in it. */
export const mixedParts = fc.tuple(amount(2n), amount(0n), amount(0n)).map(([paymentAmountMinor, free, vat]) => {
  const amountMinor = paymentAmountMinor - 1n;
  const taxFreeMinor = free % (amountMinor + 1n);
  const vatMinor = vat % (amountMinor - taxFreeMinor + 1n);
  const balanceBeforeMinor = paymentAmountMinor;
  return { paymentAmountMinor, balanceBeforeMinor, paymentTaxFreeMinor: 1n, amountMinor, taxFreeMinor, vatMinor };
});
