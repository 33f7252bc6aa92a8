import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { newReceiptNumber } from '../../../simulators/approval-numbers.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { insertReceipt, maskIdentifier, receiptByTid, recordReceiptRevocation } from '../../../simulators/receipts.ts';
import { type ReceiptNumbers, revokeReceiptWith } from '../../../simulators/wanted-receipt.ts';
import { lengthMax } from '../wire/text.ts';
import { bodyOf, KiccRefusal } from './protocol.ts';
import type { KiccFields } from './requests.ts';
import { newPgCno } from './transaction-number.ts';

export const receiptNumbers: ReceiptNumbers = (_mid, { now }) => ({
  tid: newPgCno(now),
  approvalNumber: newReceiptNumber(),
});

/** POST /directapi/trades/directCashReceiptApproval: a receipt by itself, which belongs to no payment. */
export function issueReceipt(context: SimulatorContext): KiccFields {
  const { book, caller, now } = context;
  const body = bodyOf(context);
  const amountMinor = body.amount('amount');
  const taxed = amountMinor - (body.amount('serviceAmount') + body.amount('vatAmount'));
  const issueType = body.text('issueType', 2, /^0[123]$/);
  body.text('authType', 50, /^0[1345]$/);
  const identifier = body.text('authValue', 50, /^\d+$/);
  body.optionalText('customerName', lengthMax.customerName);
  if (amountMinor === 0n || taxed < 0n) throw new KiccRefusal('Z104');
  const isMixed = body.optionalText('taxFlg', 4, /^TG01$/) !== null;
  const taxFreeMinor = isMixed ? body.amount('freeAmount') : 0n;
  if (isMixed && body.amount('taxAmount') + taxFreeMinor !== taxed) throw new KiccRefusal('Z104');
  const receipt = insertReceipt(book, {
    receiptTid: newPgCno(now),
    mid: caller.mid,
    orderId: body.text('shopOrderNo', lengthMax.shopOrderNo, /^[A-Za-z0-9_-]+$/),
    paymentTid: null,
    orderName: body.optionalText('goodsName', lengthMax.goodsName) ?? '',
    type: issueType === '02' ? 'company' : 'person',
    identifier: maskIdentifier(identifier),
    amountMinor,
    taxFreeMinor,
    approvalNumber: newReceiptNumber(),
    issuedAt: now,
  });
  if (!receipt) throw new KiccRefusal('Z205');
  return {
    resMsg: '현금영수증 정상 발급',
    pgCno: receipt.receiptTid,
    shopOrderNo: receipt.orderId,
    amount: Number(amountMinor),
    approvalNo: receipt.approvalNumber,
    transactionDate: seoulDigits(now),
  };
}

/** 51 the whole receipt, 52 a part of it. The receipt's own number is the transaction that is changed. */
export function cancelReceipt(context: SimulatorContext, pgCno: string, type: '51' | '52'): KiccFields {
  const { book, caller, now } = context;
  const body = bodyOf(context);
  const receipt = receiptByTid(book, caller.mid, pgCno);
  if (!receipt) throw new KiccRefusal('Z201');
  if (receipt.balanceMinor === 0n) throw new KiccRefusal('Z202');
  const amountMinor = type === '52' ? body.amount('amount') : (body.optionalAmount('amount') ?? receipt.amountMinor);
  const remainAmount = body.optionalAmount('remainAmount');
  if (amountMinor === 0n) throw new KiccRefusal('Z104');
  if (amountMinor > receipt.balanceMinor) throw new KiccRefusal('Z203');
  if (remainAmount !== null && remainAmount !== receipt.balanceMinor) throw new KiccRefusal('Z204');
  if (type === '51' && amountMinor !== receipt.amountMinor) throw new KiccRefusal('Z204');
  const revoked = recordReceiptRevocation(book, {
    receiptTid: receipt.receiptTid,
    revocationTid: newPgCno(now),
    amountMinor,
    taxFreeMinor: type === '51' ? receipt.taxFreeMinor : 0n,
    approvalNumber: newReceiptNumber(),
    now,
  });
  if (!revoked) throw new KiccRefusal('Z203');
  return {
    resMsg: '정상취소',
    cancelPgCno: revoked.revocationTid,
    shopOrderNo: receipt.orderId,
    cancelAmount: String(amountMinor),
    remainAmount: String(revoked.balanceAfterMinor),
    transactionDate: seoulDigits(now),
    statusCode: 'TS02',
    statusMessage: '승인취소',
    reviseInfo: { approvalNo: revoked.approvalNumber, approvalDate: seoulDigits(now) },
  };
}

/** A receipt that was issued with a payment is cancelled with it, by the same amount. */
export function cancelReceiptWith(
  context: SimulatorContext,
  payment: BookPayment,
  cancel: { readonly amountMinor: bigint; readonly taxFreeMinor: bigint },
): Readonly<Record<string, string>> | undefined {
  const revoked = revokeReceiptWith(payment, cancel, context, receiptNumbers);
  return (
    revoked && {
      resCd: '0000',
      resMsg: '정상',
      approvalNo: revoked.approvalNumber,
      cancelDate: seoulDigits(context.now),
    }
  );
}
