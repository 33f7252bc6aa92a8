import { findMisfit } from './migrations/schema-fit.ts';
import type { Database } from './pool.ts';

/** What keeps a server from working with its database. */
export type DatabaseIllness =
  | { readonly part: undefined }
  /** It did not answer within the limit. */
  | { readonly part: 'database' }
  /** It answers, and takes no writes: a standby, or one that was set so. */
  | { readonly part: 'read_only' }
  | { readonly part: 'schema'; readonly why: string };

export interface Readiness {
  /** Never throws. However many ask, the database is asked at most once at a time, and no answer is older than half a second. */
  look(): Promise<DatabaseIllness>;
}

const limitMs = 2_000;
const freshMs = 500;

/** `database` is for this alone: over the pool of requests, a probe would wait behind them. */
export function createReadiness(database: Database, migrationsFolder: URL): Readiness {
  let last: { readonly endedAt: number; readonly found: DatabaseIllness } | undefined;
  let underWay: Promise<DatabaseIllness> | undefined;

  async function ask(): Promise<DatabaseIllness> {
    try {
      const misfit = await findMisfit(database, migrationsFolder);
      if (misfit !== undefined) return { part: 'schema', why: misfit.why };
      const [row] = await database.query<{ read_only: string }>(
        `select current_setting('transaction_read_only') as read_only`,
      );
      return row?.read_only === 'on' ? { part: 'read_only' } : { part: undefined };
    } catch {
      return { part: 'database' };
    }
  }

  async function lookAnew(): Promise<DatabaseIllness> {
    const { promise: late, resolve } = Promise.withResolvers<DatabaseIllness>();
    const timer = setTimeout(() => resolve({ part: 'database' }), limitMs);
    const found = await Promise.race([ask(), late]);
    clearTimeout(timer);
    last = { endedAt: performance.now(), found };
    return found;
  }

  return {
    look() {
      if (last && performance.now() - last.endedAt < freshMs) return Promise.resolve(last.found);
      underWay ??= lookAnew().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
  };
}
