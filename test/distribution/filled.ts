import type pg from 'pg';
import type { PlanNode } from './plan.ts';

/**
 * Has PostgreSQL believe, for as long as `work` takes and in this transaction only, that each of these tables holds a million rows, of which
 * it knows nothing else: so it plans as it does where there are very many. That takes no time, and no rows but one. It goes by the rows of a
 * page and the pages that there are, which a slow run of the scenario has more of.
 */
export async function asIfFilled(
  database: pg.Client,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  await database.query('begin');
  try {
    await database.query(
      `with filled as (
         select c.oid from pg_class c left join pg_inherits i on i.inhrelid = c.oid left join pg_class whole on whole.oid = i.inhparent
         where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and coalesce(whole.relname, c.relname) = any($1)
       ), ignorant as (
         delete from pg_statistic where starelid in (select oid from filled)
       )
       update pg_class set relpages = greatest(1, pg_relation_size(oid) / current_setting('block_size')::integer), reltuples = 1e6
       where oid in (select oid from filled)`,
      [tables],
    );
    // Months of the audit that have not begun are empty, and would be read in full for nothing.
    await database.query('set local enable_seqscan = off');
    await work();
  } finally {
    await database.query('rollback');
  }
}

/** Tables without a single page, which no plan would ever take for large. */
export async function emptyTables(database: pg.Client, tables: readonly string[]): Promise<readonly string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select name from unnest($1::text[]) as t(name)
     where (select sum(pg_relation_size(relid)) from pg_partition_tree(name::regclass)) = 0 order by 1`,
    [tables],
  );
  return rows.map(({ name }) => name);
}

/** The indexes that hold a part of their table only, such as what is open. */
export async function partialIndexes(database: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ name: string }>(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid where i.indpred is not null`,
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * The tables of which a plan reads all rows, whatever is asked: by going through the table, or through all of an index that is no
 * partial one.
 */
export function readInFull(plan: PlanNode, isOpenOnly: ReadonlySet<string>): string[] {
  const index = plan['Index Name'];
  const isWhole =
    plan['Node Type'] === 'Seq Scan' ||
    (index !== undefined && plan['Index Cond'] === undefined && !isOpenOnly.has(index));
  const table = plan['Relation Name'] ?? index;
  return [
    ...(isWhole && table !== undefined ? [table] : []),
    ...(plan.Plans ?? []).flatMap((child) => readInFull(child, isOpenOnly)),
  ];
}
