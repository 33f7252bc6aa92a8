-- breaks older processes: no

-- As in 0008, but for how a row of the outbox finds its payment: each looks it up by its key. As a join its plan, which is kept for as long as
-- the connection lives, could be made while next to nothing is known of `payments`, and then read all of a merchant's payments for
-- each event, until the table was analyzed. A plan without sequential scans is never such a one, and costs nothing while tables are small.
create or replace function queue_webhooks() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  wanted record;
begin
  for wanted in
    select o.id, o.merchant_id, p.id as payment_id, o.event, o.body, o.created_at, m.webhook_format, m.webhook_retry, u.url
    from new_rows o
    cross join lateral (
      select p.id, p.notice_urls from payments p
      where p.merchant_id = o.merchant_id and p.id = coalesce(o.payment_id,
        (select r.payment_id from receipts r where r.merchant_id = o.merchant_id and r.id = o.receipt_id))
      limit 1
    ) as p
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
