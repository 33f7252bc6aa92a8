import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gateways } from '../../src/gateways/registry.ts';
import { createSimulatorControl, type SimulatorBook } from '../../src/simulators/control.ts';
import { startSimulatorAlone } from '../../src/start/simulator-alone.ts';
import { keyIn, tossClient } from '../gateways/tosspayments/kit.ts';
import { simulatorProgram } from '../kit/program.ts';

const directory = mkdtempSync(join(tmpdir(), 'hwanbul-simulator-'));
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

interface Shown {
  readonly url: string;
  readonly banner: readonly string[];
  /** What is printed of the merchant: its MID, and its credentials as they are or the files that they stand in. */
  readonly printed: Readonly<Record<string, string>>;
  /** The lines to be pasted into a shell. */
  readonly calls: string;
}

interface Started extends Shown {
  readonly child: ChildProcess;
  /** What has been logged so far, and the next line that fits. */
  readonly log: readonly string[];
  logged(line: RegExp): Promise<string>;
}

function readBanner(banner: readonly string[], log: readonly string[]): Shown {
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(banner[0] ?? '')?.[0];
  assert.ok(url, [...banner, ...log].join('\n'));
  const [callsAt, endAt] = [banner.findIndex((line) => line.startsWith('# First calls')), banner.length - 1];
  const facts = banner.slice(1, callsAt).flatMap((line) => {
    const [, name, value] = /^(\w+): (.*)$/.exec(line) ?? [];
    return name && value !== undefined ? [[name, value] as const] : [];
  });
  return { url, banner, printed: Object.fromEntries(facts), calls: banner.slice(callsAt + 1, endAt).join('\n') };
}

/** Starts a simulator as a process of its own, and reads its banner. */
async function start(
  provider: string,
  options: { dataDir?: string; args?: string[]; cwd?: string } = {},
): Promise<Started> {
  const { dataDir = directory, cwd } = options;
  const folder = cwd === undefined ? ['--data-dir', dataDir] : [];
  const args = [simulatorProgram, provider, '--port', '0', ...folder, ...(options.args ?? [])];
  const child = spawn(process.execPath, args, cwd === undefined ? {} : { cwd });
  children.add(child);
  const log: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line);
    for (const look of waiting) look();
  });
  const banner: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    banner.push(line);
    if (line.includes('Ctrl-C')) break;
  }
  return {
    ...readBanner(banner, log),
    child,
    log,
    logged: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const line = log.find((each) => wanted.test(each));
          if (line === undefined) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
        look();
      }),
  };
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
  const child = spawn(process.execPath, [simulatorProgram, ...args]);
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
  const secretKey = first.printed.secretKey ?? '';
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

/** What a printed call has changed in the book: one payment, one receipt, or one certification. */
function moved(before: SimulatorBook, after: SimulatorBook) {
  const isNew = (each: object, earlier: readonly object[]) => !earlier.some((one) => isDeepStrictEqual(one, each));
  const payments = after.transactions.filter((each) => isNew(each, before.transactions));
  const receipts = after.receipts.filter((each) => isNew(each, before.receipts));
  const certifications = after.certifications.filter((each) => isNew(each, before.certifications));
  assert.equal(payments.length + receipts.length + certifications.length, 1);
  return { payment: payments[0] };
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** Pastes the printed calls into a shell, and says what they have changed in the book. */
async function paste({ url, calls, printed }: Shown): Promise<void> {
  const control = createSimulatorControl(url);
  const before = await control.book();
  const shell = spawn('sh', ['-c', calls.replaceAll('curl ', 'curl -sS ')], { cwd: tmpdir() });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => shell.once('close', resolve));
  assert.doesNotMatch(output, /curl: \(/);
  assert.ok(output.length > 0, 'the gateway has answered');
  const after = await control.book();
  assert.notDeepEqual(after, before, `the calls have left nothing in the book: ${output}`);
  const { payment } = moved(before, after);
  assert.ok(payment === undefined || payment.mid === printed.mid);
  if (calls.includes('/_simulator/')) {
    assert.deepEqual([payment?.status, payment?.cancelledMinor], ['cancelled', 15_000n], output);
  } else if (payment) {
    assert.deepEqual([payment.status, payment.cancelledMinor], ['waiting_for_deposit', 0n], output);
  }
}

async function end({ child }: Started): Promise<void> {
  const closed = ended(child);
  child.kill('SIGINT');
  // npm passes on what the terminal has sent already.
  child.kill('SIGINT');
  assert.equal((await closed).code, 0);
}

for (const [provider, module] of gateways) {
  test(`${provider} alone prints keys as they are, the same at every start, and calls that work every time`, {
    skip: !hasCurl && 'no curl',
  }, async (t) => {
    const dataDir = join(directory, 'samples');
    const { mid: midOf, credentials: credentialsOf } = await module.sandbox();
    const credentials = credentialsOf(midOf('standalone'));
    // Here, in a process that has its own: the keys of another process are to be the same.
    const log: string[] = [];
    const put = (line: string) => log.push(...line.split('\n'));
    const alone = await startSimulatorAlone(
      { provider, port: '0', dataDir, settings: [] },
      { log: put, logRequest: put },
    );
    t.after(() => alone.close());
    const first = readBanner(
      alone.banner.flatMap((line) => line.split('\n')),
      log,
    );
    const { mid, ...keys } = first.printed;
    assert.equal(mid, midOf('standalone'));
    assert.deepEqual(Object.keys(keys), Object.keys(credentials));
    for (const [name, value] of Object.entries(credentials)) {
      if (!value.includes('\n')) {
        assert.equal(keys[name], value);
        continue;
      }
      assert.equal(readFileSync(keys[name] ?? '', 'utf8'), value);
      assert.equal(statSync(keys[name] ?? '').mode & 0o077, 0, `${name} is for its owner only`);
    }
    await paste(first);
    await paste(first);
    // What the gateway calls its success, also where its answer is sealed.
    const succeeded = / (POST|GET) \/(?!_simulator)\S+ 200 \S+( \S+)? \d+ ms$/;
    assert.ok(
      log.some((line) => succeeded.test(line)),
      log.join('\n'),
    );
    await alone.close();
    const second = await start(provider, { dataDir });
    assert.deepEqual(second.printed, first.printed);
    await paste(second);
    const secrets = Object.values(credentials).filter((value) => value !== '127.0.0.1');
    for (const line of [...log, ...second.log]) for (const secret of secrets) assert.ok(!line.includes(secret));
    await end(second);
  });
}

test("the book is one of its own, which a reset of the server's simulators does not reach", async () => {
  const cwd = mkdtempSync(join(directory, 'cwd-'));
  const alone = await start('kcp', { cwd });
  assert.deepEqual(readdirSync(cwd), ['data']);
  assert.deepEqual(readdirSync(join(cwd, 'data')), ['simulators-alone']);
  assert.match(alone.banner[0] ?? '', /its book in data\/simulators-alone\/kcp\.sqlite$/);
  await end(alone);
});

test('its merchant is set to what is asked for; Toss answers by the version of the key', async () => {
  const versionOf = async (started: Started) => {
    const toss = tossClient(started.url, started.printed.secretKey ?? '');
    const { body } = await toss.post('/v1/payments/key-in', keyIn(`order-${process.hrtime.bigint()}`));
    await end(started);
    return body.version;
  };
  const dataDir = join(directory, 'settings');
  assert.equal(await versionOf(await start('tosspayments', { dataDir })), '2022-11-16');
  const older = await start('tosspayments', { dataDir, args: ['--set', 'apiVersion=1.4'] });
  assert.ok(older.banner.includes('apiVersion = 1.4'));
  assert.equal(await versionOf(older), '1.4');
});

test('each request is logged with its outcome and how long it took, and nothing secret', async () => {
  const started = await start('tosspayments', { dataDir: join(directory, 'log') });
  const toss = tossClient(started.url, started.printed.secretKey ?? '');
  const paid = await toss.post('/v1/payments/key-in', keyIn('order-000001'));
  const path = `/v1/payments/${paid.body.paymentKey}/cancel`;
  await toss.post(path, { cancelReason: '변심', cancelAmount: 10_001 });
  await toss.get(`/v1/payments/orders/order-000001?secret=${started.printed.secretKey}`);
  await createSimulatorControl(started.url).addFault({ operation: 'cancel', kind: 'lost_answer' });
  await assert.rejects(toss.post(path, { cancelReason: '변심' }));
  await tossClient(started.url, 'test_sk_somebodyelses').get('/v1/payments/none');
  const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
  for (const wanted of [
    'POST /v1/payments/key-in 200 DONE',
    `POST ${path} 403 NOT_CANCELABLE_AMOUNT`,
    'GET /v1/payments/orders/order-000001 200 DONE',
    'POST /_simulator/faults 200',
    `POST ${path} no answer \\(fault lost_answer\\)`,
    'GET /v1/payments/none 401 UNAUTHORIZED_KEY',
  ]) {
    await started.logged(new RegExp(`^${time} ${wanted} \\d+ ms$`));
  }
  await started.logged(/^ {2}the secret key is not one that this simulator knows$/);
  const all = started.log.join('\n');
  for (const secret of [started.printed.secretKey ?? '', 'somebodyelses', '4330123412341239']) {
    assert.ok(!all.includes(secret), secret);
  }
  await end(started);
});

test('what is wrong with the arguments is said in one line', async () => {
  const cases: [string[], RegExp][] = [
    [[], /^usage: /],
    [['nobody'], /^unknown gateway "nobody"; known are: .*tosspayments/],
    [['tosspayments', '--port', 'x'], /^--port takes a number/],
    [['tosspayments', '--prot', '1'], /--prot/],
    [['tosspayments', 'galaxia'], /^usage: /],
    [['tosspayments', '--set', 'apiVersion'], /^--set takes name=value, not "apiVersion"/],
    [['tosspayments', '--set', 'apiVersion=2'], /^--set: apiVersion is one of 2022-07-27, 2022-11-16, 1\.4, not "2"/],
    [['galaxia', '--set', 'apiVersion=1.4'], /^--set: there is no setting "apiVersion"; there is none at this gateway/],
    [['kcp', '--data-dir', simulatorProgram], /^cannot start: /],
  ];
  for (const [args, expected] of cases) {
    const { code, lines } = await failedStart(...args);
    assert.equal(code, 1);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0] ?? '', expected);
  }
});
