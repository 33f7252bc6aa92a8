import type { OperationAt } from '../../../port/operations.ts';
import { inquireNothing } from '../../answers/no-inquiry.ts';
import { cardKeysOf } from '../wire/signature.ts';
import { outcomeOfApproval, outcomeOfKeyDeletion, outcomeOfKeyIssue } from './answers.ts';
import { sendCharge, sendKeyDeletion, sendKeyIssue } from './requests.ts';

/** Welcome tells of no keys. A card that is registered again gets another one, which harms nobody. */
export const issueKey: OperationAt<'issue_key'> = {
  async send(call, request) {
    const keys = cardKeysOf(call.channel.credentials);
    if (!keys) return { kind: 'never_sent', why: 'the channel has no keys for card values' };
    return outcomeOfKeyIssue(call, request, await sendKeyIssue(call, request, keys));
  },
  inquire: inquireNothing,
};

/** Nothing documents that an order is charged once, and nothing can be asked: a lost charge is never sent again. */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    return outcomeOfApproval(call, request, await sendCharge(call, request));
  },
  inquire: inquireNothing,
};

/** What Welcome answers to a second deletion is not public, so that a repeat's refusal would prove nothing. */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, request) {
    return outcomeOfKeyDeletion(call, await sendKeyDeletion(call, request));
  },
  inquire: inquireNothing,
};
