/**
 * What a gateway keeps for buyers. Accounts are of points (the owner is a login) or of money (a member); what was paid with a key
 * for automatic payments is behind a card, and has none. Passwords and verifiers are not kept.
 */
export const walletSchema = `
create table if not exists wallet_accounts (
  mid text not null,
  kind text not null check (kind in ('points', 'money')),
  owner text not null,
  balance integer not null check (balance >= 0),
  primary key (mid, kind, owner)
) strict;

create table if not exists wallet_members (
  mid text not null,
  member_id text not null,
  has_biometrics integer not null default 0,
  inserted_at integer not null,
  updated_at integer not null,
  primary key (mid, member_id)
) strict;

create table if not exists wallet_pin_checks (
  mid text not null,
  id text not null,
  member_id text not null,
  used_by text,
  primary key (mid, id)
) strict;

create table if not exists wallet_autopay_keys (
  mid text not null,
  customer_uid text not null,
  member_id text not null,
  primary key (mid, customer_uid)
) strict;

create table if not exists wallet_preparations (
  mid text not null,
  merchant_uid text not null,
  authenticated integer,
  charged integer not null default 0,
  primary key (mid, merchant_uid)
) strict;
`;

export const walletTables = [
  'wallet_accounts',
  'wallet_members',
  'wallet_pin_checks',
  'wallet_autopay_keys',
  'wallet_preparations',
] as const;
