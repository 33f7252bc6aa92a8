import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { isIdUsed } from '../../../simulators/fresh-id.ts';
import { type BookPayment, paymentByTid } from '../../../simulators/payments.ts';
import { type BookReceipt, receiptByTid } from '../../../simulators/receipts.ts';
import { type NiceForm, NiceRefusal } from './protocol.ts';
import { approvalFields } from './receipts.ts';

/**
 * POST /webapi/inquery/trans_status.jsp: 0 approved, 1 cancelled, 9 no approval. Inferred: what was cancelled in part is
 * approved, an account that waits or has expired has no approval, and receipts have a status like payments.
 */
export function transactionStatus(form: NiceForm, { book, caller }: SimulatorContext): Record<string, string> {
  const tid = form.required('TID', 30);
  const receipt = receiptByTid(book, caller.mid, tid);
  const payment = receipt ? undefined : paymentByTid(book, caller.mid, tid);
  if (!receipt && !payment && isIdUsed(book, tid)) throw new NiceRefusal('A122');
  return {
    ResultCode: '0000',
    ResultMsg: '정상 처리되었습니다.',
    TID: tid,
    ...(receipt ? statusOfReceipt(receipt) : statusOfPayment(payment)),
  };
}

function statusOfReceipt(receipt: BookReceipt): Record<string, string> {
  return { Status: receipt.balanceMinor === 0n ? '1' : '0', ...approvalFields(receipt) };
}

function statusOfPayment(payment: BookPayment | undefined): Record<string, string> {
  const AuthDate = payment?.paidAt ? seoulDigits(payment.paidAt).slice(2) : '';
  switch (payment?.status) {
    case 'paid':
    case 'partially_cancelled':
      return { Status: '0', AuthCode: payment.approvalNumber ?? '', AuthDate };
    case 'cancelled':
    case 'revoked':
      return { Status: '1', AuthCode: payment.approvalNumber ?? '', AuthDate };
    default:
      return { Status: '9', AuthCode: '', AuthDate: '' };
  }
}
