import type { ScheduleListPageAnswer } from '../../api/views/lists.ts';
import type { ScheduleAnswer } from '../../api/views/schedule.ts';
import { usePages } from '../api/questions.ts';
import { Badge, type Tone } from '../elements/badge.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { Money } from '../elements/money.tsx';
import { PaymentBadge } from '../elements/states.tsx';
import { Time } from '../elements/time.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { scheduleWords } from './words.ts';

const tones: Readonly<Record<ScheduleAnswer['schedule_status'], Tone>> = {
  scheduled: 'moving',
  executed: 'good',
  revoked: 'neutral',
};
const states = Object.keys(tones) as readonly ScheduleAnswer['schedule_status'][];

export function ScheduleBadge({ schedule }: { readonly schedule: ScheduleAnswer }) {
  const words = useWords(scheduleWords);
  const { schedule_status: state, payment_status: result } = schedule;
  // What was executed and failed is not good.
  return <Badge tone={result === 'failed' ? 'bad' : tones[state]}>{words.states[state]}</Badge>;
}

export default function SchedulesPage() {
  const words = useWords(scheduleWords);
  const [{ merchant_uid, customer_uid, status }] = useUrlValues();
  const pages = usePages<ScheduleListPageAnswer, ScheduleAnswer>(
    '/schedules',
    { merchant_uid, customer_uid, status },
    { rows: ({ list }) => list, next: ({ next }) => (next === null ? undefined : { before: next }) },
  );
  return (
    <Page title={words.title}>
      <FilterBar
        label={words.title}
        filters={[
          { name: 'merchant_uid', label: words.order, kind: 'search' },
          { name: 'customer_uid', label: words.key, kind: 'text' },
          {
            name: 'status',
            label: words.state,
            kind: 'select',
            options: states.map((value) => ({ value, label: words.states[value] })),
          },
        ]}
      />
      <DataTable
        name="schedules"
        caption={words.title}
        pages={pages}
        rowKey={(schedule) => schedule.merchant_uid}
        rowHref={(schedule) => `/schedules/${encodeURIComponent(schedule.merchant_uid)}`}
        rowId={(schedule) => schedule.merchant_uid}
        empty={<EmptyState title={words.empty} />}
        columns={[
          {
            key: 'order',
            head: words.order,
            isFixed: true,
            cell: (schedule) => schedule.merchant_uid,
            beside: (schedule) => <CopyId id={schedule.merchant_uid} isBare />,
          },
          { key: 'state', head: words.state, cell: (schedule) => <ScheduleBadge schedule={schedule} /> },
          {
            key: 'result',
            head: words.result,
            cell: ({ payment_status }) => (payment_status === null ? '–' : <PaymentBadge status={payment_status} />),
          },
          {
            key: 'amount',
            head: words.amount,
            align: 'end',
            cell: ({ amount, currency }) => <Money amount={amount} currency={currency} />,
          },
          { key: 'at', head: words.at, cell: ({ schedule_at }) => <Time at={schedule_at} /> },
          { key: 'key', head: words.key, cell: ({ customer_uid: uid }) => uid },
          { key: 'buyer', head: words.buyer, isHidden: true, cell: ({ buyer_name }) => buyer_name ?? '–' },
        ]}
      />
    </Page>
  );
}
