import type { CertificationListAnswer, ListedCertificationAnswer } from '../../api/views/lists.ts';
import { usePages } from '../api/questions.ts';
import { Badge, type Tone } from '../elements/badge.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { Time } from '../elements/time.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { certificationWords } from './words.ts';

const tones: Readonly<Record<ListedCertificationAnswer['state'], Tone>> = {
  requested: 'moving',
  waiting: 'moving',
  confirming: 'moving',
  certified: 'good',
  over: 'neutral',
};
const states = Object.keys(tones) as readonly ListedCertificationAnswer['state'][];

export default function CertificationsPage() {
  const words = useWords(certificationWords);
  const [{ imp_uid, state }] = useUrlValues();
  const pages = usePages<CertificationListAnswer, ListedCertificationAnswer>(
    '/certifications',
    { imp_uid, state },
    { rows: ({ list }) => list, next: ({ next }) => (next === null ? undefined : { before: next }) },
  );
  return (
    <Page title={words.title} lead={words.lead}>
      <FilterBar
        label={words.title}
        filters={[
          { name: 'imp_uid', label: words.search, kind: 'search' },
          {
            name: 'state',
            label: words.state,
            kind: 'select',
            options: states.map((value) => ({ value, label: words.states[value] })),
          },
        ]}
      />
      <DataTable
        name="certifications"
        caption={words.title}
        pages={pages}
        rowKey={(certification) => certification.imp_uid}
        rowHref={(certification) => `/certifications/${certification.imp_uid}`}
        rowId={(certification) => certification.imp_uid}
        empty={<EmptyState title={words.empty} />}
        columns={[
          {
            key: 'id',
            head: 'imp_uid',
            isFixed: true,
            cell: (certification) => certification.imp_uid,
            beside: (certification) => <CopyId id={certification.imp_uid} isBare />,
          },
          {
            key: 'state',
            head: words.state,
            cell: (certification) => (
              <Badge tone={tones[certification.state]}>{words.states[certification.state]}</Badge>
            ),
          },
          { key: 'method', head: words.method, cell: ({ method }) => words.methods[method] },
          { key: 'gateway', head: words.gateway, cell: ({ pg_provider }) => pg_provider },
          { key: 'order', head: words.order, cell: ({ merchant_uid }) => merchant_uid ?? '–' },
          { key: 'created', head: words.created, cell: ({ created_at }) => <Time at={created_at} /> },
          { key: 'certified', head: words.certified, cell: ({ certified_at }) => <Time at={certified_at} /> },
        ]}
      />
    </Page>
  );
}
