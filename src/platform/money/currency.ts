/**
 * Money is a `bigint` in the currency's minor unit everywhere inside; this file is the only place where the API's
 * numbers become such integers and back. Exponents are those of ISO 4217.
 */
const exponents: Readonly<Record<string, number>> = Object.freeze({
  KRW: 0,
  JPY: 0,
  VND: 0,
  USD: 2,
  EUR: 2,
  GBP: 2,
  CNY: 2,
  HKD: 2,
  SGD: 2,
  THB: 2,
  TWD: 2,
  AUD: 2,
  CAD: 2,
});

export type AmountProblem = 'not_a_number' | 'negative' | 'fraction' | 'too_large';
export type AmountReading = { ok: true; minor: bigint } | { ok: false; problem: AmountProblem };

export function isKnownCurrency(currency: string): boolean {
  return Object.hasOwn(exponents, currency);
}

/** How many decimal places the currency has. The currency must be known. */
export function currencyExponent(currency: string): number {
  const exponent = exponents[currency];
  if (exponent === undefined) throw new Error(`unknown currency ${currency}`);
  return exponent;
}

/**
 * Reads an amount as the API takes it (a JSON number, or its text) into minor units. Exponent notation, more decimal
 * places than the currency has, and values that a JSON number can't carry exactly are refused rather than rounded.
 */
export function readAmount(value: unknown, currency: string): AmountReading {
  let text: string;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return { ok: false, problem: 'not_a_number' };
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return { ok: false, problem: 'too_large' };
    text = String(value);
    if (text.includes('e')) return { ok: false, problem: 'fraction' };
  } else if (typeof value === 'string') {
    text = value.trim();
  } else {
    return { ok: false, problem: 'not_a_number' };
  }
  const match = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text);
  if (!match) return { ok: false, problem: 'not_a_number' };
  const [, sign, whole = '', decimals = ''] = match;
  const exponent = currencyExponent(currency);
  const significant = decimals.replace(/0+$/, '');
  if (significant.length > exponent) return { ok: false, problem: 'fraction' };
  const minor = BigInt(whole + significant.padEnd(exponent, '0'));
  if (sign === '-' && minor !== 0n) return { ok: false, problem: 'negative' };
  if (minor > BigInt(Number.MAX_SAFE_INTEGER)) return { ok: false, problem: 'too_large' };
  return { ok: true, minor };
}

/** The JSON number that the API shows for an amount in minor units. */
export function amountNumber(minor: bigint, currency: string): number {
  const exponent = currencyExponent(currency);
  return exponent === 0 ? Number(minor) : Number(minor) / 10 ** exponent;
}

/** `Math.min` knows no `bigint`. */
export function lesserMinor(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
