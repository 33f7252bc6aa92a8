import type { Database } from '../../platform/database/pool.ts';
import { hourMs } from './count-hours.ts';
import { readStatistics, type StatisticsEntry } from './read-statistics.ts';

/** A gateway at which more goes wrong than is usual there. */
export interface RisingShare {
  readonly provider: string;
  readonly what: 'failed' | 'refunds_refused' | 'doubts';
  /** Of the last hours, and of the day before them. */
  readonly share: number;
  readonly usualShare: number;
  readonly cases: number;
  readonly since: Date;
}

const recentHours = 2;
const usualHours = 24;
/** Fewer cases say nothing, and neither does a share that has not doubled. */
const casesLeast = 5;
const growsBy = 2;

export async function risingShares(database: Database, merchantId: bigint, now: Date): Promise<readonly RisingShare[]> {
  const since = new Date(Math.floor(now.getTime() / hourMs - recentHours + 1) * hourMs);
  const from = new Date(since.getTime() - usualHours * hourMs);
  const { entries } = await readStatistics(database, merchantId, { from, to: now }, 'hour', now);
  return [...Map.groupBy(entries, ({ provider }) => provider)].flatMap(([provider, ofProvider]) => {
    const recent = totalsOf(ofProvider.filter(({ at }) => at >= since));
    const usual = totalsOf(ofProvider.filter(({ at }) => at < since));
    return shares.flatMap(({ what, among }): RisingShare[] => {
      const share = ratio(recent[what], recent[among]);
      const usualShare = ratio(usual[what], usual[among]);
      const isRising = recent[what] >= casesLeast && share >= usualShare * growsBy;
      return isRising ? [{ provider, what, share, usualShare, cases: recent[what], since }] : [];
    });
  });
}

const shares = [
  { what: 'failed', among: 'begun' },
  { what: 'refunds_refused', among: 'refunds' },
  { what: 'doubts', among: 'asked' },
] as const;

function totalsOf(entries: readonly StatisticsEntry[]) {
  const totals = { begun: 0, failed: 0, refunds: 0, refunds_refused: 0, doubts: 0, asked: 0 };
  for (const { begun, failed, refunds, refunds_refused, doubts } of entries) {
    totals.begun += begun;
    totals.failed += failed;
    totals.refunds += refunds;
    totals.refunds_refused += refunds_refused;
    totals.doubts += doubts;
    totals.asked += begun + refunds;
  }
  return totals;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
