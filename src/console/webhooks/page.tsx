import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ResentAnswer, WebhookAnswer, WebhookListAnswer, WebhookSummaryAnswer } from '../../api/views/webhook.ts';
import { useAct, usePages } from '../api/questions.ts';
import { Badge, type Tone } from '../elements/badge.tsx';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { DataTable } from '../elements/data-table.tsx';
import { Dialog } from '../elements/dialog.tsx';
import { TextField } from '../elements/field.tsx';
import { FilterBar } from '../elements/filter-bar.tsx';
import { LookOn, NoneFound } from '../elements/look-on.tsx';
import { Problem } from '../elements/problem.tsx';
import { periodOfDays, Time } from '../elements/time.tsx';
import { useToast } from '../elements/toast.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { useCan } from '../shell/session.ts';
import { webhookWords } from './words.ts';

const tones: Readonly<Record<WebhookSummaryAnswer['state'], Tone>> = {
  waiting: 'moving',
  delivered: 'good',
  failed: 'bad',
};

export function WebhookBadge({ state }: { readonly state: WebhookSummaryAnswer['state'] }) {
  return <Badge tone={tones[state]}>{useWords(webhookWords).states[state]}</Badge>;
}

export default function WebhooksPage() {
  const words = useWords(webhookWords);
  const can = useCan();
  const [{ imp_uid, state, event, from_day, to_day }] = useUrlValues();
  const { from, to } = periodOfDays(from_day, to_day);
  const filter = { imp_uid, state, event };
  const isNarrowed = [imp_uid, state, event, from_day, to_day].some(Boolean);
  const [open, setOpen] = useState<'test' | 'resend'>();
  const pages = usePages<WebhookListAnswer, WebhookSummaryAnswer>(
    '/webhooks',
    { ...filter, from, to, limit: 50, bounded: true },
    {
      rows: ({ list }) => list,
      next: ({ next }) => (next === null ? undefined : { before: next }),
      isMoving: (webhook) => webhook.state === 'waiting',
    },
  );
  const last = pages.last as WebhookListAnswer | undefined;
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={can('webhooks') && <Button onClick={() => setOpen('test')}>{words.test}</Button>}
    >
      <FilterBar
        label={words.title}
        filters={[
          { name: 'imp_uid', label: words.search, kind: 'search' },
          {
            name: 'state',
            label: words.state,
            kind: 'select',
            options: (['waiting', 'delivered', 'failed'] as const).map((value) => ({
              value,
              label: words.states[value],
            })),
          },
          {
            name: 'event',
            label: words.event,
            kind: 'select',
            options: Object.entries(words.events).map(([value, label]) => ({ value, label })),
          },
          { name: 'from_day', label: words.fromDay, kind: 'date' },
          { name: 'to_day', label: words.toDay, kind: 'date' },
        ]}
      >
        {can('webhooks') && isNarrowed && (
          <>
            <Button
              disabled={pages.failure !== null}
              aria-describedby={pages.failure ? 'resend-all-not' : undefined}
              onClick={() => setOpen('resend')}
            >
              {words.resendAll}
            </Button>
            {/* What nobody has seen is not sent: a filter that the list refuses might even be read as a wider one. */}
            {pages.failure && (
              <span id="resend-all-not" className="faint">
                {words.resendAllNot}
              </span>
            )}
          </>
        )}
      </FilterBar>
      <DataTable
        name="webhooks"
        caption={words.title}
        pages={pages}
        rowKey={(webhook) => webhook.webhook_id}
        rowHref={(webhook) => `/webhooks/${webhook.webhook_id}`}
        rowId={(webhook) => webhook.imp_uid}
        empty={<NoneFound title={words.empty} until={last?.looked_until} pages={pages} />}
        columns={[
          {
            key: 'event',
            head: words.event,
            isFixed: true,
            cell: ({ event }) => <span className="unbroken">{words.events[event] ?? event}</span>,
          },
          { key: 'state', head: words.state, cell: (webhook) => <WebhookBadge state={webhook.state} /> },
          { key: 'payment', head: words.payment, cell: (webhook) => <CopyId id={webhook.imp_uid} /> },
          { key: 'order', head: words.order, cell: (webhook) => webhook.merchant_uid, isHidden: true },
          { key: 'answer', head: words.answer, cell: (webhook) => webhook.last_status ?? webhook.last_error ?? '–' },
          { key: 'attempts', head: words.attempts, align: 'end', cell: (webhook) => webhook.attempts },
          { key: 'url', head: words.url, cell: (webhook) => <span className="long-id">{webhook.url}</span> },
          { key: 'created', head: words.created, cell: (webhook) => <Time at={webhook.created_at} /> },
        ]}
      />
      {pages.rows.length > 0 && <LookOn until={last?.looked_until} pages={pages} />}
      {open === 'test' && <CallTest onClose={() => setOpen(undefined)} />}
      {open === 'resend' && (
        <ResendAll filter={{ ...filter, since: from, until: to }} onClose={() => setOpen(undefined)} />
      )}
    </Page>
  );
}

function CallTest({ onClose }: { onClose(): void }) {
  const words = useWords(webhookWords);
  const [, navigate] = useLocation();
  const [url, setUrl] = useState('');
  const act = useAct<WebhookAnswer>(
    () => ({ method: 'POST', path: '/webhooks/test', body: url.trim() === '' ? {} : { url: url.trim() } }),
    { onDone: ({ webhook_id }) => navigate(`/webhooks/${webhook_id}`) },
  );
  return (
    <Dialog
      title={words.testTitle}
      lead={words.testText}
      act={{ label: words.testAct, isBusy: act.isPending, onAct: () => act.mutate() }}
      onClose={onClose}
    >
      <TextField label={words.testUrl} type="url" value={url} onChange={setUrl} />
      <Problem failure={act.error} />
    </Dialog>
  );
}

/** By the names that the call has for what narrows the list. */
type ResendFilter = Readonly<Record<'imp_uid' | 'state' | 'event', string | undefined>> &
  Readonly<Record<'since' | 'until', number | undefined>>;

function ResendAll({ filter, onClose }: { readonly filter: ResendFilter; onClose(): void }) {
  const words = useWords(webhookWords);
  const toast = useToast();
  const act = useAct<ResentAnswer>(
    () => ({
      method: 'POST',
      path: '/webhooks/resend',
      // Nothing of the filter may be lost on the way: fewer names would mean more webhooks.
      body: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== '')),
    }),
    {
      onDone: ({ count, next }) => {
        toast(words.resent(count, next !== null));
        onClose();
      },
    },
  );
  return (
    <Dialog
      title={words.resendAllTitle}
      lead={words.resendAllText}
      act={{ label: words.resendAll, isBusy: act.isPending, onAct: () => act.mutate() }}
      onClose={onClose}
    >
      <Problem failure={act.error} />
    </Dialog>
  );
}
