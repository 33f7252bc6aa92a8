/** One move of a clock, from its start to its end. */
export interface Move {
  /** The clock is at this time and stays this move's. What waits calls it again and again, or somebody else may move the clock. */
  keepClock(at: Date): Promise<void>;
  /** What this move has waited for in vain, and does not wait for again. */
  readonly leftBehind: Set<string>;
}
