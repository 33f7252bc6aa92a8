/** INVENTED: what a lookup answers of a payment. */

import Type, { type Static } from 'typebox';
import { Amount, Id, OrNull, Time } from './fields.ts';
import { readerOf } from './protocol.ts';

// if card
export const CardAnswer = Type.Object({
  /** Masked. */
  number: Type.String(),
  /** The gateway's own code. */
  company: Type.String(),
  installmentMonths: Type.Integer({ minimum: 0, maximum: 99 }),
});
export type CardAnswer = Static<typeof CardAnswer>;
// end

export const PaymentAnswer = Type.Object({
  transactionId: Id,
  orderId: Id,
  method: Type.Enum(['CARD', 'TRANSFER', 'ACCOUNT', 'BARCODE']),
  status: Type.Enum(['WAITING', 'PAID', 'PARTIALLY_CANCELLED', 'CANCELLED', 'EXPIRED', 'REVOKED']),
  amount: Amount,
  balance: Amount,
  requestedAt: Time,
  paidAt: OrNull(Time),
  approvalNumber: OrNull(Type.String()),
  // if card
  card: OrNull(CardAnswer),
  // end
  // if banks
  /** The gateway's own code. */
  bank: OrNull(Type.String()),
  // end
  // if vbank
  accountNumber: OrNull(Type.String()),
  holder: OrNull(Type.String()),
  // end
  // if cvs
  barcode: OrNull(Type.String()),
  // end
  // if notices
  dueAt: OrNull(Time),
  depositorName: OrNull(Type.String()),
  // end
  // if cancel
  cancels: Type.Array(Type.Object({ cancelId: Id, amount: Amount, cancelledAt: Time })),
  // end
});
export type PaymentAnswer = Static<typeof PaymentAnswer>;
export const readPaymentAnswer = readerOf(PaymentAnswer);
