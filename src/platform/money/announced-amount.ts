import { readDecimal } from '../decimal.ts';
import { Refusal } from '../errors/refusal.ts';
import { amountProblems, readPositiveAmount } from './amount-parameter.ts';
import { currencyExponent, mostDecimals } from './currency.ts';

/** An amount that may have been given without a currency, which alone says what its minor unit is: `digits` with `scale` decimals. */
export interface AnnouncedAmount {
  readonly digits: bigint;
  readonly scale: number;
}

/** Reads an amount that must be given and more than nothing, as exactly as a currency would have it. */
export function readAnnouncedAmount(name: string, value: unknown, currency: string | null): AnnouncedAmount {
  if (currency !== null) {
    return { digits: readPositiveAmount(name, value, currency), scale: currencyExponent(currency) };
  }
  const refuse = (problem: keyof typeof amountProblems): never => {
    throw new Refusal('amount_invalid', { name, problem: amountProblems[problem] });
  };
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) refuse('too_large');
  const decimal = readDecimal(String(value).trim()) ?? refuse('not_a_number');
  if (decimal.isNegative) refuse('negative');
  if (decimal.digits === 0n) refuse('nothing');
  if (decimal.scale > mostDecimals) refuse('fraction');
  if (decimal.digits * 10n ** BigInt(mostDecimals - decimal.scale) > BigInt(Number.MAX_SAFE_INTEGER))
    refuse('too_large');
  return { digits: decimal.digits, scale: decimal.scale };
}

/** The JSON number that the API shows for it. */
export function announcedNumber({ digits, scale }: AnnouncedAmount): number {
  return scale === 0 ? Number(digits) : Number(digits) / 10 ** scale;
}

export function isAnnouncedAmount({ digits, scale }: AnnouncedAmount, minor: bigint, currency: string): boolean {
  return digits * 10n ** BigInt(currencyExponent(currency)) === minor * 10n ** BigInt(scale);
}
