-- breaks older processes: operations of a new kind may be open, and they would take them for recovery

-- A payment window that a shop's page has opened, in a sandbox: whoever has its token may see it, pay in it and leave it. What becomes
-- of it stands in its payment (or its certification), which has the same imp_uid, and nowhere a second time.
create table checkouts (
  merchant_id bigint not null references merchants on delete cascade,
  id bigint not null generated always as identity,
  -- SHA-256 of what stands in the window's address.
  token_hash bytea not null,
  kind text not null check (kind in ('payment', 'certification')),
  imp_uid text not null check (length(imp_uid) <= 32),
  channel_id bigint not null references channels,
  way text not null check (way in ('iframe', 'popup', 'redirect')),
  -- What the shop's page asked for, as far as it is used.
  request jsonb not null,
  -- In real time, as is the next one.
  opened_at timestamptz not null,
  expires_at timestamptz not null,
  -- Until when somebody is about to pay in it: no other tab may, and nobody may leave it.
  busy_until timestamptz,
  -- Why it ended without a payment, where no gateway said so.
  end_code text,
  primary key (merchant_id, id),
  unique (merchant_id, token_hash)
);

alter table operations drop constraint operations_kind_check, add constraint operations_kind_check check (kind in (
  'approve', 'approve_window', 'issue_vbank', 'revoke_vbank', 'issue_barcode', 'revoke_barcode', 'issue_receipt',
  'revoke_receipt', 'issue_key', 'charge_key', 'revoke_key', 'pay_from_wallet', 'register_shipping', 'cancel'
));
