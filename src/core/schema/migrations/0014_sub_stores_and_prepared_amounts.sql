-- breaks older processes: no

-- A sub-store is a merchant without keys of its own: whoever has the main store's token names it by its code. Its payments and
-- whatever else it has are rows of its own merchant_id, so that it sees nothing of the main store's and of other sub-stores.
alter table merchants
  alter column imp_key drop not null,
  add column main_store_id bigint references merchants on delete cascade,
  add column tier_code text,
  -- It is there no more; what was paid in it is still refunded and told of.
  add column retired_at timestamptz,
  add constraint merchants_have_keys_or_a_main_store check (
    num_nonnulls(imp_key, main_store_id) = 1 and num_nonnulls(imp_key, tier_code) = 1
  ),
  add constraint merchants_one_sub_store_per_code unique (main_store_id, tier_code);

-- A sub-store's channels are the main store's: the same MID, and the same key in requests.
alter table channels drop constraint channels_channel_key_key,
  add constraint channels_channel_key_key unique (merchant_id, channel_key);

-- What an order costs, announced before its payment window opens. The amount is written with `amount_scale` decimals, as it
-- was given: without a currency nothing says how many it may have.
create table prepared_amounts (
  merchant_id bigint not null references merchants on delete cascade,
  merchant_uid text not null check (length(merchant_uid) <= 40),
  amount_digits bigint not null check (amount_digits > 0),
  amount_scale smallint not null check (amount_scale >= 0),
  currency text,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (merchant_id, merchant_uid)
);
