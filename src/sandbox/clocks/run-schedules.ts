import { countUnfinished } from '../../core/schedules/due-times.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Move } from './move.ts';

/** Beyond the time that a charge may take. */
const spareMs = 5_000;

/**
 * Schedules that are due by this time of the merchant's clock are run, and what came of them is written down, before the clock goes
 * on. As long as there are fewer and fewer of them, however many there are, they are waited for.
 */
export async function runSchedules(services: Services, merchantId: bigint, at: Date, move: Move): Promise<void> {
  const { database, schedules, settings } = services;
  const limitMs = settings.requestDeadlineMs + spareMs;
  let end = performance.now() + limitMs;
  let fewest = Number.POSITIVE_INFINITY;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const unfinished = await countUnfinished(database, merchantId, at);
    if (unfinished === 0) return;
    if (unfinished < fewest) {
      fewest = unfinished;
      end = performance.now() + limitMs;
    }
    if (performance.now() >= end) throw new Refusal('sandbox_clock_unfinished');
    await move.keepClock(at);
    await schedules.round.runOnce();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
