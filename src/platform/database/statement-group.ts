/**
 * Groups work that arrives while the database is busy into shared statements: one commit, and so one flush of the log,
 * then serves many callers. Each statement takes a list and handles each entry on its own, so that an entry that can't be
 * served leaves the others alone. `npm run bench:cancel` measures what that brings.
 */
export interface StatementGroup<Entry, Result> {
  run(entry: Entry): Promise<Result>;
}

export interface StatementGroupOptions<Entry, Result> {
  /** Runs one statement for all entries; answers one result per entry, in the same order. */
  readonly execute: (entries: readonly Entry[]) => Promise<readonly Result[]>;
  readonly entriesMax: number;
  /** How many statements of this group may be under way at once. */
  readonly statementsMax: number;
}

interface Pending<Entry, Result> {
  readonly entry: Entry;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export function createStatementGroup<Entry, Result>(
  options: StatementGroupOptions<Entry, Result>,
): StatementGroup<Entry, Result> {
  const pending: Pending<Entry, Result>[] = [];
  let running = 0;
  let scheduled = false;

  function pump(): void {
    scheduled = false;
    while (pending.length > 0 && running < options.statementsMax) {
      const batch = pending.splice(0, options.entriesMax);
      running += 1;
      void execute(batch).finally(() => {
        running -= 1;
        schedule();
      });
    }
  }

  // Entries that arrive within one turn of the event loop go out together.
  function schedule(): void {
    if (scheduled || pending.length === 0) return;
    scheduled = true;
    setImmediate(pump);
  }

  async function execute(batch: Pending<Entry, Result>[]): Promise<void> {
    try {
      const results = await options.execute(batch.map(({ entry }) => entry));
      batch.forEach(({ resolve, reject }, position) => {
        const result = results[position];
        if (result === undefined) reject(new Error('a grouped statement left an entry without a result'));
        else resolve(result);
      });
    } catch (error) {
      if (batch.length === 1) {
        batch[0]?.reject(error);
        return;
      }
      // One entry must not fail the others. The statements of a group are written so that a repeat does nothing twice.
      await Promise.all(batch.map((entry) => execute([entry])));
    }
  }

  return {
    run: (entry) =>
      new Promise((resolve, reject) => {
        pending.push({ entry, resolve, reject });
        schedule();
      }),
  };
}
