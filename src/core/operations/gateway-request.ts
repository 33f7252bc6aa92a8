import type { GatewayCall } from '../../port/call.ts';
import type { Cancel } from '../../port/cancel.ts';
import type { Gateway } from '../../port/gateway.ts';
import type { GatewayOperation, Question } from '../../port/operations.ts';
import type { Outcome } from '../../port/outcome.ts';
import type { Buyer, PaymentReference } from '../../port/payment.ts';
import type { ReceiptIssue, ReceiptRevocation } from '../../port/receipt.ts';
import type { Revocation } from '../../port/revocation.ts';
import { orderIdOf, type Payment } from '../records/payment.ts';
import { receiptOrderIdOf } from '../records/receipt.ts';
import type { OperationContext } from './context.ts';
import type { OperationResult } from './ending.ts';

/**
 * Sends the operation to its gateway, once. The request is made from what is written down, so that a repeat is the same
 * request to the letter; gateways compare the body of a repeated key.
 */
export function sendOperation(context: OperationContext, call: GatewayCall): Promise<Outcome<OperationResult>> {
  const { gateway } = context.channel;
  const { kind } = context.operation;
  const send: Readonly<Record<GatewayOperation, () => Promise<Outcome<OperationResult>> | undefined>> = {
    approve: () => gateway.approveByKey?.(call, approvalOf(context)),
    issue_vbank: () => gateway.issueVirtualAccount?.(call, virtualAccountIssueOf(context)),
    revoke_vbank: () => gateway.revokeVirtualAccount?.(call, revocationOf(context)),
    issue_barcode: () => gateway.issueBarcode?.(call, barcodeIssueOf(context)),
    revoke_barcode: () => gateway.revokeBarcode?.(call, revocationOf(context)),
    issue_receipt: () => gateway.issueReceipt?.(call, receiptIssueOf(context)),
    revoke_receipt: () => gateway.revokeReceipt?.(call, receiptRevocationOf(context)),
    cancel: () => gateway.cancel?.(call, cancelOf(context)),
  };
  return send[kind]() ?? Promise.reject(missing(gateway, kind));
}

/** May the request be made again from what is written down? Card data never is. */
export function canBeRepeated(context: OperationContext): boolean {
  return context.operation.kind !== 'approve';
}

export function questionOf(context: OperationContext, sentAt: Date): Question {
  const { operation, payment } = context;
  const { kind: asked } = operation;
  switch (asked) {
    case 'approve':
    case 'issue_vbank':
    case 'issue_barcode':
      return { operation: asked, payment: referenceTo(payment) };
    case 'revoke_vbank':
    case 'revoke_barcode':
      return { operation: asked, request: revocationOf(context), sentAt };
    case 'issue_receipt':
      return { operation: asked, request: receiptIssueOf(context), sentAt };
    case 'revoke_receipt':
      return { operation: asked, request: receiptRevocationOf(context), sentAt };
    case 'cancel':
      return { operation: asked, request: cancelOf(context), sentAt };
  }
}

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

function cancelOf({ operation, payment, secrets }: OperationContext): Cancel {
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
    requester: operation.details.requester ?? null,
  };
}

function revocationOf({ operation, payment, secrets }: OperationContext): Revocation {
  return {
    ...referenceTo(payment),
    reason: operation.reason,
    apiKey: secrets.apiKey ?? null,
  };
}

function receiptIssueOf({ operation, payment, receipt, secrets }: OperationContext): ReceiptIssue {
  const row = required(receipt, 'receipt of an operation on a receipt');
  return {
    payment: referenceTo(payment),
    receiptOrderId: receiptOrderIdOf(row, payment.imp_uid),
    orderName: orderNameOf(payment),
    currency: payment.currency,
    amountMinor: operation.amount_minor,
    taxFreeMinor: operation.tax_free_minor,
    vatMinor: operation.vat_minor,
    type: row.type,
    identifier: required(secrets.identifier, 'identifier of a receipt'),
    identifierType: row.identifier_type,
    buyer: buyerOf(payment),
  };
}

function receiptRevocationOf({ operation, payment, receipt }: OperationContext): ReceiptRevocation {
  const row = required(receipt, 'receipt of an operation on a receipt');
  return {
    payment: referenceTo(payment),
    receiptTid: required(row.receipt_tid, 'gateway id of an issued receipt'),
    receiptOrderId: receiptOrderIdOf(row, payment.imp_uid),
    earlierTids: operation.earlier_tids,
    currency: payment.currency,
    amountMinor: operation.amount_minor,
    balanceBeforeMinor: operation.balance_before_minor,
    reason: operation.reason,
  };
}

function approvalOf({
  operation,
  payment,
  card,
}: OperationContext): Parameters<NonNullable<Gateway['approveByKey']>>[1] {
  return {
    ...orderOf(payment),
    card: required(card, 'card of an approval'),
    installmentMonths: payment.card_quota,
    interestFreeByMerchant: operation.details.interest_free_by_merchant === true,
    useCardPoint: operation.details.use_card_point === true,
  };
}

function virtualAccountIssueOf({
  operation,
  payment,
  secrets,
}: OperationContext): Parameters<NonNullable<Gateway['issueVirtualAccount']>>[1] {
  return {
    ...orderOf(payment),
    bankCode: required(payment.vbank_code, 'bank of a virtual account'),
    dueAt: required(payment.vbank_due_at, 'due date of a virtual account'),
    holder: required(payment.vbank_holder, 'holder of a virtual account'),
    fixedKey: operation.details.vbank_key ?? null,
    apiKey: secrets.apiKey ?? null,
  };
}

function barcodeIssueOf({ payment }: OperationContext): Parameters<NonNullable<Gateway['issueBarcode']>>[1] {
  return {
    ...orderOf(payment),
    barcode: payment.barcode,
    expiresAt: payment.barcode_expires_at,
  };
}

function orderOf(payment: Payment) {
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
function orderNameOf(payment: Payment): string {
  return payment.name?.trim() || payment.merchant_uid;
}

function buyerOf(payment: Payment): Buyer {
  return { name: payment.buyer_name, email: payment.buyer_email, tel: payment.buyer_tel };
}

function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`the ${what} is missing`);
  return value;
}

function missing(gateway: Gateway, kind: GatewayOperation): Error {
  return new Error(`the adapter ${gateway.provider} does not have ${kind}, and yet it was reserved`);
}
