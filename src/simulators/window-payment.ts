import { type ControlContext, type SimulatorDefinition, SimulatorRefusal, type WindowPayment } from './definition.ts';
import { openEscrow } from './escrow.ts';
import type { BookPayment } from './payments.ts';
import { issueWantedReceipt } from './wanted-receipt.ts';

/** The buyer pays in the window, or is given an account there, with all that belongs to it. Refuses with `SimulatorRefusal`. */
export function payInWindow(
  definition: SimulatorDefinition,
  wanted: WindowPayment,
  context: ControlContext,
): BookPayment {
  if (!definition.payInWindow) throw new SimulatorRefusal('NO_PAYMENT_WINDOW', '결제창이 없는 PG사입니다.');
  refuseEscrow(definition, wanted);
  const payment = definition.payInWindow(wanted, context);
  completeWindowPayment(definition, payment, wanted.isEscrow, context);
  return payment;
}

/** A gateway that does not offer escrow has no window for it. */
export function refuseEscrow({ escrow }: SimulatorDefinition, { isEscrow }: WindowPayment): void {
  if (isEscrow && !escrow) throw new SimulatorRefusal('NO_ESCROW', '에스크로를 제공하지 않는 PG사입니다.');
}

/** What belongs to a payment that was made in the window. */
export function completeWindowPayment(
  { escrow, receiptNumbers }: Pick<SimulatorDefinition, 'escrow' | 'receiptNumbers'>,
  payment: BookPayment,
  isEscrow: boolean,
  context: ControlContext,
): void {
  if (isEscrow && escrow) openEscrow(context.book, payment.mid, payment.orderId, escrow.cancel);
  // Cards give no cash receipts, and of an account the money is not there yet.
  if (payment.payMethod === 'trans' && receiptNumbers) issueWantedReceipt(payment, context, receiptNumbers);
}
