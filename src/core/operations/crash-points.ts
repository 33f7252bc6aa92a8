/**
 * Named places between the steps of an operation, each with the race that it opens. Tests arm one through the setting
 * HWANBUL_CRASH_POINT (refused in live mode); otherwise reaching one costs a property lookup.
 */
export const crashPointNames = [
  // Nothing is written yet: the caller's request is simply lost.
  'before_reservation',
  // The amount is reserved, and nothing has been sent: our book knows of more than the gateway's.
  'after_reservation',
  // The gateway has answered, and nobody has written it down: the gateway's book knows of more than ours.
  'after_answer',
  // The answer was unclear, and the doubt is not written yet.
  'before_doubt',
  // The doubt is written, and nobody is asking.
  'after_doubt',
  // Settled, and the caller has not heard of it: the caller will repeat.
  'after_settlement',
  // A payment's cancellation is settled, and the cash receipt that follows it is still untouched.
  'before_receipt_follow_up',
  // A member has approved another one's refund request, and nothing of it has begun.
  'after_approval',
  // Recovery holds the lease, and has not asked.
  'after_claim',
  // Recovery has an answer that it has not written down.
  'after_inquiry',
  // The gateway has said what our book has lost, and nothing of it is written down.
  'before_adoption',
  // A webhook is taken and not sent yet.
  'before_webhook',
  // The receiver has answered, and nobody has written it down: it is going to be sent a second time.
  'after_webhook_sent',
] as const;
export type CrashPointName = (typeof crashPointNames)[number];

export interface CrashPoints {
  reach(name: CrashPointName): Promise<void> | undefined;
}

export const noCrashPoints: CrashPoints = Object.freeze({ reach: () => undefined });

export function isCrashPointSetting(setting: string): boolean {
  return readSetting(setting) !== undefined;
}

/**
 * `name` kills the process with SIGKILL when the point is reached for the first time, `name:3` for the third time,
 * `name:together=3` holds whatever reaches it until three have, and then kills; `name:delay=500` waits half a second each
 * time instead.
 */
export function createCrashPoints(setting: string | undefined): CrashPoints {
  if (setting === undefined) return noCrashPoints;
  const armed = readSetting(setting);
  if (!armed) throw new Error(`no crash point is named ${setting}`);
  let reached = 0;
  return {
    reach(name) {
      if (name !== armed.name) return undefined;
      if (armed.delayMs !== undefined) {
        const { delayMs } = armed;
        return new Promise((resolve) => setTimeout(resolve, delayMs));
      }
      reached += 1;
      if (reached !== armed.nth) return armed.together ? new Promise(() => {}) : undefined;
      process.kill(process.pid, 'SIGKILL');
      // The signal takes effect at once, but not necessarily within this tick: nothing may run after it.
      return new Promise(() => {});
    },
  };
}

interface ArmedCrashPoint {
  readonly name: CrashPointName;
  readonly nth: number;
  readonly together: boolean;
  readonly delayMs: number | undefined;
}

function readSetting(setting: string): ArmedCrashPoint | undefined {
  const match = /^([a-z_]+)(?::(delay=|together=)?(\d{1,6}))?$/.exec(setting);
  const name = crashPointNames.find((known) => known === match?.[1]);
  if (!match || !name) return undefined;
  const [how, count] = [match[2], Number(match[3] ?? 1)];
  if (how === 'delay=') return { name, nth: 0, together: false, delayMs: count };
  return { name, nth: count, together: how === 'together=', delayMs: undefined };
}
