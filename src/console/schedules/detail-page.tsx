import { Link, useParams } from 'wouter';
import type { ScheduleListPageAnswer } from '../../api/views/lists.ts';
import { useMoving } from '../api/questions.ts';
import { CopyId } from '../elements/copy-id.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Loading } from '../elements/loading.tsx';
import { Money } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { PaymentBadge } from '../elements/states.tsx';
import { Time } from '../elements/time.tsx';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { ScheduleBadge } from './page.tsx';
import { scheduleWords } from './words.ts';

export default function SchedulePage() {
  const words = useWords(scheduleWords);
  const { merchant_uid: given = '' } = useParams();
  const uid = decodeURIComponent(given);
  const answer = useMoving<ScheduleListPageAnswer>('/schedules', { merchant_uid: uid }, () => false);
  const [schedule] = answer.data?.list ?? [];
  if (!answer.data) {
    return <Page title={words.title}>{answer.error ? <Problem failure={answer.error} /> : <Loading />}</Page>;
  }
  if (!schedule) {
    return (
      <Page title={uid}>
        <EmptyState title={words.unknown} />
      </Page>
    );
  }
  return (
    <Page title={uid}>
      <dl className="facts card">
        <dt>{words.state}</dt>
        <dd>
          <ScheduleBadge schedule={schedule} /> <CopyId id={uid} />
        </dd>
        <dt>{words.amount}</dt>
        <dd>
          <Money amount={schedule.amount} currency={schedule.currency} />
        </dd>
        <dt>{words.at}</dt>
        <dd>
          <Time at={schedule.schedule_at} />
        </dd>
        <dt>{words.key}</dt>
        <dd>
          <Link href={`/billing-keys/${encodeURIComponent(schedule.customer_uid)}`}>{schedule.customer_uid}</Link>
        </dd>
        <dt>{words.name}</dt>
        <dd>{schedule.name ?? '–'}</dd>
        <dt>{words.buyer}</dt>
        <dd>{[schedule.buyer_name, schedule.buyer_tel].filter(Boolean).join(' · ') || '–'}</dd>
        {schedule.imp_uid !== null && schedule.payment_status !== null && (
          <>
            <dt>{words.payment}</dt>
            <dd>
              <PaymentBadge status={schedule.payment_status} />{' '}
              <Link href={`/payments/${schedule.imp_uid}`}>{schedule.imp_uid}</Link> <Time at={schedule.executed_at} />
            </dd>
          </>
        )}
        {schedule.fail_reason !== null && (
          <>
            <dt>{words.reason}</dt>
            <dd>{schedule.fail_reason}</dd>
          </>
        )}
        {schedule.revoked_at > 0 && (
          <>
            <dt>{words.revoked}</dt>
            <dd>
              <Time at={schedule.revoked_at} />
            </dd>
          </>
        )}
      </dl>
    </Page>
  );
}
