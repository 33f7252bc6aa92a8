import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Cancelled } from '../../port/cancel.ts';
import type { GatewayTransaction, Lookup } from '../../port/lookup.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { PayMethod } from '../../port/payment.ts';
import type {
  Booked,
  BookedCancellation,
  BookedState,
  ListedTransaction,
  LookedUp,
} from '../../rules/reconciliation/books.ts';
import type { OperationState } from '../records/operation-states.ts';
import type { Payment } from '../records/payment.ts';
import type { BookedPayment } from './our-book.ts';

/** A payment of ours in the form in which the two books are compared. */
export interface OurBooked extends Booked {
  readonly pg_id: string;
  readonly pay_method: PayMethod;
  readonly open: readonly {
    readonly cancellation_id: string;
    readonly kind: GatewayOperation;
    readonly state: OperationState;
    readonly amount: number;
  }[];
}

export function bookedOf({ payment, open }: BookedPayment, lookup: Lookup | undefined): OurBooked {
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
    gateway: lookup ? lookedUpOf(lookup, currency) : null,
  };
}

/** Our states in the words of the port, so that the two can be compared. */
function stateOf({ status, cancelled_minor, amount_minor }: Payment): BookedState {
  if (status === 'ready') return 'waiting_for_deposit';
  if (status === 'cancelled') return cancelled_minor === amount_minor ? 'cancelled' : 'partially_cancelled';
  return status;
}

function lookedUpOf(lookup: Lookup, currency: string): LookedUp {
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
    cancellations: payment.cancels?.map((cancel) => cancellationOf(cancel, currency)) ?? null,
  };
}

function cancellationOf(cancel: Cancelled, currency: string): BookedCancellation {
  return {
    pg_tid: cancel.gatewayTid,
    amount: amountNumber(cancel.amountMinor, currency),
    cancelled_at: unixSeconds(cancel.cancelledAt),
  };
}

export function listedOf(transaction: GatewayTransaction): ListedTransaction {
  return {
    type: transaction.type,
    transaction_id: transaction.gatewayTid,
    order_id: transaction.orderId,
    currency: transaction.currency,
    amount: amountNumber(transaction.amountMinor, transaction.currency),
    at: unixSeconds(transaction.at),
  };
}
