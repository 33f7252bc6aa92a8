import type { BarcodeIssue } from '../../../port/barcode.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation } from '../../../port/revocation.ts';
import type { VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { textLengthMax } from '../wire/protocol.ts';

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

export function revocationFields(request: Revocation) {
  return {
    orderId: request.orderId,
    transactionId: request.gatewayTid,
    reason: request.reason.slice(0, textLengthMax.reason),
  };
}

export function receiptFields(request: ReceiptIssue) {
  return {
    ...orderFields({ ...request, orderId: request.payment.orderId }),
    receiptOrderId: request.receiptOrderId,
    type: request.type,
    identifier: request.identifier,
  };
}

export function receiptRevocationFields(request: ReceiptRevocation) {
  return {
    orderId: request.payment.orderId,
    receiptId: request.receiptTid,
    receiptOrderId: request.receiptOrderId,
    amount: Number(request.amountMinor),
    balanceBefore: Number(request.balanceBeforeMinor),
    reason: request.reason.slice(0, textLengthMax.reason),
  };
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
    reason: request.reason.slice(0, textLengthMax.reason),
    refundAccount: refundAccount && { ...refundAccount, holder: refundAccount.holder.slice(0, textLengthMax.holder) },
    requester: request.requester?.slice(0, 30) ?? null,
  };
}

function orderFields(request: {
  readonly orderId: string;
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
