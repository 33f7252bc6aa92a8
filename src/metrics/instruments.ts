import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** From a millisecond to the longest that a caller may wait. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];

/**
 * Everything that is measured, by the names that dashboards and alerts use. Durations are in seconds. What is read from the database is
 * the same in every process, so that several of them tell the largest, and not the sum.
 */
export function createInstruments() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const ofTheBook = { registers, aggregator: 'max' } as const;
  return {
    registry,
    build: new Gauge({
      name: 'hwanbul_build_info',
      help: 'Always 1: which version runs, in which mode.',
      labelNames: ['version', 'mode'],
      registers,
      aggregator: 'max',
    }),
    requests: new Histogram({
      name: 'hwanbul_http_request_seconds',
      help: 'Requests by route, HTTP status and code of the refusal (empty: none).',
      labelNames: ['method', 'route', 'status', 'error'],
      buckets: secondsBuckets,
      registers,
    }),
    requestsUnderWay: new Gauge({
      name: 'hwanbul_http_requests_under_way',
      help: 'Requests that have arrived and are not answered yet.',
      registers,
    }),
    gatewayRequests: new Histogram({
      name: 'hwanbul_gateway_request_seconds',
      help: 'Requests to gateways (asked="send") and questions what became of one (asked="inquire"), by what came of them.',
      labelNames: ['provider', 'operation', 'asked', 'outcome'],
      buckets: secondsBuckets,
      registers,
    }),
    operationsOpen: new Gauge({
      name: 'hwanbul_operations_open',
      help: 'Operations that have not ended, by kind and state.',
      labelNames: ['kind', 'state'],
      ...ofTheBook,
    }),
    doubtOldest: new Gauge({
      name: 'hwanbul_doubt_oldest_seconds',
      help: 'Age of the oldest operation in doubt; 0: there is none.',
      ...ofTheBook,
    }),
    turnsWaiting: new Gauge({
      name: 'hwanbul_turns_waiting',
      help: 'Operations of this process that wait for their turn at a payment or a key.',
      registers,
    }),
    webhooksWaiting: new Gauge({
      name: 'hwanbul_webhooks_waiting',
      help: 'Webhooks that are to be delivered, repeats with them.',
      ...ofTheBook,
    }),
    webhookOldest: new Gauge({
      name: 'hwanbul_webhook_overdue_seconds',
      help: 'For how long the most overdue webhook could have been sent.',
      ...ofTheBook,
    }),
    noticesWaiting: new Gauge({
      name: 'hwanbul_notices_waiting',
      help: 'Notices of gateways that could not be applied yet, as those that no payment fits.',
      ...ofTheBook,
    }),
    databaseConnections: new Gauge({
      name: 'hwanbul_database_connections',
      help: 'Connections of the pool by state (idle, busy), and statements that wait for one (waiting).',
      labelNames: ['state'],
      registers,
    }),
    clockSkew: new Gauge({
      name: 'hwanbul_clock_skew_seconds',
      help: "How far this process's clock is ahead of the database's, negative: behind. What the question itself took is taken off.",
      registers,
      aggregator: 'max',
    }),
    rounds: new Gauge({
      name: 'hwanbul_round_last_success_timestamp_seconds',
      help: 'When work that comes back (recovery, webhooks, schedules, …) last ended well. Seconds since 1970.',
      labelNames: ['round'],
      registers,
      aggregator: 'min',
    }),
    removed: new Counter({
      name: 'hwanbul_rows_removed_total',
      help: 'Rows that had ended and were older than the settings keep them, by what they were.',
      labelNames: ['what'],
      registers,
    }),
    auditMonthsDetached: new Counter({
      name: 'hwanbul_audit_months_detached_total',
      help: 'Months of the audit that have become tables of their own.',
      registers,
    }),
    bookFailures: new Counter({
      name: 'hwanbul_book_unreadable_total',
      help: 'Scrapes at which the database did not say how the book stands. The gauges of the book are absent from those.',
      registers,
    }),
  };
}

export type Instruments = ReturnType<typeof createInstruments>;
