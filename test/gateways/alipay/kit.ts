import { hash } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export type Fields = Readonly<Record<string, string>>;

/** Without the adapter's code. */
export function md5SignOf(key: string, fields: Fields): string {
  const query = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== ''));
  for (const name of ['sign', 'sign_type']) query.delete(name);
  query.sort();
  return hash('md5', [...query].map((pair) => pair.join('=')).join('&') + key);
}

export interface AlipayReply {
  readonly status: number;
  readonly xml: string;
  /** The text of an element, the first of that name; `undefined`: there is none. */
  at(name: string): string | undefined;
}

/** mapi called as Alipay's clients do, without our adapter. */
export function alipayClientOf(rig: Rig) {
  const { md5Key = '' } = rig.call().channel.credentials;

  async function post(fields: Fields, query = '?_input_charset=UTF-8'): Promise<AlipayReply> {
    const answer = await request(`${rig.url}/gateway.do${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ sign: md5SignOf(md5Key, fields), sign_type: 'MD5', ...fields }).toString(),
    });
    const xml = await answer.body.text();
    return {
      status: answer.statusCode,
      xml,
      at: (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1],
    };
  }
  const basic = (service: string): Fields => ({ service, partner: rig.mid, _input_charset: 'UTF-8' });

  return {
    post,
    /** 30.00 dollars, if nothing else is said. */
    refund: (orderId: string, parts: Fields = {}) =>
      post({
        ...basic('forex_refund'),
        out_return_no: 'r1',
        out_trade_no: orderId,
        return_amount: '30.00',
        currency: 'USD',
        gmt_return: '20240306110000',
        reason: 'test',
        ...parts,
      }),
    queryRefund: (orderId: string, refundId: string) =>
      post({ ...basic('alipay.acquire.refund.query'), out_trade_no: orderId, out_return_no: refundId }),
    queryTrade: (named: Fields) => post({ ...basic('single_trade_query'), ...named }),
  };
}
