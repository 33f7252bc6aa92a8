import type { CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { text } from '../../platform/language/text.ts';
import { amountNumber, isKnownCurrency, readAmount } from '../../platform/money/currency.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';

/** What can still be cancelled of a payment, in minor units: neither cancelled nor reserved by an open cancellation. */
export function cancellableMinorOf(payment: PaymentAnswer, open: readonly CancellationSummaryAnswer[]): bigint {
  const { currency, amount, cancel_amount } = payment;
  return minorOf(amount, currency) - minorOf(cancel_amount, currency) - reservedMinorOf(payment, open);
}

/** In the currency's own units. */
export function reservedOf(payment: PaymentAnswer, open: readonly CancellationSummaryAnswer[]): number {
  return unitsOf(reservedMinorOf(payment, open), payment.currency);
}

/** What is in the history already is cancelled, and not reserved beside that. */
function reservedMinorOf(
  { cancel_history, currency }: PaymentAnswer,
  open: readonly CancellationSummaryAnswer[],
): bigint {
  const booked = new Set(cancel_history.map(({ cancellation_id }) => cancellation_id));
  return open
    .filter(({ kind, cancellation_id }) => kind === 'cancel' && !booked.has(cancellation_id))
    .reduce((sum, { amount }) => sum + minorOf(amount, currency), 0n);
}

/** An amount of the API's, which is exact. */
export function minorOf(amount: number, currency: string): bigint {
  if (!isKnownCurrency(currency)) {
    const name = JSON.stringify(currency);
    throw new CliFailure(
      text(`The currency ${name} is not known to this version.`, `이 버전이 모르는 통화입니다: ${name}`),
      exitCodes.no,
    );
  }
  const reading = readAmount(amount, currency);
  if (!reading.ok) {
    throw new CliFailure(
      text(`The server gave an amount that is none: ${amount}.`, `서버가 준 금액이 올바르지 않습니다: ${amount}`),
      exitCodes.no,
    );
  }
  return reading.minor;
}

export function unitsOf(minor: bigint, currency: string): number {
  return amountNumber(minor, currency);
}
