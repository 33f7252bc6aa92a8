import { Link, useParams } from 'wouter';
import type {
  ReconciledDayAnswer,
  ReconciledDayDetailAnswer,
  ReconciledMonthAnswer,
} from '../../api/views/reconciliation.ts';
import { useAct, useAnswer, useMoving } from '../api/questions.ts';
import { Button, LinkButton } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Loading } from '../elements/loading.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { useUrlValue } from '../elements/url-values.ts';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { useCan } from '../shell/session.ts';
import { DayBadge } from './state.tsx';
import { reconciliationWords } from './words.ts';

/** A day, gateway by gateway, with the differences of one of them. */
export default function ReconciledDayPage() {
  const { date = '' } = useParams();
  const words = useWords(reconciliationWords);
  const can = useCan();
  const [shown, show] = useUrlValue('gateway');
  const answer = useMoving<ReconciledMonthAnswer>('/reconciliations/days', { month: date.slice(0, 7) }, ({ list }) =>
    list.some((day) => day.state === 'running'),
  );
  const ask = useAct<unknown, readonly string[]>((providers) => ({
    method: 'POST',
    path: `/reconciliations/${providers[0]}/days/${date}`,
    body: {},
  }));
  const month = answer.data;
  const day = month?.list.find((each) => each.date === date);
  const rows = (month?.providers ?? []).map((provider) => ({
    provider,
    kept: day?.gateways.find(({ pg_provider }) => pg_provider === provider),
  }));
  const askAll = async () => {
    for (const { provider } of rows) await ask.mutateAsync([provider]).catch(() => undefined);
  };
  return (
    <Page
      title={words.day(date)}
      lead={words.lead}
      acts={
        <>
          <LinkButton href={`/reconciliation?month=${date.slice(0, 7)}`}>{words.back}</LinkButton>
          {can('reconcile') && rows.length > 1 && (
            <Button kind="primary" isBusy={ask.isPending} onClick={() => void askAll()}>
              {words.startAll}
            </Button>
          )}
        </>
      }
    >
      <Problem failure={answer.error ?? ask.error} />
      {answer.isLoading && <Loading />}
      {month && (
        <DataTable
          name="reconciled-gateways"
          caption={words.day(date)}
          rows={rows}
          rowKey={({ provider }) => provider}
          columns={[
            {
              key: 'gateway',
              head: words.gateway,
              isFixed: true,
              cell: ({ provider }) => <span className="gateway">{provider}</span>,
            },
            { key: 'state', head: words.state, cell: ({ kept }) => <DayBadge state={kept?.state ?? 'not_done'} /> },
            { key: 'payments', head: words.payments, align: 'end', cell: ({ kept }) => kept?.payments ?? '–' },
            {
              key: 'transactions',
              head: words.transactions,
              align: 'end',
              cell: ({ kept }) => kept?.transactions ?? '–',
            },
            { key: 'differences', head: words.differences, align: 'end', cell: ({ kept }) => kept?.differences ?? '–' },
            { key: 'when', head: words.when, cell: ({ kept }) => (kept ? <When day={kept} /> : '–') },
            { key: 'by', head: words.by, isHidden: true, cell: ({ kept }) => kept?.asked_by ?? '–' },
            {
              key: 'acts',
              head: '',
              isFixed: true,
              cell: ({ provider, kept }) => (
                <span className="row-acts">
                  {can('reconcile') && (
                    <Button
                      isBusy={kept?.state === 'running' || ask.isPending}
                      aria-label={`${kept ? words.again : words.start}: ${provider}`}
                      onClick={() => ask.mutate([provider])}
                    >
                      {kept ? words.again : words.start}
                    </Button>
                  )}
                  {kept && kept.state !== 'running' && (
                    <Button aria-label={`${words.show}: ${provider}`} onClick={() => show(provider)}>
                      {words.show}
                    </Button>
                  )}
                </span>
              ),
            },
          ]}
        />
      )}
      {shown !== '' && <Differences key={shown} provider={shown} date={date} />}
    </Page>
  );
}

function When({ day }: { readonly day: ReconciledDayAnswer }) {
  const words = useWords(reconciliationWords);
  return (
    <>
      <Time at={day.ended_at} />
      {day.ended_at > 0 && !day.was_over && <span className="faint"> {words.notOver}</span>}
    </>
  );
}

function Differences({ provider, date }: { readonly provider: string; readonly date: string }) {
  const words = useWords(reconciliationWords);
  const language = useLanguage();
  const answer = useAnswer<ReconciledDayDetailAnswer>(`/reconciliations/${provider}/days/${date}`);
  const day = answer.data;
  if (!day) return answer.error ? <Problem failure={answer.error} /> : <Loading />;
  return (
    <section aria-label={words.differencesOf(provider)}>
      <h2>{words.differencesOf(provider)}</h2>
      {day.notes.map((note) => (
        <p key={note.en} className="problem doubt">
          {note[language]}
        </p>
      ))}
      <DataTable
        name="differences"
        caption={words.differencesOf(provider)}
        rows={day.list.map((difference, index) => ({ ...difference, index }))}
        rowKey={({ index }) => String(index)}
        empty={<EmptyState title={words.equal} />}
        columns={[
          { key: 'kind', head: words.kind, isFixed: true, cell: ({ kind }) => words.kinds[kind] ?? kind },
          { key: 'of', head: words.of, cell: ({ type }) => words.types[type] ?? type },
          {
            key: 'payment',
            head: words.payment,
            cell: ({ imp_uid }) =>
              imp_uid === null ? (
                '–'
              ) : (
                <>
                  <Link href={`/payments/${imp_uid}`}>{imp_uid}</Link> <CopyId id={imp_uid} isBare />
                </>
              ),
          },
          { key: 'transaction', head: words.transaction, cell: ({ transaction_id }) => transaction_id ?? '–' },
          { key: 'here', head: words.here, cell: ({ here }) => here?.[language] ?? '–' },
          { key: 'there', head: words.there, cell: ({ there }) => there?.[language] ?? '–' },
          { key: 'note', head: words.note, cell: ({ note }) => note?.[language] ?? '–' },
        ]}
      />
    </section>
  );
}
