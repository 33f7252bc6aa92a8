import { type Kysely, sql } from 'kysely';
import { lookBounded, lookedAtMax } from '../records/bounded-look.ts';
import { type Payment, type PaymentStatus, paymentStatuses } from '../records/payment.ts';
import {
  inState,
  lookedAt,
  looksThrough,
  narrowed,
  type PaymentFilter,
  type PaymentQuery,
  type TimeBasis,
  timeBases,
  timeSql,
} from './payment-filter.ts';
import type { PaymentTables } from './payment-tables.ts';

/**
 * A place in a list: the time and the id of the payment that it goes on after. It holds the values and not only the id, so that a payment
 * that is cancelled meanwhile, and so has another time, leaves no gap.
 */
export interface ListPlace {
  /** Microseconds since 1970, as exact as the database is. */
  readonly micros: bigint;
  readonly id: bigint;
}

export interface PageWish {
  readonly limit: number;
  readonly after: ListPlace | undefined;
  /** Goes on after this payment, as older clients ask for it. */
  readonly beforeImpUid?: string | undefined;
  /** Looks at no more payments than `lookedAtMax` for one page, which then may be short. */
  readonly isBounded: boolean;
}

export interface FoundPage {
  readonly payments: readonly Payment[];
  /** `undefined`: there are no more. */
  readonly next: ListPlace | undefined;
  /** Where it has stopped to look, although the page is not full. */
  readonly lookedUntil: Date | undefined;
}

const microsSql = (basis: TimeBasis) => sql<bigint>`(extract(epoch from ${timeSql[basis]}) * 1000000)::bigint`;
const timeOfMicros = (micros: bigint) => sql`('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond')`;

/** Newest first by the filter's time. */
export async function searchPayments(
  db: Kysely<PaymentTables>,
  merchantId: bigint,
  filter: PaymentFilter,
  wish: PageWish,
): Promise<FoundPage> {
  const { limit, isBounded } = wish;
  const from = beginning(lookedAt(db, merchantId, filter), merchantId, filter.basis, wish);
  if (!isBounded || !looksThrough(filter)) return pageOf(await rowsOf(from, filter, limit + 1), limit, undefined);
  const after = (place: ListPlace | undefined) => (place ? from.where(isAfter(filter.basis, place)) : from);
  const { rows, stoppedAt } = await lookBounded<Row, ListPlace>(
    {
      placeAfter: (place, count) => placeAfter(after(place), filter.basis, count),
      rowsOf: (place, end, most) =>
        rowsOf(end ? after(place).where(notAfter(filter.basis, end)) : after(place), filter, most),
    },
    undefined,
    limit + 1,
  );
  return pageOf(rows, limit, stoppedAt);
}

/** How many fit, of whatever state. It may take as long as there are payments. */
export async function countAll(db: Kysely<PaymentTables>, merchantId: bigint, filter: PaymentFilter): Promise<number> {
  const counted = await inState(narrowed(lookedAt(db, merchantId, filter), filter), filter)
    .select((select) => select.fn.countAll<bigint>().as('total'))
    .executeTakeFirstOrThrow();
  return Number(counted.total);
}

export interface StateCounts {
  readonly counts: Readonly<Record<PaymentStatus, number>>;
  /** Older ones have not been counted; `undefined`: all have been. */
  readonly countedFrom: Date | undefined;
}

/** How many there are of each state among the newest ones, whatever state the filter names. */
export async function countByState(
  db: Kysely<PaymentTables>,
  merchantId: bigint,
  ofState: PaymentFilter,
): Promise<StateCounts> {
  const filter = { ...ofState, status: undefined };
  const query = lookedAt(db, merchantId, filter);
  const end = await placeAfter(query, filter.basis, lookedAtMax);
  const rows = await narrowed(end ? query.where(notAfter(filter.basis, end)) : query, filter)
    .select(['status', (select) => select.fn.countAll<bigint>().as('count')])
    .groupBy('status')
    .execute();
  const counted = new Map(rows.map(({ status, count }) => [status, Number(count)]));
  const counts = Object.fromEntries(paymentStatuses.map((status) => [status, counted.get(status) ?? 0]));
  return {
    counts: counts as Record<PaymentStatus, number>,
    countedFrom: end && new Date(Number(end.micros / 1000n)),
  };
}

/** A place as a text that clients hand back unread. */
export function writePlace(basis: TimeBasis, { micros, id }: ListPlace): string {
  return Buffer.from([basis, micros, id].join(' ')).toString('base64url');
}

/** `undefined`: it is none, or one of a list by the other time. */
export function readPlace(basis: TimeBasis, text: string): ListPlace | undefined {
  const [named, micros = '', id = '', ...more] = Buffer.from(text, 'base64url').toString('latin1').split(' ');
  const isPlace = timeBases.some((each) => each === named) && /^-?\d{1,17}$/.test(micros) && /^\d{1,18}$/.test(id);
  if (!isPlace || named !== basis || more.length > 0) return undefined;
  return { micros: BigInt(micros), id: BigInt(id) };
}

type Row = Payment & { readonly list_micros: bigint };

async function rowsOf(query: PaymentQuery, filter: PaymentFilter, limit: number): Promise<readonly Row[]> {
  const rows = await inState(narrowed(query, filter), filter)
    .selectAll()
    .select(microsSql(filter.basis).as('list_micros'))
    .orderBy(timeSql[filter.basis], 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows as readonly Row[];
}

function pageOf(found: readonly Row[], limit: number, stopped: ListPlace | undefined): FoundPage {
  const isFull = found.length > limit;
  const payments = found.slice(0, limit);
  const last = payments.at(-1);
  const next = isFull && last ? { micros: last.list_micros, id: last.id } : stopped;
  return {
    payments,
    next,
    lookedUntil: isFull || !stopped ? undefined : new Date(Number(stopped.micros / 1000n)),
  };
}

function beginning(query: PaymentQuery, merchantId: bigint, basis: TimeBasis, wish: PageWish): PaymentQuery {
  const { after, beforeImpUid } = wish;
  if (after) return query.where(isAfter(basis, after));
  if (beforeImpUid === undefined) return query;
  const time = timeSql[basis];
  return query.where(
    sql<boolean>`(${time}, id) < (select ${time}, b.id from payments b
      where b.merchant_id = ${merchantId} and b.imp_uid = ${beforeImpUid})`,
  );
}

function isAfter(basis: TimeBasis, { micros, id }: ListPlace) {
  return sql<boolean>`(${timeSql[basis]}, id) < (${timeOfMicros(micros)}, ${id}::bigint)`;
}

/**
 * The time by itself as well: beside another bound of the time PostgreSQL does not end its way through an index by a comparison of rows, and
 * would read all that is older, millions of entries for a page of ten thousand (`npm run bench:console`).
 */
function notAfter(basis: TimeBasis, { micros, id }: ListPlace) {
  const [time, end] = [timeSql[basis], timeOfMicros(micros)];
  return sql<boolean>`(${time} >= ${end} and (${time}, id) >= (${end}, ${id}::bigint))`;
}

/** The place of the payment that is so many on; `undefined`: there are not so many. */
async function placeAfter(query: PaymentQuery, basis: TimeBasis, count: number): Promise<ListPlace | undefined> {
  const row = await query
    .select(['id', microsSql(basis).as('micros')])
    .orderBy(timeSql[basis], 'desc')
    .orderBy('id', 'desc')
    .offset(count - 1)
    .limit(1)
    .executeTakeFirst();
  return row && { micros: row.micros, id: row.id };
}
