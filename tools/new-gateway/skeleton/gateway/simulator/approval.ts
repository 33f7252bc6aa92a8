// if approve
/** INVENTED: the fields of an approval. */

import { seoulDigits, seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import { newApprovalNumber } from '../../../../../src/simulators/approval-numbers.ts';
import type { SimulatorContext } from '../../../../../src/simulators/definition.ts';
import type { ApprovalAnswer } from '../wire/approval.ts';
import { cardAnswerOf, cardOf } from './cards.ts';
import { makePayment, orderOf } from './payments.ts';
import { type Fields, refusal } from './protocol.ts';

/** Whether the card is anybody's is not looked at: every number of 14 to 16 digits that has not expired is approved. */
export function approveCard({ book, caller, now }: SimulatorContext, fields: Fields): ApprovalAnswer {
  const order = orderOf(fields);
  const number = fields.digits('cardNumber', 16);
  const expiry = fields.digits('expiry', 4);
  if (number.length < 14 || expiry.length !== 4 || expiry < seoulDigits(now).slice(2, 6)) throw refusal('E306');
  const card = cardOf(number, Number(fields.amount('installmentMonths')));
  const approvalNumber = newApprovalNumber();
  const payment = makePayment(book, {
    ...order,
    mid: caller.mid,
    payMethod: 'card',
    status: 'paid',
    requestedAt: now,
    approvalNumber,
    card,
  });
  return {
    transactionId: payment.tid,
    orderId: payment.orderId,
    amount: Number(payment.amountMinor),
    approvalNumber,
    approvedAt: seoulLocal(now),
    card: cardAnswerOf(card),
  };
}
// end
