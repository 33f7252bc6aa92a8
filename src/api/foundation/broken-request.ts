import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import { envelopeHeaders, refusalHeaders, refusalText, securityHeaders } from './envelope.ts';

const refusals: Readonly<Record<string, ErrorCode>> = Object.freeze({
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
});
const reasons: Readonly<Record<number, string>> = Object.freeze({
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
});

/**
 * Answers what Node's parser could not read as a request, in the envelope like everything else, and hangs up.
 *
 * Nothing is written while an earlier request of the connection is being worked on: its caller would take these bytes for
 * the answer to that one, and believe that a cancellation was refused which is under way.
 */
export function refuseBrokenRequest(error: ConnectionError, socket: Socket, requestId: string): void {
  if (!socket.writable || error.code === 'ECONNRESET' || hasWorkUnderWay(socket)) {
    socket.destroy();
    return;
  }
  const refusal = new Refusal(refusals[error.code] ?? 'malformed_request');
  const { status } = refusal.entry;
  const body = refusalText(refusal);
  const headers = {
    ...envelopeHeaders,
    'content-length': String(Buffer.byteLength(body)),
    ...securityHeaders,
    'x-request-id': requestId,
    ...refusalHeaders(refusal),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // What is still unread would turn the end into a reset, which can take the answer from the caller before it has read it.
  socket.resume();
  socket.end(`HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`);
}

/** Node keeps the response that a connection is waiting for in this field. A request whose body is incomplete has not begun. */
function hasWorkUnderWay(socket: Socket): boolean {
  const { _httpMessage: response } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  return response != null && (response.headersSent || response.req.complete);
}
