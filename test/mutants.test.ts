import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOfCode } from '../tools/mutants/code-mutators.ts';
import { applyTo, type Change, mutantsOf } from '../tools/mutants/mutant.ts';
import { scoreOf } from '../tools/mutants/report.ts';
import { sampleOf } from '../tools/mutants/sample.ts';
import { changesOfMigration, changesOfSql, changesOfSqlIn } from '../tools/mutants/sql-mutators.ts';

const made = (source: string, changes: readonly Change[]): readonly string[] =>
  mutantsOf('file.ts', source, changes).map((mutant) => applyTo(source, mutant).replace(/\s+/g, ' ').trim());

test('each condition of a statement is left out once, and a between stays whole', () => {
  const sql = 'update t set a = b + 1, c = d where e = f and g between 1 and h and (i is null or j <> k) returning a';
  const mutants = made(sql, changesOfSql(sql));
  for (const expected of [
    'update t set a = b + 1, c = d where true and g between 1 and h and (i is null or j <> k) returning a',
    'update t set a = b + 1, c = d where e = f and (i is null or j <> k) returning a',
    'update t set a = b + 1, c = d where e = f and g between 1 and h returning a',
    'update t set a = b + 1, c = d where e <> f and g between 1 and h and (i is null or j <> k) returning a',
    'update t set a = b + 1, c = d where e = f and g between 1 and h and (i is not null or j <> k) returning a',
    'update t set a = b + 1, c = d where e = f and g between 1 and h and (i is null and j <> k) returning a',
    'update t set a = b - 1, c = d where e = f and g between 1 and h and (i is null or j <> k) returning a',
    'update t set a = b + 1 where e = f and g between 1 and h and (i is null or j <> k) returning a',
    'update t set c = d where e = f and g between 1 and h and (i is null or j <> k) returning a',
  ]) {
    assert.ok(mutants.includes(expected), `${expected}\nis not among\n${mutants.join('\n')}`);
  }
  assert.ok(!mutants.some((each) => each.includes('set a <> b') || each.includes('between 1 or h')));
});

test('locks, lists, least and coalesce of a statement are changed, and its comments are not', () => {
  const sql = `select coalesce(a, least(b, 2)) from t where s in ('x', 'y') -- and z = 1
    for update skip locked`;
  const mutants = made(sql, changesOfSql(sql));
  for (const expected of [
    `select a from t where s in ('x', 'y') -- and z = 1 for update skip locked`,
    `select least(b, 2) from t where s in ('x', 'y') -- and z = 1 for update skip locked`,
    `select coalesce(a, greatest(b, 2)) from t where s in ('x', 'y') -- and z = 1 for update skip locked`,
    `select coalesce(a, least(b, 2)) from t where s in ('y') -- and z = 1 for update skip locked`,
    `select coalesce(a, least(b, 2)) from t where s in ('x', 'y') -- and z = 1 for update`,
  ]) {
    assert.ok(mutants.includes(expected), `${expected}\nis not among\n${mutants.join('\n')}`);
  }
  assert.ok(mutants.every((each) => each.includes('-- and z = 1')));
});

test('SQL is found in templates, also in those within another, and interpolations stay whole', () => {
  const source = 'const a = `select #{b(`x from y where z = 1`)} from t where #{c} and d`;\n'.replaceAll('#', '$');
  const mutants = made(source, changesOfSqlIn(source));
  assert.ok(
    mutants.includes('const a = `select #{b(`x from y where z = 1`)} from t where true and d`;'.replaceAll('#', '$')),
    mutants.join('\n'),
  );
  assert.ok(
    mutants.includes('const a = `select #{b(`x from y where z = 1`)} from t where #{c} `;'.replaceAll('#', '$')),
    mutants.join('\n'),
  );
  assert.deepEqual(changesOfSqlIn("const text = 'from here to there';\n"), []);
});

test('code is changed, and texts, comments, types and what does not compile are not', () => {
  const source = `import { a } from 'a && b';
export interface Shape { readonly x: 1 | 2 }
// a === b
export function f(x: number, y: string): boolean {
  if (x < 100 && !g(y)) throw new Error('x === y');
  return x === 7;
}
`;
  const mutants = made(source, changesOfCode(source));
  const has = (part: string): void =>
    assert.ok(
      mutants.some((each) => each.includes(part)),
      `${part}\n${mutants.join('\n')}`,
    );
  has('if (true) throw');
  has('if (false) throw');
  has('x <= 100');
  has('x >= 100');
  has('x < 1 &&');
  has('|| !g(y)');
  has('&& g(y)');
  has('return x !== 7');
  has('return x === 8');
  assert.ok(
    mutants.every((each) => each.includes("'a && b'") && each.includes('1 | 2') && each.includes('// a === b')),
  );
  assert.ok(mutants.every((each) => each.includes("'x === y'") || !each.includes('throw')));
});

test('of a migration, every guard is left out once', () => {
  const sql = `create table t (a int check (a in (1, (2))), constraint b check (a > 0));
create unique index c on t (a);
alter table t drop constraint x,
  add constraint x unique (a, b);`;
  assert.deepEqual(made(sql, changesOfMigration(sql)), [
    'create table t (a int , constraint b check (a > 0)); create unique index c on t (a); alter table t drop constraint x, add constraint x unique (a, b);',
    'create table t (a int check (a in (1, (2))), constraint b check (true)); create unique index c on t (a); alter table t drop constraint x, add constraint x unique (a, b);',
    'create table t (a int check (a in (1, (2))), constraint b check (a > 0)); create index c on t (a); alter table t drop constraint x, add constraint x unique (a, b);',
    'create table t (a int check (a in (1, (2))), constraint b check (a > 0)); create unique index c on t (a); alter table t drop constraint x;',
  ]);
});

test('a mutant keeps its id when lines come before it, and a sample is the same for the same seed', () => {
  const source = 'a === b;\na === b;\n';
  const ids = (text: string) => mutantsOf('file.ts', text, changesOfCode(text)).map(({ id }) => id);
  assert.equal(new Set(ids(source)).size, 2);
  assert.deepEqual(ids(`\n\n${source}`), ids(source));
  const all = Array.from({ length: 50 }, (_, index) => ({ id: String(index) }));
  assert.deepEqual(sampleOf(all, 10, 3), sampleOf(all, 50, 3).slice(0, 10));
  assert.notDeepEqual(sampleOf(all, 10, 3), sampleOf(all, 10, 4));
});

test('the score counts neither equivalent mutants nor statements that can not be read', () => {
  const [mutant] = mutantsOf('file.ts', 'a === b', changesOfCode('a === b'));
  assert.ok(mutant);
  const judged = (['noticed', 'noticed', 'noticed', 'survived', 'survived', 'no statement'] as const).map(
    (result, index) => ({
      ...mutant,
      id: String(index),
      result,
      by: [],
      tookMs: 1,
    }),
  );
  const known = { 4: { verdict: 'equivalent', reason: 'the same' } } as const;
  assert.equal(scoreOf(judged, known).score, 3 / 4);
  assert.equal(scoreOf(judged, {}).score, 3 / 5);
});
