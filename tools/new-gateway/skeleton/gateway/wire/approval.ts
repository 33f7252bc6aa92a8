// if approve
/** INVENTED: the answer to an approval. */

import Type, { type Static } from 'typebox';
import { Amount, Id, Time } from './fields.ts';
import { CardAnswer } from './payment.ts';
import { readerOf } from './protocol.ts';

const ApprovalAnswer = Type.Object({
  transactionId: Id,
  orderId: Id,
  amount: Amount,
  approvalNumber: Type.String(),
  approvedAt: Time,
  card: CardAnswer,
});
export type ApprovalAnswer = Static<typeof ApprovalAnswer>;
export const readApprovalAnswer = readerOf(ApprovalAnswer);
// end
