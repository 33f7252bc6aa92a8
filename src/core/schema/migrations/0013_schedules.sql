-- breaks older processes: one of them that ends a schedule's charge would not announce that it failed

-- Payments that are to be made with a billing key at a time. One row per merchant_uid, for good. Whether it has been executed, and
-- what came of it, is its payment's to say and stands nowhere a second time: a schedule that is taken and whose payment is still
-- 'ready' is running, or in doubt.
create table schedules (
  id bigint not null generated always as identity,
  merchant_id bigint not null references merchants on delete cascade,
  merchant_uid text not null check (length(merchant_uid) between 1 and 40),
  customer_uid text not null,
  customer_id text,
  schedule_at timestamptz not null,
  status text not null default 'scheduled' check (status in ('scheduled', 'taken', 'revoked')),
  -- The newest attempt.
  payment_id bigint,
  revoked_at timestamptz,
  -- Counts the changes: who has read a schedule takes it only as it was read.
  version integer not null default 0,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  tax_free_minor bigint not null,
  vat_minor bigint not null,
  card_quota integer not null default 0,
  name text,
  buyer_name text,
  buyer_email text,
  buyer_tel text,
  buyer_addr text,
  buyer_postcode text,
  custom_data text,
  notice_urls text[] not null default '{}',
  -- How the card is to be charged, as in the operation that it becomes.
  details jsonb not null default '{}',
  made_at timestamptz not null,
  -- Who is about to run it, in real time; until then the others leave it alone.
  lease_of text,
  lease_until timestamptz not null default '-infinity',
  check ((status = 'taken') = (payment_id is not null)),
  unique (merchant_id, merchant_uid),
  foreign key (merchant_id, customer_uid) references billing_keys (merchant_id, customer_uid),
  foreign key (merchant_id, payment_id) references payments (merchant_id, id),
  primary key (merchant_id, id)
);

-- An attempt belongs to one schedule.
create unique index schedules_by_payment on schedules (merchant_id, payment_id) where payment_id is not null;
create index schedules_due on schedules (schedule_at, id) where status = 'scheduled';
create index schedules_by_time on schedules (merchant_id, schedule_at, id);
create index schedules_by_customer on schedules (merchant_id, customer_uid, schedule_at, id);
