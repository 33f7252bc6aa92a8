import { useState } from 'react';
import { useParams } from 'wouter';
import type { BulkRefundAnswer, BulkRefundRowAnswer, BulkRefundRowsAnswer } from '../../api/views/bulk-refund.ts';
import { useAct, useMoving, usePages } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { Dialog } from '../elements/dialog.tsx';
import { DownloadButton } from '../elements/download-button.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { Loading } from '../elements/loading.tsx';
import { Money, moneyText } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { useUrlValue } from '../elements/url-values.ts';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { useCan, useSession } from '../shell/session.ts';
import { BulkRefundBadge, RowBadge, rowStates, totalText } from './states.tsx';
import { bulkRefundWords } from './words.ts';

type Verb = 'start' | 'stop' | 'resume' | 'discard';

/** Rows that may still change by themselves. */
function countOf(bulk: BulkRefundAnswer, state: BulkRefundRowAnswer['state']): number {
  return bulk.counts.reduce((sum, each) => (each.state === state ? sum + each.rows : sum), 0);
}

/** A plan that can be started changes, too: by somebody else, whom the one who dropped the file waits for. */
function isMoving(bulk: BulkRefundAnswer): boolean {
  const mayBeStarted = bulk.state === 'planned' && bulk.invalid_rows === 0;
  return mayBeStarted || bulk.state === 'running' || bulk.under_way > 0 || countOf(bulk, 'in_doubt') > 0;
}

/** The plan before it is started, then how it goes on. */
export default function BulkRefundPage() {
  const { id = '' } = useParams();
  const words = useWords(bulkRefundWords);
  const answer = useMoving<BulkRefundAnswer>(`/bulk-refunds/${id}`, {}, isMoving);
  const bulk = answer.data;
  if (!bulk) {
    return <Page title={words.title}>{answer.error ? <Problem failure={answer.error} /> : <Loading />}</Page>;
  }
  return <BulkRefund bulk={bulk} />;
}

function BulkRefund({ bulk }: { readonly bulk: BulkRefundAnswer }) {
  const words = useWords(bulkRefundWords);
  const can = useCan();
  const { member } = useSession();
  const [asked, setAsked] = useState<Verb>();
  const act = useAct<BulkRefundAnswer, Verb>(
    (verb) => ({
      method: 'POST',
      path: `/bulk-refunds/${bulk.bulk_refund_id}/${verb}`,
      body: verb === 'start' ? { digest: bulk.digest } : {},
    }),
    { onDone: () => setAsked(undefined) },
  );
  const isMine = bulk.needs_second_person && bulk.created_by === member.email;
  const total = totalText(bulk.totals);
  const [doubts, notDone] = [countOf(bulk, 'in_doubt'), countOf(bulk, 'not_done')];
  const canResume = bulk.state === 'stopped' || (bulk.state === 'ended' && notDone > 0);
  return (
    <Page
      title={bulk.file_name ?? words.title}
      acts={
        <>
          {bulk.state === 'planned' && bulk.invalid_rows === 0 && !isMine && can('approve') && (
            <Button kind="danger" onClick={() => setAsked('start')}>
              {words.start(total)}
            </Button>
          )}
          {bulk.state === 'running' && can('refund') && (
            <Button kind="primary" isBusy={act.isPending} onClick={() => act.mutate('stop')}>
              {words.stop}
            </Button>
          )}
          {canResume && can('approve') && (
            <Button kind="danger" onClick={() => setAsked('resume')}>
              {words.resume}
            </Button>
          )}
          {(bulk.state === 'planned' || bulk.state === 'stopped') && can('refund') && (
            <Button onClick={() => setAsked('discard')}>{words.discard}</Button>
          )}
          {can('export') && (
            <DownloadButton
              path={`/bulk-refunds/${bulk.bulk_refund_id}/results.csv`}
              fileName={`bulk-refund-${bulk.bulk_refund_id}.csv`}
              label={words.results}
            />
          )}
        </>
      }
    >
      <Facts bulk={bulk} />
      {bulk.invalid_rows > 0 && (
        <p className="problem" role="alert">
          {words.invalidNote(bulk.invalid_rows)}{' '}
          {bulk.rows_without_account > 0 && words.accountNote(bulk.rows_without_account)}
        </p>
      )}
      {bulk.state === 'planned' && isMine && bulk.invalid_rows === 0 && (
        <p className="problem doubt">{words.secondPerson}</p>
      )}
      {doubts > 0 && <p className="problem doubt">{words.doubtNote(doubts)}</p>}
      {bulk.state === 'stopped' && bulk.under_way > 0 && (
        <p className="problem doubt">{words.stoppingNote(bulk.under_way)}</p>
      )}
      {asked === undefined && <ActProblem failure={act.error} />}
      <Progress bulk={bulk} />
      <Rows bulk={bulk} />
      {asked !== undefined && (
        <Ask
          bulk={bulk}
          verb={asked}
          isBusy={act.isPending}
          problem={<ActProblem failure={act.error} />}
          onAct={() => act.mutate(asked)}
          onClose={() => {
            act.reset();
            setAsked(undefined);
          }}
        />
      )}
    </Page>
  );
}

/** A lost answer is no failure: it may have been done. */
function ActProblem({ failure }: { readonly failure: Parameters<typeof Problem>[0]['failure'] }) {
  const { lost } = useWords(bulkRefundWords);
  if (failure?.isLost) return <p className="problem doubt">{lost}</p>;
  return <Problem failure={failure} />;
}

function Facts({ bulk }: { readonly bulk: BulkRefundAnswer }) {
  const words = useWords(bulkRefundWords);
  return (
    <dl className="facts card">
      <dt>{words.state}</dt>
      <dd>
        <BulkRefundBadge state={bulk.state} /> <CopyId id={bulk.bulk_refund_id} />
      </dd>
      <dt>{words.rows}</dt>
      <dd>{bulk.rows}</dd>
      <dt>{words.total}</dt>
      <dd>{totalText(bulk.totals)}</dd>
      <dt>{words.largest}</dt>
      <dd>{bulk.totals.map(({ largest, currency }) => moneyText(largest, currency)).join(' + ') || '–'}</dd>
      <dt>{words.createdBy}</dt>
      <dd>
        {bulk.created_by ?? words.program} · <Time at={bulk.created_at} />
      </dd>
      {bulk.started_at > 0 && (
        <>
          <dt>{words.startedBy}</dt>
          <dd>
            {bulk.started_by ?? words.program} · <Time at={bulk.started_at} />
          </dd>
        </>
      )}
      {bulk.ended_at > 0 && (
        <>
          <dt>{words.endedAt}</dt>
          <dd>
            <Time at={bulk.ended_at} />
          </dd>
        </>
      )}
      <dt>{words.digest}</dt>
      <dd>
        <code className="digest">{bulk.digest.slice(0, 16)}</code>
      </dd>
    </dl>
  );
}

/** How many rows are in which state, as parts of a bar and in words. */
function Progress({ bulk }: { readonly bulk: BulkRefundAnswer }) {
  const words = useWords(bulkRefundWords);
  if (bulk.started_at === 0) return null;
  const parts = rowStates.map((state) => ({ state, rows: countOf(bulk, state) })).filter(({ rows }) => rows > 0);
  return (
    <section className="bulk-progress" aria-label={words.rows}>
      <div className="bulk-bar" aria-hidden="true">
        {parts.map(({ state, rows }) => (
          <span key={state} className={`part ${state}`} style={{ flexGrow: rows }} />
        ))}
      </div>
      <ul className="bulk-counts" aria-live="polite">
        {parts.map(({ state, rows }) => (
          <li key={state}>
            <RowBadge state={state} isUnderWay={false} /> {rows}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A row that something is wrong with has no plan to show. */
const ofInvalid: ReadonlySet<string> = new Set(['line', 'payment', 'state', 'order', 'note']);

function Rows({ bulk }: { readonly bulk: BulkRefundAnswer }) {
  const words = useWords(bulkRefundWords);
  const language = useLanguage();
  const [state] = useUrlValue('state');
  const shown = state === '' && bulk.invalid_rows > 0 ? 'invalid' : state;
  const pages = usePages<BulkRefundRowsAnswer, BulkRefundRowAnswer>(
    `/bulk-refunds/${bulk.bulk_refund_id}/rows`,
    { state: shown === 'all' ? '' : shown },
    {
      rows: ({ list }) => list,
      next: ({ next }) => (next === null ? undefined : { after: next }),
      isMoving: (row) => isMoving(bulk) && (row.state === 'waiting' || row.state === 'in_doubt'),
    },
  );
  const columns: readonly Column<BulkRefundRowAnswer>[] = [
    { key: 'line', head: words.line, align: 'end', isFixed: true, cell: (row) => row.line },
    {
      key: 'payment',
      head: words.payment,
      isFixed: true,
      cell: (row) => (row.imp_uid ? <CopyId id={row.imp_uid} /> : '–'),
    },
    { key: 'state', head: words.state, cell: (row) => <RowBadge state={row.state} isUnderWay={row.under_way} /> },
    {
      key: 'amount',
      head: words.amount,
      align: 'end',
      cell: (row) => (row.amount === null ? '–' : <Money amount={row.amount} currency={row.currency ?? 'KRW'} />),
    },
    {
      key: 'checksum',
      head: words.checksum,
      align: 'end',
      cell: (row) => (row.checksum === null ? '–' : <Money amount={row.checksum} currency={row.currency ?? 'KRW'} />),
    },
    { key: 'order', head: words.order, cell: (row) => <span className="unbroken">{row.merchant_uid ?? '–'}</span> },
    { key: 'buyer', head: words.buyer, cell: (row) => row.buyer_name ?? '–' },
    {
      key: 'account',
      head: words.account,
      cell: (row) => [row.refund_bank, row.refund_account, row.refund_holder].filter(Boolean).join(' ') || '–',
    },
    { key: 'reason', head: words.reason, cell: (row) => row.reason ?? '–' },
    {
      key: 'note',
      head: words.note,
      cell: (row) => (
        <span className="row-note">
          {row.message ?? (row.problems.map((problem) => problem[language]).join('; ') || '–')}
        </span>
      ),
    },
  ];
  return (
    <>
      <FilterBar
        label={words.rowTable}
        filters={[
          {
            name: 'state',
            label: words.state,
            kind: 'select',
            allLabel: bulk.invalid_rows > 0 ? words.rowStates.invalid : words.all,
            options: [
              ...(bulk.invalid_rows > 0 ? [{ value: 'all', label: words.all }] : []),
              ...rowStates
                .filter((value) => bulk.invalid_rows === 0 || value !== 'invalid')
                .map((value) => ({ value, label: words.rowStates[value] })),
            ],
          },
        ]}
      />
      <DataTable
        name="bulk-refund-rows"
        caption={words.rowTable}
        pages={pages}
        rowKey={(row) => String(row.row)}
        rowId={(row) => row.imp_uid ?? ''}
        empty={<EmptyState title={words.emptyRows} />}
        columns={shown === 'invalid' ? columns.filter(({ key }) => ofInvalid.has(key)) : columns}
      />
    </>
  );
}

function Ask({
  bulk,
  verb,
  isBusy,
  problem,
  onAct,
  onClose,
}: {
  readonly bulk: BulkRefundAnswer;
  readonly verb: Verb;
  readonly isBusy: boolean;
  readonly problem: React.ReactNode;
  onAct(): void;
  onClose(): void;
}) {
  const words = useWords(bulkRefundWords);
  const total = totalText(bulk.totals);
  const said = {
    start: { title: words.startTitle, label: words.start(total), text: words.startText(bulk.rows, total) },
    resume: { title: words.resumeTitle, label: words.resume, text: words.resumeText },
    discard: { title: words.discardTitle, label: words.discard, text: words.discardText },
    stop: { title: words.stop, label: words.stop, text: '' },
  }[verb];
  return (
    <Dialog
      title={said.title}
      lead={said.text}
      isOfMoney
      act={{ label: said.label, kind: 'danger', isBusy, onAct }}
      onClose={onClose}
    >
      {verb === 'start' && (
        <>
          <p className="faint">{words.startHow}</p>
          <p className="faint">
            {words.digest} <code>{bulk.digest.slice(0, 16)}</code>
          </p>
        </>
      )}
      {problem}
    </Dialog>
  );
}
