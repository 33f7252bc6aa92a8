import { isIP } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { version } from '../../platform/version.ts';
import { type AddressGuard, guardedLookup, type Resolve } from './address-guard.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: SendLimits;
  /** Ends the exchange early; what came of it is then not known. */
  readonly signal?: AbortSignal;
}

/** Either one limit for making the connection and one for everything after it, or one for all. */
export type SendLimits = { readonly connectMs: number; readonly readMs: number } | { readonly allMs: number };

/** What came of one attempt. It succeeded if and only if `status` is 200 and `error` is null. */
export interface SendResult {
  readonly status: number | null;
  /** Why there is no whole answer, in words for the merchant; never a part of the URL's query or of a secret. */
  readonly error: string | null;
  /** Whether it may succeed another time: no whole answer came, or a 5xx. */
  readonly mayBeRepeated: boolean;
  readonly durationMs: number;
  /** The first kilobyte. */
  readonly answer: Buffer;
}

export type SendWebhook = (request: WebhookRequest) => Promise<SendResult>;

const answerBytesMax = 1024;
const headerBytesMax = 16 * 1024;

/**
 * Sends one webhook over a connection of its own: a kept connection may be closed by the receiver just as the next webhook
 * is written to it, and the address of every attempt shall be looked up and checked. No redirect is followed.
 */
export function createSendWebhook(guard: AddressGuard, resolve?: Resolve): SendWebhook {
  const lookup = guardedLookup(guard, resolve);
  return async (request) => {
    const startedAt = performance.now();
    const outcome = await exchange(request);
    return { ...outcome, durationMs: Math.round(performance.now() - startedAt) };
  };

  async function exchange(request: WebhookRequest): Promise<Omit<SendResult, 'durationMs'>> {
    const url = URL.parse(request.url);
    if (!url || !isWebhookUrl(request.url)) return refusedBeforehand('the URL is not one that can be called');
    // A socket asks its `lookup` about names only.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !guard.allows(literal)) return refusedBeforehand('the address may not be called');
    const client = new Client(url.origin, {
      pipelining: 0,
      connect: { lookup, timeout: 0 },
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: headerBytesMax,
    });
    try {
      return await dispatch(client, url, request);
    } finally {
      await client.destroy();
    }
  }
}

/** http or https, and no user name or password in it, which would end up in logs of all kinds. */
export function isWebhookUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function refusedBeforehand(error: string): Omit<SendResult, 'durationMs'> {
  return { status: null, error, mayBeRepeated: false, answer: Buffer.alloc(0) };
}

function dispatch(client: Client, url: URL, request: WebhookRequest): Promise<Omit<SendResult, 'durationMs'>> {
  return new Promise((resolve) => {
    const { limits, signal } = request;
    let controller: Dispatcher.DispatchController | undefined;
    let status: number | null = null;
    let chunks: Buffer[] = [];
    let bytes = 0;
    let timer: NodeJS.Timeout | undefined;
    let settled = false;

    const settle = (error: string | null, mayBeRepeated = true) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      const answer = Buffer.concat(chunks).subarray(0, answerBytesMax);
      chunks = [];
      resolve({ status, error, mayBeRepeated: mayBeRepeated && (error !== null || (status ?? 0) >= 500), answer });
      controller?.abort(new Error('ended'));
    };
    const giveUpAfter = (limitMs: number, error: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => settle(error), limitMs);
    };
    const stop = () => settle('the server was stopped');

    if ('allMs' in limits) giveUpAfter(limits.allMs, 'no whole answer within the time limit');
    else giveUpAfter(limits.connectMs, 'no connection within the time limit');
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(given) {
        if (settled || controller) {
          given.abort(new Error('ended'));
          settle('the connection was lost');
          return;
        }
        controller = given;
        if ('readMs' in limits) giveUpAfter(limits.readMs, 'no whole answer within the time limit');
      },
      onResponseStart(_controller, statusCode) {
        // 1xx answers are only notes on the way.
        if (statusCode >= 200) status = statusCode;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
        bytes += chunk.length;
        // Nobody reads more of it, and it might never end.
        if (bytes >= answerBytesMax) settle(null);
      },
      onResponseEnd() {
        settle(null);
      },
      onResponseError(_controller, error) {
        const code = codeOf(error);
        if (code === 'ADDRESS_NOT_ALLOWED') settle('the address may not be called', false);
        else settle(controller ? `the connection failed (${code})` : `no connection could be made (${code})`);
      },
    };
    try {
      client.dispatch(
        {
          path: url.pathname + url.search,
          method: 'POST',
          headers: {
            'content-type': request.contentType,
            accept: '*/*',
            'user-agent': `Hwanbul/${version}`,
            ...request.headers,
          },
          body: request.body,
        },
        handler,
      );
    } catch (error) {
      settle(`the request could not be formed (${codeOf(error)})`, false);
    }
  });
}

/** A short code, never the message: messages of the network stack may repeat what was sent. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  const errors = (error as { errors?: unknown } | null)?.errors;
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return error instanceof Error ? error.name : 'unknown';
}
