import { type Book, integer, text, time } from '../../../simulators/book.ts';
import type { WindowAuthentication } from '../../../simulators/control.ts';
import { decodeMessage, encodeMessage } from '../../../simulators/control-messages.ts';
import type { ControlContext, SimulatorContext, WindowPayment } from '../../../simulators/definition.ts';
import { paymentByTid } from '../../../simulators/payments.ts';
import { maskIdentifier } from '../../../simulators/receipts.ts';
import { issueWantedReceipt } from '../../../simulators/wanted-receipt.ts';
import { insertWindowPayment, newPaymentKey, receiptNumbers, refuseUnfit } from './payments.ts';
import { bodyOf, TossRefusal } from './protocol.ts';
import { paymentView } from './view.ts';

/** Payments that a buyer has authenticated in the window, and the shop has not confirmed yet. */
export const sessionsSchema = `
create table if not exists window_sessions (
  payment_key text primary key,
  mid text not null,
  order_id text not null,
  amount integer not null,
  payment text not null,
  opened_at integer not null
) strict;
`;

/** A payment that is not confirmed within ten minutes is lost (guide of the payment window). */
const sessionMs = 10 * 60_000;

/** Of the buyer only the name is kept, and of the identifier of a cash receipt what may be shown. */
export function authenticateInWindow(payment: WindowPayment, context: ControlContext): WindowAuthentication {
  refuseUnfit(payment, context.now);
  const { orderId, amountMinor, cashReceiptIdentifier, buyer } = payment;
  const kept: WindowPayment = {
    ...payment,
    buyer: { name: buyer.name, email: null, tel: null },
    cashReceiptIdentifier: cashReceiptIdentifier && maskIdentifier(cashReceiptIdentifier),
  };
  const gatewayTid = newPaymentKey();
  context.book.run(
    `insert into window_sessions (payment_key, mid, order_id, amount, payment, opened_at) values (?, ?, ?, ?, ?, ?)`,
    gatewayTid,
    context.mid,
    orderId,
    amountMinor,
    encodeMessage(kept),
    context.now.getTime(),
  );
  return { gatewayTid, orderId, amountMinor };
}

/**
 * POST /v1/payments/confirm: order and amount must be those that the buyer has seen, and the key that of the same shop. What Toss
 * answers to another amount is inferred.
 */
export function confirmPayment(context: SimulatorContext): unknown {
  const { book, caller, now, url } = context;
  const body = bodyOf(context);
  const paymentKey = body.text('paymentKey', 200);
  const orderId = body.orderId();
  const amountMinor = body.amount('amount');
  if (paymentByTid(book, caller.mid, paymentKey)) throw new TossRefusal('ALREADY_PROCESSED_PAYMENT');
  const session = sessionOf(book, paymentKey);
  if (!session) throw new TossRefusal('NOT_FOUND_PAYMENT');
  if (session.mid !== caller.mid || session.orderId !== orderId) throw new TossRefusal('FORBIDDEN_REQUEST');
  if (now.getTime() - session.openedAt.getTime() > sessionMs) throw new TossRefusal('NOT_FOUND_PAYMENT_SESSION');
  if (session.amountMinor !== amountMinor) throw new TossRefusal('INVALID_REQUEST');
  const made = insertWindowPayment(paymentKey, session.payment, { ...context, mid: caller.mid });
  if (!made) throw new TossRefusal('DUPLICATED_ORDER_ID');
  book.run('delete from window_sessions where payment_key = ?', paymentKey);
  if (made.payMethod === 'trans') issueWantedReceipt(made, context, receiptNumbers);
  return paymentView(book, made, now, url);
}

function sessionOf(book: Book, paymentKey: string) {
  const row = book.get('select * from window_sessions where payment_key = ?', paymentKey);
  return (
    row && {
      mid: text(row, 'mid'),
      orderId: text(row, 'order_id'),
      amountMinor: integer(row, 'amount'),
      payment: decodeMessage(text(row, 'payment')) as WindowPayment,
      openedAt: time(row, 'opened_at'),
    }
  );
}
