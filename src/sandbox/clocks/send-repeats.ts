import type { Services } from '../../core/services.ts';
import { type DueAttempt, dueWithRepeats } from '../../core/webhooks/repeats.ts';
import type { Move } from './move.ts';

/** Beyond the time that a repeat may take. */
const spareMs = 2_000;

/**
 * Webhooks that are due by this time of the merchant's clock are sent, and what came of them is written down, before the clock
 * goes on: the pause until the next repeat begins there. A receiver that hangs is waited for as long as a repeat may take, once
 * per attempt; a first try that takes longer ends by itself, at the time that the clock then has.
 */
export async function sendRepeats(services: Services, merchantId: bigint, at: Date, move: Move): Promise<void> {
  const { database, webhooks, settings } = services;
  const end = performance.now() + settings.webhookRepeatLimitMs + spareMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const due = (await dueWithRepeats(database, merchantId, at)).filter((each) => !move.leftBehind.has(nameOf(each)));
    if (due.length === 0) return;
    if (performance.now() >= end) {
      for (const each of due) move.leftBehind.add(nameOf(each));
      return;
    }
    await move.keepClock(at);
    await webhooks.round.runOnce();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function nameOf({ id, attempts }: DueAttempt): string {
  return `${id} ${attempts}`;
}
