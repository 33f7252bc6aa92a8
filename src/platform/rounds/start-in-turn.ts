import { setTimeout } from 'node:timers/promises';
import type { Round } from './rounds.ts';

/** What one round's first run may keep the next one waiting. */
const waitMs = 100;

/**
 * Starts rounds one after the other, each when the first run of the one before has ended or lasts too long. Most first runs find
 * nothing, and all at once each of them would open a connection for it. One that is stopped before its turn does not begin.
 */
export async function startInTurn(rounds: readonly Round[], limitMs = waitMs): Promise<void> {
  for (const round of rounds) await Promise.race([round.start(), setTimeout(limitMs, undefined, { ref: false })]);
}
