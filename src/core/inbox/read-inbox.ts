import { readDayInSeoul } from '../../platform/clock/seoul-day.ts';
import { seoulDay } from '../../platform/clock/seoul-time.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import { movesMoneySql, operationNamesSql, operationsWithPaymentSql } from '../records/operation-payment-sql.ts';

/** What waits for a person, by what it is. */
export const inboxKinds = [
  'doubts',
  'refund_requests',
  'bulk_refunds',
  'refunds_under_way',
  'failed_webhooks',
  'accounts_due',
] as const;
export type InboxKind = (typeof inboxKinds)[number];

/** One thing of a section; what does not apply is null. */
export interface InboxItem {
  /** Of the doubt, the refund request, the bulk refund, the cancellation, the webhook or the payment. */
  readonly id: string;
  readonly imp_uid: string | null;
  /** Of a bulk refund, the name of its file. */
  readonly merchant_uid: string | null;
  readonly provider: string | null;
  readonly currency: string | null;
  readonly amount_minor: bigint | null;
  /** The kind of an operation, the event of a webhook, or who has asked for refunds. */
  readonly what: GatewayOperation | string | null;
  /** Since when it waits; of an account, when it is due. */
  readonly at: Date;
}

export interface InboxSection {
  readonly kind: InboxKind;
  readonly count: number;
  /** There are more than were counted. */
  readonly isMore: boolean;
  readonly oldestAt: Date | undefined;
  /** The first ones, the oldest (of accounts, the next due) first. */
  readonly items: readonly InboxItem[];
}

/** Nobody counts on after this: the section costs the same however much waits. */
export const inboxCountMax = 1_000;
const itemsMax = 5;
/** Older webhooks that failed are nobody's work any more; the list of webhooks has them. */
const webhookDays = 30;

export async function readInbox(database: Database, merchantId: bigint, now: Date): Promise<readonly InboxSection[]> {
  const today = readDayInSeoul(seoulDay(now));
  if (!today) throw new Error('a clock gives no day');
  const webhooksSince = new Date(now.getTime() - webhookDays * 24 * 3_600_000);
  const take = inboxCountMax + 1;
  return Promise.all([
    section(
      'doubts',
      database.query<Counted>(
        `select count(*)::integer as count, min(requested_at) as oldest from (
           select o.requested_at from operations o
           where o.merchant_id = $1 and o.state = 'in_doubt' and ${movesMoneySql} order by o.id limit $2) counted`,
        [merchantId, take],
      ),
      database.query<InboxItem>(
        `select o.id, ${operationNamesSql}, o.amount_minor, o.kind as what, o.requested_at as at
         from ${operationsWithPaymentSql}
         where o.merchant_id = $1 and o.state = 'in_doubt' and ${movesMoneySql} order by o.id limit $2`,
        [merchantId, itemsMax],
      ),
    ),
    section(
      'refund_requests',
      database.query<Counted>(
        `select count(*)::integer as count, min(requested_at) as oldest from (
           select r.requested_at from refund_requests r
           where r.merchant_id = $1 and r.state = 'waiting' order by r.id limit $2) counted`,
        [merchantId, take],
      ),
      database.query<InboxItem>(
        `select r.id, p.imp_uid, p.merchant_uid, p.provider, p.currency, r.amount_minor, r.requested_by_name as what,
           r.requested_at as at
         from refund_requests r join payments p on p.merchant_id = r.merchant_id and p.id = r.payment_id
         where r.merchant_id = $1 and r.state = 'waiting' order by r.id limit $2`,
        [merchantId, itemsMax],
      ),
    ),
    section(
      'bulk_refunds',
      database.query<Counted>(
        `select count(*)::integer as count, min(created_at) as oldest from (
           select b.created_at from bulk_refunds b
           where b.merchant_id = $1 and b.state = 'planned' and b.created_by_member is not null order by b.id limit $2) counted`,
        [merchantId, take],
      ),
      database.query<InboxItem>(
        `select b.id, null as imp_uid, b.file_name as merchant_uid, null as provider, null as currency, null::bigint as amount_minor,
           b.created_by as what, b.created_at as at
         from bulk_refunds b
         where b.merchant_id = $1 and b.state = 'planned' and b.created_by_member is not null order by b.id limit $2`,
        [merchantId, itemsMax],
      ),
    ),
    section(
      'refunds_under_way',
      database.query<Counted>(
        `select count(*)::integer as count, min(accepted_at) as oldest from (
           select o.accepted_at from operations o
           where o.merchant_id = $1 and o.state = 'accepted' and o.accepted_at is not null and o.kind = 'cancel'
           order by o.id limit $2) counted`,
        [merchantId, take],
      ),
      database.query<InboxItem>(
        `select o.id, ${operationNamesSql}, o.amount_minor, o.kind as what, o.accepted_at as at
         from ${operationsWithPaymentSql}
         where o.merchant_id = $1 and o.state = 'accepted' and o.accepted_at is not null and o.kind = 'cancel'
         order by o.id limit $2`,
        [merchantId, itemsMax],
      ),
    ),
    section(
      'failed_webhooks',
      database.query<Counted>(
        `select count(*)::integer as count, min(created_at) as oldest from (
           select d.created_at from webhook_deliveries d
           where d.merchant_id = $1 and d.state = 'failed' order by d.id desc limit $3) counted
         where created_at >= $2`,
        [merchantId, webhooksSince, take],
      ),
      // The oldest of those that are counted, whose number is bounded.
      database.query<InboxItem>(
        `select d.id::text as id, p.imp_uid, p.merchant_uid, p.provider, p.currency, null::bigint as amount_minor,
           d.event as what, d.created_at as at
         from (
           select f.* from webhook_deliveries f
           where f.merchant_id = $1 and f.state = 'failed' order by f.id desc limit $3) d
         left join payments p on p.merchant_id = d.merchant_id and p.id = d.payment_id
         where d.created_at >= $2 order by d.id limit ${itemsMax}`,
        [merchantId, webhooksSince, take],
      ),
    ),
    section(
      'accounts_due',
      database.query<Counted>(
        `select count(*)::integer as count, min(vbank_due_at) as oldest from (
           select p.vbank_due_at from payments p
           where p.merchant_id = $1 and p.vbank_due_at >= $2 and p.vbank_due_at < $3 and p.status = 'ready'
           order by p.vbank_due_at, p.id limit $4) counted`,
        [merchantId, today.from, today.until, take],
      ),
      database.query<InboxItem>(
        `select p.imp_uid as id, p.imp_uid, p.merchant_uid, p.provider, p.currency, p.amount_minor, null::text as what,
           p.vbank_due_at as at
         from payments p
         where p.merchant_id = $1 and p.vbank_due_at >= $2 and p.vbank_due_at < $3 and p.status = 'ready'
         order by p.vbank_due_at, p.id limit $4`,
        [merchantId, today.from, today.until, itemsMax],
      ),
    ),
  ]);
}

interface Counted {
  readonly count: number;
  readonly oldest: Date | null;
}

async function section(
  kind: InboxKind,
  counting: Promise<readonly Counted[]>,
  listing: Promise<readonly InboxItem[]>,
): Promise<InboxSection> {
  const [[counted], items] = await Promise.all([counting, listing]);
  const count = counted?.count ?? 0;
  return {
    kind,
    count: Math.min(count, inboxCountMax),
    isMore: count > inboxCountMax,
    oldestAt: counted?.oldest ?? undefined,
    items,
  };
}
