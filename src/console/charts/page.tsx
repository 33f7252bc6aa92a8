import { useMemo } from 'react';
import { Link } from 'wouter';
import type { PaymentStatisticsAnswer, RefundStatisticsAnswer } from '../../api/views/statistics.ts';
import { type Query, queryText } from '../api/call.ts';
import { useMoving } from '../api/questions.ts';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { Loading } from '../elements/loading.tsx';
import { moneyText, numberText } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { dayText, seoulDay, timeText } from '../elements/time.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { BarChart, NumberLink } from './bar-chart.tsx';
import { type Sums, stepsOf, sumsBy } from './series.ts';
import { chartWords } from './words.ts';

const periods = {
  '2h': { days: 2, by: 'hour' },
  '7h': { days: 7, by: 'hour' },
  '31d': { days: 31, by: 'day' },
  '92d': { days: 92, by: 'day' },
} as const;
type Period = keyof typeof periods;
/** What the list of refunds has of two of the numbers. */
const refused = { state: 'refused' };
const paidOut = { state: 'confirmed', accepted_first: true };
const daySeconds = 86_400;

type Row = Sums & { readonly provider: string };

/** What came of payments and refunds, to look at. */
export default function ChartsPage() {
  const words = useWords(chartWords);
  const language = useLanguage();
  const [values] = useUrlValues();
  const period: Period = values.period && values.period in periods ? (values.period as Period) : '2h';
  const { days, by } = periods[period];
  // To the minute, so that the question stays the same one while the page is looked at.
  const query = useMemo(() => {
    const to = Math.floor(Date.now() / 60_000) * 60 + 60;
    return { by, from: to - days * daySeconds + 60, to };
  }, [by, days]);
  const isCounting = ({ missing_hours }: { readonly missing_hours: number }) => missing_hours > 0;
  const payments = useMoving<PaymentStatisticsAnswer>('/statistics/payments', query, isCounting);
  const refunds = useMoving<RefundStatisticsAnswer>('/statistics/refunds', query, isCounting);
  const failure = payments.error ?? refunds.error;
  const allPayments = payments.data?.list ?? [];
  const allRefunds = refunds.data?.list ?? [];

  const providers = [...new Set([...allPayments, ...allRefunds].map(({ pg_provider }) => pg_provider))].sort();
  const currencies = [...new Set(allPayments.map(({ currency }) => currency))].sort();
  const currency = values.currency || (currencies.includes('KRW') ? 'KRW' : (currencies[0] ?? 'KRW'));
  const isChosen = (entry: { readonly pg_provider: string }) =>
    !values.pg_provider || entry.pg_provider === values.pg_provider;
  const ownPayments = allPayments.filter((entry) => isChosen(entry) && entry.currency === currency);
  const ownRefunds = allRefunds.filter(isChosen);

  const steps = stepsOf(query.from, query.to, by);
  const bySteps = sumsBy(steps, ownPayments, ownRefunds, ({ at }) => at);
  const byGateway = sumsBy<string>([], ownPayments, ownRefunds, ({ pg_provider }) => pg_provider);
  const labels = steps.map((at) => (by === 'hour' ? timeText(at, language) : dayText(at, language)));
  const valuesOf = (read: (sums: Sums) => number) =>
    steps.map((at) => {
      const sums = bySteps.get(at);
      return sums ? read(sums) : 0;
    });

  const money = (value: number) => moneyText(value, currency, language);
  const count = (value: number) => words.count(numberText(value, language));
  const percent = (value: number) => value.toLocaleString(language, { style: 'percent', maximumFractionDigits: 1 });
  const duration = (seconds: number) =>
    words.hours((seconds / 3_600).toLocaleString(language, { maximumFractionDigits: 1 }));

  const listOf = (status: string, from: number, to: number, provider = values.pg_provider): string =>
    `/payments${queryText({
      status,
      pg_provider: provider,
      time: 'requested',
      from_day: seoulDay(new Date(from * 1000)),
      to_day: seoulDay(new Date((to - 1) * 1000)),
    })}`;
  const refundsOf = (filter: Query, from: number, to: number, provider = values.pg_provider): string =>
    `/refunds${queryText({
      ...filter,
      pg_provider: provider,
      from_day: seoulDay(new Date(from * 1000)),
      to_day: seoulDay(new Date((to - 1) * 1000)),
    })}`;
  const stepLength = by === 'hour' ? 3_600 : daySeconds;
  const listAt = (status: string) => (place: number) => {
    const at = steps[place] ?? query.from;
    return listOf(status, at, at + stepLength);
  };
  const refundsAt = (filter: Query) => (place: number) => {
    const at = steps[place] ?? query.from;
    return refundsOf(filter, at, at + stepLength);
  };
  const whole = (status: string, provider: string) => listOf(status, query.from, query.to, provider);
  const allRefundsOf = (filter: Query, provider: string) => refundsOf(filter, query.from, query.to, provider);

  const columns: readonly Column<Row>[] = [
    { key: 'pg', head: words.gateway, isFixed: true, cell: (row) => row.provider },
    {
      key: 'paid',
      head: words.paid,
      isFixed: true,
      align: 'end',
      cell: (row) => <NumberLink href={whole('paid', row.provider)} value={row.paid} format={count} />,
    },
    {
      key: 'failed',
      head: words.failed,
      isFixed: true,
      align: 'end',
      cell: (row) => <NumberLink href={whole('failed', row.provider)} value={row.failed} format={count} />,
    },
    {
      key: 'paidAmount',
      head: words.paidAmount,
      isFixed: true,
      align: 'end',
      cell: (row) => <NumberLink href={whole('paid', row.provider)} value={row.paidAmount} format={money} />,
    },
    {
      key: 'returned',
      head: words.returnedAmount,
      isFixed: true,
      align: 'end',
      cell: (row) => <NumberLink href={whole('cancelled', row.provider)} value={row.returnedAmount} format={money} />,
    },
    { key: 'ratio', head: words.ratio, isFixed: true, align: 'end', cell: (row) => percent(ratioOf(row)) },
    {
      key: 'refused',
      head: words.refusals,
      isFixed: true,
      align: 'end',
      cell: (row) => <NumberLink href={allRefundsOf(refused, row.provider)} value={row.refused} format={count} />,
    },
    {
      key: 'doubts',
      head: words.doubts,
      isFixed: true,
      align: 'end',
      cell: (row) => <NumberLink href="/doubts" value={row.doubts} format={count} />,
    },
    {
      key: 'payout',
      head: words.payout,
      isFixed: true,
      align: 'end',
      cell: (row) =>
        row.paidOut === 0 ? (
          '–'
        ) : (
          <Link href={allRefundsOf(paidOut, row.provider)}>{duration(row.paidOutSeconds)}</Link>
        ),
    },
  ];
  const missing = (payments.data?.missing_hours ?? 0) + (refunds.data?.missing_hours ?? 0);
  return (
    <Page title={words.title} lead={words.lead}>
      <FilterBar
        label={words.title}
        filters={[
          {
            name: 'period',
            label: words.period,
            kind: 'select',
            allLabel: words.periods['2h'],
            options: (['7h', '31d', '92d'] as const).map((value) => ({ value, label: words.periods[value] })),
          },
          {
            name: 'pg_provider',
            label: words.gateway,
            kind: 'select',
            options: providers.map((value) => ({ value, label: value })),
          },
          ...(currencies.length > 1
            ? [
                {
                  name: 'currency',
                  label: words.currency,
                  kind: 'select' as const,
                  allLabel: currencies.includes('KRW') ? 'KRW' : (currencies[0] ?? ''),
                  options: currencies.filter((each) => each !== 'KRW').map((value) => ({ value, label: value })),
                },
              ]
            : []),
        ]}
      />
      {missing > 0 && (
        <p>
          <Badge tone="moving">{words.counting(missing)}</Badge>
        </p>
      )}
      <Problem failure={failure} onRetry={() => void Promise.all([payments.refetch(), refunds.refetch()])} />
      {!payments.data || !refunds.data ? (
        !failure && <Loading />
      ) : (
        <>
          <div className="charts">
            <BarChart
              title={words.volume}
              text={words.volumeText}
              labels={labels}
              format={money}
              isStacked={false}
              series={[
                {
                  name: words.paidAmount,
                  tint: 'main',
                  values: valuesOf((sums) => sums.paidAmount),
                  href: listAt('paid'),
                },
                {
                  name: words.returnedAmount,
                  tint: 'faint',
                  values: valuesOf((sums) => sums.returnedAmount),
                  href: listAt('cancelled'),
                },
              ]}
            />
            <BarChart
              title={words.outcomes}
              text={words.outcomesText}
              labels={labels}
              format={count}
              series={[
                { name: words.paid, tint: 'good', values: valuesOf(({ paid }) => paid), href: listAt('paid') },
                { name: words.failed, tint: 'bad', values: valuesOf(({ failed }) => failed), href: listAt('failed') },
                {
                  name: words.waiting,
                  tint: 'faint',
                  values: valuesOf(({ begun, paid, failed }) => Math.max(begun - paid - failed, 0)),
                  href: listAt('ready'),
                },
              ]}
            />
            <BarChart
              title={words.refunds}
              text={words.refundsText}
              labels={labels}
              format={count}
              isStacked={false}
              series={[
                {
                  name: words.refusals,
                  tint: 'bad',
                  values: valuesOf((sums) => sums.refused),
                  href: refundsAt(refused),
                },
                { name: words.doubts, tint: 'doubt', values: valuesOf(({ doubts }) => doubts), href: () => '/doubts' },
              ]}
            />
            <BarChart
              title={words.ratio}
              text={words.ratioText}
              labels={labels}
              format={percent}
              isStacked={false}
              series={[{ name: words.ratio, tint: 'main', values: valuesOf(ratioOf), href: listAt('cancelled') }]}
            />
            <BarChart
              title={words.payout}
              text={words.payoutText}
              labels={labels}
              format={duration}
              isStacked={false}
              series={[
                {
                  name: words.average,
                  tint: 'main',
                  values: valuesOf(({ paidOutSeconds }) => paidOutSeconds),
                  href: refundsAt(paidOut),
                },
                {
                  name: words.longest,
                  tint: 'faint',
                  values: valuesOf(({ longestSeconds }) => longestSeconds),
                  href: refundsAt(paidOut),
                },
              ]}
            />
          </div>
          <h2>{words.byGateway}</h2>
          <DataTable
            name="charts"
            caption={words.byGateway}
            columns={columns}
            rows={[...byGateway].map(([provider, sums]) => ({ provider, ...sums }))}
            rowKey={(row) => row.provider}
          />
        </>
      )}
    </Page>
  );
}

function ratioOf({ paidAmount, returnedAmount }: Sums): number {
  return paidAmount === 0 ? 0 : returnedAmount / paidAmount;
}
