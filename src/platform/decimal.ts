/** A number exactly as it was written: `digits` divided by ten to the power of `scale`, which is never more than it needs. */
export interface Decimal {
  readonly isNegative: boolean;
  readonly digits: bigint;
  readonly scale: number;
}

/**
 * Reads `1000`, `12.50` or `1.0E7` (how some languages write large numbers) without rounding. `undefined`: not a number, or
 * one of more digits than anything here has.
 */
export function readDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', decimals = '', exponent = '0'] = match;
  let digits = BigInt(whole + decimals);
  let scale = decimals.length - Number(exponent);
  if (scale < 0) {
    digits *= 10n ** BigInt(-scale);
    scale = 0;
  }
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale--;
  }
  return { isNegative: sign === '-' && digits !== 0n, digits, scale };
}
