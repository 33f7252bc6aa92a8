import { createCipheriv, createHash } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

/** Those that are replaced by `undefined` are left out. */
export type Fields = Readonly<Record<string, string | undefined>>;
export type WelcomeAnswer = { readonly status: number; readonly body: Record<string, string> };

/** PAYAPI called as Welcome's manual says, without our adapter. */
export interface WelcomeClient {
  /** With the signature of the fields as they are sent; that of an approval is over its order and price as well. */
  send(
    path: string,
    fields: Fields,
    options?: { readonly signKey?: string | undefined; readonly isOfOrder?: boolean },
  ): Promise<WelcomeAnswer>;
  post(path: string, body: string, contentType?: string): Promise<WelcomeAnswer>;
  /** All of 10,000 won by card, if nothing else is said. */
  cancel(tid: string, parts?: Fields, options?: { readonly signKey?: string | undefined }): Promise<WelcomeAnswer>;
  /** `left`: what is left afterwards. */
  repay(tid: string, amount: number, left: number, parts?: Fields): Promise<WelcomeAnswer>;
  approve(parts?: Fields): Promise<WelcomeAnswer>;
  /** What every cancel carries. */
  common(): { readonly payType: string; readonly mid: string; readonly currency: string; readonly timestamp: string };
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function welcomeClientOf(rig: Rig): WelcomeClient {
  const keys = rig.call().channel.credentials as { signKey: string; encryptionKey: string; encryptionIv: string };
  const hidden = (value: string) => {
    const cipher = createCipheriv('aes-256-cbc', keys.encryptionKey, keys.encryptionIv);
    return cipher.update(value, 'utf8', 'base64') + cipher.final('base64');
  };
  const common = () => ({ payType: 'card', mid: rig.mid, currency: 'WON', timestamp: '20240306120000' });

  const post: WelcomeClient['post'] = async (path, body, contentType = 'application/x-www-form-urlencoded') => {
    const answer = await request(rig.url + path, { method: 'POST', headers: { 'content-type': contentType }, body });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, string> };
  };
  const send: WelcomeClient['send'] = (path, fields, { signKey = keys.signKey, isOfOrder = false } = {}) => {
    const { mid = '', oid = '', price = '', timestamp = '' } = fields;
    const order = isOfOrder ? `&oid=${oid}&price=${price}` : '';
    const signature = sha256(`mid=${mid}&mkey=${sha256(signKey)}${order}&timestamp=${timestamp}`);
    const kept = Object.entries({ signature, ...fields }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    return post(path, new URLSearchParams(kept).toString());
  };

  return {
    send,
    post,
    common,
    cancel: (tid, parts = {}, options = {}) =>
      send('/cancel/cancel', { ...common(), tid, price: '10000', ...parts }, options),
    repay(tid, amount, left, parts = {}) {
      const amounts = { cancelPrice: String(amount), confirmPrice: String(left) };
      return send('/cancel/repay', { ...common(), tid, ...amounts, ...parts });
    },
    approve(parts = {}) {
      const { payType: _payType, currency: _currency, ...head } = common();
      const card = { cardNumber: hidden('4330123412341239'), cardExpireYY: '49', cardExpireMM: '12' };
      const order = { oid: rig.orderId(), price: '1004', goodsName: '생수', buyerName: '홍길동' };
      const fields = { ...head, ...card, cardQuota: '00', quotaInterest: '0', ...order, ...parts };
      return send('/noauth/pay/card', fields, { isOfOrder: true });
    },
  };
}
