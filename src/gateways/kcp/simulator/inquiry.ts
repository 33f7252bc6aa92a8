import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { bankName } from '../../../platform/codes/banks.ts';
import type { Book } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { type BookPayment, cancelsOf, paymentByTid } from '../../../simulators/payments.ts';
import { accountPayType, isKcpPayMethod, kcpCodes, payTypes } from '../wire/codes.ts';
import { bodyOf, KcpRefusal, unknownTransaction } from './protocol.ts';

const statusFields = { card: 'stat_ca_cd', trans: 'stat_bk_cd', phone: 'stat_hp_cd' } as const;
const balanceFields = { card: 'rem_mny', trans: 'bk_rem_mny', phone: 'hp_rem_mny' } as const;

/** POST /std/inquery: what was paid and what is left, for the pay method that is asked for. */
export function inquire(context: SimulatorContext): Readonly<Record<string, string>> {
  const { book, caller } = context;
  const body = bodyOf(context);
  const tno = body.text('tno', /^\d{14}$/);
  const payType = body.text('pay_type', /^PA(CA|BK|MC|VC)$/);
  const payment = paymentByTid(book, caller.mid, tno);
  const { payMethod } = payment ?? {};
  if (payment?.payMethod === 'vbank' && payType === accountPayType) return accountOf(payment, book);
  if (!payment || !payMethod || !isKcpPayMethod(payMethod) || payTypes[payMethod] !== payType) {
    throw new KcpRefusal(unknownTransaction);
  }
  const lastCancel = cancelsOf(book, payment.tid).at(-1);
  return {
    tno,
    order_no: payment.orderId,
    pay_method: payType,
    amount: String(payment.amountMinor),
    [balanceFields[payMethod]]: String(payment.balanceMinor),
    [statusFields[payMethod]]: statusOf(payment),
    [payMethod === 'phone' ? 'hp_app_time' : 'app_time']: seoulDigits(payment.paidAt ?? payment.requestedAt),
    ...(lastCancel && { canc_time: seoulDigits(lastCancel.cancelledAt) }),
    ...cardFields(payment),
    ...(payMethod === 'trans' && { bank_code: kcpCodes.bankCode(payment.bankCode ?? '') ?? '' }),
  };
}

/**
 * A virtual account. That a deposit is told by `STSR`, `app_time` and `rem_mny`, as for cards, is what a public client expects
 * of it; `STIR` for one that waits is a word which it reads so. The account's own fields are those of an approval.
 */
function accountOf(payment: BookPayment, book: Book): Readonly<Record<string, string>> {
  const lastCancel = cancelsOf(book, payment.tid).at(-1);
  return {
    tno: payment.tid,
    order_no: payment.orderId,
    pay_method: accountPayType,
    amount: String(payment.amountMinor),
    ...(payment.paidAt
      ? {
          rem_mny: String(payment.balanceMinor),
          stat_ca_cd: statusOf(payment),
          app_time: seoulDigits(payment.paidAt),
        }
      : { stat_ca_cd: 'STIR' }),
    ...(lastCancel && { canc_time: seoulDigits(lastCancel.cancelledAt) }),
    bankcode: kcpCodes.bankCode(payment.bankCode ?? '') ?? '',
    bankname: bankName(payment.bankCode ?? '') ?? '',
    account: payment.accountNumber ?? '',
    depositor: payment.accountHolder ?? '',
    ...(payment.dueAt && { va_date: seoulDigits(payment.dueAt) }),
  };
}

function statusOf(payment: BookPayment): string {
  if (payment.status === 'cancelled') return 'STSC';
  return payment.status === 'partially_cancelled' ? 'STPC' : 'STSR';
}

function cardFields({ card, approvalNumber }: BookPayment): Readonly<Record<string, string>> {
  if (!card) return {};
  return {
    app_no: approvalNumber ?? '',
    card_cd: kcpCodes.cardCode(card.code ?? '') ?? '',
    card_name: card.name ?? '',
    card_no: card.maskedNumber,
    quota: String(card.installmentMonths).padStart(2, '0'),
    noinf: 'N',
  };
}
