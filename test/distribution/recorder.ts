import pg from 'pg';

export interface Recorder {
  /** What was sent to a database, each text once. */
  sentTo(database: string): readonly string[];
  /** Of these, what was prepared under a name. */
  namedTo(database: string): readonly string[];
  stop(): void;
}

/**
 * Takes down every statement that this process sends. It stands at the driver, below the pool and below Kysely, so that there
 * is no way round it. What a client of `isOwn` sends is the test's own, and not taken down.
 */
export function recordStatements(isOwn: (client: pg.Client) => boolean): Recorder {
  const sent = new Map<string, Set<string>>();
  const named = new Map<string, Set<string>>();
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    if (!isOwn(this)) {
      const [first] = parameters;
      const database = this.database ?? '';
      const { text, name } = typeof first === 'string' ? { text: first } : (first as pg.QueryConfig);
      sent.set(database, (sent.get(database) ?? new Set()).add(text));
      if (name !== undefined) named.set(database, (named.get(database) ?? new Set()).add(text));
    }
    return Reflect.apply(query, this, parameters);
  } as typeof query;
  return {
    sentTo: (database) => [...(sent.get(database) ?? [])],
    namedTo: (database) => [...(named.get(database) ?? [])],
    stop() {
      pg.Client.prototype.query = query;
    },
  };
}
