import { readFileSync } from 'node:fs';

const manifestFile = new URL('../../package.json', import.meta.url);
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { version: string };

/** The version of this package, from its manifest. */
export const version: string = manifest.version;
