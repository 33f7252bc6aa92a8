import type { GatewayBookAnswer } from '../../api/views/gateway-book.ts';
import { useAnswer } from '../api/questions.ts';
import { Badge } from '../elements/badge.tsx';
import { Button } from '../elements/button.tsx';
import { Loading } from '../elements/loading.tsx';
import { moneyText } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { paymentWords } from './words.ts';

type Cancellations = GatewayBookAnswer['book']['cancellations'];

/** Asked when the page opens, whenever our book has changed (the page sees to that), and by hand: a gateway is not to notice that somebody looks. */
export function GatewayBook({ impUid }: { readonly impUid: string }) {
  const words = useWords(paymentWords);
  const book = useAnswer<GatewayBookAnswer>(`/payments/${impUid}/gateway-book`);
  const { refetch } = book;
  return (
    <section className="card" aria-label={words.book}>
      <div className="timeline-head">
        <h2>{words.book}</h2>
        <Button isBusy={book.isFetching} onClick={() => void refetch()}>
          {words.askAgain}
        </Button>
      </div>
      <p className="faint">{words.bookLead}</p>
      {book.isLoading ? <Loading /> : <Problem failure={book.error} onRetry={() => void refetch()} />}
      {book.data && <Both answer={book.data} />}
    </section>
  );
}

function Both({ answer }: { readonly answer: GatewayBookAnswer }) {
  const words = useWords(paymentWords);
  const language = useLanguage();
  const { book, differences } = answer;
  const { gateway: theirs, currency } = book;
  const money = (amount: number | null): string => (amount === null ? words.notTold : moneyText(amount, currency));
  const listed = (cancellations: Cancellations | null): string => {
    if (cancellations === null) return words.notTold;
    return cancellations.length === 0
      ? words.nothing
      : cancellations.map(({ amount }) => moneyText(amount, currency)).join(', ');
  };
  const isFound = theirs?.answer === 'found';
  const rows: readonly (readonly [head: string, here: string, there: string, isSame: boolean])[] = isFound
    ? [
        [
          words.state,
          words.states[book.state] ?? book.state,
          words.states[theirs.state ?? ''] ?? words.notTold,
          !differs('state'),
        ],
        [
          words.amount,
          money(book.amount),
          money(theirs.amount),
          theirs.amount === null || theirs.amount === book.amount,
        ],
        [words.cancellations, listed(book.cancellations), listed(theirs.cancellations), !differs('cancellation')],
        [words.balance, money(book.amount - book.cancelled), money(theirs.balance), !differs('cancellation')],
        [words.gatewayId, book.pg_tid ?? words.nothing, theirs.pg_tid ?? words.notTold, true],
      ]
    : [];

  function differs(what: string): boolean {
    return differences.some(({ kind, type }) => kind === what || type === what);
  }

  return (
    <>
      {!answer.can_be_asked && <p>{words.cannotAsk}</p>}
      {answer.can_be_asked && theirs?.answer === 'unknown' && <p>{words.unknown}</p>}
      {theirs?.answer === 'not_found' && <p>{words.notFound}</p>}
      {isFound && (
        <div className="table-scroll">
          <table className="books">
            <caption className="unseen">{words.book}</caption>
            <thead>
              <tr>
                <th scope="col">
                  <span className="unseen">{words.state}</span>
                </th>
                <th scope="col">{words.ours}</th>
                <th scope="col">{words.theirs}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([head, here, there, isSame]) => (
                <tr key={head} className={isSame ? undefined : 'differs'}>
                  <th scope="row">{head}</th>
                  <td data-head={words.ours}>{here}</td>
                  <td data-head={words.theirs}>
                    {!isSame && <span aria-hidden="true">≠ </span>}
                    {there}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {isFound && (
        <p role="status">
          {differences.length === 0 ? (
            <Badge tone="good">{words.agree}</Badge>
          ) : (
            <Badge tone="doubt">{words.differ(differences.length)}</Badge>
          )}
        </p>
      )}
      <ul>
        {differences.map((each) => (
          <li key={`${each.kind} ${each.type} ${each.transaction_id}`}>
            <strong>{words.kinds[each.kind] ?? each.kind}</strong>
            {each.here && ` · ${words.here} ${each.here[language]}`}
            {each.there && ` · ${words.there} ${each.there[language]}`}
            {each.note && ` · ${each.note[language]}`}
          </li>
        ))}
      </ul>
      <p className="faint">
        {words.askedAt} <Time at={answer.asked_at} />
      </p>
    </>
  );
}
