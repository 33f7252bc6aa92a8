-- breaks older processes: no

-- A day of webhooks, however long ago, is found among millions.
create index concurrently webhook_deliveries_by_time on webhook_deliveries (merchant_id, created_at desc, id desc);
