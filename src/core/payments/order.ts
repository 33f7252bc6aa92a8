import type { Buyer, PaymentReference } from '../../port/payment.ts';
import { orderIdOf, type Payment } from '../records/payment.ts';

/** How a payment is named when its gateway is asked about it. */
export function referenceTo(payment: Payment): PaymentReference {
  return {
    orderId: orderIdOf(payment),
    gatewayTid: payment.pg_tid,
    payMethod: payment.pay_method,
    currency: payment.currency,
    paymentAmountMinor: payment.amount_minor,
    madeAt: payment.started_at,
    accountNumber: payment.vbank_num,
  };
}

/** What every request that makes a payment at a gateway has in common. */
export function orderOf(payment: Payment) {
  return {
    orderId: orderIdOf(payment),
    orderName: orderNameOf(payment),
    currency: payment.currency,
    amountMinor: payment.amount_minor,
    taxFreeMinor: payment.tax_free_minor,
    vatMinor: payment.vat_minor,
    buyer: buyerOf(payment),
  };
}

/** Gateways want a name for every order; i'mport does not ask for one. */
export function orderNameOf(payment: Payment): string {
  return payment.name?.trim() || payment.merchant_uid;
}

export function buyerOf(payment: Payment): Buyer {
  return { name: payment.buyer_name, email: payment.buyer_email, tel: payment.buyer_tel };
}
