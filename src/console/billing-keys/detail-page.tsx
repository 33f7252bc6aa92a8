import { useParams } from 'wouter';
import type { BillingKeyListAnswer } from '../../api/views/lists.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { useAnswer } from '../api/questions.ts';
import { LinkButton } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Loading } from '../elements/loading.tsx';
import { Money } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { PaymentBadge } from '../elements/states.tsx';
import { Time } from '../elements/time.tsx';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { KeyBadge } from './page.tsx';
import { billingKeyWords } from './words.ts';

export default function BillingKeyPage() {
  const words = useWords(billingKeyWords);
  const { customer_uid: given = '' } = useParams();
  const uid = decodeURIComponent(given);
  const answer = useAnswer<BillingKeyListAnswer>('/billing-keys', { customer_uid: uid });
  const payments = useAnswer<{ readonly list: readonly PaymentAnswer[] }>(
    `/subscribe/customers/${encodeURIComponent(uid)}/payments`,
  );
  const [key] = answer.data?.list ?? [];
  if (!answer.data) {
    return <Page title={words.title}>{answer.error ? <Problem failure={answer.error} /> : <Loading />}</Page>;
  }
  return (
    <Page
      title={uid}
      acts={<LinkButton href={`/schedules?customer_uid=${encodeURIComponent(uid)}`}>{words.schedules}</LinkButton>}
    >
      {key ? (
        <dl className="facts card">
          <dt>{words.state}</dt>
          <dd>
            <KeyBadge state={key.state} /> <CopyId id={key.customer_uid} />
          </dd>
          <dt>{words.card}</dt>
          <dd>{[key.card_name, key.card_number].filter(Boolean).join(' ') || '–'}</dd>
          <dt>{words.customer}</dt>
          <dd>{key.customer_name ?? '–'}</dd>
          <dt>{words.tel}</dt>
          <dd>{key.customer_tel ?? '–'}</dd>
          <dt>{words.email}</dt>
          <dd>{key.customer_email ?? '–'}</dd>
          <dt>{words.gateway}</dt>
          <dd>
            {key.pg_provider} · {key.pg_id}
          </dd>
          <dt>{words.registered}</dt>
          <dd>
            <Time at={key.inserted} />
          </dd>
          <dt>{words.updated}</dt>
          <dd>
            <Time at={key.updated} />
          </dd>
          {key.deleted > 0 && (
            <>
              <dt>{words.deleted}</dt>
              <dd>
                <Time at={key.deleted} />
              </dd>
            </>
          )}
        </dl>
      ) : (
        <EmptyState title={words.unknown} />
      )}
      <h2>{words.payments}</h2>
      <Problem failure={payments.error} />
      <DataTable
        name="payments-of-key"
        caption={words.payments}
        rows={payments.data?.list ?? []}
        rowKey={(payment) => payment.imp_uid}
        rowHref={(payment) => `/payments/${payment.imp_uid}`}
        rowId={(payment) => payment.imp_uid}
        empty={<EmptyState title={words.noPayments} />}
        columns={[
          { key: 'order', head: words.order, isFixed: true, cell: (payment) => payment.merchant_uid },
          {
            key: 'state',
            head: words.state,
            cell: (payment) => <PaymentBadge status={payment.status} cancelled={payment.cancel_amount} />,
          },
          {
            key: 'amount',
            head: words.amount,
            align: 'end',
            cell: (payment) => <Money amount={payment.amount} currency={payment.currency} />,
          },
          { key: 'at', head: words.at, cell: (payment) => <Time at={payment.started_at} /> },
        ]}
      />
    </Page>
  );
}
