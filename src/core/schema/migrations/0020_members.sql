-- breaks older processes: no

-- People who use the console. They belong to a main store; an e-mail address is one person's on the whole server, since whoever signs in
-- says nothing else.
create table members (
  id bigint generated always as identity primary key,
  merchant_id bigint not null references merchants (id),
  email text not null,
  name text not null,
  role text not null check (role in ('owner', 'manager', 'operator', 'read_only', 'developer')),
  -- Permissions beyond those of the role.
  extra_rights text[] not null default '{}',
  -- Codes of the sub-stores that the member is limited to; null: the main store and all of them.
  tiers text[] check (tiers is null or cardinality(tiers) > 0),
  -- argon2id, as a PHC string; null: no password opens it.
  password_hash text,
  created_at timestamptz not null,
  seen_at timestamptz
);
create unique index members_email on members (lower(email));
create index members_of_merchant on members (merchant_id, id);

-- A cookie's value is kept nowhere, only its hash.
create table sessions (
  token_hash bytea primary key,
  id bigint generated always as identity unique,
  member_id bigint not null references members (id) on delete cascade,
  address text not null,
  user_agent text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_of_member on sessions (member_id, id);
create index sessions_expired on sessions (expires_at);

-- A link that makes a member, once. Without an e-mail address it makes the first owner, and only as long as there is no member.
-- With a member it gives that member a new password.
create table invitations (
  token_hash bytea primary key,
  id bigint generated always as identity unique,
  merchant_id bigint not null references merchants (id),
  member_id bigint references members (id) on delete cascade,
  email text,
  role text not null check (role in ('owner', 'manager', 'operator', 'read_only', 'developer')),
  extra_rights text[] not null default '{}',
  tiers text[] check (tiers is null or cardinality(tiers) > 0),
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index invitations_of_merchant on invitations (merchant_id, id) where used_at is null;
create index invitations_of_member on invitations (member_id) where member_id is not null;

-- How often somebody has tried to sign in of late, by the hash of an e-mail address or of where it came from.
create table sign_in_counts (
  subject bytea primary key,
  count integer not null,
  ends_at timestamptz not null
);
create index sign_in_counts_ended on sign_in_counts (ends_at);

-- What members did. A row is there before the request is worked on; what came of it is written once.
create table member_audit (
  merchant_id bigint not null references merchants (id),
  id bigint generated always as identity,
  at timestamptz not null,
  member_id bigint not null,
  email text not null,
  role text not null,
  tier_code text,
  operation text not null,
  -- What it is about first of all, and every id that the request named.
  subject text,
  ids jsonb not null default '{}',
  -- In doubt: nobody knows yet. Begun: whatever came of it was not written down.
  outcome text not null check (outcome in ('begun', 'done', 'refused', 'in_doubt', 'failed')),
  error_code text,
  address text not null,
  before jsonb,
  after jsonb,
  ended_at timestamptz,
  primary key (merchant_id, id)
);
create index member_audit_by_subject on member_audit (merchant_id, subject, id) where subject is not null;
create index member_audit_by_email on member_audit (merchant_id, email, id);
create index member_audit_by_tier on member_audit (merchant_id, tier_code, id) where tier_code is not null;

create function refuse_member_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.outcome = 'begun' and new.outcome <> 'begun'
      and (new.merchant_id, new.id, new.at, new.member_id, new.email, new.role, new.operation, new.ids, new.address)
        = (old.merchant_id, old.id, old.at, old.member_id, old.email, old.role, old.operation, old.ids, old.address)
      and new.tier_code is not distinct from old.tier_code
    then
      return new;
    end if;
  end if;
  raise exception 'the audit of members is only added to';
end $$;
create trigger member_audit_is_append_only before update or delete on member_audit
  for each row execute function refuse_member_audit_change();
create trigger member_audit_is_not_truncated before truncate on member_audit
  for each statement execute function refuse_member_audit_change();

-- What an owner has set for the console of a main store. Amounts by currency, in its minor unit, as texts of digits.
create table console_settings (
  merchant_id bigint primary key references merchants (id),
  -- Above it a cancellation by a member waits for a second person; null: none does.
  approval_above jsonb,
  -- By role, the same.
  ceilings jsonb not null default '{}',
  reasons jsonb not null,
  changed_at timestamptz not null,
  changed_by text not null
);

-- Live mode: whether the file of merchants says how webhooks are sent, or leaves that to the console.
alter table merchants add column webhooks_in_file boolean not null default false;
