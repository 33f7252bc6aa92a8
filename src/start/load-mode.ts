import type { Mode, ModeParts } from './mode.ts';

/** Loads the rest of the mode. Once. */
export type LoadMode = () => Promise<Mode>;

/**
 * A server loads its own mode and never the other: what a sandbox has is not in the process of live mode. What is done first
 * takes no time: it opens the thread of the simulators, which then loads them on another core, so that whatever takes time
 * here should come after it. Nothing is needed of the database yet.
 */
export async function beginMode(parts: ModeParts): Promise<LoadMode> {
  const { settings, clock, log } = parts;
  if (settings.mode === 'live') return async () => (await import('./live.ts')).createLiveMode(parts);
  const { openOwnSimulators } = await import('../sandbox/own-simulators.ts');
  const own = openOwnSimulators({ external: settings.simulators, clock, log });
  return async () => (await import('./sandbox.ts')).createSandboxMode(own, parts);
}
