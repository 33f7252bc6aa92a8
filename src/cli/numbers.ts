import { InvalidArgumentError } from 'commander';

/** A reader of an option that is a whole number within limits. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** An amount as a person types it: kept as text, since only the payment's currency says what it means. */
export function amountText(text: string): string {
  if (/^\d{1,15}(\.\d{1,3})?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a plain number such as 1000 or 12.50, without separators.');
}
