import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'wouter';
import type { RefundRequestAnswer } from '../../api/views/refund-request.ts';
import { useAct, useMoving } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { Dialog } from '../elements/dialog.tsx';
import { TextArea } from '../elements/field.tsx';
import { Loading } from '../elements/loading.tsx';
import { Money, moneyText } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { UnansweredDialog } from '../elements/unanswered-dialog.tsx';
import { useWords } from '../language/words.ts';
import { useMethodName } from '../payments/method-name.ts';
import { Page } from '../shell/page.tsx';
import { useCan, useSession } from '../shell/session.ts';
import { isMovingRequest, RefundRequestBadge } from './state-badge.tsx';
import { refundRequestWords } from './words.ts';

type Decision = 'approve' | 'reject' | 'withdraw';

/** What the approver decides on is what the server keeps and sends: nothing here is made up by the page. */
export default function RefundRequestPage() {
  const { id = '' } = useParams();
  const words = useWords(refundRequestWords);
  const { member } = useSession();
  const can = useCan();
  const [deciding, setDeciding] = useState<Decision>();
  const { data, error, isLoading, refetch } = useMoving<RefundRequestAnswer>(
    `/refund-requests/${id}`,
    {},
    ({ state }) => isMovingRequest(state),
  );
  if (isLoading) return <Loading />;
  if (!data) {
    return (
      <Page title={words.one}>
        <Problem failure={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  const isOwn = data.requested_by.toLowerCase() === member.email.toLowerCase();
  const isWaiting = data.state === 'waiting';
  return (
    <Page
      title={`${words.one} ${data.merchant_uid}`}
      lead={
        <>
          <CopyId id={data.refund_request_id} /> <RefundRequestBadge state={data.state} />
        </>
      }
      acts={
        isWaiting && (
          <>
            {isOwn && can('refund') && <Button onClick={() => setDeciding('withdraw')}>{words.withdrawOpen}</Button>}
            {!isOwn && can('approve') && (
              <>
                <Button onClick={() => setDeciding('reject')}>{words.rejectOpen}</Button>
                <Button kind="danger" onClick={() => setDeciding('approve')}>
                  {words.approveOpen}
                </Button>
              </>
            )}
          </>
        )
      }
    >
      <Standing request={data} />
      {isWaiting && isOwn && <p className="faint">{words.own}</p>}
      <div className="payment-columns">
        <section className="card" aria-label={isWaiting ? words.exactly : words.asked}>
          <h2>{isWaiting ? words.exactly : words.asked}</h2>
          <WhatIsSent request={data} />
        </section>
        <section className="card" aria-label={words.state}>
          <dl className="facts">
            <Fact head={words.requestedBy}>{data.requested_by}</Fact>
            <Fact head={words.requestedAt}>
              <Time at={data.requested_at} />
            </Fact>
            {isWaiting && (
              <Fact head={words.expiresAt}>
                <Time at={data.expires_at} />
              </Fact>
            )}
            {data.decided_by && (
              <>
                <Fact head={words.decidedBy}>{data.decided_by}</Fact>
                <Fact head={words.decidedAt}>
                  <Time at={data.decided_at} />
                </Fact>
              </>
            )}
            {data.decision_note && <Fact head={words.rejectReason}>{data.decision_note}</Fact>}
          </dl>
        </section>
      </div>
      {deciding && <Decide request={data} decision={deciding} onClose={() => setDeciding(undefined)} />}
    </Page>
  );
}

function Fact({ head, children }: { readonly head: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{head}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Standing({ request }: { readonly request: RefundRequestAnswer }) {
  const words = useWords(refundRequestWords);
  if (request.state === 'in_doubt') {
    return (
      <div className="problem doubt" role="status">
        <p>{words.inDoubt}</p>
        {request.cancellation_id && <Link href={`/doubts/${request.cancellation_id}`}>{words.seeDoubt}</Link>}
      </div>
    );
  }
  if (request.state === 'refused') {
    return (
      <div className="problem bad" role="status">
        <p className="problem-message">{request.message}</p>
        <p>{words.refused}</p>
      </div>
    );
  }
  return request.state === 'done' ? <p role="status">{words.done}</p> : null;
}

function WhatIsSent({ request }: { readonly request: RefundRequestAnswer }) {
  const words = useWords(refundRequestWords);
  const nameOf = useMethodName();
  const { body, currency } = request;
  const amountOr = (amount: number | null): ReactNode =>
    amount === null ? <span className="faint">{words.byRule}</span> : <Money amount={amount} currency={currency} />;
  return (
    <dl className="facts">
      <Fact head={words.payment}>
        <Link href={`/payments/${body.imp_uid}`}>{body.imp_uid}</Link> · {request.pg_provider} ·{' '}
        {nameOf(request.pay_method)}
      </Fact>
      <Fact head={words.item}>{request.name ?? '-'}</Fact>
      <Fact head={words.buyer}>{request.buyer_name ?? '-'}</Fact>
      <Fact head={words.amount}>
        <strong>
          <Money amount={body.amount} currency={currency} />
        </strong>
      </Fact>
      <Fact head={words.checksum}>
        <Money amount={body.checksum} currency={currency} />
      </Fact>
      <Fact head={words.taxFree}>{amountOr(body.tax_free)}</Fact>
      <Fact head={words.vat}>{amountOr(body.vat_amount)}</Fact>
      <Fact head={words.reason}>{body.reason}</Fact>
      {body.refund_account && (
        <Fact head={words.account}>
          {body.refund_bank_name ?? body.refund_bank} {body.refund_account} {body.refund_holder}
        </Fact>
      )}
      {body.refund_tel && <Fact head={words.tel}>{body.refund_tel}</Fact>}
      <Fact head={words.digest}>
        <CopyId id={request.digest} />
      </Fact>
    </dl>
  );
}

function Decide({
  request: current,
  decision,
  onClose,
}: {
  readonly request: RefundRequestAnswer;
  readonly decision: Decision;
  onClose(): void;
}) {
  const words = useWords(refundRequestWords);
  // What was read when it opened is what is decided on: its digest goes with it.
  const [request] = useState(current);
  const [reason, setReason] = useState('');
  const amount = moneyText(request.amount, request.currency);
  const path = `/refund-requests/${request.refund_request_id}`;
  const bodies = { approve: { digest: request.digest }, reject: { reason: reason.trim() }, withdraw: {} };
  const act = useAct<RefundRequestAnswer>(
    () => ({ method: 'POST', path: `${path}/${decision}`, body: bodies[decision] }),
    // The request itself is the key: whoever has decided so and asks again is told how it stands.
    { onDone: onClose, repeatsUnanswered: true },
  );
  const labels = { approve: words.approve(amount), reject: words.reject, withdraw: words.withdraw };
  const titles = { ...labels, reject: words.rejectTitle(amount), withdraw: words.withdrawTitle(amount) };
  // Before what it is about, which is longer than a narrow screen.
  const approval = <span className="consequence">{words.approveText(amount)}</span>;
  const leads = { approve: approval, reject: words.rejectText, withdraw: words.withdrawText };
  if (act.isPending && act.failureCount > 0) {
    return <UnansweredDialog onClose={onClose}>{words.unansweredText}</UnansweredDialog>;
  }
  return (
    <Dialog
      title={titles[decision]}
      lead={leads[decision]}
      isOfMoney={decision === 'approve'}
      onClose={onClose}
      act={{
        label: labels[decision],
        kind: decision === 'approve' ? 'danger' : 'primary',
        isBusy: act.isPending,
        isDisabled: decision === 'reject' && reason.trim() === '',
        onAct: () => act.mutate(),
      }}
    >
      {decision === 'approve' && <WhatIsSent request={request} />}
      {decision === 'reject' && (
        <TextArea label={words.rejectReason} value={reason} maxLength={256} autoFocus onChange={setReason} />
      )}
      <Problem failure={act.error} />
    </Dialog>
  );
}
