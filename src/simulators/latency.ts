/** How long something takes, in milliseconds. An exponential one is capped: without a cap it has no longest value. */
export type Latency =
  | { readonly distribution: 'fixed'; readonly ms: number }
  | { readonly distribution: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly distribution: 'exponential'; readonly meanMs: number; readonly capMs: number };

export const latencyMsMax = 600_000;

/** `undefined`: it makes sense; otherwise what is wrong with it. */
export function problemOfLatency(latency: Latency): string | undefined {
  if (latency.distribution === 'uniform' && latency.minMs > latency.maxMs) return 'minMs is more than maxMs';
  return undefined;
}

/** `uniform` is a number from 0 up to, but not including, 1. */
export function latencyMs(latency: Latency, uniform: number): number {
  switch (latency.distribution) {
    case 'fixed':
      return latency.ms;
    case 'uniform':
      // Added after the rounding: a sum with a number just below 1 would be rounded up to the next whole one.
      return latency.minMs + Math.floor(uniform * (latency.maxMs - latency.minMs + 1));
    case 'exponential':
      return Math.min(latency.capMs, Math.round(-Math.log(1 - uniform) * latency.meanMs));
  }
}
