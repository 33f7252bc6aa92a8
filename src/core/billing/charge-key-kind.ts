import { type OperationKind, required } from '../operations/kind.ts';
import { approvalByPerson } from '../payments/approval-by-person.ts';
import { orderOf, referenceTo } from '../payments/order.ts';
import { createChargeSettle } from '../payments/settle-approval.ts';
import { paymentOf } from '../records/subject.ts';

/**
 * A payment by a billing key. It is about the payment, as an approval is. Sent a second time only where the gateway documents
 * that the same order can't be charged twice, which the adapter's inquiry says; everywhere else a lost answer stays a doubt.
 */
export const chargeKeyKind: OperationKind<'charge_key'> = Object.freeze({
  name: 'charge_key',
  isRepeatable: true,
  refusal: 'payment_refused',
  doubt: 'outcome_in_doubt',
  requestOf: ({ operation, subject, secrets }) => ({
    ...orderOf(paymentOf(subject)),
    billingKey: required(secrets.billingKey, 'key of a charge'),
    installmentMonths: paymentOf(subject).card_quota,
    interestFreeByMerchant: operation.details.interest_free_by_merchant === true,
    useCardPoint: operation.details.use_card_point === true,
    productType: operation.details.product_type ?? null,
  }),
  askedOf: ({ subject, secrets }) => ({
    ...referenceTo(paymentOf(subject)),
    billingKey: required(secrets.billingKey, 'key of a charge'),
  }),
  resultByPerson: approvalByPerson,
  // A check is given back by whoever settles it.
  hasFollowUp: ({ operation }) => operation.details.checks_key !== undefined,
  createSettle: createChargeSettle,
} satisfies OperationKind<'charge_key'>);
