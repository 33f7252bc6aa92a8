import { currentScope, type Scope, within } from '../tracing/scope.ts';
import { traced } from '../tracing/tracing.ts';
import { isDatabaseOutage, isSurelyUndone } from './transient-errors.ts';

/**
 * Groups work that arrives while the database is busy into shared statements: one commit, and so one flush of the log,
 * then serves many callers. Each statement takes a list and handles each entry on its own, so that an entry that can't be
 * served leaves the others alone. `npm run bench:cancel` measures what that brings.
 */
export interface StatementGroup<Entry, Result> {
  run(entry: Entry): Promise<Result>;
}

export interface StatementGroupOptions<Entry, Result> extends GroupLimits {
  /** Of the spans that show how long each entry waited for its statement. */
  readonly name: string;
  /** Runs one statement for all entries; answers one result per entry, in the same order. */
  readonly execute: (entries: readonly Entry[]) => Promise<readonly Result[]>;
}

export interface GroupLimits {
  readonly entriesMax: number;
  /** How many statements of this group may be under way at once. */
  readonly statementsMax: number;
  /** A statement that is not full waits for the one before, but no longer than this: that one may be waiting for a lock. */
  readonly patienceMs: number;
}

/**
 * One statement at a time, as a rule: what arrives meanwhile makes the next one larger, and every statement costs both sides
 * more than the rows in it.
 */
export const groupLimits: GroupLimits = Object.freeze({ entriesMax: 128, statementsMax: 4, patienceMs: 50 });

interface Pending<Entry, Result> {
  readonly entry: Entry;
  /** What it belongs to. */
  readonly scope: Scope | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export function createStatementGroup<Entry, Result>(
  options: StatementGroupOptions<Entry, Result>,
): StatementGroup<Entry, Result> {
  const { entriesMax, statementsMax, patienceMs } = options;
  const pending: Pending<Entry, Result>[] = [];
  let running = 0;
  let scheduled = false;
  let lastStartMs = 0;
  let overdue: NodeJS.Timeout | undefined;
  const waiting = { name: `group ${options.name}`, kind: 'internal' } as const;

  function pump(): void {
    scheduled = false;
    clearTimeout(overdue);
    while (pending.length > 0 && running < statementsMax) {
      const patienceLeftMs = running === 0 ? 0 : lastStartMs + patienceMs - performance.now();
      if (pending.length < entriesMax && patienceLeftMs > 0) {
        overdue = setTimeout(schedule, patienceLeftMs);
        return;
      }
      const batch = pending.splice(0, entriesMax);
      running += 1;
      lastStartMs = performance.now();
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

  /** The statement is the first one's; the others' spans lead there. */
  function executeFor(batch: Pending<Entry, Result>[]): Promise<readonly Result[]> {
    const [first, ...others] = batch;
    const span = first?.scope?.span;
    if (span) for (const { scope } of others) scope?.span?.linkTo(span);
    return within(first?.scope, () => options.execute(batch.map(({ entry }) => entry)));
  }

  async function execute(batch: Pending<Entry, Result>[]): Promise<void> {
    try {
      const results = await executeFor(batch);
      batch.forEach(({ resolve, reject }, position) => {
        const result = results[position];
        if (result === undefined) reject(new Error('a grouped statement left an entry without a result'));
        else resolve(result);
      });
    } catch (error) {
      const isUnclear = isDatabaseOutage(error) && !isSurelyUndone(error);
      // It may have been carried out, and each one that asks has its own way to find out: a repeat here would tell them less.
      if (batch.length === 1 || isUnclear) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // One entry must not fail the others. The statements of a group are written so that a repeat does nothing twice.
      await Promise.all(batch.map((entry) => execute([entry])));
    }
  }

  return {
    run: (entry) =>
      traced(
        waiting,
        () =>
          new Promise((resolve, reject) => {
            pending.push({ entry, scope: currentScope(), resolve, reject });
            schedule();
          }),
      ),
  };
}
