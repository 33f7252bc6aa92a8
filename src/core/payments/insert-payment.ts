import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { Channel } from '../merchants/channels.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import type { DatabaseTime } from '../operations/leases.ts';
import type { OperationDetails } from '../records/operation.ts';
import { type Payment, paymentColumns } from '../records/payment.ts';
import { newImpUid } from './identifier.ts';

/** The columns of a new payment that the caller decides on; the channel gives the others. */
export type NewPayment = Pick<Payment, 'merchant_uid' | 'pay_method' | 'channel' | 'currency' | 'started_at'> & {
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
} & Partial<Payment> & { readonly notice_urls?: readonly string[]; readonly confirm_url?: string | null };

/** The key was replaced or taken back between being read and being charged. Nothing was written. */
export class BillingKeyChanged extends Error {}

/** A schedule was taken, revoked or set for another time between being read and being charged. Nothing was written. */
export class ScheduleChanged extends Error {}

/** The schedule that a payment is an attempt of, as it was read: taken by the statement that writes the payment. */
export interface TakenSchedule {
  readonly id: bigint;
  readonly version: number;
}

/** The operation that makes the payment at the gateway; it has the payment's first turn. */
export interface FirstOperation {
  readonly id: string;
  readonly kind: GatewayOperation;
  readonly reason: string;
  readonly details: OperationDetails;
  readonly secrets: Buffer | null;
  readonly idempotencyId: bigint | null;
  /** The key that is charged, as it was read: one that has been replaced or taken back since is not charged. */
  readonly billingKey: { readonly id: bigint; readonly generation: number } | null;
  readonly leaseOwner: string;
  readonly leaseUntil: DatabaseTime;
}

/**
 * Writes a payment, and the operation that is about to make it, in one statement. With an operation, a `merchant_uid` that
 * is paid already (or is just being paid by the API) is refused; a partial unique index decides between two at
 * once. Throws `BillingKeyChanged` when the key that is to be charged is not the one any more that was read, and
 * `ScheduleChanged` when that is so of the schedule.
 */
export async function insertPayment(
  database: Database,
  channel: Channel,
  values: NewPayment,
  operation: FirstOperation | null,
  schedule?: TakenSchedule,
): Promise<Payment> {
  refuseTooMuch(values);
  const columns = {
    ...values,
    imp_uid: values.imp_uid ?? newImpUid(values.channel === 'api' ? 'api' : 'window'),
    merchant_id: channel.merchantId,
    channel_id: channel.id,
    provider: channel.provider,
    mid: channel.mid,
    sandbox: channel.access.mode === 'test',
    status: values.status ?? 'ready',
    claims_order: values.claims_order ?? false,
    turn_of: operation?.id ?? null,
    updated_at: values.started_at,
  };
  const names = Object.keys(columns);
  const list = names.join(', ');
  // The names come from the code, the values travel as one JSON parameter.
  const text = `
    with ${schedule ? unchangedScheduleSql : ''} payment as (
      insert into payments (${list})
      select ${names.map((name) => `r.${name}`).join(', ')} from jsonb_populate_record(null::payments, $1::jsonb) r
      -- Not "$2 is null or ...": that could be answered by reading the paid payments of all merchants. And by the index that has
      -- this order: while the table is small, an equality could be planned that reads all of a merchant's.
      where (
        select p.id from payments p
        where $2::text is not null and p.merchant_id = r.merchant_id
          and p.merchant_uid >= r.merchant_uid and p.merchant_uid <= r.merchant_uid
          and (p.status = 'paid' or (p.status = 'cancelled'
            -- The number of a charge is used once and for all; any other is free again when all of it was given back.
            and (p.cancelled_minor < p.amount_minor or $3::text = 'charge_key')))
        order by p.merchant_uid limit 1) is null
        and ($9::bigint is null or exists (
          select from billing_keys k where k.merchant_id = $12::bigint and k.id = $9 and k.generation = $10
            and k.gateway_key is not null))
        ${schedule ? 'and exists (select from unchanged)' : ''}
      on conflict (merchant_id, merchant_uid) where claims_order do nothing
      returning *
    ), ${schedule ? takeScheduleSql : ''} begun as (
      ${beginOperationsSql('payment where $2::text is not null', {
        id: '$2',
        merchant_id: 'merchant_id',
        channel_id: 'channel_id',
        payment_id: 'id',
        kind: '$3',
        amount_minor: 'amount_minor',
        tax_free_minor: 'tax_free_minor',
        vat_minor: 'vat_minor',
        balance_before_minor: 'amount_minor',
        reason: '$4',
        details: '$5::jsonb',
        secrets: '$6::bytea',
        idempotency_id: '$11::bigint',
        requested_at: 'started_at',
        lease_of: '$8',
        lease_until: '$7',
      })}
    ), announced as (
      -- Without an operation it was paid, or given its account, in the gateway's window, and is as it will be; or its window has just
      -- opened, and nothing is told; or it is a schedule that could not even be tried.
      insert into outbox (merchant_id, payment_id, event, body, created_at)
      select merchant_id, id, status, jsonb_build_object(
        'imp_uid', imp_uid, 'merchant_uid', merchant_uid, 'status', status), started_at
      from payment where $2::text is null and (status = 'paid' or (status = 'ready' and pay_method = 'vbank' and pg_tid is not null)
        or (status = 'failed' and customer_uid_usage = 'payment.scheduled'))
    )
    select ${paymentColumns()} from payment`;
  const parameters = [
    JSON.stringify(columns, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    operation?.id ?? null,
    operation?.kind ?? null,
    operation?.reason ?? null,
    JSON.stringify(operation?.details ?? {}),
    operation?.secrets ?? null,
    operation?.leaseUntil ?? null,
    operation?.leaseOwner ?? null,
    operation?.billingKey?.id ?? null,
    operation?.billingKey?.generation ?? null,
    operation?.idempotencyId ?? null,
    channel.merchantId,
    ...(schedule ? [schedule.id, schedule.version] : []),
  ];
  const [payment] = await database.query<Payment>(text, parameters, nameOf(text));
  if (payment) return payment;
  if (schedule && !(await isUnchanged(database, channel.merchantId, schedule))) throw new ScheduleChanged();
  await refuseTakenOrder(database, channel.merchantId, values.merchant_uid, {
    isCharge: operation?.kind === 'charge_key',
  });
  if (operation?.billingKey) throw new BillingKeyChanged();
  throw new Refusal('order_already_paid');
}

const statementNames = new Map<string, string>();

/** Planning one takes longer than carrying it out. There are a few: one for each set of columns that a way to pay has. */
function nameOf(text: string): string {
  let name = statementNames.get(text);
  if (name === undefined) {
    name = `insert_payment_${statementNames.size}`;
    statementNames.set(text, name);
  }
  return name;
}

/** Held until the statement ends: a schedule has its payment exactly if the payment is there. */
const unchangedScheduleSql = `unchanged as (
      select merchant_id, id from schedules where merchant_id = $12::bigint and id = $13::bigint and version = $14::integer for update
    ),`;
const takeScheduleSql = `taken as (
      update schedules s set
        status = 'taken', payment_id = p.id, revoked_at = null, version = s.version + 1, lease_of = null, lease_until = '-infinity'
      from payment p
      where s.merchant_id = $12::bigint and s.id = $13::bigint and s.version = $14::integer
    ),`;

/** Nobody has changed the schedule since it was read. */
export async function isUnchanged(
  database: Database,
  merchantId: bigint,
  { id, version }: TakenSchedule,
): Promise<boolean> {
  const [row] = await database.query('select from schedules where merchant_id = $1 and id = $2 and version = $3', [
    merchantId,
    id,
    version,
  ]);
  return row !== undefined;
}

/**
 * Throws a refusal when the order has been paid, and not all of it given back, or is just being paid; one in doubt tells what it waits for.
 * As `insertPayment` has it: a charge needs a number that was never paid.
 */
export async function refuseTakenOrder(
  database: Database,
  merchantId: bigint,
  merchantUid: string,
  { isCharge = false }: { readonly isCharge?: boolean } = {},
): Promise<void> {
  const [taken] = await database.query<{ doubt_id: string | null }>(
    `select case when o.state = 'in_doubt' then o.id end as doubt_id
     from payments p left join operations o
       on p.status = 'ready' and o.merchant_id = p.merchant_id and o.id = p.turn_of and o.merchant_id = $1
     where p.merchant_id = $1 and p.merchant_uid = $2
       and (p.claims_order or p.status = 'paid' or (p.status = 'cancelled' and (p.cancelled_minor < p.amount_minor or $3::boolean)))
     order by doubt_id nulls last limit 1`,
    [merchantId, merchantUid, isCharge],
  );
  if (!taken) return;
  const refusal = new Refusal('order_already_paid');
  const { doubt_id: id } = taken;
  if (id === null) throw refusal;
  throw Refusal.again('order_already_paid', `${refusal.message} (doubt_id: ${id})`, null, { id, state: 'in_doubt' });
}

/** Each of these URLs is called for every event of the payment. */
const noticeUrlsMax = 10;
const noticeUrlLengthMax = 2_000;
/** Every answer about the payment carries it. */
const customDataBytesMax = 65_536;

/** What a payment may carry along is bounded. To be asked before anything is done for it. */
export function refuseTooMuch({
  notice_urls: urls = [],
  custom_data: customData,
}: Pick<NewPayment, 'notice_urls' | 'custom_data'>): void {
  if (urls.length > noticeUrlsMax || urls.some((url) => url.length > noticeUrlLengthMax)) {
    const expected = `최대 ${noticeUrlsMax}개, 각 ${noticeUrlLengthMax}자 이하`;
    throw new Refusal('parameter_invalid', { name: 'notice_url', expected });
  }
  if (Buffer.byteLength(customData ?? '') > customDataBytesMax) {
    throw new Refusal('parameter_invalid', { name: 'custom_data', expected: `${customDataBytesMax}바이트 이하` });
  }
}
