/** INVENTED: the protocol that this client speaks. Write it from Example Pay's documents, and not with the adapter's code. */

import { createHmac } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../../../../test/gateways/kit/rig.ts';

export type Fields = Readonly<Record<string, unknown>>;
export interface ExamplePayAnswer {
  readonly status: number;
  readonly text: string;
  readonly body: { readonly code: string; readonly message: string; readonly result: Record<string, unknown> | null };
}

/** Example Pay's API called as its clients do, without our adapter. */
export interface ExamplePayClient {
  /** Signed; headers that are given replace those of the signed request, and `null` leaves one out. */
  post(
    path: string,
    fields: unknown,
    key?: string,
    headers?: Readonly<Record<string, string | null>>,
  ): Promise<ExamplePayAnswer>;
}

export function examplePayClientOf(rig: Rig): ExamplePayClient {
  const { secretKey = '' } = rig.call().channel.credentials;
  return {
    async post(path, fields, key = '', headers = {}) {
      const body = JSON.stringify(fields);
      const all = {
        'content-type': 'application/json',
        'x-merchant-id': rig.mid,
        'idempotency-key': key === '' ? null : key,
        'x-signature': signed(secretKey, path, key, body),
        ...headers,
      };
      const given = Object.entries(all).filter((header): header is [string, string] => header[1] !== null);
      const answer = await request(rig.url + path, { method: 'POST', headers: Object.fromEntries(given), body });
      const text = await answer.body.text();
      return { status: answer.statusCode, text, body: JSON.parse(text) };
    },
  };
}

export function signed(secretKey: string, ...lines: readonly string[]): string {
  return createHmac('sha256', secretKey).update(lines.join('\n')).digest('hex');
}

/** What the gateway answers when it has done something, and when it has not. */
export const succeeded = (result: unknown) => ({ code: '0000', message: '성공', result });
export const refused = (code: string, message: string) => ({ code, message, result: null });
