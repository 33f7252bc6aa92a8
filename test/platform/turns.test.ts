import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begunPerTurn, createTurns } from '../../src/platform/event-loop/turns.ts';

/** The end of a turn of the event loop: whatever was planned for it has been done. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('many at once begin a few per turn, in the order in which they came', async () => {
  const turns = createTurns();
  const begun: number[] = [];
  for (let n = 0; n < begunPerTurn * 2 + 3; n++) turns.begin(() => begun.push(n));
  assert.equal(begun.length, 0);
  const after: number[] = [];
  for (let n = 0; n < 4; n++) {
    await turn();
    after.push(begun.length);
  }
  assert.deepEqual(after, [begunPerTurn, begunPerTurn * 2, begunPerTurn * 2 + 3, begunPerTurn * 2 + 3]);
  assert.deepEqual(
    begun,
    Array.from({ length: begunPerTurn * 2 + 3 }, (_, n) => n),
  );
});

test('one that comes alone begins in its own turn, and those that come meanwhile go behind those that wait', async () => {
  const turns = createTurns();
  const begun: string[] = [];
  turns.begin(() => begun.push('alone'));
  await turn();
  assert.deepEqual(begun, ['alone']);
  for (let n = 0; n < begunPerTurn + 1; n++) turns.begin(() => begun.push('waiting'));
  await turn();
  turns.begin(() => begun.push('late'));
  await turn();
  assert.deepEqual(begun.slice(-2), ['waiting', 'late']);
});

test('what one has begun goes on before the next one begins', async () => {
  const turns = createTurns();
  const done: string[] = [];
  for (const name of ['first', 'second']) {
    turns.begin(async () => {
      done.push(`${name} begins`);
      await Promise.resolve();
      done.push(`${name} goes on`);
    });
  }
  await turn();
  assert.deepEqual(done, ['first begins', 'first goes on', 'second begins', 'second goes on']);
});
