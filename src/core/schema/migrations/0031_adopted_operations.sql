-- breaks older processes: no

-- What a gateway has done and our book has lost (a point-in-time recovery) is adopted: such an operation is confirmed from its first
-- moment, since nothing is asked for any more. Nothing else may begin like that: whatever is neither requested nor adopted gets
-- a state to come from that does not exist, which the foreign key of the audit refuses.
insert into operation_transitions (from_state, to_state) values ('none', 'confirmed');

create or replace function audit_new_operations() returns trigger language plpgsql as $$
begin
  insert into operation_audit (merchant_id, operation_id, from_state, to_state, at, by, why)
  select merchant_id, id,
    case when state = 'requested' or (state = 'confirmed' and details ? 'adopted') then 'none' else 'not adopted' end,
    state, changed_at, changed_by, changed_why
  from new_rows;
  return null;
end $$;
