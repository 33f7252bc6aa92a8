-- breaks older processes: no

-- Refunds that a member asks for and another member decides on. How an approved one went on is its operation's to say, and stands
-- nowhere a second time; the operation is found by the row of the request's idempotency key.
create table refund_requests (
  merchant_id bigint not null references merchants on delete cascade,
  id text not null check (id ~ '^[0-9A-HJKMNP-TV-Z]{20}$'),
  payment_id bigint not null,
  -- refused: approved, and refused before anything was sent. carried_out: the operation has begun.
  state text not null default 'waiting' check (
    state in ('waiting', 'approved', 'carried_out', 'refused', 'rejected', 'withdrawn', 'expired')
  ),
  amount_minor bigint not null check (amount_minor > 0),
  -- What is going to be sent, to the letter; encrypted, since it may hold an account number.
  body bytea not null,
  -- Of that, and of something random in it: who approves shows that he has seen this and nothing else.
  digest text not null,
  requested_by bigint not null,
  requested_by_name text not null,
  requested_at timestamptz not null,
  -- By which the member's repeat of a request whose answer was lost is known.
  request_key text,
  -- In real time.
  expires_at timestamptz not null,
  decided_by bigint,
  decided_by_name text,
  decided_at timestamptz,
  decided_why text,
  idempotency_id bigint,
  error_code text,
  error_message text,
  ended_at timestamptz,
  -- Until then nobody else takes an approved one up; in real time.
  lease_until timestamptz not null default '-infinity',
  -- Nobody decides on his own request. Only who has asked takes it back, and only time lets it expire.
  constraint refund_requests_are_decided_by_another check (
    state in ('waiting', 'expired')
    or (state = 'withdrawn') = (decided_by = requested_by)
  ),
  constraint refund_requests_name_who_decided check (
    (state in ('waiting', 'expired')) = (decided_by is null) and (decided_by is null) = (decided_by_name is null)
  ),
  foreign key (merchant_id, payment_id) references payments (merchant_id, id),
  primary key (merchant_id, id)
);

create unique index refund_requests_one_open_per_payment on refund_requests (merchant_id, payment_id)
  where state in ('waiting', 'approved');
create unique index refund_requests_by_key on refund_requests (merchant_id, requested_by, request_key)
  where request_key is not null;
create index refund_requests_of_payment on refund_requests (merchant_id, payment_id, id);
create index refund_requests_by_state on refund_requests (merchant_id, state, id);
create index refund_requests_waiting on refund_requests (expires_at) where state = 'waiting';
create index refund_requests_approved on refund_requests (lease_until) where state = 'approved';

-- May a member's cancellation of this payment begin: is no request open, or is it the approved one that is carried out, by whoever has
-- its idempotency key? Asked by the reservation, which has locked the payment's row by then, as whoever makes a request does. A
-- volatile function sees what was committed before that lock was had, which the statement itself may be too old to see.
create function refund_requests_let(of_merchant bigint, of_payment bigint, carried_out text, under bigint) returns boolean
language plpgsql volatile as $$
begin
  if carried_out is not null then
    return exists (
      select from refund_requests r
      where r.merchant_id = of_merchant and r.id = carried_out and r.payment_id = of_payment and r.state = 'approved'
        and r.idempotency_id = under
    );
  end if;
  return not exists (
    select from refund_requests r
    where r.merchant_id = of_merchant and r.payment_id = of_payment and r.state in ('waiting', 'approved')
  );
end $$;
