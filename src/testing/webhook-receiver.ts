import { Buffer } from 'node:buffer';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clearTimeout, setTimeout } from './real-timers.ts';
import type { Webhook, WebhookAnswer, Webhooks } from './webhook-types.ts';

export interface WebhookReceiver {
  readonly webhooks: Webhooks;
  /** Forgets what has come and answers 200 again. */
  reset(): void;
  close(): Promise<void>;
}

const keptMax = 10_000;
const bodyBytesMax = 1024 * 1024;
const waitLimitMs = 10_000;
const toldMax = 20;

interface Waiter {
  readonly predicate: (webhook: Webhook) => boolean;
  resolve(webhook: Webhook): void;
  reject(error: unknown): void;
}

/** Starts a server for the merchant's webhooks on any free port of loopback. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  let kept: Webhook[] = [];
  let answering: WebhookAnswer = {};
  const waiters = new Set<Waiter>();

  function take(webhook: Webhook): void {
    kept.push(webhook);
    if (kept.length > keptMax) kept = kept.slice(-keptMax);
    for (const waiter of waiters) tell(waiter, webhook);
  }

  function nextAnswer(): WebhookAnswer {
    const answer = answering;
    if (answer.times !== undefined) {
      answering = answer.times > 1 ? { ...answer, times: answer.times - 1 } : {};
    }
    return answer;
  }

  const server = createServer((request, response) => {
    readBody(request, (body) => {
      take(webhookOf(request, body));
      give(response, nextAnswer());
    });
  });
  const url = `http://127.0.0.1:${await listen(server)}/webhooks`;
  // It must not keep a test's process from ending.
  server.unref();

  const webhooks: Webhooks = Object.freeze({
    url,
    all: () => Object.freeze([...kept]),
    waitFor(predicate: (webhook: Webhook) => boolean, { timeoutMs = waitLimitMs } = {}) {
      return waitFor(predicate, timeoutMs, () => kept, waiters);
    },
    clear() {
      kept = [];
    },
    answer(answer: WebhookAnswer = {}) {
      answering = answer;
    },
  });
  return {
    webhooks,
    reset() {
      kept = [];
      answering = {};
    },
    async close() {
      for (const waiter of waiters) waiter.reject(new Error('Hwanbul was closed while a webhook was waited for.'));
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function waitFor(
  predicate: (webhook: Webhook) => boolean,
  timeoutMs: number,
  kept: () => readonly Webhook[],
  waiters: Set<Waiter>,
): Promise<Webhook> {
  const here = kept().find(predicate);
  if (here !== undefined) return here;
  const { promise, resolve, reject } = Promise.withResolvers<Webhook>();
  const waiter = { predicate, resolve, reject };
  const timer = setTimeout(() => {
    const came = kept()
      .slice(-toldMax)
      .map(({ imp_uid, status }) => `${imp_uid} ${status}`);
    reject(new Error(`No such webhook came within ${timeoutMs} ms. There are ${kept().length}: ${came.join(', ')}`));
  }, timeoutMs);
  waiters.add(waiter);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    waiters.delete(waiter);
  }
}

/** A predicate that throws fails the wait that it belongs to, and nothing else. */
function tell(waiter: Waiter, webhook: Webhook): void {
  try {
    if (waiter.predicate(webhook)) waiter.resolve(webhook);
  } catch (error) {
    waiter.reject(error);
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function readBody(request: IncomingMessage, then: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > bodyBytesMax) request.destroy();
    else chunks.push(chunk);
  });
  request.once('end', () => then(Buffer.concat(chunks).toString('utf8')));
}

function give(response: ServerResponse, answer: WebhookAnswer): void {
  const { status = 200, body = 'ok', delayMs = 0, close = false } = answer;
  const end = (): void => {
    if (close) response.destroy();
    else response.writeHead(status).end(body);
  };
  if (delayMs > 0) setTimeout(end, delayMs).unref();
  else end();
}

function webhookOf(request: IncomingMessage, body: string): Webhook {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  const fields = fieldsOf(body, headers['content-type'] ?? '');
  const text = (name: string): string | undefined => (typeof fields[name] === 'string' ? fields[name] : undefined);
  return Object.freeze({
    id: headers['x-hwanbul-webhook'],
    imp_uid: text('imp_uid'),
    merchant_uid: text('merchant_uid'),
    status: text('status'),
    cancellation_id: text('cancellation_id'),
    fields,
    path: request.url ?? '',
    headers: Object.freeze(headers),
    body,
  });
}

function fieldsOf(body: string, contentType: string): Readonly<Record<string, unknown>> {
  try {
    const fields = contentType.startsWith('application/json')
      ? JSON.parse(body)
      : Object.fromEntries(new URLSearchParams(body));
    return Object.freeze(typeof fields === 'object' && fields !== null ? fields : {});
  } catch {
    return Object.freeze({});
  }
}
