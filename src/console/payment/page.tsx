import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useParams } from 'wouter';
import type { CancelLimitsAnswer } from '../../api/views/cancel-limits.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { useAnswer, useMoving } from '../api/questions.ts';
import { Badge } from '../elements/badge.tsx';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { Loading } from '../elements/loading.tsx';
import { Problem } from '../elements/problem.tsx';
import { isMovingState, PaymentBadge, type PaymentStatus } from '../elements/states.tsx';
import { Time } from '../elements/time.tsx';
import { useWords } from '../language/words.ts';
import { useMethodName } from '../payments/method-name.ts';
import { Page } from '../shell/page.tsx';
import { useCan, useSession } from '../shell/session.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { GatewayBook } from './gateway-book.tsx';
import { MoneyBar } from './money-bar.tsx';
import { readPending } from './pending-cancel.ts';
import { Timeline } from './timeline.tsx';
import { paymentWords } from './words.ts';

const moves = ({ reserved_by, refund_request_id }: CancelLimitsAnswer): boolean =>
  refund_request_id !== null || reserved_by.some(({ state }) => isMovingState(state));

export default function PaymentPage() {
  const { imp_uid: impUid = '' } = useParams();
  const words = useWords(paymentWords);
  const can = useCan();
  const { store } = useSession();
  const limits = useMoving<CancelLimitsAnswer>(`/payments/${impUid}/cancel-limits`, {}, moves);
  const payment = useAnswer<PaymentAnswer>(`/payments/${impUid}`, { include_sandbox: true });
  // A request that has no answer opens again with the page, and goes on.
  const [isCancelling, setIsCancelling] = useState(() => readPending(store, impUid) !== undefined);

  // Whatever moved the money has changed the rest of the page, too: it is asked again at once.
  const client = useQueryClient();
  const standing = limits.data && `${limits.data.cancelled} ${limits.data.reserved} ${limits.data.refund_request_id}`;
  const shown = useRef(standing);
  useEffect(() => {
    if (shown.current === standing) return;
    const isFirst = shown.current === undefined;
    shown.current = standing;
    if (isFirst) return;
    void client.invalidateQueries({
      predicate: ({ queryKey: [path] }) =>
        String(path).startsWith(`/payments/${impUid}`) && !String(path).endsWith('/cancel-limits'),
    });
  }, [client, impUid, standing]);

  if (limits.isLoading || payment.isLoading) return <Loading />;
  const { data } = limits;
  if (!data || !payment.data) {
    return (
      <Page title={words.title}>
        <Problem failure={limits.error ?? payment.error} onRetry={() => void limits.refetch()} />
      </Page>
    );
  }
  const facts = payment.data;
  // The API calls what is cancelled in part cancelled.
  const isPart = facts.status === 'cancelled' && data.cancelled < data.amount;
  const doubt = data.reserved_by.find(({ state }) => state === 'in_doubt');
  return (
    <Page
      title={`${words.title} ${facts.merchant_uid}`}
      lead={
        <>
          <CopyId id={impUid} />{' '}
          <PaymentBadge status={isPart ? 'paid' : (facts.status as PaymentStatus)} cancelled={data.cancelled} />{' '}
          {facts.sandbox && <Badge>{words.test}</Badge>}
        </>
      }
      acts={
        can('refund') && (
          <Button
            kind="danger"
            disabled={data.refused_because !== null || data.refund_request_id !== null}
            onClick={() => setIsCancelling(true)}
          >
            {words.cancel}
          </Button>
        )
      }
    >
      {data.refund_request_id !== null && (
        <div className="problem doubt" role="status">
          <p>
            {words.waitingRequest} <Link href={`/refund-requests/${data.refund_request_id}`}>{words.seeRequest}</Link>
          </p>
        </div>
      )}
      {doubt && (
        <div className="problem doubt" role="status">
          <p>
            {words.inDoubt} <Link href={`/doubts/${doubt.cancellation_id}`}>{words.seeDoubt}</Link>
          </p>
        </div>
      )}
      {data.refused_because && !doubt && <p className="faint">{data.refused_because.message}</p>}
      <MoneyBar limits={data} />
      <div className="payment-columns">
        <section className="card" aria-label={words.details}>
          <h2>{words.details}</h2>
          <Facts payment={facts} limits={data} />
        </section>
        <GatewayBook impUid={impUid} />
      </div>
      <section aria-label={words.timeline}>
        <h2>{words.timeline}</h2>
        <Timeline impUid={impUid} currency={data.currency} isMoving={moves(data)} />
      </section>
      {isCancelling && <CancelDialog limits={data} store={store} onClose={() => setIsCancelling(false)} />}
    </Page>
  );
}

function Facts({ payment, limits }: { readonly payment: PaymentAnswer; readonly limits: CancelLimitsAnswer }) {
  const words = useWords(paymentWords);
  const nameOf = useMethodName();
  return (
    <dl className="facts">
      <dt>{words.merchantUid}</dt>
      <dd>
        <CopyId id={payment.merchant_uid} />
      </dd>
      <dt>{words.name}</dt>
      <dd>{payment.name ?? '-'}</dd>
      <dt>{words.buyer}</dt>
      <dd>{[payment.buyer_name, payment.buyer_tel, payment.buyer_email].filter(Boolean).join(' · ') || '-'}</dd>
      <dt>{words.gateway}</dt>
      <dd>
        {payment.pg_provider} ({payment.pg_id})
      </dd>
      <dt>{words.method}</dt>
      <dd>{[nameOf(payment.pay_method), limits.paid_with].filter(Boolean).join(' · ')}</dd>
      <dt>{words.gatewayId}</dt>
      <dd>
        <CopyId id={payment.pg_tid ?? ''} />
      </dd>
      <dt>{words.approval}</dt>
      <dd>
        <CopyId id={payment.apply_num ?? ''} />
      </dd>
      <dt>{words.paidAt}</dt>
      <dd>
        <Time at={payment.paid_at} />
      </dd>
      {payment.receipt_url && (
        <>
          <dt>{words.receipt}</dt>
          <dd>
            <a href={payment.receipt_url} target="_blank" rel="noreferrer">
              {words.open}
            </a>
          </dd>
        </>
      )}
      {payment.cash_receipt_issued && <CashReceipt impUid={payment.imp_uid} />}
    </dl>
  );
}

interface Receipt {
  readonly apply_num: string;
  readonly receipt_url: string | null;
  readonly cancelled_at: number;
}

function CashReceipt({ impUid }: { readonly impUid: string }) {
  const words = useWords(paymentWords);
  const { data } = useAnswer<Receipt>(`/receipts/${impUid}`);
  if (!data) return null;
  return (
    <>
      <dt>{words.cashReceipt}</dt>
      <dd>
        {data.apply_num} {data.cancelled_at > 0 && words.what.revoked}{' '}
        {data.receipt_url && (
          <a href={data.receipt_url} target="_blank" rel="noreferrer">
            {words.open}
          </a>
        )}
      </dd>
    </>
  );
}
