-- breaks older processes: while the indexes are made, payments and cancellations wait for them

-- What a person looks for, among millions of payments. All of these are partial in what no statement of the hot path asks for: a plan
-- that is made while the tables are small, and then kept, can't choose one of them.

-- A telephone number as Koreans dial it, however it was written down.
create function dialled_digits(tel text) returns text language sql immutable strict parallel safe as $$
  select regexp_replace(regexp_replace(tel, '\D', '', 'g'), '^820?(\d{8,})$', '0\1')
$$;
-- By the last four digits in the order of a list; longer ends, and whole numbers, are told apart within the index.
create index payments_by_tel on payments
  (merchant_id, right(dialled_digits(buyer_tel), 4), started_at desc, id desc, reverse(dialled_digits(buyer_tel)) collate "C")
  where buyer_tel is not null;
create index payments_by_email on payments (merchant_id, lower(buyer_email), started_at desc, id desc)
  where buyer_email is not null;
create index payments_by_approval_number on payments (merchant_id, apply_num, started_at desc, id desc)
  where apply_num is not null;
-- When a payment was paid, cancelled or failed, whichever was last.
create index payments_by_change on payments (merchant_id, coalesce(cancelled_at, failed_at, paid_at) desc, id desc)
  where coalesce(cancelled_at, failed_at, paid_at) is not null;
create index payments_by_due_date on payments (merchant_id, vbank_due_at, id) where vbank_due_at is not null;
-- Refunds that a gateway has taken and not paid out yet, the oldest first.
create index operations_accepted_of_merchant on operations (merchant_id, id)
  where state = 'accepted' and accepted_at is not null;

-- What was begun in an hour, by gateway and currency. Counted when somebody looks, kept, and counted anew from time to time, since
-- accounts are paid and payments cancelled later. A row without a gateway says that, and when, the hour was counted.
create table statistics_hours (
  merchant_id bigint not null references merchants on delete cascade,
  hour timestamptz not null,
  provider text not null,
  currency text not null,
  counted_at timestamptz not null,
  begun integer not null default 0,
  paid integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  paid_minor bigint not null default 0,
  cancelled_minor bigint not null default 0,
  -- Requests to the gateway that this hour saw, by the server's clock.
  refunds integer not null default 0,
  refunds_refused integer not null default 0,
  doubts integer not null default 0,
  -- Refunds that were taken first and paid out later, and how long that took.
  paid_out integer not null default 0,
  paid_out_seconds bigint not null default 0,
  paid_out_longest integer not null default 0,
  primary key (merchant_id, hour, provider, currency)
);
