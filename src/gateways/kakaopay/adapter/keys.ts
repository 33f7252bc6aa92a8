import { readTime } from '../../../platform/clock/seoul-time.ts';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { Approval } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { type TextRule, wireText } from '../../../port/texts.ts';
import { inquireNothing } from '../../answers/no-inquiry.ts';
import { failureOf } from '../wire/errors.ts';
import { kakaoPaths } from '../wire/paths.ts';
import { type KakaoKey, readCharge, readKey } from '../wire/wire.ts';
import { send } from './requests.ts';

/** Counted in the narrower unit: Kakao Pay says characters, and not which. */
const itemName: TextRule = { max: 100, unit: 'utf16_units' };

/**
 * A payment by a SID. Its TID is in the answer only, an order is looked up by its TID only, and there is no idempotency key:
 * what became of a charge whose answer was lost can't be found out. That the key was last used after it was sent
 * (`last_approved_at`) would be a hint, and no proof: it names neither order nor amount. So it is never sent again.
 */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    if (request.installmentMonths > 1) {
      return { kind: 'never_sent', why: 'a charge of a Kakao Pay key has no field for instalments' };
    }
    const result = await send(call, kakaoPaths.keyCharge, chargeFields(request));
    if (result.kind === 'never_sent') return result;
    if (result.kind !== 'answered' || result.status !== 200) return failureOf(call, result);
    const approval = approvalOf(call, request, result.text);
    return approval
      ? { kind: 'confirmed', result: approval }
      : { kind: 'unclear', why: 'the answer is not the one to this request' };
  },
  inquire: inquireNothing,
};

/** The status of the key settles what a lost answer leaves open: a key that is inactive is gone, whoever did it. */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, { billingKey }) {
    const result = await send(call, kakaoPaths.keyDeletion, { sid: billingKey.key });
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'answered' && result.status === 200) {
      const key = keyOf(call, billingKey.key, result.text);
      return key?.status === 'INACTIVE'
        ? { kind: 'confirmed', result: { gatewayTid: null, revokedAt: readTime(key.inactivated_at ?? '') ?? call.now } }
        : { kind: 'unclear', why: 'the answer is not the one to this request' };
    }
    const failure = failureOf(call, result);
    // How Kakao Pay says no to a second deletion is not public: a repeat that is refused may be just that.
    if (failure.kind !== 'refused' || !call.isRepeat) return failure;
    const { code, message } = failure;
    return { kind: 'unclear', why: `a refused repeat says nothing of the first request (${code})`, code, message };
  },

  async inquire(call, { billingKey }) {
    const result = await send(call, kakaoPaths.keyStatus, { sid: billingKey.key });
    const key =
      result.kind === 'answered' && result.status === 200 ? keyOf(call, billingKey.key, result.text) : undefined;
    if (!key) return { kind: 'unknown', why: 'Kakao Pay does not tell the status of the key' };
    if (key.status === 'ACTIVE') return { kind: 'not_done', repeatIsSafe: true };
    return { kind: 'done', result: { gatewayTid: null, revokedAt: readTime(key.inactivated_at ?? '') ?? call.now } };
  },
};

/** VAT that is not stated is left to Kakao Pay: an eleventh of what is taxed, as in its window. */
function chargeFields(request: KeyCharge): Record<string, unknown> {
  const amount = (minor: bigint) => amountNumber(minor, request.currency);
  return {
    sid: request.billingKey.key,
    partner_order_id: request.orderId,
    partner_user_id: request.billingKey.boundTo.partnerUserId ?? '',
    item_name: wireText(request.orderName, itemName) || request.orderId,
    quantity: 1,
    total_amount: amount(request.amountMinor),
    tax_free_amount: amount(request.taxFreeMinor),
    ...(request.vatMinor > 0n && { vat_amount: amount(request.vatMinor) }),
  };
}

function approvalOf(call: GatewayCall, request: KeyCharge, text: string): Approval | undefined {
  const answer = readCharge(text);
  const approvedAt = readTime(answer?.approved_at ?? '');
  if (!answer || !approvedAt) return undefined;
  const isOurs =
    answer.cid === call.channel.mid &&
    answer.sid === request.billingKey.key &&
    answer.partner_order_id === request.orderId &&
    BigInt(answer.amount.total) === request.amountMinor;
  // As with payments in the window: neither an approval number nor the card is told of a wallet.
  return isOurs
    ? { gatewayTid: answer.tid, approvalNumber: null, approvedAt, receiptUrl: null, card: null, bank: null }
    : undefined;
}

function keyOf(call: GatewayCall, sid: string, text: string): KakaoKey | undefined {
  const key = readKey(text);
  return key?.sid === sid && key.cid === call.channel.mid ? key : undefined;
}
