import { dayAfter, readDayInSeoul } from '../../platform/clock/seoul-day.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Text } from '../../platform/language/text.ts';
import type { Booked, ListedTransaction } from '../../rules/reconciliation/books.ts';
import { compareBooks } from '../../rules/reconciliation/compare-books.ts';
import type { Difference } from '../../rules/reconciliation/difference.ts';
import { notListed, withoutList } from '../../rules/reconciliation/notes.ts';
import type { Channel } from '../merchants/channels.ts';
import type { Deadline } from '../operations/deadline.ts';
import { type AskGatewayParts, listTransactionsOf, lookUpAll } from './ask-gateway.ts';
import { bookedOf, listedOf } from './booked.ts';
import { ourBook, ownOrders } from './our-book.ts';

export interface CompareDayParts extends AskGatewayParts {
  readonly database: Database;
  readonly requestDeadline: () => Deadline;
}

export interface ComparedDay {
  readonly merchantId: bigint;
  /** A main store and its sub-stores, which are one merchant to the gateway, or a sub-store alone. */
  readonly merchantIds: readonly bigint[];
  readonly isSubStore: boolean;
  readonly provider: string;
  readonly day: string;
}

export interface DayComparison {
  readonly payments: number;
  readonly transactions: number;
  readonly differences: readonly Difference[];
  readonly notes: readonly Text[];
}

/** So many payments of a day are in memory at once; busier days are for the command line and a settlement file. */
const paymentsMax = 50_000;

export class TooManyPayments extends Error {}

/** Reads both books of a day and says what differs. It moves and changes nothing. `onPart` is called again and again meanwhile. */
export async function compareDay(
  parts: CompareDayParts,
  asked: ComparedDay,
  onPart: () => Promise<void>,
): Promise<DayComparison> {
  const { provider, day } = asked;
  const looked: Booked[] = [];
  for await (const page of bookOf(parts, asked, day, true)) {
    looked.push(...page);
    await onPart();
  }
  const notes: Text[] = [];
  const theirs: ListedTransaction[] = [];
  const mids = await channelsOf(parts, asked);
  for (const channel of mids) {
    const listed = await listOf(parts, asked, channel, onPart);
    if ('en' in listed) notes.push(listed);
    else theirs.push(...listed);
  }
  const around: Booked[] = [];
  if (notes.length === 0) {
    for (const each of [-1, 0, 1]) {
      for await (const page of bookOf(parts, asked, dayAfter(day, each), false)) around.push(...page);
      await onPart();
    }
  }
  const period = readDayInSeoul(day);
  if (!period) throw new Error(`${provider}: ${day} is no day`);
  const seconds = { from: period.from.getTime() / 1000, until: period.until.getTime() / 1000 };
  const differences = compareBooks({ looked, around, theirs: notes.length === 0 ? theirs : undefined, day: seconds });
  return { payments: looked.length, transactions: theirs.length, differences, notes };
}

/** The payments of a day, page by page; looked up at the gateway where that is wanted. */
async function* bookOf(
  parts: CompareDayParts,
  { merchantIds, provider }: ComparedDay,
  day: string,
  isLookedUp: boolean,
): AsyncGenerator<readonly Booked[]> {
  const period = readDayInSeoul(day);
  if (!period) return;
  const limit = isLookedUp ? 100 : 1000;
  let afterImpUid: string | undefined;
  let count = 0;
  for (;;) {
    const booked = await ourBook(parts.database, { merchantIds, provider, period, afterImpUid, limit });
    const lookups = isLookedUp
      ? await lookUpAll(
          parts,
          booked.map(({ payment }) => payment),
          parts.requestDeadline(),
        )
      : undefined;
    const shown = booked.slice(0, lookups?.length);
    count += shown.length;
    if (count > paymentsMax) throw new TooManyPayments();
    yield shown.map((each, index) => bookedOf(each, lookups?.[index]));
    afterImpUid = shown.at(-1)?.payment.imp_uid;
    if (afterImpUid === undefined || (booked.length < limit && shown.length === booked.length)) return;
  }
}

/** A MID has a channel for each type of payment, and is listed once. */
async function channelsOf(
  { channels }: CompareDayParts,
  { merchantId, provider }: ComparedDay,
): Promise<readonly Channel[]> {
  const all = (await channels.ofMerchant(merchantId)).filter((channel) => channel.provider === provider);
  return [...new Map(all.map((channel) => [channel.mid, channel])).values()];
}

/** The gateway's list, or why there is none. */
async function listOf(
  parts: CompareDayParts,
  { merchantId, isSubStore, day }: ComparedDay,
  channel: Channel,
  onPart: () => Promise<void>,
): Promise<readonly ListedTransaction[] | Text> {
  const period = readDayInSeoul(day);
  const all: ListedTransaction[] = [];
  let after: string | undefined;
  if (!period) return all;
  do {
    const page = await listTransactionsOf(parts, channel, { period, after, deadline: parts.requestDeadline() });
    if (!page) return withoutList(channel.provider);
    if (page.kind !== 'listed') return notListed(channel.provider, channel.mid, page.why);
    const listed = page.transactions.map(listedOf);
    const own = isSubStore
      ? await ownOrders(
          parts.database,
          merchantId,
          listed.map(({ order_id }) => order_id),
        )
      : undefined;
    all.push(...listed.filter(({ order_id }) => own?.has(order_id) ?? true));
    after = page.next ?? undefined;
    await onPart();
  } while (after !== undefined);
  return all;
}
