// if receipts
/** INVENTED: the fields of cash receipts, and in which order their rules speak. */

import { seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import { newReceiptNumber } from '../../../../../src/simulators/approval-numbers.ts';
import type { SimulatorContext } from '../../../../../src/simulators/definition.ts';
import {
  insertReceipt,
  maskIdentifier,
  receiptByTid,
  recordReceiptRevocation,
} from '../../../../../src/simulators/receipts.ts';
import { lengthMax } from '../wire/fields.ts';
import type { ReceiptAnswer, ReceiptRevocationAnswer } from '../wire/receipts.ts';
import { existingPayment, newId, orderOf } from './payments.ts';
import { type Fields, refusal } from './protocol.ts';

/** Of a payment that was made. It does not follow the payment's cancels by itself. */
export function issueReceipt(context: SimulatorContext, fields: Fields): ReceiptAnswer {
  const { book, caller, now } = context;
  const { orderId, orderName, amountMinor, taxFreeMinor } = orderOf(fields);
  const type = fields.text('type', 10);
  if (type !== 'person' && type !== 'company') throw refusal('E102');
  if (existingPayment(context, orderId).paidAt === null) throw refusal('E302');
  const receipt = insertReceipt(book, {
    receiptTid: newId('R'),
    mid: caller.mid,
    orderId: fields.text('receiptOrderId', lengthMax.id),
    paymentTid: null,
    orderName,
    type,
    identifier: maskIdentifier(fields.digits('identifier', 30)),
    amountMinor,
    taxFreeMinor,
    approvalNumber: newReceiptNumber(),
    issuedAt: now,
  });
  if (!receipt) throw refusal('E101');
  return {
    receiptId: receipt.receiptTid,
    receiptOrderId: receipt.orderId,
    amount: Number(receipt.amountMinor),
    approvalNumber: receipt.approvalNumber,
    issuedAt: seoulLocal(now),
  };
}
// if revoke_receipt

/** The whole of a receipt, or a part of it. */
export function revokeReceipt({ book, caller, now }: SimulatorContext, fields: Fields): ReceiptRevocationAnswer {
  const receipt = receiptByTid(book, caller.mid, fields.text('receiptId', lengthMax.id));
  if (!receipt) throw refusal('E404');
  const amountMinor = fields.amount('amount');
  if (amountMinor === 0n) throw refusal('E102');
  if (amountMinor > receipt.balanceMinor) throw refusal('E303');
  if (fields.amount('balanceBefore') !== receipt.balanceMinor) throw refusal('E304');
  const revoked = recordReceiptRevocation(book, {
    receiptTid: receipt.receiptTid,
    revocationTid: newId('V'),
    amountMinor,
    taxFreeMinor: amountMinor === receipt.amountMinor ? receipt.taxFreeMinor : 0n,
    approvalNumber: newReceiptNumber(),
    now,
  });
  if (!revoked) throw refusal('E303');
  return {
    receiptId: receipt.receiptTid,
    revocationId: revoked.revocationTid,
    amount: Number(amountMinor),
    balance: Number(revoked.balanceAfterMinor),
    revokedAt: seoulLocal(now),
  };
}
// end
// end
