import type { Cancel } from '../../../src/port/cancel.ts';
import type { PayMethod, PaymentReference } from '../../../src/port/payment.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../../src/port/receipt.ts';
import type { Revocation } from '../../../src/port/revocation.ts';
import type { VirtualAccountIssue } from '../../../src/port/virtual-account.ts';

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
    escrow: null,
    requester: null,
  };
}

export function revocationOf(amountMinor: bigint): Revocation & { readonly gatewayTid: string } {
  return { ...referenceOf('vbank', amountMinor), reason: '주문 취소', apiKey: null };
}

/** What is said of an order that is yet to be paid. */
export function orderOf(orderId: string, amountMinor: bigint) {
  const buyer = { name: '홍길동', email: 'buyer@example.com', tel: '010-1234-5678' };
  return { orderId, orderName: '생수 외 1건', currency: 'KRW', amountMinor, taxFreeMinor: 0n, vatMinor: 0n, buyer };
}

/** A week is left for the deposit. */
export function accountIssueOf(orderId: string, parts: Partial<VirtualAccountIssue> = {}): VirtualAccountIssue {
  return {
    ...orderOf(orderId, 10_000n),
    bankCode: '088',
    dueAt: new Date('2024-03-13T23:59:59+09:00'),
    holder: '환불상점',
    fixedKey: null,
    apiKey: null,
    ...parts,
  };
}

/** For a person, by the telephone number. */
export function receiptIssueOf(payment: PaymentReference, parts: Partial<ReceiptIssue> = {}): ReceiptIssue {
  const { orderId, ...order } = orderOf(payment.orderId, payment.paymentAmountMinor);
  return {
    ...order,
    payment,
    receiptOrderId: `rcpt_${orderId}`,
    type: 'person',
    identifier: '01012345678',
    identifierType: 'phone',
    ...parts,
  };
}

/** Of the whole receipt. */
export function receiptRevocationOf(
  { payment, receiptOrderId, currency, amountMinor }: ReceiptIssue,
  receiptTid: string,
  parts: Partial<ReceiptRevocation> = {},
): ReceiptRevocation {
  return {
    payment,
    receiptTid,
    receiptOrderId,
    earlierTids: [],
    currency,
    amountMinor,
    balanceBeforeMinor: amountMinor,
    reason: '주문 취소',
    ...parts,
  };
}
