import { SimulatorRefusal } from '../../../simulators/definition.ts';
import { type BookPayment, cancelsOf } from '../../../simulators/payments.ts';
import type { SimulatorStandIn } from '../../stand-in/simulator/definition.ts';
import { isClosedHour, isPastMonth, isPastSixMonths } from '../wire/periods.ts';
import { apiKeyOf, closed, tooLate, tooMany } from '../wire/stand-in.ts';

const partialCancelsMax = 9;

export const ksnetStandIn: SimulatorStandIn = {
  secretOf: apiKeyOf,
  refuse(operation, payment, { book, now }) {
    const rule =
      operation === 'cancel' ? ruleAgainstCancel(payment, cancelsOf(book, payment.tid).length, now) : undefined;
    return rule && new SimulatorRefusal(rule.code, rule.message);
  },
};

function ruleAgainstCancel(payment: BookPayment, cancels: number, now: Date) {
  // What is not paid, or no longer, is refused for that.
  if (payment.status !== 'paid' && payment.status !== 'partially_cancelled') return undefined;
  const paidAt = payment.paidAt ?? payment.requestedAt;
  if (payment.payMethod === 'phone') return isPastMonth(paidAt, now) ? tooLate : undefined;
  if (isPastSixMonths(paidAt, now)) return tooLate;
  if (payment.payMethod === 'vbank' && isClosedHour(now)) return closed;
  return cancels >= partialCancelsMax ? tooMany : undefined;
}
