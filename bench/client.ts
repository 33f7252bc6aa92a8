import { Agent, request } from 'undici';
import { demoKeyPair } from '../src/core/merchants/demo-key-pair.ts';
import type { KeyPair } from '../src/core/merchants/merchants.ts';

export interface BenchClient {
  readonly token: string;
  /** Answers the response; throws when it is a refusal. */
  post(path: string, body: object): Promise<Record<string, unknown>>;
  get(path: string): Promise<Record<string, unknown>>;
  put(path: string, body: object): Promise<Record<string, unknown>>;
}

/** Of the demo merchant, or of the one that these keys belong to. */
export async function createBenchClient(url: string, keys: KeyPair = demoKeyPair): Promise<BenchClient> {
  const answer = await benchClientWith(url, '').post('/users/getToken', {
    imp_key: keys.impKey,
    imp_secret: keys.impSecret,
  });
  return benchClientWith(url, String(answer.access_token));
}

export function benchClientWith(url: string, token: string): BenchClient {
  const dispatcher = new Agent({ connections: 4_096, headersTimeout: 120_000, bodyTimeout: 120_000 });
  async function call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await request(url + path, {
      method,
      dispatcher,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: token } : {}) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const envelope = (await answer.body.json()) as { code: number; message: string; response: Record<string, unknown> };
    if (envelope.code !== 0) throw new Error(`${method} ${path}: ${envelope.message}`);
    return envelope.response;
  }
  return {
    token,
    post: (path, body) => call('POST', path, body),
    get: (path) => call('GET', path),
    put: (path, body) => call('PUT', path, body),
  };
}
