import type { Book } from './book.ts';

const attemptsMax = 1_000;

/** Has anything in this book the id: a payment, a cancel, a receipt, or what was taken off one? */
export function isIdUsed(book: Book, id: string): boolean {
  const found = book.get(
    `select 1 from payments where tid = ?1 union all select 1 from cancels where cancel_tid = ?1
     union all select 1 from receipts where receipt_tid = ?1
     union all select 1 from receipt_revocations where revocation_tid = ?1`,
    id,
  );
  return found !== undefined;
}

/** Gateways' ids are often a time and a few digits, which is few in a busy second: another one is made until it is new. */
export function freshId(book: Book, make: () => string): string {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const id = make();
    if (!isIdUsed(book, id)) return id;
  }
  throw new Error('too many ids have been used within one second');
}
