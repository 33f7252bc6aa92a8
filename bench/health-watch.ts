/**
 * A program of its own, since one that makes load is busy itself: asks a server for /live and /ready every 20 ms until its parent tells it
 * to end, and answers with how long each took; beside them another server that has nothing to do. `node bench/health-watch.ts URL BARE-URL`,
 * with an IPC channel.
 */
const [url = '', bareUrl = ''] = process.argv.slice(2);
const pauseMs = 20;

export interface HealthSeen {
  readonly path: string;
  readonly times: readonly number[];
  /** Answers other than 200, by their status. */
  readonly others: Readonly<Record<string, number>>;
}

let isOver = false;
process.once('message', () => {
  isOver = true;
});

async function watch(path: string, address: string): Promise<HealthSeen> {
  const times: number[] = [];
  const others: Record<string, number> = {};
  while (!isOver) {
    const begun = performance.now();
    const answer = await fetch(address);
    await answer.text();
    times.push(performance.now() - begun);
    if (answer.status !== 200) others[answer.status] = (others[answer.status] ?? 0) + 1;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return { path, times, others };
}

const seen = await Promise.all([
  watch('/live', `${url}/live`),
  watch('/ready', `${url}/ready`),
  watch('bare server', bareUrl),
]);
process.send?.(seen, () => process.disconnect());
