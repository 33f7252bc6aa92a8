-- breaks older processes: no

-- A file of refunds that is carried out by the server: what it would do was planned when it came in, somebody starts it, and a
-- round carries its rows out, each as a cancellation of its own.
create table bulk_refunds (
  merchant_id bigint not null references merchants on delete cascade,
  id text not null check (length(id) <= 40),
  -- planned: nobody has started it. running: rows are being sent, or in doubt. stopped: no further row is sent. ended: no row is
  -- left to be sent, and none is in doubt. discarded: it is not to be carried out (any further).
  state text not null default 'planned' check (state in ('planned', 'running', 'stopped', 'ended', 'discarded')),
  file_name text,
  -- Of the file's text in UTF-8.
  file_sha256 text not null,
  allows_same_amount boolean not null,
  rows integer not null,
  -- Rows that something is wrong with: with one of them nothing can be started.
  invalid_rows integer not null,
  rows_without_account integer not null,
  -- [{ currency, rows, minor, largest }]
  totals jsonb not null,
  -- Of everything that is to be sent, in order: whoever starts it says what they have seen.
  digest text not null,
  -- The gateways of its rows: the round takes rows gateway by gateway.
  providers text[] not null,
  created_at timestamptz not null,
  created_by text,
  -- A person, not a shop's program: then it takes a second person to start it.
  created_by_member text,
  started_at timestamptz,
  started_by text,
  changed_at timestamptz not null,
  changed_by text,
  ended_at timestamptz,
  primary key (merchant_id, id)
);
create index bulk_refunds_at_work on bulk_refunds (merchant_id, id) where state in ('running', 'stopped');
create index bulk_refunds_planned on bulk_refunds (merchant_id, id) where state = 'planned';

create table bulk_refund_rows (
  merchant_id bigint not null,
  bulk_id text not null,
  row integer not null,
  line integer not null,
  -- waiting: to be sent, or being sent (then it has a lease). not_done: tried often enough, and nothing has moved; it is tried again when
  -- the bulk refund is resumed. The others are as those of its operation.
  state text not null check (state in ('invalid', 'waiting', 'confirmed', 'refused', 'accepted', 'in_doubt', 'not_done')),
  -- [{ en, ko }]
  problems jsonb,
  payment_id bigint,
  imp_uid text,
  merchant_uid text,
  provider text,
  currency text,
  amount_minor bigint,
  -- What could be cancelled when it was planned: if it is anything else by then, the row is refused.
  balance_minor bigint,
  tax_free_minor bigint,
  vat_minor bigint,
  reason text,
  refund_holder text,
  refund_bank text,
  refund_account_masked text,
  -- Number and telephone of the account, encrypted.
  secrets bytea,
  operation_id text,
  error text,
  message text,
  tries integer not null default 0,
  -- In real time, as are leases.
  next_try_at timestamptz not null default '-infinity',
  lease_of text,
  lease_until timestamptz not null default '-infinity',
  -- By the merchant's clock.
  changed_at timestamptz not null,
  check (state = 'invalid' or (payment_id is not null and amount_minor > 0 and amount_minor <= balance_minor)),
  primary key (merchant_id, bulk_id, row),
  foreign key (merchant_id, bulk_id) references bulk_refunds (merchant_id, id) on delete cascade
);
create index bulk_refund_rows_by_state on bulk_refund_rows (merchant_id, bulk_id, state, row);
create index bulk_refund_rows_to_send on bulk_refund_rows (merchant_id, bulk_id, provider, next_try_at, row) where state = 'waiting';
create index bulk_refund_rows_of_payment on bulk_refund_rows (merchant_id, payment_id) where state = 'waiting';
create index bulk_refund_rows_followed on bulk_refund_rows (merchant_id, operation_id) where state in ('in_doubt', 'accepted');

-- What a second person has agreed to can't become anything else. (A rotation of the key writes the secrets anew.)
create function bulk_refund_rows_stay_as_agreed() returns trigger language plpgsql as $$
begin
  if (new.merchant_id, new.bulk_id, new.row, new.line, new.payment_id, new.imp_uid, new.currency, new.amount_minor, new.balance_minor,
      new.tax_free_minor, new.vat_minor, new.reason, new.refund_holder, new.refund_bank, new.refund_account_masked)
    is distinct from (old.merchant_id, old.bulk_id, old.row, old.line, old.payment_id, old.imp_uid, old.currency, old.amount_minor, old.balance_minor,
      old.tax_free_minor, old.vat_minor, old.reason, old.refund_holder, old.refund_bank, old.refund_account_masked)
    or (old.state in ('invalid', 'confirmed', 'refused') and new.state <> old.state)
  then
    raise exception 'a row of a bulk refund stays as it was agreed to (%, row %)', old.bulk_id, old.row;
  end if;
  return new;
end $$;
create trigger bulk_refund_rows_stay_as_agreed before update on bulk_refund_rows
  for each row execute function bulk_refund_rows_stay_as_agreed();
