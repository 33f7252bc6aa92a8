// if receipts
/** INVENTED: the fields with which cash receipts are issued and revoked. */

import { readTime } from '../../../../../src/platform/clock/seoul-time.ts';
import type { OperationAt } from '../../../../../src/port/operations.ts';
import type { Receipt, ReceiptIssue, ReceiptRevocation } from '../../../../../src/port/receipt.ts';
import type { Revoked } from '../../../../../src/port/revocation.ts';
import { wireReason } from '../../../../../src/port/texts.ts';
import { reasonRule } from '../wire/fields.ts';
import { paths } from '../wire/paths.ts';
import { readReceiptAnswer, readReceiptRevocationAnswer } from '../wire/receipts.ts';
import { carryOut, inquireByKey } from './exchange.ts';
import { orderFields } from './order.ts';

export const issueReceipt: OperationAt<'issue_receipt'> = {
  send: (call, request) =>
    carryOut(call, paths.issueReceipt, receiptFields(request), (result) => receiptOf(result, request)),
  inquire: (call, request) => inquireByKey(call, paths.issueReceipt, (result) => receiptOf(result, request)),
};

function receiptFields(request: ReceiptIssue): Record<string, unknown> {
  const { payment, receiptOrderId, type, identifier } = request;
  // There is none only for a gateway whose capabilities have `externalReceipts`.
  const orderId = payment?.orderId ?? receiptOrderId;
  return { ...orderFields({ ...request, orderId }), receiptOrderId, type, identifier };
}

function receiptOf(result: unknown, { receiptOrderId, amountMinor }: ReceiptIssue): Receipt | undefined {
  const answer = readReceiptAnswer(result);
  const issuedAt = answer && readTime(answer.issuedAt);
  const isOurs = answer?.receiptOrderId === receiptOrderId && BigInt(answer.amount) === amountMinor;
  if (!isOurs || !issuedAt) return undefined;
  return { receiptTid: answer.receiptId, approvalNumber: answer.approvalNumber, receiptUrl: null, issuedAt };
}
// if revoke_receipt

export const revokeReceipt: OperationAt<'revoke_receipt'> = {
  send: (call, request) =>
    carryOut(call, paths.revokeReceipt, receiptRevocationFields(request), (result) => revokedOf(result, request)),
  inquire: (call, request) => inquireByKey(call, paths.revokeReceipt, (result) => revokedOf(result, request)),
};

function receiptRevocationFields(request: ReceiptRevocation): Record<string, unknown> {
  return {
    receiptId: request.receiptTid,
    amount: Number(request.amountMinor),
    balanceBefore: Number(request.balanceBeforeMinor),
    reason: wireReason(request.reason, reasonRule),
  };
}

function revokedOf(result: unknown, request: ReceiptRevocation): Revoked | undefined {
  const answer = readReceiptRevocationAnswer(result);
  const revokedAt = answer && readTime(answer.revokedAt);
  const isOurs =
    answer?.receiptId === request.receiptTid &&
    !request.earlierTids.includes(answer.revocationId) &&
    BigInt(answer.amount) === request.amountMinor &&
    BigInt(answer.balance) === request.balanceBeforeMinor - request.amountMinor;
  return isOurs && revokedAt ? { gatewayTid: answer.revocationId, revokedAt } : undefined;
}
// end
// end
