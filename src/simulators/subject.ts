import type { PayMethod } from '../port/payment.ts';
import type { Book } from './book.ts';
import type { FaultOperation } from './faults.ts';

/** What a request turned out to be about, by what its handler looked up and wrote in the book. */
export interface RequestSubject {
  readonly payment: SubjectPayment | undefined;
  /** What was written: of a payment that was made or revoked, of a cancel, of a receipt that was issued or revoked. */
  readonly moved: Readonly<Partial<Record<MovedKind, bigint>>>;
}

interface SubjectPayment {
  readonly orderId: string;
  readonly payMethod: PayMethod;
  readonly amountMinor: bigint;
  readonly card: { readonly maskedNumber: string } | null;
}

type MovedKind = 'payment' | 'cancel' | 'receipt';

interface Observation {
  payment: SubjectPayment | undefined;
  moved: Partial<Record<MovedKind, bigint>>;
}

/** Handlers are synchronous, so that there is at most one observation per book. */
const observations = new WeakMap<Book, Observation>();

/**
 * Every gateway reads its own fields and encryptions, and all of them use the book's functions: these are watched, so that a
 * fault can be meant for an amount or a card at any gateway.
 */
export function observing<T>(book: Book, work: () => T): { readonly result: T; readonly subject: RequestSubject } {
  const observation: Observation = { payment: undefined, moved: {} };
  observations.set(book, observation);
  try {
    return { result: work(), subject: observation };
  } finally {
    observations.delete(book);
  }
}

/** Called by the book's own functions. */
export function notePayment<P extends SubjectPayment>(book: Book, payment: P): P {
  const observation = observations.get(book);
  if (observation) observation.payment = payment;
  return payment;
}

/** Called by the book's own functions. */
export function noteMoved(book: Book, kind: MovedKind, amountMinor: bigint): void {
  const observation = observations.get(book);
  if (observation) observation.moved[kind] = amountMinor;
}

/** The amount that a request of this operation asks for; `null` when it asked for none, or was refused by the gateway. */
export function amountOf(operation: FaultOperation, { payment, moved }: RequestSubject): bigint | null {
  switch (operation) {
    case 'inquire':
    case 'change_order':
      return payment?.amountMinor ?? null;
    case 'cancel':
      return moved.cancel ?? null;
    case 'issue_receipt':
    case 'revoke_receipt':
      return moved.receipt ?? null;
    default:
      return moved.payment ?? null;
  }
}
