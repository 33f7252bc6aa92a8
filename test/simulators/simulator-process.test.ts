import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { gateways } from '../../src/gateways/registry.ts';
import { createSimulatorControl, type SimulatorBook } from '../../src/simulators/control.ts';
import { keyIn, tossClient } from '../gateways/tosspayments/kit.ts';

const main = fileURLToPath(new URL('../../src/start/simulator-main.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'hwanbul-simulator-'));
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly banner: readonly string[];
}

/** Starts a simulator as a process of its own, and reads its banner. */
async function start(provider: string, dataDir = directory): Promise<Started> {
  const child = spawn(process.execPath, [main, provider, '--port', '0', '--data-dir', dataDir]);
  children.add(child);
  const banner: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    banner.push(line);
    if (line.startsWith('# ')) break;
  }
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(banner[0] ?? '')?.[0];
  assert.ok(url, banner.join('\n'));
  return { child, url, banner };
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
}

async function failedStart(...args: string[]): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, [main, ...args]);
  children.add(child);
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const { code } = await ended(child);
  return { code, lines: errors.trim().split('\n') };
}

test('the book, the known credentials, the keys and the faults survive kill -9', async () => {
  const first = await start('tosspayments');
  const secretKey = /secretKey=(\S+)/.exec(first.banner.join('\n'))?.[1] ?? '';
  const toss = tossClient(first.url, secretKey);
  const paid = await toss.post('/v1/payments/key-in', keyIn('order-000001'));
  assert.equal(paid.status, 200);
  const path = `/v1/payments/${paid.body.paymentKey}/cancel`;
  const body = { cancelReason: '변심', cancelAmount: 1000 };
  const headers = { 'idempotency-key': 'survives' };
  const control = createSimulatorControl(first.url);
  await control.addFault({ operation: 'cancel', kind: 'lost_answer' });
  await control.addFault({ operation: 'inquire', kind: 'reject', count: 2 });
  await assert.rejects(toss.post(path, body, headers));
  const gone = ended(first.child);
  first.child.kill('SIGKILL');
  assert.equal((await gone).signal, 'SIGKILL');

  const second = await start('tosspayments');
  const again = tossClient(second.url, secretKey);
  const book = await createSimulatorControl(second.url).book({ orderId: 'order-000001' });
  assert.equal(book.transactions[0]?.cancelledMinor, 1000n);
  assert.equal(book.transactions[0]?.gatewayTid, paid.body.paymentKey);
  assert.equal((await createSimulatorControl(second.url).listFaults())[0]?.remaining, 2);
  const replayed = await again.post(path, body, headers);
  assert.deepEqual([replayed.status, replayed.body.balanceAmount], [200, 9000]);
  const after = await createSimulatorControl(second.url).book({ orderId: 'order-000001' });
  assert.equal(after.transactions[0]?.cancels.length, 1);
  const closed = ended(second.child);
  second.child.kill('SIGTERM');
  assert.deepEqual(await closed, { code: 0, signal: null });
});

/** What a printed call has changed in the book: one payment, or one receipt. */
function moved(before: SimulatorBook, after: SimulatorBook) {
  const isNew = (each: object, earlier: readonly object[]) => !earlier.some((one) => isDeepStrictEqual(one, each));
  const payments = after.transactions.filter((each) => isNew(each, before.transactions));
  const receipts = after.receipts.filter((each) => isNew(each, before.receipts));
  assert.equal(payments.length + receipts.length, 1);
  return { payment: payments[0] };
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;
for (const provider of gateways.keys()) {
  test(`${provider} alone prints a call that can be pasted and works`, { skip: !hasCurl && 'no curl' }, async () => {
    const { child, banner, url } = await start(provider, join(directory, 'samples'));
    const before = await createSimulatorControl(url).book();
    const shell = spawn('sh', ['-c', banner.slice(2).join('\n').replaceAll('curl ', 'curl -sS ')]);
    let output = '';
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (output += chunk));
    await new Promise((resolve) => shell.once('close', resolve));
    assert.doesNotMatch(output, /curl: \(/);
    assert.ok(output.length > 0, 'the gateway has answered');
    const after = await createSimulatorControl(url).book();
    assert.notDeepEqual(after, before, `the call has left nothing in the book: ${output}`);
    const { payment } = moved(before, after);
    const isPaidBefore = before.transactions.some(({ gatewayTid }) => gatewayTid === payment?.gatewayTid);
    if (isPaidBefore || banner.some((line) => line.includes('/window-payments'))) {
      assert.deepEqual([payment?.status, payment?.cancelledMinor], ['cancelled', 15_000n], output);
    } else if (payment) {
      assert.equal(payment.status, payment.payMethod === 'card' ? 'paid' : 'waiting_for_deposit', output);
      assert.equal(payment.cancelledMinor, 0n, output);
    }
    const closed = ended(child);
    child.kill('SIGINT');
    assert.equal((await closed).code, 0);
  });
}

test('what is wrong with the arguments is said in one line', async () => {
  const cases: [string[], RegExp][] = [
    [[], /^usage: /],
    [['nobody'], /^unknown gateway "nobody"; known are: .*tosspayments/],
    [['tosspayments', '--port', 'x'], /^--port takes a number/],
    [['tosspayments', '--prot', '1'], /--prot/],
    [['tosspayments', 'galaxia'], /^usage: /],
  ];
  for (const [args, expected] of cases) {
    const { code, lines } = await failedStart(...args);
    assert.equal(code, 1);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0] ?? '', expected);
  }
});
