import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

/** Toss's API called as its own documentation says, without our adapter. */
export interface TossClient {
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<TossAnswer>;
  get(path: string, headers?: Record<string, string>): Promise<TossAnswer>;
}

export interface TossAnswer {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export function tossClient(url: string, secretKey: string): TossClient {
  const authorization = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;
  const send = async (method: 'GET' | 'POST', path: string, body: string | null, headers: Record<string, string>) => {
    const answer = await request(url + path, {
      method,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, text, body: JSON.parse(text) as Record<string, unknown> };
  };
  return {
    post: (path, body, headers = {}) => send('POST', path, JSON.stringify(body), headers),
    get: (path, headers = {}) => send('GET', path, null, headers),
  };
}

export function tossClientOf(rig: Rig): TossClient {
  return tossClient(rig.url, rig.call().channel.credentials.secretKey ?? '');
}

export const card = {
  cardNumber: '4330123412341239',
  cardExpirationYear: '39',
  cardExpirationMonth: '12',
  customerIdentityNumber: '900101',
  cardPassword: '12',
};

export function keyIn(orderId: string, parts: Record<string, unknown> = {}): Record<string, unknown> {
  return { amount: 10_000, orderId, orderName: '생수', ...card, ...parts };
}

export const refundReceiveAccount = { bank: '88', accountNumber: '110123456789', holderName: '홍길동' };
