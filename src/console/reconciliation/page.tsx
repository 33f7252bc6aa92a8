import type { CSSProperties } from 'react';
import { Link } from 'wouter';
import type { ReconciledMonthAnswer } from '../../api/views/reconciliation.ts';
import { useMoving } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { Loading } from '../elements/loading.tsx';
import { Problem } from '../elements/problem.tsx';
import { seoulDay } from '../elements/time.tsx';
import { useUrlValue } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { DayBadge } from './state.tsx';
import { reconciliationWords } from './words.ts';

function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** A calendar of days: which were compared, and what came of it. */
export default function ReconciliationPage() {
  const words = useWords(reconciliationWords);
  const [chosen, choose] = useUrlValue('month');
  const thisMonth = seoulDay().slice(0, 7);
  const month = /^\d{4}-\d{2}$/.test(chosen) ? chosen : thisMonth;
  const answer = useMoving<ReconciledMonthAnswer>('/reconciliations/days', { month }, ({ list }) =>
    list.some(({ state }) => state === 'running'),
  );
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        <>
          <Button onClick={() => choose(monthAfter(month, -1))}>{words.earlier}</Button>
          <strong className="month">{month}</strong>
          <Button disabled={month >= thisMonth} onClick={() => choose(monthAfter(month, 1))}>
            {words.later}
          </Button>
        </>
      }
    >
      <Problem failure={answer.error} onRetry={() => void answer.refetch()} />
      {answer.isLoading && <Loading />}
      {answer.data && <Calendar month={answer.data} />}
    </Page>
  );
}

function Calendar({ month }: { readonly month: ReconciledMonthAnswer }) {
  const words = useWords(reconciliationWords);
  const today = seoulDay();
  const first = new Date(`${month.month}-01T00:00:00Z`).getUTCDay();
  return (
    <>
      <div className="weekdays" aria-hidden="true">
        {words.weekdays.map((weekday) => (
          <span key={weekday}>{weekday}</span>
        ))}
      </div>
      <ol className="calendar" aria-label={month.month}>
        {month.list.map(({ date, state, gateways }, index) => (
          <li
            key={date}
            className={`day ${state}`}
            style={index === 0 ? ({ '--first-weekday': first + 1 } as CSSProperties) : undefined}
          >
            {date > today ? (
              <span className="faint">{Number(date.slice(-2))}</span>
            ) : (
              <Link href={`/reconciliation/${date}`}>
                <span className="number">{Number(date.slice(-2))}</span>
                <span className="unseen">{date}</span>
                <DayBadge state={state} />
                {gateways.length > 0 && (
                  <span className="faint compared">
                    {gateways.length} / {month.providers.length}
                  </span>
                )}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
