import type { Log } from '../../platform/logging/log.ts';
import { programFile } from '../../platform/own-files.ts';
import { keepThread } from '../../platform/threads/kept-thread.ts';
import type { MonitoringOrder, MonitoringReport, MonitoringThreadData, ProbedDatabase, Scraped } from './messages.ts';
import { type Pulse, pulseIntervalMs, vitalSigns } from './pulse.ts';

/**
 * The port for Prometheus and for probes, in a thread of its own: what is asked there waits behind no request of callers, nor behind their
 * connections, of which Node takes one of a port per turn of its event loop (libuv); and a process that hangs is told as one. What a
 * crash of the thread costs are probes until it is back, at the same port.
 */
export interface MonitoringPort {
  /** The address of what Prometheus reads. */
  readonly url: string;
  /** From now on `/ready` knows how the database is. */
  lookAt(database: ProbedDatabase): void;
  /** Requests are answered from now on; until then, and from `ending` on, `/ready` says no. */
  running(): void;
  ending(): void;
  close(): Promise<void>;
}

export interface MonitoringPortParts {
  readonly port: number;
  readonly host: string;
  readonly scrape: () => Promise<Scraped>;
  readonly pulse: Pulse;
  readonly log: Log;
  /** See `MonitoringThreadData`; absent: ten seconds. */
  readonly silenceLimitMs?: number;
}

const program = programFile('start/monitoring-port/main');
/** More than what holds up a process that is only busy, or short of processor time. */
const usualSilenceLimitMs = 10_000;
/** V8 takes more by default than the thread has to remember. */
const youngGenerationMb = 2;

/** Rejects when the port can't be had. */
export async function openMonitoringPort(parts: MonitoringPortParts): Promise<MonitoringPort> {
  const { host, scrape, pulse, log, silenceLimitMs = usualSilenceLimitMs } = parts;
  const signs = vitalSigns();
  const listening = Promise.withResolvers<void>();
  let port = parts.port;
  let database: ProbedDatabase | undefined;

  const thread = keepThread<MonitoringOrder, MonitoringReport>({
    program,
    options: () => ({
      name: 'monitoring',
      workerData: { port, host, signs: signs.buffer, silenceLimitMs } satisfies MonitoringThreadData,
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    }),
    crashed: 'the port of metrics and probes has crashed, and is opened again after a pause',
    log,
    onReport(report, order) {
      if (report.kind === 'warn') log.warn({ why: report.why }, report.message);
      else if (report.kind === 'scrape') void answerScrape(report.id, order);
      else isListening(report.port);
    },
    onOpenedAgain(order) {
      if (database !== undefined) order({ kind: 'database', database });
    },
  });

  function isListening(at: number): void {
    // One that is opened again listens where whoever asks expects it.
    port = at;
    thread.up();
    listening.resolve();
  }

  async function answerScrape(id: number, order: (message: MonitoringOrder) => void): Promise<void> {
    try {
      const { contentType, text } = await scrape();
      order({ kind: 'scraped', id, scraped: { contentType, text } });
    } catch (error) {
      log.warn({ err: error }, 'the metrics could not be read');
      order({ kind: 'scraped', id, scraped: undefined });
    }
  }

  await Promise.race([listening.promise, thread.failed]);
  const heard = (): void => signs.note(pulse());
  const beating = setInterval(heard, pulseIntervalMs);
  beating.unref();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`,
    lookAt(its) {
      database = its;
      thread.order({ kind: 'database', database });
    },
    running() {
      heard();
      signs.enter('running');
    },
    ending: () => signs.enter('ending'),
    async close() {
      clearInterval(beating);
      await thread.close({ kind: 'close' });
    },
  };
}
