import { Link, useParams } from 'wouter';
import type { WebhookAnswer } from '../../api/views/webhook.ts';
import { useAct, useMoving } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { Loading } from '../elements/loading.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { useCan } from '../shell/session.ts';
import { WebhookBadge } from './page.tsx';
import { webhookWords } from './words.ts';

export default function WebhookPage() {
  const { id = '' } = useParams();
  const words = useWords(webhookWords);
  const can = useCan();
  const answer = useMoving<WebhookAnswer>(`/webhooks/${id}`, {}, ({ state }) => state === 'waiting');
  const resend = useAct<WebhookAnswer>(() => ({ method: 'POST', path: `/webhooks/${id}/resend` }));
  const webhook = answer.data;
  if (!webhook) {
    return <Page title={words.title}>{answer.error ? <Problem failure={answer.error} /> : <Loading />}</Page>;
  }
  const isResendable = webhook.event !== 'test' && webhook.event !== 'confirm';
  return (
    <Page
      title={`${words.events[webhook.event] ?? webhook.event} · ${webhook.webhook_id}`}
      acts={
        can('webhooks') &&
        isResendable && (
          <Button isBusy={resend.isPending} onClick={() => resend.mutate()}>
            {words.resend}
          </Button>
        )
      }
    >
      <Problem failure={resend.error} />
      <dl className="facts card">
        <dt>{words.state}</dt>
        <dd>
          <WebhookBadge state={webhook.state} />
        </dd>
        <dt>{words.payment}</dt>
        <dd>
          {isResendable && <Link href={`/payments/${webhook.imp_uid}`}>{webhook.merchant_uid}</Link>}{' '}
          <CopyId id={webhook.imp_uid} />
        </dd>
        <dt>{words.url}</dt>
        <dd className="long-id">{webhook.url}</dd>
        <dt>{words.created}</dt>
        <dd>
          <Time at={webhook.created_at} />
        </dd>
        {webhook.next_attempt_at > 0 && (
          <>
            <dt>{words.next}</dt>
            <dd>
              <Time at={webhook.next_attempt_at} />
            </dd>
          </>
        )}
      </dl>
      <h2>{words.log}</h2>
      <DataTable
        name="webhook-log"
        caption={words.log}
        rows={webhook.log.toReversed()}
        rowKey={(attempt) => `${attempt.at}-${attempt.kind}-${attempt.duration_ms}`}
        columns={[
          { key: 'at', head: words.at, isFixed: true, cell: (attempt) => <Time at={attempt.at} /> },
          { key: 'kind', head: words.kind, cell: ({ kind }) => words.kinds[kind] ?? kind },
          {
            key: 'answer',
            head: words.answer,
            cell: (attempt) => (
              <>
                {attempt.status ?? attempt.error ?? words.noAnswer}
                {attempt.answer !== '' && <pre className="wire">{attempt.answer}</pre>}
              </>
            ),
          },
          {
            key: 'request',
            head: words.request,
            cell: (attempt) => <pre className="wire">{attempt.request_body}</pre>,
          },
          { key: 'took', head: words.took, align: 'end', cell: (attempt) => `${attempt.duration_ms}\u00a0ms` },
        ]}
      />
    </Page>
  );
}
