import iconv from 'iconv-lite';
import { Agent, type Dispatcher } from 'undici';
import { createTurns, type Turns } from '../platform/event-loop/turns.ts';
import { isLoopbackUrl } from '../platform/loopback.ts';
import { currentScope } from '../platform/tracing/scope.ts';
import type { Span, SpanStart } from '../platform/tracing/span.ts';
import { traced } from '../platform/tracing/tracing.ts';

/**
 * The one way out to a gateway. It sends a request once, follows no redirect, never repeats anything by itself, and
 * tells apart what was surely never sent from what is in doubt.
 */
export interface GatewayHttpClient {
  send(request: GatewayHttpRequest): Promise<GatewayHttpResult>;
  close(): Promise<void>;
}

export interface GatewayHttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** Charset of the answer's text. */
  readonly charset: 'utf-8' | 'euc-kr';
  /** One deadline for everything: waiting for a connection, sending, and reading the whole answer. */
  readonly timeLimitMs: number;
}

/**
 * - `answered`: a whole HTTP answer came, whatever its status.
 * - `never_sent`: not one byte of the request left: no connection, a failed TLS handshake, a forbidden address.
 * - `no_answer`: the sending had begun; the gateway may or may not have acted.
 *
 * `why` names the kind of failure and never holds a credential, a body or a query string.
 */
export type GatewayHttpResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Names in lower case; a header that came several times is joined with `, `. */
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
    }
  | { readonly kind: 'never_sent'; readonly why: string }
  | { readonly kind: 'no_answer'; readonly why: string };

/** What the optional log hook is told of one exchange. No path: at some gateways a billing key stands in it. */
export interface GatewayExchange {
  readonly method: string;
  readonly host: string;
  readonly outcome: GatewayHttpResult['kind'];
  /** Of an answer. */
  readonly status?: number;
  /** Why there is none. */
  readonly why?: string;
  readonly durationMs: number;
}

export interface GatewayHttpClientOptions {
  /** Longest wait for TCP and TLS together. Default 3,000. */
  readonly connectLimitMs?: number;
  /** Largest answer, in bytes as they come over the wire. Default 1 MiB. */
  readonly responseBytesMax?: number;
  /** Most connections to one gateway. Default 4,096. */
  readonly connectionsMax?: number;
  /** For sandboxes: any address but the machine itself is refused as `never_sent`. */
  readonly loopbackOnly?: boolean;
  readonly log?: (exchange: GatewayExchange) => void;
}

/**
 * Nothing of what is under way here goes out to a gateway: no trace, no request id. What leaves is what the adapter has written, to
 * the byte, and some of it is signed.
 */
export function createGatewayHttpClient(options: GatewayHttpClientOptions = {}): GatewayHttpClient {
  const responseBytesMax = options.responseBytesMax ?? 1024 * 1024;
  const agent = new Agent({
    connections: options.connectionsMax ?? 4096,
    // One request at a time on a connection: with more, a failure would leave open which of them were read.
    pipelining: 1,
    connect: { timeout: options.connectLimitMs ?? 3000 },
    // The deadline of each request stands in for these; both would measure only a part of the exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const answers = createTurns();

  async function sendOnce(request: GatewayHttpRequest, span?: Span): Promise<GatewayHttpResult> {
    const startedAt = performance.now();
    const limits = { responseBytesMax, loopbackOnly: options.loopbackOnly ?? false };
    const result = await exchange(agent, answers, request, limits);
    const told: Pick<GatewayExchange, 'status' | 'why'> =
      result.kind === 'answered' ? { status: result.status } : { why: result.why };
    span?.set({ 'http.response.status_code': told.status, 'error.type': told.why && result.kind });
    const { method } = request;
    const durationMs = performance.now() - startedAt;
    options.log?.({ method, host: hostOf(request), outcome: result.kind, ...told, durationMs });
    return result;
  }

  return {
    send: (request) =>
      currentScope()?.span === undefined
        ? sendOnce(request)
        : traced(spanOf(request), (span) => sendOnce(request, span)),
    close: () => agent.destroy(),
  };
}

function spanOf(request: GatewayHttpRequest): SpanStart {
  const gateway = currentScope()?.fields.gateway;
  return {
    name: gateway === undefined ? request.method : `${request.method} ${gateway}`,
    kind: 'client',
    attributes: {
      'http.request.method': request.method,
      'server.address': URL.parse(request.url)?.hostname,
      'hwanbul.gateway': gateway,
    },
  };
}

function hostOf({ url }: GatewayHttpRequest): string {
  return URL.parse(url)?.host ?? 'unreadable';
}

function exchange(
  agent: Agent,
  answers: Turns,
  request: GatewayHttpRequest,
  limits: { readonly responseBytesMax: number; readonly loopbackOnly: boolean },
): Promise<GatewayHttpResult> {
  const url = URL.parse(request.url);
  if (url === null) {
    return Promise.resolve({ kind: 'never_sent', why: 'the address of the gateway cannot be read' });
  }
  if (limits.loopbackOnly && !isLoopbackUrl(url)) {
    return Promise.resolve({ kind: 'never_sent', why: 'a sandbox channel may only call this machine' });
  }

  return new Promise((resolve) => {
    // undici calls onRequestStart just before it writes the first byte, on a connection that is already made.
    let sending = false;
    let settled = false;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: Record<string, string> = {};
    let chunks: Buffer[] = [];
    let bytes = 0;

    const settle = (result: GatewayHttpResult) => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      chunks = [];
      answers.begin(() => resolve(result));
    };
    const giveUp = (why: string) => {
      settle({ kind: sending ? 'no_answer' : 'never_sent', why });
      controller?.abort(new Error(why));
    };
    const deadline = setTimeout(
      () => giveUp(sending ? 'no whole answer within the time limit' : 'no connection within the time limit'),
      request.timeLimitMs,
    );

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(ctl) {
        if (settled || sending) {
          // Either the deadline passed before a connection was there, or the library is about to write the same request
          // a second time. Nothing is written after this.
          ctl.abort(new Error('not sent'));
          settle({ kind: 'no_answer', why: 'the connection was lost' });
          return;
        }
        sending = true;
        controller = ctl;
      },
      onResponseStart(_ctl, statusCode, incoming) {
        // 1xx answers are only notes on the way.
        if (statusCode < 200) return;
        status = statusCode;
        headers = joinHeaders(incoming);
      },
      onResponseData(_ctl, chunk) {
        bytes += chunk.length;
        if (bytes > limits.responseBytesMax) giveUp('the answer is larger than the limit');
        else chunks.push(chunk);
      },
      onResponseEnd() {
        settle({ kind: 'answered', status, headers, text: decode(Buffer.concat(chunks), request.charset) });
      },
      onResponseError(_ctl, error) {
        settle(
          sending
            ? { kind: 'no_answer', why: `the connection failed before a whole answer came (${errorCode(error)})` }
            : { kind: 'never_sent', why: `no connection could be made (${errorCode(error)})` },
        );
      },
    };

    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: { ...request.headers },
          body: request.body,
        },
        handler,
      );
    } catch (error) {
      giveUp(`the request could not be formed (${errorCode(error)})`);
    }
  });
}

function joinHeaders(incoming: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

function decode(bytes: Buffer, charset: 'utf-8' | 'euc-kr'): string {
  return charset === 'euc-kr' ? iconv.decode(bytes, 'euc-kr') : bytes.toString('utf8');
}

/** A short code, never the message: messages of the network stack may repeat what was sent. */
function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  const errors = (error as { errors?: unknown } | null)?.errors;
  if (Array.isArray(errors) && errors.length > 0) return errorCode(errors[0]);
  return error instanceof Error ? error.name : 'unknown';
}
