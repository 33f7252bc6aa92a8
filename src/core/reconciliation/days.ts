import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import { readDayInSeoul } from '../../platform/clock/seoul-day.ts';
import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type Text, text } from '../../platform/language/text.ts';
import type { Log } from '../../platform/logging/log.ts';
import { createRound, type Round } from '../../platform/rounds/rounds.ts';
import { withFields } from '../../platform/tracing/scope.ts';
import type { Span } from '../../platform/tracing/span.ts';
import { kindOfFailure, tracedAlone } from '../../platform/tracing/tracing.ts';
import type { Difference } from '../../rules/reconciliation/difference.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { SubStores } from '../merchants/sub-stores.ts';
import { databaseTimeSql, databaseTimeToCompareSql, type Leases } from '../operations/leases.ts';
import { type CompareDayParts, compareDay, type DayComparison, TooManyPayments } from './compare-day.ts';

export const keptDayStates = ['running', 'equal', 'differences', 'not_comparable', 'failed'] as const;
export type KeptDayState = (typeof keptDayStates)[number];

/** A row of `reconciliation_days`. */
export interface KeptDay {
  readonly merchant_id: bigint;
  readonly provider: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly is_of_sub_store: boolean;
  readonly state: KeptDayState;
  readonly payments: number;
  readonly transactions: number;
  readonly differences_count: number;
  readonly differences: readonly Difference[];
  readonly notes: readonly Text[];
  readonly asked_at: Date;
  readonly asked_by: string | null;
  readonly ended_at: Date | null;
  readonly was_over: boolean;
}

export interface ReconciledDays {
  readonly round: Round;
  /** Has a day compared (anew). What was kept of it goes when the new comparison has come to an end. */
  ask(merchant: Merchant, provider: string, day: string, by: string | null): Promise<void>;
}

export interface ReconciledDaysParts extends CompareDayParts {
  readonly clock: Clock;
  readonly clocks: MerchantClocks;
  readonly leases: Leases;
  readonly leaseMs: number;
  readonly subStores: SubStores;
  readonly log: Log;
  readonly intervalMs: number;
}

const differencesKeptMax = 1_000;

const claimSql = `
update reconciliation_days set lease_until = ${databaseTimeSql('$1')}
where (merchant_id, provider, day) in (
  select merchant_id, provider, day from reconciliation_days
  where state = 'running' and lease_until <= ${databaseTimeToCompareSql('$2')} order by asked_at limit 1 for update skip locked
)
returning *`;

const tooMany = text(
  'The day has too many payments to be compared here: use hwanbul reconcile with the settlement file of the gateway.',
  '하루 결제가 너무 많아 여기서 비교할 수 없습니다. PG사의 정산 파일로 hwanbul reconcile을 실행하세요.',
);
const broken = text(
  'It could not be compared; the log of the server says why.',
  '비교하지 못했습니다. 이유는 서버 로그에 있습니다.',
);

/** Compares days, one at a time in each process: a gateway is not to notice that we compare. */
export function createReconciledDays(parts: ReconciledDaysParts): ReconciledDays {
  const { database, clock, clocks, leases, leaseMs, subStores, log } = parts;

  async function work(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const [claimed] = await database.query<KeptDay>(claimSql, [leases.until(leaseMs), leases.until(0)]);
      if (!claimed) return;
      await compareTraced(claimed, stopping);
    }
  }

  function compareTraced(claimed: KeptDay, stopping: AbortSignal): Promise<void> {
    const { provider, day } = claimed;
    return withFields({ gateway: provider, day }, () =>
      tracedAlone({ name: 'reconcile day', kind: 'internal', attributes: { 'hwanbul.gateway': provider } }, (span) =>
        compare(claimed, stopping, span),
      ),
    );
  }

  /** A comparison that a stop cuts short is begun again by whoever takes it next: it moves nothing. */
  async function compare(claimed: KeptDay, stopping: AbortSignal, span: Span | undefined): Promise<void> {
    const { merchant_id: merchantId, provider, day } = claimed;
    const place = [merchantId, provider, day] as const;
    const leaseFor = (ms: number) =>
      database.query(
        `update reconciliation_days set lease_until = ${databaseTimeSql('$4')} where merchant_id = $1 and provider = $2 and day = $3`,
        [...place, leases.until(ms)],
      );
    const onPart = async (): Promise<void> => {
      stopping.throwIfAborted();
      await leaseFor(leaseMs);
    };
    try {
      const isSubStore = claimed.is_of_sub_store;
      const merchantIds = isSubStore ? [merchantId] : await subStores.wholeStore(merchantId);
      await keep(claimed, await compareDay(parts, { merchantId, merchantIds, isSubStore, provider, day }, onPart));
    } catch (error) {
      if (stopping.aborted) {
        await leaseFor(0);
        return;
      }
      span?.set({ 'error.type': kindOfFailure(error) });
      const isTooMany = error instanceof TooManyPayments;
      if (!isTooMany) log.error({ err: error }, 'a day could not be reconciled');
      const note = isTooMany ? tooMany : broken;
      await keep(claimed, { payments: 0, transactions: 0, differences: [], notes: [note] }, 'failed');
    }
  }

  async function keep(
    { merchant_id, provider, day, asked_at }: KeptDay,
    { payments, transactions, differences, notes }: DayComparison,
    state = stateOf(differences),
  ): Promise<void> {
    const now = clocks.of(merchant_id).now();
    const period = readDayInSeoul(day);
    await database.query(
      `update reconciliation_days set state = $5, payments = $6, transactions = $7, differences_count = $8, differences = $9,
         notes = $10, ended_at = $11, was_over = $12, lease_until = '-infinity'
       where merchant_id = $1 and provider = $2 and day = $3 and asked_at = $4 and state = 'running'`,
      [
        merchant_id,
        provider,
        day,
        asked_at,
        state,
        payments,
        transactions,
        differences.length,
        JSON.stringify(differences.slice(0, differencesKeptMax)),
        JSON.stringify(notes),
        now,
        period !== undefined && period.until <= now,
      ],
    );
  }

  const round = createRound({ name: 'reconciled days', intervalMs: parts.intervalMs, clock, log, work });
  return Object.freeze<ReconciledDays>({
    round,
    async ask({ id: merchantId, mainStoreId }, provider, day, by) {
      await database.query(
        `insert into reconciliation_days (merchant_id, provider, day, asked_at, asked_by, is_of_sub_store) values ($1, $2, $3, $4, $5, $6)
         on conflict (merchant_id, provider, day) do update set state = 'running', asked_at = $4, asked_by = $5
         where reconciliation_days.state <> 'running'`,
        [merchantId, provider, day, clocks.of(merchantId).now(), by, mainStoreId !== undefined],
      );
      round.wake();
    },
  });
}

function stateOf(differences: readonly Difference[]): KeptDayState {
  if (differences.length === 0) return 'equal';
  return differences.every(({ kind }) => kind === 'not_comparable') ? 'not_comparable' : 'differences';
}

export async function readKeptDay(
  database: Database,
  merchantId: bigint,
  provider: string,
  day: string,
): Promise<KeptDay> {
  const [kept] = await database.query<KeptDay>(
    'select * from reconciliation_days where merchant_id = $1 and provider = $2 and day = $3',
    [merchantId, provider, day],
  );
  if (!kept) throw new Refusal('reconciliation_not_done');
  return kept;
}

/** Without their differences. */
export function keptDaysWithin(
  database: Database,
  merchantId: bigint,
  from: string,
  to: string,
  provider: string | undefined,
): Promise<readonly KeptDay[]> {
  return database.query<KeptDay>(
    `select merchant_id, provider, day, is_of_sub_store, state, payments, transactions, differences_count, asked_at, asked_by, ended_at, was_over,
       '[]'::jsonb as differences, '[]'::jsonb as notes
     from reconciliation_days
     where merchant_id = $1 and day >= $2 and day <= $3 and ($4::text is null or provider = $4) order by day, provider`,
    [merchantId, from, to, provider ?? null],
  );
}
