-- breaks older processes: no

-- A day of a gateway's, compared with our book: what came of it is kept, so that a calendar can show it. A row is its own job.
create table reconciliation_days (
  merchant_id bigint not null references merchants on delete cascade,
  provider text not null,
  day date not null,
  -- Else its sub-stores are compared with it: to the gateway they are one merchant.
  is_of_sub_store boolean not null,
  state text not null default 'running' check (state in ('running', 'equal', 'differences', 'not_comparable', 'failed')),
  payments integer not null default 0,
  transactions integer not null default 0,
  -- How many there are; of very many only the first are kept.
  differences_count integer not null default 0,
  differences jsonb not null default '[]',
  notes jsonb not null default '[]',
  asked_at timestamptz not null,
  asked_by text,
  ended_at timestamptz,
  -- The day was over when it was compared: what came later in it would be missing.
  was_over boolean not null default false,
  lease_until timestamptz not null default '-infinity',
  primary key (merchant_id, provider, day)
);
create index reconciliation_days_of_month on reconciliation_days (merchant_id, day, provider);
create index reconciliation_days_to_do on reconciliation_days (asked_at) where state = 'running';

-- For the lists of what is in one state.
create index receipts_by_state on receipts (merchant_id, state, id);
create index certifications_by_state on certifications (merchant_id, state, id);
create index webhook_deliveries_by_state on webhook_deliveries (merchant_id, state, id);
