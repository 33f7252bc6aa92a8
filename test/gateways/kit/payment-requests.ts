import type { Cancel } from '../../../src/port/cancel.ts';
import type { PayMethod, PaymentReference } from '../../../src/port/payment.ts';
import type { Revocation } from '../../../src/port/revocation.ts';

/** Requests about a payment of the given amount, as the server would make them; tests replace what they are about. */
export function referenceOf(
  payMethod: PayMethod,
  amountMinor: bigint,
): PaymentReference & { readonly gatewayTid: string } {
  return {
    orderId: 'imp_000000000001',
    gatewayTid: 'tid-of-the-payment',
    payMethod,
    currency: 'KRW',
    paymentAmountMinor: amountMinor,
    madeAt: new Date('2024-03-06T03:00:00Z'),
    accountNumber: null,
  };
}

export function cancelRequestOf(payMethod: PayMethod, amountMinor: bigint): Cancel {
  return {
    ...referenceOf(payMethod, amountMinor),
    amountMinor,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    balanceBeforeMinor: amountMinor,
    ordinal: 1,
    earlierTids: [],
    reason: '단순 변심',
    paymentTaxFreeMinor: 0n,
    refundAccount: null,
    requester: null,
  };
}

export function revocationOf(amountMinor: bigint): Revocation & { readonly gatewayTid: string } {
  return { ...referenceOf('vbank', amountMinor), reason: '주문 취소', apiKey: null };
}
