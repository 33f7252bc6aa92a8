import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { jsonAnswer, type SimulatorAnswer, type SimulatorContext } from '../../../simulators/definition.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import { type BookPayment, paymentByTid, recordCancel } from '../../../simulators/payments.ts';
import { attempt, jsonOf, type RequestFields, requestFields } from '../../../simulators/request-fields.ts';
import { taxFreeTaken } from '../../../simulators/tax-free-taken.ts';
import { cashCodes, mobiliansCodes } from '../wire/codes.ts';
import { succeeded } from '../wire/errors.ts';
import { newId } from './payments.ts';
import { refusal, refusalAnswer } from './refusals.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';

/** POST /MUP/api/cancellation: cancels (`C`), and refunds of deposited accounts (`R`). */
export function cancelPayment(context: SimulatorContext): SimulatorAnswer {
  return attempt(
    context,
    () => carryOut(context),
    ({ code, message }) => refusalAnswer(code, message),
  );
}

function carryOut(context: SimulatorContext): SimulatorAnswer {
  const { book, caller, now } = context;
  const fields = requestFields(jsonOf(context.request), () => refusal('SIM01'));
  const tradeId = fields.text('trade_id', 50);
  const cashCode = fields.text('cash_code', 2);
  const isRefund = fields.text('cancel_type', 1, /^[CR]$/) === 'R';
  const isPart = fields.text('part_cancel', 1, /^[YN]$/) === 'Y';
  const sent = BigInt(fields.text('amount', 10, /^-?\d+$/));
  const payment = paymentByTid(book, caller.mid, fields.text('pay_token', 50));
  const isPhone = payment?.payMethod === 'phone';
  if (payment?.orderId !== tradeId || cashCodes[payment.payMethod] !== cashCode) {
    throw refusal(cashCode === cashCodes.phone ? '0041' : 'SIM03');
  }
  if (isRefund !== (payment.payMethod === 'vbank')) throw refusal(isPhone ? '0060' : 'SIM01');
  if (payment.status === 'waiting_for_deposit' || payment.status === 'expired') throw refusal('SIM08');
  const done = (): SimulatorAnswer =>
    jsonAnswer(200, {
      code: succeeded,
      message: '정상처리',
      sid: payment.mid,
      cash_code: cashCode,
      pay_token: payment.tid,
      amount: String(sent),
      ...(isPhone && { transaction_id: payment.detail.transactionId }),
    });
  if (payment.status === 'cancelled' || payment.status === 'revoked') throw refusal(isPhone ? '0044' : 'SIM04');
  if (isPhone && seoulMonth(payment.requestedAt) !== seoulMonth(now)) throw refusal('0042');
  if (isRefund) checkAccount(fields, sent);
  const amountMinor = isPhone && isPart ? payment.balanceMinor - sent : sent;
  if (amountMinor <= 0n || amountMinor > payment.balanceMinor) throw refusal(isPhone ? '0045' : 'SIM05');
  if (!isPart && amountMinor !== payment.amountMinor) throw refusal(isPhone ? '0045' : 'SIM06');
  const changed = recordCancel(book, {
    tid: payment.tid,
    cancelTid: freshId(book, () => newId(now)),
    amountMinor,
    taxFreeMinor: taxFreeOf(fields, payment, amountMinor),
    reason: '',
    now,
  });
  if (!changed) throw refusal(isPhone ? '0045' : 'SIM05');
  return done();
}

/** The account is looked at and not kept. */
function checkAccount(fields: RequestFields, sent: bigint): void {
  const bank = fields.text('bank_code', 3, /^\d{3}$/);
  const account = fields.text('account_no', 20, /^\d+$/);
  fields.text('account_name', 50);
  const isKnown = mobiliansCodes.kftcBankCode(bank) !== undefined;
  if (!isKnown || sandboxRefundAccounts.some(({ number }) => number === account)) throw refusal('SIM09');
  if (fields.amount('refund_amount') !== sent) throw refusal('SIM01');
}

/** Card payments that mix want all four fields; the parts are of the amount, and of what is left of each. */
function taxFreeOf(fields: RequestFields, payment: BookPayment, amountMinor: bigint): bigint {
  const isMixed = payment.taxFreeMinor > 0n && payment.taxFreeMinor < payment.amountMinor;
  if (payment.payMethod !== 'card' || !isMixed) return taxFreeTaken(payment, amountMinor, 0n);
  if (fields.optionalText('cn_tax_ver', 4) !== 'CPLX') throw refusal('SIM07');
  const billType = fields.text('bill_type', 2, /^(00|10|20)$/);
  const taxFreeMinor = fields.amount('tax_free');
  const sum = fields.amount('tax') + taxFreeMinor + fields.amount('tax_amount');
  const expected = taxFreeMinor === 0n ? '00' : taxFreeMinor === amountMinor ? '10' : '20';
  const taxedLeft = payment.balanceMinor - payment.taxFreeBalanceMinor;
  const isFit =
    sum === amountMinor &&
    billType === expected &&
    taxFreeMinor <= payment.taxFreeBalanceMinor &&
    amountMinor - taxFreeMinor <= taxedLeft;
  if (!isFit) throw refusal('SIM07');
  return taxFreeMinor;
}

function seoulMonth(time: Date): string {
  return seoulDigits(time).slice(0, 6);
}
