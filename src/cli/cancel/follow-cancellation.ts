import type { CancellationAnswer } from '../../api/views/cancellation.ts';
import { type Api, Unanswered } from '../api.ts';
import { pause } from './refund-request.ts';
import { hasEnded } from './states.ts';

/** Looks at a cancellation until it has ended or the time is up; it moves nothing. `undefined`: it could not be read. */
export async function followCancellation(
  api: Api,
  cancellationId: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<CancellationAnswer | undefined> {
  const end = performance.now() + limitMs;
  let record: CancellationAnswer | undefined;
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    record = (await readCancellation(api, cancellationId)) ?? record;
    if (record && hasEnded(record.state)) return record;
    if (performance.now() + pauseMs > end || signal.aborted) return record;
    await pause(pauseMs, signal);
  }
}

export async function readCancellation(api: Api, cancellationId: string): Promise<CancellationAnswer | undefined> {
  try {
    const answer = await api.ask<CancellationAnswer>('GET', `/cancellations/${encodeURIComponent(cancellationId)}`);
    return answer.error === undefined ? answer.response : undefined;
  } catch (error) {
    if (error instanceof Unanswered) return undefined;
    throw error;
  }
}
