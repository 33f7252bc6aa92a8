import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStatementGroup } from '../../src/platform/database/statement-group.ts';
import { currentScope, within } from '../../src/platform/tracing/scope.ts';
import type { Span } from '../../src/platform/tracing/span.ts';

/** A group whose statements end when the test says so. */
function startGroup(limits: {
  readonly entriesMax: number;
  readonly statementsMax: number;
  readonly patienceMs?: number;
}) {
  const statements: { readonly entries: readonly number[]; end(error?: Error): void }[] = [];
  const group = createStatementGroup<number, string | undefined>({
    name: 'of_this_test',
    patienceMs: 0,
    ...limits,
    execute: (entries) =>
      new Promise((resolve, reject) => {
        const results = entries.map((entry) => (entry < 0 ? undefined : `done ${entry}`));
        statements.push({ entries, end: (error) => (error ? reject(error) : resolve(results)) });
      }),
  });
  return { group, statements, entries: () => statements.map(({ entries }) => entries) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('what comes together goes out together, what comes meanwhile waits for a free statement, and none is empty', async () => {
  const { group, statements, entries } = startGroup({ entriesMax: 2, statementsMax: 2 });
  const first = [1, 2, 3].map((entry) => group.run(entry));
  await turn();
  assert.deepEqual(entries(), [[1, 2], [3]]);
  const later = [4, 5, 6].map((entry) => group.run(entry));
  await turn();
  assert.equal(statements.length, 2, 'no more than two at a time');
  statements[0]?.end();
  await turn();
  assert.deepEqual(entries().slice(2), [[4, 5]]);
  for (let at = 1; at < 4; at++) {
    statements[at]?.end();
    await turn();
  }
  assert.deepEqual(entries().slice(3), [[6]]);
  assert.deepEqual(
    await Promise.all([...first, ...later]),
    [1, 2, 3, 4, 5, 6].map((entry) => `done ${entry}`),
  );
  await turn();
  assert.equal(statements.length, 4);
});

test('a statement belongs to the first that it serves, and the others lead there', async () => {
  const links: string[] = [];
  const spanCalled = (name: string): Span => ({
    ids: { trace_id: name, span_id: name },
    begin: ({ name: inner }) => spanCalled(`${name} > ${inner}`),
    set() {},
    linkTo: ({ ids }) => links.push(`${name} -> ${ids.span_id}`),
    end() {},
  });
  const served: unknown[] = [];
  const group = createStatementGroup<string, string>({
    name: 'of_this_test',
    entriesMax: 2,
    statementsMax: 1,
    patienceMs: 0,
    async execute(entries) {
      served.push([entries, currentScope()?.fields.requestId, currentScope()?.span?.ids.span_id]);
      return entries;
    },
  });
  const ask = (name: string): Promise<string | undefined> =>
    within({ fields: { requestId: name }, span: spanCalled(name) }, async () => {
      await group.run(name);
      return currentScope()?.fields.requestId;
    });
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(ask)), ['a', 'b', 'c']);
  assert.deepEqual(served, [
    [['a', 'b'], 'a', 'a > group of_this_test'],
    [['c'], 'c', 'c > group of_this_test'],
  ]);
  assert.deepEqual(links, ['b > group of_this_test -> a > group of_this_test']);
});

test('what fills no statement waits for the one before, unless that takes too long', async () => {
  const { group, statements, entries } = startGroup({ entriesMax: 3, statementsMax: 3, patienceMs: 60_000 });
  const all = [1, 2].map((entry) => group.run(entry));
  await turn();
  all.push(group.run(3));
  await turn();
  assert.deepEqual(entries(), [[1, 2]]);
  all.push(group.run(4), group.run(5));
  await turn();
  assert.deepEqual(
    entries(),
    [
      [1, 2],
      [3, 4, 5],
    ],
    'a full one does not wait',
  );
  all.push(group.run(6));
  statements[1]?.end();
  await turn();
  assert.equal(statements.length, 2);
  statements[0]?.end();
  await turn();
  statements[2]?.end();
  assert.deepEqual(
    await Promise.all(all),
    [1, 2, 3, 4, 5, 6].map((entry) => `done ${entry}`),
  );

  const hasty = startGroup({ entriesMax: 3, statementsMax: 2, patienceMs: 1 });
  const [stuck, other] = [hasty.group.run(1), turn().then(() => hasty.group.run(2))];
  while (hasty.statements.length < 2) await turn();
  hasty.statements[1]?.end();
  assert.equal(await other, 'done 2');
  hasty.statements[0]?.end();
  assert.equal(await stuck, 'done 1');
});

test('of entries that failed together each is tried alone, once, and fails only by itself', async () => {
  const { group, statements, entries } = startGroup({ entriesMax: 9, statementsMax: 2 });
  const both = Promise.allSettled([group.run(1), group.run(2)]);
  await turn();
  statements[0]?.end(new Error('one of them'));
  await turn();
  assert.deepEqual(entries(), [[1, 2], [1], [2]]);
  statements[1]?.end(new Error('this one'));
  statements[2]?.end();
  const [failed, done] = await both;
  assert.match(String(failed?.status === 'rejected' && failed.reason), /this one/);
  assert.deepEqual(done, { status: 'fulfilled', value: 'done 2' });
  assert.equal(statements.length, 3);
});

test('an entry without a result is a defect, and others have theirs', async () => {
  const { group, statements } = startGroup({ entriesMax: 9, statementsMax: 1 });
  const all = Promise.allSettled([group.run(-1), group.run(2)]);
  await turn();
  statements[0]?.end();
  const [left, done] = await all;
  assert.match(String(left?.status === 'rejected' && left.reason), /without a result/);
  assert.deepEqual(done, { status: 'fulfilled', value: 'done 2' });
});
