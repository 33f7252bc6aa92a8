import { cutToEucKrBytes } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Approval } from '../../../port/approval.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { postJson } from '../../../port/post.ts';
import { notOurs, readDecided } from '../../answers/decided-answer.ts';
import { inquireNothing } from '../../answers/no-inquiry.ts';
import { readTexts } from '../../answers/read-json.ts';
import { outcomeOfRefusalText } from '../../answers/refusal-texts.ts';
import { cashCodes } from '../wire/codes.ts';
import { succeeded } from '../wire/errors.ts';
import { keyMode } from '../wire/keys.ts';
import { paths } from '../wire/paths.ts';

const nameBytesMax = 50;

/**
 * A payment by a key of a telephone: an approval in the mode of keys, which no registration goes before and no HMAC signs. Nothing
 * documents that an order is charged once, and nothing can be asked: a lost one is never sent again.
 */
export const phoneKeyCharge: OperationAt<'charge_key'> = {
  async send(call, request) {
    const { siteUrl } = call.channel.credentials;
    if (!siteUrl) return { kind: 'never_sent', why: 'the channel has no siteUrl' };
    return outcomeOf(call, request, await sendCharge(call, request, siteUrl));
  },
  inquire: inquireNothing,
};

function sendCharge(call: GatewayCall, request: KeyCharge, siteUrl: string): Promise<GatewayHttpResult> {
  const { key, boundTo } = request.billingKey;
  return postJson(call, paths.approval, {
    mode: keyMode,
    cash_code: cashCodes.phone,
    site_url: siteUrl,
    sid: call.channel.mid,
    product_name: cutToEucKrBytes(request.orderName, nameBytesMax),
    amount: String(request.amountMinor),
    trade_id: request.orderId,
    bill_key: key,
    phone_no: boundTo.phoneNumber,
    mc_user_key: boundTo.userKey,
  });
}

/** `mobil_id` names the payment; that a cancel takes it as its `pay_token` is inferred. */
function outcomeOf(call: GatewayCall, request: KeyCharge, result: GatewayHttpResult): Outcome<Approval> {
  const decided = readDecided(result, readTexts);
  if ('outcome' in decided) return decided.outcome;
  const { code, message = '', sid, trade_id, mobil_id, amount, sign_date } = decided.answer;
  if (!code) return notOurs;
  if (code !== succeeded) return outcomeOfRefusalText<Approval>(call, { code, message }, null);
  const isOurs = sid === call.channel.mid && trade_id === request.orderId && amount === String(request.amountMinor);
  if (!isOurs || !mobil_id) return notOurs;
  return {
    kind: 'confirmed',
    result: {
      gatewayTid: mobil_id,
      approvalNumber: null,
      approvedAt: readSeoulDigits(sign_date ?? '') ?? call.now,
      receiptUrl: null,
      card: null,
      bank: null,
    },
  };
}
