import type { SimulatorContext } from '../../../simulators/definition.ts';
import { escrowRefusal } from '../../../simulators/escrow.ts';
import type { FaultOperation } from '../../../simulators/faults.ts';
import { type BookPayment, paymentByTid, recordCancel, recordRevocation } from '../../../simulators/payments.ts';
import { receiptByTid } from '../../../simulators/receipts.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { revokeReceiptWith } from '../../../simulators/wanted-receipt.ts';
import { isCancelWindowOver, isNumberUsed, keepNumber, newTid, receiptNumbers } from '../../nice/simulator/book.ts';
import { sandboxRefundAccounts } from '../../nice/simulator/sandbox-accounts.ts';
import { niceCodes } from '../../nice/wire/codes.ts';
import type { TidService } from '../../nice/wire/transaction-id.ts';
import { signingOf } from './payments.ts';
import { type NiceV2Fields, NiceV2Refusal } from './protocol.ts';
import { paymentView, webhookOf } from './view.ts';

interface AskedCancel {
  readonly orderId: string;
  readonly reason: string;
  /** `null`: all that is left. */
  readonly amountMinor: bigint | null;
}

/** POST /v1/payments/{tid}/cancel: cancels what was paid, refunds a deposited account, and revokes one that waits. */
export function cancelPayment(fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const { book, caller, request } = context;
  const tid = request.params.tid ?? '';
  const asked: AskedCancel = {
    reason: fields.text('reason', 100),
    orderId: fields.text('orderId', 64),
    amountMinor: fields.optionalAmount('cancelAmt'),
  };
  if (asked.amountMinor === 0n) throw new NiceV2Refusal('2010');
  if (receiptByTid(book, caller.mid, tid)) throw new NiceV2Refusal('U106');
  const payment = paymentByTid(book, caller.mid, tid);
  if (!payment) throw new NiceV2Refusal('U122');
  const isWhole = (asked.amountMinor ?? payment.balanceMinor) === payment.amountMinor;
  // The whole payment may be cancelled under its own order id, or any other; a part wants one that was never used.
  if (!isWhole && isNumberUsed(book, caller.mid, asked.orderId)) throw new NiceV2Refusal('U112');
  refuseUncancellable(payment, context);
  return payment.status === 'waiting_for_deposit'
    ? revoke(payment, asked, context)
    : cancel(payment, asked, fields, context);
}

/** The same path serves both; a deposited account is cancelled with an account to refund to, and only then. */
export function operationOfCancel({ book, caller, request }: SimulatorContext): FaultOperation {
  const payment = paymentByTid(book, caller.mid, request.params.tid ?? '');
  return payment?.payMethod === 'vbank' && !request.body.includes('refundAccount') ? 'revoke_vbank' : 'cancel';
}

function refuseUncancellable(payment: BookPayment, { now }: SimulatorContext): void {
  switch (payment.status) {
    case 'cancelled':
    case 'revoked':
      throw new NiceV2Refusal('2013');
    case 'expired':
      throw new NiceV2Refusal('2016');
    case 'paid':
    case 'partially_cancelled':
      if (isCancelWindowOver(payment, now)) throw new NiceV2Refusal('2016');
  }
}

function revoke(payment: BookPayment, asked: AskedCancel, context: SimulatorContext): Record<string, unknown> {
  if (asked.amountMinor !== null && asked.amountMinor !== payment.amountMinor) throw new NiceV2Refusal('2033');
  const revoked = recordRevocation(context.book, {
    tid: payment.tid,
    revocationTid: payment.tid,
    reason: asked.reason,
    now: context.now,
  });
  if (!revoked) throw new NiceV2Refusal('2014');
  return done(revoked, payment.tid, asked, context);
}

function cancel(
  payment: BookPayment,
  asked: AskedCancel,
  fields: NiceV2Fields,
  context: SimulatorContext,
): Record<string, unknown> {
  const { book, now } = context;
  const amountMinor = asked.amountMinor ?? payment.balanceMinor;
  if (amountMinor > payment.balanceMinor) throw new NiceV2Refusal('U123');
  const inEscrow = escrowRefusal(book, payment, amountMinor);
  if (inEscrow) throw new NiceV2Refusal(inEscrow === 'partial' ? '2052' : '2027');
  const isWhole = amountMinor === payment.amountMinor;
  if (!isWhole && payment.payMethod === 'phone') throw new NiceV2Refusal('2029');
  if (payment.payMethod === 'vbank') checkRefundAccount(fields);
  const taxFreeMinor = readTaxFree(payment, amountMinor, fields.optionalAmount('taxFreeAmt') ?? 0n);
  const cancelTid = isWhole ? payment.tid : newTid(book, payment.mid, payment.payMethod as TidService, now);
  const receipt = revokeReceiptWith(payment, { amountMinor, taxFreeMinor }, context, receiptNumbers);
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid,
    amountMinor,
    taxFreeMinor,
    reason: asked.reason,
    now,
    detail: receipt ? { receiptTid: receipt.revocationTid } : {},
  });
  if (!changed) throw new NiceV2Refusal('U123');
  return done(changed, cancelTid, asked, context);
}

function done(
  changed: BookPayment,
  cancelTid: string,
  asked: AskedCancel,
  context: SimulatorContext,
): Record<string, unknown> {
  keepNumber(context.book, changed.mid, asked.orderId, context.now);
  const signing = signingOf(context);
  context.notify(changed.orderId, webhookOf(changed, signing, cancelTid));
  return paymentView(changed, signing, cancelTid);
}

/** The account is looked at and not kept. Which code NICE answers to a bad one is in none of its tables. */
function checkRefundAccount(fields: NiceV2Fields): void {
  const number = fields.text('refundAccount', 16);
  const bank = fields.text('refundBankCode', 3);
  fields.text('refundHolder', 10);
  if (!/^\d+$/.test(number) || niceCodes.kftcBankCode(bank) === undefined) throw new NiceV2Refusal('2003');
  if (sandboxRefundAccounts.some((listed) => listed.number === number)) throw new NiceV2Refusal('2003');
}

function readTaxFree(payment: BookPayment, amountMinor: bigint, askedMinor: bigint): bigint {
  if (askedMinor > amountMinor) throw new NiceV2Refusal('P036');
  const taxFreeMinor = taxFreeTaken(payment, amountMinor, askedMinor);
  if (taxFreeMinor > payment.taxFreeBalanceMinor) throw new NiceV2Refusal('U319');
  return taxFreeMinor;
}
