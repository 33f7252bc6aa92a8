/** What PostgreSQL says without having carried the statement out: its transaction was rolled back, or never begun. */
const nothingDoneStates = new Set([
  '25006', // read-only: a standby, or one that is not promoted yet
  '25P03', // a time limit of the database's on idle transactions
  '25P04', // and one on transactions
  '26000', // a prepared statement that this session does not have
  '40001', // serialization failure
  '40P01', // deadlock
  '42P05', // a prepared statement that this session has already
  '55P03', // lock not available
  '57014', // cancelled by a time limit of ours
  '57P03', // starting up or shutting down
]);
/** Of these a statement may have been carried out, and only its answer be lost. */
const transientStates = new Set(['58000', '58030']);
/** No connection came about. */
const notConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
]);
const connectionLost = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT']);

/**
 * Is this an outage of the database, rather than an answer of its? After one, nobody knows whether the statement was
 * carried out (`isSurelyUndone` says when it was not), so only statements that do nothing the second time may be repeated.
 */
export function isDatabaseOutage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (isSurelyUndone(error)) return true;
  const code = codeOf(error);
  if (transientStates.has(code) || connectionLost.has(code) || /^(?:08|57P)/.test(code)) return true;
  // The driver gives no code to a connection that ended under a query.
  return /connection terminated|query read timeout|connection error/i.test(error.message);
}

/** An outage that came before anything was carried out: whatever the statement would have done is not done. */
export function isSurelyUndone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  // 53: no room, no memory, too many connections.
  if (nothingDoneStates.has(code) || notConnected.has(code) || code.startsWith('53') || isStalePlan(error)) return true;
  // A system call of the name look-up or of the connection itself.
  if ('syscall' in error && error.syscall === 'connect') return true;
  return /timeout exceeded when trying to connect/i.test(error.message);
}

/** A named statement that this session can't run as it once prepared it: somebody has changed a table, or a pooler the session. */
export function isStaleStatement(error: unknown): boolean {
  return error instanceof Error && (isStalePlan(error) || ['26000', '42P05'].includes(codeOf(error)));
}

/** "cached plan must not change result type", in whatever language; other things that PostgreSQL does not support are no outage. */
function isStalePlan(error: Error): boolean {
  return codeOf(error) === '0A000' && 'routine' in error && error.routine === 'RevalidateCachedQuery';
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * Repeats work that may be repeated, after pauses by chance that may grow longer, while the database is out and `leftMs` says there is time. With
 * `isSurelyUndone` as `isOutage` also work that may not: it then ends with the first failure after which nobody knows.
 */
export async function repeatDuringOutage<T>(
  work: () => Promise<T>,
  leftMs: () => number,
  isOutage: (error: unknown) => boolean = isDatabaseOutage,
): Promise<T> {
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error) || leftMs() <= pauseMs) throw error;
      // Of many that began together some ask soon: in step, all would learn a second late that the database is back.
      await new Promise((resolve) => setTimeout(resolve, pauseMs * Math.random()));
    }
  }
}
