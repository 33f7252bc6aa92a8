import { Buffer } from 'node:buffer';
import { request } from 'node:http';
import type { AccessToken } from './answers-within.ts';

/** The server answered that it does not do what it was asked for. */
export class CallRefused extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** i'mport's code, in the body. */
  readonly code: number;
  /** Hwanbul's own code, of the header X-Hwanbul-Error; docs/errors.md lists them. */
  readonly error: string | undefined;

  constructor(call: string, answer: Answer) {
    super(
      `${call} was refused: ${answer.message ?? `HTTP ${answer.status}`}${answer.error ? ` (${answer.error})` : ''}`,
    );
    this.name = 'CallRefused';
    this.status = answer.status;
    this.code = answer.code;
    this.error = answer.error;
  }
}

export interface Answer {
  readonly status: number;
  readonly code: number;
  readonly message: string | null;
  readonly response: unknown;
  readonly error: string | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Calls of the API and the control plane, as one merchant. */
export interface ControlPlane {
  call<Response>(method: Method, path: string, body?: object): Promise<Response>;
}

/** Moving a clock by years does a lot on the way. */
const callLimitMs = 300_000;
const answerBytesMax = 64 * 1024 * 1024;

/** `whyGone` tells why the server can't be reached any more, if it has ended. */
export function createControlPlane(
  url: string,
  keys: { readonly impKey: string; readonly impSecret: string },
  whyGone: () => string | undefined,
): ControlPlane {
  let token: Promise<string> | undefined;

  async function newToken(): Promise<string> {
    const body = { imp_key: keys.impKey, imp_secret: keys.impSecret };
    const answer = await send(url, 'POST', '/users/getToken', { body }, whyGone);
    if (answer.code !== 0) throw new CallRefused('POST /users/getToken', answer);
    return (answer.response as AccessToken).access_token;
  }

  async function sendAsMerchant(method: Method, path: string, body: object | undefined): Promise<Answer> {
    token ??= newToken();
    // One that failed must not be given to every later call.
    token.catch(() => {
      token = undefined;
    });
    return send(url, method, path, { body, token: await token }, whyGone);
  }

  return {
    async call<Response>(method: Method, path: string, body?: object) {
      let answer = await sendAsMerchant(method, path, body);
      if (answer.status === 401) {
        // Tokens die by the merchant's clock, which the test may have moved.
        token = undefined;
        answer = await sendAsMerchant(method, path, body);
      }
      if (answer.code !== 0 || answer.status >= 400) throw new CallRefused(`${method} ${path}`, answer);
      return answer.response as Response;
    },
  };
}

/** A call without a merchant. */
export async function callAnonymously<Response>(
  url: string,
  method: Method,
  path: string,
  body: object,
  whyGone: () => string | undefined,
): Promise<Response> {
  const answer = await send(url, method, path, { body }, whyGone);
  if (answer.code !== 0) throw new CallRefused(`${method} ${path}`, answer);
  return answer.response as Response;
}

/** By Node's own client: tests like to put something else in the place of the global `fetch`. */
function send(
  url: string,
  method: Method,
  path: string,
  { body, token }: { readonly body?: object | undefined; readonly token?: string },
  whyGone: () => string | undefined,
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(
    `${url}${path}`,
    {
      method,
      agent: false,
      headers: {
        connection: 'close',
        ...(token === undefined ? {} : { authorization: token }),
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
      },
    },
    (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > answerBytesMax) response.destroy(new Error(`the answer of ${method} ${path} is too large`));
        else chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () => {
        try {
          const { code, message, response: content } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Answer;
          const error = response.headers['x-hwanbul-error'];
          const status = response.statusCode ?? 0;
          resolve({ status, code, message, response: content, error: typeof error === 'string' ? error : undefined });
        } catch (error) {
          reject(error);
        }
      });
    },
  );
  sent.setTimeout(callLimitMs, () =>
    sent.destroy(new Error(`${method} ${path} was not answered in ${callLimitMs} ms`)),
  );
  sent.once('error', (error) => {
    const gone = whyGone();
    reject(gone === undefined ? error : new Error(gone, { cause: error }));
  });
  sent.end(text);
  return promise;
}
