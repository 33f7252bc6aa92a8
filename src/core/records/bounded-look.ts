/**
 * As many rows as one page, or one count, looks at. A filter that fits one in a million would otherwise go through all of them; with
 * this, a page costs the same however many there are, and says how far it has looked.
 */
export const lookedAtMax = 10_000;
/** Most filters have filled a page long before that: it is looked in two steps. */
const firstLook = 1_000;
export const looks: readonly number[] = [firstLook, lookedAtMax - firstLook];
