import assert from 'node:assert/strict';
import { AsyncResource } from 'node:async_hooks';
import { after, describe } from 'node:test';
import { endFile } from '../kit/end-of-file.ts';

/**
 * Test files in one process (`shared-processes.ts`), a suite each: hooks of a file become its suite's, since it is loaded within that. A
 * file that leaves the process other than it found it fails: the next one would meet that.
 */
export function runAsSuites(files: readonly (readonly [path: string, url: string])[]): void {
  let known: ProcessState | undefined;
  const assertUnchanged = (): void => {
    const found = stateOfProcess();
    const changed = known === undefined ? [] : changesOf(known, found);
    // Told once, of the file that did it.
    known = found;
    const told = `a file that shares its process must leave it as it was, and has changed ${changed.join(', ')}`;
    assert.equal(changed.length, 0, told);
  };
  // One after the other, so that a change is known by its file.
  let loading: Promise<unknown> = Promise.resolve();
  for (const [path, url] of files) {
    describe(path, () => {
      // What waits for another promise is no part of the suite any more for Node's test runner.
      const suite = new AsyncResource('TestFile');
      const load = async (): Promise<void> => {
        // Looked at here first, since the test runner has listeners of its own from the first suite on.
        known ??= stateOfProcess();
        await suite.runInAsyncScope(() => import(url));
        suite.runInAsyncScope(() => after(() => endFile().then(assertUnchanged)));
        assertUnchanged();
      };
      const loaded = loading.then(load);
      loading = loaded.catch(() => {});
      return loaded;
    });
  }
}

type ProcessState = Readonly<Record<string, unknown>>;

/** What belongs to the whole process, and a test may want to change. */
function stateOfProcess(): ProcessState {
  const environment = Object.entries(process.env).map(([name, value]) => [`the environment's ${name}`, value]);
  // Names that begin so are what libraries (tslib, zod) keep there for themselves, once, whoever loads them.
  const ofLibraries = /^__/;
  const globals = Object.getOwnPropertyNames(globalThis)
    .filter((name) => !ofLibraries.test(name))
    .map((name) => [`the global ${name}`, true]);
  const output = Object.entries(console).map(([name, value]) => [`console.${name}`, value]);
  const events = ['uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listeners = events.map((event) => [`listeners to ${event}`, process.listenerCount(event)]);
  return {
    ...Object.fromEntries([...environment, ...globals, ...output, ...listeners]),
    'the working folder': process.cwd(),
    'the umask': process.umask(),
    'the exit code': process.exitCode,
    Date,
    'Date.now': Date.now,
    'Math.random': Math.random,
    'performance.now': performance.now,
    'process.exit': process.exit,
    'process.kill': process.kill,
    'process.stdout.write': process.stdout.write,
    'process.stderr.write': process.stderr.write,
    setTimeout,
    setInterval,
    setImmediate,
    fetch,
  };
}

/** By name alone: a value may be a secret. */
function changesOf(before: ProcessState, now: ProcessState): readonly string[] {
  return Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name]);
}
