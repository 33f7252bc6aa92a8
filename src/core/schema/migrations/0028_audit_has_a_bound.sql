-- breaks older processes: no

-- The audit is going to be kept by month; the next migration about it does that. What there is by then becomes one part of it, as it is
-- and without being read under a lock, which takes a constraint that says where the part ends. Here the constraint is only declared, in
-- no time. It leaves room for two months, in which that migration has to follow; it does at the same start.
do $$
declare
  has_untimed boolean;
  newest timestamptz;
begin
  select coalesce(bool_or(written_at is null), false), max(written_at) into has_untimed, newest from operation_audit;
  if has_untimed then
    -- Rows of before 0019. Nobody has been let change the audit since, so that this can't be anything else.
    alter table operation_audit disable trigger operation_audit_is_append_only;
    update operation_audit set written_at = at where written_at is null;
    alter table operation_audit enable trigger operation_audit_is_append_only;
    select max(written_at) into newest from operation_audit;
  end if;
  -- Whoever writes the audit waits behind this, which may wait for somebody who reads it for long, such as a dump: it lets go soon, and
  -- the migration is tried again.
  perform set_config('lock_timeout', '500ms', true);
  lock table operation_audit in access exclusive mode;
  execute format(
    'alter table operation_audit add constraint operation_audit_ends
     check (written_at is not null and written_at < %L) not valid',
    (date_trunc('month', greatest(newest, clock_timestamp()) at time zone 'UTC') + interval '2 months') at time zone 'UTC'
  );
end $$;
