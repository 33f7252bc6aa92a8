import { bankName } from '../../../platform/codes/banks.ts';
import type { Approval } from '../../../port/approval.ts';
import type { Barcode } from '../../../port/barcode.ts';
import type { BillingKeyRevocation, IssuedBillingKey, RevokedBillingKey } from '../../../port/billing-key.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { ShippingRegistered, ShippingRegistration } from '../../../port/escrow.ts';
import type { GatewayPayment } from '../../../port/lookup.ts';
import type { Receipt, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revoked } from '../../../port/revocation.ts';
import type { VirtualAccount } from '../../../port/virtual-account.ts';
import type { CancelEntry, DoneAnswer, PaymentState, ReceiptState, RevocationEntry } from '../wire/protocol.ts';

/** What the stand-in answers, in the words of the port. `undefined`: this is not what such an answer must be. */

export function virtualAccountOf(payment: PaymentState): VirtualAccount | undefined {
  const { bankCode, accountNumber, dueAt } = payment;
  if (payment.payMethod !== 'vbank' || bankCode === null || accountNumber === null || dueAt === null) return undefined;
  return {
    gatewayTid: payment.transactionId,
    bankCode,
    bankName: bankName(bankCode) ?? bankCode,
    accountNumber,
    holder: payment.accountHolder,
    dueAt: time(dueAt),
    issuedAt: time(payment.requestedAt),
    noticeSecret: null,
  };
}

export function barcodeOf(payment: PaymentState): Barcode | undefined {
  if (payment.payMethod !== 'cvs' || payment.barcode === null || payment.dueAt === null) return undefined;
  return {
    gatewayTid: payment.transactionId,
    barcode: payment.barcode,
    expiresAt: time(payment.dueAt),
    issuedAt: time(payment.requestedAt),
  };
}

/** Of a payment that is paid, or was before its cancels. */
export function approvalOf(payment: PaymentState): Approval | undefined {
  const { paidAt, bankCode } = payment;
  if (paidAt === null) return undefined;
  return {
    gatewayTid: payment.transactionId,
    approvalNumber: payment.approvalNumber,
    approvedAt: time(paidAt),
    receiptUrl: payment.receiptUrl,
    card: payment.card,
    bank: payment.payMethod === 'trans' && bankCode ? { code: bankCode, name: bankName(bankCode) ?? bankCode } : null,
  };
}

export function revokedOf(payment: PaymentState): Revoked | undefined {
  if (payment.state !== 'revoked' || payment.revokedAt === null) return undefined;
  return { gatewayTid: payment.revocationId, revokedAt: time(payment.revokedAt) };
}

export function cancelledOf(entry: CancelEntry): Cancelled {
  return {
    gatewayTid: entry.cancelId,
    amountMinor: BigInt(entry.amount),
    cancelledAt: time(entry.cancelledAt),
    receiptUrl: null,
  };
}

export function receiptOf(receipt: ReceiptState): Receipt {
  return {
    receiptTid: receipt.receiptId,
    approvalNumber: receipt.approvalNumber,
    receiptUrl: null,
    issuedAt: time(receipt.issuedAt),
  };
}

export function revocationOf(entry: RevocationEntry): Revoked {
  return { gatewayTid: entry.revocationId, revokedAt: time(entry.revokedAt) };
}

/** What is registered, if it is what was asked for. */
export function shippingOf(payment: PaymentState, request: ShippingRegistration): ShippingRegistered | undefined {
  const { shipping, orderId } = payment;
  const isOurs = orderId === request.payment.orderId && shipping?.company === request.company;
  const isSame =
    isOurs && shipping.invoice === request.invoice && shipping.sentAt === Math.floor(request.sentAt.getTime() / 1000);
  return isSame ? { registeredAt: time(shipping.registeredAt) } : undefined;
}

/** The cancel that an answer names, if it is the one that was asked for. */
export function ownCancel(
  answer: { readonly entryId: string | null; readonly payment: PaymentState | null },
  request: Cancel,
): CancelEntry | undefined {
  const { payment, entryId } = answer;
  if (payment?.orderId !== request.orderId || payment.transactionId !== request.gatewayTid) return undefined;
  const entry = payment.cancels.find(({ cancelId }) => cancelId === entryId);
  return entry && fits(entry, request) ? entry : undefined;
}

/** The revocation that an answer names, if it is the one that was asked for. */
export function ownRevocation(
  answer: { readonly entryId: string | null; readonly receipt: ReceiptState | null },
  request: ReceiptRevocation,
): RevocationEntry | undefined {
  const { receipt, entryId } = answer;
  if (receipt?.receiptId !== request.receiptTid) return undefined;
  const entry = receipt.revocations.find(({ revocationId }) => revocationId === entryId);
  return entry && fits(entry, request) ? entry : undefined;
}

/** Of the amount that was asked for, and leaving what it must leave. */
export function fits(
  entry: { readonly amount: number; readonly balanceAfter: number },
  request: { readonly amountMinor: bigint; readonly balanceBeforeMinor: bigint },
): boolean {
  const leftMinor = request.balanceBeforeMinor - request.amountMinor;
  return BigInt(entry.amount) === request.amountMinor && BigInt(entry.balanceAfter) === leftMinor;
}

const statuses: Readonly<Record<PaymentState['state'], GatewayPayment['status']>> = {
  waiting: 'waiting_for_deposit',
  paid: 'paid',
  partially_cancelled: 'partially_cancelled',
  cancelled: 'cancelled',
  revoked: 'failed',
  expired: 'expired',
};

export function gatewayPaymentOf(payment: PaymentState): GatewayPayment {
  const approval = approvalOf(payment) ?? null;
  return {
    status: statuses[payment.state],
    payMethod: payment.payMethod,
    amountMinor: BigInt(payment.amount),
    balanceMinor: BigInt(payment.balance),
    gatewayTid: payment.transactionId,
    paidAt: approval?.approvedAt ?? null,
    approval,
    virtualAccount: virtualAccountOf(payment) ?? null,
    barcode: barcodeOf(payment) ?? null,
    depositorName: payment.depositorName,
    // A refund that could not be paid out has been taken back, and is no cancel.
    cancels: payment.cancels.filter(({ state }) => state !== 'failed').map(cancelledOf),
  };
}

export function issuedKeyOf(
  { billingKey }: Pick<DoneAnswer, 'billingKey'>,
  orderId: string,
): IssuedBillingKey | undefined {
  if (billingKey?.orderId !== orderId) return undefined;
  const { maskedNumber, code, name } = billingKey;
  return {
    billingKey: { key: billingKey.billingKey, boundTo: {} },
    gatewayTid: null,
    issuedAt: time(billingKey.issuedAt),
    card: { maskedNumber, code, name, issuerCode: code, issuerName: name, type: 0 },
  };
}

export function revokedKeyOf(
  { billingKey }: Pick<DoneAnswer, 'billingKey'>,
  request: BillingKeyRevocation,
): RevokedBillingKey | undefined {
  if (billingKey?.billingKey !== request.billingKey.key || billingKey.removedAt === null) return undefined;
  return { gatewayTid: null, revokedAt: time(billingKey.removedAt) };
}

function time(seconds: number): Date {
  return new Date(seconds * 1000);
}
