import { useState } from 'react';
import type { ChannelAnswer } from '../../api/views/channel.ts';
import type { PaymentAnswer, PaymentCountsAnswer, PaymentSearchAnswer } from '../../api/views/payment.ts';
import { useAnswer, usePages } from '../api/questions.ts';
import { Badge } from '../elements/badge.tsx';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { LookOn, NoneFound } from '../elements/look-on.tsx';
import { Money } from '../elements/money.tsx';
import { PaymentBadge } from '../elements/states.tsx';
import { dayText, Time } from '../elements/time.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { useCan, useSession } from '../shell/session.ts';
import { ExportPayments } from './export-payments.tsx';
import { listQuery } from './list-query.ts';
import { SavedViews } from './saved-views.tsx';
import { StateCounts } from './state-counts.tsx';
import { paymentsWords } from './words.ts';

interface Row extends PaymentAnswer {
  readonly standing: PaymentSearchAnswer['standings'][number];
}

/** Those that the list is narrowed by only now and then. */
const rareFilters = ['channel_key', 'amount_min', 'amount_max', 'time', 'sandbox', 'buyer', 'customer_uid', 'open'];

export default function PaymentsPage() {
  const words = useWords(paymentsWords);
  const can = useCan();
  const [values] = useUrlValues();
  const [isExporting, setExporting] = useState(false);
  const query = listQuery(values);
  const counts = useAnswer<PaymentCountsAnswer>(
    '/search/payments/counts',
    { ...query, status: undefined, time: basisOf(values) },
    { keepsLast: true },
  );
  const pages = usePages<PaymentSearchAnswer, Row>(
    '/search/payments',
    { ...query, time: basisOf(values), limit: 50, bounded: true },
    {
      rows: ({ list, standings }) =>
        list.map((payment, index) => ({ ...payment, standing: standings[index] ?? noStanding(payment) })),
      next: ({ next }) => (next === null ? undefined : { cursor: next }),
      isMoving: ({ standing }) => standing.doubts > 0 || standing.is_under_way,
    },
  );
  const first = pages.first as PaymentSearchAnswer | undefined;
  const last = pages.last as PaymentSearchAnswer | undefined;
  return (
    <Page
      title={words.title}
      lead={<Shown first={first} />}
      acts={can('export') && <Button onClick={() => setExporting(true)}>{words.csv}</Button>}
    >
      <Filters />
      <SavedViews />
      <StateCounts counts={counts.data} />
      <div className="payments-list">
        <DataTable
          name="payments"
          caption={words.caption}
          columns={useColumns()}
          pages={pages}
          rowKey={({ imp_uid }) => imp_uid}
          rowHref={({ imp_uid }) => `/payments/${imp_uid}`}
          rowId={({ imp_uid }) => imp_uid}
          empty={<NoneFound title={words.nothing} until={last?.looked_until} pages={pages} />}
        />
      </div>
      {pages.rows.length > 0 && <LookOn until={last?.looked_until} pages={pages} />}
      {isExporting && (
        <ExportPayments query={{ ...query, time: basisOf(values) }} onClose={() => setExporting(false)} />
      )}
    </Page>
  );
}

/** The list goes by the request unless it is told otherwise, whatever the state: what the page says must not change with a filter. */
function basisOf({ time }: Readonly<Record<string, string>>): 'requested' | 'changed' {
  return time === 'changed' ? 'changed' : 'requested';
}

function noStanding({ imp_uid }: PaymentAnswer): Row['standing'] {
  return { imp_uid, reserved: 0, left: 0, doubts: 0, refund_under_way: false, is_under_way: false };
}

/** Which payments are seen, by which time, how far back, and what the search was taken for. */
function Shown({ first }: { readonly first: PaymentSearchAnswer | undefined }) {
  const words = useWords(paymentsWords);
  const { mode } = useSession();
  const [{ sandbox }] = useUrlValues();
  const ofLive = sandbox === 'true' ? words.shownTests : sandbox === 'false' ? words.shownLive : words.shownBoth;
  const readAs = first?.read_as ?? [];
  return (
    <>
      {mode === 'sandbox' ? words.shownOfSandbox : ofLive} {first && words.goesBy[first.time]}{' '}
      {first && (first.from === 0 ? words.sinceEver : words.since(dayText(first.from)))}{' '}
      {readAs.length > 0 && words.foundAs(readAs.map((kind) => words.readAs[kind]).join(', '))}
    </>
  );
}

function Filters() {
  const words = useWords(paymentsWords);
  const { mode } = useSession();
  const [values] = useUrlValues();
  const channels = useAnswer<readonly ChannelAnswer[]>('/users/pg');
  const paying = (channels.data ?? []).filter(({ type }) => type !== 'certification');
  const gateways = [...new Set(paying.map(({ pg_provider }) => pg_provider))].sort();
  const keys = new Map(paying.map((channel) => [channel.channel_key, channel]));
  const isRareSet = rareFilters.some((name) => values[name]);
  return (
    <>
      <FilterBar
        label={words.filters}
        filters={[
          { name: 'q', label: words.search, kind: 'search', hint: words.searchHint },
          { name: 'from_day', label: words.fromDay, kind: 'date' },
          { name: 'to_day', label: words.toDay, kind: 'date' },
          {
            name: 'pay_method',
            label: words.method,
            kind: 'select',
            options: Object.entries(words.methods).map(([value, label]) => ({ value, label })),
          },
          {
            name: 'pg_provider',
            label: words.gateway,
            kind: 'select',
            options: gateways.map((value) => ({ value, label: value })),
          },
        ]}
      />
      <details className="more-filters" open={isRareSet || undefined}>
        <summary>{words.more}</summary>
        <FilterBar
          label={words.more}
          filters={[
            {
              name: 'time',
              label: words.timeBasis,
              kind: 'select',
              allLabel: words.byRequest,
              options: [{ value: 'changed', label: words.byChange }],
            },
            {
              name: 'open',
              label: words.open,
              kind: 'select',
              options: [
                { value: 'doubt', label: words.withDoubt },
                { value: 'refund', label: words.withRefund },
              ],
            },
            { name: 'amount_min', label: words.amountMin, kind: 'amount' },
            { name: 'amount_max', label: words.amountMax, kind: 'amount' },
            {
              name: 'channel_key',
              label: words.channel,
              kind: 'select',
              options: [...keys].map(([value, channel]) => ({
                value,
                label: `${channel.channel_name} (${channel.pg_id})`,
              })),
            },
            { name: 'buyer', label: words.buyer, kind: 'text' },
            { name: 'customer_uid', label: words.customer, kind: 'text' },
            ...(mode === 'live'
              ? [
                  {
                    name: 'sandbox',
                    label: words.tests,
                    kind: 'select' as const,
                    allLabel: words.testsToo,
                    options: [
                      { value: 'true', label: words.onlyTests },
                      { value: 'false', label: words.onlyLive },
                    ],
                  },
                ]
              : []),
          ]}
        />
      </details>
    </>
  );
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(paymentsWords);
  const { mode } = useSession();
  return [
    {
      key: 'merchant_uid',
      head: words.id,
      isFixed: true,
      cell: ({ merchant_uid }) => merchant_uid,
      beside: ({ imp_uid, name }) => (
        <>
          <CopyId id={imp_uid} isBare />
          {name && <span className="faint below">{name}</span>}
        </>
      ),
    },
    { key: 'state', head: words.state, isFixed: true, cell: (row) => <States row={row} /> },
    {
      key: 'amount',
      head: words.amount,
      align: 'end',
      cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />,
    },
    {
      key: 'cancelled',
      head: words.cancelled,
      align: 'end',
      cell: ({ cancel_amount, currency }) =>
        cancel_amount > 0 ? <Money amount={cancel_amount} currency={currency} /> : <None />,
    },
    {
      key: 'left',
      head: words.left,
      align: 'end',
      isHidden: true,
      cell: ({ standing, currency }) => <Money amount={standing.left} currency={currency} />,
    },
    {
      key: 'method',
      head: words.method,
      cell: ({ pay_method }) => <span className="whole">{words.methods[pay_method] ?? pay_method}</span>,
    },
    { key: 'gateway', head: words.gateway, cell: ({ pg_provider }) => <span className="whole">{pg_provider}</span> },
    {
      key: 'buyer',
      head: words.buyerHead,
      cell: ({ buyer_name, buyer_tel, buyer_email }) =>
        buyer_name || buyer_tel || buyer_email ? (
          <>
            {buyer_name} {buyer_tel ? <span className="unbroken">{buyer_tel}</span> : buyer_email}
          </>
        ) : (
          <None />
        ),
    },
    { key: 'started', head: words.started, cell: ({ started_at }) => <Time at={started_at} /> },
    {
      key: 'changed',
      head: words.changed,
      isHidden: true,
      cell: ({ cancelled_at, failed_at, paid_at }) => <Time at={cancelled_at || failed_at || paid_at} />,
    },
    { key: 'imp_uid', head: words.impUid, isHidden: true, cell: ({ imp_uid }) => <CopyId id={imp_uid} /> },
    { key: 'pg_tid', head: words.pgTid, isHidden: true, cell: ({ pg_tid }) => <CopyId id={pg_tid ?? ''} /> },
    {
      key: 'apply_num',
      head: words.approval,
      isHidden: true,
      cell: ({ apply_num }) => <CopyId id={apply_num ?? ''} />,
    },
    {
      key: 'mode',
      head: words.mode,
      isHidden: mode === 'sandbox',
      cell: ({ sandbox }) => (sandbox ? words.test : words.live),
    },
  ];
}

function None() {
  return (
    <span className="faint" aria-hidden="true">
      –
    </span>
  );
}

/** A doubt stands beside the state and never in its place: a payment that is paid and has a cancellation in doubt is both. */
function States({ row }: { readonly row: Row }) {
  const words = useWords(paymentsWords);
  const { status, cancel_amount, amount, standing } = row;
  const isPart = cancel_amount > 0 && cancel_amount < amount;
  return (
    <span className="states">
      <PaymentBadge status={isPart ? 'paid' : status} cancelled={cancel_amount} />
      {standing.doubts > 0 && <Badge tone="doubt">{words.doubt}</Badge>}
      {standing.refund_under_way && <Badge tone="moving">{words.payingOut}</Badge>}
      {standing.is_under_way && <Badge tone="moving">{words.underWay}</Badge>}
    </span>
  );
}
