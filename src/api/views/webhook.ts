import { Type } from 'typebox';
import {
  type Attempt,
  type AttemptKind,
  deliveryStates,
  type WebhookEvent,
  type WebhookFormat,
} from '../../core/webhooks/delivery.ts';
import type { DeliveryRecord, LeftAlone } from '../../core/webhooks/records.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { LookedUntilField, TextOrNull, TotalField, WordOf } from './fields.ts';

const unixTime = Type.Integer({ description: 'Seconds since 1970; 0 when it has not happened, or is not going to.' });

/** A webhook with what has become of it, as a list shows it. */
export const WebhookSummaryView = Type.Object({
  webhook_id: Type.String(),
  event: WordOf<WebhookEvent>({
    description: '`paid`, `ready`, `failed`, `cancelled`, `deposit_reversed`, `order_changed`, `confirm` or `test`.',
  }),
  state: ChoiceField(deliveryStates),
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  status: Type.String({ description: 'The status that the webhook tells of.' }),
  cancellation_id: TextOrNull,
  url: Type.String(),
  format: WordOf<WebhookFormat>(),
  attempts: Type.Integer(),
  under_way: Type.Boolean(),
  next_attempt_at: Type.Integer({
    description: 'Seconds since 1970; 0 when it has ended, is under way, or waits for an earlier event of the payment.',
  }),
  last_status: Type.Union([Type.Integer(), Type.Null()], { description: 'HTTP status of the last answer.' }),
  last_error: TextOrNull,
  created_at: unixTime,
  ended_at: unixTime,
});

export const WebhookView = Type.Object({
  ...WebhookSummaryView.properties,
  log: Type.Array(
    Type.Object({
      kind: WordOf<AttemptKind>({ description: '`first`, `repeat`, `resend`, `test` or `confirm`.' }),
      at: unixTime,
      url: Type.String(),
      content_type: Type.String(),
      request_body: Type.String(),
      status: Type.Union([Type.Integer(), Type.Null()]),
      error: TextOrNull,
      duration_ms: Type.Integer(),
      answer: Type.String({ description: 'The first kilobyte of the answer.' }),
    }),
    { description: 'Every attempt, oldest first; at most the last 100.' },
  ),
});

export const WebhookListView = Type.Object({
  list: Type.Array(WebhookSummaryView),
  total: TotalField,
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `before`; null: there are no more.' }),
  looked_until: LookedUntilField,
});

/** What is going to be sent once more. */
export const ResentView = Type.Object({
  count: Type.Integer(),
  webhook_ids: Type.Array(Type.String(), { description: 'Those that are going to be sent.' }),
  left_alone: Type.Array(Type.Object({ webhook_id: Type.String(), why: WordOf<LeftAlone>() }), {
    description:
      'Those that were named and are not sent by this call: `under_way`, `waits` (an earlier event of the payment goes ' +
      'first), or `never_resent` (a call test, a confirm_url).',
  }),
  next: Type.Union([Type.String(), Type.Null()], { description: 'Where there may be more: goes into `after`.' }),
});

export type WebhookSummaryAnswer = Answer<typeof WebhookSummaryView>;
export type WebhookAnswer = Answer<typeof WebhookView>;
export type WebhookListAnswer = Answer<typeof WebhookListView>;
export type ResentAnswer = Answer<typeof ResentView>;

export function viewWebhookSummary(record: DeliveryRecord): WebhookSummaryAnswer {
  const { body } = record;
  return {
    webhook_id: String(record.id),
    event: record.event,
    state: record.state,
    imp_uid: body.imp_uid,
    merchant_uid: body.merchant_uid,
    // A shop that is asked before a payment is told no status: it waits.
    status: body.status ?? 'ready',
    cancellation_id: body.cancellation_id ?? null,
    url: record.url,
    format: record.format,
    attempts: record.attempts,
    under_way: record.is_under_way,
    next_attempt_at: unixSeconds(record.due_at),
    last_status: record.last_status,
    last_error: record.last_error,
    created_at: unixSeconds(record.created_at),
    ended_at: unixSeconds(record.ended_at),
  };
}

export function viewWebhook({
  record,
  attempts,
}: {
  readonly record: DeliveryRecord;
  readonly attempts: readonly Attempt[];
}): WebhookAnswer {
  return {
    ...viewWebhookSummary(record),
    log: attempts.map((attempt) => ({
      kind: attempt.kind,
      at: unixSeconds(attempt.at),
      url: record.url,
      content_type: attempt.content_type,
      request_body: attempt.request_body,
      status: attempt.status,
      error: attempt.error,
      duration_ms: attempt.duration_ms,
      answer: attempt.answer.toString('utf8'),
    })),
  };
}
