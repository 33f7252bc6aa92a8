/**
 * As many rows as one page, or one count, looks at. A filter that fits one in a million would otherwise go through all of them; with
 * this, a page costs the same however many there are, and says how far it has looked.
 */
export const lookedAtMax = 10_000;
/** Most filters have filled a page long before that: it is looked in two steps. */
const firstLook = 1_000;

/** What a list asks of its table. A place is that of a row, and one goes on after it. */
export interface Look<Row, Place> {
  /** The place of the row that is so many on, whether it fits or not; `undefined`: there are not so many. */
  placeAfter(after: Place | undefined, count: number): Promise<Place | undefined>;
  /** Those that fit, of all after `after` as far as `end`, which is among them. */
  rowsOf(after: Place | undefined, end: Place | undefined, most: number): Promise<readonly Row[]>;
}

export interface Found<Row, Place> {
  readonly rows: readonly Row[];
  /** Where it has stopped to look, with fewer rows than were wanted. */
  readonly stoppedAt: Place | undefined;
}

/** Looks until there are so many rows, at the end of the table, or after `lookedAtMax`. */
export async function lookBounded<Row, Place>(
  { placeAfter, rowsOf }: Look<Row, Place>,
  after: Place | undefined,
  wanted: number,
): Promise<Found<Row, Place>> {
  const rows: Row[] = [];
  let place = after;
  for (const count of [firstLook, lookedAtMax - firstLook]) {
    const end = await placeAfter(place, count);
    rows.push(...(await rowsOf(place, end, wanted - rows.length)));
    if (rows.length >= wanted || end === undefined) return { rows, stoppedAt: undefined };
    place = end;
  }
  return { rows, stoppedAt: place };
}
