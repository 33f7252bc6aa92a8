import { inLanguage, joined, type Text, text, type Words } from '../../platform/language/text.ts';
import { apiWord } from '../language/api-words.ts';
import { serverRemark } from '../language/server-remarks.ts';
import type { Booked, BookedCancellation } from './books.ts';
import type { Difference } from './difference.ts';
import { matchCancellations } from './match-cancellations.ts';

/** What differs between a payment of ours and what the gateway's lookup said of it. Pure. */
export function comparePayment(payment: Booked): readonly Difference[] {
  const { gateway } = payment;
  if (!gateway) return [];
  const about = { type: 'payment', imp_uid: payment.imp_uid, transaction_id: payment.pg_tid } as const;
  const here = stateAndAmount(payment.state, payment.amount);
  if (gateway.answer === 'unknown') {
    return [
      {
        ...about,
        kind: 'not_comparable',
        here,
        there: null,
        note: gateway.why === null ? null : serverRemark(gateway.why),
      },
    ];
  }
  if (gateway.answer === 'not_found') {
    // A payment that failed, or was never completed, need not have reached the gateway.
    if (payment.state === 'failed' || payment.state === 'waiting_for_deposit') return [];
    return [{ ...about, kind: 'only_here', here, there: null, note: unknownThere }];
  }
  const differences: Difference[] = [];
  const there = stateAndAmount(gateway.state ?? '-', gateway.amount ?? 0);
  if (gateway.amount !== payment.amount) {
    differences.push({
      ...about,
      kind: 'amount',
      here: String(payment.amount),
      there: String(gateway.amount),
      note: null,
    });
  }
  if (gateway.state !== null && !sameState(payment.state, gateway.state, gateway.paid_at)) {
    differences.push({ ...about, kind: 'state', here, there, note: noteOnOpen(payment) });
  }
  differences.push(
    ...(gateway.cancellations === null || payment.state === 'failed'
      ? compareBalance(payment)
      : compareCancellations(payment, gateway.cancellations)),
  );
  return differences;
}

const unknownThere = text('the gateway does not know the payment', 'PG사가 모르는 결제입니다');

function stateAndAmount(state: string, amount: number): Text {
  return joined([apiWord(state), String(amount)], ' ');
}

function sameState(ours: Booked['state'], theirs: Booked['state'], paidThere: number): boolean {
  if (ours === theirs) return true;
  // Revoked before any money came: it failed here, and the gateway may call that cancelled, expired or failed.
  if (ours === 'failed') return theirs === 'expired' || (theirs === 'cancelled' && paidThere === 0);
  return ours === 'waiting_for_deposit' && theirs === 'expired';
}

function compareBalance(payment: Booked): readonly Difference[] {
  const balance = payment.gateway?.balance ?? null;
  if (balance === null || payment.state === 'failed' || payment.state === 'waiting_for_deposit') return [];
  const left = payment.amount - payment.cancelled;
  if (balance === left) return [];
  return [
    {
      kind: 'amount',
      type: 'cancellation',
      imp_uid: payment.imp_uid,
      transaction_id: payment.pg_tid,
      here: text(`${left} left`, `잔액 ${left}`),
      there: text(`${balance} left`, `잔액 ${balance}`),
      note: noteOnOpen(payment),
    },
  ];
}

function compareCancellations(payment: Booked, theirs: readonly BookedCancellation[]): readonly Difference[] {
  const about = { type: 'cancellation', imp_uid: payment.imp_uid } as const;
  const { unequal, onlyHere, onlyThere } = matchCancellations(payment.cancellations, theirs);
  const note = noteOnOpen(payment);
  return [
    ...unequal.map(({ ours, theirs: other }): Difference => {
      const amounts = { here: String(ours.amount), there: String(other.amount) };
      return { ...about, kind: 'amount', transaction_id: ours.pg_tid, ...amounts, note: null };
    }),
    ...onlyHere.map(({ pg_tid, amount }): Difference => {
      return { ...about, kind: 'only_here', transaction_id: pg_tid, here: String(amount), there: null, note };
    }),
    ...onlyThere.map(({ pg_tid, amount }): Difference => {
      return { ...about, kind: 'only_there', transaction_id: pg_tid, here: null, there: String(amount), note };
    }),
  ];
}

/** An open operation of ours is the likeliest reason, and the thing that a person can resolve. */
export function noteOnOpen({ open }: Booked): Words | null {
  if (open.length === 0) return null;
  const parts = open.map(({ cancellation_id, kind, state, amount }) =>
    text(
      `${cancellation_id} (${kind} of ${amount}) is ${state} here`,
      `${cancellation_id}(${amount} ${inLanguage('ko', apiWord(kind))})은(는) 여기서 ${inLanguage('ko', apiWord(state))} 상태입니다`,
    ),
  );
  return joined(parts, '; ');
}
