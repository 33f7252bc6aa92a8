import { randomUUID } from 'node:crypto';
import { databaseTimeSql, databaseTimeToCompareSql } from '../../core/operations/leases.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { DueThing } from '../../simulators/mid-clocks.ts';
import type { Simulators } from '../simulators.ts';
import { type SimulatedMerchant, setClockAt, simulatedMerchants } from './at-simulators.ts';
import { dueSources, type Happening, type Period } from './due-things.ts';
import type { HeldClocks } from './held-clocks.ts';
import type { Move } from './move.ts';
import { settleRefunds } from './settle-refunds.ts';

export interface ClockParts {
  readonly services: Services;
  readonly simulators: Simulators;
  readonly heldClocks: HeldClocks;
}

/** A main store first, its sub-stores behind it: they have one clock, and one call holds it. */
interface HeldStore {
  readonly store: readonly bigint[];
  readonly lease: string;
}

interface StorePeriod extends Pick<HeldStore, 'store'>, Omit<Period, 'merchantId'> {}

function periodsOf({ store, since, until }: StorePeriod): readonly Period[] {
  return store.map((merchantId) => ({ merchantId, since, until }));
}

export type ClockMove = { readonly to: Date } | { readonly seconds: number };

/** No clock goes beyond it: gateways write years with four digits, and a slip of a few digits should be told as one. */
export const latestClock = new Date('2100-01-01T00:00:00Z');

/** Renewed with every step, and while one waits: a process that died keeps nobody waiting for longer than this. */
const leaseMs = 5_000;
const leaseWaitMs = leaseMs * 2;

interface ClockRow {
  readonly at: Date;
  readonly advance_from: Date | null;
  readonly advance_to: Date | null;
}

/**
 * Moves the clock of a main store and its sub-stores, and holds it there. It goes from one due time to the next, so that each thing happens at its own
 * time: first our clock, then the simulators at which something falls due, then what they have told us is settled. Every step
 * is written down before it is taken, and repeating one changes nothing: an advance that was killed is gone on with by the
 * next call, and the same call again is not a second advance.
 */
export async function moveClock(parts: ClockParts, merchantId: bigint, move: ClockMove): Promise<readonly Happening[]> {
  const { services, heldClocks } = parts;
  await heldClocks.refresh();
  refuseImpossible(move, heldClocks.of(merchantId).now());
  return withLease(parts, merchantId, async (lease) => {
    const row = await beginAdvance(services, merchantId, lease, move);
    const from = row.advance_from ?? row.at;
    const target = row.advance_to ?? row.at;
    const store = await services.subStores.wholeStore(merchantId);
    const places = await simulatedMerchants(services, parts.simulators, merchantId);
    await stepThrough(parts, { store, lease }, { places, at: row.at, target });
    const happened = await report(parts, { store, since: from, until: target }, places);
    await services.database.query(
      'update sandbox_clocks set advance_from = null, advance_to = null where merchant_id = $1 and lease_of = $2',
      [merchantId, lease],
    );
    return happened;
  });
}

/** The merchant has the server's time again. */
export async function releaseClock(parts: ClockParts, merchantId: bigint): Promise<void> {
  const { services, heldClocks } = parts;
  await heldClocks.refresh();
  if (heldClocks.heldAt(merchantId) === undefined) return;
  await withLease(parts, merchantId, async () => {
    const places = await simulatedMerchants(services, parts.simulators, merchantId);
    await Promise.all(places.map((place) => setClockAt(place, undefined)));
    const store = await services.subStores.wholeStore(merchantId);
    await services.database.query('delete from sandbox_clocks where merchant_id = any($1)', [store]);
    for (const each of store) heldClocks.note(each, undefined);
    await services.accessTokens.bringBack(merchantId);
  });
}

function refuseImpossible(move: ClockMove, now: Date): void {
  const to = 'to' in move ? move.to : new Date(now.getTime() + move.seconds * 1000);
  // The API shows whole seconds: a time within the one that was shown last is no step back.
  if (unixSeconds(to) < unixSeconds(now)) throw new Refusal('sandbox_clock_backwards', { now: now.toISOString() });
  if (to > latestClock)
    throw new Refusal('parameter_invalid', { name: 'at', expected: `${latestClock.toISOString()} 이전` });
}

/** One call at a time moves a merchant's clock; another one waits a little, then is refused: an advance may take long. */
async function withLease<T>(
  { services, heldClocks }: ClockParts,
  merchantId: bigint,
  work: (lease: string) => Promise<T>,
): Promise<T> {
  const { database, leases } = services;
  await heldClocks.refresh();
  // Whole seconds, since that is how the API shows time; the next one, so that nothing lies behind what was written before.
  const start = new Date(Math.ceil(heldClocks.of(merchantId).now().getTime() / 1000) * 1000);
  const lease = `${leases.owner}-${randomUUID()}`;
  const waitEnd = performance.now() + leaseWaitMs;
  while (!(await takeLease(services, merchantId, start, lease))) {
    if (performance.now() > waitEnd) throw new Refusal('sandbox_clock_busy');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  try {
    return await work(lease);
  } finally {
    await database.query(
      'update sandbox_clocks set lease_of = null, lease_until = null where merchant_id = $1 and lease_of = $2',
      [merchantId, lease],
    );
  }
}

async function takeLease(
  { database, leases }: Services,
  merchantId: bigint,
  start: Date,
  lease: string,
): Promise<boolean> {
  const taken = await database.query(
    `insert into sandbox_clocks as c (merchant_id, at, lease_of, lease_until) values ($1, $2, $3, ${databaseTimeSql('$4')})
     on conflict (merchant_id) do update set lease_of = excluded.lease_of, lease_until = excluded.lease_until
       where c.lease_until is null or c.lease_until <= ${databaseTimeToCompareSql('$5')}
     returning merchant_id`,
    [merchantId, start, lease, leases.until(leaseMs), leases.until(0)],
  );
  return taken.length > 0;
}

/** Writes down where the clock is to go. An advance that was not finished is the same one if it asks for as much. */
async function beginAdvance(
  { database }: Services,
  merchantId: bigint,
  lease: string,
  move: ClockMove,
): Promise<ClockRow> {
  const [row] = await database.query<ClockRow>(
    `update sandbox_clocks set
       advance_from = coalesce(advance_from, at),
       advance_to = greatest(at, coalesce($3::timestamptz, case
         when advance_to is null then at + $4::bigint * interval '1 second'
         when advance_to - advance_from = $4::bigint * interval '1 second' then advance_to
         else advance_to + $4::bigint * interval '1 second' end))
     where merchant_id = $1 and lease_of = $2 returning at, advance_from, advance_to`,
    [merchantId, lease, 'to' in move ? move.to : null, 'seconds' in move ? move.seconds : null],
  );
  if (!row) throw new Error('the clock was taken away while it was moved');
  return row;
}

async function stepThrough(
  parts: ClockParts,
  held: HeldStore,
  way: { readonly places: readonly SimulatedMerchant[]; readonly at: Date; readonly target: Date },
): Promise<void> {
  const { services } = parts;
  const { places, target } = way;
  const nextAt = new Map<SimulatedMerchant, Date | null>();
  const keepClock = (at: Date) => writeTime(parts, held, at);
  const move: Move = { keepClock, leftBehind: new Set() };
  const runDue = async (at: Date): Promise<void> => {
    for (const merchantId of held.store) {
      for (const { run } of dueSources) await run?.(services, merchantId, at, move);
    }
  };
  const tell = async (place: SimulatedMerchant, at: Date, since: Date): Promise<void> => {
    const answer = await setClockAt(place, at, since);
    nextAt.set(place, answer.nextAt);
    const refunds = refundsOf(answer.happened);
    for (const merchantId of held.store) {
      await settleRefunds(services, { ...place, merchantId }, refunds, () => keepClock(at));
    }
  };
  await keepClock(way.at);
  // A step that was killed is taken once more; the moment before it counts as well, so that its refunds are settled.
  await Promise.all(places.map((place) => tell(place, way.at, new Date(way.at.getTime() - 1))));
  await runDue(way.at);
  for (let at = way.at; at < target; ) {
    const next = await earliest(services, { ...held, since: at, until: target }, [...nextAt.values()]);
    await keepClock(next);
    const allAreAsked = next >= target || (await goesToGateways(services, { ...held, since: at, until: next }));
    const due = places.filter((place) => allAreAsked || isBy(nextAt.get(place), next));
    await Promise.all(due.map((place) => tell(place, next, at)));
    await runDue(next);
    at = next;
  }
}

/** The next stop: whatever falls due first, at a simulator or here, or the end. */
async function earliest(services: Services, period: StorePeriod, simulated: readonly (Date | null)[]): Promise<Date> {
  const own = await Promise.all(
    periodsOf(period).flatMap((each) => dueSources.map(({ nextDue }) => nextDue?.(services, each) ?? null)),
  );
  return [...simulated, ...own].reduce<Date>(
    (first, each) => (each && each > period.since && each < first ? each : first),
    period.until,
  );
}

async function goesToGateways(services: Services, period: StorePeriod): Promise<boolean> {
  const sources = dueSources.filter((source) => source.goesToGateways);
  const times = await Promise.all(
    periodsOf(period).flatMap((each) => sources.map(({ nextDue }) => nextDue?.(services, each) ?? null)),
  );
  return times.some((time) => time !== null);
}

/** A sub-store has a row of its own, which shows the time and nothing else: whatever goes by a merchant's clock finds it there. */
async function writeTime({ services, heldClocks }: ClockParts, { store, lease }: HeldStore, at: Date): Promise<void> {
  const [merchantId, ...subStores] = store;
  const rows = await services.database.query(
    `update sandbox_clocks set at = $3, lease_until = ${databaseTimeSql('$4')} where merchant_id = $1 and lease_of = $2 returning at`,
    [merchantId, lease, at, services.leases.until(leaseMs)],
  );
  if (rows.length === 0) throw new Refusal('sandbox_clock_busy');
  if (subStores.length > 0) {
    await services.database.query(
      `insert into sandbox_clocks (merchant_id, at) select id, $2::timestamptz from unnest($1::bigint[]) as id
       on conflict (merchant_id) do update set at = excluded.at`,
      [subStores, at],
    );
  }
  for (const each of store) heldClocks.note(each, at);
}

async function report(
  { services }: ClockParts,
  period: StorePeriod,
  places: readonly SimulatedMerchant[],
): Promise<readonly Happening[]> {
  const atSimulators = places.map(async (place) => {
    const { happened } = await setClockAt(place, period.until, period.since);
    const provider = place.simulator.provider;
    return happened.map(({ at, kind, orderId, amountMinor }) => ({ at, kind, impUid: orderId, provider, amountMinor }));
  });
  const own = periodsOf(period).flatMap((each) => dueSources.map(({ happened }) => happened(services, each)));
  const all = (await Promise.all([...atSimulators, ...own])).flat();
  return all.sort((one, other) => one.at.getTime() - other.at.getTime());
}

function isBy(time: Date | null | undefined, at: Date): boolean {
  return time !== null && time !== undefined && time <= at;
}

function refundsOf(happened: readonly DueThing[]): readonly string[] {
  return happened.filter(({ kind }) => kind === 'refund_paid_out').map(({ orderId }) => orderId);
}
