import { get } from 'node:http';

/**
 * A program of its own, since one that makes load is busy itself: asks a server for /live and /ready every 20 ms until its parent tells it
 * to end, each over a connection of its own as those do who probe for real, and answers with how long each took; at the port of metrics
 * and at the callers', and beside them another server that has nothing to do.
 * `node bench/health-watch.ts URL METRICS-PORT BARE-URL`, with an IPC channel.
 */
const [url = '', metricsPort = '', bareUrl = ''] = process.argv.slice(2);
const pauseMs = 20;

export interface HealthSeen {
  readonly name: string;
  /** Whether it is one that the aim is about. */
  readonly isAimedAt: boolean;
  readonly times: readonly number[];
  /** Answers other than 200, by their status. */
  readonly others: Readonly<Record<string, number>>;
}

let isOver = false;
process.once('message', () => {
  isOver = true;
});

function statusOf(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(address, { agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    }).once('error', reject);
  });
}

async function watch(name: string, address: string, isAimedAt = false): Promise<HealthSeen> {
  const times: number[] = [];
  const others: Record<string, number> = {};
  while (!isOver) {
    const begun = performance.now();
    const status = await statusOf(address);
    times.push(performance.now() - begun);
    if (status !== 200) others[status] = (others[status] ?? 0) + 1;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return { name, isAimedAt, times, others };
}

const metricsUrl = `http://127.0.0.1:${metricsPort}`;
const seen = await Promise.all([
  watch('/live', `${metricsUrl}/live`, true),
  watch('/ready', `${metricsUrl}/ready`, true),
  watch("/live, callers'", `${url}/live`),
  watch("/ready, callers'", `${url}/ready`),
  watch('bare server', bareUrl),
]);
process.send?.(seen, () => process.disconnect());
