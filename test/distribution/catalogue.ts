import type pg from 'pg';
import type { MerchantColumns } from './plan.ts';

/**
 * What the catalogue says against the rule: every table is a merchant's or shared; a merchant's has merchant_id, not null, as
 * the first column of its primary key, and in every other key of its own and to another one of these. A line each.
 */
export async function misfitsOfSchema(
  database: pg.Client,
  merchantTables: readonly string[],
  sharedTables: readonly string[],
): Promise<string[]> {
  const ask = async (sql: string): Promise<string[]> => {
    const { rows } = await database.query<{ misfit: string }>(`${ownTablesSql} ${sql}`, [merchantTables, sharedTables]);
    return rows.map(({ misfit }) => misfit);
  };
  const known = [...merchantTables, ...sharedTables];
  const { rows: present } = await database.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  );
  const missing = known.filter((table) => !present.some(({ name }) => name === table));
  return [
    ...missing.map((table) => `${table} is listed, and there is no such table`),
    ...(await ask(unlistedSql)),
    ...(await ask(columnSql)),
    ...(await ask(primaryKeySql)),
    ...(await ask(uniqueIndexSql)),
    ...(await ask(foreignKeySql)),
  ].sort();
}

/** `own`: the tables, without the parts of one; `is_mine`: it is a merchant's. `mine`: where merchant_id stands in each. */
const ownTablesSql = `
  with own as (
    select c.oid, c.relname as name, c.relname = any($1::text[]) as is_mine, c.relname = any($2::text[]) as is_shared
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  ),
  mine as (
    select o.oid, o.name, a.attnum, a.attnotnull, a.atttypid
    from own o left join pg_attribute a on a.attrelid = o.oid and a.attname = 'merchant_id' and not a.attisdropped
    where o.is_mine
  )`;

const unlistedSql = `
  select name || ' is neither listed as a merchant’s nor as shared' as misfit from own where is_mine = is_shared`;

const columnSql = `
  select name || ' has no merchant_id bigint not null' as misfit
  from mine where attnotnull is not true or atttypid is distinct from 'bigint'::regtype`;

const primaryKeySql = `
  select m.name || ' has no primary key that begins with merchant_id' as misfit
  from mine m
  -- Where a table has parts, each of them has a key; a column may stand elsewhere in a part.
  join pg_class c on c.oid = m.oid or c.oid in (select inhrelid from pg_inherits where inhparent = m.oid)
  left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
  left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
  where c.relkind = 'r' and a.attname is distinct from 'merchant_id'`;

const uniqueIndexSql = `
  select m.name || ': the unique index ' || i.indexrelid::regclass || ' is without merchant_id' as misfit
  from mine m join pg_index i on i.indrelid = m.oid
  where (i.indisunique or i.indisexclusion) and not i.indisprimary
    and not coalesce(m.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1]), false)`;

const foreignKeySql = `
  select o.name || ': the foreign key ' || k.conname || ' to ' || t.name || case
      when o.is_mine then ' is without merchant_id' else ', which is a merchant’s and not shared' end as misfit
  from pg_constraint k
  join own o on o.oid = k.conrelid
  join own t on t.oid = k.confrelid and t.is_mine
  left join mine m on m.oid = o.oid
  left join mine mt on mt.oid = t.oid
  where k.contype = 'f'
    and not exists (select from unnest(k.conkey, k.confkey) as p(here, there) where p.here = m.attnum and p.there = mt.attnum)`;

/** Where merchant_id stands among the columns of each of these tables and of their parts, from 0. */
export async function merchantColumns(database: pg.Client, tables: readonly string[]): Promise<MerchantColumns> {
  const { rows } = await database.query<{ name: string; position: number }>(
    `select c.relname as name, a.attnum - 1 as position from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'merchant_id'
     left join pg_inherits i on i.inhrelid = c.oid
     left join pg_class whole on whole.oid = i.inhparent
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and coalesce(whole.relname, c.relname) = any($1)`,
    [tables],
  );
  return new Map(rows.map(({ name, position }) => [name, position]));
}

/** Table, name, whether it is called for each row or each statement, and `all its rows` where it sees those of a statement. */
export async function triggersOf(
  database: pg.Client,
  tables: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const { rows } = await database.query<{ row: string[] }>(
    `select array[c.relname::text, t.tgname::text, case when t.tgtype & 1 = 1 then 'row' else 'statement' end,
       case when num_nonnulls(t.tgoldtable, t.tgnewtable) > 0 then 'all its rows' else '' end] as row
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where not t.tgisinternal and c.relnamespace = 'public'::regnamespace and c.relname = any($1)
     order by c.relname::text collate "C", t.tgname::text collate "C"`,
    [tables],
  );
  return rows.map(({ row }) => row);
}

/** The shared tables that keys of merchants' tables lead to, each with the names of those. */
export async function keysToShared(
  database: pg.Client,
  merchantTables: readonly string[],
  sharedTables: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const { rows } = await database.query<{ row: string[] }>(
    `select array[t.relname::text, string_agg(distinct c.relname::text collate "C", ', ')] as row
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class t on t.oid = k.confrelid
     where k.contype = 'f' and c.relnamespace = 'public'::regnamespace and c.relname = any($1) and t.relname = any($2)
     group by t.relname order by t.relname::text collate "C"`,
    [merchantTables, sharedTables],
  );
  return rows.map(({ row }) => row);
}
