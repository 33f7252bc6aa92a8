-- breaks older processes: their prepared statement reads every column of webhook_deliveries, and their call ends no attempt

-- When a webhook that failed is sent again, by its merchant's clock; null: it has not been tried, or was asked for by hand.
-- While a sandbox holds that clock, this counts and next_attempt_at, which is real time, does not.
alter table webhook_deliveries add column repeat_at timestamptz;

-- What is slow or dead is slow or dead for one URL, or for a whole host: both have their places among those under way. Their
-- numbers stand in for texts that may be longer than an index takes; two URLs with the same number would share their places.
alter table webhook_deliveries
  add column host_key bigint not null generated always as (hashtextextended(endpoint, 0)) stored,
  add column url_key bigint not null generated always as (hashtextextended(url, 0)) stored;
drop index webhook_deliveries_waiting;
create index webhook_deliveries_waiting on webhook_deliveries (merchant_id, host_key, url_key, next_attempt_at, id)
  where state = 'waiting';
drop index webhook_deliveries_in_line;
create index webhook_deliveries_in_line on webhook_deliveries (merchant_id, payment_id, url_key, id)
  where state = 'waiting' and in_order;
-- Whose leases there are: a process that has died leaves some behind.
create index webhook_deliveries_taken on webhook_deliveries (lease_of) where state = 'waiting' and lease_of is not null;

-- As in 0006, with the keys of the new indexes. The reasons stand where these functions were first made (0003).
create or replace function queue_webhooks() returns trigger language plpgsql as $$
declare
  wanted record;
begin
  for wanted in
    select o.id, o.merchant_id, p.id as payment_id, o.event, o.body, o.created_at, m.webhook_format, m.webhook_retry, u.url
    from new_rows o
    join payments p on p.merchant_id = o.merchant_id and p.id = coalesce(o.payment_id,
      (select r.payment_id from receipts r where r.merchant_id = o.merchant_id and r.id = o.receipt_id))
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
    where d.merchant_id = wanted.merchant_id and d.payment_id = wanted.payment_id
      and d.url_key = hashtextextended(wanted.url, 0) and d.url = wanted.url and d.state = 'waiting' and d.in_order
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

drop function finish_webhook_attempt(
  bigint, bigint, text, text, integer, text, timestamptz, text, text, integer, text, integer, bytea
);
-- `done_at` is by the merchant's clock, as the process knows it; one that is held stands in the table, and counts.
create function finish_webhook_attempt(
  of_merchant bigint, finished_id bigint, owner text, new_state text, pause_ms integer, attempt_kind text,
  attempted_at timestamptz, done_at timestamptz, sent_type text, sent_body text, answered_status integer, failure text,
  took_ms integer, answered bytea
) returns void language plpgsql as $$
declare
  pause constant interval := pause_ms * interval '1 millisecond';
  by_merchant constant timestamptz :=
    coalesce((select c.at from sandbox_clocks c where c.merchant_id = of_merchant), done_at);
  finished webhook_deliveries;
begin
  perform set_config('synchronous_commit', 'off', true);
  update webhook_deliveries set
    state = new_state, attempts = attempts + 1, lease_of = null,
    next_attempt_at = clock_timestamp() + pause,
    repeat_at = case when new_state = 'waiting' then by_merchant + pause end,
    ended_at = case when new_state = 'waiting' then null else by_merchant end
  where merchant_id = of_merchant and id = finished_id and lease_of = owner and state = 'waiting'
  returning * into finished;
  if not found then
    return;
  end if;
  insert into webhook_attempts (
    merchant_id, delivery_id, kind, at, content_type, request_body, status, error, duration_ms, answer
  ) values (
    of_merchant, finished_id, attempt_kind, attempted_at, sent_type, sent_body, answered_status, failure, took_ms, answered
  );
  if new_state = 'waiting' or not finished.in_order then
    return;
  end if;
  update webhook_deliveries set next_attempt_at = clock_timestamp()
  where merchant_id = of_merchant and id = (
    select min(d.id) from webhook_deliveries d
    where d.merchant_id = of_merchant and d.payment_id = finished.payment_id and d.url_key = finished.url_key
      and d.url = finished.url and d.state = 'waiting' and d.in_order and d.next_attempt_at = 'infinity'
  );
end $$;
