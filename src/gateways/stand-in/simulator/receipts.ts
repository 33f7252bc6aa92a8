import type { Static } from 'typebox';
import { newReceiptNumber } from '../../../simulators/approval-numbers.ts';
import { type Book, text } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { paymentByOrderId } from '../../../simulators/payments.ts';
import {
  type BookReceipt,
  insertReceipt,
  maskIdentifier,
  receiptByTid,
  recordReceiptRevocation,
} from '../../../simulators/receipts.ts';
import type { IssueReceiptMessage, RevokeReceiptMessage } from '../wire/protocol.ts';
import type { SimulatorStandIn } from './definition.ts';
import { knownPayment, newStandInId, refuseByRule } from './payments.ts';
import { StandInRefusal } from './refusal.ts';
import type { Carried } from './view.ts';

/** A receipt over a payment that was made, or over cash; it does not follow the payment's cancels by itself. */
export function issueReceipt(
  message: Static<typeof IssueReceiptMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): Carried {
  const { book, caller, now } = context;
  const { orderId } = message;
  if (orderId !== null) {
    const payment = knownPayment({ orderId }, context);
    refuseByRule('issue_receipt', payment, context, standIn);
    if (payment.paidAt === null) throw new StandInRefusal('S302');
  }
  if (message.taxFree + message.vat > message.amount) throw new StandInRefusal('S400');
  const receipt = insertReceipt(book, {
    receiptTid: newStandInId('r'),
    mid: caller.mid,
    orderId: message.receiptOrderId,
    paymentTid: null,
    orderName: message.orderName,
    type: message.type,
    identifier: maskIdentifier(message.identifier),
    amountMinor: BigInt(message.amount),
    taxFreeMinor: BigInt(message.taxFree),
    approvalNumber: newReceiptNumber(),
    issuedAt: now,
  });
  if (!receipt) throw new StandInRefusal('S101');
  return { receipt, entryId: null };
}

/** Takes a receipt back, or a part of it. Its own payment may be unknown to the gateway, the receipt may not. */
export function revokeReceipt(
  message: Static<typeof RevokeReceiptMessage>,
  context: SimulatorContext,
  standIn: SimulatorStandIn,
): Carried {
  const { book, caller, now } = context;
  const receipt = receiptByTid(book, caller.mid, message.receiptId);
  if (!receipt || receipt.orderId !== message.receiptOrderId) throw new StandInRefusal('S404');
  const payment = message.orderId === null ? undefined : paymentByOrderId(book, caller.mid, message.orderId);
  if (payment) refuseByRule('revoke_receipt', payment, context, standIn);
  const amountMinor = BigInt(message.amount);
  if (receipt.balanceMinor === 0n) throw new StandInRefusal('S201');
  if (amountMinor > receipt.balanceMinor) throw new StandInRefusal('S303');
  if (BigInt(message.balanceBefore) !== receipt.balanceMinor) throw new StandInRefusal('S304');
  const entryId = newStandInId('r');
  const revoked = recordReceiptRevocation(book, {
    receiptTid: receipt.receiptTid,
    revocationTid: entryId,
    amountMinor,
    taxFreeMinor: amountMinor === receipt.amountMinor ? receipt.taxFreeMinor : 0n,
    approvalNumber: newReceiptNumber(),
    now,
  });
  const changed = revoked && receiptByTid(book, caller.mid, receipt.receiptTid);
  if (!changed) throw new StandInRefusal('S303');
  return { receipt: changed, entryId };
}

export function receiptByOrderId(book: Book, mid: string, orderId: string): BookReceipt | undefined {
  const row = book.get('select receipt_tid from receipts where mid = ? and order_id = ?', mid, orderId);
  return row && receiptByTid(book, mid, text(row, 'receipt_tid'));
}
