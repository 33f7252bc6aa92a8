import type { MessagePort } from 'node:worker_threads';
import { migrationsFolder } from '../../core/schema/schema.ts';
import { type Database, openDatabase } from '../../platform/database/pool.ts';
import { createReadiness } from '../../platform/database/readiness.ts';
import { listen } from './listen.ts';
import type { MonitoringOrder, MonitoringReport, MonitoringThreadData, ProbedDatabase, Scraped } from './messages.ts';
import { createProbe } from './probe.ts';
import { vitalSigns } from './pulse.ts';

/** Longer than Prometheus waits (10 s unless it is told otherwise): whoever still waits then waits for a process that hangs. */
const scrapeLimitMs = 15_000;

/** The port's own thread, seen from inside. It ends when it is told to. */
export async function serve(server: MessagePort, data: MonitoringThreadData): Promise<void> {
  const report = (message: MonitoringReport): void => server.postMessage(message);
  const { probe, lookAt } = createProbe(vitalSigns(data.signs), data.silenceLimitMs);
  const scrapes = new Map<number, (scraped: Scraped | undefined) => void>();
  let scrapesAsked = 0;
  let database: Database | undefined;

  const listener = await listen(data, { probe, scrape });
  server.on('message', (order: MonitoringOrder) => {
    if (order.kind === 'database') open(order.database);
    else if (order.kind === 'scraped') scrapes.get(order.id)?.(order.scraped);
    else void close();
  });
  report({ kind: 'listening', port: listener.port });

  /** What is counted is in the process's own thread. */
  async function scrape(): Promise<Scraped | undefined> {
    const id = ++scrapesAsked;
    const { promise, resolve } = Promise.withResolvers<Scraped | undefined>();
    scrapes.set(id, resolve);
    report({ kind: 'scrape', id });
    const overdue = setTimeout(() => resolve(undefined), scrapeLimitMs);
    try {
      return await promise;
    } finally {
      clearTimeout(overdue);
      scrapes.delete(id);
    }
  }

  function open({ url, isPooled }: ProbedDatabase): void {
    database = openDatabase(url, { isPooled, poolSize: 0, applicationName: 'hwanbul monitoring' });
    lookAt(createReadiness(database, migrationsFolder), (why) =>
      report({ kind: 'warn', message: 'this process no longer fits the database: /ready answers 503', why }),
    );
  }

  async function close(): Promise<void> {
    await Promise.all([listener.close(), database?.close()]);
    // Nothing is left that keeps the thread alive.
    server.close();
  }
}
