// if issue_vbank
/** INVENTED: the answer to the issue of a virtual account. */

import Type, { type Static } from 'typebox';
import { Amount, Id, Time } from './fields.ts';
import { readerOf } from './protocol.ts';

const AccountAnswer = Type.Object({
  transactionId: Id,
  orderId: Id,
  amount: Amount,
  /** The gateway's own code. */
  bank: Type.String(),
  accountNumber: Type.String({ minLength: 1, maxLength: 30 }),
  holder: Type.String(),
  dueAt: Time,
  issuedAt: Time,
});
export type AccountAnswer = Static<typeof AccountAnswer>;
export const readAccountAnswer = readerOf(AccountAnswer);
// end
