-- Why a gateway refused, in one of a few words that are the same for every gateway. Kept with the answer of an idempotent request
-- too, so that a repeat is answered as the first one was.
alter table operations add column gateway_category text;
alter table idempotency_keys add column refusal_category text;
