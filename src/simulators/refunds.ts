import type { Book } from './book.ts';
import type { ControlContext, SimulatorDefinition } from './definition.ts';
import { completeCancel, pendingCancels } from './payments.ts';

/** Ends a refund that was taken earlier, and tells the merchant, in the transaction of the caller. */
export function completeRefund(
  definition: SimulatorDefinition,
  context: ControlContext,
  result: { readonly cancelTid: string; readonly succeeded: boolean; readonly failureCode: string | null },
): void {
  const completed = completeCancel(context.book, { ...result, now: context.now });
  if (!completed || !definition.notices?.refundResult) return;
  const { payment, cancel } = completed;
  context.notify(payment.orderId, definition.notices.refundResult(payment, cancel, context));
}

/** Refunds whose time has come are paid out. Answers how many there were. */
export function completeDueRefunds(
  definition: SimulatorDefinition,
  site: { readonly book: Book; readonly now: Date },
  contextOf: (mid: string) => ControlContext,
): number {
  const due = pendingCancels(site.book, { dueAt: site.now });
  for (const { mid, cancel } of due) {
    completeRefund(definition, contextOf(mid), { cancelTid: cancel.cancelTid, succeeded: true, failureCode: null });
  }
  return due.length;
}
