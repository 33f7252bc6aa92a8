import type { Mode, ModeParts } from './mode.ts';

/**
 * A server loads its own mode and never the other: what a sandbox has is not in the process of live mode. Nothing is needed of
 * the database yet, so that this may be begun while it starts.
 */
export function loadMode(parts: ModeParts): Promise<Mode> {
  const loading = load(parts);
  // Whoever has begun it may be waiting for the database when it fails.
  loading.catch(() => {});
  return loading;
}

async function load(parts: ModeParts): Promise<Mode> {
  if (parts.settings.mode === 'live') return (await import('./live.ts')).createLiveMode(parts);
  return (await import('./sandbox.ts')).createSandboxMode(parts);
}
