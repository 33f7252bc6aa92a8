import { createHmac } from 'node:crypto';

/** Base64 of HMAC-SHA256 with the merchant's `skey` over the values in their order: 44 characters. */
function hmacOf(skey: string, values: readonly string[]): string {
  return createHmac('sha256', skey).update(values.join('')).digest('base64');
}

/** Of `/MUP/api/cancellation`. The older path signs other values. */
export function cancelHmac(
  skey: string,
  fields: { readonly sid: string; readonly trade_id: string; readonly pay_token: string; readonly amount: string },
): string {
  return hmacOf(skey, [fields.sid, fields.trade_id, fields.pay_token, fields.amount]);
}

/** Of what the window answers, and of notices: `ok_url` and `time_stamp` are those of the payment's registration. */
export function windowHmac(
  skey: string,
  fields: { readonly amount: string; readonly ok_url: string; readonly trade_id: string; readonly time_stamp: string },
): string {
  return hmacOf(skey, [fields.amount, fields.ok_url, fields.trade_id, fields.time_stamp]);
}
