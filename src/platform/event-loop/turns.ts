/**
 * Hundreds of requests, or of gateways' answers, can be read in one turn of the event loop, and going on with them all in it would hold
 * up everything else for as long: the database's answers, probes, and each other. So each turn begins a few; the others wait for the next
 * ones, in the order in which they came. One that comes alone begins in its own turn.
 */
export interface Turns {
  begin(work: () => void): void;
}

/** Some milliseconds' worth: of a whole cancellation, `npm run bench:cancel` prints the server's share, and beginning it is a part of that. */
export const begunPerTurn = 16;

export function createTurns(): Turns {
  let waiting: (() => void)[] = [];
  let next = 0;
  /** Planned for this turn, or from its end on for the next one. */
  let planned = 0;

  /** Each in a callback of its own, so that what it has begun goes as far as it can before the next one. */
  function beginNext(): void {
    const work = waiting[next++];
    if (next === waiting.length) {
      waiting = [];
      next = 0;
    }
    planned -= 1;
    if (planned === 0) plan();
    work?.();
  }

  function plan(): void {
    while (planned < begunPerTurn && planned < waiting.length - next) {
      planned += 1;
      setImmediate(beginNext);
    }
  }

  return {
    begin(work) {
      waiting.push(work);
      plan();
    },
  };
}
