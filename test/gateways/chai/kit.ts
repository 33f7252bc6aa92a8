import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

type Headers = Readonly<Record<string, string>>;
/** Those that are replaced by `null` are left out. */
type Fields = Readonly<Record<string, string | null>>;

export interface ChaiAnswer {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Chai's API called as its clients do, without our adapter. */
export interface ChaiClient {
  /** 1,000 won, without a guard and a key, if nothing else is said. */
  cancel(paymentId: string, parts?: Fields, headers?: Headers): Promise<ChaiAnswer>;
  /** By the public key, if nothing else is said. */
  read(paymentId: string, headers?: Headers): Promise<ChaiAnswer>;
}

export function chaiClientOf(rig: Rig): ChaiClient {
  const { privateKey = '', publicKey = '' } = rig.call().channel.credentials;

  async function ask(method: 'GET' | 'POST', path: string, headers: Headers, body: string | null): Promise<ChaiAnswer> {
    const answer = await request(`${rig.url}/v1/payment/${path}`, { method, headers, body });
    const text = await answer.body.text();
    return { status: answer.statusCode, text, body: JSON.parse(text) };
  }

  return {
    cancel(paymentId, parts = {}, headers = {}) {
      const fields = Object.entries({ cancelAmount: '1000', ...parts });
      const given = fields.filter((field): field is [string, string] => field[1] !== null);
      const type = 'application/x-www-form-urlencoded;charset=utf-8';
      const sent = { 'content-type': type, 'Private-API-Key': privateKey, ...headers };
      return ask('POST', `${paymentId}/cancel`, sent, new URLSearchParams(given).toString());
    },
    read: (paymentId, headers = { 'public-API-Key': publicKey }) => ask('GET', paymentId, headers, null),
  };
}
