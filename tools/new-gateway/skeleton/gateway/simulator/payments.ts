/** INVENTED: the form of ids, and what a lookup answers. */

import { randomBytes } from 'node:crypto';
import { seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import type { PayMethod } from '../../../../../src/port/payment.ts';
import type { Book } from '../../../../../src/simulators/book.ts';
import type { SimulatorContext } from '../../../../../src/simulators/definition.ts';
import {
  type BookPayment,
  type BookStatus,
  cancelsOf,
  insertPayment,
  type NewBookPayment,
  paymentByOrderId,
} from '../../../../../src/simulators/payments.ts';
import { codes } from '../wire/codes.ts';
import { lengthMax } from '../wire/fields.ts';
import type { PaymentAnswer } from '../wire/payment.ts';
import { cardAnswerOf } from './cards.ts';
import { type Fields, refusal } from './protocol.ts';

/** P: a payment, C: a cancel, R: a receipt, V: a revocation. */
export function newId(kind: 'P' | 'C' | 'R' | 'V'): string {
  return kind + randomBytes(10).toString('hex');
}

/** A new payment; an order number is taken once. */
export function makePayment(book: Book, payment: Omit<NewBookPayment, 'tid'>): BookPayment {
  const made = insertPayment(book, { ...payment, tid: newId('P') });
  if (!made) throw refusal('E101');
  return made;
}
// if orders

/** What every order that is yet to be paid has. */
export function orderOf(fields: Fields) {
  const amountMinor = fields.amount('amount');
  const taxFreeMinor = fields.amount('taxFree');
  const vatMinor = fields.amount('vat');
  if (amountMinor === 0n || taxFreeMinor + vatMinor > amountMinor) throw refusal('E102');
  const orderId = fields.text('orderId', lengthMax.id);
  return { orderId, orderName: fields.text('orderName', lengthMax.orderName), amountMinor, taxFreeMinor, vatMinor };
}
// end

export function existingPayment({ book, caller }: SimulatorContext, orderId: string): BookPayment {
  const payment = paymentByOrderId(book, caller.mid, orderId);
  if (!payment) throw refusal('E404');
  return payment;
}

export function findPayment(context: SimulatorContext, fields: Fields): PaymentAnswer {
  const payment = existingPayment(context, fields.text('orderId', lengthMax.id));
  return {
    transactionId: payment.tid,
    orderId: payment.orderId,
    method: methods[payment.payMethod] ?? 'CARD',
    status: statuses[payment.status],
    amount: Number(payment.amountMinor),
    balance: Number(payment.balanceMinor),
    requestedAt: seoulLocal(payment.requestedAt),
    paidAt: payment.paidAt && seoulLocal(payment.paidAt),
    approvalNumber: payment.approvalNumber,
    // if card
    card: payment.card && cardAnswerOf(payment.card),
    // end
    // if banks
    bank: payment.bankCode && (codes.bankCode(payment.bankCode) ?? null),
    // end
    // if vbank
    accountNumber: payment.accountNumber,
    holder: payment.accountHolder,
    // end
    // if cvs
    barcode: payment.barcode,
    // end
    // if notices
    dueAt: payment.dueAt && seoulLocal(payment.dueAt),
    depositorName: payment.depositorName,
    // end
    // if cancel
    cancels: cancelsOf(context.book, payment.tid).map(({ cancelTid, amountMinor, cancelledAt }) => ({
      cancelId: cancelTid,
      amount: Number(amountMinor),
      cancelledAt: seoulLocal(cancelledAt),
    })),
    // end
  };
}

const methods: Readonly<Partial<Record<PayMethod, PaymentAnswer['method']>>> = {
  card: 'CARD',
  trans: 'TRANSFER',
  vbank: 'ACCOUNT',
  cvs: 'BARCODE',
};

const statuses: Readonly<Record<BookStatus, PaymentAnswer['status']>> = {
  waiting_for_deposit: 'WAITING',
  paid: 'PAID',
  partially_cancelled: 'PARTIALLY_CANCELLED',
  cancelled: 'CANCELLED',
  expired: 'EXPIRED',
  revoked: 'REVOKED',
};
