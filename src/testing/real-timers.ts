import * as timers from 'node:timers';

/**
 * The timers as they were when this was loaded: tests put fake ones in their place, and a wait for something real would
 * then never end.
 */
export const { setTimeout, clearTimeout } = timers;
