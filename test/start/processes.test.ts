import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/platform/database/pool.ts';
import { addFault, endingsOf, until, untilNothingIsOpen } from '../exactly-once/observations.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { createTestDatabase } from '../kit/database.ts';
import { eventually } from '../kit/eventually.ts';
import { assertBooksAgree, payManyByCard } from '../kit/orders.ts';
import { runServerProcess, type ServerProcess, startServerProcess } from '../kit/server-process.ts';

let server: ServerProcess;
let database: Database;
let client: ApiClient;

before(async () => {
  server = await startServerProcess({
    env: {
      HWANBUL_PROCESSES: '2',
      LOG_FORMAT: 'auto',
      HWANBUL_RECOVERY_INTERVAL_MS: '100',
    },
  });
  database = openDatabase(server.databaseUrl ?? '', { poolSize: 2, applicationName: 'hwanbul test' });
  const made = await createApiClient(server.url).post('/sandbox/merchants');
  client = await createApiClient(server.url).logIn(made.response.imp_key, made.response.imp_secret);
});
after(() => database.close());

interface Line {
  readonly msg: string;
  readonly pid?: number;
}

function linesSaying(message: string): readonly Line[] {
  return server
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .filter(({ msg }) => msg === message);
}

/** The processes that have begun an operation on one of these payments. */
async function beganOn(impUids: readonly string[]): Promise<readonly number[]> {
  const rows = await database.query<{ pid: string }>(
    `select distinct substring(o.lease_of from '(\\d+)-\\w+$') as pid
     from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
     where o.kind = 'cancel' and p.imp_uid = any($1)`,
    [impUids],
  );
  return rows.map(({ pid }) => Number(pid)).sort();
}

const pays = (count: number): Promise<string[]> => payManyByCard(client, count);

/** Connections, not requests, are given to the processes in turn: one for each request, or all may be asked of one process. */
const onItsOwnConnection = { connection: 'close' };

const cancel = (imp_uid: string, more: object = {}): Promise<ApiAnswer> =>
  client.post('/payments/cancel', { imp_uid, ...more }, onItsOwnConnection);

async function raceOn(impUids: readonly string[]): Promise<void> {
  const answers = await Promise.all(
    impUids.flatMap((impUid) => Array.from({ length: 6 }, () => cancel(impUid, { amount: 300 }))),
  );
  const refused = answers.filter(({ code }) => code !== 0);
  assert.equal(answers.length - refused.length, impUids.length * 3);
  assert.deepEqual([...new Set(refused.map(({ error }) => error))], ['cancel_amount_exceeds_balance']);
  for (const impUid of impUids) {
    await assertBooksAgree(client, impUid);
    assert.deepEqual(await endingsOf(database, impUid, 'cancel'), ['confirmed', 'confirmed', 'confirmed']);
  }
}

test('races of cancellations over two processes: each payment gives back what fits, and not a won more', async () => {
  const pids = linesSaying('a process answers requests').map(({ pid }) => Number(pid));
  assert.equal(pids.length, 2);
  const impUids: string[] = [];
  // Of a process that gets no turn for the length of a race, every request may come too late.
  await until('both took part', async () => {
    const raced = await pays(8);
    await raceOn(raced);
    impUids.push(...raced);
    const began = await beganOn(impUids);
    return began.length === pids.length && began.every((pid) => pids.includes(pid));
  });
});

test('one that is killed in the middle of cancelling is replaced, and each cancellation is carried out once', async () => {
  const impUids = await pays(12);
  await addFault(client, { operation: 'cancel', kind: 'slow', delay_ms: 500, count: impUids.length });
  const cancelling = Promise.allSettled(impUids.map((impUid) => cancel(impUid)));
  const [victim = 0] = await until('both have begun', async () => {
    const pids = await beganOn(impUids);
    return pids.length === 2 && pids;
  });
  process.kill(victim, 'SIGKILL');
  const settled = await cancelling;
  assert.ok(
    settled.some(({ status }) => status === 'rejected'),
    'whoever asked the killed one hears nothing',
  );
  assert.ok(
    settled.some((each) => each.status === 'fulfilled' && each.value.code === 0),
    'the other one goes on',
  );
  await until('another one has taken its place', async () => linesSaying('a process answers requests').length === 3);
  const [ended] = linesSaying('a process of the server has ended, and another takes its place after a pause');
  assert.deepEqual([ended?.pid, (ended as { signal?: string } | undefined)?.signal], [victim, 'SIGKILL']);
  await untilNothingIsOpen(database);
  // What the killed one had not reserved yet is asked for again, as a caller would do.
  await Promise.all(
    impUids.map(async (imp_uid, at) => {
      if (settled[at]?.status === 'fulfilled') return;
      const again = await client.post('/payments/cancel', { imp_uid });
      assert.ok(again.code === 0 || again.error === 'already_cancelled', again.text);
    }),
  );
  for (const impUid of impUids) {
    const { response: payment } = await client.get(`/payments/${impUid}`);
    assert.equal(payment.cancel_amount, payment.amount);
    await assertBooksAgree(client, impUid);
    assert.deepEqual(await endingsOf(database, impUid, 'cancel'), ['confirmed']);
  }
});

test('SIGHUP has a live server read its merchants anew, in all its processes, which have the secrets that stood in files at the start', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-live-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { url: databaseUrl, drop } = await createTestDatabase({ poolSize: 2 });
  t.after(drop);
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const merchantOf = (name: string) => ({
    name,
    imp_key: `key-of-${name}`,
    imp_secret: `${name}-`.repeat(20),
    channels: [{ provider: 'tosspayments', mid: name, mode: 'live', credentials: { secretKey: 'live_sk_x' } }],
  });
  const key = randomBytes(32).toString('hex');
  const [one, two] = [merchantOf('one'), merchantOf('two')];
  const live = await startServerProcess({
    test: t,
    databaseUrl: 'embedded',
    dataDir: folder,
    env: {
      HWANBUL_MODE: 'live',
      HWANBUL_PROCESSES: '2',
      MERCHANTS_FILE: write('merchants.json', JSON.stringify({ generation: 1, merchants: [one] })),
      DATABASE_URL_FILE: write('url', `${databaseUrl}\n`),
      ENCRYPTION_KEY_FILE: write('key', `${key}\n`),
    },
  });
  const lines = (pattern: RegExp) =>
    live
      .stdout()
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => JSON.parse(line) as { pid: number; problems: string[]; process: number });
  const tokenOf = async ({ imp_key, imp_secret }: typeof one) =>
    (await createApiClient(live.url).post('/users/getToken', { imp_key, imp_secret })).error ?? 'good';
  const hangUp = async (merchants: object, told: RegExp): Promise<void> => {
    write('merchants.json', JSON.stringify(merchants));
    const before = lines(told).length;
    live.kill('SIGHUP');
    await eventually(async () => assert.equal(lines(told).length, before + 1));
  };
  assert.deepEqual([await tokenOf(one), await tokenOf(two)], ['good', 'credentials_wrong']);
  await hangUp({ generation: 2, merchants: [two] }, /"the file of merchants was read"/);
  assert.deepEqual([await tokenOf(one), await tokenOf(two)], ['credentials_wrong', 'good']);
  await hangUp({ generation: 1, merchants: [one] }, /everything stays as it was/);
  assert.match(
    String(lines(/everything stays/)[0]?.problems),
    /is generation 1, and this database was given generation 2/,
  );
  assert.equal(await tokenOf(two), 'good');

  // One that takes the place of another needs neither the files of the secrets nor a good file of merchants.
  write('key', 'not the key any more');
  const [first] = lines(/"a process answers requests"/);
  process.kill(first?.pid ?? 0, 'SIGKILL');
  await eventually(async () => assert.equal(lines(/"a process answers requests"/).length, 3));
  // Whoever closes a terminal sends it to all of them; it is meant for the first one.
  for (const { pid } of lines(/"a process answers requests"/).slice(1)) process.kill(pid, 'SIGHUP');
  await hangUp({ generation: 3, merchants: [one, two] }, /"the file of merchants was read"/);
  assert.deepEqual([await tokenOf(one), await tokenOf(two)], ['good', 'good']);
  assert.equal(lines(/"a process of the server has ended/).length, 1);
  live.kill('SIGTERM');
  assert.deepEqual(await live.exited, { code: 0, signal: null }, live.stderr());
  assert.doesNotMatch(live.stdout() + live.stderr(), /(one|two)-\1-|live_sk/);
  assert.ok(!(live.stdout() + live.stderr()).includes(key));
});

test('one that does not start is the end of the start, with one reason', async () => {
  const { code, stderr } = await runServerProcess({
    databaseUrl: 'postgres://127.0.0.1:1/nowhere',
    env: { HWANBUL_PROCESSES: '2' },
  });
  assert.equal(code, 1);
  const [reason, ...rest] = stderr.trim().split('\n');
  assert.match(reason ?? '', /^hwanbul: The database at DATABASE_URL can't be used/);
  assert.deepEqual(rest, ['hwanbul: A process of the server did not start; what it says of that stands above.']);
});

test('SIGTERM to the first one drains them all: what is under way is answered', async () => {
  const impUids = await pays(8);
  await addFault(client, { operation: 'cancel', kind: 'slow', delay_ms: 500, count: impUids.length });
  const cancelling = Promise.all(impUids.map((imp_uid) => client.post('/payments/cancel', { imp_uid })));
  await until('all have begun', async () => {
    const [row] = await database.query<{ count: bigint }>(
      `select count(*) from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
       where o.kind = 'cancel' and p.imp_uid = any($1)`,
      [impUids],
    );
    return row?.count === BigInt(impUids.length);
  });
  server.kill('SIGTERM');
  const answers = await cancelling;
  assert.deepEqual(
    answers.map(({ code }) => code),
    impUids.map(() => 0),
  );
  assert.deepEqual(await server.exited, { code: 0, signal: null }, server.stderr());
});
