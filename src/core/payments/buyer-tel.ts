import { sql } from 'kysely';

/** The digits of a telephone number as Koreans dial it, or its last ones. */
export interface BuyerTel {
  readonly digits: string;
  readonly isWhole: boolean;
}

/** As many digits as a Korean number has at least, with its area. */
const wholeFrom = 9;
const lastDigitsLeast = 4;

/** `010-1234-5678`, `+82 10 1234 5678`, `5678`. `undefined`: too few digits to look for. */
export function readTel(text: string): BuyerTel | undefined {
  const digits = text.replace(/\D/g, '').replace(/^820?(?=\d{8})/, '0');
  if (digits.length < lastDigitsLeast) return undefined;
  return { digits, isWhole: digits.length >= wholeFrom };
}

/**
 * A condition that the index `payments_by_tel` answers: the last four digits find the place, and what is longer is told apart within
 * the index. It is put together the same way there.
 */
export function hasTel({ digits, isWhole }: BuyerTel) {
  const backwards = [...digits].reverse().join('');
  const inIndex = sql`reverse(dialled_digits(buyer_tel)) collate "C"`;
  const lastFour = sql`buyer_tel is not null and right(dialled_digits(buyer_tel), 4) = ${digits.slice(-lastDigitsLeast)}`;
  if (isWhole) return sql<boolean>`(${lastFour} and ${inIndex} = ${backwards})`;
  if (digits.length === lastDigitsLeast) return sql<boolean>`(${lastFour})`;
  // The character after the digit nine.
  return sql<boolean>`(${lastFour} and ${inIndex} >= ${backwards} and ${inIndex} < ${`${backwards}:`})`;
}
