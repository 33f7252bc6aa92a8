import { closeSync, openSync, readSync } from 'node:fs';
import { fileErrorOf } from '../files/file-error.ts';
import { SettingsError } from './settings-error.ts';

/** No secret is longer, and what a path leads to may have no end. */
const longestBytes = 65_536;

/** The variable that names a file with the value of this one, as Docker, Kubernetes and systemd hand over secrets. */
export function fileVariableOf(name: string): string {
  return `${name}_FILE`;
}

/**
 * The value of the variable, or what stands in the file that the variable with `_FILE` at its end names, without one line break at
 * its end. `undefined`: neither is set. What stands in the file is never quoted.
 * @throws SettingsError
 */
export function readSecret(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const variable = fileVariableOf(name);
  const path = env[variable];
  if (path === undefined) return env[name];
  if (env[name] !== undefined) {
    throw new SettingsError(`${name} and ${variable} are both set: leave one of them out.`);
  }
  if (path.trim() === '') throw new SettingsError(`${variable} is empty: name a file, or leave the variable out.`);
  const value = readShort(variable, path).replace(/\r?\n$/, '');
  if (value.trim() === '') throw new SettingsError(`${variable}: ${path} is empty: put the value there.`);
  return value;
}

/** A pipe (`<(…)` of a shell) has no size, so that it is read to its end. */
function readShort(variable: string, path: string): string {
  const content = Buffer.alloc(longestBytes + 1);
  let length = 0;
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    for (;;) {
      const read = readSync(file, content, length, content.length - length, null);
      length += read;
      if (read === 0 || length === content.length) break;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const trouble = fileErrorOf(error, undefined, path)?.message ?? `${path} can't be read (${code}).`;
    throw new SettingsError(`${variable}: ${trouble}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
  if (length > longestBytes)
    throw new SettingsError(`${variable}: ${path} is longer than any secret: name another file.`);
  return content.toString('utf8', 0, length);
}
