import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import type { Book } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { isIdUsed } from '../../../simulators/fresh-id.ts';
import {
  type BookPayment,
  cancelsOf,
  paymentByTid,
  recordCancel,
  recordRevocation,
} from '../../../simulators/payments.ts';
import { receiptByTid } from '../../../simulators/receipts.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { revokeReceiptWith } from '../../../simulators/wanted-receipt.ts';
import { niceCodes } from '../wire/codes.ts';
import { hasMoidContract } from '../wire/moid.ts';
import { isCancelWindowOver, isNumberUsed, keepNumber, newCancelNumber, receiptNumbers } from './book.ts';
import { type AskedCancel, cancelledAnswer, timeFields } from './cancel-answer.ts';
import { cancelNotice, payMethodNames } from './notices.ts';
import { type NiceForm, NiceRefusal } from './protocol.ts';
import { cancelReceipt } from './receipts.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

/** POST /webapi/cancel_process.jsp: payments, accounts that wait, and cash receipts, all by their TID. */
export function cancelProcess(form: NiceForm, context: SimulatorContext): Record<string, string> {
  const { book, caller } = context;
  const code = form.required('PartialCancelCode', 1);
  if (code !== '0' && code !== '1') throw new NiceRefusal('A212');
  const asked: AskedCancel = {
    tid: form.required('TID', 30),
    moid: form.required('Moid', 64),
    reason: form.required('CancelMsg', 100),
    amountMinor: form.amount('CancelAmt'),
    isPartial: code === '1',
  };
  if (asked.amountMinor === 0n) throw new NiceRefusal('2010');
  const isOnce = asked.isPartial && hasMoidContract(caller.credentials);
  if (isOnce && isNumberUsed(book, caller.mid, asked.moid)) throw new NiceRefusal('A127');
  const receipt = receiptByTid(book, caller.mid, asked.tid);
  if (receipt) return cancelReceipt(receipt, asked, context);
  const payment = paymentByTid(book, caller.mid, asked.tid);
  if (!payment) throw new NiceRefusal(isIdUsed(book, asked.tid) ? 'A122' : '2012');
  return payment.status === 'waiting_for_deposit'
    ? revoke(payment, asked, context)
    : cancel(payment, asked, form, context);
}

/** One path for all: a deposited account is cancelled with an account to refund to, and only then. */
export function operationOfCancel({ book, caller, request }: SimulatorContext): FaultOperation {
  const { TID = '', RefundAcctNo = '' } = decodeEucKrForm(request.body);
  if (receiptByTid(book, caller.mid, TID)) return 'revoke_receipt';
  const payment = paymentByTid(book, caller.mid, TID);
  return payment?.payMethod === 'vbank' && RefundAcctNo === '' ? 'revoke_vbank' : 'cancel';
}

function revoke(payment: BookPayment, asked: AskedCancel, context: SimulatorContext): Record<string, string> {
  if (asked.isPartial) throw new NiceRefusal('2030');
  if (asked.amountMinor !== payment.amountMinor) throw new NiceRefusal('2011');
  const revoked = recordRevocation(context.book, {
    tid: payment.tid,
    revocationTid: payment.tid,
    reason: asked.reason,
    now: context.now,
  });
  if (!revoked) throw new NiceRefusal('2014');
  keepNumber(context.book, payment.mid, asked.moid, context.now);
  return cancelledAnswer(asked, 'VBANK', context, {
    code: '2001',
    message: '취소 성공',
    remainMinor: 0n,
    cancelNumber: newCancelNumber(context.book),
  });
}

function cancel(
  payment: BookPayment,
  asked: AskedCancel,
  form: NiceForm,
  context: SimulatorContext,
): Record<string, string> {
  const { book, now } = context;
  refuseUncancellable(payment, asked, context);
  const refund = payment.payMethod === 'vbank';
  if (refund) checkRefundAccount(form);
  const taxFreeMinor = readTaxFree(payment, asked, form);
  const cancelNumber = newCancelNumber(book);
  const isWhole = asked.amountMinor === payment.amountMinor;
  revokeReceiptWith(payment, { amountMinor: asked.amountMinor, taxFreeMinor }, context, receiptNumbers);
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: isWhole ? payment.tid : cancelNumber,
    amountMinor: asked.amountMinor,
    taxFreeMinor,
    reason: asked.reason,
    now,
    detail: { moid: asked.moid },
  });
  if (!changed) throw new NiceRefusal('2032');
  keepNumber(book, payment.mid, asked.moid, now);
  context.notify(payment.orderId, cancelNotice(changed, asked.moid, now));
  return cancelledAnswer(asked, payMethodNames[payment.payMethod] ?? '', context, {
    ...(refund ? { code: '2211', message: '환불 성공' } : { code: '2001', message: '취소 성공' }),
    remainMinor: changed.balanceMinor,
    cancelNumber,
  });
}

function refuseUncancellable(payment: BookPayment, asked: AskedCancel, { book, now }: SimulatorContext): void {
  switch (payment.status) {
    case 'cancelled':
    case 'revoked':
      throw new NiceRefusal('2015', undefined, cancelledBefore(payment, book));
    case 'expired':
      throw new NiceRefusal('2016');
  }
  if (asked.amountMinor > payment.balanceMinor) throw new NiceRefusal('2032');
  if (asked.isPartial && payment.payMethod === 'phone') throw new NiceRefusal('2030');
  if (!asked.isPartial && asked.amountMinor !== payment.amountMinor) throw new NiceRefusal('2011');
  if (isCancelWindowOver(payment, now)) throw new NiceRefusal('2016');
}

/** When it was cancelled; that NICE says this again with its refusal is inferred. */
function cancelledBefore(payment: BookPayment, book: Book): Record<string, string> {
  const at = payment.revokedAt ?? cancelsOf(book, payment.tid).at(-1)?.cancelledAt;
  return at ? timeFields(at) : {};
}

/** The account is looked at and not kept. A deposited account is not cancelled without one. */
function checkRefundAccount(form: NiceForm): void {
  const number = form.optional('RefundAcctNo', 16);
  if (number === '') throw new NiceRefusal('2047');
  const bank = form.required('RefundBankCd', 3);
  form.required('RefundAcctNm', 10);
  if (!/^\d+$/.test(number) || niceCodes.kftcBankCode(bank) === undefined) throw new NiceRefusal('2003');
  if (sandboxRefundAccounts.some((listed) => listed.number === number)) throw new NiceRefusal('2003');
}

/** A payment that mixes wants the four parts of each cancel, and they must add up to it. */
function readTaxFree(payment: BookPayment, { amountMinor }: AskedCancel, form: NiceForm): bigint {
  const parts = ['SupplyAmt', 'GoodsVat', 'ServiceAmt', 'TaxFreeAmt'].map((name) => form.optionalAmount(name));
  if (parts.every((part) => part === null)) {
    if (payment.taxFreeMinor > 0n) throw new NiceRefusal('1617');
    return 0n;
  }
  if (parts.reduce<bigint>((sum, part) => sum + (part ?? 0n), 0n) !== amountMinor) throw new NiceRefusal('1615');
  // That what exceeds the rest of the taxed part comes from the tax-free one is inferred.
  const taxFreeMinor = taxFreeTaken(payment, amountMinor, parts[3] ?? 0n);
  if (taxFreeMinor > payment.taxFreeBalanceMinor) throw new NiceRefusal('2032');
  return taxFreeMinor;
}
