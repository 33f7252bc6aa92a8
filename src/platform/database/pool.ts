import pg from 'pg';
import { currentScope, within } from '../tracing/scope.ts';
import { traced } from '../tracing/tracing.ts';
import { clientOfHosts, readDatabaseAddress } from './hosts.ts';
import { createSilentHosts } from './silent-hosts.ts';
import { nameOfStatement } from './statement-name.ts';
import { isDatabaseOutage, isStaleStatement } from './transient-errors.ts';

/** A connection that is held for a while, for a transaction; everything else goes through `Database.query`. */
export interface DatabaseClient {
  query: Database['query'];
}

/**
 * PostgreSQL behind a pool. A `bigint` column comes out as a bigint (an array of them too), `numeric` and `date` as the
 * text that PostgreSQL gives, `timestamptz` as a Date.
 */
export interface Database {
  /** For what needs the driver itself, such as Kysely. */
  readonly pool: pg.Pool;
  /** Gives the rows. With a `name` the statement is prepared once per connection; one name stands for one text. */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<Row[]>;
  /** Lends one connection to `work`. */
  withClient<Result>(work: (client: DatabaseClient) => Promise<Result>): Promise<Result>;
  /** Runs `work` between `begin` and `commit`, or rolls back when it throws. */
  withTransaction<Result>(work: (client: DatabaseClient) => Promise<Result>): Promise<Result>;
  /** Waits for the statements in flight, then ends the connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections for statements; one more is for the process's sign of life (presence.ts), which keeps it. */
  readonly poolSize: number;
  /** Seen in pg_stat_activity. */
  readonly applicationName: string;
  /**
   * Between us and PostgreSQL stands a pooler in transaction mode: nothing of a session is kept, so no statement has a name, and the
   * time limits are the role's own (`missingLimits`).
   */
  readonly isPooled?: boolean;
  /** Hears of connections lost while idle, which need no action: the pool makes new ones. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** A time limit in the driver alone would leave the statement running on the server; these make the server end it. */
const connectionLimitMs = 10_000;
const limits = {
  statement_timeout: 15_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
} as const;
const goodbyeLimitMs = 5_000;

type TypeId = Parameters<typeof pg.types.getTypeParser>[0];
/** From the catalog pg_type; the driver's own table names no arrays. */
const int8Array = 1016 as number as TypeId;
const asText = (value: string): string => value;
const parseTexts: (value: string) => (string | null)[] = pg.types.getTypeParser(int8Array);
function asBigints(value: string): (bigint | null)[] {
  return parseTexts(value).map((each) => (each === null ? null : BigInt(each)));
}

/** Parsers of this pool only: changing the driver's own table would change every other user of `pg` in the process. */
const types = {
  getTypeParser(oid: TypeId, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    if (oid === pg.types.builtins.INT8) return BigInt;
    if (oid === int8Array) return asBigints;
    if (oid === pg.types.builtins.DATE) return asText;
    return pg.types.getTypeParser(oid, 'text');
  },
} satisfies pg.CustomTypesConfig;

/** Of the time limits that a role must have behind a pooler, since no session of ours can set them: those that it has not. */
export async function missingLimits(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ name: string }>(
    `select name from pg_settings where name = any($1::text[]) and setting = '0'`,
    [Object.keys(limits)],
  );
  return rows.map(({ name }) => `${name} = '${limits[name as keyof typeof limits] / 1000}s'`);
}

/** Opens no connection yet; the first query does. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const { isPooled = false } = options;
  const address = readDatabaseAddress(url);
  const silentHosts = createSilentHosts(
    { connectionString: address.url, application_name: options.applicationName },
    isPooled,
  );
  const pool = new pg.Pool({
    connectionTimeoutMillis: connectionLimitMs,
    ...(isPooled ? {} : limits),
    ...(address.hosts && { Client: clientOfHosts(address.hosts) }),
    connectionString: address.url,
    max: options.poolSize + 1,
    application_name: options.applicationName,
    keepAlive: true,
    types,
  });
  const nameOf = (name: string | undefined): string | undefined => (isPooled ? undefined : name);
  const open = new Map<pg.PoolClient, Promise<void>>();
  let closed: Promise<void> | undefined;
  // Each connection is listened to below; a pool that nobody listens to would end the process.
  pool.on('error', () => {});
  // The pool listens only while a connection is idle; one that breaks while it is lent out would end the process, too.
  pool.on('connect', (client) => {
    silentHosts.watch(client);
    client.on('error', (error) => {
      // What ends while all of them are being ended is not lost.
      // And it is nothing to whoever was the first to use it.
      if (!closed) within(undefined, () => options.onConnectionLost?.(error));
    });
    const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
    open.set(
      client,
      ended.then(() => {
        open.delete(client);
      }),
    );
  });

  /** The pool calls itself ended when it has said goodbye; PostgreSQL's own end would break what has not gone by then. */
  async function close(): Promise<void> {
    await pool.end();
    silentHosts.close();
    const overdue = setTimeout(() => {
      for (const client of open.keys()) client.connection.stream.destroy();
    }, goodbyeLimitMs);
    await Promise.all(open.values());
    clearTimeout(overdue);
  }

  async function withClient<Result>(work: (client: DatabaseClient) => Promise<Result>): Promise<Result> {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onBroken = (error: Error): void => {
      broken = error;
    };
    client.on('error', onBroken);
    try {
      return await work({
        async query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
          return asSpan(text, name, async () => (await client.query<Row>(statement(text, values, nameOf(name)))).rows);
        },
      });
    } catch (error) {
      // It may lead to a server that can't be written to; the next one may not.
      if (isDatabaseOutage(error)) broken ??= error;
      throw error;
    } finally {
      client.off('error', onBroken);
      client.release(broken);
    }
  }

  async function queryOnce<Row extends object>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<Row[]> {
    try {
      return (await pool.query<Row>(statement(text, values, nameOf(name)))).rows;
    } catch (error) {
      // It was refused before it began, and without a name it is prepared anew.
      if (name === undefined || !isStaleStatement(error)) throw error;
      return (await pool.query<Row>(statement(text, values))).rows;
    }
  }

  return Object.freeze({
    pool,
    query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
      return asSpan(text, name, () => queryOnce<Row>(text, values, name));
    },
    withClient,
    withTransaction: (work) => withClient((client) => inTransaction(client, work)),
    close: () => {
      closed ??= close();
      return closed;
    },
  } satisfies Database);
}

/** By its name alone: neither its text nor its values leave the process. What it waits for a connection is part of it. */
function asSpan<Rows>(text: string, name: string | undefined, ask: () => Promise<Rows>): Promise<Rows> {
  if (currentScope()?.span === undefined) return ask();
  const shown = name ?? nameOfStatement(text);
  return traced(
    { name: shown, kind: 'client', attributes: { 'db.system.name': 'postgresql', 'db.query.summary': shown } },
    ask,
  );
}

function statement(text: string, values: readonly unknown[] = [], name?: string): pg.QueryConfig<unknown[]> {
  return name === undefined ? { text, values: [...values] } : { text, values: [...values], name };
}

async function inTransaction<Result>(
  client: DatabaseClient,
  work: (client: DatabaseClient) => Promise<Result>,
): Promise<Result> {
  await client.query('begin');
  try {
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // When the connection is gone, so is the transaction; what went wrong first is what the caller has to hear.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}
