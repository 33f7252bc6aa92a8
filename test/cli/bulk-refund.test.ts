import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { encodeEucKr } from '../../src/platform/charset/euc-kr.ts';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { bookOf, depositedVbank, issueBarcode, issueVbank, payByCard, payManyByCard } from '../kit/orders.ts';
import { type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { runOnPaper } from './paper.ts';
import { envOf, jsonLines, type Keys, newFolder, run, startProgram } from './program.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

async function newMerchant(): Promise<{ keys: Keys; client: ApiClient }> {
  const made = await createApiClient(sandbox.url).post('/sandbox/merchants');
  const keys = { url: sandbox.url, impKey: made.response.imp_key, impSecret: made.response.imp_secret };
  return { keys, client: await createApiClient(sandbox.url).logIn(keys.impKey, keys.impSecret) };
}

/** In the gateway's window. */
async function pay(client: ApiClient, order: object): Promise<string> {
  const paid = await client.post('/sandbox/payments', order);
  assert.equal(paid.code, 0, paid.text);
  return paid.response.imp_uid;
}

const account = { refund_holder: '홍길동', refund_bank: '004', refund_account: '123456789012' };

test('a file of JSON lines refunds by order, in part, in full and to an account, and keeps no account number', async (t) => {
  const { keys, client } = await newMerchant();
  const [whole, part, vbank] = [await payByCard(client), await payByCard(client), await depositedVbank(client, 5000)];
  const { merchant_uid } = (await client.get(`/payments/${whole}`)).response;
  const file = join(newFolder(t), 'refunds.jsonl');
  const rows = [
    { merchant_uid },
    { imp_uid: part, amount: 250, reason: '부분' },
    { imp_uid: vbank, ...account, refund_account: '12-34-56-78-90-12' },
  ];
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join('\n'));

  const dry = await run(keys, 'cancel', '--file', file, '--dry-run');
  assert.equal(dry.code, exitCodes.done, dry.stderr);
  assert.match(dry.stderr, /3 refunds.*\n.*all that is left: 2, a part: 1\n.*total 6,250 KRW, the largest 5,000 KRW/);
  assert.equal((await bookOf(client, whole)).cancelled_amount, 0);

  const ended = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.done, ended.stderr + ended.stdout);
  const books = await Promise.all([whole, part, vbank].map((impUid) => bookOf(client, impUid)));
  assert.deepEqual(
    books.map((book) => book.cancelled_amount),
    [1000, 250, 5000],
  );
  const results = readFileSync(file.replace('.jsonl', '.results.jsonl'), 'utf8');
  assert.doesNotMatch(results + ended.stdout + ended.stderr, /12-?34-?56-?78-?90-?12/);
  assert.deepEqual(
    jsonLines(results).map((line) => [line.type, line.state]),
    [
      ['run', undefined],
      ['row', 'confirmed'],
      ['row', 'confirmed'],
      ['row', 'confirmed'],
    ],
  );
});

test('a file with errors names each with its line, and changes nothing', async (t) => {
  const { keys, client } = await newMerchant();
  const [good, other, revocable] = [await payByCard(client), await payByCard(client), await issueVbank(client)];
  const { merchant_uid } = (await client.get(`/payments/${other}`)).response;
  const file = join(newFolder(t), 'refunds.csv');
  const lines = [
    'imp_uid,merchant_uid,amount,reason',
    `${good},,300,"two`,
    'lines"',
    `${other},,1001,`,
    ',nowhere,,',
    `${good},,1,`,
    `${revocable},,,`,
    `,,5,`,
    `,${merchant_uid},12a,`,
    'a,b',
    `,x,0,`,
  ];
  writeFileSync(file, `\uFEFF${lines.join('\r\n')}\r\n`);
  const ended = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.usage);
  const problems = [...ended.stderr.matchAll(/^ {2}line (\d+): (.*)$/gm)].map(([, line, what]) => `${line} ${what}`);
  const expected = [
    /^4 asks for 1,001 KRW, but 1,000 KRW are left/,
    /^5 names the merchant_uid "nowhere", which is not known/,
    /^6 has the imp_uid "imps_\d+" of line 2 again/,
    /^7 .* is not paid/,
    /^8 has no imp_uid or merchant_uid/,
    /^9 the amount "12a" is no plain number: write it as 1000/,
    /^10 has 2 cells/,
    /^11 the amount is "0"; leave it empty/,
  ];
  assert.equal(problems.length, expected.length, ended.stderr);
  for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? '', pattern);
  assert.equal((await bookOf(client, good)).cancelled_amount, 0);
  assert.equal(existsSync(file.replace('.csv', '.results.jsonl')), false);
});

test('a file takes what one cancellation takes: the account of a telephone payment may be given or left out', async (t) => {
  const { keys, client } = await newMerchant();
  const byPhone = { pg_provider: 'settle', pay_method: 'phone', amount: 2000 };
  const [one, without, withAccount] = [
    await pay(client, byPhone),
    await pay(client, byPhone),
    await pay(client, byPhone),
  ];
  assert.equal((await run(keys, 'cancel', one, '--yes')).code, exitCodes.done);

  const file = join(newFolder(t), 'refunds.jsonl');
  const rows = [{ imp_uid: without }, { imp_uid: withAccount, ...account, refund_bank: '04' }];
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const ended = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.done, ended.stderr);
  const books = await Promise.all([without, withAccount].map((impUid) => bookOf(client, impUid, 'settle')));
  assert.deepEqual(
    books.map((book) => book.cancelled_amount),
    [2000, 2000],
  );
});

test('a row that the server would refuse for what its gateway can do is named before anything is begun', async (t) => {
  const { keys, client } = await newMerchant();
  const [barcode, often] = [
    await issueBarcode(client),
    await pay(client, { pg_provider: 'ksnet', pay_method: 'card', amount: 1000 }),
  ];
  const byPhone = await pay(client, { pg_provider: 'settle', pay_method: 'phone', amount: 2000 });
  assert.equal((await client.post(`/sandbox/cvs/${barcode}/pay`)).code, 0);
  for (let count = 1; count <= 9; count++) {
    assert.equal((await client.post('/payments/cancel', { imp_uid: often, amount: count })).code, 0);
  }
  const refused = [
    await client.post('/payments/cancel', { imp_uid: barcode }),
    await client.post('/payments/cancel', { imp_uid: often, amount: 100 }),
  ];
  assert.deepEqual(
    refused.map(({ error }) => error),
    ['not_supported_by_gateway', 'partial_cancel_not_supported'],
  );

  const file = join(newFolder(t), 'refunds.csv');
  const toBank = (imp_uid: string, refund_bank: string): string => `${imp_uid},,Hong,${refund_bank},123456789012`;
  const rows = [`${barcode},,,,`, `${often},100,,,`, toBank(byPhone, '99')];
  writeFileSync(file, ['imp_uid,amount,refund_holder,refund_bank,refund_account', ...rows, ''].join('\n'));
  const ended = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.usage, ended.stderr);
  assert.match(ended.stderr, /line 2: .* can not be cancelled at galaxia/);
  assert.match(ended.stderr, /line 3: .* has had 9 cancellations, and ksnet takes no more/);
  assert.match(ended.stderr, /line 4: .* can not be refunded to the bank "99": settle has no such code/);
});

test('a file of a Korean spreadsheet is refunded as it is, and its plan names orders, buyers and amounts', async (t) => {
  const { keys, client } = await newMerchant();
  const orders = Array.from({ length: 22 }, (_, index) => `시트-${index + 1}`);
  for (const [index, merchant_uid] of orders.entries())
    await payByCard(client, 1000, { merchant_uid, buyer_name: `구매자${index + 1}` });
  const file = join(newFolder(t), '환불.csv');
  const rows = orders.map((order) => `${order};300;단순 변심\r\n`).join('');
  writeFileSync(file, encodeEucKr(`주문번호;금액;사유\r\n${rows}`));

  const dry = await runOnPaper(keys, 'cancel', '--file', file, '--dry-run');
  assert.equal(dry.code, exitCodes.done, dry.stderr);
  assert.equal(dry.stdout.split('\n').length, 1 + orders.length + 1, 'a head, and every row');
  assert.match(dry.stdout, /\n +23 +imps_\d+ +시트-22 +구매자22 +300 KRW +1,000 KRW\n/);
  const ended = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.done, ended.stderr);
  assert.match(ended.stderr, /시트-20 +구매자20 +300 KRW/);
  assert.doesNotMatch(ended.stderr, /구매자21/);
  assert.match(ended.stderr, /… and 2 more; --dry-run lists all/);
  const results = readFileSync(file.replace('.csv', '.results.jsonl'), 'utf8');
  assert.doesNotMatch(results, /구매자/, 'who buys is shown, and not kept');
  const { list } = (await client.get('/payments/status/cancelled?limit=100')).response;
  assert.deepEqual(
    new Set(
      list.map(
        (each: { cancel_amount: number; cancel_reason: string }) => `${each.cancel_amount} ${each.cancel_reason}`,
      ),
    ),
    new Set(['300 단순 변심']),
  );
  assert.equal(list.length, orders.length);
});

test('a row whose payment is in doubt stops the file, and names the doubt', async (t) => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client);
  await client.post('/sandbox/faults', { operation: 'inquire', kind: 'timeout', count: 1000 });
  await client.post('/sandbox/faults', { operation: 'cancel', kind: 'disconnect', count: 1 });
  await client.post('/payments/cancel', { imp_uid: impUid, amount: 100 });
  const [doubt] = (await client.get('/doubts')).response.list;
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUid},5\n`);
  const ended = await runOnPaper(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.usage);
  assert.match(ended.stderr, new RegExp(`line 2: .*in doubt \\(${doubt.doubt_id}, cancel, since .*doubts show`));
  await client.delete('/sandbox/faults');
});

test('whoever presses Ctrl-C again does not wait, and is still told how each row stands', async (t) => {
  const { keys, client } = await newMerchant();
  const impUids = [await payByCard(client), await payByCard(client), await payByCard(client)];
  const slow = { pg_provider: 'tosspayments', operation: 'cancel', kind: 'slow', delay_ms: 60_000, count: 1000 };
  const first = { ...slow, delay_ms: 1, count: 1 };
  for (const fault of [first, slow]) assert.equal((await client.post('/sandbox/faults', fault)).code, 0);
  const file = join(newFolder(t), 'refunds.csv');
  const results = file.replace('.csv', '.results.jsonl');
  writeFileSync(file, `imp_uid,amount\n${impUids.map((impUid) => `${impUid},100\n`).join('')}`);
  const going = startProgram(['cancel', '--file', file, '--yes', '--concurrency', '1'], envOf(keys));
  await eventually(async () => assert.match(readFileSync(results, 'utf8'), /"state":"confirmed"/));
  let told = '';
  going.child.stderr?.on('data', (chunk: string) => {
    told += chunk;
  });
  going.child.kill('SIGINT');
  await eventually(async () => assert.match(told, /SIGINT: stopping/));
  // Only what comes a second after the first counts as another; npm hands the same press on a second time.
  await setTimeout(1_100);
  going.child.kill('SIGINT');
  going.child.kill('SIGINT');
  const stopped = await going.ended;
  assert.equal(stopped.code, exitCodes.unfinished, stopped.stderr);
  assert.match(stopped.stderr, /SIGINT: stopping when the rows in flight have ended/);
  assert.match(stopped.stdout, /1 row confirmed: 100 KRW/);
  assert.match(stopped.stdout, /1 row without an answer, the next run asks again: 100 KRW/);
  assert.match(stopped.stdout, /1 row not begun: 100 KRW/);
  await client.delete('/sandbox/faults');
});

test('a misspelt column is refused, since an empty amount would give everything back', async (t) => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client);
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amonut\n${impUid},300\n`);
  const ended = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.usage);
  assert.match(ended.stderr, /unknown column "amonut"/);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 0);
});

test('the same file once more with another result file gives nothing back again', async (t) => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client);
  const folder = newFolder(t);
  const file = join(folder, 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUid},300\n`);
  assert.equal((await run(keys, 'cancel', '--file', file, '--yes')).code, exitCodes.done);
  const again = await run(keys, 'cancel', '--file', file, '--yes', '--results', join(folder, 'other.jsonl'));
  assert.equal(again.code, exitCodes.usage);
  assert.match(again.stderr, /--allow-same-amount/);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 300);
});

test('a result file of another file, another merchant or another address is refused', async (t) => {
  const { keys, client } = await newMerchant();
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid\n${await payByCard(client)}\n`);
  assert.equal((await run(keys, 'cancel', '--file', file, '--yes')).code, exitCodes.done);
  const other = await newMerchant();
  assert.match((await run(other.keys, 'cancel', '--file', file, '--yes')).stderr, /another merchant/);
  const elsewhere = { ...keys, url: keys.url.replace('127.0.0.1', 'localhost') };
  assert.match((await run(elsewhere, 'cancel', '--file', file, '--yes')).stderr, /--server-moved/);
  writeFileSync(file, `imp_uid\n${await payByCard(client)}\n`);
  assert.match((await run(keys, 'cancel', '--file', file, '--yes')).stderr, /is of another file/);
});

test('a refused row is exit code 1, and the others are refunded', async (t) => {
  const { keys, client } = await newMerchant();
  const impUids = [await payByCard(client), await payByCard(client), await payByCard(client)];
  await client.post('/sandbox/faults', { pg_provider: 'tosspayments', operation: 'cancel', kind: 'reject', count: 1 });
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUids.map((impUid) => `${impUid},100\n`).join('')}`);
  const ended = await run(keys, 'cancel', '--file', file, '--yes', '--json', '--concurrency', '1');
  assert.equal(ended.code, exitCodes.no, ended.stderr);
  const summary = jsonLines(ended.stdout).at(-1);
  assert.deepEqual([summary?.confirmed, summary?.refused], [2, 1]);
  assert.match(ended.stderr, /1 row refused, nothing was given back: 100 KRW/);
});

test('a signal lets the rows in flight end, and the next run does the others', async (t) => {
  const { keys, client } = await newMerchant();
  const impUids = await payManyByCard(client, 20);
  const fault = { pg_provider: 'tosspayments', operation: 'cancel', kind: 'slow', delay_ms: 150, count: 1000 };
  assert.equal((await client.post('/sandbox/faults', fault)).code, 0);
  const file = join(newFolder(t), 'refunds.csv');
  const results = file.replace('.csv', '.results.jsonl');
  writeFileSync(file, `imp_uid,amount\n${impUids.map((impUid) => `${impUid},100\n`).join('')}`);
  const going = startProgram(['cancel', '--file', file, '--yes', '--concurrency', '2'], envOf(keys));
  await eventually(async () => assert.match(readFileSync(results, 'utf8'), /"state":"confirmed"/));
  going.child.kill('SIGINT');
  const stopped = await going.ended;
  assert.equal(stopped.code, exitCodes.unfinished, stopped.stderr);
  assert.match(stopped.stdout, /\d+ rows not begun/);
  assert.equal(existsSync(`${results}.lock`), false);
  await client.delete('/sandbox/faults');
  const ended = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.done, ended.stderr);
  for (const impUid of impUids) assert.equal((await bookOf(client, impUid)).cancelled_amount, 100);
});

test('while a run goes on, a second one over the same result file is refused', async (t) => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client);
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUid},100\n`);
  const lock = `${file.replace('.csv', '.results.jsonl')}.lock`;
  writeFileSync(lock, `${process.pid}\n`);
  const refused = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(refused.code, exitCodes.usage);
  assert.match(refused.stderr, new RegExp(`going on already in process ${process.pid}`));
  writeFileSync(lock, '999999999\n');
  const takenOver = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(takenOver.code, exitCodes.done, takenOver.stderr);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 100);
});

test('rows in doubt are listed, are exit code 3, and are settled by the next run without a second refund', async (t) => {
  const { keys, client } = await newMerchant();
  const impUids = [await payByCard(client), await payByCard(client)];
  const faults = [
    { operation: 'cancel', kind: 'lost_answer', count: 1 },
    { operation: 'inquire', kind: 'timeout', count: 1000 },
  ];
  for (const fault of faults) await client.post('/sandbox/faults', { pg_provider: 'tosspayments', ...fault });
  const file = join(newFolder(t), 'refunds.csv');
  writeFileSync(file, `imp_uid,amount\n${impUids.map((impUid) => `${impUid},100\n`).join('')}`);
  const doubt = await run(keys, 'cancel', '--file', file, '--yes', '--wait', '0', '--concurrency', '1');
  assert.equal(doubt.code, exitCodes.inDoubt, doubt.stderr + doubt.stdout);
  assert.match(doubt.stdout, /1 row in doubt, do not refund by other means: 100 KRW\n {2}line 2: imps_/);

  await client.delete('/sandbox/faults');
  const settled = await run(keys, 'cancel', '--file', file, '--yes', '--wait', '60');
  assert.equal(settled.code, exitCodes.done, settled.stderr + settled.stdout);
  for (const impUid of impUids) assert.equal((await bookOf(client, impUid)).cancelled_amount, 100);
});

test('a run whose keys the server has forgotten asks what became of each row before it sends it', async (t) => {
  const { keys, client } = await newMerchant();
  const impUids = [await payByCard(client), await payByCard(client), await payByCard(client)];
  const [done, open, changed] = impUids;
  const file = join(newFolder(t), 'refunds.csv');
  const results = file.replace('.csv', '.results.jsonl');
  writeFileSync(file, `imp_uid,amount\n${impUids.map((impUid) => `${impUid},100\n`).join('')}`);
  assert.equal((await run(keys, 'cancel', '--file', file, '--yes')).code, exitCodes.done);
  // As if it had been killed long ago: of the first row the answer was lost, the others have had other fates since.
  const lines = jsonLines(readFileSync(results, 'utf8')).map(
    ({ cancellation_id: _id, ...line }): Record<string, unknown> =>
      line.type === 'run'
        ? { ...line, started_at: Number(line.started_at) - 20 * 86_400 }
        : { ...line, state: 'planned', ...(line.imp_uid === changed ? { checksum: 990 } : {}) },
  );
  const fresh = await payByCard(client);
  const withFresh = lines.map((line) => (line.imp_uid === open ? { ...line, imp_uid: fresh } : line));
  writeFileSync(results, withFresh.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await sandbox.database.query('delete from idempotency_keys');

  const resumed = await run(keys, 'cancel', '--file', file, '--yes', '--json');
  assert.equal(resumed.code, exitCodes.inDoubt, resumed.stderr);
  const states = new Map(jsonLines(resumed.stdout).map((line) => [line.imp_uid, line.state]));
  assert.deepEqual([states.get(done), states.get(fresh), states.get(changed)], ['confirmed', 'confirmed', 'unclear']);
  for (const impUid of [done, open, changed, fresh]) {
    assert.equal((await bookOf(client, String(impUid))).cancelled_amount, 100, `${impUid} was given back once`);
  }
});

test('a result file that a crash cut short in its last line goes on', async (t) => {
  const { keys, client } = await newMerchant();
  const impUid = await payByCard(client);
  const file = join(newFolder(t), 'refunds.csv');
  const results = file.replace('.csv', '.results.jsonl');
  writeFileSync(file, `imp_uid,amount\n${impUid},100\n`);
  assert.equal((await run(keys, 'cancel', '--file', file, '--yes')).code, exitCodes.done);
  const whole = readFileSync(results, 'utf8');
  writeFileSync(
    results,
    `${whole.replace('"confirmed"', '"planned"').replace(/,"cancellation_id":"\w+"/, '')}{"type":"row","ro`,
  );
  const ended = await run(keys, 'cancel', '--file', file, '--yes');
  assert.equal(ended.code, exitCodes.done, ended.stderr);
  assert.equal((await bookOf(client, impUid)).cancelled_amount, 100);
});
