import type { FastifyReply, FastifyRequest } from 'fastify';
import { AggregatorRegistry } from 'prom-client';
import type { OperationObserver } from '../core/operations/observer.ts';
import type { Turns } from '../core/operations/turns.ts';
import type { RetentionObserver } from '../core/retention/observer.ts';
import type { Database } from '../platform/database/pool.ts';
import type { Log } from '../platform/logging/log.ts';
import type { Round } from '../platform/rounds/rounds.ts';
import { type BookState, readBookState } from './book.ts';
import { createInstruments, type Instruments } from './instruments.ts';

/** What the parts of a server tell its metrics. */
export interface Metrics extends OperationObserver, RetentionObserver {
  arrived(reply: FastifyReply): void;
  answered(request: FastifyRequest, reply: FastifyReply): void;
  /** From now on a scrape looks at these as well. */
  watch(parts: Watched): void;
  /** As Prometheus reads it. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface Watched {
  readonly database: Database;
  readonly turns: Turns;
  readonly rounds: readonly Round[];
  readonly log: Log;
}

/** Scrapes of several readers at once ask the database once, and no more often than this. */
const bookFreshMs = 1_000;

export function createMetrics(build: { readonly version: string; readonly mode: string }): Metrics {
  const instruments = createInstruments();
  const { registry } = instruments;
  instruments.build.set({ ...build }, 1);
  // Of a process of several: the first one asks for these, and adds them up.
  AggregatorRegistry.setRegistries(registry);
  if (process.send !== undefined) new AggregatorRegistry();
  return Object.freeze<Metrics>({
    exchanged({ seconds, ...labels }) {
      instruments.gatewayRequests.observe(labels, seconds);
    },
    removed(what, rows) {
      instruments.removed.inc({ what }, rows);
    },
    detached() {
      instruments.auditMonthsDetached.inc();
    },
    arrived({ raw }) {
      instruments.requestsUnderWay.inc();
      // Also when the caller hangs up before the answer.
      raw.once('close', () => instruments.requestsUnderWay.dec());
    },
    answered(request, reply) {
      const error = reply.getHeader('x-hwanbul-error');
      instruments.requests.observe(
        {
          method: request.method,
          // The pattern and never the path: ids would make a series each. What has no route is one series.
          route: request.routeOptions.url ?? 'none',
          status: reply.statusCode,
          error: typeof error === 'string' ? error : '',
        },
        reply.elapsedTime / 1000,
      );
    },
    watch(parts) {
      watch(instruments, parts);
    },
    scrape: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  });
}

/** Gauges that are read when somebody asks. One of them reads the database, and sets those of the book. */
function watch(instruments: Instruments, { database, turns, rounds, log }: Watched): void {
  let read: { readonly at: number; readonly state: Promise<BookState | undefined> } | undefined;
  let isTold = false;

  function book(): Promise<BookState | undefined> {
    if (read && performance.now() - read.at < bookFreshMs) return read.state;
    const state = readBookState(database).then(
      (found) => {
        isTold = false;
        return found;
      },
      (error: unknown) => {
        instruments.bookFailures.inc();
        if (!isTold) log.warn({ err: error }, 'the metrics of the book could not be read');
        isTold = true;
        return undefined;
      },
    );
    read = { at: performance.now(), state };
    return state;
  }

  // What can't be read is left out: a number that stands still looks like one that is well.
  const ofTheBook = {
    doubtOldest: ({ doubtOldestSeconds }) => doubtOldestSeconds,
    webhooksWaiting: ({ webhooksWaiting }) => webhooksWaiting,
    webhookOldest: ({ webhookOldestSeconds }) => webhookOldestSeconds,
    noticesWaiting: ({ noticesWaiting }) => noticesWaiting,
    clockSkew: ({ clockSkewSeconds }) => clockSkewSeconds,
  } as const satisfies Partial<Record<keyof Instruments, (state: BookState) => number>>;

  for (const name of Object.keys(ofTheBook) as (keyof typeof ofTheBook)[]) {
    const gauge = instruments[name];
    collecting(gauge, async () => {
      const state = await book();
      if (state) gauge.set(ofTheBook[name](state));
      else gauge.remove();
    });
  }
  collecting(instruments.operationsOpen, async () => {
    const state = await book();
    instruments.operationsOpen.reset();
    for (const { kind, state: of, count } of state?.operationsOpen ?? []) {
      instruments.operationsOpen.set({ kind, state: of }, count);
    }
  });
  collecting(instruments.turnsWaiting, () => instruments.turnsWaiting.set(turns.waiting));
  collecting(instruments.databaseConnections, () => {
    const { totalCount, idleCount, waitingCount } = database.pool;
    instruments.databaseConnections.set({ state: 'idle' }, idleCount);
    instruments.databaseConnections.set({ state: 'busy' }, totalCount - idleCount);
    instruments.databaseConnections.set({ state: 'waiting' }, waitingCount);
  });
  collecting(instruments.rounds, () => {
    for (const round of rounds) {
      const { lastSucceededAt } = round.health();
      if (lastSucceededAt) instruments.rounds.set({ round: round.name }, lastSucceededAt.getTime() / 1000);
    }
  });
}

/** prom-client calls it at each scrape, and takes it at the making only by its types. */
function collecting(gauge: object, collect: () => void | Promise<void>): void {
  Object.assign(gauge, { collect });
}
