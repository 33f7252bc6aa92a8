import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { PaymentStatus } from '../records/payment.ts';
import type { PaymentTables } from './payment-tables.ts';
import { type ChosenPayment, weightSql } from './read-in-parts.ts';

export const paymentSortings = ['-started', 'started', '-paid', 'paid', '-updated', 'updated'] as const;
export type PaymentSorting = (typeof paymentSortings)[number];

type PaymentQuery = SelectQueryBuilder<PaymentTables, 'payments', object>;

export interface PaymentPage {
  readonly total: number;
  readonly chosen: readonly ChosenPayment[];
}

export interface PageChoice {
  readonly page: number;
  readonly limit: number;
  readonly sorting: PaymentSorting;
}

const sortedBy = {
  started: 'started_at',
  paid: 'paid_at',
  updated: 'updated_at',
} as const;

/** The time that a period of `GET /payments/status/…` means, by status. */
export const periodColumns = {
  all: 'started_at',
  ready: 'started_at',
  paid: 'paid_at',
  cancelled: 'cancelled_at',
  failed: 'failed_at',
} as const;

export async function paymentsByOrder(
  db: Kysely<PaymentTables>,
  merchantId: bigint,
  merchantUid: string,
  status: PaymentStatus | undefined,
  choice: PageChoice,
): Promise<PaymentPage> {
  let query = db.selectFrom('payments').where('merchant_id', '=', merchantId).where('merchant_uid', '=', merchantUid);
  if (status) query = query.where('status', '=', status);
  return pageOf(query, choice);
}

export async function paymentsByStatus(
  db: Kysely<PaymentTables>,
  merchantId: bigint,
  status: PaymentStatus | 'all',
  period: { readonly from: Date; readonly to: Date },
  choice: PageChoice,
): Promise<PaymentPage> {
  const column = periodColumns[status];
  let query = db
    .selectFrom('payments')
    .where('merchant_id', '=', merchantId)
    .where(column, '>=', period.from)
    .where(column, '<=', period.to);
  if (status !== 'all') query = query.where('status', '=', status);
  return pageOf(query, choice);
}

/** Made with a billing key of this name, or when it was issued. */
export async function paymentsOfCustomer(
  db: Kysely<PaymentTables>,
  merchantId: bigint,
  customerUid: string,
  choice: PageChoice,
): Promise<PaymentPage> {
  const query = db.selectFrom('payments').where('merchant_id', '=', merchantId).where('customer_uid', '=', customerUid);
  return pageOf(query, choice);
}

/** The payments that have one of these ids, newest first. */
export async function paymentsByIds(
  db: Kysely<PaymentTables>,
  merchantId: bigint,
  impUids: readonly string[],
  merchantUids: readonly string[],
): Promise<readonly ChosenPayment[]> {
  return db
    .selectFrom('payments')
    .where('merchant_id', '=', merchantId)
    .where((where) =>
      where.or([
        where('imp_uid', '=', sql<string>`any(${[...impUids]}::text[])`),
        where('merchant_uid', '=', sql<string>`any(${[...merchantUids]}::text[])`),
      ]),
    )
    .select(['id', 'imp_uid', 'merchant_uid', weightSql.as('weight')])
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

async function pageOf(query: PaymentQuery, { page, limit, sorting }: PageChoice): Promise<PaymentPage> {
  const descending = sorting.startsWith('-');
  const column = sortedBy[sorting.replace('-', '') as keyof typeof sortedBy];
  const direction = descending ? 'desc' : 'asc';
  const [counted, chosen] = await Promise.all([
    query.select((select) => select.fn.countAll<bigint>().as('total')).executeTakeFirstOrThrow(),
    query
      .select(['id', 'imp_uid', 'merchant_uid', weightSql.as('weight')])
      .orderBy(column, (order) => order[direction]().nullsLast())
      .orderBy('id', direction)
      .limit(limit)
      .offset((page - 1) * limit)
      .execute(),
  ]);
  return { total: Number(counted.total), chosen };
}
