import { type OperationKind, required } from '../operations/kind.ts';
import { paymentOf } from '../records/subject.ts';
import { approvalByPerson } from './approval-by-person.ts';
import { orderOf, referenceTo } from './order.ts';
import { createApprovalSettle, settleWalletPaymentSql } from './settle-approval.ts';

/**
 * A payment out of what the gateway keeps for the buyer: points, money, a key for automatic payments. With what it is paid may be
 * a password, and lives only as long as the request that brought it, so that it is never sent a second time.
 */
export const payFromWalletKind: OperationKind<'pay_from_wallet'> = Object.freeze({
  name: 'pay_from_wallet',
  isRepeatable: false,
  refusal: 'wallet_payment_refused',
  doubt: 'outcome_in_doubt',
  requestOf: ({ subject, means }) => ({
    ...orderOf(paymentOf(subject)),
    means: required(means, 'means of a payment from a wallet'),
  }),
  askedOf: ({ subject }) => referenceTo(paymentOf(subject)),
  resultByPerson: approvalByPerson,
  createSettle: createApprovalSettle(settleWalletPaymentSql),
} satisfies OperationKind<'pay_from_wallet'>);
