-- breaks older processes: a receipt may have no payment, and operations of a new kind may be open

-- 1. A cash receipt for money that never went through a gateway belongs to an order of the merchant's and to no payment. It names
-- its channel and its order at the gateway itself, and operations take turns on its own row.
alter table receipts
  alter column payment_id drop not null,
  add column channel_id bigint references channels,
  add column merchant_uid text check (length(merchant_uid) <= 40),
  add column order_id text check (length(order_id) <= 32),
  add column order_name text,
  add column turn_of text,
  add constraint receipts_are_of_a_payment_or_an_order check (
    num_nonnulls(payment_id, merchant_uid) = 1
    and num_nonnulls(merchant_uid, channel_id, order_id, order_name) in (0, 4)
    and (payment_id is null or turn_of is null));
create unique index receipts_one_live_per_order on receipts (merchant_id, merchant_uid)
  where merchant_uid is not null and state in ('requested', 'issued');
create index receipts_of_order on receipts (merchant_id, merchant_uid, id desc) where merchant_uid is not null;

-- 2. Payments out of what a gateway keeps for the buyer: points, money, a key for automatic payments.
alter table operations drop constraint operations_kind_check,
  add constraint operations_kind_check check (kind in (
    'approve', 'issue_vbank', 'revoke_vbank', 'issue_barcode', 'revoke_barcode', 'issue_receipt', 'revoke_receipt',
    'issue_key', 'charge_key', 'revoke_key', 'pay_from_wallet', 'cancel'
  ));

-- What pays within the gateway.
alter table payments add column emb_pg_provider text;
