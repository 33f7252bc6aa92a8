import { fileURLToPath } from 'node:url';
import { createStartHwanbul } from './start-hwanbul.ts';

export { CallRefused } from './control-plane.ts';
export * from './types.ts';

/** The entry of a clone, which runs its sources. That of the published package is `index.cjs`, so that Jest can load it. */
export const startHwanbul = createStartHwanbul(fileURLToPath(new URL('./server/main.ts', import.meta.url)));
