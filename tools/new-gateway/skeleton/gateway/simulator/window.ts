// if window
/** INVENTED: the limits of the payment window. */

import { newApprovalNumber } from '../../../../../src/simulators/approval-numbers.ts';
import { chosenCard } from '../../../../../src/simulators/chosen-card.ts';
import type { ControlContext, WindowPayment } from '../../../../../src/simulators/definition.ts';
import type { BookPayment } from '../../../../../src/simulators/payments.ts';
import { codes } from '../wire/codes.ts';
import { lengthMax } from '../wire/fields.ts';
import { newAccountNumber } from './account-number.ts';
import { cardOf } from './cards.ts';
import { makePayment } from './payments.ts';
import { refusal } from './protocol.ts';

// if vbank
const accountWaitsMs = 7 * 24 * 3600_000;

// end
/** The buyer has just paid, or (`vbank`) been given an account. */
export function payInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const { orderId, currency, amountMinor, taxFreeMinor, vatMinor } = payment;
  if (currency !== 'KRW' || amountMinor === 0n || taxFreeMinor + vatMinor > amountMinor) throw refusal('E102');
  if (orderId.length > lengthMax.id) throw refusal('E102');
  const order = {
    mid,
    orderId,
    orderName: payment.orderName.slice(0, lengthMax.orderName),
    amountMinor,
    taxFreeMinor,
    vatMinor,
    requestedAt: now,
  };
  // if banks
  const bankCode = payment.bankCode ?? '088';
  if (codes.bankCode(bankCode) === undefined) throw refusal('E102');
  // end
  switch (payment.payMethod) {
    // if card
    case 'card':
      return makePayment(book, {
        ...order,
        payMethod: 'card',
        status: 'paid',
        approvalNumber: newApprovalNumber(),
        card: chosenCard(payment, cardOf('4330120000001234', 0), { codes, refusal: () => refusal('E102') }),
      });
    // end
    // if trans
    case 'trans':
      return makePayment(book, { ...order, payMethod: 'trans', status: 'paid', bankCode });
    // end
    // if vbank
    case 'vbank': {
      const dueAt = payment.dueAt ?? new Date(now.getTime() + accountWaitsMs);
      if (dueAt <= now) throw refusal('E102');
      return makePayment(book, {
        ...order,
        payMethod: 'vbank',
        status: 'waiting_for_deposit',
        dueAt,
        bankCode,
        accountNumber: newAccountNumber(),
        accountHolder: '예시상점',
      });
    }
    // end
    default:
      throw refusal('E102');
  }
}
// end
