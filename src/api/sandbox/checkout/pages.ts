import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findCheckout } from '../../../core/checkout/checkouts.ts';
import { Refusal } from '../../../platform/errors/refusal.ts';
import type { ControlPlane } from '../control-plane.ts';
import { landingPage, lostPage, pageShell } from './page-shell.ts';
import { resultOf } from './show-window.ts';

/**
 * The only pages of this server that others may frame, which a payment window has to be. They run this server's own script, speak with
 * this server alone, and tell nobody their address. Nothing is said of `frame-ancestors`: its `*` leaves out pages without an address of a
 * network, `about:blank`, `data:` and `file:`, which those of the mobile wrappers are.
 */
const windowHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
} as const;

export function windowPages(app: FastifyInstance, { services }: ControlPlane): void {
  const config = { isForAnyOrigin: true };

  app.get<{ Params: { token: string } }>('/checkout/:token', { config }, async (request, reply) => {
    const checkout = await findCheckout(services, request.params.token).catch(unlessUnknown);
    if (!checkout) return sendPage(reply, lostPage(), 404);
    const { language, company } = checkout.request;
    const { merchantName } = await services.channels.byId(checkout.channel_id);
    return sendPage(reply, pageShell({ language, title: company ?? merchantName }));
  });

  /** Where the window's page goes when it has ended and the shop's page was left for it. */
  app.get<{ Params: { token: string } }>('/checkout/:token/return', { config }, async (request, reply) => {
    const checkout = await findCheckout(services, request.params.token).catch(unlessUnknown);
    if (!checkout) return sendPage(reply, lostPage(), 404);
    const { ended } = await resultOf(services, checkout);
    reply.header('referrer-policy', 'no-referrer').header('cache-control', 'no-store');
    if (!ended) return reply.redirect(`/checkout/${request.params.token}`, 303);
    return reply.redirect(ended.redirect_url ?? landingOf(ended), 303);
  });

  for (const landing of ['success', 'fail'] as const) {
    app.get(`/payments/${landing}`, { config }, (request, reply) =>
      sendPage(reply, landingPage(landing, queryOf(request))),
    );
  }
}

function landingOf({
  landing,
  result,
}: {
  readonly landing: string;
  readonly result: Record<string, unknown>;
}): string {
  const query = new URLSearchParams({ imp_uid: String(result.imp_uid ?? ''), success: String(landing === 'success') });
  if (typeof result.error_msg === 'string') query.set('error_msg', result.error_msg);
  return `/payments/${landing}?${query}`;
}

function queryOf({ query }: FastifyRequest): { readonly impUid: string; readonly message: string } {
  const { imp_uid: impUid, error_msg: message } = query as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 300) : '');
  return { impUid: text(impUid), message: text(message) };
}

function sendPage(reply: FastifyReply, html: string, status = 200): FastifyReply {
  return reply.removeHeader('x-frame-options').headers(windowHeaders).code(status).send(html);
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof Refusal && error.errorCode === 'checkout_not_found') return undefined;
  throw error;
}
