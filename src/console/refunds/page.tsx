import type { CancellationListAnswer, CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import type { ChannelAnswer } from '../../api/views/channel.ts';
import { useAnswer, usePages } from '../api/questions.ts';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { LookOn, NoneFound } from '../elements/look-on.tsx';
import { Money } from '../elements/money.tsx';
import { isMovingState, OperationBadge, useStateWords } from '../elements/states.tsx';
import { periodOfDays, Time } from '../elements/time.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { refundsWords } from './words.ts';

/** Every cancellation of a payment that was begun, with what came of it: what the charts count. */
export default function RefundsPage() {
  const words = useWords(refundsWords);
  const { operation: states } = useStateWords();
  const [{ imp_uid, state, pg_provider, from_day, to_day, accepted_first }] = useUrlValues();
  const channels = useAnswer<readonly ChannelAnswer[]>('/users/pg');
  const gateways = [...new Set((channels.data ?? []).map((channel) => channel.pg_provider))].sort();
  const pages = usePages<CancellationListAnswer, CancellationSummaryAnswer>(
    '/cancellations',
    {
      ...{ kind: 'cancel', imp_uid, state, pg_provider, accepted_first },
      ...periodOfDays(from_day, to_day),
      ...{ limit: 50, bounded: true },
    },
    {
      rows: ({ list }) => list,
      next: ({ next }) => (next === null ? undefined : { before: next }),
      isMoving: (row) => isMovingState(row.state),
    },
  );
  const last = pages.last as CancellationListAnswer | undefined;
  return (
    <Page title={words.title} lead={words.lead}>
      <FilterBar
        label={words.title}
        filters={[
          { name: 'imp_uid', label: words.impUid, kind: 'search' },
          { name: 'from_day', label: words.fromDay, kind: 'date' },
          { name: 'to_day', label: words.toDay, kind: 'date' },
          {
            name: 'state',
            label: words.state,
            kind: 'select',
            options: Object.entries(states).map(([value, label]) => ({ value, label })),
          },
          {
            name: 'pg_provider',
            label: words.gateway,
            kind: 'select',
            options: gateways.map((value) => ({ value, label: value })),
          },
          {
            name: 'accepted_first',
            label: words.way,
            kind: 'select',
            options: Object.entries(words.ways).map(([value, label]) => ({ value, label })),
          },
        ]}
      />
      <DataTable
        name="refunds"
        caption={words.title}
        pages={pages}
        rowKey={(row) => row.cancellation_id}
        rowId={(row) => row.cancellation_id}
        rowHref={(row) => `/payments/${row.imp_uid}`}
        empty={<NoneFound title={words.empty} until={last?.looked_until} pages={pages} />}
        columns={[
          {
            key: 'order',
            head: words.order,
            isFixed: true,
            cell: (row) => <span className="unbroken">{row.merchant_uid}</span>,
            beside: (row) => <CopyId id={row.cancellation_id} isBare />,
          },
          { key: 'state', head: words.state, isFixed: true, cell: (row) => <OperationBadge state={row.state} /> },
          {
            key: 'amount',
            head: words.amount,
            align: 'end',
            cell: (row) => <Money amount={row.amount} currency={row.currency} />,
          },
          {
            key: 'gateway',
            head: words.gateway,
            cell: (row) => <span className="whole">{row.pg_provider}</span>,
          },
          { key: 'reason', head: words.reason, cell: (row) => row.reason },
          {
            key: 'message',
            head: words.message,
            cell: (row) => [row.gateway_code, row.gateway_message].filter(Boolean).join(' ') || '–',
          },
          { key: 'requested', head: words.requested, cell: (row) => <Time at={row.requested_at} /> },
          { key: 'accepted', head: words.accepted, isHidden: true, cell: (row) => <Time at={row.accepted_at} /> },
          { key: 'ended', head: words.ended, isHidden: true, cell: (row) => <Time at={row.ended_at} /> },
          { key: 'took', head: words.took, align: 'end', cell: (row) => <Took row={row} /> },
        ]}
      />
      {pages.rows.length > 0 && <LookOn until={last?.looked_until} pages={pages} />}
    </Page>
  );
}

/** How long the money was on its way, of what a gateway has accepted first. */
function Took({ row: { state, accepted_at, ended_at } }: { readonly row: CancellationSummaryAnswer }) {
  const words = useWords(refundsWords);
  const language = useLanguage();
  if (state !== 'confirmed' || accepted_at === 0) return '–';
  const minutes = (ended_at - accepted_at) / 60;
  const shown = (value: number) => value.toLocaleString(language, { maximumFractionDigits: 1 });
  return minutes < 60 ? words.minutes(shown(minutes)) : words.hours(shown(minutes / 60));
}
