import type { PaymentCountsAnswer } from '../../api/views/payment.ts';
import { useStateWords } from '../elements/states.tsx';
import { timeText } from '../elements/time.tsx';
import { useUrlValue } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { paymentsWords } from './words.ts';

const states = ['ready', 'paid', 'cancelled', 'failed'] as const;

/** How many there are of each state; pressed, the list has those only. */
export function StateCounts({ counts }: { readonly counts: PaymentCountsAnswer | undefined }) {
  const words = useWords(paymentsWords);
  const { payment } = useStateWords();
  const [chosen, choose] = useUrlValue('status');
  return (
    <>
      <fieldset className="state-counts">
        <legend className="unseen">{words.counts}</legend>
        {(['', ...states] as const).map((state) => (
          <button
            key={state}
            type="button"
            className="state-count"
            aria-pressed={chosen === state}
            onClick={() => choose(state)}
          >
            <span>{state === '' ? words.all : payment[state]}</span>
            {counts && <strong>{shown(counts, state)}</strong>}
          </button>
        ))}
      </fieldset>
      {counts && !counts.is_complete && <p className="faint">{words.countedFrom(timeText(counts.counted_from))}</p>}
    </>
  );

  function shown({ counts: of, is_complete }: PaymentCountsAnswer, state: (typeof states)[number] | ''): string {
    const count = state === '' ? states.reduce((sum, each) => sum + of[each], 0) : of[state];
    return is_complete ? words.exactly(count) : words.atLeast(count);
  }
}
