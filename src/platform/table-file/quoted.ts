import { beginningOf } from '../language/beginning.ts';

const shownMax = 40;

/**
 * A cell as a message may show it. It could stand in the wrong column, so what may be an account or a card number is hidden but
 * for its end.
 */
export function quoted(cell: string): string {
  const digits = cell.replace(/\D/g, '').length;
  const shown = digits >= 10 ? cell.replace(/\d(?=(?:\D*\d){4})/g, '*') : cell;
  return JSON.stringify(beginningOf(shown, shownMax));
}

/** An id, which is no secret. */
export function quotedId(id: string): string {
  return JSON.stringify(beginningOf(id, shownMax));
}
