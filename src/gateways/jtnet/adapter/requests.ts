import type { KeyInApproval } from '../../../port/approval.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { postForm } from '../../../port/post.ts';
import { wireReason, wireText } from '../../../port/texts.ts';
import { paths } from '../wire/paths.ts';
import { nameRule, reasonRule } from '../wire/text.ts';

/** tPay has no fields for tax, for card points, and none of the card's brand is known here. */
export function sendApproval(call: GatewayCall, request: KeyInApproval): Promise<GatewayHttpResult> {
  const { card, buyer } = request;
  const text = (value: string | null) => wireText(value ?? '', nameRule);
  return send(call, paths.approve, {
    moid: request.orderId,
    goods_nm: text(request.orderName),
    amt: String(request.amountMinor),
    card_num: card.number,
    card_exp: card.expiryYear + card.expiryMonth,
    card_pwd: card.passwordFirstTwo ?? '',
    card_cvc: card.cvc ?? '',
    card_quota: String(request.installmentMonths).padStart(2, '0'),
    card_interest: request.interestFreeByMerchant ? '1' : '0',
    buyer_auth_num: card.birthOrBusinessNumber ?? '',
    buyer_nm: text(buyer.name),
    buyer_tel: text(buyer.tel),
    buyer_email: text(buyer.email),
  });
}

/** What is left after a part goes as a part, too. */
export function sendCancel(call: GatewayCall, request: Cancel): Promise<GatewayHttpResult> {
  return send(call, paths.cancel, {
    moid: request.orderId,
    tid: request.gatewayTid,
    cancel_pw: call.channel.credentials.cancelPassword ?? '',
    cancel_amt: String(request.amountMinor),
    cancel_msg: wireReason(request.reason, reasonRule),
    partial_cancel: request.amountMinor === request.paymentAmountMinor ? '0' : '1',
  });
}

/** The merchant's key is in the body; nothing is signed. */
function send(call: GatewayCall, path: string, fields: Readonly<Record<string, string>>): Promise<GatewayHttpResult> {
  const { mid, credentials } = call.channel;
  return postForm(call, path, { mid, api_key: credentials.apiKey ?? '', ...fields });
}
