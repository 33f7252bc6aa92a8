-- breaks older processes: no

-- The audit of operations by month, so that a month that is old enough can be taken out of the way as a table of its own: what is in it is
-- never deleted. A row belongs to the month (UTC) in which the database has written it.

-- Reads everything there is, and holds nobody up.
alter table operation_audit validate constraint operation_audit_ends;

-- From here on it takes milliseconds, for which everybody has to wait who writes the audit. As before, nobody waits for long behind
-- somebody who reads it.
set local lock_timeout = '500ms';
lock table operation_audit in access exclusive mode;

do $$
declare
  ends timestamptz := substring(pg_get_constraintdef(oid) from $r$< '([^']+)'$r$) from pg_constraint
    where conrelid = 'operation_audit'::regclass and conname = 'operation_audit_ends';
  part text := 'operation_audit_until_' || to_char(ends at time zone 'UTC', 'YYYY_MM');
  next_id bigint;
begin
  execute format('select last_value + 1 from %s', pg_get_serial_sequence('operation_audit', 'id')) into next_id;
  drop trigger operation_audit_is_append_only on operation_audit;
  drop trigger operation_audit_is_not_truncated on operation_audit;
  alter table operation_audit alter column id drop identity;
  execute format('alter table operation_audit rename to %I', part);
  execute format('alter table %I rename constraint operation_audit_pkey to %I', part, part || '_pkey');
  execute format('alter index operation_audit_of_operation rename to %I', part || '_of_operation');

  -- No identity column: versions of PostgreSQL differ in what that means for parts.
  execute format('create sequence operation_audit_ids start %s', next_id);
  create table operation_audit (
    id bigint not null default nextval('operation_audit_ids'),
    operation_id text not null,
    from_state text not null,
    to_state text not null,
    at timestamptz not null,
    by text not null,
    why text not null,
    merchant_id bigint not null,
    written_at timestamptz not null default clock_timestamp(),
    foreign key (from_state, to_state) references operation_transitions
  ) partition by range (written_at);
  alter sequence operation_audit_ids owned by operation_audit.id;
  -- Its parts have a primary key each. One for all of them would have to have written_at in it, and to be built for what there is.
  create index operation_audit_of_operation on operation_audit (merchant_id, operation_id, id);
  create trigger operation_audit_is_append_only before update or delete on operation_audit
    for each row execute function refuse_audit_change();
  create trigger operation_audit_is_not_truncated before truncate on operation_audit
    for each statement execute function refuse_audit_change();

  -- Neither of these reads the table: the constraint says it all.
  execute format('alter table %I alter column written_at set not null', part);
  execute format('alter table operation_audit attach partition %I for values from (minvalue) to (%L)', part, ends);
  execute format('alter table %I drop constraint operation_audit_ends', part);
end $$;

-- Of its own, besides what it has from the whole: it stays append-only when it is taken out.
create function protect_audit_part(part text) returns void language plpgsql as $$
begin
  execute format('create trigger stays_append_only before update or delete on %I for each row execute function refuse_audit_change()', part);
  execute format('create trigger stays_untruncated before truncate on %I for each statement execute function refuse_audit_change()', part);
end $$;

-- The months that are part of the audit. What was there before it had months is one part, that starts at no time.
create function audit_months() returns table (part text, starts timestamptz, ends timestamptz) language sql stable as $$
  select c.relname::text, substring(b.bound from $r$FROM \('([^']+)'\)$r$)::timestamptz,
    substring(b.bound from $r$TO \('([^']+)'\)$r$)::timestamptz
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) b
  where i.inhparent = 'operation_audit'::regclass and b.bound <> 'DEFAULT'
$$;

-- What is written in a month that has no table yet: a cancellation never fails for that. No row is ever moved out of here again. Parts have no
-- defaults: rows come by way of the whole, and a dump of one part can be read back where there is no sequence.
create table operation_audit_without_month (like operation_audit, primary key (merchant_id, id));
select protect_audit_part('operation_audit_without_month');
select protect_audit_part(part) from audit_months();
alter table operation_audit attach partition operation_audit_without_month default;

-- Makes the tables of this month and of so many that follow, as far as they are missing, and tells which ones it has made. A month of
-- which something has been written elsewhere is left out.
create function make_audit_months(ahead integer) returns setof text language plpgsql as $$
declare
  this_month timestamp := date_trunc('month', clock_timestamp() at time zone 'UTC');
  month_starts timestamptz;
  month_ends timestamptz;
  new_part text;
begin
  -- Making one waits for whoever looks at all of the audit, and others wait behind it.
  perform set_config('lock_timeout', '500ms', true), pg_advisory_xact_lock(4851227018115);
  for n in 0..ahead loop
    month_starts := (this_month + n * interval '1 month') at time zone 'UTC';
    month_ends := (this_month + (n + 1) * interval '1 month') at time zone 'UTC';
    continue when exists (select from audit_months() m where (m.starts is null or m.starts <= month_starts) and m.ends > month_starts);
    lock table operation_audit_without_month in access exclusive mode;
    continue when exists (
      select from operation_audit_without_month w where w.written_at >= month_starts and w.written_at < month_ends
    );
    new_part := 'operation_audit_' || to_char(this_month + n * interval '1 month', 'YYYY_MM');
    execute format('create table %I (like operation_audit, primary key (merchant_id, id))', new_part);
    perform protect_audit_part(new_part);
    execute format('alter table operation_audit attach partition %I for values from (%L) to (%L)', new_part, month_starts, month_ends);
    return next new_part;
  end loop;
end $$;

-- Takes a month out of the audit; the table stays. Whoever writes the audit waits while this waits, and that is not for long.
create function detach_audit_month(old_part text) returns boolean language plpgsql as $$
begin
  perform set_config('lock_timeout', '500ms', true), pg_advisory_xact_lock(4851227018115);
  if not exists (select from audit_months() m where m.part = old_part and m.ends <= clock_timestamp()) then
    return false;
  end if;
  lock table operation_audit in access exclusive mode;
  execute format('alter table operation_audit detach partition %I', old_part);
  execute format('comment on table %I is %L', old_part, 'taken out of operation_audit at ' || clock_timestamp());
  return true;
end $$;

-- Where nothing has been written yet, there is nothing to keep apart.
do $$
declare
  part text := m.part from audit_months() m;
  is_empty boolean;
begin
  execute format('select not exists (select from %I)', part) into is_empty;
  if is_empty then
    execute format('alter table operation_audit detach partition %I', part);
    execute format('drop table %I', part);
  end if;
end $$;
select make_audit_months(3);
