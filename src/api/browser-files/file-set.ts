import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { dataFolder, isCompiled } from '../../platform/own-files.ts';

/** A file as it is handed to a browser. */
export interface BrowserFile {
  readonly body: Buffer;
  readonly contentType: string;
  /** Without quotes. */
  readonly hash: string;
}

/** The files of one part of `src/window` or `src/console`: they stay in memory, some hundred kilobytes. */
export interface FileSet {
  /** Undefined where there is none of this name. */
  file(name: string): Promise<BrowserFile | undefined>;
  names(): Promise<readonly string[]>;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
};

/**
 * Read from the package, or in a clone built from its sources, when one of them is asked for first. Rolldown, which builds them, is a
 * development dependency, so that `build` loads it by itself.
 */
export function createFileSet(
  folderName: string,
  build: (sources: URL) => Promise<ReadonlyMap<string, Buffer>>,
): FileSet {
  let loading: Promise<ReadonlyMap<string, BrowserFile>> | undefined;

  async function load(): Promise<ReadonlyMap<string, BrowserFile>> {
    const folder = dataFolder(folderName);
    const contents = isCompiled ? await readContents(folder) : await build(folder);
    return new Map([...contents].map(([name, body]) => [name, browserFile(name, body)]));
  }

  async function files(): Promise<ReadonlyMap<string, BrowserFile>> {
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  }

  return {
    file: async (name) => (await files()).get(name),
    names: async () => [...(await files()).keys()],
  };
}

async function readContents(folder: URL): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await readdir(folder)).filter((name) => extname(name) in contentTypes);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder))] as const)));
}

function browserFile(name: string, body: Buffer): BrowserFile {
  const contentType = contentTypes[extname(name)];
  if (contentType === undefined) throw new Error(`nothing is known about files such as ${name}`);
  return { body, contentType, hash: createHash('sha256').update(body).digest('base64url').slice(0, 22) };
}

/** For a `build`: what to say in a clone that has no development dependencies. */
export function withoutRolldown(what: string): (cause: unknown) => never {
  return (cause) => {
    throw new Error(`a clone makes ${what} with its development dependencies: run "npm ci"`, { cause });
  };
}
