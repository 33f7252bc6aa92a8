import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Span } from '../../platform/tracing/span.ts';
import { beginTrace } from '../../platform/tracing/tracing.ts';

/**
 * The span of a request, which goes on with its caller's trace (`traceparent`, W3C Trace Context). Its route, never its path: tokens and
 * whatever a caller has written stand there. Probes make none, or most traces would be theirs.
 */
export function beginSpanOf({ id, method, headers, routeOptions }: FastifyRequest): Span | undefined {
  if (routeOptions.config?.operation?.isProbe) return undefined;
  const route = routeOptions.url;
  return beginTrace(
    {
      name: route === undefined ? method : `${method} ${route}`,
      kind: 'server',
      attributes: { 'http.request.method': method, 'http.route': route, 'hwanbul.request_id': id },
    },
    { traceparent: oneOf(headers.traceparent), tracestate: oneOf(headers.tracestate) },
  );
}

/** It ends with its answer, or when the caller hangs up before. */
export function endSpanWith(span: Span | undefined, request: FastifyRequest, reply: FastifyReply): void {
  if (span === undefined) return;
  reply.raw.once('close', () => {
    const error = textOf(reply.getHeader('x-hwanbul-error'));
    span.set({
      'http.response.status_code': reply.raw.writableFinished ? reply.statusCode : undefined,
      'hwanbul.error': error,
      'hwanbul.operation': textOf(reply.getHeader('x-hwanbul-cancellation-id')),
      'hwanbul.imp_uid': impUidIn(request.params) ?? impUidIn(request.body),
    });
    if (!reply.raw.writableFinished) span.end('hung_up');
    else span.end(reply.statusCode >= 500 ? (error ?? String(reply.statusCode)) : undefined);
  });
}

function textOf(header: unknown): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function oneOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** One of ours: what a caller has put there instead may be anything. */
function impUidIn(values: unknown): string | undefined {
  const value = typeof values === 'object' && values !== null && 'imp_uid' in values ? values.imp_uid : undefined;
  return typeof value === 'string' && /^imps?_\d{12}$/.test(value) ? value : undefined;
}
