import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AggregatorRegistry } from 'prom-client';
import type { Log } from '../platform/logging/log.ts';

export interface MetricsListener {
  /** The address of what Prometheus reads. */
  readonly url: string;
  /** From now on probes are answered, too, by whoever answers them at the callers' port. Until then they are told 503. */
  answerProbes(by: RequestListener): void;
  close(): Promise<void>;
}

type Scrape = () => Promise<{ readonly contentType: string; readonly text: string }>;

/**
 * A port of its own, which the shops' callers need not reach: what is asked there waits behind no request of theirs, nor behind their
 * connections. Node takes one new connection of a port per turn of its event loop (libuv), so that a probe that comes together with two
 * thousand callers is taken seconds after it has come at theirs, and within a turn here (`npm run bench:inflight`).
 */
export async function listenForScrapes(
  scrape: Scrape,
  { port, host, log }: { readonly port: number; readonly host: string; readonly log: Log },
): Promise<MetricsListener> {
  let probes: RequestListener = (_request, response) => {
    response.writeHead(503, { 'content-type': 'text/plain' });
    response.end('not yet\n');
  };
  const server: Server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    const isProbe = path === '/live' || path === '/ready';
    const isKnown = isProbe || path === '/metrics';
    if (!isKnown || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(isKnown ? 405 : 404, { 'content-type': 'text/plain' });
      response.end('GET /metrics, /live or /ready\n');
      return;
    }
    if (isProbe) {
      probes(request, response);
      return;
    }
    scrape().then(
      ({ contentType, text }) => {
        response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
        response.end(text);
      },
      (error: unknown) => {
        log.warn({ err: error }, 'the metrics could not be read');
        response.writeHead(503, { 'content-type': 'text/plain' });
        response.end('not now\n');
      },
    );
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`,
    answerProbes(by) {
      probes = by;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Of several processes, one of which answers at the callers' port: for the first one, which answers no requests itself. */
export function probesOfOthers(url: string): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answered = await fetch(new URL(request.url ?? '', url), { signal: AbortSignal.timeout(5_000) });
    const body = await answered.text();
    const type = answered.headers.get('content-type') ?? 'application/json';
    response.writeHead(answered.status, { 'content-type': type }).end(body);
  };
  return (request, response) => {
    answer(request, response).catch(() => {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('not now\n');
    });
  };
}

/** Of several processes: theirs, added up. For the first one, which answers no requests itself. */
export function scrapeOfAll(): Scrape {
  const aggregator = new AggregatorRegistry();
  return async () => ({ contentType: aggregator.contentType, text: await aggregator.clusterMetrics() });
}
