import { randomInt } from 'node:crypto';
import { amountText } from '../../../platform/money/currency.ts';
import { type CardChoiceRules, chosenCard } from '../../../simulators/chosen-card.ts';
import { creditCard } from '../../../simulators/credit-card.ts';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { type BookPayment, insertPayment, paymentByTid, recordCancel } from '../../../simulators/payments.ts';
import { paymentwallCurrencies } from '../wire/charge.ts';
import { refusal } from './protocol.ts';

/** One of Paymentwall's test cards. */
const windowCard = creditCard('424242******4242', null);
/** Its cards are foreign ones, which nobody splits; no company of Korea's is among them. */
const cardRules: CardChoiceRules = { codes: { cardCode: () => undefined }, monthsMax: 0, refusal: () => refusal(3002) };

/** The buyer has just paid in the window: the charge is captured, and its risk is approved. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { orderId, orderName, payMethod, currency, amountMinor, taxFreeMinor, vatMinor } = payment;
  const isFit =
    payMethod === 'card' &&
    paymentwallCurrencies.some((each) => each === currency) &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor;
  if (!isFit) throw refusal(3002);
  const made = insertPayment(book, {
    mid,
    orderId,
    tid: freshId(book, () => `b${randomInt(10 ** 8, 10 ** 9)}`),
    orderName,
    payMethod,
    currency,
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    card: chosenCard(payment, windowCard, cardRules),
  });
  if (!made) throw refusal(3205);
  return made;
}

/** GET /api/brick/charge/{id} */
export function readCharge(context: SimulatorContext): ChargeView {
  return chargeView(existing(context));
}

/** POST /api/brick/charge/{id}/refund: always of the whole. */
export function refundCharge(context: SimulatorContext): ChargeView {
  const { book, now } = context;
  const payment = existing(context);
  if (payment.status === 'cancelled') throw refusal(3201);
  const changed = recordCancel(book, {
    tid: payment.tid,
    // A refund has no id of its own.
    cancelTid: payment.tid,
    amountMinor: payment.balanceMinor,
    taxFreeMinor: payment.taxFreeBalanceMinor,
    reason: '',
    now,
  });
  if (!changed) throw refusal(3204);
  return chargeView(changed);
}

type ChargeView = ReturnType<typeof chargeView>;

function existing({ book, caller, request }: SimulatorContext): BookPayment {
  const payment = paymentByTid(book, caller.mid, request.params.id ?? '');
  if (!payment) throw refusal(3000);
  return payment;
}

/** The buyer was billed in the product's own currency. There are no permanent tokens, since there are no keys. */
function chargeView({ tid, amountMinor, currency, status, requestedAt, card }: BookPayment) {
  const amount = amountText(amountMinor, currency);
  return {
    object: 'charge',
    id: tid,
    amount,
    amount_paid: amount,
    currency,
    currency_paid: currency,
    captured: true,
    refunded: status === 'cancelled',
    risk: 'approved',
    secure: false,
    created: Math.floor(requestedAt.getTime() / 1000),
    card: {
      country: 'US',
      exp_month: '12',
      exp_year: '2049',
      last4: card?.maskedNumber.slice(-4),
      name: 'SIMULATED',
      type: 'Visa',
    },
  };
}
