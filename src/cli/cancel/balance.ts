import type { PaymentAnswer } from '../../api/views/payment.ts';
import { amountNumber, isKnownCurrency, readAmount } from '../../platform/money/currency.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';

/** What can still be cancelled of a payment, in minor units: neither cancelled nor reserved by an open cancellation. */
export function cancellableMinorOf(payment: PaymentAnswer, reserved: readonly number[]): bigint {
  const { currency } = payment;
  const taken = [payment.cancel_amount, ...reserved].reduce((sum, amount) => sum + minorOf(amount, currency), 0n);
  return minorOf(payment.amount, currency) - taken;
}

/** An amount of the API's, which is exact. */
export function minorOf(amount: number, currency: string): bigint {
  if (!isKnownCurrency(currency)) {
    throw new CliFailure(`The currency ${JSON.stringify(currency)} is not known to this version.`, exitCodes.no);
  }
  const reading = readAmount(amount, currency);
  if (!reading.ok) throw new CliFailure(`The server gave an amount that is none: ${amount}.`, exitCodes.no);
  return reading.minor;
}

export function unitsOf(minor: bigint, currency: string): number {
  return amountNumber(minor, currency);
}
