import type { FastifyRequest } from 'fastify';
import { demoKeyPair } from '../../../core/merchants/demo-key-pair.ts';
import { errorRegistry } from '../../../platform/errors/registry.ts';

/** Longer than a request may take here, so that this server's own answer is the one that is met. */
const answerMsMax = 120_000;

/** What this server said no with, as the shop's page gets it. */
export class ShopRefusal extends Error {
  readonly status: number;
  readonly errorCode: string | null;

  constructor(status: number, errorCode: string | null, message: string) {
    super(message);
    this.name = 'ShopRefusal';
    this.status = status;
    this.errorCode = errorCode;
  }
}

/** The API of a payment server, as a shop's server calls it: over HTTP, with a token. */
export interface ShopServer {
  get(path: string): Promise<Record<string, unknown>>;
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
}

/**
 * The demo shop's server. It knows nothing but the demo merchant's keys and the address that its own caller has reached, and asks there as any
 * other shop would. The keys are used here, and go out in no answer.
 */
export async function connectShop({ socket }: FastifyRequest): Promise<ShopServer> {
  const { localAddress: address = '127.0.0.1', localPort: port } = socket;
  const api = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const { access_token: token } = await call(api, 'POST', '/users/getToken', {
    imp_key: demoKeyPair.impKey,
    imp_secret: demoKeyPair.impSecret,
  });
  const authorization = String(token);
  return {
    get: (path) => call(api, 'GET', path, undefined, { authorization }),
    post: (path, body, headers) => call(api, 'POST', path, body, { ...headers, authorization }),
  };
}

async function call(
  api: string,
  method: 'GET' | 'POST',
  path: string,
  body: object | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  let answer: Response;
  let envelope: { code: number; message: string | null; response: Record<string, unknown> };
  try {
    answer = await fetch(api + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(answerMsMax),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    envelope = (await answer.json()) as typeof envelope;
  } catch {
    throw new ShopRefusal(
      502,
      null,
      '결제 서버가 응답하지 않았습니다. 처리되었을 수 있으니 결제를 다시 조회해 주세요.',
    );
  }
  if (envelope.code === 0) return envelope.response;
  throw new ShopRefusal(answer.status, answer.headers.get('x-hwanbul-error'), envelope.message ?? '');
}

/** The messages of the API are Korean; this is what they mean in English. */
export function englishMeaning(errorCode: string | null): string {
  if (errorCode === null) {
    return 'The payment server gave no answer. It may have been done all the same: look the payment up again.';
  }
  return Object.hasOwn(errorRegistry, errorCode) ? errorRegistry[errorCode as keyof typeof errorRegistry].meaning : '';
}
