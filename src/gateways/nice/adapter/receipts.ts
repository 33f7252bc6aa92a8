import type { OperationAt } from '../../../port/operations.ts';
import { merchantTid } from '../wire/transaction-id.ts';
import { cancelOutcome, receiptOf, receiptOutcome } from './answers.ts';
import { moidOf, receiptRequest, receiptRevocationRequest, send } from './requests.ts';
import { askStatus, neverKnown, unknown } from './status.ts';

export const issueReceipt: OperationAt<'issue_receipt'> = {
  async send(call, request) {
    const asked = { tid: merchantTid(call.channel.mid, 'receipt', call), moid: request.receiptOrderId };
    return receiptOutcome(call, await send(call, receiptRequest(call, request)), asked);
  },

  /** The TID is made by us for this receipt alone. A repeat has the same TID and Moid, and NICE takes neither twice. */
  async inquire(call) {
    const tid = merchantTid(call.channel.mid, 'receipt', call);
    const asked = await askStatus(call, tid);
    if (typeof asked === 'string') return unknown(asked);
    const receipt = asked.Status === '0' ? receiptOf(asked, tid, call.startedAt) : undefined;
    if (receipt) return { kind: 'done', result: receipt };
    if (asked.Status === '9') return { kind: 'not_done', repeatIsSafe: true };
    return unknown(`the status of the receipt is ${asked.Status}`);
  },
};

export const revokeReceipt: OperationAt<'revoke_receipt'> = {
  async send(call, request) {
    const { receiptTid: tid, amountMinor, balanceBeforeMinor } = request;
    const asked = { tid, moid: moidOf(call, request.receiptOrderId), amountMinor };
    const isWhole = amountMinor === balanceBeforeMinor && request.earlierTids.length === 0;
    return cancelOutcome(
      call,
      await send(call, receiptRevocationRequest(call, request)),
      asked,
      ({ cancelNumber, at }) => ({ gatewayTid: isWhole ? tid : cancelNumber, revokedAt: at ?? call.startedAt }),
      amountMinor === balanceBeforeMinor,
    );
  },

  inquire: async (_call, { amountMinor, balanceBeforeMinor }) =>
    amountMinor === balanceBeforeMinor
      ? { kind: 'ask_by_repeating' }
      : neverKnown('NICE tells no amounts of cash receipts'),
};
