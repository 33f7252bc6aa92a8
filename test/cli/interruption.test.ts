import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { bareEnvironment } from '../kit/bare-environment.ts';

const listening = `
  import { whenInterrupted } from ${JSON.stringify(new URL('../../src/cli/interruption.ts', import.meta.url).href)};
  const atEase = whenInterrupted({ first: (signal) => console.log('first ' + signal), again: () => console.log('again') });
  process.stdin.on('data', () => { atEase(); console.log('at ease'); });
  console.log('ready');
`;

/** A program that listens for key presses until a line is written to it. */
async function startListening(t: TestContext) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', listening], {
    env: bareEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string | undefined> => (await lines.next()).value;
  assert.equal(await nextLine(), 'ready');
  return {
    press: (signal: NodeJS.Signals = 'SIGINT') => child.kill(signal),
    callTheAnswer: () => child.stdin.write('\n'),
    nextLine,
    ended,
  };
}

test('a press that comes twice is one, also when its second half comes after the answer was called', async (t) => {
  const program = await startListening(t);
  program.press();
  assert.equal(await program.nextLine(), 'first SIGINT');
  program.press();
  program.callTheAnswer();
  assert.equal(await program.nextLine(), 'at ease', 'and nothing of another press');
  program.press();
  program.callTheAnswer();
  assert.equal(await program.nextLine(), 'at ease', 'it lives');
  await setTimeout(1_100);
  program.press('SIGTERM');
  assert.deepEqual(await program.ended, [null, 'SIGTERM'], 'a press of its own ends it');
});

test('a press a second later is another one', async (t) => {
  const program = await startListening(t);
  program.press();
  assert.equal(await program.nextLine(), 'first SIGINT');
  await setTimeout(1_100);
  program.press();
  assert.equal(await program.nextLine(), 'again');
});

test('whoever was not interrupted leaves Ctrl-C to its default', async (t) => {
  const program = await startListening(t);
  program.callTheAnswer();
  assert.equal(await program.nextLine(), 'at ease');
  program.press();
  assert.deepEqual(await program.ended, [null, 'SIGINT']);
});
