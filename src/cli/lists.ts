import { number } from '../platform/language/show.ts';
import { text } from '../platform/language/text.ts';
import type { Api, Query } from './api.ts';
import type { Terminal } from './terminal.ts';

const pageMax = 1000;

/** The beginning of a list, and how many entries the limit has cut off. */
export interface Found<Entry> {
  readonly found: readonly Entry[];
  readonly more: number;
}

interface Page<Entry> {
  readonly list: readonly Entry[];
  readonly total: number | null;
}

/** Reads as much of a list as is wanted, page by page. */
export async function readList<Entry, Answer extends Page<Entry> = Page<Entry>>(
  api: Api,
  list: {
    readonly path: string;
    readonly query: Query;
    readonly limit: number;
    /** The parameter that a page goes on with, and what goes into it. */
    readonly goesOn: { readonly by: 'before' | 'after'; readonly idOf: (entry: Entry) => string };
    readonly onFirstPage?: (page: Answer) => void;
  },
): Promise<Found<Entry>> {
  const { path, query, limit, goesOn } = list;
  const found: Entry[] = [];
  let total: number | null = null;
  for (let last: Entry | undefined; ; last = found.at(-1)) {
    const size = Math.min(pageMax, limit - found.length);
    const from = last === undefined ? { with_total: 'true' } : { [goesOn.by]: goesOn.idOf(last) };
    const page = await api.get<Answer>(path, { ...query, limit: size, ...from });
    if (last === undefined) {
      total = page.total;
      list.onFirstPage?.(page);
    }
    found.push(...page.list);
    if (page.list.length < size || found.length >= limit) break;
  }
  return { found, more: Math.max(0, (total ?? 0) - found.length) };
}

/** That a list was cut is said in JSON, too, where nothing else would tell. */
export function noteMore(terminal: Terminal, { more }: Pick<Found<unknown>, 'more'>): void {
  if (more === 0) return;
  terminal.note(
    text(
      `… and ${number(more)} more; a larger --limit shows them.`,
      `… 외 ${number(more)}건. --limit을 늘리면 표시됩니다.`,
    ),
  );
}
