-- breaks older processes: no

-- Few payments have failed or still wait for their buyer: a page of them looked at ten thousand others. Every change of a payment's state is
-- written into payments_by_change already, so that this one costs no update that was a cheap one before.
create index concurrently payments_in_rare_states on payments (merchant_id, status, started_at desc, id desc) where status in ('ready', 'failed');
create index concurrently payments_failed_by_change on payments (merchant_id, coalesce(cancelled_at, failed_at, paid_at) desc, id desc) where status = 'failed';
