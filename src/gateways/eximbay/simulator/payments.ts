import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { amountText, isKnownCurrency, readAmount } from '../../../platform/money/currency.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { type BookPayment, insertPayment, paymentByTid, recordCancel } from '../../../simulators/payments.ts';
import { requestFields } from '../../../simulators/request-fields.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { eximbayCurrencies, payMethodCodes } from '../wire/codes.ts';
import type { Fields } from '../wire/fgkey.ts';
import { paidNotice } from './notices.ts';
import { fieldsOf } from './payment-fields.ts';
import { refusal } from './protocol.ts';

const windowCard = creditCard('411111******1111', null);
/** Cards of its window are foreign ones, which nobody splits; no company of Korea's is among them. */
const cardRules: CardChoiceRules = {
  codes: { cardCode: () => undefined },
  monthsMax: 0,
  refusal: () => refusal('SIM01'),
};

/** The buyer has just paid in Eximbay's window. */
export function payInWindow(payment: WindowPayment, context: ControlContext): BookPayment {
  const { book, mid, now } = context;
  const { payMethod, currency, amountMinor, taxFreeMinor, vatMinor, orderId } = payment;
  const isFit =
    payMethodCodes[payMethod] !== undefined &&
    eximbayCurrencies.some((each) => each === currency) &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor &&
    orderId.length <= 50;
  const made =
    isFit &&
    insertPayment(book, {
      mid,
      orderId,
      // The MID, the day and six digits.
      tid: freshId(book, () => `${mid}${seoulDigits(now).slice(0, 8)}${String(randomInt(10 ** 6)).padStart(6, '0')}`),
      orderName: payment.orderName,
      payMethod,
      currency,
      amountMinor,
      taxFreeMinor,
      vatMinor,
      status: 'paid',
      requestedAt: now,
      approvalNumber: newApprovalNumber().slice(0, 6),
      card: payMethod === 'card' ? chosenCard(payment, windowCard, cardRules) : null,
    });
  if (!made) throw refusal('SIM01');
  context.notify(orderId, paidNotice(made, context));
  return made;
}

/** txntype QUERY. What is left is told; a payment that is not known has the status NONE. */
export function query({ book, caller }: SimulatorContext, form: Fields): Fields {
  if (form.keyfield !== 'TRANSID') throw refusal('SIM01');
  const payment = paymentByTid(book, caller.mid, form.transid ?? '');
  if (!payment || payment.orderId !== form.ref) return { status: 'NONE' };
  return { ...fieldsOf(payment), status: 'SALE', balance: amountText(payment.balanceMinor, payment.currency) };
}

/** txntype REFUND. `balance` is compared if it is said. */
export function refund({ book, caller, now }: SimulatorContext, form: Fields): Fields {
  const fields = requestFields(form, () => refusal('SIM01'));
  const isPart = fields.text('refundtype', 1, /^[FP]$/) === 'P';
  const refundId = fields.text('refundid', 50);
  const reason = fields.text('reason', 1000);
  const payment = paymentByTid(book, caller.mid, fields.text('transid', 50));
  if (!payment || payment.orderId !== fields.text('ref', 50)) throw refusal('SIM04');
  const { currency } = payment;
  if (form.cur !== currency || amountIn(form.amt, currency) !== payment.amountMinor) throw refusal('SIM09');
  const used = book.get(
    'select 1 from cancels c join payments p on p.tid = c.payment_tid where p.mid = ? and c.cancel_tid = ?',
    caller.mid,
    refundId,
  );
  if (used) throw refusal('SIM08');
  if (payment.status === 'cancelled') throw refusal('SIM05');
  const amountMinor = amountIn(form.refundamt, currency);
  if (amountMinor > payment.balanceMinor) throw refusal('SIM06');
  if (form.balance && amountIn(form.balance, currency) !== payment.balanceMinor) throw refusal('SIM07');
  if (amountMinor === 0n || (!isPart && amountMinor !== payment.amountMinor)) throw refusal('SIM01');
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: refundId,
    amountMinor,
    taxFreeMinor: taxFreeTaken(payment, amountMinor, 0n),
    reason,
    now,
  });
  if (!changed) throw refusal('SIM06');
  return {
    refundid: refundId,
    refundamt: amountText(amountMinor, currency),
    balance: amountText(changed.balanceMinor, currency),
    resdt: seoulDigits(now),
  };
}

function amountIn(text: string | undefined, currency: string): bigint {
  const reading = isKnownCurrency(currency) && text !== undefined ? readAmount(text, currency) : undefined;
  if (!reading?.ok) throw refusal('SIM01');
  return reading.minor;
}
