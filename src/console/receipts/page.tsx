import { Link } from 'wouter';
import type { ListedReceiptAnswer, ReceiptListAnswer } from '../../api/views/lists.ts';
import { usePages } from '../api/questions.ts';
import { Badge, type Tone } from '../elements/badge.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { Money } from '../elements/money.tsx';
import { Time } from '../elements/time.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { receiptWords } from './words.ts';

const tones: Readonly<Record<ListedReceiptAnswer['state'], Tone>> = {
  requested: 'moving',
  issued: 'good',
  failed: 'bad',
  revoked: 'neutral',
};
const states = Object.keys(tones) as readonly ListedReceiptAnswer['state'][];

/** Cash receipts, of payments and of cash that was taken elsewhere. */
export default function ReceiptsPage() {
  const words = useWords(receiptWords);
  const [{ imp_uid, merchant_uid, state }] = useUrlValues();
  const pages = usePages<ReceiptListAnswer, ListedReceiptAnswer>(
    '/cash-receipts',
    { imp_uid, merchant_uid, state },
    {
      rows: ({ list }) => list,
      next: ({ next }) => (next === null ? undefined : { before: next }),
      isMoving: (receipt) => receipt.state === 'requested',
    },
  );
  return (
    <Page title={words.title}>
      <FilterBar
        label={words.title}
        filters={[
          { name: 'imp_uid', label: words.impUid, kind: 'search' },
          { name: 'merchant_uid', label: words.order, kind: 'text' },
          {
            name: 'state',
            label: words.state,
            kind: 'select',
            options: states.map((value) => ({ value, label: words.states[value] })),
          },
        ]}
      />
      <DataTable
        name="receipts"
        caption={words.title}
        pages={pages}
        rowKey={(receipt) => receipt.receipt_id}
        rowId={(receipt) => receipt.imp_uid ?? receipt.merchant_uid}
        empty={<EmptyState title={words.empty} />}
        columns={[
          {
            key: 'order',
            head: words.order,
            isFixed: true,
            cell: (receipt) =>
              receipt.imp_uid === null ? (
                <>
                  {receipt.merchant_uid} <span className="faint">({words.external})</span>
                </>
              ) : (
                <Link href={`/payments/${receipt.imp_uid}`}>{receipt.merchant_uid}</Link>
              ),
            beside: (receipt) => <CopyId id={receipt.imp_uid ?? receipt.merchant_uid} isBare />,
          },
          {
            key: 'state',
            head: words.state,
            cell: ({ state }) => <Badge tone={tones[state]}>{words.states[state]}</Badge>,
          },
          { key: 'type', head: words.type, cell: ({ type }) => words.types[type] },
          {
            key: 'amount',
            head: words.amount,
            align: 'end',
            cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />,
          },
          {
            key: 'revoked',
            head: words.revoked,
            align: 'end',
            cell: ({ revoked, currency }) => (revoked === 0 ? '–' : <Money amount={revoked} currency={currency} />),
          },
          {
            key: 'vat',
            head: words.vat,
            align: 'end',
            isHidden: true,
            cell: ({ vat, currency }) => <Money amount={vat} currency={currency} />,
          },
          { key: 'approval', head: words.approval, cell: ({ apply_num }) => apply_num ?? '–' },
          { key: 'gateway', head: words.gateway, cell: ({ pg_provider }) => pg_provider },
          { key: 'issued', head: words.issued, cell: ({ applied_at }) => <Time at={applied_at} /> },
        ]}
      />
    </Page>
  );
}
