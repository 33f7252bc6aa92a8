import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export type Fields = Readonly<Record<string, string>>;

/** The tPay API called as public shops do, without our adapter. */
export function tpayClientOf(rig: Rig) {
  const { apiKey = '', cancelPassword = '' } = rig.call().channel.credentials;
  async function post(path: string, fields: Fields): Promise<Fields> {
    const answer = await request(`${rig.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: new URLSearchParams({ mid: rig.mid, api_key: apiKey, ...fields }).toString(),
    });
    return (await answer.body.json()) as Fields;
  }
  return {
    /** All of a payment of 10,000 won. */
    refund: (tid: string, fields: Fields = {}) =>
      post('refunds', { tid, cancel_pw: cancelPassword, cancel_amt: '10000', partial_cancel: '0', ...fields }),
    pay: (fields: Fields) =>
      post('payments', {
        goods_nm: '생수',
        amt: '10000',
        card_num: '4330123412341239',
        card_exp: '4912',
        card_pwd: '12',
        card_quota: '00',
        buyer_auth_num: '900101',
        ...fields,
      }),
  };
}
