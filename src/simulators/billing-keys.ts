import type { ApprovedCard } from '../port/approval.ts';
import type { RegisteredCard } from '../port/billing-key.ts';
import { newApprovalNumber } from './approval-numbers.ts';
import { type Book, json, text, time, timeOrNull } from './book.ts';
import { creditCard } from './credit-card.ts';
import type { SqlRow } from './sqlite.ts';

/** A key as a gateway keeps it. A card may have many, and all of them are valid. */
export interface BookBillingKey {
  readonly key: string;
  readonly mid: string;
  /** The merchant's number of the registration. */
  readonly orderId: string;
  /** What the gateway binds a key to: a customer, a group. Empty where there is no such thing. */
  readonly boundTo: string;
  /** Numbers in it are masked: a simulator never keeps a whole card number. */
  readonly card: RegisteredCard & { readonly maskedNumber: string };
  readonly issuedAt: Date;
  readonly removedAt: Date | null;
}

export type NewBookBillingKey = Omit<BookBillingKey, 'removedAt'>;

export function insertBillingKey(book: Book, key: NewBookBillingKey): BookBillingKey {
  book.run(
    'insert into billing_keys (key, mid, order_id, bound_to, card, issued_at) values (?, ?, ?, ?, ?, ?)',
    key.key,
    key.mid,
    key.orderId,
    key.boundTo,
    JSON.stringify(key.card),
    key.issuedAt.getTime(),
  );
  return { ...key, removedAt: null };
}

/** Whose ever it is: gateways tell a key of another merchant's from one that never was. Removed ones, too. */
export function billingKeyOf(book: Book, key: string): BookBillingKey | undefined {
  const row = book.get('select * from billing_keys where key = ?', key);
  return row && keyOf(row);
}

export function listBillingKeys(book: Book, mid: string | null): BookBillingKey[] {
  return book.all('select * from billing_keys where ?1 is null or mid = ?1 order by issued_at, rowid', mid).map(keyOf);
}

/** `false`: it was removed before. */
export function removeBillingKey(book: Book, key: string, now: Date): boolean {
  const row = book.get(
    'update billing_keys set removed_at = ? where key = ? and removed_at is null returning key',
    now.getTime(),
    key,
  );
  return row !== undefined;
}

/** The card of a key as a payment by it shows it, and the approval of the card company. */
export function chargedCard(
  { card }: Pick<BookBillingKey, 'card'>,
  installmentMonths: number,
): {
  readonly card: ApprovedCard;
  readonly approvalNumber: string;
} {
  return {
    card: { ...creditCard(card.maskedNumber, card.code, installmentMonths), type: card.type },
    approvalNumber: newApprovalNumber(),
  };
}

function keyOf(row: SqlRow): BookBillingKey {
  return {
    key: text(row, 'key'),
    mid: text(row, 'mid'),
    orderId: text(row, 'order_id'),
    boundTo: text(row, 'bound_to'),
    card: json(row, 'card'),
    issuedAt: time(row, 'issued_at'),
    removedAt: timeOrNull(row, 'removed_at'),
  };
}
