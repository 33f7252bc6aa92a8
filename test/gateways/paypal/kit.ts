import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export type Fields = Readonly<Record<string, unknown>>;
export interface PaypalAnswer {
  readonly status: number;
  readonly body: Fields & { readonly details?: readonly { readonly issue: string }[] };
}

/** PayPal's API called as its clients do, without our adapter. */
export function paypalClientOf(rig: Rig) {
  const { clientId, clientSecret } = rig.call().channel.credentials;
  async function send(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string) {
    const answer = await request(rig.url + path, { method, headers, ...(body !== undefined && { body }) });
    return { status: answer.statusCode, body: (await answer.body.json()) as PaypalAnswer['body'] };
  }
  const basic = (id = clientId, secret = clientSecret) => Buffer.from(`${id}:${secret}`).toString('base64');
  const tokenAnswer = (authorization: string, form = 'grant_type=client_credentials'): Promise<PaypalAnswer> =>
    send('POST', '/v1/oauth2/token', { authorization, 'content-type': 'application/x-www-form-urlencoded' }, form);
  async function bearer(): Promise<string> {
    return `Bearer ${(await tokenAnswer(`Basic ${basic()}`)).body.access_token}`;
  }
  return {
    basic,
    tokenAnswer,
    bearer,
    get: async (path: string, authorization?: string): Promise<PaypalAnswer> =>
      send('GET', path, { authorization: authorization ?? (await bearer()) }),
    refund: async (captureId: string, body: unknown, requestId?: string): Promise<PaypalAnswer> =>
      send(
        'POST',
        `/v2/payments/captures/${captureId}/refund`,
        {
          authorization: await bearer(),
          'content-type': 'application/json',
          ...(requestId !== undefined && { 'paypal-request-id': requestId }),
        },
        typeof body === 'string' ? body : JSON.stringify(body),
      ),
  };
}

export const usd = (value: string) => ({ currency_code: 'USD', value });
