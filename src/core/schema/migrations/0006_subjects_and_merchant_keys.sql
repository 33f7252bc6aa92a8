-- breaks older processes: an operation on a receipt names the receipt and no longer its payment, and older ones write both

-- 1. Every table of a merchant's carries merchant_id, and every key among them begins with it, so that the database can be
-- distributed by merchant without a rewrite. ARCHITECTURE.md lists the tables that all merchants share, and why;
-- test/distribution.test.ts holds both.

-- What points at keys that change. They come back below, with the merchant in them.
alter table receipts drop constraint receipts_payment_id_fkey;
alter table operations drop constraint operations_payment_id_fkey, drop constraint operations_receipt_id_fkey;
alter table outbox drop constraint outbox_payment_id_fkey;
alter table gateway_notices drop constraint gateway_notices_payment_id_fkey;
alter table webhook_deliveries
  drop constraint webhook_deliveries_outbox_id_fkey, drop constraint webhook_deliveries_payment_id_fkey;
alter table webhook_attempts drop constraint webhook_attempts_delivery_id_fkey;

alter table operation_audit add column merchant_id bigint;
alter table operation_audit disable trigger operation_audit_is_append_only;
update operation_audit a set merchant_id = o.merchant_id from operations o where o.id = a.operation_id;
alter table operation_audit enable trigger operation_audit_is_append_only;
alter table gateway_notices add column merchant_id bigint references merchants;
update gateway_notices n set merchant_id = p.merchant_id from payments p where p.id = n.payment_id;
alter table webhook_attempts add column merchant_id bigint references merchants on delete cascade;
update webhook_attempts a set merchant_id = d.merchant_id from webhook_deliveries d where d.id = a.delivery_id;
alter table operation_audit alter column merchant_id set not null;
alter table gateway_notices alter column merchant_id set not null;
alter table webhook_attempts alter column merchant_id set not null;

alter table payments drop constraint payments_pkey;
alter table receipts drop constraint receipts_pkey;
alter table operations drop constraint operations_pkey;
alter table operation_audit drop constraint operation_audit_pkey;
alter table idempotency_keys drop constraint idempotency_keys_pkey;
alter table outbox drop constraint outbox_pkey;
alter table gateway_notices drop constraint gateway_notices_pkey;
alter table webhook_deliveries drop constraint webhook_deliveries_pkey;
alter table webhook_attempts drop constraint webhook_attempts_pkey;

alter table payments drop constraint payments_imp_uid_key, add constraint payments_imp_uid_key unique (merchant_id, imp_uid);
-- A gateway's notice names a payment and not the merchant.
create index payments_by_imp_uid on payments (imp_uid);
alter table operations drop constraint operations_idempotency_id_key,
  add constraint operations_idempotency_id_key unique (merchant_id, idempotency_id);
alter table gateway_notices drop constraint gateway_notices_provider_digest_key,
  add constraint gateway_notices_provider_digest_key unique (merchant_id, provider, digest);

drop index receipts_of_payment;
create index receipts_of_payment on receipts (merchant_id, payment_id, id desc);
drop index receipts_one_live_per_payment;
create unique index receipts_one_live_per_payment on receipts (merchant_id, payment_id)
  where state in ('requested', 'issued');
drop index operations_of_payment;
create index operations_of_payment on operations (merchant_id, payment_id, id);
create index operations_of_receipt on operations (merchant_id, receipt_id, id) where receipt_id is not null;
drop index operation_audit_of_operation;
create index operation_audit_of_operation on operation_audit (merchant_id, operation_id, id);
drop index outbox_of_payment;
create index outbox_of_payment on outbox (merchant_id, payment_id, id);
drop index gateway_notices_of_payment;
create index gateway_notices_of_payment on gateway_notices (merchant_id, payment_id);
drop index webhook_deliveries_in_line;
create index webhook_deliveries_in_line on webhook_deliveries (merchant_id, payment_id, url, id)
  where state = 'waiting' and in_order;
drop index webhook_deliveries_of_merchant;
drop index webhook_deliveries_of_payment;
create index webhook_deliveries_of_payment on webhook_deliveries (merchant_id, payment_id, id);
drop index webhook_deliveries_of_event;
create index webhook_deliveries_of_event on webhook_deliveries (merchant_id, outbox_id);
drop index webhook_attempts_of_delivery;
create index webhook_attempts_of_delivery on webhook_attempts (merchant_id, delivery_id, id);

-- After all the others: of indexes that cost the same, PostgreSQL takes the newest. While a table is small, every index that
-- begins with merchant_id costs the same, and a prepared statement keeps what was taken then while the table grows.
alter table payments add primary key (merchant_id, id);
alter table receipts add primary key (merchant_id, id);
alter table operations add primary key (merchant_id, id);
alter table operation_audit add primary key (merchant_id, id);
alter table idempotency_keys add primary key (merchant_id, id);
alter table outbox add primary key (merchant_id, id);
alter table gateway_notices add primary key (merchant_id, id);
alter table webhook_deliveries add primary key (merchant_id, id);
alter table webhook_attempts add primary key (merchant_id, id);

-- 2. An operation is about a subject: a payment, or a cash receipt. Exactly one is named; what comes later (a billing key, a
-- certification) is one more column in the same check. An operation on a receipt takes the turn of the receipt's payment.
alter table operations alter column payment_id drop not null;
-- The channel that it goes through, whatever it is about.
alter table operations add column channel_id bigint references channels;
-- No state changes here, so that there is nothing to audit.
alter table operations disable trigger user;
update operations o set
  channel_id = p.channel_id, payment_id = case when o.receipt_id is null then o.payment_id end
from payments p where p.merchant_id = o.merchant_id and p.id = o.payment_id;
alter table operations enable trigger user;
alter table operations alter column channel_id set not null,
  add constraint operations_name_one_subject check (num_nonnulls(payment_id, receipt_id) = 1);

-- What is announced, and what a gateway tells by itself, is about a subject alike.
alter table outbox alter column payment_id drop not null, add column receipt_id bigint,
  add constraint outbox_names_one_subject check (num_nonnulls(payment_id, receipt_id) = 1);
alter table gateway_notices alter column payment_id drop not null, add column receipt_id bigint,
  add constraint gateway_notices_name_one_subject check (num_nonnulls(payment_id, receipt_id) = 1);

alter table receipts add foreign key (merchant_id, payment_id) references payments (merchant_id, id);
alter table operations
  add foreign key (merchant_id, payment_id) references payments (merchant_id, id),
  add foreign key (merchant_id, receipt_id) references receipts (merchant_id, id);
alter table outbox
  add foreign key (merchant_id, payment_id) references payments (merchant_id, id),
  add foreign key (merchant_id, receipt_id) references receipts (merchant_id, id);
alter table gateway_notices
  add foreign key (merchant_id, payment_id) references payments (merchant_id, id),
  add foreign key (merchant_id, receipt_id) references receipts (merchant_id, id);
alter table webhook_deliveries
  add foreign key (merchant_id, outbox_id) references outbox (merchant_id, id) on delete cascade,
  add foreign key (merchant_id, payment_id) references payments (merchant_id, id) on delete cascade;
alter table webhook_attempts
  add foreign key (merchant_id, delivery_id) references webhook_deliveries (merchant_id, id) on delete cascade;

-- 3. The functions of the triggers, with the merchant in every statement. Their reasons stand where they were first made
-- (0001, 0003).
create or replace function audit_new_operations() returns trigger language plpgsql as $$
begin
  insert into operation_audit (merchant_id, operation_id, from_state, to_state, at, by, why)
  select merchant_id, id, 'none', state, changed_at, changed_by, changed_why from new_rows;
  return null;
end $$;

create or replace function audit_operation_changes() returns trigger language plpgsql as $$
begin
  insert into operation_audit (merchant_id, operation_id, from_state, to_state, at, by, why)
  select n.merchant_id, n.id, 'requested', 'sent', n.sent_at, n.changed_by, 'request handed to the gateway'
  from old_rows o join new_rows n using (merchant_id, id)
  where o.state = 'requested' and n.state not in ('requested', 'sent', 'unsent');

  insert into operation_audit (merchant_id, operation_id, from_state, to_state, at, by, why)
  select n.merchant_id, n.id,
    case when o.state = 'requested' and n.state not in ('sent', 'unsent') then 'sent' else o.state end,
    n.state, n.changed_at, n.changed_by, n.changed_why
  from old_rows o join new_rows n using (merchant_id, id)
  where o.state <> n.state;
  return null;
end $$;

create or replace function queue_webhooks() returns trigger language plpgsql as $$
declare
  wanted record;
begin
  for wanted in
    select o.id, o.merchant_id, p.id as payment_id, o.event, o.body, o.created_at, m.webhook_format, m.webhook_retry, u.url
    from new_rows o
    -- A receipt's events go where those of its payment go, and in line with them.
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
    where d.merchant_id = wanted.merchant_id and d.payment_id = wanted.payment_id and d.url = wanted.url
      and d.state = 'waiting' and d.in_order
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
  bigint, text, text, integer, text, timestamptz, text, text, integer, text, integer, bytea
);
create function finish_webhook_attempt(
  of_merchant bigint, finished_id bigint, owner text, new_state text, pause_ms integer, attempt_kind text,
  attempted_at timestamptz, sent_type text, sent_body text, answered_status integer, failure text, took_ms integer,
  answered bytea
) returns void language plpgsql as $$
declare
  finished webhook_deliveries;
begin
  perform set_config('synchronous_commit', 'off', true);
  update webhook_deliveries set
    state = new_state, attempts = attempts + 1, lease_of = null,
    next_attempt_at = clock_timestamp() + pause_ms * interval '1 millisecond',
    ended_at = case when new_state = 'waiting' then null else clock_timestamp() end
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
    where d.merchant_id = of_merchant and d.payment_id = finished.payment_id and d.url = finished.url
      and d.state = 'waiting' and d.in_order and d.next_attempt_at = 'infinity'
  );
end $$;
