import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { rowsPerGateway } from '../../../src/core/bulk-refunds/bulk-refunds.ts';
import { encodeEucKr } from '../../../src/platform/charset/euc-kr.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../../kit/api-client.ts';
import { eventually } from '../../kit/eventually.ts';
import { depositedVbank, payByCard, payManyByCard } from '../../kit/orders.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
before(async () => {
  sandbox = await startSandbox();
  client = await sandbox.newMerchant();
});
after(() => sandbox?.close());

interface Answered {
  readonly status: number;
  readonly error: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers is what the test is about
  readonly response: any;
  readonly message: string;
}

/** As a program sends a file: its bytes are the body. */
async function send(body: string | Buffer | FormData, query = '', by = client): Promise<Answered> {
  const answer = await fetch(`${sandbox.url}/bulk-refunds${query}`, {
    method: 'POST',
    body: typeof body === 'string' ? Buffer.from(body) : body,
    headers: {
      authorization: by.token ?? '',
      ...(body instanceof FormData ? {} : { 'content-type': 'text/csv' }),
    },
  });
  const { response, message } = (await answer.json()) as Pick<Answered, 'response' | 'message'>;
  return { status: answer.status, error: answer.headers.get('x-hwanbul-error'), response, message };
}

async function plan(csv: string, query = ''): Promise<Answered['response']> {
  const made = await send(csv, query);
  assert.equal(made.status, 200, made.message);
  return made.response;
}

async function rowsOf(id: string, query = ''): Promise<Answered['response'][]> {
  const answer = await client.get(`/bulk-refunds/${id}/rows${query}`);
  assert.equal(answer.code, 0, answer.text);
  return answer.response.list;
}

async function ended(id: string): Promise<Answered['response']> {
  return eventually(async () => {
    const { response } = await client.get(`/bulk-refunds/${id}`);
    assert.equal(response.state, 'ended');
    return response;
  });
}

async function cancelsOf(impUid: string): Promise<number[]> {
  const { response } = await client.get(`/sandbox/books/tosspayments?imp_uid=${impUid}`);
  return response.transactions[0].cancels.map(({ amount }: { amount: number }) => amount);
}

const started = (answers: readonly ApiAnswer[]) => answers.filter(({ code }) => code === 0).length;

test('a file of a Korean spreadsheet is planned row by row, then carried out, and its result is a file', async () => {
  const [whole, part, account] = [await payByCard(client), await payByCard(client), await depositedVbank(client)];
  const csv = [
    '거래번호,환불금액,사유,예금주,은행코드,계좌번호',
    `${whole},,전액,,,`,
    `${part},300,"=1+1, 부분",,,`,
    `${account},,,홍길동,004,123-456-789012`,
  ].join('\r\n');
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(encodeEucKr(csv))], { type: 'text/csv' }), '환불.csv');
  form.set('actor', 'accounting');
  const made = await send(form);
  assert.equal(made.status, 200, made.message);
  const bulk = made.response;
  assert.deepEqual(
    [bulk.state, bulk.rows, bulk.invalid_rows, bulk.file_name, bulk.created_by, bulk.started_at],
    ['planned', 3, 0, '환불.csv', 'accounting', 0],
  );
  assert.deepEqual(bulk.totals, [{ currency: 'KRW', rows: 3, amount: 2300, largest: 1000 }]);
  const planned = await rowsOf(bulk.bulk_refund_id);
  assert.deepEqual(
    planned.map((row) => [row.line, row.state, row.imp_uid, row.amount, row.checksum, row.reason, row.refund_account]),
    [
      [2, 'waiting', whole, 1000, 1000, '전액', null],
      [3, 'waiting', part, 300, 1000, '=1+1, 부분', null],
      [4, 'waiting', account, 1000, 1000, null, '********9012'],
    ],
  );
  const stored = await sandbox.database.query('select r::text as text from bulk_refund_rows r');
  assert.doesNotMatch(JSON.stringify(stored), /123456789012/);
  assert.deepEqual(await cancelsOf(whole), [], 'a plan moves nothing');

  const begun = await client.post(`/bulk-refunds/${bulk.bulk_refund_id}/start`, { digest: bulk.digest });
  assert.equal(begun.response.state, 'running', begun.text);
  const done = await ended(bulk.bulk_refund_id);
  assert.deepEqual(done.counts, [{ state: 'confirmed', currency: 'KRW', rows: 3, amount: 2300 }]);
  assert.deepEqual([await cancelsOf(whole), await cancelsOf(part)], [[1000], [300]]);
  const paid = (await client.get(`/payments/${account}`)).response;
  assert.equal(paid.cancel_amount, 1000);

  const file = await fetch(`${sandbox.url}/bulk-refunds/${bulk.bulk_refund_id}/results.csv`, {
    headers: { authorization: client.token ?? '' },
  });
  const lines = (await file.text()).split('\r\n');
  assert.match(file.headers.get('content-type') ?? '', /^text\/csv/);
  assert.match(lines[2] ?? '', new RegExp(`^3,confirmed,${part},.*,300,KRW,"'=1\\+1, 부분",[0-9A-Z]{20},,,20`));
});

test('what is wrong with rows is told for each, in both languages, and with one of them nothing is started', async () => {
  const [good, account] = [await payByCard(client), await depositedVbank(client)];
  const bulk = await plan(
    `imp_uid,amount,reason\n${good},100,\n${account},,\nimp_unknown,5,\n${good},0,\n${good},2000\n${good},50,\n`,
  );
  assert.deepEqual([bulk.rows, bulk.invalid_rows, bulk.rows_without_account], [6, 5, 1]);
  const invalid = await rowsOf(bulk.bulk_refund_id, '?state=invalid');
  const told = invalid.map(({ line, problems }) => [line, problems.map(({ en }: { en: string }) => en).join('; ')]);
  for (const [index, pattern] of [
    [3, /needs a refund account/],
    [4, /is not known/],
    [5, /leave it empty/],
    [6, /has 2 cells, but there are 3 columns/],
    [7, /of line 2 again/],
  ].entries()) {
    assert.equal(told[index]?.[0], pattern[0]);
    assert.match(told[index]?.[1], pattern[1] as RegExp);
  }
  assert.match(invalid[0].problems[0].ko, /환불계좌가 필요합니다/);
  const refused = await client.post(`/bulk-refunds/${bulk.bulk_refund_id}/start`, {});
  assert.equal(refused.error, 'bulk_refund_has_invalid_rows');
  assert.deepEqual(await cancelsOf(good), []);
});

test('what is no table of refunds is refused as a whole, and nothing is kept', async () => {
  const kept = (await client.get('/bulk-refunds')).response.list.length;
  for (const [body, problem] of [
    ['imp_uid,amout\nimp_1,5\n', /알 수 없는 열/],
    ['imp_uid,amount\n"imp_1,5\n', /따옴표/],
    ['imp_uid\n', /행이 없습니다/],
    [Buffer.from('PK\u0003\u0004', 'latin1'), /엑셀 통합 문서/],
    [Buffer.from([0xc0, 0x00, 0xff]), /UTF-8도 CP949/],
  ] as const) {
    const answer = await send(body);
    assert.deepEqual([answer.status, answer.error], [400, 'bulk_refund_file_unreadable']);
    assert.match(answer.message, problem);
  }
  const rows = `imp_uid\n${'imp_1\n'.repeat(20_001)}`;
  assert.equal((await send(rows)).error, 'bulk_refund_too_many_rows');
  assert.equal((await send('imp_uid\n'.padEnd(4 * 1024 * 1024 + 1, 'x'))).status, 413);
  assert.equal((await client.get('/bulk-refunds')).response.list.length, kept);
});

test('of many who start it one does, each row is given back once, and whoever repeats the file finds each row refused', async () => {
  const impUids = await payManyByCard(client, 12);
  const csv = `imp_uid,amount\n${impUids.map((impUid) => `${impUid},400\n`).join('')}`;
  // Planned at the same moment: neither has seen the other, or whichever came second has nothing to start.
  const planned = await Promise.all([plan(csv), plan(csv)]);
  const [one, twin] = planned.toSorted((a, b) => a.invalid_rows - b.invalid_rows);
  const starts = await Promise.all(
    [one, one, one, twin].map(({ bulk_refund_id }) => client.post(`/bulk-refunds/${bulk_refund_id}/start`, {})),
  );
  assert.equal(started(starts.slice(0, 3)), 1);
  for (const { code, error } of starts.slice(0, 3)) if (code !== 0) assert.equal(error, 'bulk_refund_state');
  await ended(one.bulk_refund_id);
  if (starts[3]?.code === 0) await ended(twin.bulk_refund_id);
  for (const impUid of impUids) assert.deepEqual(await cancelsOf(impUid), [400]);
  const again = await plan(csv);
  assert.equal(again.invalid_rows, 12, 'the same amount was given back before');
});

test('a file whose payments stand in another one that has not ended is not planned a second time', async () => {
  const impUid = await payByCard(client);
  const first = await plan(`imp_uid\n${impUid}\n`);
  const second = await plan(`imp_uid\n${impUid}\n`);
  const [row] = await rowsOf(second.bulk_refund_id);
  assert.match(row.problems[0].en, new RegExp(first.bulk_refund_id));
  const discarded = await client.post(`/bulk-refunds/${first.bulk_refund_id}/discard`, { actor: 'kim' });
  assert.deepEqual([discarded.response.state, discarded.response.changed_by], ['discarded', 'kim']);
  assert.equal((await client.post(`/bulk-refunds/${first.bulk_refund_id}/start`)).error, 'bulk_refund_state');
  assert.equal((await plan(`imp_uid\n${impUid}\n`)).invalid_rows, 0);
});

test('a payment that has changed since the plan is refused by its checksum, and the others are given back', async () => {
  const [changed, other] = [await payByCard(client), await payByCard(client)];
  const bulk = await plan(`imp_uid,amount\n${changed},300\n${other},300\n`);
  assert.equal((await client.post('/payments/cancel', { imp_uid: changed, amount: 100 })).code, 0);
  await client.post(`/bulk-refunds/${bulk.bulk_refund_id}/start`);
  await ended(bulk.bulk_refund_id);
  const rows = await rowsOf(bulk.bulk_refund_id);
  assert.deepEqual(
    rows.map(({ state, error }) => [state, error]),
    [
      ['refused', 'checksum_mismatch'],
      ['confirmed', null],
    ],
  );
  assert.deepEqual([await cancelsOf(changed), await cancelsOf(other)], [[100], [300]]);
});

test('a lost answer is a doubt in its row, keeps the bulk refund open, and ends by what the gateway’s book says', async () => {
  const merchant = client;
  const impUid = await payByCard(merchant);
  const bulk = await plan(`imp_uid\n${impUid}\n`);
  const lost = { pg_provider: 'tosspayments', kind: 'lost_answer', operation: 'cancel', count: 1 };
  const silent = { pg_provider: 'tosspayments', kind: 'disconnect', operation: 'inquire', count: 1000 };
  for (const fault of [lost, silent]) {
    const planned = await merchant.post('/sandbox/faults', fault);
    assert.equal(planned.code, 0, planned.text);
  }
  await merchant.post(`/bulk-refunds/${bulk.bulk_refund_id}/start`);
  const doubtful = await eventually(async () => {
    const [row] = await rowsOf(bulk.bulk_refund_id);
    assert.equal(row.state, 'in_doubt');
    return row;
  });
  assert.match(doubtful.cancellation_id, /^[0-9A-Z]{20}$/);
  const open = (await merchant.get(`/bulk-refunds/${bulk.bulk_refund_id}`)).response;
  assert.equal(open.state, 'running', 'a doubt has not ended');
  assert.equal((await merchant.delete('/sandbox/faults')).code, 0);
  await ended(bulk.bulk_refund_id);
  assert.equal((await rowsOf(bulk.bulk_refund_id))[0].state, 'confirmed');
  assert.deepEqual(await cancelsOf(impUid), [1000]);
});

test('a bulk refund that a member has made is started by nobody else than another member', async () => {
  const impUid = await payByCard(client);
  const bulk = await plan(`imp_uid\n${impUid}\n`);
  await sandbox.database.query('update bulk_refunds set created_by_member = $2 where id = $1', [
    bulk.bulk_refund_id,
    '1',
  ]);
  const path = `/bulk-refunds/${bulk.bulk_refund_id}/start`;
  assert.equal((await client.post(path, { digest: bulk.digest })).error, 'bulk_refund_needs_second_person');
  assert.equal((await client.post(path, { digest: '0'.repeat(64) })).error, 'bulk_refund_digest_mismatch');
  assert.deepEqual(await cancelsOf(impUid), []);
});

test('what was agreed to can not be changed in the database', async () => {
  const bulk = await plan(`imp_uid,amount\n${await payByCard(client)},10\n`);
  await assert.rejects(
    sandbox.database.query('update bulk_refund_rows set amount_minor = 20 where bulk_id = $1', [bulk.bulk_refund_id]),
    /stays as it was agreed to/,
  );
});

test('nobody sees or starts what is another merchant’s', async () => {
  const bulk = await plan(`imp_uid\n${await payByCard(client)}\n`);
  const other = await sandbox.newMerchant();
  const path = `/bulk-refunds/${bulk.bulk_refund_id}`;
  for (const answer of [
    await other.get(path),
    await other.get(`${path}/rows`),
    await other.get(`${path}/results.csv`),
    ...(await Promise.all(['start', 'stop', 'resume', 'discard'].map((verb) => other.post(`${path}/${verb}`)))),
  ]) {
    assert.equal(answer.error, 'bulk_refund_not_found', answer.text);
  }
  assert.deepEqual((await other.get('/bulk-refunds')).response.list, []);
  assert.equal((await createApiClient(sandbox.url).get(path)).status, 401);
  assert.equal(
    (await send(`imp_uid\n${(await rowsOf(bulk.bulk_refund_id))[0].imp_uid}\n`, '', other)).response.invalid_rows,
    1,
  );
});

test('of ten thousand rows a few are taken at a time; a stop ends after those under way, and a resume goes on', async () => {
  const impUid = await payByCard(client);
  // The gateway does not know them, which makes each of them a refusal of its.
  const copies = await sandbox.database.query<{ imp_uid: string }>(
    `insert into payments (${columns}) select ${columns.replace('imp_uid', `'imps_' || lpad(n::text, 12, '0')`).replace('merchant_uid', `'copy-' || n`).replace('claims_order', 'false')}
     from payments, generate_series(1, 10000) n where imp_uid = $1 returning imp_uid`,
    [impUid],
  );
  assert.equal(copies.length, 10_000);
  const bulk = await plan(`imp_uid\n${copies.map((copy) => `${copy.imp_uid}\n`).join('')}`);
  assert.deepEqual([bulk.rows, bulk.invalid_rows], [10_000, 0]);
  const id = bulk.bulk_refund_id;
  await client.post(`/bulk-refunds/${id}/start`);
  const endedRows = async (least: number): Promise<number> =>
    eventually(async () => {
      const [seen] = await sandbox.database.query<{ taken: number; over: number }>(
        `select count(*) filter (where lease_of is not null)::integer as taken,
           count(*) filter (where state <> 'waiting')::integer as over from bulk_refund_rows where bulk_id = $1`,
        [id],
      );
      assert.ok(seen);
      if (seen.taken > rowsPerGateway) throw new Error(`${seen.taken} rows were taken at once`);
      assert.ok(seen.over >= least);
      return seen.over;
    });
  await endedRows(20);
  assert.equal((await client.post(`/bulk-refunds/${id}/stop`)).response.state, 'stopped');
  const stopped = await eventually(async () => {
    const { response } = await client.get(`/bulk-refunds/${id}`);
    assert.equal(response.under_way, 0);
    return response;
  });
  const count = ({ counts }: Answered['response']) =>
    counts.find((each: { state: string }) => each.state === 'waiting').rows as number;
  const later = (await client.get(`/bulk-refunds/${id}`)).response;
  assert.equal(count(later), count(stopped), 'nothing is taken any more');
  const page = (await client.get(`/bulk-refunds/${id}/rows?limit=1000&after=8999`)).response;
  assert.deepEqual([page.list.length, page.list[0].row, page.next], [1000, 9000, 9999]);
  assert.equal((await client.post(`/bulk-refunds/${id}/resume`)).response.state, 'running');
  await endedRows(10_000 - count(stopped) + 10);
  assert.equal((await client.post(`/bulk-refunds/${id}/stop`)).code, 0);
  await eventually(async () => {
    assert.equal((await client.post(`/bulk-refunds/${id}/discard`)).code, 0);
  });
});

/** All that a payment's row has besides what the database makes. */
const columns = [
  'imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel, status, claims_order, currency',
  'amount_minor, tax_free_minor, vat_minor, pg_tid, apply_num, card_code, card_name, card_number, started_at, paid_at, updated_at',
].join(', ');
