import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { bookOf, payByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { envOf, type Keys, newFolder } from './program.ts';

let sandbox: Sandbox;
let keys: Keys;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  const made = await createApiClient(sandbox.url).post('/sandbox/merchants');
  keys = { url: sandbox.url, impKey: made.response.imp_key, impSecret: made.response.imp_secret };
  client = await createApiClient(sandbox.url).logIn(keys.impKey, keys.impSecret);
});
after(() => sandbox.close());

const entry = new URL('../../bin/hwanbul.js', import.meta.url).pathname;
const hasTerminal = spawnSync('script', ['--version']).status === 0;
const skip = hasTerminal ? false : 'NOT TESTED: there is no program `script` to make a terminal with';

/** Runs the program in a terminal of its own; `answer` goes out once the question is there. */
async function inTerminal(argv: readonly string[], question: string, answer: string, env: NodeJS.ProcessEnv = {}) {
  const command = [process.execPath, entry, ...argv].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'xterm', ...envOf(keys), ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let isAnswered = false;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
    if (isAnswered || !shown.includes(question)) return;
    isAnswered = true;
    child.stdin.write(answer);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, shown };
}

test('on a terminal a cancellation is asked about, and only yes begins it', { skip }, async () => {
  const impUid = await payByCard(client);
  const no = await inTerminal(['cancel', impUid], '[y/N]', '\r');
  assert.equal(no.code, 2);
  assert.match(no.shown, /Nothing was cancelled/);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
  const yes = await inTerminal(['cancel', impUid], '[y/N]', 'y\r');
  assert.equal(yes.code, 0, yes.shown);
  assert.ok(yes.shown.includes('\u001b[32mConfirmed.'), 'in green');
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 1000);
});

test('Ctrl-C at the question ends with nothing begun', { skip }, async () => {
  const impUid = await payByCard(client);
  const ended = await inTerminal(['cancel', impUid], '[y/N]', '\u0003');
  assert.notEqual(ended.code, 0);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
});

test('a bulk refund on a terminal shows its plan, asks, and draws a bar with rate and remaining time', {
  skip,
}, async (t) => {
  const impUids = await Promise.all(Array.from({ length: 12 }, () => payByCard(client)));
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUids.map((impUid) => `${impUid},10\n`).join('')}`);
  const ended = await inTerminal(['cancel', '--file', file], '[y/N]', 'yes\r', { NO_COLOR: '1' });
  assert.equal(ended.code, 0, ended.shown);
  assert.match(ended.shown, /total 120 KRW[\s\S]*Give 12 payments back\?/);
  assert.match(ended.shown, /\[#+\] 12\/12 {2}[\d.]+\/s {2}0:00 left/);
  assert.ok(!ended.shown.includes('\u001b[32m'), 'no colour with NO_COLOR');
});
