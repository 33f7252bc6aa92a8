import { InvalidArgumentError } from 'commander';
import { text } from '../platform/language/text.ts';
import type { Terminal } from './terminal.ts';

/** A reader of an option that is a whole number within limits. */
export function wholeNumber({ say }: Terminal, least: number, most: number): (given: string) => number {
  return (given) => {
    const number = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(
      say(text(`It must be a whole number from ${least} to ${most}.`, `${least}에서 ${most} 사이의 정수여야 합니다.`)),
    );
  };
}

/** An amount as a person types it: kept as text, since only the payment's currency says what it means. */
export function amountText({ say }: Terminal): (given: string) => string {
  return (given) => {
    if (/^\d{1,15}(\.\d{1,3})?$/.test(given)) return given;
    throw new InvalidArgumentError(
      say(
        text(
          'It must be a plain number such as 1000 or 12.50, without separators.',
          '1000, 12.50처럼 구분 기호가 없는 숫자여야 합니다.',
        ),
      ),
    );
  };
}
