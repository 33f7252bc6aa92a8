import type { RefusalCategory } from '../../../port/outcome.ts';
import { SimulatorRefusal } from '../../../simulators/definition.ts';
import { type BookPayment, cancelsOf } from '../../../simulators/payments.ts';
import type { SimulatorStandIn } from '../../stand-in/simulator/definition.ts';
import { ksnetError } from '../wire/errors.ts';
import { isClosedHour, isPastMonth, isPastSixMonths } from '../wire/periods.ts';

/** What the stand-in needs of KSNET: the secret, and KSNET's own rules, which are public though the protocol is not. */
export function apiKeyOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.apiKey ?? '';
}

/** Which code KSNET gives for its closed hours, and for a tenth partial cancel, is not public: the nearest ones stand here. */
const closed = { code: 'P10L', message: '취소불가거래/거래일자확인요망' } as const;
const tooMany = { code: 'P10G', message: '취소불가거래' } as const;
const tooLate = { code: '7003', message: '취소거절기간경과/Tel:1544-6030' } as const;

const partialCancelsMax = 9;

export function standInCategoryOf(code: string, message: string): RefusalCategory | undefined {
  return code === closed.code ? 'closed_hours' : ksnetError(code, message)?.category;
}

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
