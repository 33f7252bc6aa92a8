// if receipts
/** INVENTED: the answers about cash receipts. */

import Type, { type Static } from 'typebox';
import { Amount, Id, Time } from './fields.ts';
import { readerOf } from './protocol.ts';

const ReceiptAnswer = Type.Object({
  receiptId: Id,
  receiptOrderId: Id,
  amount: Amount,
  /** Of the National Tax Service. */
  approvalNumber: Type.String({ minLength: 1, maxLength: 30 }),
  issuedAt: Time,
});
export type ReceiptAnswer = Static<typeof ReceiptAnswer>;
export const readReceiptAnswer = readerOf(ReceiptAnswer);
// if revoke_receipt

const ReceiptRevocationAnswer = Type.Object({
  receiptId: Id,
  revocationId: Id,
  amount: Amount,
  /** What the receipt stands at after it. */
  balance: Amount,
  revokedAt: Time,
});
export type ReceiptRevocationAnswer = Static<typeof ReceiptRevocationAnswer>;
export const readReceiptRevocationAnswer = readerOf(ReceiptRevocationAnswer);
// end
// end
