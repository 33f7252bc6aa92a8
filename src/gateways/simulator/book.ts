import { openSqlite, type Sqlite, type SqlRow } from './sqlite.ts';

/**
 * What every gateway keeps, in common words: who may call, payments, cancellations, receipts, answers to be replayed
 * under an idempotency key, and the faults that were asked for. What only one gateway has goes into `detail` (JSON).
 * Amounts are integers in minor units, times are milliseconds since 1970.
 */
const schema = `
create table if not exists merchants (
  mid text primary key,
  credentials text not null
) strict;

create table if not exists payments (
  mid text not null,
  order_id text not null,
  tid text not null unique,
  order_name text not null,
  pay_method text not null,
  currency text not null,
  amount integer not null check (amount > 0),
  tax_free integer not null,
  vat integer not null,
  balance integer not null check (balance between 0 and amount),
  tax_free_balance integer not null check (tax_free_balance between 0 and tax_free),
  status text not null check
    (status in ('waiting_for_deposit', 'paid', 'partially_cancelled', 'cancelled', 'expired', 'revoked')),
  requested_at integer not null,
  paid_at integer,
  due_at integer,
  approval_number text,
  receipt_url text,
  card text,
  bank_code text,
  account_number text,
  account_holder text,
  barcode text,
  depositor_name text,
  notice_secret text,
  revoked_at integer,
  revocation_tid text,
  revocation_reason text,
  detail text not null,
  primary key (mid, order_id)
) strict;
create index if not exists payments_order on payments (order_id);
create index if not exists payments_due on payments (due_at) where status = 'waiting_for_deposit';
create unique index if not exists payments_barcode on payments (mid, barcode) where status = 'waiting_for_deposit';

create table if not exists cancels (
  cancel_tid text primary key,
  payment_tid text not null references payments (tid) on delete cascade,
  ordinal integer not null,
  amount integer not null check (amount > 0),
  tax_free integer not null,
  balance_after integer not null check (balance_after >= 0),
  reason text not null,
  cancelled_at integer not null,
  detail text not null,
  unique (payment_tid, ordinal)
) strict;

create table if not exists receipts (
  receipt_tid text primary key,
  mid text not null,
  order_id text not null,
  payment_tid text,
  order_name text not null,
  type text not null check (type in ('person', 'company')),
  identifier text not null,
  amount integer not null check (amount > 0),
  tax_free integer not null,
  balance integer not null check (balance between 0 and amount),
  approval_number text not null,
  issued_at integer not null,
  detail text not null,
  unique (mid, order_id)
) strict;
create index if not exists receipts_payment on receipts (payment_tid);
create index if not exists receipts_issued on receipts (mid, issued_at);

create table if not exists receipt_revocations (
  revocation_tid text primary key,
  receipt_tid text not null references receipts (receipt_tid) on delete cascade,
  amount integer not null check (amount > 0),
  tax_free integer not null,
  balance_after integer not null check (balance_after >= 0),
  approval_number text not null,
  revoked_at integer not null
) strict;
create index if not exists receipt_revocations_receipt on receipt_revocations (receipt_tid);

create table if not exists stored_answers (
  mid text not null,
  scope text not null,
  key text not null,
  status integer not null,
  body text not null,
  stored_at integer not null,
  primary key (mid, scope, key)
) strict;

create table if not exists faults (
  position integer primary key autoincrement,
  id text not null unique,
  mid text,
  operation text not null,
  kind text not null,
  remaining integer not null check (remaining >= 0),
  delay_ms integer,
  code text,
  message text
) strict;
create index if not exists faults_open on faults (position) where remaining > 0;
`;

export type Book = Sqlite;

export function openBook(file: string, gatewaySchema?: string): Book {
  return openSqlite(file, gatewaySchema ? [schema, gatewaySchema] : [schema]);
}

/** Forgets everything of one merchant, or of all, except who may call. */
export function resetBook(book: Book, mid: string | null): void {
  for (const table of ['receipts', 'payments', 'stored_answers', 'faults']) {
    book.run(`delete from ${table} where ?1 is null or mid = ?1`, mid);
  }
}

// Readers of columns. A wrong type in our own book is a defect, and is shown as one.

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`${column} is not text`);
  return value;
}

export function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function integer(row: SqlRow, column: string): bigint {
  const value = row[column];
  if (typeof value !== 'bigint') throw new Error(`${column} is not an integer`);
  return value;
}

export function time(row: SqlRow, column: string): Date {
  return new Date(Number(integer(row, column)));
}

export function timeOrNull(row: SqlRow, column: string): Date | null {
  return row[column] === null ? null : time(row, column);
}

export function json<T>(row: SqlRow, column: string): T {
  return JSON.parse(text(row, column)) as T;
}
