/**
 * One operation at a time per payment: several gateways want the remaining balance in the request, so order matters. This
 * queue serves the operations of one process in the order they came, without holding a database connection. The turn itself
 * is the column `payments.turn_of`, which also keeps other processes out.
 */
export interface Turns {
  /** Resolves with the function that ends the turn, or with `undefined` if it did not come within `waitMs`. */
  take(paymentId: bigint, waitMs: number): Promise<(() => void) | undefined>;
  isFree(paymentId: bigint): boolean;
  readonly waiting: number;
}

interface Waiter {
  readonly start: () => void;
}

/** Waiters of one payment and of all together; one more is told at once that the payment is busy. */
const waitersPerPaymentMax = 1_000;
const waitersMax = 20_000;

export function createTurns(): Turns {
  const queues = new Map<bigint, Waiter[]>();
  let waiting = 0;

  function end(paymentId: bigint): void {
    const next = queues.get(paymentId)?.shift();
    if (next) next.start();
    else queues.delete(paymentId);
  }

  function turnOf(paymentId: bigint): () => void {
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      end(paymentId);
    };
  }

  return {
    get waiting() {
      return waiting;
    },
    isFree: (paymentId) => !queues.has(paymentId),
    async take(paymentId, waitMs) {
      const queue = queues.get(paymentId);
      if (!queue) {
        queues.set(paymentId, []);
        return turnOf(paymentId);
      }
      if (queue.length >= waitersPerPaymentMax || waiting >= waitersMax || waitMs <= 0) return undefined;
      return new Promise((resolve) => {
        waiting += 1;
        const waiter: Waiter = {
          start: () => {
            clearTimeout(timer);
            waiting -= 1;
            resolve(turnOf(paymentId));
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
