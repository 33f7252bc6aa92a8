import { Agent, request } from 'undici';
import type { AccessTokenAnswer } from '../api/views/access-token.ts';
import { errorRegistry } from '../platform/errors/registry.ts';
import { exitCodes } from './exit-codes.ts';
import { CliFailure } from './failure.ts';

/** An answer of the server's. `error` is the stable code of a refusal. */
export interface ApiAnswer<Response = unknown> {
  readonly status: number;
  readonly error: string | undefined;
  readonly message: string;
  readonly response: Response;
}

export interface Api {
  readonly url: string;
  /** The clock of the server at the last log-in, in seconds since 1970, and the round trip it was measured over. */
  logIn(): Promise<{ readonly serverNow: number; readonly tookMs: number }>;
  /** A GET whose refusal ends the command. */
  get<Response>(path: string, query?: Query): Promise<Response>;
  /** Whatever came back. Throws `Unanswered` when nothing did. */
  ask<Response>(method: 'GET' | 'POST', path: string, content?: Content): Promise<ApiAnswer<Response>>;
  close(): Promise<void>;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Content {
  readonly body?: object;
  readonly idempotencyKey?: string;
  /** Without a log-in, for what is public. */
  readonly anonymous?: boolean;
}

/** The server could not be reached, hung up, or answered with something that is no answer of it. */
export class Unanswered extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Unanswered';
  }
}

/** Longer than the server lets any request take (its own limit is 30 s, after a wait for the turn of 10 s). */
const answerLimitMs = 120_000;
const connectLimitMs = 10_000;
const bodyMax = 64 * 1024 * 1024;

export function createApi(connection: {
  readonly url: string;
  readonly impKey: string;
  readonly impSecret: string;
  readonly connections?: number;
}): Api {
  const { url, impKey, impSecret } = connection;
  const dispatcher = new Agent({
    connections: connection.connections ?? 8,
    pipelining: 1,
    connect: { timeout: connectLimitMs },
    headersTimeout: answerLimitMs,
    bodyTimeout: answerLimitMs,
    maxResponseSize: bodyMax,
  });
  let token: Promise<string> | undefined;

  async function call<Response>(
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
  ): Promise<ApiAnswer<Response>> {
    let status: number;
    let text: string;
    let error: string | string[] | undefined;
    try {
      const answer = await request(url + path, {
        method,
        dispatcher,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      status = answer.statusCode;
      error = answer.headers['x-hwanbul-error'];
      text = await answer.body.text();
    } catch (failure) {
      throw new Unanswered(reasonOf(failure));
    }
    const envelope = readEnvelope(text);
    if (!envelope) throw new Unanswered(`HTTP ${status} without an answer of Hwanbul's`);
    const code = typeof error === 'string' ? error : undefined;
    return {
      status,
      error: envelope.code === 0 ? undefined : (code ?? `code_${envelope.code}`),
      message: envelope.message ?? '',
      response: envelope.response as Response,
    };
  }

  async function logIn(): Promise<{ token: string; serverNow: number; tookMs: number }> {
    const from = performance.now();
    const answer = await call<AccessTokenAnswer>(
      'POST',
      '/users/getToken',
      { imp_key: impKey, imp_secret: impSecret },
      {},
    );
    if (answer.error !== undefined) {
      throw new CliFailure(`The log-in at ${url} failed: ${describeRefusal(answer)}`, exitCodes.unreachable);
    }
    return { token: answer.response.access_token, serverNow: answer.response.now, tookMs: performance.now() - from };
  }

  function currentToken(): Promise<string> {
    if (!token) {
      const mine = logIn().then((made) => made.token);
      token = mine;
      mine.catch(() => {
        if (token === mine) token = undefined;
      });
    }
    return token;
  }

  async function ask<Response>(method: 'GET' | 'POST', path: string, content: Content = {}) {
    const { body, idempotencyKey, anonymous } = content;
    const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    if (anonymous) return call<Response>(method, path, body, headers);
    const used = currentToken();
    const answer = await call<Response>(method, path, body, { ...headers, authorization: await used });
    if (answer.status !== 401) return answer;
    // The token has run out. A 401 is given before anything is done, so the request may go out again.
    if (token === used) token = undefined;
    return call<Response>(method, path, body, { ...headers, authorization: await currentToken() });
  }

  return {
    url,
    ask,
    async logIn() {
      const made = await logIn();
      token = Promise.resolve(made.token);
      return made;
    },
    async get<Response>(path: string, query: Query = {}) {
      const answer = await ask<Response>('GET', path + queryText(query));
      if (answer.error === undefined) return answer.response;
      const exitCode = answer.status >= 500 || answer.status === 401 ? exitCodes.unreachable : exitCodes.no;
      throw new CliFailure(describeRefusal(answer), exitCode);
    },
    close: () => dispatcher.destroy(),
  };
}

export function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given))}`;
}

/** The refusal's code, the server's own words, and what they mean. */
export function describeRefusal(answer: { readonly error: string | undefined; readonly message: string }): string {
  const { error = 'refused', message } = answer;
  const entry = Object.hasOwn(errorRegistry, error) ? errorRegistry[error as keyof typeof errorRegistry] : undefined;
  return [`${error}:`, message, entry ? `(${entry.meaning})` : ''].filter((part) => part !== '').join(' ');
}

function readEnvelope(text: string): { code: number; message: string | null; response: unknown } | undefined {
  try {
    const value = JSON.parse(text) as { code?: unknown; message?: unknown; response?: unknown } | null;
    if (typeof value?.code !== 'number') return undefined;
    const { code, message, response } = value;
    return { code, message: typeof message === 'string' ? message : null, response };
  } catch {
    return undefined;
  }
}

function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const { code } = failure as NodeJS.ErrnoException;
  // The connection to several addresses of one host fails with an error that has no message of its own.
  const first = failure instanceof AggregateError ? (failure.errors as Error[])[0]?.message : undefined;
  return failure.message || first || code || failure.name;
}
