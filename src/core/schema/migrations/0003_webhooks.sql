-- The secret that a merchant's webhooks are signed with; encrypted. Null: they are not signed.
alter table merchants add column webhook_secret bytea;

-- One row per event and URL. All times of delivering are the database's real time: a sandbox's moved clock must neither hold
-- a webhook back nor repeat it early, and every process means the same by "due".
create table webhook_deliveries (
  id bigint generated always as identity primary key,
  merchant_id bigint not null references merchants on delete cascade,
  -- Null for what no settlement has announced: a call test, a question to a confirm_url.
  outbox_id bigint references outbox on delete cascade,
  payment_id bigint references payments on delete cascade,
  event text not null,
  body jsonb not null,
  url text not null,
  -- Scheme, host and port of the URL, fit for a log: what is slow or dead is slow or dead for all URLs of one endpoint.
  endpoint text not null,
  format text not null check (format in ('json', 'form')),
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  -- The next event of a payment waits for the earlier ones of the same URL. What is sent again by hand waits for nothing.
  in_order boolean not null default true,
  attempts integer not null default 0,
  attempts_max integer not null,
  -- 'infinity': waits for an earlier event. While it is being sent: the end of the lease.
  next_attempt_at timestamptz not null,
  lease_of text,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index webhook_deliveries_waiting on webhook_deliveries (merchant_id, endpoint, next_attempt_at, id)
  where state = 'waiting';
create index webhook_deliveries_in_line on webhook_deliveries (payment_id, url, id) where state = 'waiting' and in_order;
create index webhook_deliveries_of_merchant on webhook_deliveries (merchant_id, id);
create index webhook_deliveries_of_payment on webhook_deliveries (payment_id, id);
create index webhook_deliveries_of_event on webhook_deliveries (outbox_id);
create index webhook_deliveries_failed on webhook_deliveries (merchant_id, id) where state = 'failed';

create table webhook_attempts (
  id bigint generated always as identity primary key,
  delivery_id bigint not null references webhook_deliveries on delete cascade,
  kind text not null check (kind in ('first', 'repeat', 'resend', 'test', 'confirm')),
  at timestamptz not null,
  content_type text not null,
  request_body text not null,
  -- Null: no answer came; `error` says why.
  status integer,
  error text,
  duration_ms integer not null,
  -- The first kilobyte of the answer, as it came.
  answer bytea not null
);
create index webhook_attempts_of_delivery on webhook_attempts (delivery_id, id);

-- Every event becomes deliveries in its own transaction: to the payment's notice_urls, else to the merchant's webhook_url.
--
-- An event whose predecessor still waits is put in line behind it. The share lock on the predecessor is what keeps it from
-- being forgotten there: whoever ends the predecessor either waits for this transaction and then finds the new row, or has
-- ended it before, and then nothing is found here.
create function queue_webhooks() returns trigger language plpgsql as $$
declare
  wanted record;
begin
  for wanted in
    select o.id, o.merchant_id, o.payment_id, o.event, o.body, o.created_at, m.webhook_format, m.webhook_retry, u.url
    from new_rows o
    join payments p on p.id = o.payment_id
    join merchants m on m.id = o.merchant_id
    cross join lateral (
      select distinct url from (
        select jsonb_array_elements_text(p.notice_urls) as url
        union all
        select m.webhook_url where p.notice_urls = '[]'
      ) as urls
      where url <> ''
    ) as u
    order by o.id, u.url
  loop
    perform from webhook_deliveries d
    where d.payment_id = wanted.payment_id and d.url = wanted.url and d.state = 'waiting' and d.in_order
    order by d.id desc limit 1
    for share;
    insert into webhook_deliveries (
      merchant_id, outbox_id, payment_id, event, body, url, endpoint, format, state, attempts_max, next_attempt_at, created_at
    ) values (
      wanted.merchant_id, wanted.id, wanted.payment_id, wanted.event, wanted.body, wanted.url,
      coalesce(lower(regexp_replace(substring(wanted.url from '^[A-Za-z]+://[^/?#]*'), '//.*@', '//')), ''), wanted.webhook_format, 'waiting',
      case when wanted.webhook_retry then 6 else 1 end, case when found then 'infinity' else clock_timestamp() end,
      wanted.created_at
    );
  end loop;
  return null;
end $$;
create trigger outbox_becomes_deliveries after insert on outbox
  referencing new table as new_rows for each statement execute function queue_webhooks();

-- Writes down what came of an attempt, and lets the next event in line go. Conditional on the lease: had it run out and somebody
-- else taken the delivery, theirs is what counts.
--
-- One delivery per call and transaction. With several, this one could wait for a row that a settlement has locked while that
-- settlement waits for a row locked here.
create function finish_webhook_attempt(
  finished_id bigint, owner text, new_state text, pause_ms integer, attempt_kind text, attempted_at timestamptz,
  sent_type text, sent_body text, answered_status integer, failure text, took_ms integer, answered bytea
) returns void language plpgsql as $$
declare
  finished webhook_deliveries;
begin
  -- Should the database lose this in a crash, the webhook is sent a second time, as after a crash of the server.
  perform set_config('synchronous_commit', 'off', true);
  update webhook_deliveries set
    state = new_state, attempts = attempts + 1, lease_of = null,
    next_attempt_at = clock_timestamp() + pause_ms * interval '1 millisecond',
    ended_at = case when new_state = 'waiting' then null else clock_timestamp() end
  where id = finished_id and lease_of = owner and state = 'waiting'
  returning * into finished;
  if not found then
    return;
  end if;
  insert into webhook_attempts (
    delivery_id, kind, at, content_type, request_body, status, error, duration_ms, answer
  ) values (
    finished_id, attempt_kind, attempted_at, sent_type, sent_body, answered_status, failure, took_ms, answered
  );
  if new_state = 'waiting' or not finished.in_order then
    return;
  end if;
  -- A statement of its own, so that it sees an event whose transaction the first one has waited for.
  update webhook_deliveries set next_attempt_at = clock_timestamp()
  where id = (
    select min(d.id) from webhook_deliveries d
    where d.payment_id = finished.payment_id and d.url = finished.url and d.state = 'waiting' and d.in_order
      and d.next_attempt_at = 'infinity'
  );
end $$;
