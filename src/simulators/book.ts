import { putEmptyBook } from './empty-book.ts';
import { openSqlite, type Sqlite, type SqlRow } from './sqlite.ts';

/**
 * What every gateway keeps, in common words: who may call, payments, cancellations, receipts, answers to be replayed
 * under an idempotency key, and the faults that were asked for. What only one gateway has goes into `detail` (JSON).
 * Amounts are integers in minor units, times are milliseconds since 1970.
 */
const schema = `
create table if not exists merchants (
  mid text primary key,
  credentials text not null,
  settings text not null default '{}'
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
  state text not null default 'done' check (state in ('done', 'pending', 'failed')),
  completes_at integer,
  failure_code text,
  detail text not null,
  unique (payment_tid, ordinal)
) strict;
create index if not exists cancels_pending on cancels (completes_at) where state = 'pending';

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

create table if not exists escrows (
  mid text not null,
  order_id text not null,
  cancel_rules text not null,
  status text,
  company text,
  invoice text,
  sent_at integer,
  registered_at integer,
  denied_reason text,
  primary key (mid, order_id)
) strict;

create table if not exists billing_keys (
  key text primary key,
  mid text not null,
  order_id text not null,
  bound_to text not null,
  card text not null,
  issued_at integer not null,
  removed_at integer
) strict;
create index if not exists billing_keys_issued on billing_keys (mid, issued_at);

create table if not exists stored_answers (
  mid text not null,
  scope text not null,
  key text not null,
  status integer not null,
  body text not null,
  stored_at integer not null,
  primary key (mid, scope, key)
) strict;

create table if not exists notices (
  id integer primary key autoincrement,
  mid text not null,
  order_id text not null,
  path text not null,
  content_type text not null,
  body blob not null,
  made_at integer not null,
  attempts integer not null default 0,
  next_attempt_at integer not null,
  taken_at integer
) strict;
create index if not exists notices_open on notices (next_attempt_at) where taken_at is null;
create index if not exists notices_order on notices (order_id);

create table if not exists window_authentications (
  token text primary key,
  mid text not null,
  order_id text not null,
  agreed text not null,
  agreed_at integer not null,
  used_at integer
) strict;

create table if not exists facts (
  name text primary key,
  value text not null
) strict;

create table if not exists faults (
  position integer primary key autoincrement,
  id text not null unique,
  mid text,
  operation text not null,
  kind text not null,
  remaining integer not null check (remaining >= 0),
  steps text not null default '[]',
  struck integer not null default 0,
  considered integer not null default 0,
  probability real not null default 1,
  seed text not null default '',
  amount_from integer,
  amount_to integer,
  card_prefix text,
  card_suffix text,
  order_id text
) strict;
create index if not exists faults_open on faults (position) where remaining > 0;

create table if not exists magic_strikes (
  mid text not null,
  order_id text not null,
  on_what text not null check (on_what in ('payment', 'cancel')),
  is_silent integer not null,
  primary key (mid, order_id, on_what)
) strict;

create table if not exists clocks (
  mid text primary key,
  at integer not null
) strict;
`;

export type Book = Sqlite;

/** Counted up when a table that older books have already gets new columns; `upgrades` holds the way from each number. */
const schemaVersion = 5;
const upgrades: Readonly<Record<number, string>> = {
  1: `alter table cancels add column state text not null default 'done' check (state in ('done', 'pending', 'failed'));
      alter table cancels add column completes_at integer;
      alter table cancels add column failure_code text;`,
  // Faults are for the tests of one day: old ones are not carried over.
  2: 'drop table faults;',
  3: `alter table merchants add column settings text not null default '{}';`,
  4: 'drop table faults;',
};

export function openBook(file: string, gatewaySchema = ''): Book {
  if (file !== ':memory:') putEmptyBook(file, (draft) => openWith(draft, '').close());
  return openWith(file, gatewaySchema);
}

function openWith(file: string, gatewaySchema: string): Book {
  const book = openSqlite(file, ['merchants', 'clocks', 'faults', 'magic_strikes']);
  try {
    book.transaction(() => bringUpToDate(book, gatewaySchema));
  } catch (error) {
    book.close();
    throw error;
  }
  return book;
}

function bringUpToDate(book: Book, gatewaySchema: string): void {
  const isNew = book.get(`select 1 from sqlite_master where name = 'payments'`) === undefined;
  // Books of the first version carry no number.
  const found = Number(book.get('pragma user_version')?.user_version ?? 0) || 1;
  if (!isNew) {
    if (found > schemaVersion) throw new Error('this book was written by a newer version');
    for (let version = found; version < schemaVersion; version++) book.script(upgrades[version] ?? '');
  }
  book.script(schema);
  book.script(gatewaySchema);
  // Said once, since that is a write, and a sandbox opens dozens of books at each start.
  if (isNew || found !== schemaVersion) book.script(`pragma user_version = ${schemaVersion}`);
}

/** Forgets everything of one merchant, or of all, except who may call. `ownTables` are those that only this gateway has. */
export function resetBook(book: Book, mid: string | null, ownTables: readonly string[] = []): void {
  const tables = [
    'receipts',
    'escrows',
    'payments',
    'billing_keys',
    'window_authentications',
    'stored_answers',
    'faults',
    'notices',
    'magic_strikes',
    'clocks',
  ];
  for (const table of [...tables, ...ownTables]) {
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

export function bytes(row: SqlRow, column: string): Buffer {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new Error(`${column} is not binary`);
  return Buffer.from(value);
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
