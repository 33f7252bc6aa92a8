import { after } from 'node:test';

const endings: (() => unknown)[] = [];

/** For modules that several test files import: what they have begun for a file is ended with it, also where files share a process. */
export function atEndOfFile(end: () => unknown): void {
  endings.push(end);
}

/** The last first. `run/suites.ts` calls it at the end of each file that shares its process. */
export async function endFile(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end();
}

// At the end of a file that has a process of its own.
after(endFile);
