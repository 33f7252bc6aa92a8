import { cutToEucKrBytes } from '../../../platform/charset/euc-kr.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { postJson } from '../../../port/post.ts';
import { cashCodes, mobiliansCodes } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { cancelHmac } from '../wire/signature.ts';

const holderBytesMax = 50;

/**
 * `amount` of a cancel: the whole payment; of a part what is to be cancelled, except that a part of a phone payment says what
 * is to remain. All that is left after a part goes as a part, too.
 */
export function amountSent(request: Cancel): bigint {
  if (isWhole(request)) return request.amountMinor;
  if (request.payMethod !== 'phone') return request.amountMinor;
  return request.balanceBeforeMinor - request.amountMinor;
}

export function sendCancel(call: GatewayCall, request: Cancel): Promise<GatewayHttpResult> {
  const { mid: sid, credentials } = call.channel;
  const { orderId: trade_id, gatewayTid: pay_token } = request;
  const amount = String(amountSent(request));
  return postJson(call, paths.cancel, {
    sid,
    trade_id,
    cash_code: cashCodes[request.payMethod] ?? '',
    pay_token,
    amount,
    cancel_type: request.payMethod === 'vbank' ? 'R' : 'C',
    part_cancel: isWhole(request) ? 'N' : 'Y',
    hmac: cancelHmac(credentials.skey ?? '', { sid, trade_id, pay_token, amount }),
    ...refundAccount(request),
    ...mixedTax(request),
  });
}

function isWhole({ amountMinor, paymentAmountMinor }: Cancel): boolean {
  return amountMinor === paymentAmountMinor;
}

function refundAccount({ refundAccount: account, amountMinor }: Cancel) {
  if (!account) return {};
  return {
    bank_code: mobiliansCodes.bankCode(account.bankCode) ?? account.bankCode,
    account_no: account.accountNumber,
    account_name: cutToEucKrBytes(account.holder, holderBytesMax),
    refund_amount: String(amountMinor),
  };
}

/** Only card payments that mix have fields for it, and then all four. What the three kinds mean is inferred. */
function mixedTax(request: Cancel) {
  const { payMethod, amountMinor, taxFreeMinor, vatMinor, paymentTaxFreeMinor, paymentAmountMinor } = request;
  if (payMethod !== 'card' || paymentTaxFreeMinor === 0n || paymentTaxFreeMinor === paymentAmountMinor) return {};
  const bill_type = taxFreeMinor === 0n ? '00' : taxFreeMinor === amountMinor ? '10' : '20';
  return {
    cn_tax_ver: 'CPLX',
    bill_type,
    tax: String(vatMinor),
    tax_free: String(taxFreeMinor),
    tax_amount: String(amountMinor - taxFreeMinor - vatMinor),
  };
}
