-- breaks older processes: they can't read what is encrypted from now on

-- Ciphertexts are bound to their rows and name their key; those that are there stay as they are until hwanbul rotate-key has been
-- run. The columns are listed in records/encrypted-columns.ts.
comment on column merchants.webhook_secret is 'ciphertext';
comment on column channels.credentials is 'ciphertext';
comment on column payments.notice_secret is 'ciphertext';
comment on column operations.secrets is 'ciphertext';
comment on column gateway_notices.content is 'ciphertext';
comment on column idempotency_keys.request_hash is 'ciphertext of a hash; 32 bytes: a hash made with the key of an older server';
