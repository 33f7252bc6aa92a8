import { after } from 'node:test';

const endings: (() => unknown)[] = [];
const lastEndings: (() => unknown)[] = [];

/** For modules that several test files import: what they have begun for a file is ended with it, also where files share a process. */
export function atEndOfFile(end: () => unknown): void {
  endings.push(end);
}

/** The last first. `run/suites.ts` calls it at the end of each file that shares its process. */
export async function endFile(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end();
}

/** For what is dear to begin, and does a file no harm that another one has used: it is ended with the process. */
export function atEndOfProcess(end: () => unknown): void {
  lastEndings.push(end);
}

// At the end of a file that has a process of its own; where files share one, they have ended theirs.
after(async () => {
  await endFile();
  for (const end of lastEndings.splice(0).reverse()) await end();
});
