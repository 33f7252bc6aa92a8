import type { BillingKeyListAnswer, ListedBillingKeyAnswer } from '../../api/views/lists.ts';
import { usePages } from '../api/questions.ts';
import { Badge } from '../elements/badge.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { Time } from '../elements/time.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { billingKeyWords } from './words.ts';

export function KeyBadge({ state }: { readonly state: ListedBillingKeyAnswer['state'] }) {
  return <Badge tone={state === 'live' ? 'good' : 'neutral'}>{useWords(billingKeyWords).states[state]}</Badge>;
}

export default function BillingKeysPage() {
  const words = useWords(billingKeyWords);
  const [{ customer_uid, state }] = useUrlValues();
  const pages = usePages<BillingKeyListAnswer, ListedBillingKeyAnswer>(
    '/billing-keys',
    { customer_uid, state },
    { rows: ({ list }) => list, next: ({ next }) => (next === null ? undefined : { before: next }) },
  );
  return (
    <Page title={words.title} lead={words.lead}>
      <FilterBar
        label={words.title}
        filters={[
          { name: 'customer_uid', label: words.search, kind: 'search' },
          {
            name: 'state',
            label: words.state,
            kind: 'select',
            options: (['live', 'deleted'] as const).map((value) => ({ value, label: words.states[value] })),
          },
        ]}
      />
      <DataTable
        name="billing-keys"
        caption={words.title}
        pages={pages}
        rowKey={(key) => key.customer_uid}
        rowHref={(key) => `/billing-keys/${encodeURIComponent(key.customer_uid)}`}
        rowId={(key) => key.customer_uid}
        empty={<EmptyState title={words.empty} />}
        columns={[
          {
            key: 'uid',
            head: words.search,
            isFixed: true,
            cell: (key) => key.customer_uid,
            beside: (key) => <CopyId id={key.customer_uid} isBare />,
          },
          { key: 'state', head: words.state, cell: (key) => <KeyBadge state={key.state} /> },
          { key: 'customer', head: words.customer, cell: (key) => key.customer_name ?? '–' },
          {
            key: 'card',
            head: words.card,
            cell: (key) => [key.card_name, key.card_number].filter(Boolean).join(' ') || '–',
          },
          { key: 'gateway', head: words.gateway, cell: (key) => key.pg_provider },
          { key: 'registered', head: words.registered, cell: (key) => <Time at={key.inserted} /> },
          { key: 'deleted', head: words.deleted, isHidden: true, cell: (key) => <Time at={key.deleted} /> },
        ]}
      />
    </Page>
  );
}
