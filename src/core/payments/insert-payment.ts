import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { Channel } from '../merchants/channels.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import type { OperationDetails } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { newImpUid } from './identifier.ts';

/** The columns of a new payment that the caller decides on; the channel gives the others. */
export type NewPayment = Pick<Payment, 'merchant_uid' | 'pay_method' | 'channel' | 'currency' | 'started_at'> & {
  readonly amount_minor: bigint;
  readonly tax_free_minor: bigint;
  readonly vat_minor: bigint;
} & Partial<Payment> & { readonly notice_urls?: readonly string[]; readonly confirm_url?: string | null };

/** The operation that makes the payment at the gateway; it has the payment's first turn. */
export interface FirstOperation {
  readonly id: string;
  readonly kind: GatewayOperation;
  readonly reason: string;
  readonly details: OperationDetails;
  readonly secrets: Buffer | null;
  readonly leaseOwner: string;
  readonly leaseUntil: Date;
}

/**
 * Writes a payment, and the operation that is about to make it, in one statement. With an operation, a `merchant_uid` that
 * is paid already (or is just being paid by the API) is refused; a partial unique index decides between two at once.
 */
export async function insertPayment(
  database: Database,
  channel: Channel,
  values: NewPayment,
  operation: FirstOperation | null,
): Promise<Payment> {
  refuseManyUrls(values.notice_urls ?? []);
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
    with payment as (
      insert into payments (${list})
      select ${names.map((name) => `r.${name}`).join(', ')} from jsonb_populate_record(null::payments, $1::jsonb) r
      -- Not "$2 is null or not exists": that could be answered by reading the paid payments of all merchants.
      where not exists (
        select from payments p where $2::text is not null and p.merchant_id = r.merchant_id and p.merchant_uid = r.merchant_uid
          and (p.status = 'paid' or (p.status = 'cancelled' and p.cancelled_minor < p.amount_minor)))
      on conflict (merchant_id, merchant_uid) where claims_order do nothing
      returning *
    ), begun as (
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
        requested_at: 'started_at',
        lease_of: '$8',
        lease_until: '$7::timestamptz',
      })}
    ), announced as (
      -- Without an operation it was paid, or given its account, in the gateway's window, and is as it will be.
      insert into outbox (merchant_id, payment_id, event, body, created_at)
      select merchant_id, id, status, jsonb_build_object(
        'imp_uid', imp_uid, 'merchant_uid', merchant_uid, 'status', status), started_at
      from payment where $2::text is null and (status = 'paid' or (status = 'ready' and pay_method = 'vbank'))
    )
    select * from payment`;
  const [payment] = await database.query<Payment>(text, [
    JSON.stringify(columns, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    operation?.id ?? null,
    operation?.kind ?? null,
    operation?.reason ?? null,
    JSON.stringify(operation?.details ?? {}),
    operation?.secrets ?? null,
    operation?.leaseUntil ?? null,
    operation?.leaseOwner ?? null,
  ]);
  if (!payment) throw new Refusal('order_already_paid');
  return payment;
}

/** Each of these URLs is called for every event of the payment. */
const noticeUrlsMax = 10;
const noticeUrlLengthMax = 2_000;

function refuseManyUrls(urls: readonly string[]): void {
  if (urls.length <= noticeUrlsMax && urls.every((url) => url.length <= noticeUrlLengthMax)) return;
  const expected = `최대 ${noticeUrlsMax}개, 각 ${noticeUrlLengthMax}자 이하`;
  throw new Refusal('parameter_invalid', { name: 'notice_url', expected });
}
