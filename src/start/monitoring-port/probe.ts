import type { Readiness } from '../../platform/database/readiness.ts';
import type { VitalSigns } from './pulse.ts';

/** Which part of a server is ill, as the refusal `not_ready` names it; `undefined`: none. */
export type IllPart = string | undefined;

export interface Probe {
  /** Is it worth waiting for this process? */
  live(): IllPart;
  /** Should it be sent requests? */
  ready(): Promise<IllPart>;
}

const msNs = 1_000_000n;
/** Longer than `Readiness` keeps an answer, so that each look is a new one. */
const lookIntervalMs = 600;
/** An older look is from before this thread was held up itself. */
const staleMs = 3_000;

/**
 * Answers from what was seen last, so that nobody who probes waits for the database: it is looked at all the time, once it is known.
 */
export function createProbe(signs: VitalSigns, silenceLimitMs: number) {
  let readiness: Readiness | undefined;
  let last: { readonly part: IllPart; readonly at: number } | undefined;
  let told: ((why: string) => void) | undefined;
  let isMisfitTold = false;

  function isSilent(): boolean {
    const pulse = signs.lastPulse();
    return pulse !== undefined && process.hrtime.bigint() - pulse > BigInt(silenceLimitMs) * msNs;
  }

  async function look(): Promise<IllPart> {
    const found = await readiness?.look();
    if (found === undefined) return 'starting';
    last = { part: found.part, at: performance.now() };
    // Once, until all is well again.
    if (found.part === 'schema' && !isMisfitTold) told?.(found.why);
    isMisfitTold = found.part === 'schema';
    return found.part;
  }

  return {
    probe: {
      live() {
        if (signs.phase() === 'starting') return 'starting';
        return isSilent() ? 'process' : undefined;
      },
      async ready() {
        if (signs.phase() === 'ending') return 'ending';
        if (signs.phase() === 'starting' || signs.lastPulse() === undefined) return 'starting';
        if (isSilent()) return 'process';
        return last !== undefined && performance.now() - last.at < staleMs ? last.part : look();
      },
    } satisfies Probe,
    lookAt(by: Readiness, onMisfit: (why: string) => void): void {
      readiness = by;
      told = onMisfit;
      void look();
      setInterval(() => void look(), lookIntervalMs).unref();
    },
  };
}
