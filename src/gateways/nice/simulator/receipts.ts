import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { isIdUsed } from '../../../simulators/fresh-id.ts';
import {
  type BookReceipt,
  insertReceipt,
  maskIdentifier,
  receiptByTid,
  recordReceiptRevocation,
  revocationsOf,
} from '../../../simulators/receipts.ts';
import { isMerchantTid } from '../wire/transaction-id.ts';
import { isNumberUsed, isReceiptYearOver, keepNumber, newCancelNumber } from './book.ts';
import { type AskedCancel, cancelledAnswer, timeFields } from './cancel-answer.ts';
import { type NiceForm, NiceRefusal } from './protocol.ts';

/** POST /webapi/cash_receipt.jsp. The merchant makes the TID. */
export function issueReceipt(form: NiceForm, context: SimulatorContext): Record<string, string> {
  const { book, caller, now } = context;
  const tid = form.required('TID', 30);
  const moid = form.required('Moid', 64);
  const orderName = form.required('GoodsName', 40);
  const type = form.required('ReceiptType', 1);
  const identifier = form.required('ReceiptTypeNo', 20);
  const amountMinor = form.amount('ReceiptAmt');
  const [supply, vat, service, taxFreeMinor] = [
    form.amount('ReceiptSupplyAmt'),
    form.amount('ReceiptVAT'),
    form.amount('ReceiptServiceAmt'),
    form.amount('ReceiptTaxFreeAmt'),
  ] as const;
  if (!isMerchantTid(tid, caller.mid, 'receipt')) throw new NiceRefusal('A115');
  if (amountMinor === 0n) throw new NiceRefusal('A116');
  if (supply + vat + service + taxFreeMinor !== amountMinor) throw new NiceRefusal('1615');
  if (type !== '1' && type !== '2') throw new NiceRefusal('7002');
  if (!/^\d{10,20}$/.test(identifier)) throw new NiceRefusal('7012');
  if (isNumberUsed(book, caller.mid, moid)) throw new NiceRefusal('7003');
  if (isIdUsed(book, tid)) throw new NiceRefusal('A225');
  const receipt = insertReceipt(book, {
    receiptTid: tid,
    mid: caller.mid,
    orderId: moid,
    paymentTid: null,
    orderName,
    type: type === '2' ? 'company' : 'person',
    identifier: maskIdentifier(identifier),
    amountMinor,
    taxFreeMinor,
    approvalNumber: newApprovalNumber(),
    issuedAt: now,
  });
  if (!receipt) throw new NiceRefusal('7003');
  return {
    ResultCode: '7001',
    ResultMsg: '현금영수증 처리 성공',
    TID: tid,
    Moid: moid,
    MID: caller.mid,
    ...approvalFields(receipt),
  };
}

export function approvalFields(receipt: BookReceipt): { readonly AuthCode: string; readonly AuthDate: string } {
  return { AuthCode: receipt.approvalNumber, AuthDate: seoulDigits(receipt.issuedAt).slice(2) };
}

/** A cash receipt is cancelled by its TID, like a payment. */
export function cancelReceipt(
  receipt: BookReceipt,
  asked: AskedCancel,
  context: SimulatorContext,
): Record<string, string> {
  const { book, now } = context;
  if (receipt.balanceMinor === 0n) {
    const last = revocationsOf(book, receipt.receiptTid).at(-1);
    throw new NiceRefusal('2015', undefined, last ? timeFields(last.revokedAt) : {});
  }
  if (asked.amountMinor > receipt.balanceMinor) throw new NiceRefusal('2032');
  if (!asked.isPartial && asked.amountMinor !== receipt.amountMinor) throw new NiceRefusal('2011');
  if (isReceiptYearOver(receipt, now)) throw new NiceRefusal('2016');
  const cancelNumber = newCancelNumber(book);
  const revoked = recordReceiptRevocation(book, {
    receiptTid: receipt.receiptTid,
    revocationTid: cancelNumber,
    amountMinor: asked.amountMinor,
    taxFreeMinor: 0n,
    approvalNumber: newApprovalNumber(),
    now,
  });
  if (!revoked) throw new NiceRefusal('2032');
  keepNumber(book, receipt.mid, asked.moid, now);
  return cancelledAnswer(asked, '', context, {
    code: '2001',
    message: '취소 성공',
    remainMinor: receiptByTid(book, receipt.mid, receipt.receiptTid)?.balanceMinor ?? 0n,
    cancelNumber,
  });
}
