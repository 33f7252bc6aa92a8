-- breaks older processes: no

-- When it was written, by the database's own time: `at` is by the merchant's clock, or by that of the server that said so, and either
-- may be wrong. What was written before has none.
alter table operation_audit add column written_at timestamptz;
alter table operation_audit alter column written_at set default clock_timestamp();

-- Which process has the request that came with the key, so that one that has died does not hold up a repeat.
alter table idempotency_keys add column running_of text;

-- Processes whose sign of life is no lock of a session, since a pooler gives them another session for each transaction.
create table server_processes (
  name text primary key,
  traits text[] not null,
  seen_at timestamptz not null default clock_timestamp()
);
