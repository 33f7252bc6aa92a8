import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export interface PaymentwallAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

type Headers = Readonly<Record<string, string>>;
/** Those that are replaced by `null` are left out. */
export type Fields = Readonly<Record<string, string | null>>;

export const digital: Fields = {
  merchant_reference_id: 'order_12345',
  type: 'digital',
  status: 'delivered',
  estimated_delivery_datetime: '2015/01/15 15:00:00 +0300',
  estimated_update_datetime: '2015/01/15 11:00:00 +0300',
  refundable: 'true',
  details: 'Sent by email',
  reason: 'none',
  'shipping_address[email]': 'user@hostname.com',
};

export const physical: Fields = {
  ...digital,
  type: 'physical',
  'shipping_address[country]': 'KR',
  'shipping_address[city]': 'Seoul',
  'shipping_address[zip]': '04500',
  'shipping_address[state]': 'N/A',
  'shipping_address[street]': 'Nowhere Street 1',
  'shipping_address[phone]': '01012345678',
  'shipping_address[firstname]': 'Gildong',
  'shipping_address[lastname]': 'Hong',
};

/** Paymentwall's API called as its clients do, without our adapter. */
export function paymentwallClientOf(rig: Rig) {
  const { privateKey = '' } = rig.call().channel.credentials;
  const key: Headers = { 'X-ApiKey': privateKey };

  async function ask(
    method: 'GET' | 'POST',
    path: string,
    headers: Headers,
    body?: string,
  ): Promise<PaymentwallAnswer> {
    const answer = await request(`${rig.url}/api/${path}`, { method, headers, ...(body !== undefined && { body }) });
    return { status: answer.statusCode, body: (await answer.body.json()) as PaymentwallAnswer['body'] };
  }

  return {
    refund: (chargeId: string, headers = key) => ask('POST', `brick/charge/${chargeId}/refund`, headers),
    read: (chargeId: string, headers = key) => ask('GET', `brick/charge/${chargeId}`, headers),
    tell(chargeId: string, parts: Fields = {}, headers = key) {
      const fields = Object.entries({ payment_id: chargeId, ...digital, ...parts });
      const given = fields.filter((field): field is [string, string] => field[1] !== null);
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      return ask('POST', 'delivery', { ...type, ...headers }, new URLSearchParams(given).toString());
    },
  };
}
