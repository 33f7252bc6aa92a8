-- breaks older processes: no

-- Filters of a list that somebody has given a name. Without a member it is everybody's who looks after the merchant.
create table saved_views (
  merchant_id bigint not null references merchants on delete cascade,
  id bigint generated always as identity,
  list text not null check (list in ('payments')),
  member_id bigint references members (id) on delete cascade,
  name text not null check (length(name) between 1 and 60),
  -- The query of the list's address.
  query text not null check (length(query) <= 4000),
  made_by text not null,
  made_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (merchant_id, id)
);
create unique index saved_views_one_name on saved_views (merchant_id, list, coalesce(member_id, 0), name);
