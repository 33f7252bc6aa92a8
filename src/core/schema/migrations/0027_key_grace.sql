-- breaks older processes: no

-- A secret that was replaced is taken until then, so that shops' programs can be given the new one, one after the other.
alter table merchants
  add column previous_secret_hash bytea,
  add column previous_secret_until timestamptz,
  -- To the minute.
  add column secret_used_at timestamptz,
  add column previous_secret_used_at timestamptz,
  add column secret_changed_at timestamptz,
  -- Live mode: the file of merchants says the keys, and nothing else may.
  add column keys_in_file boolean not null default false;
