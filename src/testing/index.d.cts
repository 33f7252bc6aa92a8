import type { StartHwanbul } from './commonjs/types.js';

export { CallRefused } from './commonjs/control-plane.js';
export type * from './commonjs/types.js';
export declare const startHwanbul: StartHwanbul;
