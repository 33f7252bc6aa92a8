import { readTime } from '../../../platform/clock/seoul-time.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { amountOf, isSuccess, readReceipt } from '../wire/wire.ts';
import { outcomeOf } from './answers.ts';
import { isRepeatable, unknown } from './inquiry.ts';
import { get, paths, post, receiptBody, receiptRevocationBody, secretKeyOf } from './requests.ts';

export const issueReceipt: OperationAt<'issue_receipt'> = {
  async send(call, request) {
    const { receiptOrderId: orderId } = request;
    const signed = [orderId, String(request.amountMinor)];
    const result = await post(call, paths.issueReceipt, signed, receiptBody(request));
    return outcomeOf(call, result, (text) => {
      const receipt = readReceipt(text, secretKeyOf(call));
      const issuedAt = readTime(receipt?.approvedAt ?? '');
      if (receipt?.orderId !== orderId || !issuedAt) return undefined;
      return { receiptTid: receipt.tid, approvalNumber: receipt.approveNo ?? '', receiptUrl: null, issuedAt };
    });
  },

  inquire: async () =>
    unknown('the TID of a cash receipt, by which alone NICE can be asked, is in the answer to its issue'),
};

export const revokeReceipt: OperationAt<'revoke_receipt'> = {
  async send(call, request) {
    const { receiptTid, receiptOrderId, amountMinor } = request;
    const body = receiptRevocationBody(call, request);
    const result = await post(call, paths.cancelReceipt(receiptTid), [receiptTid], body);
    return outcomeOf(call, result, (text) => {
      const receipt = readReceipt(text, secretKeyOf(call));
      const isOurs = receipt && [receiptOrderId, call.idempotencyKey].includes(receipt.orderId);
      const revokedAt = readTime(receipt?.cancelledAt ?? '');
      if (!isOurs || receipt.cancelAmt == null || amountOf(receipt.cancelAmt) !== amountMinor || !revokedAt) {
        return undefined;
      }
      return { gatewayTid: receipt.tid === receiptTid ? null : receipt.tid, revokedAt };
    });
  },

  /** NICE tells the balance of a receipt. Who took the difference off is not told; it is ours when it fits. */
  async inquire(call, request, sentAt) {
    const { receiptTid, amountMinor, balanceBeforeMinor } = request;
    const result = await get(call, paths.receipt(receiptTid), [receiptTid]);
    if (result.kind !== 'answered') return unknown(result.why);
    const receipt = result.status === 200 ? readReceipt(result.text, secretKeyOf(call)) : undefined;
    if (!receipt || !isSuccess(receipt.resultCode) || receipt.balanceAmt == null) {
      return unknown(`no readable answer (HTTP ${result.status})`);
    }
    const balanceMinor = amountOf(receipt.balanceAmt);
    if (balanceMinor === balanceBeforeMinor) return { kind: 'not_done', repeatIsSafe: isRepeatable(call, sentAt) };
    const revokedAt = readTime(receipt.cancelledAt ?? '');
    if (balanceMinor !== balanceBeforeMinor - amountMinor || !revokedAt) {
      return unknown('the balance of the receipt is neither the one before nor the one after');
    }
    const isCancelTid = receipt.tid !== receiptTid && !request.earlierTids.includes(receipt.tid);
    return { kind: 'done', result: { gatewayTid: isCancelTid ? receipt.tid : null, revokedAt } };
  },
};
