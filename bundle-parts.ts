import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChunkingContext } from 'rolldown';

const sources = new URL('src/', import.meta.url);
const gateways = (file: string) => globSync(`gateways/*/simulator/${file}`, { cwd: sources }).sort();

/**
 * What is loaded together, by who loads it: the modules named, and all that they import. What a program imports later, or in some cases
 * only, is named where nearly every one of them does so before it is ready.
 */
const loadedTogether: Readonly<Record<string, readonly string[]>> = {
  server: ['start/main.ts', 'start/server.ts', 'start/load-mode.ts'],
  live: ['start/live.ts', 'start/merchants-file/read.ts'],
  sandbox: ['start/sandbox.ts', 'sandbox/own-simulators.ts', ...gateways('sandbox.ts')],
  simulators: ['sandbox/simulator-thread/main.ts', ...gateways('sandbox.ts'), ...gateways('simulator.ts')],
  simulator: ['start/simulator-main.ts'],
  commands: ['cli/main.ts', 'cli/run-command.ts', 'cli/language/choice.ts', 'cli/terminal.ts'],
  'monitoring-port': ['start/monitoring-port/main.ts'],
  'reading-thread': ['sandbox/seed/reading-thread/main.ts'],
  testing: ['testing/server/main.ts'],
  supervisor: ['testing/server/supervisor.ts'],
};

/**
 * The name of the part that a module goes into, with all others that the same programs load. What such a part imports is loaded by at
 * least as many, so that no two parts import each other. `null`: left to the bundler, since it is needed in some cases only.
 */
export function partOf(programs: readonly string[]): (module: string, graph: ChunkingContext) => string | null {
  const starts = new Set(programs.map(path));
  let loaders: ReadonlyMap<string, readonly string[]> | undefined;
  return (module, graph) => {
    if (starts.has(module)) return null;
    loaders ??= loadersOf(graph);
    return loaders.get(module)?.join('-') ?? null;
  };
}

function loadersOf(graph: ChunkingContext): ReadonlyMap<string, readonly string[]> {
  const loaders = new Map<string, string[]>();
  for (const [loader, names] of Object.entries(loadedTogether)) {
    for (const module of withImports(names.map(path), graph)) {
      loaders.set(module, [...(loaders.get(module) ?? []), loader]);
    }
  }
  return loaders;
}

function withImports(modules: readonly string[], graph: ChunkingContext): ReadonlySet<string> {
  const found = new Set(modules);
  // A set is gone through with what is added to it on the way.
  for (const module of found) {
    const info = graph.getModuleInfo(module);
    if (info === null) throw new Error(`${module} is no part of the program`);
    for (const imported of info.importedIds) if (graph.getModuleInfo(imported)?.code != null) found.add(imported);
  }
  return found;
}

function path(name: string): string {
  return fileURLToPath(new URL(name, sources));
}
