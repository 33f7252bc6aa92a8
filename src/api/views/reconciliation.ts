import { Type } from 'typebox';
import type { BookedPayment } from '../../core/reconciliation/our-book.ts';
import type { OperationState } from '../../core/records/operation-states.ts';
import type { Payment } from '../../core/records/payment.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Cancelled } from '../../port/cancel.ts';
import type { GatewayTransaction, Lookup, TransactionList } from '../../port/lookup.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Answer } from '../foundation/answer.ts';
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

export function viewBooked({ payment, open }: BookedPayment, lookup: Lookup | undefined): BookedAnswer {
  const { currency } = payment;
  return {
    imp_uid: payment.imp_uid,
    merchant_uid: payment.merchant_uid,
    pg_id: payment.mid,
    pg_tid: payment.pg_tid,
    pay_method: payment.pay_method,
    currency,
    state: stateOf(payment),
    amount: amountNumber(payment.amount_minor, currency),
    cancelled: amountNumber(payment.cancelled_minor, currency),
    paid_at: unixSeconds(payment.paid_at),
    cancellations: payment.cancel_history.map((entry) => ({
      pg_tid: entry.pg_tid,
      amount: amountNumber(BigInt(entry.amount_minor), currency),
      cancelled_at: entry.cancelled_at,
    })),
    open: open.map(({ id, kind, state, amount_minor }) => ({
      cancellation_id: id,
      kind,
      state,
      amount: amountNumber(amount_minor, currency),
    })),
    gateway: lookup ? viewLookup(lookup, currency) : null,
  };
}

/** Our states in the words of the port, so that the two can be compared. */
function stateOf({ status, cancelled_minor, amount_minor }: Payment): BookedAnswer['state'] {
  if (status === 'ready') return 'waiting_for_deposit';
  if (status === 'cancelled') return cancelled_minor === amount_minor ? 'cancelled' : 'partially_cancelled';
  return status;
}

function viewLookup(lookup: Lookup, currency: string): LookupAnswer {
  if (lookup.kind !== 'found') {
    const why = lookup.kind === 'unknown' ? lookup.why : null;
    const nothing = { state: null, amount: null, balance: null, pg_tid: null, paid_at: 0, cancellations: null };
    return { answer: lookup.kind, why, ...nothing };
  }
  const { payment } = lookup;
  return {
    answer: 'found',
    why: null,
    state: payment.status,
    amount: amountNumber(payment.amountMinor, currency),
    balance: amountNumber(payment.balanceMinor, currency),
    pg_tid: payment.gatewayTid,
    paid_at: unixSeconds(payment.paidAt),
    cancellations: payment.cancels?.map((cancel) => viewCancel(cancel, currency)) ?? null,
  };
}

function viewCancel(cancel: Cancelled, currency: string): BookedCancellationAnswer {
  return {
    pg_tid: cancel.gatewayTid,
    amount: amountNumber(cancel.amountMinor, currency),
    cancelled_at: unixSeconds(cancel.cancelledAt),
  };
}

/** `undefined`: the gateway does not list transactions. */
export function viewTransactionPage(listed: TransactionList | undefined): TransactionPageAnswer {
  if (!listed) return { answer: 'unsupported', why: null, list: [], next: null };
  if (listed.kind === 'unknown') return { answer: 'unknown', why: listed.why, list: [], next: null };
  return { answer: 'listed', why: null, list: listed.transactions.map(viewTransaction), next: listed.next };
}

function viewTransaction(transaction: GatewayTransaction): TransactionAnswer {
  return {
    type: transaction.type,
    transaction_id: transaction.gatewayTid,
    order_id: transaction.orderId,
    currency: transaction.currency,
    amount: amountNumber(transaction.amountMinor, transaction.currency),
    at: unixSeconds(transaction.at),
  };
}
