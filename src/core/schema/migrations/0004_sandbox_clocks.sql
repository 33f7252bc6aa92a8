-- The clocks of merchants that a sandbox holds. A merchant without a row has the server's time. An advance goes step by step
-- from advance_from to advance_to; both stay until it is over, so that one that was killed can be gone on with.
create table sandbox_clocks (
  merchant_id bigint primary key references merchants on delete cascade,
  at timestamptz not null,
  advance_from timestamptz,
  advance_to timestamptz,
  -- Who is moving it, in real time.
  lease_of text,
  lease_until timestamptz,
  check ((advance_from is null) = (advance_to is null)),
  check (advance_to is null or at between advance_from and advance_to)
);
