import { readFileSync } from 'node:fs';
import { packageFolder } from './own-files.ts';

const manifestFile = new URL('package.json', packageFolder);
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { version: string };

/** The version of this package, from its manifest. */
export const version: string = manifest.version;
