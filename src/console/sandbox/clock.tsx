import { useState } from 'react';
import type { ClockAnswer, ClockMovedAnswer, HappeningAnswer } from '../../api/views/clock.ts';
import { useAct, useAnswer } from '../api/questions.ts';
import { Badge } from '../elements/badge.tsx';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { TextField } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time, timeText } from '../elements/time.tsx';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { sandboxWords } from './words.ts';

const hour = 3_600;

/** The merchant's clock: moved on, what falls due on the way happens. */
export function ClockPanel() {
  const words = useWords(sandboxWords);
  const language = useLanguage();
  const [to, setTo] = useState('');
  const clock = useAnswer<ClockAnswer>('/sandbox/clock');
  const move = useAct<ClockMovedAnswer, object>((body) => ({ method: 'POST', path: '/sandbox/clock', body }));
  const release = useAct<ClockAnswer>(() => ({ method: 'DELETE', path: '/sandbox/clock' }));
  const columns: readonly Column<HappeningAnswer>[] = [
    { key: 'at', head: words.when, isFixed: true, cell: (each) => <Time at={each.at} /> },
    { key: 'kind', head: words.what, isFixed: true, cell: (each) => each.kind },
    {
      key: 'payment',
      head: words.payment,
      isFixed: true,
      cell: (each) => (each.imp_uid === null ? '' : <CopyId id={each.imp_uid} />),
    },
    { key: 'pg', head: words.gateway, isFixed: true, cell: (each) => each.pg_provider ?? '' },
  ];
  const steps = [
    [words.hour, hour],
    [words.day, 24 * hour],
    [words.week, 7 * 24 * hour],
    [words.month, 30 * 24 * hour],
  ] as const;
  const isBusy = move.isPending || release.isPending;
  return (
    <>
      <Problem failure={clock.error ?? move.error ?? release.error} />
      <section className="card">
        {clock.data && (
          <p>
            {words.now}: <strong>{timeText(clock.data.now, language)}</strong>{' '}
            <Badge tone={clock.data.held ? 'moving' : 'neutral'}>
              {clock.data.held ? words.isHeld : words.isRunning}
            </Badge>
          </p>
        )}
        <p className="page-acts">
          <span className="with-buttons">{words.advance}</span>
          {steps.map(([label, seconds]) => (
            <Button key={seconds} isBusy={isBusy} onClick={() => move.mutate({ advance_seconds: seconds })}>
              {label}
            </Button>
          ))}
          {clock.data?.held && (
            <Button isBusy={isBusy} onClick={() => release.mutate()}>
              {words.release}
            </Button>
          )}
        </p>
        <form
          className="filter-bar"
          onSubmit={(event) => {
            event.preventDefault();
            if (to !== '' && !isBusy) move.mutate({ at: to });
          }}
        >
          <TextField label={words.setTo} type="datetime-local" value={to} onChange={setTo} />
          <div className="filter-acts">
            <Button type="submit" isBusy={isBusy} disabled={to === ''}>
              {words.move}
            </Button>
          </div>
        </form>
      </section>
      {move.data && (
        <section aria-live="polite">
          <h2>{move.data.happened_count === 0 ? words.nothingHappened : words.happened(move.data.happened_count)}</h2>
          {move.data.happened_count > 0 && (
            <DataTable
              name="sandbox-happened"
              caption={words.happened(move.data.happened_count)}
              columns={columns}
              rows={move.data.happened}
              rowKey={(each) => `${each.at} ${each.kind} ${each.imp_uid} ${each.amount}`}
            />
          )}
        </section>
      )}
    </>
  );
}
