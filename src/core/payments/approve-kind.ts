import { type OperationKind, required } from '../operations/kind.ts';
import { paymentOf } from '../records/subject.ts';
import { approvalByPerson } from './approval-by-person.ts';
import { orderOf, referenceTo } from './order.ts';
import { createApprovalSettle, settleApproveSql } from './settle-approval.ts';

/** A payment by card number (key-in). The card lives only as long as the request that brought it. */
export const approveKind: OperationKind<'approve'> = Object.freeze({
  name: 'approve',
  isRepeatable: false,
  refusal: 'payment_refused',
  doubt: 'outcome_in_doubt',
  requestOf: ({ operation, subject, card }) => ({
    ...orderOf(paymentOf(subject)),
    card: required(card, 'card of an approval'),
    installmentMonths: paymentOf(subject).card_quota,
    interestFreeByMerchant: operation.details.interest_free_by_merchant === true,
    useCardPoint: operation.details.use_card_point === true,
    productType: operation.details.product_type ?? null,
  }),
  askedOf: ({ subject }) => referenceTo(paymentOf(subject)),
  resultByPerson: approvalByPerson,
  createSettle: createApprovalSettle(settleApproveSql),
} satisfies OperationKind<'approve'>);
