-- breaks older processes: operations may be about a billing key, of kinds that older ones do not know and would take for recovery

-- One row per merchant and customer_uid, which names one card of one customer. A row is there from the first attempt to register
-- a card on; it has a key (gateway_key) exactly while there is one to be charged. A later issue under the same name replaces the key.
create table billing_keys (
  id bigint not null generated always as identity,
  merchant_id bigint not null references merchants on delete cascade,
  customer_uid text not null check (length(customer_uid) between 1 and 80),
  channel_id bigint not null references channels,
  provider text not null,
  mid text not null,
  sandbox boolean not null,
  pay_method text not null default 'card',
  -- The gateway's key and what it is bound to there; encrypted.
  gateway_key bytea,
  -- Counts the keys that there have been under this name: who has read one can tell whether it is still the same.
  generation integer not null default 0,
  customer_id text,
  card_code text,
  card_name text,
  card_issuer_code text,
  card_issuer_name text,
  -- The mask only.
  card_number text,
  card_type smallint,
  customer_name text,
  customer_tel text,
  customer_email text,
  customer_addr text,
  customer_postcode text,
  -- The operation that has this key's turn.
  turn_of text,
  made_at timestamptz not null,
  inserted_at timestamptz,
  updated_at timestamptz,
  deleted_at timestamptz,
  unique (merchant_id, customer_uid),
  primary key (merchant_id, id)
);

comment on column billing_keys.gateway_key is 'ciphertext';

alter table operations add column billing_key_id bigint,
  add foreign key (merchant_id, billing_key_id) references billing_keys (merchant_id, id);
create index operations_of_billing_key on operations (merchant_id, billing_key_id, id) where billing_key_id is not null;
alter table operations drop constraint operations_name_one_subject,
  add constraint operations_name_one_subject check (num_nonnulls(payment_id, receipt_id, billing_key_id) = 1);

alter table operations drop constraint operations_kind_check,
  add constraint operations_kind_check check (kind in (
    'approve', 'issue_vbank', 'revoke_vbank', 'issue_barcode', 'revoke_barcode', 'issue_receipt', 'revoke_receipt',
    'issue_key', 'charge_key', 'revoke_key', 'cancel'
  ));

-- The key that a payment was made with, or that was issued with it, and which of the two: the name stays when the key is gone.
alter table payments
  add column customer_uid text,
  add column customer_uid_usage text check (customer_uid_usage in ('issue', 'payment', 'payment.scheduled'));
create index payments_by_customer on payments (merchant_id, customer_uid, started_at desc, id desc) where customer_uid is not null;

-- A key that is issued in a gateway's window without a payment leaves a payment of nothing behind, which keeps its merchant_uid.
alter table payments drop constraint payments_amount_minor_check,
  add constraint payments_amount_minor_check check (amount_minor > 0 or (amount_minor = 0 and customer_uid_usage = 'issue'));
