import type { Database, DatabaseClient } from '../pool.ts';

export async function pidOf(client: DatabaseClient): Promise<number> {
  const [session] = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return session?.pid ?? 0;
}

/**
 * Tells once who holds what a session waits for, as a person would look for them in pg_stat_activity. It looks every so often, over
 * another connection, until the answer is called. What can't be seen is not told, and nothing fails for it.
 */
export function watchLockHolders(
  database: Database,
  pid: number,
  everyMs: number,
  onSeen: (holders: readonly string[]) => void,
): () => void {
  let [isLooking, isOver] = [false, false];
  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    const found = await holdersOf(database, pid).catch(() => []);
    isLooking = false;
    if (found.length === 0 || isOver) return;
    stop();
    onSeen(found);
  }, everyMs);
  function stop(): void {
    isOver = true;
    clearInterval(timer);
  }
  return stop;
}

async function holdersOf(database: Database, pid: number): Promise<readonly string[]> {
  const rows = await database.query<{ pid: number; program: string | null; state: string | null }>(
    `select h.pid, nullif(a.application_name, '') as program, a.state
     from unnest(pg_blocking_pids($1)) as h(pid) left join pg_stat_activity a on a.pid = h.pid order by h.pid`,
    [pid],
  );
  return rows.map(({ pid, program, state }) => {
    const more = [program, state].filter((each) => each !== null);
    return `pid ${pid}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
  });
}
