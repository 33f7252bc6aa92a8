/** Tables that all merchants share, and why. A database that is distributed by merchant has a copy of each everywhere. */
export const sharedTables: Readonly<Record<string, string>> = {
  merchants: 'found by imp_key, before it is known who asks',
  access_tokens: 'found by the hash of a token, before it is known who asks; a merchant has one',
  channels: 'found by the MID that a gateway names; few, and hardly ever changed',
  members: 'found by the e-mail address of whoever signs in',
  sessions: 'found by the hash of a cookie',
  invitations: 'found by the hash of a link',
  sign_in_counts: 'counted before it is known who it is',
  second_factors: 'found by the id of a passkey, or with the member',
  recovery_codes: 'with the member',
  passkey_challenges: 'found by its hash, before it is known who signs in',
  sign_in_tickets: 'found by the hash of a ticket',
  oidc_sign_ins: 'found by its hash, before it is known who signs in',
  operation_transitions: 'the life of an operation is the same for all',
  server_facts: "the server's own",
  schema_migrations: "the server's own",
  server_processes: "the server's own",
};

/** Tables whose rows are one merchant's each. */
export const merchantTables: readonly string[] = [
  'payments',
  'receipts',
  'certifications',
  'escrows',
  'billing_keys',
  'schedules',
  'operations',
  'operation_audit',
  'idempotency_keys',
  'outbox',
  'gateway_notices',
  'webhook_deliveries',
  'webhook_attempts',
  'sandbox_clocks',
  'channel_group_members',
  'prepared_amounts',
  'checkouts',
  'refund_requests',
  'bulk_refunds',
  'bulk_refund_rows',
  'reconciliation_days',
  'statistics_hours',
  'saved_views',
  'member_audit',
  'console_settings',
];

/**
 * Tables that grow as long as the server works, by what anybody asks for. Not of these: what an operator sets up, row by row, and what there
 * is once for each of that (access_tokens).
 */
export const growingTables: readonly string[] = [
  ...merchantTables.filter(
    (table) => !['sandbox_clocks', 'channel_group_members', 'saved_views', 'console_settings'].includes(table),
  ),
  'sessions',
  'sign_in_counts',
  'passkey_challenges',
  'sign_in_tickets',
  'oidc_sign_ins',
];

/** Statements that may read all of a table. None of them is what somebody from outside can bring about at will. */
export const readsAll: readonly LookOverAll[] = [
  {
    statement: /^select case when substring\(c\.\w+ for 1\).* group by 1$/s,
    why: 'the doctor counts all ciphertexts',
  },
  {
    statement: /^select count\(\*\), max\(expires_at\) as until from idempotency_keys/,
    why: 'asked once, by whoever takes a previous key away',
  },
  {
    statement: /^delete from \w+(?: where merchant_id = any\(\$1\))?$/,
    why: 'a sandbox forgets everything',
  },
];

/** A statement that has to look over all merchants. */
export interface LookOverAll {
  readonly statement: RegExp;
  readonly why: string;
}

export const looksOverAll: readonly LookOverAll[] = [
  {
    statement: /update operations set lease_of.*for update skip locked/s,
    why: 'recovery takes what is due, whose ever it is',
  },
  {
    statement: /update refund_requests set lease_of.*for update skip locked/s,
    why: 'what was approved is carried out, whose ever it is',
  },
  {
    statement: /update refund_requests set state = 'expired'/,
    why: 'what nobody has decided on expires, whose ever it is',
  },
  {
    statement: /update schedules set lease_of.*for update skip locked/s,
    why: 'schedules that are due are run, whose ever they are',
  },
  {
    statement: /^\s*with lanes as.*update bulk_refund_rows/s,
    why: 'rows of bulk refunds that run are sent, whose ever they are',
  },
  {
    statement: /^\s*update bulk_refund_rows r set\s+state = o.state/,
    why: 'and those in doubt are followed',
  },
  {
    statement: /^\s*update bulk_refunds b set state = 'ended'/,
    why: 'and those with nothing left to send have ended',
  },
  {
    statement: /^\s*update reconciliation_days set lease_until.*for update skip locked/s,
    why: 'days that are to be compared are, whose ever they are',
  },
  {
    statement: /^\s*with adopted as \(\s*insert into payments/,
    why: 'a payment that is adopted must be in nobody’s book: several merchants may have one MID',
  },
  {
    statement: /update gateway_notices set next_try_at.*for update skip locked/s,
    why: 'notices that wait are tried again, whose ever they are',
  },
  {
    statement: /^\s*with recursive setting.*update webhook_deliveries/s,
    why: 'webhooks are taken lane by lane, and the lanes of all merchants have to be found',
  },
  {
    statement: /^with owners as materialized.*select distinct lease_of/s,
    why: 'a process that has died left leases behind, on webhooks of whichever merchants',
  },
  {
    statement: /^with dead as materialized.*update webhook_deliveries/s,
    why: 'and all of them are given back',
  },
  {
    statement: /^\s*with owners as materialized.*select lease_of from operations/s,
    why: 'a process that has died had operations and schedules in hand, of whichever merchants',
  },
  {
    statement: /^\s*with dead as materialized.*update operations/s,
    why: 'and all of them are given back',
  },
  {
    statement: /^\s*select p\.\* from payments p join channels c /,
    why: 'a notice of a gateway names a payment, or a MID that several merchants may have, and no merchant',
  },
  {
    statement: /^\s*with old as materialized.*for update of e skip locked.*delete from idempotency_keys/s,
    why: 'what has expired is removed, whose ever it is',
  },
  {
    statement:
      /^\s*with\s+setting as materialized.*looked as materialized.*delete from (?:webhook_deliveries|outbox|gateway_notices)/s,
    why: 'what has ended long ago is removed, whose ever it is',
  },
  {
    statement: /^\s*select m\.part, exists \(.*from audit_months\(\) m/s,
    why: 'a month of the audit has rows of all merchants',
  },
  {
    statement: /^select merchant_id(?:, at)? from sandbox_clocks$/,
    why: 'a sandbox reads the clocks that are held into its memory, all of them',
  },
  {
    statement: /^select \* from payments where imp_uid = \$1$/,
    why: 'in a sandbox a buyer, who has no token, pays by the number of the payment',
  },
  {
    statement: /^select (?:c\.\w+, )+\(octet_length.* as stale_ciphertext/s,
    why: 'a rotation of the key goes through all rows, whose ever they are',
  },
  {
    statement: /^select case when substring\(c\.\w+ for 1\).* group by 1$/s,
    why: 'the doctor counts all ciphertexts',
  },
  {
    statement: /^select s\.id as session_id.* left join console_settings c on c\.merchant_id = e\.merchant_id/s,
    why: 'whose the cookie is stands in the row of the session, and the settings are those of that store',
  },
  {
    statement: /^\s*select\s+\(select jsonb_agg\(o\) from .* as webhook_age/s,
    why: 'metrics tell how much is open, whose ever it is',
  },
  {
    statement: /^select count\(\*\), max\(expires_at\) as until from idempotency_keys/,
    why: 'a previous key is needed as long as any merchant has a hash that was made with it',
  },
  {
    statement: /^delete from \w+$/,
    why: 'a sandbox forgets everything',
  },
];
