import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { type BookPayment, paymentByTid, recordCancel, recordRevocation } from '../../../simulators/payments.ts';
import { payTypes } from '../wire/codes.ts';
import { amountOf, formOf, taxOf, textOf, type WelcomeForm } from './protocol.ts';
import { welcomeRefusal } from './refusals.ts';
import { newWelcomeCancelTid } from './transaction-ids.ts';

const priceDigitsMax = 22;
const currencies = ['WON', 'USD'];

/** POST /cancel/cancel: the whole payment, or an account that waits for its deposit. */
export function cancelFully(context: SimulatorContext, form: WelcomeForm) {
  const priceMinor = amountOf(form, 'price', priceDigitsMax);
  const payment = paymentOf(context, form);
  if (!['', 'C'].includes(form.cancelType ?? '')) throw welcomeRefusal('SIM01');
  refuseUncancellable(context, payment);
  if (priceMinor > payment.balanceMinor) throw welcomeRefusal('SIM06');
  if (payment.status === 'partially_cancelled') throw welcomeRefusal('SIM14');
  if (priceMinor !== payment.amountMinor) throw welcomeRefusal('SIM08');
  const changed =
    payment.status === 'waiting_for_deposit'
      ? recordRevocation(context.book, { tid: payment.tid, revocationTid: payment.tid, reason: '', now: context.now })
      : recordCancel(context.book, {
          tid: payment.tid,
          // A full cancel has no id of its own; there is one at most.
          cancelTid: payment.tid,
          amountMinor: priceMinor,
          taxFreeMinor: payment.taxFreeBalanceMinor,
          reason: '',
          now: context.now,
        });
  if (!changed) throw welcomeRefusal('SIM06');
  return { Mid: payment.mid, Tid: payment.tid, Moid: payment.orderId, ...doneFields(context, priceMinor) };
}

/** POST /cancel/repay: a part, or what is left after a part. */
export function cancelPartly(context: SimulatorContext, form: WelcomeForm) {
  const priceMinor = amountOf(form, 'cancelPrice', priceDigitsMax);
  const leftMinor = amountOf(form, 'confirmPrice', priceDigitsMax);
  const payment = paymentOf(context, form);
  const tax = taxOf(form, priceMinor);
  refuseUncancellable(context, payment);
  if (priceMinor > payment.balanceMinor) throw welcomeRefusal('SIM06');
  if (payment.status === 'waiting_for_deposit' || payment.payMethod === 'phone') throw welcomeRefusal('SIM07');
  // That the balance guards a repeat is inferred from its being asked for.
  if (leftMinor !== payment.balanceMinor - priceMinor) throw welcomeRefusal('SIM09');
  if (payment.taxFreeMinor > 0n && tax === null) throw welcomeRefusal('SIM11');
  const cancelTid = newWelcomeCancelTid(context.book, context.now);
  const changed = recordCancel(context.book, {
    tid: payment.tid,
    cancelTid,
    amountMinor: priceMinor,
    taxFreeMinor: taxFreePart(payment, priceMinor, tax?.taxFreeMinor ?? 0n),
    reason: '',
    now: context.now,
  });
  if (!changed) throw welcomeRefusal('SIM06');
  return {
    Mid: payment.mid,
    Tid: payment.tid,
    C_Tid: cancelTid,
    RmainPrice: String(changed.balanceMinor),
    ...doneFields(context, priceMinor),
  };
}

export function operationOfCancel({ request, book, caller }: SimulatorContext): FaultOperation {
  const payment = paymentByTid(book, caller.mid, formOf(request).tid ?? '');
  return payment?.payMethod === 'vbank' ? 'revoke_vbank' : 'cancel';
}

function doneFields({ now }: SimulatorContext, priceMinor: bigint) {
  const at = seoulDigits(now);
  return { Price: String(priceMinor), CancelDate: at.slice(0, 8), CancelTime: at.slice(8) };
}

function paymentOf({ book, caller }: SimulatorContext, form: WelcomeForm): BookPayment {
  const payType = textOf(form, 'payType', 10, true);
  const tid = textOf(form, 'tid', 40, true);
  if (!currencies.includes(textOf(form, 'currency', 3, true))) throw welcomeRefusal('SIM01');
  if (!Object.values(payTypes).includes(payType)) throw welcomeRefusal('SIM01');
  const payment = paymentByTid(book, caller.mid, tid);
  if (!payment || form.currency !== 'WON') throw welcomeRefusal('SIM04');
  if (payTypes[payment.payMethod] !== payType) throw welcomeRefusal('SIM15');
  return payment;
}

function refuseUncancellable({ now }: SimulatorContext, payment: BookPayment): void {
  if (payment.status === 'cancelled' || payment.status === 'revoked') throw welcomeRefusal('01');
  if (payment.status === 'expired') throw welcomeRefusal('SIM12');
  if (payment.payMethod === 'vbank' && payment.status !== 'waiting_for_deposit') throw welcomeRefusal('SIM10');
  if (payment.payMethod === 'phone') {
    const paidAt = payment.paidAt ?? payment.requestedAt;
    if (seoulDigits(paidAt).slice(0, 6) !== seoulDigits(now).slice(0, 6)) throw welcomeRefusal('SIM13');
  }
}

/** Neither the tax-free part nor the taxed one can give more than is left of it. */
function taxFreePart(payment: BookPayment, amountMinor: bigint, askedMinor: bigint): bigint {
  const leastMinor = amountMinor - (payment.balanceMinor - payment.taxFreeBalanceMinor);
  if (askedMinor > payment.taxFreeBalanceMinor || askedMinor < leastMinor) throw welcomeRefusal('SIM11');
  return askedMinor;
}
