import { Agent, request } from 'undici';

/** An answer of the API as it came; a file is its `response`. `response` is untyped on purpose: the contract tests look at its shape. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly code: number;
  readonly message: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers is what the test is about
  readonly response: any;
  /** The header X-Hwanbul-Error. */
  readonly error: string | undefined;
}

export interface ApiClient {
  readonly token: string | undefined;
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<ApiAnswer>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<ApiAnswer>;
  put(path: string, body?: object, headers?: Record<string, string>): Promise<ApiAnswer>;
  delete(path: string, headers?: Record<string, string>): Promise<ApiAnswer>;
  call(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** This client with the token of a merchant. */
  logIn(impKey: string, impSecret: string): Promise<ApiClient>;
}

const dispatcher = new Agent({ connections: 512, headersTimeout: 60_000, bodyTimeout: 60_000 });

export function createApiClient(url: string, token?: string): ApiClient {
  async function call(
    method: string,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer> {
    const answer = await request(url + path, {
      method: method as 'GET',
      dispatcher,
      headers: {
        ...(token === undefined ? {} : { authorization: token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    const answered = answer.headers as Record<string, string>;
    const isJson = answered['content-type']?.startsWith('application/json');
    const envelope: { code: number; message: string | null; response: unknown } = isJson
      ? JSON.parse(text)
      : { code: 0, message: null, response: text };
    return { ...envelope, status: answer.statusCode, headers: answered, text, error: answered['x-hwanbul-error'] };
  }
  return {
    token,
    url,
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body = {}, headers) => call('POST', path, body, headers),
    put: (path, body = {}, headers) => call('PUT', path, body, headers),
    delete: (path, headers) => call('DELETE', path, undefined, headers),
    async logIn(impKey, impSecret) {
      const answer = await call('POST', '/users/getToken', { imp_key: impKey, imp_secret: impSecret });
      return createApiClient(url, answer.response.access_token as string);
    },
  };
}
