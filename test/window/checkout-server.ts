import { setTimeout as pause } from 'node:timers/promises';
import Fastify, { type FastifyReply } from 'fastify';
import { pageShell } from '../../src/api/sandbox/checkout/page-shell.ts';
import { checkoutScriptRoutes } from '../../src/api/sandbox/checkout/scripts.ts';
import type { CheckoutWindow, Ended, Leaving } from '../../src/window/protocol.ts';
import { failed, windowOf } from './windows.ts';

/**
 * The checkout's protocol without a book behind it: the real scripts and the real page, over real HTTP, and windows that a test makes end, hang
 * and vanish as it likes. That a payment comes of it is for the tests with a whole sandbox.
 */
export interface CheckoutServer {
  readonly url: string;
  /** What the next window is opened as; a refusal stands in place of a window. */
  next: Partial<CheckoutWindow> | { readonly refused: Readonly<Record<string, unknown>>; readonly message: string };
  /** What `/pay` makes of a window; by default it is paid. */
  onPay: (window: CheckoutWindow, body: Readonly<Record<string, unknown>>) => CheckoutWindow | string;
  /** Whether leaving ends a window, as it does unless an approval is under way. */
  canLeave: boolean;
  /** Paths that are answered by a closed connection, by what they begin with after `/checkout/`. */
  readonly broken: Set<'payments' | 'pay' | 'leave' | 'result' | 'window' | 'page'>;
  /** Everything that was asked, as `leave cancelled`, `pay`. */
  readonly asked: string[];
  readonly opened: Readonly<Record<string, unknown>>[];
  put(window: CheckoutWindow): string;
  end(token: string, ended: Ended): void;
  windowOf(token: string): CheckoutWindow;
  lastToken(): string;
  close(): Promise<void>;
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

export async function startCheckoutServer(): Promise<CheckoutServer> {
  const app = Fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
  const windows = new Map<string, CheckoutWindow>();
  let tokens = 0;
  for (const type of ['text/plain', 'application/json']) {
    app.removeContentTypeParser(type);
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, text, done) =>
      done(null, JSON.parse(String(text))),
    );
  }
  checkoutScriptRoutes(app);

  const server: CheckoutServer = {
    url: '',
    next: {},
    onPay: (window) => ended(window, { result: successOf(window), redirect_url: null, landing: 'success' }),
    canLeave: true,
    broken: new Set(),
    asked: [],
    opened: [],
    put(window) {
      const token = `token${++tokens}`;
      windows.set(token, window);
      return token;
    },
    end(token, end) {
      windows.set(token, ended(server.windowOf(token), end));
    },
    windowOf(token) {
      const found = windows.get(token);
      if (!found) throw new Error(`no window ${token}`);
      return found;
    },
    lastToken: () => `token${tokens}`,
    close: () => app.close(),
  };

  const isBroken = (name: Parameters<typeof server.broken.has>[0], reply: FastifyReply): boolean => {
    if (!server.broken.has(name)) return false;
    reply.hijack();
    // After its first bytes: a browser sends a request again by itself when there was nothing at all.
    if (name === 'pay') reply.raw.writeHead(200, { 'content-length': 100 }).write('{', () => reply.raw.destroy());
    else reply.raw.destroy();
    return true;
  };
  app.addHook('onSend', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*');
  });

  type Opening = { Body: { request: Record<string, unknown>; [key: string]: unknown }; Params: { what: string } };
  app.post<Opening>('/checkout/:what(payments|certifications)', async (request, reply) => {
    if (isBroken('payments', reply)) return reply;
    const { body } = request;
    server.asked.push(`open ${request.params.what}`);
    server.opened.push(body);
    const { next } = server;
    if ('refused' in next) return { code: 1, message: next.message, response: next.refused };
    const base = windowOf('ko');
    const merchantUid = String(body.request.merchant_uid);
    const kind = request.params.what === 'payments' ? 'payment' : 'certification';
    const window = { ...base, kind, order: { ...base.order, merchant_uid: merchantUid }, ...next } as CheckoutWindow;
    const token = server.put(window);
    return envelope({
      token,
      imp_uid: window.order.imp_uid,
      merchant_uid: merchantUid,
      url: `${server.url}/checkout/${token}`,
      way: window.way,
      pg_provider: window.gateway.provider,
      expires_at: window.expires_at,
    });
  });

  type OfToken = { Params: { token: string }; Querystring: { wait?: string }; Body: Record<string, unknown> };
  app.get<OfToken>('/checkout/:token', (request, reply) => {
    if (isBroken('page', reply)) return reply;
    const window = windows.get(request.params.token);
    reply.headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
    return reply.send(pageShell({ language: window?.language ?? 'ko', title: '결제' }));
  });
  app.get<OfToken>('/checkout/:token/window', async (request, reply) => {
    if (isBroken('window', reply)) return reply;
    const window = windows.get(request.params.token);
    return window ? envelope(window) : reply.code(404).send({ code: 1, message: 'gone', response: null });
  });
  app.get<OfToken>('/checkout/:token/result', async (request, reply) => {
    if (isBroken('result', reply)) return reply;
    server.asked.push('result');
    const { token } = request.params;
    if (!windows.has(token)) return reply.code(404).send({ code: 1, message: 'gone', response: null });
    const until = Date.now() + Number(request.query.wait ?? 0) * 1_000;
    while (server.windowOf(token).state !== 'ended' && Date.now() < until && !request.raw.destroyed) await pause(20);
    const { state, ended: end } = server.windowOf(token);
    return envelope({ state, ended: end });
  });
  app.post<OfToken>('/checkout/:token/pay', async (request, reply) => {
    const { token } = request.params;
    server.asked.push('pay');
    const after = server.onPay(server.windowOf(token), request.body);
    if (typeof after === 'string') return reply.code(400).send({ code: 1, message: after, response: null });
    windows.set(token, after);
    if (isBroken('pay', reply)) return reply;
    return envelope(after);
  });
  app.post<OfToken>('/checkout/:token/leave', async (request, reply) => {
    if (isBroken('leave', reply)) return reply;
    const { token } = request.params;
    const why = request.body.why as Leaving;
    server.asked.push(`leave ${why}`);
    const window = server.windowOf(token);
    if (server.canLeave && window.state !== 'ended') {
      const end = failed(why.toUpperCase(), '사용자가 결제를 취소하셨습니다');
      windows.set(token, ended(window, { ...end, result: { ...end.result, merchant_uid: window.order.merchant_uid } }));
    }
    const { state, ended: end } = server.windowOf(token);
    return envelope({ state, ended: end });
  });
  app.get<OfToken>('/checkout/:token/return', (request, reply) =>
    reply.redirect(server.windowOf(request.params.token).ended?.redirect_url ?? '/payments/success', 303),
  );

  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Object.assign(server, { url: `http://127.0.0.1:${address.port}` });
}

export function ended(window: CheckoutWindow, end: Ended): CheckoutWindow {
  return { ...window, state: 'ended', ended: end };
}

function successOf({ order, method }: CheckoutWindow): Ended['result'] {
  return {
    success: true,
    imp_success: true,
    imp_uid: order.imp_uid,
    pay_method: method,
    merchant_uid: order.merchant_uid,
    paid_amount: order.amount,
    status: 'paid',
  };
}

function envelope(response: unknown): object {
  return { code: 0, message: null, response };
}
