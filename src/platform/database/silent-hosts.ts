import type { Socket } from 'node:net';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import pg from 'pg';

/**
 * A machine that is lost says no goodbye, and what was asked over a connection to it stays unanswered: the system gives it up after a
 * quarter of an hour, PostgreSQL's own time limits are those of the machine that is lost, and keep-alive is not sent while an
 * answer is outstanding. So where nothing has come for a while, another connection to the host looks whether anybody is there, whether the
 * session is, and whether it still has something to do. An answer is outstanding until PostgreSQL has said that it is ready for the next
 * question; every byte of it counts as a sign of life.
 */
export interface SilentHosts {
  /** From its first use on until it ends. */
  watch(client: pg.PoolClient): void;
  close(): void;
}

interface Watched {
  /** What had been sent when the last answer was complete. */
  sentBefore: number;
  /** Since when an answer is outstanding, in whole or in part, by `performance.now()`, and nothing is heard. */
  silentSinceMs: number | undefined;
  heardAtMs: number;
}

const lookEveryMs = 250;
/** A statement may take longer: then somebody is found to be there. */
const silentAfterMs = 1_500;
const answerLimitMs = 2_500;
/** What the network has lost a few times is sent again within that, so that a session and we wait for each other no longer. */
const bothWaitAfterMs = 5_000;
/** So much later than its limit no look ends, unless this process itself stood still. */
const stoppedMs = 500;

/**
 * `settings`: of a connection, without its host. Connections that are cut have an error as of any lost connection: what was asked over
 * them may have been carried out.
 */
export function createSilentHosts(settings: pg.ClientConfig, isPooled: boolean): SilentHosts {
  const watched = new Map<pg.PoolClient, Watched>();
  const lookedAt = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function lookAround(): void {
    const now = performance.now();
    for (const [client, its] of watched) {
      if (socketOf(client).bytesWritten === its.sentBefore) its.silentSinceMs = undefined;
      else its.silentSinceMs ??= now;
      if (its.silentSinceMs !== undefined && now - its.silentSinceMs >= silentAfterMs) void lookAfter(client);
    }
  }

  async function lookAfter({ host, port }: pg.PoolClient): Promise<void> {
    const place = `${host} ${port}`;
    if (lookedAt.has(place)) return;
    lookedAt.add(place);
    const beganMs = performance.now();
    const there = [...watched].filter(([client]) => client.host === host && client.port === port);
    const found = await look(settings, host, port, isPooled);
    // Of a process that was stopped meanwhile the time is over first, and what has come is read only then.
    await turnOfTheLoop();
    lookedAt.delete(place);
    if (performance.now() - beganMs > answerLimitMs + stoppedMs) return;
    const isMute = there.every(([, { heardAtMs }]) => heardAtMs < beganMs);
    for (const [client, { silentSinceMs = beganMs, heardAtMs }] of there) {
      // Where others have heard something, the host has only too much to do to take another connection.
      const isLost =
        found === 'silence'
          ? isMute
          : found !== undefined &&
            silentSinceMs < beganMs &&
            heardAtMs < beganMs &&
            isPassedBy(found.get(processOf(client)), beganMs - silentSinceMs);
      if (isLost) socketOf(client).destroy(new LostConnection());
    }
  }

  return {
    watch(client) {
      const socket = socketOf(client);
      const its: Watched = { sentBefore: socket.bytesWritten, silentSinceMs: undefined, heardAtMs: performance.now() };
      watched.set(client, its);
      // Before the driver's own listener, which may send the next question at once.
      client.connection.prependListener('readyForQuery', () => {
        its.sentBefore = socket.bytesWritten;
      });
      socket.on('data', () => {
        its.silentSinceMs = undefined;
        its.heardAtMs = performance.now();
      });
      client.once('end', () => watched.delete(client));
      timer ??= setInterval(lookAround, lookEveryMs).unref();
    },
    close() {
      clearInterval(timer);
    },
  };
}

class LostConnection extends Error {
  /** As the system has it of a connection that it gives up. */
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('the database does not answer over this connection any more');
    this.name = 'LostConnection';
  }
}

/** What is known of a session: `waits_for_client`, either for a question or for an answer of its to be taken. */
interface Session {
  readonly pid: number;
  readonly is_own: boolean;
  readonly waits_for_client: boolean;
}

/**
 * Nothing more will come of a session: it is not there, or it waits for us as we wait for it, since the network has lost what either had
 * to say. One that works, or waits for a lock, never counts as that, however long it takes.
 */
function isPassedBy(session: Session | undefined, silentMs: number): boolean {
  return session === undefined || (session.waits_for_client && silentMs >= bothWaitAfterMs);
}

/**
 * Asks over a connection of its own, and learns which sessions are there: at an address that has moved, that of the machine that is
 * lost is not. `undefined`: there is an answer, by which nothing is known of sessions: nobody listens, there are too many connections, or
 * a pooler gives its own numbers for those of sessions. One in transaction mode is not asked a question, which would wait with all others
 * for a session that is free.
 */
async function look(
  settings: pg.ClientConfig,
  host: string,
  port: number,
  isPooled: boolean,
): Promise<'silence' | ReadonlyMap<number, Session> | undefined> {
  const client = new pg.Client({
    ...settings,
    connectionTimeoutMillis: answerLimitMs,
    query_timeout: answerLimitMs,
  });
  Object.assign(client, { host, port });
  client.on('error', () => {});
  try {
    await client.connect();
    if (isPooled) return undefined;
    const { rows } = await client.query<Session>(
      `select pid, pid = pg_backend_pid() as is_own, coalesce(wait_event in ('ClientRead', 'ClientWrite'), false) as waits_for_client
       from pg_stat_activity`,
    );
    const own = rows.find(({ is_own }) => is_own);
    return own?.pid === processOf(client) ? new Map(rows.map((session) => [session.pid, session])) : undefined;
  } catch (error) {
    return isSilence(error as NodeJS.ErrnoException) ? 'silence' : undefined;
  } finally {
    client.end().catch(() => {});
  }
}

/** The driver's own limits, or a system that knows no way. */
function isSilence({ message, code = '' }: NodeJS.ErrnoException): boolean {
  return (
    /^(?:timeout expired|Query read timeout)$/.test(message) ||
    ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'].includes(code)
  );
}

/** The number of its session's process, as it was told with the connection. */
function processOf(client: pg.Client): number {
  return (client as unknown as { readonly processID: number }).processID;
}

function socketOf(client: pg.PoolClient): Socket {
  return client.connection.stream as Socket;
}
