import type { StartHwanbul } from './commonjs/types.js';

export { CallRefused } from './commonjs/control-plane.js';
export type * from './commonjs/types.js';
/**
 * Starts a sandbox of its own for a test: a server on a free port of this machine with a fresh database, fresh gateways and
 * a fresh merchant. Any number may run at once, in one process or in many. Rejects with one line that says what to do, when
 * it does not come up.
 */
export declare const startHwanbul: StartHwanbul;
