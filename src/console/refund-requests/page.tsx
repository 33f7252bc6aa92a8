import type { RefundRequestAnswer, RefundRequestListAnswer } from '../../api/views/refund-request.ts';
import { usePages } from '../api/questions.ts';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { Money } from '../elements/money.tsx';
import { Time } from '../elements/time.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { isMovingRequest, RefundRequestBadge } from './state-badge.tsx';
import { refundRequestWords } from './words.ts';

export default function RefundRequestsPage() {
  const words = useWords(refundRequestWords);
  const [filters] = useUrlValues();
  const pages = usePages<RefundRequestListAnswer, RefundRequestAnswer>(
    '/refund-requests',
    { state: filters.state },
    {
      rows: ({ list }) => list,
      next: ({ next }) => (next === null ? undefined : { before: next }),
      isMoving: ({ state }) => isMovingRequest(state),
    },
  );
  const options = [
    { value: '', label: words.all },
    ...Object.entries(words.states).map(([value, label]) => ({ value, label })),
  ];
  return (
    <Page title={words.title} lead={words.lead}>
      <FilterBar label={words.title} filters={[{ name: 'state', label: words.state, kind: 'select', options }]} />
      <DataTable
        name="refund-requests"
        caption={words.title}
        pages={pages}
        rowKey={(row) => row.refund_request_id}
        rowId={(row) => row.refund_request_id}
        rowHref={(row) => `/refund-requests/${row.refund_request_id}`}
        empty={<EmptyState title={words.empty} />}
        columns={[
          {
            key: 'order',
            head: words.order,
            isFixed: true,
            cell: (row) => row.merchant_uid,
            beside: (row) => <CopyId id={row.imp_uid} isBare />,
          },
          { key: 'state', head: words.state, cell: (row) => <RefundRequestBadge state={row.state} /> },
          {
            key: 'amount',
            head: words.amount,
            align: 'end',
            cell: (row) => <Money amount={row.amount} currency={row.currency} />,
          },
          { key: 'reason', head: words.reason, cell: (row) => row.body.reason },
          { key: 'by', head: words.requestedBy, cell: (row) => row.requested_by },
          { key: 'at', head: words.requestedAt, cell: (row) => <Time at={row.requested_at} isShort /> },
          { key: 'decided', head: words.decidedBy, isHidden: true, cell: (row) => row.decided_by ?? '' },
        ]}
      />
    </Page>
  );
}
