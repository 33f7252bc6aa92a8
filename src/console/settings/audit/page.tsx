import { useState } from 'react';
import type { MemberAuditAnswer, MemberAuditEntryAnswer } from '../../../api/views/member.ts';
import { usePages } from '../../api/questions.ts';
import { Badge, type Tone } from '../../elements/badge.tsx';
import { Button } from '../../elements/button.tsx';
import { CopyId } from '../../elements/copy-id.tsx';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { Dialog } from '../../elements/dialog.tsx';
import { EmptyState } from '../../elements/empty-state.tsx';
import { FilterBar } from '../../elements/filter-bar.tsx';
import { Time } from '../../elements/time.tsx';
import { useUrlValues } from '../../elements/url-values.ts';
import { useWords } from '../../language/words.ts';
import { Page } from '../../shell/page.tsx';
import { shellWords } from '../../shell/words.ts';
import { auditWords } from './words.ts';

const tones: Readonly<Record<MemberAuditEntryAnswer['outcome'], Tone>> = {
  begun: 'doubt',
  done: 'good',
  refused: 'bad',
  in_doubt: 'doubt',
  failed: 'doubt',
};

/** What members did. */
export default function AuditPage() {
  const words = useWords(auditWords);
  const { roles } = useWords(shellWords);
  const [filters] = useUrlValues();
  const [shown, setShown] = useState<MemberAuditEntryAnswer>();
  const pages = usePages<MemberAuditAnswer, MemberAuditEntryAnswer>(
    '/member-audit',
    { email: filters.email, subject: filters.subject },
    { rows: ({ list }) => list, next: ({ next }) => (next === null ? undefined : { before: next }) },
  );
  const columns: readonly Column<MemberAuditEntryAnswer>[] = [
    { key: 'at', head: words.when, isFixed: true, cell: (each) => <Time at={each.at} /> },
    { key: 'who', head: words.who, isFixed: true, cell: (each) => each.email },
    { key: 'role', head: words.role, isHidden: true, cell: (each) => roles[each.role] },
    { key: 'what', head: words.what, isFixed: true, cell: (each) => <code>{each.operation}</code> },
    {
      key: 'subject',
      head: words.subject,
      isFixed: true,
      cell: (each) => (each.subject === null ? '' : <CopyId id={each.subject} />),
    },
    {
      key: 'outcome',
      head: words.outcome,
      isFixed: true,
      cell: (each) => (
        <>
          <Badge tone={tones[each.outcome]}>{words.outcomes[each.outcome]}</Badge>{' '}
          {each.error_code !== null && <code>{each.error_code}</code>}
        </>
      ),
    },
    { key: 'store', head: words.store, isHidden: true, cell: (each) => each.tier ?? '' },
    { key: 'address', head: words.address, isHidden: true, cell: (each) => each.address },
    {
      key: 'change',
      head: words.change,
      isFixed: true,
      cell: (each) =>
        each.before === null && each.after === null && Object.keys(each.ids).length === 0 ? (
          ''
        ) : (
          <Button onClick={() => setShown(each)}>{words.show}</Button>
        ),
    },
  ];
  return (
    <Page title={words.title} lead={words.lead}>
      <FilterBar
        label={words.title}
        filters={[
          { name: 'subject', label: words.subjectFilter, kind: 'search' },
          { name: 'email', label: words.email, kind: 'text' },
        ]}
      />
      <DataTable
        name="member-audit"
        caption={words.title}
        columns={columns}
        pages={pages}
        rowKey={(each) => each.audit_id}
        empty={<EmptyState title={words.empty} />}
      />
      {shown && (
        <Dialog title={`${shown.operation} · ${shown.email}`} isWide onClose={() => setShown(undefined)}>
          <dl className="facts">
            <Part title={words.ids} value={Object.keys(shown.ids).length === 0 ? null : shown.ids} />
            <Part title={words.before} value={shown.before} />
            <Part title={words.after} value={shown.after} />
          </dl>
        </Dialog>
      )}
    </Page>
  );
}

function Part({ title, value }: { readonly title: string; readonly value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <>
      <dt>{title}</dt>
      <dd>
        <pre className="audit-change">{JSON.stringify(value, null, 2)}</pre>
      </dd>
    </>
  );
}
