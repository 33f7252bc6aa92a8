import { createHmac } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The gateway's API called as its shops do, without our adapter: signed as the reference says. */
export function mobiliansClientOf(rig: Rig) {
  const { skey = '' } = rig.call().channel.credentials;
  const sign = (text: string) => createHmac('sha256', skey).update(text).digest('base64');

  return {
    sign,
    async post(body: unknown): Promise<{ status: number; body: Fields }> {
      const answer = await request(`${rig.url}/MUP/api/cancellation`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: answer.statusCode, body: (await answer.body.json()) as Fields };
    },
    /** A cancel of everything, signed over what is sent in the end. */
    fieldsOf(paid: { orderId: string; gatewayTid: string }, cashCode: string, parts: Fields = {}): Fields {
      const fields: Fields = {
        sid: rig.mid,
        trade_id: paid.orderId,
        cash_code: cashCode,
        pay_token: paid.gatewayTid,
        amount: '10000',
        cancel_type: 'C',
        part_cancel: 'N',
        ...parts,
      };
      const hmac = sign(`${fields.sid}${fields.trade_id}${fields.pay_token}${fields.amount}`);
      return { hmac, ...fields };
    },
  };
}
