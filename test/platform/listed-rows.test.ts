import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keepingPlansOf, listedRowsSql } from '../../src/platform/database/listed-rows.ts';
import type { Database } from '../../src/platform/database/pool.ts';
import { createEmptyDatabase, type TestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';

let it: TestDatabase;
before(async () => {
  it = await createEmptyDatabase({ poolSize: 2 });
  await it.database.query('create table things (id bigint, text text)');
  await it.database.query('create table others (id bigint)');
});
after(() => it.drop());

const rows = listedRowsSql('$1::bigint[], $2::text[]');
const text = `select a.* from ${rows} as a(id, text) where a.id > 1`;
const values = [
  [1n, 2n],
  ['one', 'two'],
];

/** What is sent, of all that does not look at the tables' size. */
function watched(): {
  readonly database: Database;
  readonly sent: (readonly [text: string, name: string | undefined])[];
} {
  const sent: (readonly [string, string | undefined])[] = [];
  const database: Database = {
    ...it.database,
    query(sentText, sentValues, name) {
      if (!sentText.includes('pg_relation_size')) sent.push([sentText, name]);
      return it.database.query(sentText, sentValues, name);
    },
  };
  return { database, sent };
}

test('lists are rows, whether the planner sees their length or not', async () => {
  assert.equal(rows, 'unnest((select $1::bigint[]), (select $2::text[]))');
  assert.deepEqual(await it.database.query(text, values), [{ id: 2n, text: 'two' }]);
});

test('a statement hides its lists when all tables are large, and only then', async () => {
  const { database, sent } = watched();
  const keeping = keepingPlansOf(['things', 'others'], database);
  const shown = 'select a.* from unnest($1::bigint[], $2::text[]) as a(id, text) where a.id > 1';
  const ask = async () => {
    sent.length = 0;
    assert.deepEqual(await keeping.query(text, values, 'ask'), [{ id: 2n, text: 'two' }]);
    return sent[0];
  };
  for (const table of ['things', 'others']) {
    assert.deepEqual(await ask(), [shown, 'ask_while_small']);
    await it.database.query(`insert into ${table} select n from generate_series(1, 100000) n`);
  }
  await eventually(async () => assert.deepEqual(await ask(), [text, 'ask']), 10_000);
});

test('what has no lists, or no name, is sent as it stands', async () => {
  const { database, sent } = watched();
  const keeping = keepingPlansOf(['things'], database);
  await keeping.query('select $1::bigint as id', [1n], 'one');
  await keeping.query(text, values);
  assert.deepEqual(sent, [
    ['select $1::bigint as id', 'one'],
    [text, undefined],
  ]);
});

test('a size that can’t be found out counts as small', async () => {
  const { database, sent } = watched();
  const keeping = keepingPlansOf(['no_such_table'], database);
  await keeping.query(text, values, 'ask');
  await keeping.query(text, values, 'ask');
  assert.deepEqual(
    sent.map(([, name]) => name),
    ['ask_while_small', 'ask_while_small'],
  );
});
