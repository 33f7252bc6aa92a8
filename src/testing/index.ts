import { fileURLToPath } from 'node:url';
import { createStartHwanbul } from './start-hwanbul.ts';

export { CallRefused } from './control-plane.ts';
export * from './types.ts';

// The entry of a clone, which runs its sources. That of the published package is `index.cjs`, so that Jest can load it.

/**
 * Starts a sandbox of its own for a test: a server on a free port of this machine with a fresh database, fresh gateways and
 * a fresh merchant. Any number may run at once, in one process or in many. Rejects with one line that says what to do, when
 * it does not come up.
 */
export const startHwanbul = createStartHwanbul(fileURLToPath(new URL('./server/main.ts', import.meta.url)));
