import { hashedLocks } from '../../platform/database/advisory-locks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Channel } from '../merchants/channels.ts';
import { nobody } from '../operations/leases.ts';
import { type Payment, paymentColumns } from '../records/payment.ts';
import { type AdoptedColumns, type AdoptedOperation, adoptedColumnNames } from './adopted-rows.ts';

/** Who says that it is to be in our book, and why. */
export interface AdoptedBy {
  readonly by: string;
  /** The person's own words. */
  readonly reason: string;
  /** The same and from where it is known: what the audit keeps. */
  readonly why: string;
  readonly source: string;
}

/**
 * The last steps of both statements: an operation for all that was adopted, confirmed from its first moment, which the database audits, and
 * the webhooks. `adopted` is the payment, or nothing if our book was not as it was read.
 */
const beginAdoptedSql = `
done as (
  select a.merchant_id, a.channel_id, a.id as payment_id, a.imp_uid, a.merchant_uid, a.status, a.updated_at, o.*
  from adopted a cross join rows from (jsonb_to_recordset($2::jsonb) as (
    id text, kind text, amount_minor bigint, tax_free_minor bigint, vat_minor bigint, balance_before_minor bigint, earlier_tids text[],
    gateway_tid text, receipt_url text, event text)) with ordinality as o(id, kind, amount_minor, tax_free_minor, vat_minor,
    balance_before_minor, earlier_tids, gateway_tid, receipt_url, event, position)
),
begun as (
  insert into operations (id, merchant_id, channel_id, payment_id, kind, state, amount_minor, tax_free_minor, vat_minor,
    balance_before_minor, earlier_tids, reason, details, gateway_tid, receipt_url, requested_at, ended_at, changed_at, changed_by,
    changed_why, lease_of, lease_until, next_inquiry_at)
  select id, merchant_id, channel_id, payment_id, kind, 'confirmed', amount_minor, tax_free_minor, vat_minor,
    balance_before_minor, earlier_tids, $3, jsonb_build_object('adopted', jsonb_build_object('source', $4::text)), gateway_tid,
    receipt_url, updated_at, updated_at, updated_at, $5, $6, '${nobody}', clock_timestamp(), clock_timestamp()
  from done order by position
),
announced as (
  insert into outbox (merchant_id, payment_id, event, body, created_at)
  select merchant_id, payment_id, event, jsonb_build_object('imp_uid', imp_uid, 'merchant_uid', merchant_uid, 'status', status)
    || case when kind = 'cancel' then jsonb_build_object('cancellation_id', id) else '{}' end, updated_at
  from done where event is not null order by position
)
select ${paymentColumns()} from adopted`;

/**
 * Into a payment of our book, on the condition that nothing has begun on it, and nothing of its money has moved, since it was read, which
 * was before the gateway was asked: so what the gateway has more is nothing of ours that is under way.
 */
const adoptIntoSql = `
with adopted as (
  update payments p set ${adoptedColumnNames.map((name) => `${name} = r.${name}`).join(', ')}
  from jsonb_populate_record(null::payments, $1::jsonb) r
  where p.merchant_id = $7 and p.id = $8 and p.turn_of is null and p.reserved_minor = 0 and p.status = $9
    and p.cancelled_minor = $10 and p.cancel_history = $11::jsonb and p.deposit_history = $12::jsonb
  returning p.*
),
${beginAdoptedSql}`;

/** A payment that our book has lost, on the condition that nobody has it: several stores, and several merchants, may have one MID. */
const adoptNewSql = (columns: readonly string[]): string => `
with adopted as (
  insert into payments (${columns.join(', ')})
  select ${columns.map((name) => `r.${name}`).join(', ')} from jsonb_populate_record(null::payments, $1::jsonb) r
  where not exists (select from payments p where p.imp_uid = r.imp_uid)
  on conflict (merchant_id, imp_uid) do nothing
  returning *
),
${beginAdoptedSql}`;

/** `undefined`: our book has changed since it was read, and nothing was written. */
export async function adoptInto(
  database: Database,
  payment: Payment,
  columns: AdoptedColumns,
  operations: readonly AdoptedOperation[],
  adopted: AdoptedBy,
): Promise<Payment | undefined> {
  const [written] = await database.query<Payment>(adoptIntoSql, [
    ...shared(columns, operations, adopted),
    payment.merchant_id,
    payment.id,
    payment.status,
    payment.cancelled_minor,
    JSON.stringify(payment.cancel_history),
    JSON.stringify(payment.deposit_history),
  ]);
  return written;
}

/** The columns of a payment that is adopted as a whole; its channel gives the others. */
export type NewAdoptedPayment = AdoptedColumns &
  Pick<
    Payment,
    | 'imp_uid'
    | 'merchant_uid'
    | 'pay_method'
    | 'channel'
    | 'currency'
    | 'amount_minor'
    | 'tax_free_minor'
    | 'vat_minor'
    | 'started_at'
  > &
  Partial<Payment> & { readonly notice_secret?: string };

/** `undefined`: it is in our book already, or in another merchant's. */
export async function adoptNew(
  database: Database,
  channel: Channel,
  values: NewAdoptedPayment,
  operations: readonly AdoptedOperation[],
  adopted: AdoptedBy,
): Promise<Payment | undefined> {
  const columns = {
    ...values,
    merchant_id: channel.merchantId,
    channel_id: channel.id,
    provider: channel.provider,
    mid: channel.mid,
    sandbox: channel.access.mode === 'test',
  };
  return database.withTransaction(async (client) => {
    // No key holds the number of a payment for all stores together. Who waits here sees, in a statement of its own, what the other has written.
    await client.query(`select pg_advisory_xact_lock(hashtextextended('adopted ' || $1, ${hashedLocks}))`, [
      values.imp_uid,
    ]);
    const [written] = await client.query<Payment>(
      adoptNewSql(Object.keys(columns)),
      shared(columns, operations, adopted),
    );
    return written;
  });
}

function shared(
  columns: object,
  operations: readonly AdoptedOperation[],
  { reason, source, by, why }: AdoptedBy,
): unknown[] {
  return [asJson(columns), asJson(operations), reason, source, by, why];
}

function asJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}
