import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { inquireNothing } from '../../answers/no-inquiry.ts';
import { paths } from '../wire/paths.ts';
import { amountOf } from '../wire/wire.ts';
import { approvalOf, companiesOf, outcomeOf, unlessOrderIsKnown } from './answers.ts';
import { chargeFields, keyIssueFields, send } from './requests.ts';

/**
 * Known from one shop's public program, and not from KSNET's specification: which fields the answers have besides those that the
 * shop reads is inferred from the specification's other answers. What is there must be ours; what is missing is not held against
 * an answer, since every live charge would be a doubt if KSNET left it out.
 */
const unlessAnothers = (expected: string) => (payload: string | null | undefined) => (payload || expected) === expected;

/** KSNET tells of no keys. Registering again is harmless. */
export const issueKey: OperationAt<'issue_key'> = {
  async send(call, request) {
    const { card, orderId } = request;
    return outcomeOf(
      await send(call, paths.issueKey, keyIssueFields(request)),
      call,
      null,
      (data) => {
        if (!data.billingToken) return undefined;
        return {
          billingKey: { key: data.billingToken, boundTo: {} },
          gatewayTid: data.tid || null,
          issuedAt: readSeoulDigits(data.tradeDateTime ?? '') ?? call.now,
          card: { ...companiesOf(data), maskedNumber: maskCardNumber(card.number) },
        };
      },
      unlessAnothers(orderId),
    );
  },
  inquire: inquireNothing,
};

/** Nothing documents that an order number is charged once, and KSNET can't be asked: a lost charge is never sent again. */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    const { amountMinor, installmentMonths } = request;
    const outcome = outcomeOf(
      await send(call, paths.chargeKey, chargeFields(request)),
      call,
      null,
      (data) => {
        const isOurAmount = !data.totalAmount || amountOf(data.totalAmount) === amountMinor;
        if (!data.tid || !isOurAmount) return undefined;
        const approvedAt = readSeoulDigits(data.tradeDateTime ?? '') ?? call.now;
        return approvalOf(data, data.tid, approvedAt, { cardNumber: data.cardNumb ?? '', installmentMonths });
      },
      unlessAnothers(call.idempotencyKey),
    );
    return unlessOrderIsKnown(outcome);
  },
  inquire: inquireNothing,
};
