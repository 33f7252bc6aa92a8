import { randomBytes } from 'node:crypto';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment, paymentByTid, recordCancel } from '../../../simulators/payments.ts';
import { formOf, requestFields } from '../../../simulators/request-fields.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { refusal } from './protocol.ts';
import { paymentView } from './view.ts';

/** Forty hexadecimal digits, as in the SDK's example. */
const newId = () => randomBytes(20).toString('hex');

/** The buyer has just paid in the wallet, and the merchant has confirmed it. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { orderId, orderName, payMethod, amountMinor, taxFreeMinor, vatMinor } = payment;
  const isFit =
    payMethod === 'trans' &&
    payment.currency === 'KRW' &&
    amountMinor > 0n &&
    taxFreeMinor + vatMinor <= amountMinor &&
    orderId.length <= 100;
  const made = isFit
    ? insertPayment(book, {
        mid,
        orderId,
        tid: newId(),
        orderName,
        payMethod,
        amountMinor,
        taxFreeMinor,
        vatMinor,
        status: 'paid',
        requestedAt: now,
      })
    : undefined;
  if (!made) throw refusal('SIMULATED_BAD_FIELD');
  return made;
}

/** GET /v1/payment/{paymentId} */
export function readPayment(context: SimulatorContext): unknown {
  return paymentView(context.book, existing(context));
}

/**
 * POST /v1/payment/{paymentId}/cancel. `checkoutAmount` is compared where it is stated. What is free of tax can't be said: that
 * the taxed part goes first is inferred.
 */
export function cancelPayment(context: SimulatorContext): unknown {
  const { book, request, now } = context;
  const payment = existing(context);
  const form = formOf(request);
  const fields = requestFields(form, () => refusal('SIMULATED_BAD_FIELD'));
  const amountMinor = fields.amount('cancelAmount');
  const statedMinor = form.checkoutAmount === undefined ? payment.balanceMinor : fields.amount('checkoutAmount');
  if (amountMinor === 0n) throw refusal('SIMULATED_BAD_FIELD');
  if (payment.status === 'cancelled') throw refusal('SIMULATED_CANCELED');
  if (amountMinor > payment.balanceMinor) throw refusal('SIMULATED_OVER_BALANCE');
  if (statedMinor !== payment.balanceMinor) throw refusal('SIMULATED_BALANCE_MOVED');
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: newId(),
    amountMinor,
    taxFreeMinor: taxFreeTaken(payment, amountMinor, 0n),
    reason: '',
    now,
  });
  if (!changed) throw refusal('SIMULATED_CANCELED');
  return paymentView(book, changed);
}

function existing({ book, caller, request }: SimulatorContext): BookPayment {
  const payment = paymentByTid(book, caller.mid, request.params.paymentId ?? '');
  if (!payment) throw refusal('SIMULATED_UNKNOWN_PAYMENT');
  return payment;
}
