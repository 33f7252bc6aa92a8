-- Facts about this server that belong to the database, such as the fingerprint of the encryption key.
create table server_facts (
  name text primary key,
  value bytea not null
);

create table merchants (
  id bigint generated always as identity primary key,
  imp_key text not null,
  imp_secret_hash bytea not null,
  name text not null,
  webhook_url text,
  webhook_format text not null default 'json' check (webhook_format in ('json', 'form')),
  webhook_retry boolean not null default false,
  created_at timestamptz not null
);
-- The real server compares keys without regard to case.
create unique index merchants_by_key on merchants (lower(imp_key));

-- One live token per merchant. The token itself is not kept: it is derived from the nonce with the server's key.
create table access_tokens (
  merchant_id bigint primary key references merchants on delete cascade,
  nonce bytea not null,
  token_hash bytea not null unique,
  issued_at timestamptz not null,
  expires_at timestamptz not null
);

create table channels (
  id bigint generated always as identity primary key,
  merchant_id bigint not null references merchants on delete cascade,
  channel_key text not null unique,
  name text not null,
  provider text not null,
  mid text not null,
  mode text not null check (mode in ('test', 'live')),
  base_url text not null,
  credentials bytea not null,
  is_default boolean not null default false,
  created_at timestamptz not null,
  unique (merchant_id, provider, mid)
);
create unique index channels_one_default on channels (merchant_id) where is_default;

create table payments (
  id bigint generated always as identity primary key,
  imp_uid text not null unique check (length(imp_uid) <= 32),
  merchant_id bigint not null references merchants,
  channel_id bigint not null references channels,
  merchant_uid text not null check (length(merchant_uid) <= 40),
  provider text not null,
  mid text not null,
  sandbox boolean not null,
  pay_method text not null,
  channel text not null check (channel in ('pc', 'mobile', 'api')),
  status text not null check (status in ('ready', 'paid', 'cancelled', 'failed')),
  -- True while this payment keeps its merchant_uid from being paid a second time by an API payment.
  claims_order boolean not null default false,

  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  tax_free_minor bigint not null check (tax_free_minor between 0 and amount_minor),
  vat_minor bigint not null check (vat_minor between 0 and amount_minor),
  cancelled_minor bigint not null default 0 check (cancelled_minor >= 0),
  reserved_minor bigint not null default 0 check (reserved_minor >= 0),
  cancelled_tax_free_minor bigint not null default 0 check (cancelled_tax_free_minor >= 0),
  reserved_tax_free_minor bigint not null default 0 check (reserved_tax_free_minor >= 0),
  cancelled_vat_minor bigint not null default 0 check (cancelled_vat_minor >= 0),
  reserved_vat_minor bigint not null default 0 check (reserved_vat_minor >= 0),
  constraint never_cancels_more_than_was_paid check (cancelled_minor + reserved_minor <= amount_minor),
  constraint never_cancels_more_tax_free_than_was_paid
    check (cancelled_tax_free_minor + reserved_tax_free_minor <= tax_free_minor),
  constraint never_cancels_more_vat_than_was_paid check (cancelled_vat_minor + reserved_vat_minor <= vat_minor),

  -- The operation that has this payment's turn. Nothing else may be begun on the payment until it has ended.
  turn_of text,
  -- Confirmed cancellations, oldest first: {pg_tid, amount_minor, cancelled_at, reason, receipt_url, cancellation_id}.
  cancel_history jsonb not null default '[]',
  deposit_history jsonb not null default '[]',

  pg_tid text,
  apply_num text,
  receipt_url text,
  card_code text,
  card_name text,
  card_issuer_code text,
  card_issuer_name text,
  card_number text,
  card_quota integer not null default 0,
  card_type smallint,
  bank_code text,
  bank_name text,
  vbank_code text,
  vbank_name text,
  vbank_num text,
  vbank_holder text,
  vbank_due_at timestamptz,
  vbank_issued_at timestamptz,
  barcode text,
  barcode_expires_at timestamptz,
  -- What the gateway will show when it reports a deposit; encrypted.
  notice_secret bytea,
  cash_receipt_issued boolean not null default false,

  name text,
  buyer_name text,
  buyer_email text,
  buyer_tel text,
  buyer_addr text,
  buyer_postcode text,
  custom_data text,
  notice_urls jsonb not null default '[]',
  confirm_url text,
  user_agent text,
  fail_reason text,
  cancel_reason text,
  started_at timestamptz not null,
  paid_at timestamptz,
  failed_at timestamptz,
  cancelled_at timestamptz,
  updated_at timestamptz not null
) with (fillfactor = 80);
create index payments_by_order on payments (merchant_id, merchant_uid, started_at desc, id desc);
create index payments_by_start on payments (merchant_id, started_at desc, id desc);
create unique index payments_one_claim_per_order on payments (merchant_id, merchant_uid) where claims_order;

create table receipts (
  id bigint generated always as identity primary key,
  payment_id bigint not null references payments,
  merchant_id bigint not null references merchants,
  state text not null check (state in ('requested', 'issued', 'failed', 'revoked')),
  type text not null check (type in ('person', 'company')),
  identifier_type text,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  tax_free_minor bigint not null,
  vat_minor bigint not null,
  -- What has been taken off the receipt since it was issued.
  revoked_minor bigint not null default 0 check (revoked_minor between 0 and amount_minor),
  receipt_tid text,
  apply_num text,
  receipt_url text,
  applied_at timestamptz,
  cancelled_at timestamptz,
  created_at timestamptz not null
);
create index receipts_of_payment on receipts (payment_id, id desc);
create unique index receipts_one_live_per_payment on receipts (payment_id) where state in ('requested', 'issued');

create table idempotency_keys (
  id bigint generated always as identity primary key,
  merchant_id bigint not null references merchants on delete cascade,
  key text not null,
  request_hash bytea not null,
  -- The answer, as JSON, or the message of a refusal; null while the first request is running.
  error_code text,
  body text,
  -- A first request that has not ended by then died with its process.
  running_until timestamptz not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  unique (merchant_id, key)
);
create index idempotency_keys_by_expiry on idempotency_keys (expires_at);

-- The life of an operation. src/operations/states.ts holds the same table, and a test holds the two equal.
create table operation_transitions (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into operation_transitions (from_state, to_state) values
  ('none', 'requested'),
  ('requested', 'sent'),
  ('requested', 'unsent'),
  ('sent', 'confirmed'),
  ('sent', 'refused'),
  ('sent', 'accepted'),
  ('sent', 'in_doubt'),
  ('in_doubt', 'confirmed'),
  ('in_doubt', 'refused'),
  ('in_doubt', 'accepted'),
  ('accepted', 'confirmed'),
  ('accepted', 'refused');

-- Everything that is asked of a gateway and moves something there. A cancellation is one of these.
create table operations (
  id text primary key check (id ~ '^[0-9A-HJKMNP-TV-Z]{20}$'),
  merchant_id bigint not null references merchants,
  payment_id bigint not null references payments,
  receipt_id bigint references receipts,
  kind text not null check (kind in (
    'approve', 'issue_vbank', 'revoke_vbank', 'issue_barcode', 'revoke_barcode', 'issue_receipt', 'revoke_receipt', 'cancel'
  )),
  state text not null check (state in ('requested', 'sent', 'in_doubt', 'accepted', 'confirmed', 'refused', 'unsent')),
  amount_minor bigint not null check (amount_minor >= 0),
  tax_free_minor bigint not null default 0 check (tax_free_minor between 0 and amount_minor),
  vat_minor bigint not null default 0 check (vat_minor between 0 and amount_minor),
  -- What could still be cancelled just before this operation took its share.
  balance_before_minor bigint not null check (balance_before_minor >= amount_minor),
  -- The gateway's ids of the cancellations that were confirmed before this one.
  earlier_tids text[] not null default '{}',
  reason text not null,
  -- What is not secret of the request, for a repeat and for the record.
  details jsonb not null default '{}',
  -- What is (refund account, identifier of a receipt, a key per call); encrypted.
  secrets bytea,
  idempotency_id bigint unique,
  gateway_tid text,
  gateway_code text,
  gateway_message text,
  receipt_url text,
  requested_at timestamptz not null,
  sent_at timestamptz,
  ended_at timestamptz,
  changed_at timestamptz not null,
  changed_by text not null,
  changed_why text not null,
  inquiries integer not null default 0,
  next_inquiry_at timestamptz not null,
  lease_of text not null,
  lease_until timestamptz not null
) with (fillfactor = 80);
create index operations_of_payment on operations (payment_id, id);
create index operations_open on operations (next_inquiry_at) where state in ('requested', 'sent', 'in_doubt', 'accepted');
create index operations_in_doubt_of_merchant on operations (merchant_id, id) where state = 'in_doubt';

create table operation_audit (
  id bigint generated always as identity primary key,
  operation_id text not null,
  from_state text not null,
  to_state text not null,
  at timestamptz not null,
  by text not null,
  why text not null,
  foreign key (from_state, to_state) references operation_transitions
);
create index operation_audit_of_operation on operation_audit (operation_id, id);

-- State changes write the audit themselves, so that no path can forget to; the foreign key above refuses a change that the
-- table of transitions does not have. That a request was sent is learnt together with what came of it, so the two
-- transitions are often written by one update.
create function audit_new_operations() returns trigger language plpgsql as $$
begin
  insert into operation_audit (operation_id, from_state, to_state, at, by, why)
  select id, 'none', state, changed_at, changed_by, changed_why from new_rows;
  return null;
end $$;

create function audit_operation_changes() returns trigger language plpgsql as $$
begin
  insert into operation_audit (operation_id, from_state, to_state, at, by, why)
  select n.id, 'requested', 'sent', n.sent_at, n.changed_by, 'request handed to the gateway'
  from old_rows o join new_rows n using (id)
  where o.state = 'requested' and n.state not in ('requested', 'sent', 'unsent');

  insert into operation_audit (operation_id, from_state, to_state, at, by, why)
  select n.id,
    case when o.state = 'requested' and n.state not in ('sent', 'unsent') then 'sent' else o.state end,
    n.state, n.changed_at, n.changed_by, n.changed_why
  from old_rows o join new_rows n using (id)
  where o.state <> n.state;
  return null;
end $$;

create trigger operations_audited_when_made after insert on operations
  referencing new table as new_rows for each statement execute function audit_new_operations();
create trigger operations_audited_when_changed after update on operations
  referencing old table as old_rows new table as new_rows for each statement execute function audit_operation_changes();

-- Only a reset of the sandbox takes rows away; nothing ever changes one.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('hwanbul.sandbox_reset', true) = 'on' then
    return old;
  end if;
  raise exception 'the audit of operations is only ever appended to';
end $$;
create trigger operation_audit_is_append_only before update or delete on operation_audit
  for each row execute function refuse_audit_change();
create trigger operation_audit_is_not_truncated before truncate on operation_audit
  for each statement execute function refuse_audit_change();

-- Webhooks to be delivered, written in the transaction that settles what they tell of.
create table outbox (
  id bigint generated always as identity primary key,
  merchant_id bigint not null references merchants on delete cascade,
  payment_id bigint not null references payments,
  event text not null,
  body jsonb not null,
  created_at timestamptz not null
);
create index outbox_of_payment on outbox (payment_id, id);
