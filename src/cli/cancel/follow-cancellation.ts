import { type Api, Unanswered } from '../api.ts';
import type { CancellationDetail } from '../records.ts';
import { pause } from './refund-request.ts';

/** States that nothing changes any more. */
export const endStates: ReadonlySet<string> = new Set(['confirmed', 'refused', 'unsent']);

/** Looks at a cancellation until it has ended or the time is up; it moves nothing. `undefined`: it could not be read. */
export async function followCancellation(
  api: Api,
  cancellationId: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<CancellationDetail | undefined> {
  const end = performance.now() + limitMs;
  let record: CancellationDetail | undefined;
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    record = (await readCancellation(api, cancellationId)) ?? record;
    if (record && endStates.has(record.state)) return record;
    if (performance.now() + pauseMs > end || signal.aborted) return record;
    await pause(pauseMs, signal);
  }
}

export async function readCancellation(api: Api, cancellationId: string): Promise<CancellationDetail | undefined> {
  try {
    const answer = await api.ask<CancellationDetail>('GET', `/cancellations/${encodeURIComponent(cancellationId)}`);
    return answer.error === undefined ? answer.response : undefined;
  } catch (error) {
    if (error instanceof Unanswered) return undefined;
    throw error;
  }
}
