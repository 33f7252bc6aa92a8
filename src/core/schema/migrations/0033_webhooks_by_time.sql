-- breaks older processes: no

-- A day of webhooks, however long ago, is found among millions, and so are those that were given up.
create index concurrently webhook_deliveries_by_time on webhook_deliveries (merchant_id, created_at desc, id desc);
create index concurrently webhook_deliveries_failed_by_time on webhook_deliveries (merchant_id, created_at desc, id desc) where state = 'failed';
