import type { DoubtListAnswer, DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import { usePages } from '../api/questions.ts';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Money } from '../elements/money.tsx';
import { Time } from '../elements/time.tsx';
import { useWords } from '../language/words.ts';
import { paymentWords } from '../payment/words.ts';
import { Page } from '../shell/page.tsx';
import { doubtWords } from './words.ts';

const pageLength = 50;

export default function DoubtsPage() {
  const words = useWords(doubtWords);
  const kinds = useWords(paymentWords).what;
  const pages = usePages<DoubtListAnswer, DoubtSummaryAnswer>(
    '/doubts',
    { limit: pageLength },
    {
      rows: ({ list }) => list,
      next: ({ list }) => (list.length < pageLength ? undefined : { after: list.at(-1)?.doubt_id ?? '' }),
      isMoving: () => true,
    },
  );
  return (
    <Page title={words.title} lead={words.lead}>
      <DataTable
        name="doubts"
        caption={words.title}
        pages={pages}
        rowKey={(row) => row.doubt_id}
        rowId={(row) => row.doubt_id}
        rowHref={(row) => `/doubts/${row.doubt_id}`}
        empty={
          <EmptyState title={words.empty}>
            <p>{words.emptyText}</p>
          </EmptyState>
        }
        columns={[
          { key: 'kind', head: words.kind, isFixed: true, cell: (row) => kinds[row.kind] ?? row.kind },
          { key: 'order', head: words.order, cell: (row) => row.merchant_uid },
          {
            key: 'amount',
            head: words.amount,
            align: 'end',
            cell: (row) => <Money amount={row.amount} currency={row.currency} />,
          },
          {
            key: 'held',
            head: words.held,
            align: 'end',
            cell: (row) => <Money amount={row.reserved} currency={row.currency} />,
          },
          { key: 'gateway', head: words.gateway, cell: (row) => row.pg_provider },
          { key: 'since', head: words.since, cell: (row) => <Time at={row.requested_at} isShort /> },
          { key: 'inquiries', head: words.inquiries, align: 'end', isHidden: true, cell: (row) => row.inquiries },
          { key: 'next', head: words.next, cell: (row) => <Time at={row.next_inquiry_at} isShort /> },
        ]}
      />
    </Page>
  );
}
