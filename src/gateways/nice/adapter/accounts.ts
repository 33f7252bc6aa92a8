import type { OperationAt } from '../../../port/operations.ts';
import { merchantTid } from '../wire/transaction-id.ts';
import { accountOutcome, cancelOutcome } from './answers.ts';
import { accountRequest, moidOf, revocationRequest, send } from './requests.ts';
import { neverKnown } from './status.ts';

export const issueAccount: OperationAt<'issue_vbank'> = {
  async send(call, request) {
    const tid = merchantTid(call.channel.mid, 'vbank', call);
    return accountOutcome(call, await send(call, accountRequest(call, request)), request, tid);
  },

  inquire: async () => neverKnown('the number of an account is only in the answer to its issue'),
};

export const revokeAccount: OperationAt<'revoke_vbank'> = {
  async send(call, request) {
    const tid = request.gatewayTid;
    if (tid === null) return { kind: 'never_sent', why: 'the transaction id of the account is not known' };
    const asked = { tid, moid: moidOf(call, request.orderId), amountMinor: request.paymentAmountMinor };
    return cancelOutcome(
      call,
      await send(call, revocationRequest(call, request, tid)),
      asked,
      ({ at }) => ({ gatewayTid: tid, revokedAt: at ?? call.startedAt }),
      true,
    );
  },

  // Which status an account has that waits, and one that was revoked, is not documented.
  inquire: async () => ({ kind: 'ask_by_repeating' }),
};
