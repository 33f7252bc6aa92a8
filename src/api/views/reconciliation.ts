import { Type } from 'typebox';
import { bookedOf, listedOf } from '../../core/reconciliation/booked.ts';
import { type KeptDay, keptDayStates } from '../../core/reconciliation/days.ts';
import type { BookedPayment } from '../../core/reconciliation/our-book.ts';
import type { OperationState } from '../../core/records/operation-states.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { type Text, text, type Words } from '../../platform/language/text.ts';
import type { Lookup, TransactionList } from '../../port/lookup.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { OrNull, TextOrNull, UnixTime, WordOf } from './fields.ts';

const AmountOrNull = OrNull(Type.Number());
const State = Type.Enum(['waiting_for_deposit', 'paid', 'partially_cancelled', 'cancelled', 'expired', 'failed']);
const BookedCancellationView = Type.Object({ pg_tid: Type.String(), amount: Type.Number(), cancelled_at: UnixTime });

/** What the gateway's lookup says of a payment. */
export const LookupView = Type.Object({
  answer: Type.Enum(['found', 'not_found', 'unknown']),
  why: TextOrNull,
  state: Type.Union([State, Type.Null()]),
  amount: AmountOrNull,
  balance: AmountOrNull,
  pg_tid: TextOrNull,
  paid_at: UnixTime,
  cancellations: Type.Union([Type.Array(BookedCancellationView), Type.Null()], {
    description: 'null: the gateway tells the balance only.',
  }),
});

/** A payment as our book has it, with what is not settled here yet, and what the gateway says of it. */
export const BookedView = Type.Object({
  imp_uid: Type.String(),
  merchant_uid: Type.String(),
  pg_id: Type.String(),
  pg_tid: TextOrNull,
  pay_method: WordOf<PayMethod>(),
  currency: Type.String(),
  state: State,
  amount: Type.Number(),
  cancelled: Type.Number(),
  paid_at: UnixTime,
  cancellations: Type.Array(BookedCancellationView),
  open: Type.Array(
    Type.Object({
      cancellation_id: Type.String(),
      kind: WordOf<GatewayOperation>(),
      state: WordOf<OperationState>(),
      amount: Type.Number(),
    }),
    { description: 'What is not settled here yet.' },
  ),
  gateway: Type.Union([LookupView, Type.Null()], { description: 'null: it was not looked up.' }),
});

/** One line of the gateway's: listed by it, or read from its settlement file. */
export const TransactionView = Type.Object({
  type: Type.Enum(['payment', 'cancellation']),
  transaction_id: Type.String(),
  order_id: Type.String(),
  currency: Type.String(),
  amount: Type.Number(),
  at: UnixTime,
});

export const BookedPageView = Type.Object({ list: Type.Array(BookedView), next: TextOrNull });

export const TransactionPageView = Type.Object({
  answer: Type.Enum(['listed', 'unknown', 'unsupported']),
  why: TextOrNull,
  list: Type.Array(TransactionView),
  next: TextOrNull,
});

export type BookedCancellationAnswer = Answer<typeof BookedCancellationView>;
export type LookupAnswer = Answer<typeof LookupView>;
export type BookedAnswer = Answer<typeof BookedView>;
export type BookedPageAnswer = Answer<typeof BookedPageView>;
export type TransactionAnswer = Answer<typeof TransactionView>;
export type TransactionPageAnswer = Answer<typeof TransactionPageView>;

export function viewBooked(booked: BookedPayment, lookup: Lookup | undefined): BookedAnswer {
  return bookedOf(booked, lookup);
}

/** `undefined`: the gateway does not list transactions. */
export function viewTransactionPage(listed: TransactionList | undefined): TransactionPageAnswer {
  if (!listed) return { answer: 'unsupported', why: null, list: [], next: null };
  if (listed.kind === 'unknown') return { answer: 'unknown', why: listed.why, list: [], next: null };
  return { answer: 'listed', why: null, list: listed.transactions.map(listedOf), next: listed.next };
}

const WordsView = Type.Object({ en: Type.String(), ko: Type.String() });
const DayState = ChoiceField(keptDayStates, {
  description:
    '`running`: it is being compared. `equal`. `differences`. `not_comparable`: no difference was seen, and the gateway could not say ' +
    'everything. `failed`: it could not be compared.',
});

export const ReconciledDayView = Type.Object({
  pg_provider: Type.String(),
  date: Type.String({ description: 'YYYY-MM-DD, a day in Seoul.' }),
  state: DayState,
  payments: Type.Integer({ description: 'Of ours.' }),
  transactions: Type.Integer({ description: "Of the gateway's own list, where it has one." }),
  differences: Type.Integer(),
  was_over: Type.Boolean({ description: 'The day was over then. Else what came later in it was not compared.' }),
  asked_at: UnixTime,
  asked_by: TextOrNull,
  ended_at: UnixTime,
});

export const ReconciledDayDetailView = Type.Object({
  ...ReconciledDayView.properties,
  notes: Type.Array(WordsView, { description: 'What this way of comparing can not see.' }),
  list: Type.Array(
    Type.Object({
      kind: Type.String({
        description: '`only_there`, `only_here`, `amount`, `state`, `at` (on another day), `not_comparable`.',
      }),
      type: Type.String({ description: '`payment` or `cancellation`.' }),
      imp_uid: TextOrNull,
      transaction_id: TextOrNull,
      here: OrNull(WordsView),
      there: OrNull(WordsView),
      note: OrNull(WordsView),
    }),
    { description: 'Of very many, the first thousand.' },
  ),
});

export const ReconciledMonthView = Type.Object({
  month: Type.String(),
  providers: Type.Array(Type.String(), { description: "Gateways of the merchant's channels." }),
  list: Type.Array(
    Type.Object({
      date: Type.String(),
      state: Type.Enum(['not_done', 'running', 'equal', 'differences', 'not_comparable', 'failed'], {
        description: 'Of all gateways that were compared: the one that wants most attention. `not_done`: none was.',
      }),
      gateways: Type.Array(ReconciledDayView),
    }),
    { description: 'Every day of the month.' },
  ),
});

export type ReconciledDayAnswer = Answer<typeof ReconciledDayView>;
export type ReconciledDayDetailAnswer = Answer<typeof ReconciledDayDetailView>;
export type ReconciledMonthAnswer = Answer<typeof ReconciledMonthView>;

export function viewReconciledDay(day: KeptDay): ReconciledDayAnswer {
  return {
    pg_provider: day.provider,
    date: day.day,
    state: day.state,
    payments: day.payments,
    transactions: day.transactions,
    differences: day.differences_count,
    was_over: day.was_over,
    asked_at: unixSeconds(day.asked_at),
    asked_by: day.asked_by,
    ended_at: unixSeconds(day.ended_at),
  };
}

export function viewReconciledDayDetail(day: KeptDay): ReconciledDayDetailAnswer {
  return {
    ...viewReconciledDay(day),
    notes: day.notes,
    list: day.differences.map(({ here, there, note, ...rest }) => ({
      ...rest,
      here: textOf(here),
      there: textOf(there),
      note: textOf(note),
    })),
  };
}

function textOf(words: Words | null): Text | null {
  return typeof words === 'string' ? text(words, words) : words;
}

/** The first of these that any gateway is in. */
const byAttention = ['running', 'differences', 'failed', 'not_comparable', 'equal'] as const;

export function viewReconciledMonth(
  month: string,
  days: readonly string[],
  kept: readonly KeptDay[],
  providers: readonly string[],
): ReconciledMonthAnswer {
  const byDay = Map.groupBy(kept, ({ day }) => day);
  return {
    month,
    providers,
    list: days.map((date) => {
      const gateways = byDay.get(date) ?? [];
      const state = byAttention.find((each) => gateways.some((gateway) => gateway.state === each)) ?? 'not_done';
      return { date, state, gateways: gateways.map(viewReconciledDay) };
    }),
  };
}
