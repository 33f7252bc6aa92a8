import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { bookOf, payByCard, payManyByCard } from '../kit/orders.ts';
import { program } from '../kit/program.ts';
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

const hasTerminal = spawnSync('script', ['--version']).status === 0;
const skip = hasTerminal ? false : 'NOT TESTED: there is no program `script` to make a terminal with';

interface InTerminal {
  /** How the program is started; by itself otherwise. */
  readonly start?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs the program in a terminal of its own; each answer goes out once its question is there. */
async function inTerminal(
  argv: readonly string[],
  answers: readonly (readonly [question: string, answer: string])[],
  { start = [process.execPath, program], env = {}, cwd = '/' }: InTerminal = {},
) {
  // The shell would answer Ctrl-C with an exit code of its own.
  const command = `exec ${[...start, ...argv].map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env.PATH, TERM: 'xterm', ...envOf(keys), ...env },
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let from = 0;
  const waiting = [...answers];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
    const [next] = waiting;
    const at = next ? shown.indexOf(next[0], from) : -1;
    if (!next || at < 0) return;
    waiting.shift();
    from = at + next[0].length;
    child.stdin.write(next[1]);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, shown };
}

test('on a terminal a cancellation is asked about, and only yes begins it', { skip }, async () => {
  const impUid = await payByCard(client);
  const no = await inTerminal(['cancel', impUid], [['[y/N]', '\r']]);
  assert.equal(no.code, 2);
  assert.match(no.shown, /Nothing was cancelled/);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
  const yes = await inTerminal(['cancel', impUid], [['[y/N]', 'y\r']]);
  assert.equal(yes.code, 0, yes.shown);
  assert.ok(yes.shown.includes('\u001b[32mConfirmed.'), 'in green');
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 1000);
});

test('Ctrl-C at the question ends with nothing begun', { skip }, async () => {
  const impUid = await payByCard(client);
  const ended = await inTerminal(['cancel', impUid], [['[y/N]', '\u0003']]);
  assert.notEqual(ended.code, 0);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
});

test('a bulk refund on a terminal shows its plan, asks, and draws a bar with rate and remaining time', {
  skip,
}, async (t) => {
  const impUids = await payManyByCard(client, 12);
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUids.map((impUid) => `${impUid},10\n`).join('')}`);
  const ended = await inTerminal(['cancel', '--file', file], [['[y/N]', 'yes\r']], { env: { NO_COLOR: '1' } });
  assert.equal(ended.code, 0, ended.shown);
  assert.match(ended.shown, /total 120 KRW[\s\S]*Give 12 payments back\?/);
  assert.match(ended.shown, /\[#+\] 12\/12 {2}[\d.]+\/s {2}0:00 left/);
  assert.ok(!ended.shown.includes('\u001b[32m'), 'no colour with NO_COLOR');
});

test('the dialogue that ends a doubt asks for what the gateway calls it, and leaves it empty where nobody knows', {
  skip,
}, async () => {
  const impUid = await payByCard(client);
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'timeout', count: 1000 });
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'disconnect', count: 1 });
  await client.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  const [doubt] = (await client.get(`/doubts?imp_uid=${impUid}`)).response.list;
  const stopped = await inTerminal(['doubts', 'resolve', doubt.doubt_id], [['or refused', 'perhaps\r']]);
  assert.equal(stopped.code, 2);
  assert.match(stopped.shown, /Nothing was changed: the answer must be confirmed or refused/);
  const ended = await inTerminal(
    ['doubts', 'resolve', doubt.doubt_id, '--lang', 'ko'],
    [
      ['거절(처리되지 않음)', '완료\r'],
      ['(pg_tid), 모르면 비워 두세요', '\r'],
      ['확인한 근거', '관리자 화면\r'],
      ['처리자 이름', '김담당\r'],
      ['이대로 처리할까요? [y/N]', 'ㅛ\r'],
    ],
  );
  assert.equal(ended.code, 0, ended.shown);
  assert.match(ended.shown, /400 KRW이\(가\) 환불된 것으로 처리됩니다/);
  const [entry] = (await client.get(`/payments/${impUid}`)).response.cancel_history;
  assert.deepEqual([entry.amount, entry.pg_tid], [400, '']);
  await client.delete('/sandbox/faults');
});

test('a cancellation that the gateway is slow about shows that it waits', { skip }, async () => {
  const impUid = await payByCard(client);
  const slow = { pg_provider: 'tosspayments', operation: 'cancel', kind: 'timeout', count: 1000 };
  for (const operation of ['cancel', 'inquire']) await client.post('/sandbox/faults', { ...slow, operation });
  const argv = ['cancel', impUid, '--yes', '--wait', '0'];
  const ended = await inTerminal(argv, []);
  assert.equal(ended.code, 3, ended.shown);
  assert.match(ended.shown, /Waiting for what the gateway says \d+ s[\s\S]*In doubt/);
  await client.delete('/sandbox/faults');
});

const hasNpm = hasTerminal && spawnSync('npm', ['--version']).status === 0;

test('one Ctrl-C under npm, which hands it on as well, lets the rows in flight end and shows the summary', {
  skip: hasNpm ? false : 'NOT TESTED: there is no terminal, or no npm',
}, async (t) => {
  const impUids = await payManyByCard(client, 20);
  const slow = { pg_provider: 'tosspayments', operation: 'cancel', kind: 'slow', delay_ms: 300, count: 1000 };
  assert.equal((await client.post('/sandbox/faults', slow)).code, 0);
  const folder = newFolder(t);
  const file = join(folder, 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUids.map((impUid) => `${impUid},10\n`).join('')}`);
  const ended = await inTerminal(['cancel', '--file', file, '--yes', '--concurrency', '2'], [['/20 ', '\u0003']], {
    start: ['npm', 'run', '-s', 'hwanbul', '--'],
    cwd: new URL('../../', import.meta.url).pathname,
    env: { NO_COLOR: '1', HOME: folder, npm_config_cache: join(folder, 'npm'), npm_config_update_notifier: 'false' },
  });
  assert.equal(ended.code, 5, ended.shown);
  assert.match(ended.shown, /SIGINT: stopping when the rows in flight have ended/);
  assert.match(ended.shown, /\d+ rows not begun: \d+ KRW[\s\S]*\d+ rows confirmed[\s\S]*Row by row/);
  assert.doesNotMatch(ended.shown, /without an answer/, 'nothing in flight was cut off');
  await client.delete('/sandbox/faults');
});
