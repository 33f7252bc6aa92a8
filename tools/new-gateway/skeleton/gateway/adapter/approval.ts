// if approve
/** INVENTED: the fields of an approval by card number. */

import { readTime } from '../../../../../src/platform/clock/seoul-time.ts';
import type { Approval, KeyInApproval } from '../../../../../src/port/approval.ts';
import type { OperationAt } from '../../../../../src/port/operations.ts';
import { readApprovalAnswer } from '../wire/approval.ts';
import { paths } from '../wire/paths.ts';
import { approvedCardOf } from './card.ts';
import { carryOut, inquireByKey } from './exchange.ts';
import { orderFields } from './order.ts';

export const approve: OperationAt<'approve'> = {
  send: (call, request) =>
    carryOut(call, paths.approve, approvalFields(request), (result) =>
      approvalOf(result, request.orderId, request.amountMinor),
    ),
  inquire: (call, { orderId, paymentAmountMinor }) =>
    inquireByKey(call, paths.approve, (result) => approvalOf(result, orderId, paymentAmountMinor)),
};

function approvalFields(request: KeyInApproval): Record<string, unknown> {
  const { card } = request;
  return {
    ...orderFields(request),
    cardNumber: card.number,
    expiry: card.expiryYear + card.expiryMonth,
    birthOrBusinessNumber: card.birthOrBusinessNumber,
    passwordFirstTwo: card.passwordFirstTwo,
    cvc: card.cvc,
    installmentMonths: request.installmentMonths,
  };
}

function approvalOf(result: unknown, orderId: string, amountMinor: bigint): Approval | undefined {
  const answer = readApprovalAnswer(result);
  const approvedAt = answer && readTime(answer.approvedAt);
  const isOurs = answer?.orderId === orderId && BigInt(answer.amount) === amountMinor;
  if (!isOurs || !approvedAt) return undefined;
  return {
    gatewayTid: answer.transactionId,
    approvalNumber: answer.approvalNumber,
    approvedAt,
    receiptUrl: null,
    card: approvedCardOf(answer.card),
    bank: null,
  };
}
// end
