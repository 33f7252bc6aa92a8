import { Type } from 'typebox';
import { type InboxSection, inboxKinds } from '../../core/inbox/read-inbox.ts';
import type { RisingShare } from '../../core/statistics/rising-shares.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { OrNull, TextOrNull, UnixTime } from './fields.ts';

const InboxItemView = Type.Object({
  id: Type.String({
    description:
      'The doubt_id, the id of the refund request or of the bulk refund, the cancellation_id, webhook_id or imp_uid.',
  }),
  imp_uid: TextOrNull,
  merchant_uid: Type.Union([Type.String(), Type.Null()], { description: 'Of a bulk refund, the name of its file.' }),
  pg_provider: TextOrNull,
  currency: TextOrNull,
  amount: OrNull(Type.Number()),
  what: Type.Union([Type.String(), Type.Null()], {
    description: 'The kind of the operation, the event of the webhook, or who has asked for the refunds.',
  }),
  at: Type.Integer({ description: 'Since when it waits; of an account, when it is due. Seconds since 1970.' }),
});

const InboxSectionView = Type.Object({
  kind: ChoiceField(inboxKinds, {
    description:
      '`doubts`; `refund_requests` that another member has to decide on; `bulk_refunds` that another member has to start; `refunds_under_way`: the gateway has taken them and not paid them out; `failed_webhooks` of the last 30 days; `accounts_due`: virtual accounts that nobody has paid into and that end today.',
  }),
  count: Type.Integer(),
  is_more: Type.Boolean({ description: 'There are more than were counted.' }),
  oldest_at: UnixTime,
  items: Type.Array(InboxItemView, { description: 'The first ones: those that have waited longest.' }),
});

const RisingShareView = Type.Object({
  pg_provider: Type.String(),
  what: ChoiceField(['failed', 'refunds_refused', 'doubts']),
  share: Type.Number({ description: 'Since `since`, from 0 to 1.' }),
  usual_share: Type.Number({ description: 'Of the 24 hours before that.' }),
  cases: Type.Integer(),
  since: UnixTime,
});

/** What waits for somebody who looks after payments. */
export const InboxView = Type.Object({
  now: UnixTime,
  sections: Type.Array(InboxSectionView),
  gateways: Type.Array(RisingShareView, {
    description: 'At which twice as much goes wrong as is usual there, of late, five times at least.',
  }),
});

export type InboxAnswer = Answer<typeof InboxView>;
export type InboxSectionAnswer = Answer<typeof InboxSectionView>;
export type InboxItemAnswer = Answer<typeof InboxItemView>;
export type RisingShareAnswer = Answer<typeof RisingShareView>;

export function viewInbox(now: Date, sections: readonly InboxSection[], gateways: readonly RisingShare[]): InboxAnswer {
  return {
    now: unixSeconds(now),
    sections: sections.map((section) => ({
      kind: section.kind,
      count: section.count,
      is_more: section.isMore,
      oldest_at: unixSeconds(section.oldestAt),
      items: section.items.map((item) => ({
        id: item.id,
        imp_uid: item.imp_uid,
        merchant_uid: item.merchant_uid,
        pg_provider: item.provider,
        currency: item.currency,
        amount:
          item.amount_minor === null || item.currency === null ? null : amountNumber(item.amount_minor, item.currency),
        what: item.what,
        at: unixSeconds(item.at),
      })),
    })),
    gateways: gateways.map((each) => ({
      pg_provider: each.provider,
      what: each.what,
      share: each.share,
      usual_share: each.usualShare,
      cases: each.cases,
      since: unixSeconds(each.since),
    })),
  };
}
