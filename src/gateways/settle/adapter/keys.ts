import { cardName } from '../../../platform/codes/cards.ts';
import { maskCardNumber } from '../../../platform/codes/mask-card-number.ts';
import type { BillingKeyIssue, IssuedBillingKey } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import { hectoCodes } from '../wire/codes.ts';
import type { HectoAnswer } from '../wire/wire.ts';
import { approvalOf, cardTypeOf, outcomeOf, timeOf } from './answers.ts';
import { inquireApproval } from './approval.ts';
import { isCurrency, wrongCurrency } from './currency.ts';
import { chargePacket, keyDeletionPacket, keyIssuePacket, send } from './requests.ts';

/** Hecto has no inquiry about keys. A card that is registered again gets another key, which harms nobody. */
async function inquireNoKey(): Promise<Inquiry<never>> {
  return { kind: 'unknown', why: 'Hecto tells of no keys', isFinal: true };
}

export const issueKey: OperationAt<'issue_key'> = {
  async send(call, request) {
    const packet = keyIssuePacket(call, request);
    return outcomeOf(call, packet, await send(call, packet), (answer) => issuedKeyOf(call, request, answer));
  },
  inquire: inquireNoKey,
};

/** A payment like any other to Hecto, by the same path as one by card number: the inquiry finds it by our number. */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    if (!isCurrency(request.currency, 'card')) return wrongCurrency;
    const packet = chargePacket(call, request);
    return outcomeOf(call, packet, await send(call, packet), (answer) =>
      approvalOf(call, request, answer, answer.field('cardNo')),
    );
  },
  inquire: inquireApproval,
};

/** What Hecto answers to a second deletion is not public, so that a repeat's refusal would prove nothing. */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, request) {
    const packet = keyDeletionPacket(call, request);
    return outcomeOf(call, packet, await send(call, packet), (answer) =>
      answer.field('billKey') === request.billingKey.key
        ? { gatewayTid: answer.param('trdNo') || null, revokedAt: timeOf(call, answer) }
        : undefined,
    );
  },
  inquire: inquireNoKey,
};

function issuedKeyOf(call: GatewayCall, { card }: BillingKeyIssue, answer: HectoAnswer): IssuedBillingKey | undefined {
  const key = answer.field('billKey');
  if (key === '') return undefined;
  const code = hectoCodes.standardCardCode(answer.field('issrId')) ?? null;
  const name = (code === null ? undefined : cardName(code)) ?? (answer.field('cardNm') || null);
  return {
    billingKey: { key, boundTo: {} },
    gatewayTid: answer.param('trdNo') || null,
    issuedAt: timeOf(call, answer),
    card: {
      maskedNumber: maskCardNumber(card.number),
      code,
      name,
      issuerCode: code,
      issuerName: name,
      type: cardTypeOf(answer),
    },
  };
}
