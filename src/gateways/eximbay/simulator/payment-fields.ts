import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { amountText } from '../../../platform/money/currency.ts';
import type { BookPayment } from '../../../simulators/payments.ts';
import { payMethodCodes, succeeded } from '../wire/codes.ts';
import type { Fields } from '../wire/fgkey.ts';
import { version } from '../wire/paths.ts';

/** What a payment is, in the fields that answers and notices have. */
export function fieldsOf(payment: BookPayment): Fields {
  const { currency, card } = payment;
  return {
    ver: version,
    mid: payment.mid,
    ref: payment.orderId,
    cur: currency,
    amt: amountText(payment.amountMinor, currency),
    transid: payment.tid,
    paymethod: payMethodCodes[payment.payMethod] ?? '',
    authcode: payment.approvalNumber ?? '',
    cardno1: card ? card.maskedNumber.slice(0, 4) : '',
    cardno4: card ? card.maskedNumber.slice(-4) : '',
    resdt: seoulDigits(payment.requestedAt),
    rescode: succeeded,
  };
}
