-- breaks older processes: no

-- What a member shows besides the password. Passkeys also stand in its place.
create table second_factors (
  id text primary key,
  member_id bigint not null references members (id) on delete cascade,
  kind text not null check (kind in ('totp', 'passkey')),
  name text not null,
  created_at timestamptz not null,
  -- Null: an authenticator whose first code has not been shown yet. It lets nobody in.
  confirmed_at timestamptz,
  used_at timestamptz,
  -- Of an authenticator: the shared secret, encrypted, and the last time step whose code was taken.
  secret bytea,
  last_step bigint,
  -- Of a passkey, as WebAuthn has it.
  credential_id text,
  public_key bytea,
  sign_count bigint,
  transports text[],
  constraint second_factors_are_whole check (
    case kind
      when 'totp' then secret is not null and credential_id is null
      else secret is null and credential_id is not null and public_key is not null and sign_count is not null
        and confirmed_at is not null
    end
  )
);
create unique index second_factors_credential on second_factors (credential_id);
create index second_factors_of_member on second_factors (member_id, created_at);

-- For whoever has lost all of these; each opens once, and is gone.
create table recovery_codes (
  member_id bigint not null references members (id) on delete cascade,
  code_hash bytea not null,
  primary key (member_id, code_hash)
);

-- What a passkey is asked to sign. Whoever brings it back first has used it up.
create table passkey_challenges (
  challenge_hash bytea primary key,
  purpose text not null check (purpose in ('enrol', 'sign_in', 'second_factor', 'step_up')),
  -- Null: whoever it is signs in with the passkey alone.
  member_id bigint references members (id) on delete cascade,
  expires_at timestamptz not null
);
create index passkey_challenges_expired on passkey_challenges (expires_at);
create index passkey_challenges_of_member on passkey_challenges (member_id) where member_id is not null;

-- Who has shown the password and not yet the second factor. It is no session.
create table sign_in_tickets (
  token_hash bytea primary key,
  member_id bigint not null references members (id) on delete cascade,
  expires_at timestamptz not null
);
create index sign_in_tickets_expired on sign_in_tickets (expires_at);
create index sign_in_tickets_of_member on sign_in_tickets (member_id);

-- Who has been sent to the company's own sign-in, from which browser, until they come back.
create table oidc_sign_ins (
  state_hash bytea primary key,
  browser_hash bytea not null,
  nonce text not null,
  code_verifier text not null,
  expires_at timestamptz not null
);
create index oidc_sign_ins_expired on oidc_sign_ins (expires_at);

-- When whoever sits there has last shown the factor, or the password where there is none.
alter table sessions add column proved_at timestamptz;

alter table console_settings
  add column second_factor_required boolean not null default false,
  add column step_up boolean not null default false;
