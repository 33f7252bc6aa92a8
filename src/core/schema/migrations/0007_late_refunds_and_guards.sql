-- breaks older processes: what a gateway has only accepted may be in the book already, and older ones would book it twice

-- When a gateway took an operation that it finishes later, and whether our book shows it as done from then on. i'mport shows
-- such a refund as cancelled at once, except where its documents name a pending state.
alter table operations
  add column accepted_at timestamptz,
  add column shown_at_once boolean not null default false;

update operations o set accepted_at = a.at
from operation_audit a
where a.merchant_id = o.merchant_id and a.operation_id = o.id and a.to_state = 'accepted';

-- The history of a payment after a refund that was shown at once has ended: with what the gateway says in the end, or without it.
create function history_with_end(history jsonb, cancellation_id text, pg_tid text, receipt_url text)
returns jsonb language sql immutable as $$
  select coalesce(jsonb_agg(case when entry ->> 'cancellation_id' <> cancellation_id then entry else entry || jsonb_build_object(
    'pg_tid', coalesce(pg_tid, entry ->> 'pg_tid'), 'receipt_url', coalesce(receipt_url, entry ->> 'receipt_url')) end
    order by at), '[]')
  from jsonb_array_elements(history) with ordinality listed (entry, at)
$$;

create function history_without(history jsonb, cancellation_id text)
returns jsonb language sql immutable as $$
  select coalesce(jsonb_agg(entry order by at), '[]')
  from jsonb_array_elements(history) with ordinality listed (entry, at)
  where entry ->> 'cancellation_id' <> cancellation_id
$$;

-- A notice may name the gateway's transaction only.
create index payments_by_pg_tid on payments (pg_tid) where pg_tid is not null;

-- A token whose life is over is followed by another one; whoever holds the old one may use it until it expires.
alter table access_tokens
  add column previous_token_hash bytea unique,
  add column previous_expires_at timestamptz;

-- A channel that the merchants' file no longer has: it takes no new payment. What was paid through it is still refunded.
alter table channels add column retired_at timestamptz;

-- Of whoever may end doubts by hand, which the merchant's own keys do not allow.
alter table merchants add column operator_secret_hash bytea;
