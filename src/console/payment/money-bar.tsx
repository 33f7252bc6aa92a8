import { Link } from 'wouter';
import type { CancelLimitsAnswer } from '../../api/views/cancel-limits.ts';
import { Money, moneyText } from '../elements/money.tsx';
import { OperationBadge } from '../elements/states.tsx';
import { useWords } from '../language/words.ts';
import { paymentWords } from './words.ts';

/** What was paid, and what has become of it: in words and numbers, and as a bar for the eye. */
export function MoneyBar({ limits }: { readonly limits: CancelLimitsAnswer }) {
  const words = useWords(paymentWords);
  const { amount, cancelled, reserved, left, currency, tax_free: taxFree, vat } = limits;
  return (
    <section className="card money-bar" aria-label={words.paid}>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect className="cancelled" width={share(cancelled, amount)} height="4" />
        <rect className="reserved" x={share(cancelled, amount)} width={share(reserved, amount)} height="4" />
        <rect className="left" x={share(cancelled + reserved, amount)} width={share(left, amount)} height="4" />
      </svg>
      <dl className="money-parts">
        <div>
          <dt>{words.paid}</dt>
          <dd>
            <Money amount={amount} currency={currency} />
          </dd>
        </div>
        <div className="cancelled">
          <dt>{words.cancelled}</dt>
          <dd>
            <Money amount={cancelled} currency={currency} />
          </dd>
        </div>
        <div className="reserved">
          <dt>{words.reserved}</dt>
          <dd>
            <Money amount={reserved} currency={currency} />
          </dd>
        </div>
        <div className="left">
          <dt>{words.left}</dt>
          <dd>
            <Money amount={left} currency={currency} />
          </dd>
        </div>
        {taxFree.amount > 0 && (
          <div>
            <dt>{words.taxFree}</dt>
            <dd>{words.ofWhich(moneyText(taxFree.left, currency), moneyText(taxFree.amount, currency))}</dd>
          </div>
        )}
        {vat.amount > 0 && (
          <div>
            <dt>{words.vat}</dt>
            <dd>{words.ofWhich(moneyText(vat.left, currency), moneyText(vat.amount, currency))}</dd>
          </div>
        )}
      </dl>
      {limits.reserved_by.length > 0 && (
        <>
          <p className="hint">{words.reservedHint}</p>
          <ul className="reserved-by">
            {limits.reserved_by.map((each) => (
              <li key={each.cancellation_id}>
                {words.reservedBy(moneyText(each.amount, currency))} <OperationBadge state={each.state} />{' '}
                {each.state === 'in_doubt' && <Link href={`/doubts/${each.cancellation_id}`}>{words.seeDoubt}</Link>}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
