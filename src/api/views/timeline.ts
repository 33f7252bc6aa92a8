import { Type } from 'typebox';
import type { TimelineEntry, TimelineEntryType } from '../../core/timeline/timeline.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, TextOrNull, UnixTime, WordOf } from './fields.ts';

type AskerType = 'member' | 'person' | 'token' | 'gateway' | 'server';

const AskerView = OrNull(
  Type.Object(
    { type: WordOf<AskerType>(), name: TextOrNull },
    {
      description:
        'Who: a `member` of the console; a `person` who has given a name with a token; a program with a `token`; the `gateway`, by itself; or the `server`.',
    },
  ),
);

const EntryView = Type.Object({
  type: WordOf<TimelineEntryType>({
    description:
      '`payment`, `operation`, `refund_request`, `receipt`, `notice` (of the gateway), `webhook` or `attempt` (to send one).',
  }),
  at: UnixTime,
  id: Type.String({ description: 'Of what the entry is about: of an attempt, its webhook_id.' }),
  what: Type.String({
    description:
      'Of an operation its kind, of a notice, a webhook or an attempt as well; else what happened: `begun`, `account_issued`, `deposit`, `paid`, `failed`; `requested`, `approved`, `rejected`, `withdrawn`, `expired`, `refused`; `issued`, `revoked`.',
  }),
  from: Type.Union([Type.String(), Type.Null()], { description: 'The state that an operation left.' }),
  to: Type.Union([Type.String(), Type.Null()], { description: 'The state that was reached, or is now.' }),
  by: AskerView,
  why: TextOrNull,
  amount: OrNull(Type.Number()),
  url: TextOrNull,
  http_status: OrNull(Type.Integer()),
  sender: Type.Union([Type.String(), Type.Null()], { description: 'The address that a notice came from.' }),
  trust: Type.Union([Type.String(), Type.Null()], { description: 'Of a notice: `authentic` or `unverified`.' }),
  times: Type.Union([Type.Integer(), Type.Null()], {
    description: 'How often a notice came, or a webhook was sent.',
  }),
});

export const TimelineView = Type.Object({
  list: Type.Array(EntryView),
  next: Type.Union([Type.String(), Type.Null()], { description: 'Goes into `after`; null after the last entry.' }),
});

export type TimelineEntryAnswer = Answer<typeof EntryView>;
export type TimelineAnswer = Answer<typeof TimelineView>;

export function viewTimeline(
  entries: readonly TimelineEntry[],
  { currency, hasMore }: { readonly currency: string; readonly hasMore: boolean },
): TimelineAnswer {
  return {
    list: entries.map((entry) => viewEntry(entry, currency)),
    next: hasMore ? (entries.at(-1)?.position ?? null) : null,
  };
}

function viewEntry(entry: TimelineEntry, currency: string): TimelineEntryAnswer {
  return {
    type: entry.type,
    at: unixSeconds(entry.at),
    id: entry.id,
    what: entry.what,
    from: entry.from_state,
    to: entry.to_state,
    by: askerOf(entry),
    why: entry.why,
    amount: entry.amount_minor === null ? null : amountNumber(entry.amount_minor, currency),
    url: entry.url,
    http_status: entry.status,
    sender: entry.sender,
    trust: entry.trust,
    times: entry.times,
  };
}

/** In the audit, people are told apart from what the server calls itself by a word before the name. */
function askerOf({ by, from_state }: TimelineEntry): TimelineEntryAnswer['by'] {
  if (by === null) return null;
  const [, type, name] = /^(member|person):(.*)$/s.exec(by) ?? [];
  if (type !== undefined) return { type: type as 'member' | 'person', name: name ?? '' };
  if (by === 'notice' || by === 'gateway') return { type: 'gateway', name: null };
  // What came of a request, the server writes down; only the asking was the caller's.
  return { type: by === 'api' && from_state === 'none' ? 'token' : 'server', name: null };
}
