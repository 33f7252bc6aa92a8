import pg from 'pg';

export interface Recorder {
  /** What was sent to a database, each text once. */
  sentTo(database: string): readonly string[];
  stop(): void;
}

/**
 * Takes down every statement that this process sends. It stands at the driver, below the pool and below Kysely, so that there
 * is no way round it. What a client of `isOwn` sends is the test's own, and not taken down.
 */
export function recordStatements(isOwn: (client: pg.Client) => boolean): Recorder {
  const sent = new Map<string, Set<string>>();
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    if (!isOwn(this)) {
      const [first] = parameters;
      const database = this.database ?? '';
      const texts = sent.get(database) ?? new Set();
      sent.set(database, texts.add(typeof first === 'string' ? first : (first as { readonly text: string }).text));
    }
    return Reflect.apply(query, this, parameters);
  } as typeof query;
  return {
    sentTo: (database) => [...(sent.get(database) ?? [])],
    stop() {
      pg.Client.prototype.query = query;
    },
  };
}
