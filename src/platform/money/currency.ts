import { readDecimal } from '../decimal.ts';

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

export const knownCurrencies: readonly string[] = Object.keys(exponents);

/** As many decimal places as any of them has. */
export const mostDecimals = Math.max(...Object.values(exponents));

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
 * Reads an amount as the API takes it (a JSON number, or its text, `1.0E7` too) into minor units. More decimal places than the
 * currency has, and values that a JSON number can't carry exactly, are refused rather than rounded.
 */
export function readAmount(value: unknown, currency: string): AmountReading {
  if (typeof value !== 'number' && typeof value !== 'string') return { ok: false, problem: 'not_a_number' };
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    return { ok: false, problem: Number.isFinite(value) ? 'too_large' : 'not_a_number' };
  }
  const decimal = readDecimal(String(value).trim());
  if (!decimal) return { ok: false, problem: 'not_a_number' };
  const { isNegative, digits, scale } = decimal;
  const exponent = currencyExponent(currency);
  if (scale > exponent) return { ok: false, problem: 'fraction' };
  if (isNegative) return { ok: false, problem: 'negative' };
  const minor = digits * 10n ** BigInt(exponent - scale);
  if (minor > (exponent === 0 ? wholeMost : decimalMost)) return { ok: false, problem: 'too_large' };
  return { ok: true, minor };
}

const wholeMost = BigInt(Number.MAX_SAFE_INTEGER);
/** Fifteen digits are what a JSON number keeps of any decimal. */
const decimalMost = 10n ** 15n - 1n;

/** The amount with all the decimal places that its currency has: `12.30`, `1000`. */
export function amountText(minor: bigint, currency: string): string {
  const exponent = currencyExponent(currency);
  if (exponent === 0) return String(minor);
  const sign = minor < 0n ? '-' : '';
  const digits = String(minor < 0n ? -minor : minor).padStart(exponent + 1, '0');
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** The JSON number that the API shows for an amount in minor units: the number nearest to its text, so that it reads back. */
export function amountNumber(minor: bigint, currency: string): number {
  return Number(amountText(minor, currency));
}

/** `Math.min` knows no `bigint`. */
export function lesserMinor(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
