import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { lookBounded } from '../records/bounded-look.ts';
import type { Attempt, Delivery, DeliveryState, WebhookEvent } from './delivery.ts';

/** A delivery with what a merchant needs to know of it. */
export interface DeliveryRecord extends Delivery {
  readonly is_under_way: boolean;
  /** Null: it has ended, is under way, or waits for an earlier event. */
  readonly due_at: Date | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

const recordSql = `
  select d.*, d.lease_of is not null as is_under_way,
    case when d.state = 'waiting' and d.lease_of is null and d.next_attempt_at <> 'infinity'
      then coalesce(d.repeat_at, d.next_attempt_at) end as due_at,
    a.status as last_status, a.error as last_error
  from webhook_deliveries d
  left join lateral (
    select status, error from webhook_attempts
    where merchant_id = d.merchant_id and delivery_id = d.id order by id desc limit 1
  ) a on true`;

/** What is not given does not narrow the choice. */
export interface DeliveryFilter {
  readonly impUid?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly event?: WebhookEvent | undefined;
  /** Only those whose event is not older, */
  readonly since?: Date | undefined;
  /** and those whose event came before. */
  readonly before?: Date | undefined;
}

const fitsSql = `d.merchant_id = $1 and ($2::text is null or d.state = $2)
       and ($3::text is null or d.payment_id = (select id from payments where imp_uid = $3 and merchant_id = $1))
       and ($4::text is null or d.event = $4)
       and ($5::timestamptz is null or d.created_at >= $5) and ($6::timestamptz is null or d.created_at < $6)`;

function valuesOf(merchantId: bigint, { impUid, state, event, since, before }: DeliveryFilter): readonly unknown[] {
  return [merchantId, state ?? null, impUid ?? null, event ?? null, since ?? null, before ?? null];
}

export interface DeliveryPage {
  readonly records: readonly DeliveryRecord[];
  /** The next page begins after this one; `undefined`: there are no more. */
  readonly next: bigint | undefined;
  /** Where it has stopped to look, although the page is not full. */
  readonly lookedUntil: Date | undefined;
}

export interface DeliveryPageWish {
  /** Goes on where a page ended. */
  readonly beforeId: bigint | undefined;
  readonly limit: number;
  /** Looks at no more deliveries than `lookedAtMax` for one page, which then may be short. */
  readonly isBounded: boolean;
}

/** With the time as exact as the database has it, in microseconds since 1970. */
interface Place {
  readonly id: bigint;
  readonly micros: bigint;
}

const microsSql = '(extract(epoch from d.created_at) * 1000000)::bigint as micros';
const timeSql = (micros: string): string => `('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond')`;

/** Newest event first. @throws Refusal `webhook_not_found`: nobody knows where that one, `beforeId`, stood. */
export async function listDeliveries(
  database: Database,
  merchantId: bigint,
  filter: DeliveryFilter,
  { beforeId, limit, isBounded }: DeliveryPageWish,
): Promise<DeliveryPage> {
  const begin = beforeId === undefined ? undefined : await placeOf(database, merchantId, beforeId);
  // The time of the end by itself as well: see `notAfter` of search-payments.ts.
  const rowsOf = (after: Place | undefined, end: Place | undefined, most: number) =>
    database.query<DeliveryRecord>(
      `${recordSql}
       where ${fitsSql} and ($7::bigint is null or (d.created_at, d.id) < (${timeSql('$8')}, $7))
         and ($9::bigint is null or (d.created_at >= ${timeSql('$10')} and (d.created_at, d.id) >= (${timeSql('$10')}, $9)))
       order by d.created_at desc, d.id desc limit $11`,
      [...valuesOf(merchantId, filter), ...valuesOfPlace(after), ...valuesOfPlace(end), most],
    );
  if (!isBounded || !looksThrough(filter)) return pageOf(await rowsOf(begin, undefined, limit + 1), limit, undefined);
  const placeAfter = (after: Place | undefined, count: number) =>
    placeSoManyOn(database, merchantId, filter, after, count);
  const { rows, stoppedAt } = await lookBounded({ placeAfter, rowsOf }, begin, limit + 1);
  return pageOf(rows, limit, stoppedAt);
}

/** Whether something is asked that no index answers, so that deliveries are looked at which are not shown. */
function looksThrough({ impUid, event }: DeliveryFilter): boolean {
  return event !== undefined && impUid === undefined;
}

const valuesOfPlace = (place: Place | undefined) => [place?.id ?? null, place?.micros ?? null];

async function placeOf(database: Database, merchantId: bigint, id: bigint): Promise<Place> {
  const [place] = await database.query<Place>(
    `select d.id, ${microsSql} from webhook_deliveries d where d.merchant_id = $1 and d.id = $2`,
    [merchantId, id],
  );
  if (!place) throw new Refusal('webhook_not_found', { id: String(id) });
  return place;
}

/** The delivery that is so many on, of whatever event; `undefined`: there are not so many. */
async function placeSoManyOn(
  database: Database,
  merchantId: bigint,
  { state, since, before }: DeliveryFilter,
  after: Place | undefined,
  count: number,
): Promise<Place | undefined> {
  const [place] = await database.query<Place>(
    `select d.id, ${microsSql} from webhook_deliveries d
     where ${fitsSql} and ($7::bigint is null or (d.created_at, d.id) < (${timeSql('$8')}, $7))
     order by d.created_at desc, d.id desc offset $9 limit 1`,
    [...valuesOf(merchantId, { state, since, before }), ...valuesOfPlace(after), count - 1],
  );
  return place;
}

function pageOf(found: readonly DeliveryRecord[], limit: number, stoppedAt: Place | undefined): DeliveryPage {
  const isFull = found.length > limit;
  const records = found.slice(0, limit);
  return {
    records,
    next: isFull ? records.at(-1)?.id : stoppedAt?.id,
    lookedUntil: isFull || !stoppedAt ? undefined : new Date(Number(stoppedAt.micros / 1000n)),
  };
}

/** How many a list without a limit would have. */
export async function countDeliveries(database: Database, merchantId: bigint, filter: DeliveryFilter): Promise<number> {
  const [counted] = await database.query<{ count: number }>(
    `select count(*)::integer as count from webhook_deliveries d where ${fitsSql}`,
    [...valuesOf(merchantId, filter)],
  );
  return counted?.count ?? 0;
}

export async function readDelivery(
  database: Database,
  merchantId: bigint,
  id: bigint,
): Promise<{ readonly record: DeliveryRecord; readonly attempts: readonly Attempt[] }> {
  const [record] = await database.query<DeliveryRecord>(`${recordSql} where d.id = $1 and d.merchant_id = $2`, [
    id,
    merchantId,
  ]);
  if (!record) throw new Refusal('webhook_not_found', { id: String(id) });
  // Each resend by hand adds one, so that there is no natural end to their number.
  const attempts = await database.query<Attempt>(
    `select * from (
       select * from webhook_attempts where merchant_id = $1 and delivery_id = $2 order by id desc limit 100
     ) newest order by id`,
    [merchantId, id],
  );
  return { record, attempts };
}

/** Which of a merchant's deliveries are to be sent again. */
export interface ResendChoice extends DeliveryFilter {
  readonly ids?: readonly bigint[] | undefined;
  /** Goes on after this one, where more fit than one call takes. */
  readonly afterId?: bigint | undefined;
}

/** What became of a choice. */
export interface Resent {
  /** Those that are going to be sent, oldest first. */
  readonly ids: readonly bigint[];
  /** Those that were named and are not sent by this call. */
  readonly leftAlone: readonly { readonly id: bigint; readonly why: LeftAlone }[];
  /** There may be more that fit. */
  readonly isFull: boolean;
}

/**
 * - `under_way`: it is being sent just now. `waits`: an earlier event of the payment goes first.
 * - `never_resent`: it came from no settlement (a call test, a confirm_url).
 */
export type LeftAlone = 'under_way' | 'waits' | 'never_resent';

export const resentAtOnceMax = 1_000;

/**
 * Sends deliveries again, each once more to the URL that it has, oldest first. One that has ended goes outside its line, since
 * later events may long have been delivered. One that waits for its next try is tried now; one that is under way, or waits
 * for an earlier event, stays as it is. What came from no settlement (a call test, a confirm_url) is not sent again.
 */
const resendSql = `
with chosen as (
  select d.id from webhook_deliveries d
  where ${fitsSql} and d.outbox_id is not null
    and (d.state <> 'waiting' or (d.lease_of is null and d.next_attempt_at <> 'infinity'))
    and ($7::bigint[] is null or d.id = any($7)) and ($8::bigint is null or d.id > $8)
  order by d.id
  limit ${resentAtOnceMax}
  for update
)
update webhook_deliveries d set
  in_order = d.in_order and d.state = 'waiting',
  attempts_max = case when d.state = 'waiting' then d.attempts_max else d.attempts + 1 end,
  state = 'waiting', next_attempt_at = clock_timestamp(), repeat_at = null, ended_at = null
from chosen c
where d.merchant_id = $1 and d.id = c.id
returning d.id`;

/** One id that is not known, and nothing is sent. */
export async function resendDeliveries(
  database: Database,
  merchantId: bigint,
  { ids, afterId, ...filter }: ResendChoice,
): Promise<Resent> {
  const named = await standing(database, merchantId, ids ?? []);
  const unknown = [...new Set(ids)].filter((id) => !named.has(id));
  if (unknown.length > 0) throw new Refusal('webhook_not_found', { id: unknown.slice(0, 10).join(', ') });
  const rows = await database.query<{ id: bigint }>(resendSql, [
    ...valuesOf(merchantId, filter),
    ids ?? null,
    afterId ?? null,
  ]);
  const resent = rows.map(({ id }) => id).sort((one, other) => Number(one - other));
  const isResent = new Set(resent);
  return {
    ids: resent,
    leftAlone: [...named].flatMap(([id, why]) => (isResent.has(id) ? [] : [{ id, why }])),
    isFull: resent.length === resentAtOnceMax,
  };
}

/** Why each of these would be left alone, if it is. */
async function standing(
  database: Database,
  merchantId: bigint,
  ids: readonly bigint[],
): Promise<ReadonlyMap<bigint, LeftAlone>> {
  if (ids.length === 0) return new Map();
  const rows = await database.query<{ id: bigint; why: LeftAlone }>(
    `select d.id, case when d.outbox_id is null then 'never_resent' when d.lease_of is not null then 'under_way' else 'waits' end as why
     from webhook_deliveries d where d.merchant_id = $1 and d.id = any($2) order by d.id`,
    [merchantId, ids],
  );
  return new Map(rows.map(({ id, why }) => [id, why]));
}
