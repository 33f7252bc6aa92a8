import type { Database } from './pool.ts';

const list = /\$\d+::\w+\[\]/g;
const hiddenList = /\(select (\$\d+::\w+\[\])\)/g;

/**
 * Rows of parameters that are lists, for the `from` of a prepared statement: `listedRowsSql('$1::text[], $2::bigint[]')`.
 *
 * Behind a sub-select the planner does not see how long the lists are. Where it does, it takes the plan that it could keep, made
 * for ten rows, to cost more than one for the row or two that are there, and makes a new plan each time, which takes longer
 * than the statement itself.
 */
export function listedRowsSql(lists: string): string {
  return `unnest(${lists.replaceAll(list, '(select $&)')})`;
}

/** From this size on a row is looked up by an index, whatever the plan is made for. Some 700 payments. */
const largeBytes = 64 * 8192;
const pauseMs = { small: 1_000, large: 60_000 };

/**
 * The same database, in which `listedRowsSql` hides its lists only while all of `tables` are large.
 *
 * PostgreSQL keeps a plan until a table is analyzed anew, which autovacuum does once a minute at most. One that was made when there
 * were a few rows reads all of them, and would go on to while thousands come.
 */
export function keepingPlansOf(tables: readonly string[], database: Database): Database {
  const whileSmall = new Map<string, string>();
  let areLarge = false;
  let lookAtMs = 0;

  async function look(): Promise<void> {
    try {
      const [least] = await database.query<{ bytes: bigint }>(
        'select min(pg_relation_size(name::regclass)) as bytes from unnest($1::text[]) name',
        [tables],
      );
      areLarge = least !== undefined && least.bytes >= largeBytes;
    } catch {
      // Whoever asked for something at the same time hears of the outage.
    }
    lookAtMs = performance.now() + (areLarge ? pauseMs.large : pauseMs.small);
  }

  function shown(text: string): string {
    let known = whileSmall.get(text);
    if (known === undefined) {
      known = text.replaceAll(hiddenList, '$1');
      whileSmall.set(text, known);
    }
    return known;
  }

  return Object.freeze({
    ...database,
    query<Row extends object>(text: string, values?: readonly unknown[], name?: string): Promise<Row[]> {
      if (name === undefined) return database.query<Row>(text, values);
      const textWhileSmall = shown(text);
      if (textWhileSmall === text) return database.query<Row>(text, values, name);
      if (performance.now() >= lookAtMs) {
        lookAtMs = Number.POSITIVE_INFINITY;
        void look();
      }
      return areLarge
        ? database.query<Row>(text, values, name)
        : database.query<Row>(textWhileSmall, values, `${name}_while_small`);
    },
  } satisfies Database);
}
