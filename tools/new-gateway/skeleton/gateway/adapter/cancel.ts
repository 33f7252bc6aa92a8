// if cancel
/** INVENTED: the fields of a cancel. */

import { readTime } from '../../../../../src/platform/clock/seoul-time.ts';
import type { Cancel, Cancelled } from '../../../../../src/port/cancel.ts';
import type { OperationAt } from '../../../../../src/port/operations.ts';
import { wireReason } from '../../../../../src/port/texts.ts';
import { readCancelAnswer } from '../wire/cancel.ts';
import { codes } from '../wire/codes.ts';
import { lengthMax, reasonRule } from '../wire/fields.ts';
import { paths } from '../wire/paths.ts';
import { carryOut, inquireByKey } from './exchange.ts';

export const cancel: OperationAt<'cancel'> = {
  send: (call, request) =>
    carryOut(call, paths.cancel, cancelFields(request), (result) => cancelledOf(result, request)),
  inquire: (call, request) => inquireByKey(call, paths.cancel, (result) => cancelledOf(result, request)),
};

/** `balanceBefore` is what could still be cancelled before: a cancel that expects another balance is refused. */
function cancelFields(request: Cancel): Record<string, unknown> {
  // if refunds
  const { refundAccount } = request;
  // end
  return {
    transactionId: request.gatewayTid,
    amount: Number(request.amountMinor),
    taxFree: Number(request.taxFreeMinor),
    vat: Number(request.vatMinor),
    balanceBefore: Number(request.balanceBeforeMinor),
    reason: wireReason(request.reason, reasonRule),
    // if refunds
    refundAccount: refundAccount && {
      bank: codes.bankCode(refundAccount.bankCode) ?? refundAccount.bankCode,
      accountNumber: refundAccount.accountNumber,
      holder: refundAccount.holder.slice(0, lengthMax.holder),
    },
    // end
  };
}

/** Only an answer that is ours in every part, and leaves what this cancel alone must leave, is a confirmation. */
function cancelledOf(result: unknown, request: Cancel): Cancelled | undefined {
  const answer = readCancelAnswer(result);
  const cancelledAt = answer && readTime(answer.cancelledAt);
  const isOurs =
    answer?.transactionId === request.gatewayTid &&
    answer.orderId === request.orderId &&
    !request.earlierTids.includes(answer.cancelId) &&
    BigInt(answer.amount) === request.amountMinor &&
    BigInt(answer.balance) === request.balanceBeforeMinor - request.amountMinor;
  return isOurs && cancelledAt
    ? { gatewayTid: answer.cancelId, amountMinor: request.amountMinor, cancelledAt, receiptUrl: null }
    : undefined;
}
// end
