import { existsSync } from 'node:fs';

/**
 * Where the files of this package are. It runs from its sources in a clone, and compiled into larger files everywhere else, so that
 * a module can't tell from its own address where another file is.
 */
export const isCompiled: boolean = !import.meta.url.endsWith('.ts');

/** The folder of this package's manifest. */
export const packageFolder: URL = folderAbove(new URL('.', import.meta.url));

/** Programs and what is read at run time lie below it under the same names as in `src`. */
const programFolder = new URL(isCompiled ? 'dist/' : 'src/', packageFolder);

/** A module that is started by its path, such as `start/main`. */
export function programFile(name: string): URL {
  return new URL(`${name}.${isCompiled ? 'js' : 'ts'}`, programFolder);
}

/** A folder of files that are read at run time, such as `core/schema/migrations`. */
export function dataFolder(name: string): URL {
  return new URL(`${name}/`, programFolder);
}

function folderAbove(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  const above = new URL('../', folder);
  if (above.href === folder.href) throw new Error('the manifest of this package is missing');
  return folderAbove(above);
}
