// if cancel
/** INVENTED: the answer to a cancel. */

import Type, { type Static } from 'typebox';
import { Amount, Id, Time } from './fields.ts';
import { readerOf } from './protocol.ts';

const CancelAnswer = Type.Object({
  transactionId: Id,
  orderId: Id,
  cancelId: Id,
  amount: Amount,
  /** What is left after it. */
  balance: Amount,
  cancelledAt: Time,
});
export type CancelAnswer = Static<typeof CancelAnswer>;
export const readCancelAnswer = readerOf(CancelAnswer);
// end
