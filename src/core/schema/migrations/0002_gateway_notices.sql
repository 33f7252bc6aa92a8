-- What gateways have told by themselves: a deposit, a deposit that the bank took back, the end of a refund. A notice is kept
-- until it could be applied, since it may come before the answer to our own request has been settled.
create table gateway_notices (
  id bigint generated always as identity primary key,
  provider text not null,
  payment_id bigint not null references payments,
  kind text not null check (kind in ('deposit', 'deposit_reversed', 'refund_result')),
  -- Of the bytes as they came, made with the server's key: the same notice again is the same row.
  digest bytea not null,
  -- What was read of it, encrypted: it may hold an account number and a name.
  content bytea not null,
  trust text not null check (trust in ('authentic', 'unverified')),
  sender text not null,
  times_received integer not null default 1,
  -- needless: what it tells was in our book already. unmatched: it fits nothing in our book; a person has to look.
  state text not null check (state in ('waiting', 'applied', 'needless', 'unmatched')),
  why text not null,
  received_at timestamptz not null,
  changed_at timestamptz not null,
  tries integer not null default 0,
  next_try_at timestamptz not null,
  unique (provider, digest)
);
create index gateway_notices_of_payment on gateway_notices (payment_id);
create index gateway_notices_waiting on gateway_notices (next_try_at) where state = 'waiting';
