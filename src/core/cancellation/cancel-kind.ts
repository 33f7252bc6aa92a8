import type { Cancel } from '../../port/cancel.ts';
import type { OperationKind } from '../operations/kind.ts';
import { required } from '../operations/kind.ts';
import { referenceTo } from '../payments/order.ts';
import { paymentOf } from '../records/subject.ts';
import { createCancelSettlement } from './settle-cancel.ts';

/** A paid payment is given back, whole or in part. */
export const cancelKind: OperationKind<'cancel'> = Object.freeze({
  name: 'cancel',
  isRepeatable: true,
  refusal: 'cancellation_refused',
  doubt: 'cancellation_in_doubt',
  requestOf: cancelOf,
  askedOf: cancelOf,
  resultByPerson: ({ operation, subject }, found, now) => ({
    gatewayTid: found.gatewayTid ?? paymentOf(subject).pg_tid ?? '',
    amountMinor: operation.amount_minor,
    cancelledAt: now,
    receiptUrl: null,
  }),
  hasFollowUp: ({ subject, channel }) =>
    channel.gateway.capabilities.payMethods[paymentOf(subject).pay_method]?.receiptOnCancel === 'revoked_by_us',
  isOwed: ({ operation }) => operation.details.gives_back_check === true,
  isShownWhenAccepted: ({ subject, channel }) =>
    channel.gateway.capabilities.payMethods[paymentOf(subject).pay_method]?.acceptedRefund !== 'pending',
  createSettle: createCancelSettlement,
} satisfies OperationKind<'cancel'>);

function cancelOf({ operation, subject, secrets }: Parameters<OperationKind<'cancel'>['requestOf']>[0]): Cancel {
  const payment = paymentOf(subject);
  const { requester, product_order: productOrder } = operation.details;
  return {
    ...referenceTo(payment),
    gatewayTid: required(payment.pg_tid, 'pg_tid of a payment that is cancelled'),
    paymentTaxFreeMinor: payment.tax_free_minor,
    amountMinor: operation.amount_minor,
    taxFreeMinor: operation.tax_free_minor,
    vatMinor: operation.vat_minor,
    balanceBeforeMinor: operation.balance_before_minor,
    ordinal: operation.earlier_tids.length + 1,
    earlierTids: operation.earlier_tids,
    reason: operation.reason,
    refundAccount: secrets.refundAccount ?? null,
    escrow: operation.details.escrow ?? null,
    requester: requester ?? null,
    // What the gateway has refunded by itself is never sent; if it ever were, the gateway would refuse it as refunded.
    ...(productOrder && {
      productOrder: { ...productOrder, by: productOrder.by === 'gateway' ? 'cancel' : productOrder.by },
    }),
  };
}
