import type { Booked, ListedTransaction } from './books.ts';
import { comparePayment } from './compare-payment.ts';
import { compareTransactions, type DayOf } from './compare-transactions.ts';
import type { Difference } from './difference.ts';

/**
 * What differs between our book of a day and the gateway's: by its lookups, and by its list where it has one (`theirs`). `around` are
 * our payments of the days around it, too. Pure.
 */
export function compareBooks(books: {
  readonly looked: readonly Booked[];
  readonly around: readonly Booked[];
  readonly theirs: readonly ListedTransaction[] | undefined;
  readonly day: DayOf;
}): readonly Difference[] {
  const differences = books.looked.flatMap(comparePayment);
  if (!books.theirs) return differences;
  const byList = compareTransactions(books.around, books.theirs, books.day);
  // What the lookup has told already is not told twice.
  const told = new Set(differences.map(nameOf));
  return [...differences, ...byList.filter((each) => !told.has(nameOf(each)))];
}

function nameOf({ kind, type, imp_uid, transaction_id }: Difference): string {
  return [kind, type, imp_uid, type === 'payment' ? '' : transaction_id].join(' ');
}
