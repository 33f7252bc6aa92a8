import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import {
  type BookPayment,
  cancelsOf,
  paymentByTid,
  recordCancel,
  recordRevocation,
} from '../../../simulators/payments.ts';
import { smartroRefusal } from './refusals.ts';

/** A cancel of either module, its form checked. */
export interface AskedCancel {
  readonly tid: string;
  readonly amountMinor: bigint;
  readonly isPartial: boolean;
  /** The ordinal that the new module wants; the old one has none. */
  readonly sequence: number | null;
  readonly reason: string;
  /** What of the amount is free of tax; `null`: not said. */
  readonly taxFreeMinor: bigint | null;
}

export interface CarriedCancel {
  readonly payment: BookPayment;
  /** The id of a partial cancel. */
  readonly partialTid: string | null;
}

/** The same call cancels a payment, and revokes an account that waits for its deposit. */
export function cancelInBook(context: SimulatorContext, asked: AskedCancel): CarriedCancel {
  const { book, caller, now } = context;
  const payment = paymentByTid(book, caller.mid, asked.tid);
  if (!payment) throw smartroRefusal('SIM04');
  if (payment.status === 'cancelled' || payment.status === 'revoked') throw smartroRefusal('SIM05');
  if (payment.status === 'expired') throw smartroRefusal('SIM12');
  if (payment.payMethod === 'vbank') return revokeAccount(context, payment, asked);

  refuseAgainstRules(book, payment, asked, now);
  const partialTid = asked.isPartial ? newSmartroTid(book, payment.mid, payment.payMethod, now) : null;
  const changed = recordCancel(book, {
    tid: payment.tid,
    // A full cancel has no id of its own; there is one at most.
    cancelTid: partialTid ?? payment.tid,
    amountMinor: asked.amountMinor,
    taxFreeMinor: taxFreePart(payment, asked),
    reason: asked.reason,
    now,
  });
  if (!changed) throw smartroRefusal('SIM06');
  return { payment: changed, partialTid };
}

export function operationOfCancel({ book, caller }: SimulatorContext, tid: string | undefined): FaultOperation {
  return paymentByTid(book, caller.mid, tid ?? '')?.payMethod === 'vbank' ? 'revoke_vbank' : 'cancel';
}

function revokeAccount({ book, now }: SimulatorContext, payment: BookPayment, asked: AskedCancel): CarriedCancel {
  if (payment.status !== 'waiting_for_deposit') throw smartroRefusal('SIM10');
  if (asked.isPartial) throw smartroRefusal('SIM07');
  if (asked.amountMinor !== payment.amountMinor) throw smartroRefusal('SIM08');
  const revoked = recordRevocation(book, { tid: payment.tid, revocationTid: payment.tid, reason: asked.reason, now });
  if (!revoked) throw smartroRefusal('SIM10');
  return { payment: revoked, partialTid: null };
}

function refuseAgainstRules(book: Book, payment: BookPayment, asked: AskedCancel, now: Date): void {
  if (payment.payMethod === 'phone') {
    const paidAt = payment.paidAt ?? payment.requestedAt;
    if (seoulDigits(paidAt).slice(0, 6) !== seoulDigits(now).slice(0, 6)) throw smartroRefusal('SIM13');
    if (asked.amountMinor < payment.amountMinor) throw smartroRefusal('SIM07');
  }
  if (asked.amountMinor > payment.balanceMinor) throw smartroRefusal('SIM06');
  if (!asked.isPartial && asked.amountMinor !== payment.amountMinor) throw smartroRefusal('SIM08');
  // That a second execution of the same ordinal is refused is inferred from its meaning.
  const expected = asked.isPartial ? cancelsOf(book, payment.tid).length + 1 : 1;
  if (asked.sequence !== null && asked.sequence !== expected) throw smartroRefusal('SIM09');
}

/** A cancel that is larger than what is left of the taxed part takes the rest from the tax-free one. */
function taxFreePart(payment: BookPayment, { amountMinor, taxFreeMinor, isPartial }: AskedCancel): bigint {
  if (!isPartial) return payment.taxFreeBalanceMinor;
  const leastMinor = amountMinor - (payment.balanceMinor - payment.taxFreeBalanceMinor);
  if (taxFreeMinor === null) return leastMinor > 0n ? leastMinor : 0n;
  if (taxFreeMinor > payment.taxFreeBalanceMinor || taxFreeMinor < leastMinor) throw smartroRefusal('SIM11');
  return taxFreeMinor;
}

const serviceCodes: Readonly<Record<string, string>> = { card: '01', trans: '02', vbank: '03', phone: '05' };

/**
 * `SMTNEW001m01012507251636283998`: the MID, a code of the pay method (01 is a card; the others are inferred), 01, the
 * time in twelve digits and four more.
 */
export function newSmartroTid(book: Book, mid: string, payMethod: string, now: Date): string {
  const head = `${mid}${serviceCodes[payMethod] ?? '01'}01${seoulDigits(now).slice(2)}`;
  return freshId(book, () => head + String(randomInt(10_000)).padStart(4, '0'));
}
