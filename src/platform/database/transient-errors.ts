const transientSqlStates = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '53300', // too many connections
  '55P03', // lock not available
  '57014', // cancelled by a time limit of ours
  '57P01', // backend killed by an administrator
  '57P02', // backend lost in a crash
  '57P03', // starting up or shutting down
]);
const transientSystemErrors = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * Is this an outage of the database, rather than an answer of its? After one, nobody knows whether the statement was
 * carried out, so only statements that do nothing the second time may be repeated.
 */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (transientSqlStates.has(code) || transientSystemErrors.has(code) || code.startsWith('08')) return true;
  // The driver gives no code to a connection that ended under a query, or could not be had in time.
  return /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error/i.test(
    error.message,
  );
}

/** Repeats work that may be repeated, with growing pauses, while the database is out and `leftMs` says there is time. */
export async function repeatDuringOutage<T>(work: () => Promise<T>, leftMs: () => number): Promise<T> {
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseOutage(error) || leftMs() <= pauseMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
