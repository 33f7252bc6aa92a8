import type { TurnTable } from '../records/subject.ts';

/**
 * One operation at a time per payment (or billing key): several gateways want the remaining balance in the request, so order matters. This
 * queue serves the operations of one process in the order they came, without holding a database connection. The turn itself
 * is the column `turn_of` of the row, which also keeps other processes out.
 */
export interface Turns {
  /** `row`: see `turnName`. Resolves with the function that ends the turn, or with `undefined` if it did not come within `waitMs`. */
  take(row: string, waitMs: number): Promise<(() => void) | undefined>;
  isFree(row: string): boolean;
  readonly waiting: number;
}

/** Rows of different tables may have the same id. */
export function turnName(table: TurnTable, id: bigint): string {
  return `${table} ${id}`;
}

interface Waiter {
  readonly start: () => void;
}

/** Waiters of one payment and of all together; one more is told at once that the payment is busy. */
const waitersPerPaymentMax = 1_000;
const waitersMax = 20_000;

export function createTurns(): Turns {
  const queues = new Map<string, Waiter[]>();
  let waiting = 0;

  function end(row: string): void {
    const next = queues.get(row)?.shift();
    if (next) next.start();
    else queues.delete(row);
  }

  function turnOf(row: string): () => void {
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      end(row);
    };
  }

  return {
    get waiting() {
      return waiting;
    },
    isFree: (row) => !queues.has(row),
    async take(row, waitMs) {
      const queue = queues.get(row);
      if (!queue) {
        queues.set(row, []);
        return turnOf(row);
      }
      if (queue.length >= waitersPerPaymentMax || waiting >= waitersMax || waitMs <= 0) return undefined;
      return new Promise((resolve) => {
        waiting += 1;
        const waiter: Waiter = {
          start: () => {
            clearTimeout(timer);
            waiting -= 1;
            resolve(turnOf(row));
          },
        };
        const timer = setTimeout(() => {
          const position = queue.indexOf(waiter);
          if (position >= 0) queue.splice(position, 1);
          waiting -= 1;
          resolve(undefined);
        }, waitMs);
        queue.push(waiter);
      });
    },
  };
}
