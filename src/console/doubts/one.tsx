import { useState } from 'react';
import { Link, useParams } from 'wouter';
import type { DoubtAnswer } from '../../api/views/doubt.ts';
import { useAct, useMoving } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { Dialog } from '../elements/dialog.tsx';
import { Checkbox, TextField } from '../elements/field.tsx';
import { Loading } from '../elements/loading.tsx';
import { Money } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { isMovingState, OperationBadge, type OperationState, useStateWords } from '../elements/states.tsx';
import { Time } from '../elements/time.tsx';
import { useWords } from '../language/words.ts';
import { useAuditWords } from '../payment/audit-words.ts';
import { paymentWords } from '../payment/words.ts';
import { Page } from '../shell/page.tsx';
import { useCan, useSession } from '../shell/session.ts';
import { doubtWords } from './words.ts';

export default function DoubtPage() {
  const { id = '' } = useParams();
  const words = useWords(doubtWords);
  const kinds = useWords(paymentWords).what;
  const states = useStateWords().operation;
  const inWords = useAuditWords();
  const can = useCan();
  const [isResolving, setIsResolving] = useState(false);
  const { data, error, isLoading, refetch } = useMoving<DoubtAnswer>(`/doubts/${id}`, {}, ({ state }) =>
    isMovingState(state),
  );
  if (isLoading) return <Loading />;
  if (!data) {
    return (
      <Page title={words.title}>
        <Problem failure={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  const isOpen = data.state === 'in_doubt' || data.state === 'accepted';
  return (
    <Page
      title={`${words.title}: ${kinds[data.kind] ?? data.kind} ${data.merchant_uid}`}
      lead={
        <>
          <CopyId id={data.doubt_id} /> <OperationBadge state={data.state} />
        </>
      }
      acts={isOpen && can('resolve') && <Button onClick={() => setIsResolving(true)}>{words.resolve}</Button>}
    >
      {!isMovingState(data.state) && <p role="status">{words.ended}</p>}
      <div className="payment-columns">
        <section className="card" aria-label={words.known}>
          <h2>{words.known}</h2>
          <dl className="facts">
            <dt>{words.why}</dt>
            <dd>{inWords(data.why)}</dd>
            <dt>{words.amount}</dt>
            <dd>
              <Money amount={data.amount} currency={data.currency} />
            </dd>
            <dt>{words.held}</dt>
            <dd>
              <Money amount={data.reserved} currency={data.currency} />
            </dd>
            <dt>{words.since}</dt>
            <dd>
              <Time at={data.requested_at} />
            </dd>
            <dt>{words.inquiries}</dt>
            <dd>{data.inquiries}</dd>
            <dt>{words.next}</dt>
            <dd>
              <Time at={data.next_inquiry_at} />
            </dd>
          </dl>
          {data.imp_uid && <Link href={`/payments/${data.imp_uid}`}>{words.payment}</Link>}
        </section>
        <section className="card" aria-label={words.lookFor}>
          <h2>{words.lookFor}</h2>
          <p className="faint">{words.lookForText}</p>
          <dl className="facts">
            <dt>{words.gateway}</dt>
            <dd>{data.pg_provider}</dd>
            <dt>{words.mid}</dt>
            <dd>
              <CopyId id={data.pg_id} />
            </dd>
            <dt>{words.gatewayOrder}</dt>
            <dd>
              <CopyId id={data.pg_order} />
            </dd>
            <dt>{words.gatewayTid}</dt>
            <dd>
              <CopyId id={data.pg_tid ?? ''} />
            </dd>
          </dl>
        </section>
      </div>
      <h2>{words.history}</h2>
      <ol className="timeline">
        {data.history.map(({ from, to, at, by, why }) => (
          <li key={`${from} ${to} ${at}`} className={to === 'in_doubt' ? 'doubt' : ''}>
            <div className="timeline-head">
              <strong>{states[to as OperationState] ?? to}</strong>
              <Time at={at} />
            </div>
            <p className="faint">
              {by} · {inWords(why)}
            </p>
          </li>
        ))}
      </ol>
      {isResolving && <Resolve doubt={data} onClose={() => setIsResolving(false)} />}
    </Page>
  );
}

type Outcome = 'confirmed' | 'refused';

/** Only what somebody has seen in the gateway's own book, in his name. */
function Resolve({ doubt, onClose }: { readonly doubt: DoubtAnswer; onClose(): void }) {
  const words = useWords(doubtWords);
  const { member } = useSession();
  const [outcome, setOutcome] = useState<Outcome>();
  const [reason, setReason] = useState('');
  const [found, setFound] = useState<Readonly<Record<string, string>>>({});
  const [hasSeen, setHasSeen] = useState(false);
  const act = useAct<DoubtAnswer>(
    () => ({
      method: 'POST',
      path: `/doubts/${doubt.doubt_id}/resolve`,
      body: { outcome, reason: reason.trim(), ...(outcome === 'confirmed' ? found : {}) },
    }),
    { onDone: onClose },
  );
  const isComplete =
    outcome === 'refused' || doubt.found_at_gateway.every(({ name, needed }) => !needed || (found[name] ?? '') !== '');
  return (
    <Dialog
      title={words.resolveTitle}
      lead={words.resolveText}
      isOfMoney
      onClose={onClose}
      act={{
        label: words.act[outcome ?? 'confirmed'],
        kind: 'danger',
        isBusy: act.isPending,
        isDisabled: outcome === undefined || reason.trim() === '' || !isComplete || !hasSeen,
        onAct: () => act.mutate(),
      }}
    >
      <fieldset className="cancel-extent">
        <legend>{words.outcome}</legend>
        {(['confirmed', 'refused'] as const).map((each) => (
          <label key={each} className="choice">
            <input type="radio" name="outcome" checked={outcome === each} onChange={() => setOutcome(each)} />
            {words[each]}
          </label>
        ))}
      </fieldset>
      {outcome === 'confirmed' &&
        doubt.found_at_gateway.map(({ name, needed }) => (
          <TextField
            key={name}
            label={`${words.found[name] ?? name}${needed ? ` (${words.needed})` : ''}`}
            value={found[name] ?? ''}
            maxLength={name === 'pg_tid' ? 80 : 40}
            autoComplete="off"
            onChange={(value) => setFound({ ...found, [name]: value })}
          />
        ))}
      <TextField label={words.reason} hint={words.reasonHint} value={reason} maxLength={256} onChange={setReason} />
      <p className="faint">{words.as(member.email)}</p>
      <Checkbox label={words.confirmText} isChecked={hasSeen} onChange={setHasSeen} />
      <Problem failure={act.error} />
    </Dialog>
  );
}
