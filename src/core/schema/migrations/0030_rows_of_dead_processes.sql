-- breaks older processes: no

-- Who carries an approved refund request out, so that what a dead process had in hand is taken up before its lease has run out. An
-- older process writes no name, and what it had in hand waits for its lease, as before.
alter table refund_requests add column lease_of text;

create index bulk_refund_rows_taken on bulk_refund_rows (lease_of) where state = 'waiting' and lease_of is not null;
