// if cancel
/** INVENTED: the fields of a cancel, and in which order its rules speak. */

import { seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../../../src/simulators/definition.ts';
import { paymentByTid, recordCancel } from '../../../../../src/simulators/payments.ts';
import { taxFreeTaken } from '../../../../../src/simulators/tax-free-taken.ts';
import type { CancelAnswer } from '../wire/cancel.ts';
import { codes } from '../wire/codes.ts';
import { lengthMax } from '../wire/fields.ts';
import { newId } from './payments.ts';
import { type Fields, refusal } from './protocol.ts';

export function cancelPayment({ book, caller, now }: SimulatorContext, fields: Fields): CancelAnswer {
  const payment = paymentByTid(book, caller.mid, fields.text('transactionId', lengthMax.id));
  if (!payment) throw refusal('E404');
  const amountMinor = fields.amount('amount');
  const askedMinor = fields.amount('taxFree');
  const reason = fields.textOrNull('reason', lengthMax.reason) ?? '';
  if (amountMinor === 0n || askedMinor + fields.amount('vat') > amountMinor) throw refusal('E102');
  if (payment.status === 'cancelled') throw refusal('E301');
  if (payment.paidAt === null) throw refusal('E302');
  if (amountMinor > payment.balanceMinor) throw refusal('E303');
  if (fields.amount('balanceBefore') !== payment.balanceMinor) throw refusal('E304');
  // if refunds
  if (payment.payMethod === 'vbank') refuseRefundAccount(fields.object('refundAccount'));
  // end
  const cancelTid = newId('C');
  const taxFreeMinor = taxFreeTaken(payment, amountMinor, askedMinor);
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid,
    amountMinor,
    taxFreeMinor,
    reason,
    now,
  });
  // More of the tax-free part than is left.
  if (!changed) throw refusal('E303');
  return {
    transactionId: changed.tid,
    orderId: changed.orderId,
    cancelId: cancelTid,
    amount: Number(amountMinor),
    balance: Number(changed.balanceMinor),
    cancelledAt: seoulLocal(now),
  };
}
// if refunds

/** The account is looked at and not kept. */
function refuseRefundAccount(account: Fields | null): void {
  if (!account || codes.kftcBankCode(account.text('bank', lengthMax.id)) === undefined) throw refusal('E305');
  account.digits('accountNumber', 30);
  account.text('holder', lengthMax.holder);
}
// end
// end
