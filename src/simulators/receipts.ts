import { type Book, integer, text, textOrNull, time } from './book.ts';
import type { SqlRow } from './sqlite.ts';
import { noteMoved } from './subject.ts';

export interface NewBookReceipt {
  readonly receiptTid: string;
  readonly mid: string;
  readonly orderId: string;
  /** Set when the receipt was issued together with a payment, and so follows its cancellations. */
  readonly paymentTid: string | null;
  readonly orderName: string;
  readonly type: 'person' | 'company';
  /** Masked: a simulator never keeps a whole identifier. */
  readonly identifier: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly approvalNumber: string;
  readonly issuedAt: Date;
}

export interface BookReceipt extends NewBookReceipt {
  readonly balanceMinor: bigint;
}

export interface BookReceiptRevocation {
  readonly revocationTid: string;
  readonly receiptTid: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly balanceAfterMinor: bigint;
  readonly approvalNumber: string;
  readonly revokedAt: Date;
}

export function maskIdentifier(identifier: string): string {
  const shown = identifier.length > 7 ? 3 : 0;
  return identifier.slice(0, shown) + '*'.repeat(Math.max(identifier.length - shown - 2, 1)) + identifier.slice(-2);
}

/** `undefined` when this merchant has used the order id for a receipt before. */
export function insertReceipt(book: Book, receipt: NewBookReceipt): BookReceipt | undefined {
  // The table wants a detail, and no gateway has one.
  const row = book.get(
    `insert into receipts (receipt_tid, mid, order_id, payment_tid, order_name, type, identifier, amount, tax_free,
       balance, approval_number, issued_at, detail)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}') on conflict do nothing returning *`,
    receipt.receiptTid,
    receipt.mid,
    receipt.orderId,
    receipt.paymentTid,
    receipt.orderName,
    receipt.type,
    receipt.identifier,
    receipt.amountMinor,
    receipt.taxFreeMinor,
    receipt.amountMinor,
    receipt.approvalNumber,
    receipt.issuedAt.getTime(),
  );
  if (row) noteMoved(book, 'receipt', receipt.amountMinor);
  return row && receiptOf(row);
}

export function receiptByTid(book: Book, mid: string, receiptTid: string): BookReceipt | undefined {
  const row = book.get('select * from receipts where receipt_tid = ? and mid = ?', receiptTid, mid);
  return row && receiptOf(row);
}

export function receiptOfPayment(book: Book, paymentTid: string): BookReceipt | undefined {
  const row = book.get('select * from receipts where payment_tid = ?', paymentTid);
  return row && receiptOf(row);
}

export function listReceipts(book: Book, mid: string | null): BookReceipt[] {
  return book.all('select * from receipts where ?1 is null or mid = ?1 order by issued_at, rowid', mid).map(receiptOf);
}

export function revocationsOf(book: Book, receiptTid: string): BookReceiptRevocation[] {
  return book
    .all('select * from receipt_revocations where receipt_tid = ? order by revoked_at, rowid', receiptTid)
    .map(revocationOf);
}

/** Takes an amount off a receipt. `undefined`: less is left. */
export function recordReceiptRevocation(
  book: Book,
  revocation: {
    receiptTid: string;
    revocationTid: string;
    amountMinor: bigint;
    taxFreeMinor: bigint;
    approvalNumber: string;
    now: Date;
  },
): BookReceiptRevocation | undefined {
  const row = book.get(
    'update receipts set balance = balance - ?1 where receipt_tid = ?2 and balance >= ?1 returning balance',
    revocation.amountMinor,
    revocation.receiptTid,
  );
  if (!row) return undefined;
  noteMoved(book, 'receipt', revocation.amountMinor);
  const inserted = book.get(
    `insert into receipt_revocations
       (revocation_tid, receipt_tid, amount, tax_free, balance_after, approval_number, revoked_at)
     values (?, ?, ?, ?, ?, ?, ?) returning *`,
    revocation.revocationTid,
    revocation.receiptTid,
    revocation.amountMinor,
    revocation.taxFreeMinor,
    integer(row, 'balance'),
    revocation.approvalNumber,
    revocation.now.getTime(),
  );
  return inserted && revocationOf(inserted);
}

export function receiptStatus(receipt: BookReceipt): 'issued' | 'partially_revoked' | 'revoked' {
  if (receipt.balanceMinor === 0n) return 'revoked';
  return receipt.balanceMinor === receipt.amountMinor ? 'issued' : 'partially_revoked';
}

function receiptOf(row: SqlRow): BookReceipt {
  return {
    receiptTid: text(row, 'receipt_tid'),
    mid: text(row, 'mid'),
    orderId: text(row, 'order_id'),
    paymentTid: textOrNull(row, 'payment_tid'),
    orderName: text(row, 'order_name'),
    type: text(row, 'type') as 'person' | 'company',
    identifier: text(row, 'identifier'),
    amountMinor: integer(row, 'amount'),
    taxFreeMinor: integer(row, 'tax_free'),
    balanceMinor: integer(row, 'balance'),
    approvalNumber: text(row, 'approval_number'),
    issuedAt: time(row, 'issued_at'),
  };
}

function revocationOf(row: SqlRow): BookReceiptRevocation {
  return {
    revocationTid: text(row, 'revocation_tid'),
    receiptTid: text(row, 'receipt_tid'),
    amountMinor: integer(row, 'amount'),
    taxFreeMinor: integer(row, 'tax_free'),
    balanceAfterMinor: integer(row, 'balance_after'),
    approvalNumber: text(row, 'approval_number'),
    revokedAt: time(row, 'revoked_at'),
  };
}
