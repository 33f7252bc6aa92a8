import { Agent, request } from 'undici';
import type { AccessTokenAnswer } from '../api/views/access-token.ts';
import { errorRegistry } from '../platform/errors/registry.ts';
import { type Text, text, type Words } from '../platform/language/text.ts';
import { redactText } from '../platform/logging/redaction.ts';
import { exitCodes } from './exit-codes.ts';
import { CliFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** An answer of the server's. `error` is the stable code of a refusal. */
export interface ApiAnswer<Response = unknown> {
  readonly status: number;
  readonly error: string | undefined;
  readonly message: string;
  readonly response: Response;
  /** The cancellation that the answer is about, where there is one. */
  readonly cancellation: { readonly id: string; readonly state: string } | undefined;
}

export interface Api {
  readonly url: string;
  /** The clock of the server at the last log-in, in seconds since 1970, and the round trip it was measured over. */
  logIn(): Promise<{ readonly serverNow: number; readonly tookMs: number }>;
  /** The server's clock now, in seconds since 1970: a sandbox may have moved it. */
  now(): Promise<number>;
  /** A GET whose refusal ends the command. */
  get<Response>(path: string, query?: Query): Promise<Response>;
  /** Whatever came back. Throws `Unanswered` when nothing did, or when the connection was closed meanwhile. */
  ask<Response>(method: 'GET' | 'POST', path: string, content?: Content): Promise<ApiAnswer<Response>>;
  close(): Promise<void>;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Content {
  readonly body?: object;
  readonly idempotencyKey?: string;
  /** Without a log-in, for what is public. */
  readonly anonymous?: boolean;
  /** What only an operator may do: with HWANBUL_OPERATOR_SECRET, where it is set. */
  readonly asOperator?: boolean;
}

/** The server could not be reached, hung up, or answered with something that is no answer of it. */
export class Unanswered extends Error {
  readonly words: Words;

  constructor(reason: Words) {
    super(typeof reason === 'string' ? reason : reason.en);
    this.name = 'Unanswered';
    this.words = reason;
  }
}

const endedHere = text('it was ended here before the answer came', '응답을 받기 전에 여기서 끝냈습니다');

/** Longer than the server lets any request take (its own limit is 30 s, after a wait for the turn of 10 s). */
const answerLimitMs = 120_000;
const connectLimitMs = 10_000;
const bodyMax = 64 * 1024 * 1024;

export function createApi(connection: {
  readonly url: string;
  readonly impKey: string;
  readonly impSecret: string;
  readonly operatorSecret?: string | undefined;
  readonly connections?: number;
  /** Says what is waited for. */
  readonly whileWaiting: Terminal['whileWaiting'];
}): Api {
  const { url, impKey, impSecret, operatorSecret, whileWaiting } = connection;
  const waitingFor = text(`Waiting for ${url}`, `${url} 응답 대기 중`);
  const dispatcher = new Agent({
    connections: connection.connections ?? 8,
    pipelining: 1,
    connect: { timeout: connectLimitMs },
    headersTimeout: answerLimitMs,
    bodyTimeout: answerLimitMs,
    maxResponseSize: bodyMax,
  });
  let token: Promise<string> | undefined;
  let isClosed = false;
  /** How far the server's clock is ahead of this machine's. */
  let aheadSeconds = 0;

  function call<Response>(
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
  ): Promise<ApiAnswer<Response>> {
    return whileWaiting(waitingFor, exchange<Response>(method, path, body, headers));
  }

  async function exchange<Response>(
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
  ): Promise<ApiAnswer<Response>> {
    let status: number;
    let received: string;
    let error: string | undefined;
    let cancellation: ApiAnswer['cancellation'];
    try {
      const answer = await request(url + path, {
        method,
        dispatcher,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      status = answer.statusCode;
      error = textOf(answer.headers['x-hwanbul-error']);
      const id = textOf(answer.headers['x-hwanbul-cancellation-id']);
      const state = textOf(answer.headers['x-hwanbul-cancellation-state']);
      cancellation = id === undefined || state === undefined ? undefined : { id, state };
      received = await answer.body.text();
    } catch (failure) {
      throw new Unanswered(isClosed ? endedHere : reasonOf(failure));
    }
    const envelope = readEnvelope(received);
    if (!envelope) {
      throw new Unanswered(
        text(`HTTP ${status} without an answer of Hwanbul's`, `Hwanbul의 응답이 아닙니다(HTTP ${status})`),
      );
    }
    return {
      status,
      error: envelope.code === 0 ? undefined : (error ?? `code_${envelope.code}`),
      message: envelope.message ?? '',
      response: envelope.response as Response,
      cancellation,
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
      const { en, ko } = describeRefusal(answer);
      throw new CliFailure(
        text(`The log-in at ${url} failed: ${en}`, `${url}에 로그인하지 못했습니다: ${ko}`),
        exitCodes.unreachable,
        { error: answer.error },
      );
    }
    const { now: serverNow, access_token } = answer.response;
    aheadSeconds = serverNow - Date.now() / 1000;
    return { token: access_token, serverNow, tookMs: performance.now() - from };
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
    const { body, idempotencyKey, anonymous, asOperator } = content;
    const headers: Record<string, string> = {
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(asOperator && operatorSecret !== undefined ? { 'x-hwanbul-operator-secret': operatorSecret } : {}),
    };
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
    async now() {
      await currentToken();
      return Math.floor(Date.now() / 1000 + aheadSeconds);
    },
    async get<Response>(path: string, query: Query = {}) {
      const answer = await ask<Response>('GET', path + queryText(query));
      if (answer.error === undefined) return answer.response;
      const exitCode = answer.status >= 500 || answer.status === 401 ? exitCodes.unreachable : exitCodes.no;
      throw new CliFailure(describeRefusal(answer), exitCode, { error: answer.error });
    },
    close() {
      isClosed = true;
      return dispatcher.destroy();
    },
  };
}

export function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given))}`;
}

/** The refusal's code and the server's own words; for those who can't read these, what they mean. */
export function describeRefusal(answer: { readonly error: string | undefined; readonly message: string }): Text {
  const { error = 'refused' } = answer;
  const message = redactText(answer.message);
  const entry = Object.hasOwn(errorRegistry, error) ? errorRegistry[error as keyof typeof errorRegistry] : undefined;
  const english = [`${error}:`, message, entry ? `(${entry.meaning})` : ''].filter((part) => part !== '').join(' ');
  return text(english, message === '' ? error : `${message} [${error}]`);
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

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
