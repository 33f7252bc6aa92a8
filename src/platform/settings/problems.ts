import { SettingsError } from './settings-error.ts';

/** Collects what is wrong, so that whoever has to fix it is told everything at once. */
export interface Problems {
  note(problem: string): void;
  /**
   * What `read` gives, or a note of why it can't. Then the answer is `undefined`, whatever its type says: nobody may use it
   * but for a look whether there is something to compare, since `throwIfAny` throws in the end.
   */
  attempt<T>(read: () => T): T;
  any(): boolean;
  /** @throws SettingsError with all that was noted. */
  throwIfAny(): void;
}

export function createProblems(): Problems {
  const noted: string[] = [];
  return {
    note(problem) {
      noted.push(problem);
    },
    attempt<T>(read: () => T): T {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        noted.push(...error.problems);
        return undefined as T;
      }
    },
    any: () => noted.length > 0,
    throwIfAny() {
      if (noted.length > 0) throw new SettingsError(noted);
    },
  };
}
