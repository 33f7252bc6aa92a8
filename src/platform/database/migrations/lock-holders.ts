import type { Database, DatabaseClient } from '../pool.ts';

/** Who holds what a session waits for, as a person would look for them in pg_stat_activity. */
export interface LockHolders {
  /** Those that were seen last. */
  seen(): readonly string[];
  stop(): void;
}

export async function pidOf(client: DatabaseClient): Promise<number> {
  const [session] = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return session?.pid ?? 0;
}

/** Looks every so often, over another connection, until it is stopped. What can't be seen is not told, and nothing fails for it. */
export function watchLockHolders(
  database: Database,
  pid: number,
  everyMs: number,
  onSeen: (holders: readonly string[]) => void,
): LockHolders {
  let seen: readonly string[] = [];
  let isOver = false;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const found = await holdersOf(database, pid).catch(() => []);
    isLooking = false;
    if (found.length === 0 || isOver) return;
    const isNew = seen.length === 0;
    seen = found;
    if (isNew) onSeen(found);
  };
  const timer = setInterval(() => void look(), everyMs);
  return {
    seen: () => seen,
    stop() {
      isOver = true;
      clearInterval(timer);
    },
  };
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
