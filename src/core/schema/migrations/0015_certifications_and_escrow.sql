-- breaks older processes: payments get a column, and they read it with prepared statements

-- Certifications of persons. Such a row is its own job: nothing is moved at the provider that could be moved twice, so that it
-- needs no operation. What the provider vouches for is encrypted, and there is nothing of a person before that.
create table certifications (
  merchant_id bigint not null references merchants,
  id bigint generated always as identity,
  channel_id bigint not null references channels,
  imp_uid text not null check (length(imp_uid) <= 32),
  merchant_uid text check (length(merchant_uid) <= 40),
  provider text not null,
  method text not null check (method in ('sms', 'app', 'window')),
  -- requested: it is not known here whether the provider has it. confirming: a confirmation is on its way, or its answer was
  -- lost. over: no further try.
  state text not null check (state in ('requested', 'waiting', 'confirming', 'certified', 'over')),
  -- The key of the confirmation that is on its way, and until when nobody else asks what became of it (in real time).
  attempt text,
  busy_until timestamptz,
  origin text,
  pg_tid text,
  person bytea,
  certified_at timestamptz,
  created_at timestamptz not null,
  primary key (merchant_id, id),
  unique (merchant_id, imp_uid),
  check ((state = 'certified') = (person is not null)),
  check ((state = 'confirming') = (attempt is not null))
);

-- Escrow: the payment, and what has become of its goods since they were sent.
alter table payments add column escrow boolean not null default false;
create table escrows (
  merchant_id bigint not null references merchants,
  payment_id bigint not null,
  company text not null,
  invoice text not null,
  sent_at timestamptz not null,
  applied_at timestamptz not null,
  status text not null default 'shipped' check (status in (
    'shipped', 'confirmed', 'auto_confirmed', 'forced', 'refused', 'refusal_acknowledged', 'cancelled'
  )),
  changed_at timestamptz not null,
  -- The buyer's own words.
  denied_reason text,
  primary key (merchant_id, payment_id),
  foreign key (merchant_id, payment_id) references payments (merchant_id, id)
);
alter table gateway_notices drop constraint gateway_notices_kind_check, add constraint gateway_notices_kind_check
  check (kind in ('deposit', 'deposit_reversed', 'refund_result', 'order_changed', 'escrow_changed'));
alter table operations drop constraint operations_kind_check, add constraint operations_kind_check check (kind in (
  'approve', 'issue_vbank', 'revoke_vbank', 'issue_barcode', 'revoke_barcode', 'issue_receipt', 'revoke_receipt',
  'issue_key', 'charge_key', 'revoke_key', 'pay_from_wallet', 'register_shipping', 'cancel'
));
