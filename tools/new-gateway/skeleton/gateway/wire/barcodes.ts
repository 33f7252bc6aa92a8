// if cvs
/** INVENTED: the answer to the issue of a barcode. */

import Type, { type Static } from 'typebox';
import { Amount, Id, Time } from './fields.ts';
import { readerOf } from './protocol.ts';

const BarcodeAnswer = Type.Object({
  transactionId: Id,
  orderId: Id,
  amount: Amount,
  barcode: Type.String({ minLength: 1, maxLength: 48 }),
  dueAt: Time,
  issuedAt: Time,
});
export type BarcodeAnswer = Static<typeof BarcodeAnswer>;
export const readBarcodeAnswer = readerOf(BarcodeAnswer);
// end
