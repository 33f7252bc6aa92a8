import { useState } from 'react';
import { useLocation } from 'wouter';
import type { BulkRefundAnswer, BulkRefundListAnswer, BulkRefundSummaryAnswer } from '../../api/views/bulk-refund.ts';
import { useAct, usePages } from '../api/questions.ts';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Checkbox } from '../elements/field.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { useUrlValue } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { useCan } from '../shell/session.ts';
import { BulkRefundBadge, bulkStates, totalText } from './states.tsx';
import { bulkRefundWords } from './words.ts';

/** A file goes in, and all that went in before. */
export default function BulkRefundsPage() {
  const words = useWords(bulkRefundWords);
  const can = useCan();
  const [state] = useUrlValue('state');
  const pages = usePages<BulkRefundListAnswer, BulkRefundSummaryAnswer>(
    '/bulk-refunds',
    { state },
    {
      rows: ({ list }) => list,
      next: ({ next }) => (next === null ? undefined : { before: next }),
      isMoving: (bulk) => bulk.state === 'running',
    },
  );
  return (
    <Page title={words.title} lead={words.lead}>
      {can('refund') && <Upload />}
      <FilterBar
        label={words.list}
        filters={[
          {
            name: 'state',
            label: words.state,
            kind: 'select',
            options: bulkStates.map((value) => ({ value, label: words.states[value] })),
          },
        ]}
      />
      <DataTable
        name="bulk-refunds"
        caption={words.list}
        pages={pages}
        rowKey={(bulk) => bulk.bulk_refund_id}
        rowHref={(bulk) => `/bulk-refunds/${bulk.bulk_refund_id}`}
        rowId={(bulk) => bulk.bulk_refund_id}
        empty={<EmptyState title={words.empty} />}
        columns={[
          { key: 'file', head: words.file, isFixed: true, cell: (bulk) => bulk.file_name ?? words.noFileName },
          { key: 'state', head: words.state, cell: (bulk) => <BulkRefundBadge state={bulk.state} /> },
          { key: 'rows', head: words.rows, align: 'end', cell: (bulk) => bulk.rows },
          { key: 'total', head: words.total, align: 'end', cell: (bulk) => totalText(bulk.totals) },
          { key: 'by', head: words.createdBy, cell: (bulk) => bulk.created_by ?? words.program },
          { key: 'at', head: words.createdAt, cell: (bulk) => <Time at={bulk.created_at} /> },
        ]}
      />
    </Page>
  );
}

function Upload() {
  const words = useWords(bulkRefundWords);
  const [, navigate] = useLocation();
  const [allowsSame, setAllowsSame] = useState(false);
  const [isOver, setIsOver] = useState(false);
  const plan = useAct<BulkRefundAnswer, File>(
    (file) => ({
      method: 'POST',
      path: '/bulk-refunds',
      query: { file_name: file.name.slice(0, 200), allow_same_amount: allowsSame },
      file,
    }),
    { onDone: ({ bulk_refund_id }) => navigate(`/bulk-refunds/${bulk_refund_id}`) },
  );
  const take = (files: FileList | null) => {
    const [file] = files ?? [];
    if (file && !plan.isPending) plan.mutate(file);
  };
  return (
    <section
      className={`card drop${isOver ? ' over' : ''}`}
      aria-label={words.choose}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <p className="drop-line">
        {words.drop}{' '}
        <label className="button primary" aria-disabled={plan.isPending || undefined}>
          {plan.isPending ? words.reading : words.choose}
          <input
            type="file"
            className="unseen"
            accept=".csv,.txt,text/csv"
            onChange={(event) => {
              take(event.target.files);
              // The same file may be mended and chosen again.
              event.target.value = '';
            }}
          />
        </label>
      </p>
      <p className="hint">{words.formats}</p>
      <Checkbox label={words.allowSame} isChecked={allowsSame} onChange={setAllowsSame} />
      <Problem failure={plan.error} />
    </section>
  );
}
