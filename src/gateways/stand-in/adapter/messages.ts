import type { BarcodeIssue } from '../../../port/barcode.ts';
import type { BillingKeyIssue, BillingKeyRevocation, KeyCharge } from '../../../port/billing-key.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { ShippingRegistration } from '../../../port/escrow.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import { wireReason } from '../../../port/texts.ts';
import type { VirtualAccountIssue } from '../../../port/virtual-account.ts';
import type { SlipPart, WalletPayment, WalletPreparation } from '../../../port/wallet.ts';
import { standInReasonRule, textLengthMax } from '../wire/protocol.ts';

/** What the stand-in is sent for each operation, but for the merchant and the key. */

export function accountFields(request: VirtualAccountIssue) {
  return {
    ...orderFields(request),
    bankCode: request.bankCode,
    dueAt: seconds(request.dueAt),
    holder: request.holder.slice(0, textLengthMax.holder),
    fixedKey: request.fixedKey,
  };
}

export function barcodeFields(request: BarcodeIssue) {
  return {
    ...orderFields({ ...request, taxFreeMinor: 0n, vatMinor: 0n }),
    barcode: request.barcode,
    expiresAt: request.expiresAt && seconds(request.expiresAt),
  };
}

export function walletPaymentFields({ means, ...order }: WalletPayment) {
  return {
    ...orderFields(order),
    means: means.kind === 'points' ? { kind: means.kind, ...means.login, memberCode: means.memberCode } : means,
  };
}

export function preparationFields(preparation: WalletPreparation) {
  const { authenticatedMinor, ...fields } = preparation;
  return { ...fields, authenticated: authenticatedMinor && Number(authenticatedMinor) };
}

export function slipPartFields(
  payment: { readonly orderId: string; readonly gatewayTid: string },
  parts: readonly SlipPart[],
) {
  return {
    orderId: payment.orderId,
    transactionId: payment.gatewayTid,
    parts: parts.map((part) => ({
      businessNumber: part.businessNumber,
      companyName: part.companyName,
      amount: Number(part.amountMinor),
      taxFree: Number(part.taxFreeMinor),
      vat: Number(part.vatMinor),
    })),
  };
}

export function revocationFields(request: Revocation) {
  return {
    orderId: request.orderId,
    transactionId: request.gatewayTid,
    reason: wireReason(request.reason, standInReasonRule),
  };
}

export function receiptFields(request: ReceiptIssue) {
  return {
    ...orderFields({ ...request, orderId: request.payment?.orderId ?? null }),
    receiptOrderId: request.receiptOrderId,
    type: request.type,
    identifier: request.identifier,
  };
}

export function receiptRevocationFields(request: ReceiptRevocation) {
  return {
    orderId: request.payment?.orderId ?? null,
    receiptId: request.receiptTid,
    receiptOrderId: request.receiptOrderId,
    amount: Number(request.amountMinor),
    balanceBefore: Number(request.balanceBeforeMinor),
    reason: wireReason(request.reason, standInReasonRule),
  };
}

export function shippingFields({ payment, sentAt, products, company, invoice, ...shipping }: ShippingRegistration) {
  return {
    orderId: payment.orderId,
    transactionId: payment.gatewayTid,
    isChange: shipping.isChange,
    company,
    invoice,
    sentAt: seconds(sentAt),
    receivingDay: shipping.receivingDay,
    deliveryAddress: shipping.deliveryAddress,
    sender: shipping.sender,
    receiver: shipping.receiver,
    products: products.map(({ amountMinor, ...product }) => ({ ...product, amount: Number(amountMinor) })),
    sendsEmail: shipping.sendsEmail,
  };
}

export function keyIssueFields({ orderId, customerUid, card }: BillingKeyIssue) {
  return {
    orderId,
    customerUid,
    cardNumber: card.number,
    expiry: card.expiryYear + card.expiryMonth,
    birthOrBusinessNumber: card.birthOrBusinessNumber,
    passwordFirstTwo: card.passwordFirstTwo,
  };
}

export function chargeFields(request: KeyCharge) {
  return {
    ...orderFields(request),
    billingKey: request.billingKey.key,
    installmentMonths: request.installmentMonths,
  };
}

export function keyRevocationFields({ orderId, billingKey, reason }: BillingKeyRevocation) {
  return { orderId, billingKey: billingKey.key, reason: wireReason(reason, standInReasonRule) };
}

export function cancelFields(request: Cancel) {
  const { refundAccount } = request;
  return {
    orderId: request.orderId,
    transactionId: request.gatewayTid,
    amount: Number(request.amountMinor),
    taxFree: Number(request.taxFreeMinor),
    vat: Number(request.vatMinor),
    balanceBefore: Number(request.balanceBeforeMinor),
    reason: wireReason(request.reason, standInReasonRule),
    refundAccount: refundAccount && { ...refundAccount, holder: refundAccount.holder.slice(0, textLengthMax.holder) },
    requester: request.requester?.slice(0, 30) ?? null,
    ...(request.productOrder && { productOrder: request.productOrder }),
  };
}

function orderFields(request: {
  readonly orderId: string | null;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
}) {
  return {
    orderId: request.orderId,
    orderName: request.orderName.slice(0, textLengthMax.orderName),
    currency: request.currency,
    amount: Number(request.amountMinor),
    taxFree: Number(request.taxFreeMinor),
    vat: Number(request.vatMinor),
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
