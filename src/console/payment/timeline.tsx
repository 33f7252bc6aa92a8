import type { TimelineAnswer, TimelineEntryAnswer } from '../../api/views/timeline.ts';
import { usePages } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Loading } from '../elements/loading.tsx';
import { Money } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { type OperationState, useStateWords } from '../elements/states.tsx';
import { Time } from '../elements/time.tsx';
import { useWords } from '../language/words.ts';
import { useAuditWords } from './audit-words.ts';
import { paymentWords } from './words.ts';

/** What the payment has been through, oldest first. */
export function Timeline({
  impUid,
  currency,
  isMoving,
}: {
  readonly impUid: string;
  readonly currency: string;
  readonly isMoving: boolean;
}) {
  const words = useWords(paymentWords);
  const pages = usePages<TimelineAnswer, TimelineEntryAnswer>(
    `/payments/${impUid}/timeline`,
    {},
    {
      rows: ({ list }) => list,
      next: ({ next }) => (next === null ? undefined : { after: next }),
      isMoving: () => isMoving,
    },
  );
  if (pages.failure && pages.rows.length === 0) return <Problem failure={pages.failure} onRetry={pages.reload} />;
  if (pages.isLoading) return <Loading />;
  if (pages.rows.length === 0) return <EmptyState title={words.timelineEmpty} />;
  return (
    <>
      <ol className="timeline">
        {pages.rows.map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: it is only ever appended to, and an entry has no number of its own
          <li key={index} className={entry.to === 'in_doubt' ? 'doubt' : ''}>
            <Entry entry={entry} currency={currency} />
          </li>
        ))}
      </ol>
      {pages.hasMore && (
        <Button onClick={pages.loadMore} isBusy={pages.isLoadingMore}>
          {words.more}
        </Button>
      )}
    </>
  );
}

function Entry({ entry, currency }: { readonly entry: TimelineEntryAnswer; readonly currency: string }) {
  const words = useWords(paymentWords);
  const states = useStateWords();
  const inWords = useAuditWords();
  const what = words.what[entry.what] ?? entry.what;
  const isOperation = entry.type === 'operation';
  const state = isOperation
    ? states.operation[entry.to as OperationState]
    : entry.to && (words.delivery[entry.to] ?? entry.to);
  return (
    <>
      <div className="timeline-head">
        <span>
          <strong>
            {words.entry[entry.type]}: {what}
          </strong>
          {state && <> → {state}</>}
          {entry.type === 'attempt' && <> → {entry.http_status ?? words.noAnswer}</>}
        </span>
        <Time at={entry.at} />
      </div>
      <p className="faint">
        {entry.amount !== null && entry.amount > 0 && (
          <>
            <Money amount={entry.amount} currency={currency} />
            {' · '}
          </>
        )}
        {entry.by && (
          <>
            {words.by[entry.by.type]}
            {entry.by.name && ` ${entry.by.name}`}
            {' · '}
          </>
        )}
        {entry.why && <>{inWords(entry.why)} · </>}
        {entry.sender && (
          <>
            {entry.sender} ({entry.trust}) ·{' '}
          </>
        )}
        {entry.url && (
          <>
            <span className="timeline-url">{entry.url}</span>
            {' · '}
          </>
        )}
        {entry.times !== null && entry.times > 1 && <>{words.times(entry.times)} · </>}
        <code>{entry.id}</code>
      </p>
    </>
  );
}
