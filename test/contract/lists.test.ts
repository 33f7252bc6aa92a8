import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paymentFileColumnNames } from '../../src/api/views/payment-file.ts';
import { lookedAtMax } from '../../src/core/records/bounded-look.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { join } from '../kit/console-client.ts';
import { eventually } from '../kit/eventually.ts';
import { startMiddayClock } from '../kit/midday-clock.ts';
import { goodCard, issueVbank, newOrder, payByCard, refundAccount } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { observe, recordOf } from './observed.ts';

/** The lists, counts and files that an operator works with. Each answer is held against the description. */
const record = recordOf(import.meta.url);
const clock = startMiddayClock();
let sandbox: Sandbox;
let newMerchant: () => Promise<ApiClient>;
let client: ApiClient;
let stranger: ApiClient;
before(async () => {
  sandbox = await startSandbox({
    settings: briefLimits,
    clock,
  });
  const observer = await observe(sandbox.url, record);
  newMerchant = async () => observer.watch(await sandbox.newMerchant());
  [client, stranger] = [await newMerchant(), await newMerchant()];
});
after(() => sandbox?.close());

const idsOf = (answer: { readonly response: { readonly list: readonly { readonly imp_uid: string }[] } }) =>
  answer.response.list.map(({ imp_uid }) => imp_uid);

/** A count is good for half a minute at least, and no test waits for that. */
const forgetCounts = () => sandbox.database.query('delete from statistics_hours');

/** All pages of a list, and the answers. */
async function pages(of: ApiClient, query: string, between: (page: number) => Promise<unknown> = async () => {}) {
  const found: string[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null; page++) {
    const answer = await of.get(`/search/payments?${query}&cursor=${cursor}`);
    assert.equal(answer.code, 0, answer.text);
    found.push(...idsOf(answer));
    cursor = answer.response.next;
    if (cursor !== null) await between(page);
  }
  return found;
}

test('a list goes on where it was, while payments are made and cancelled', async () => {
  const merchant = await newMerchant();
  const made: string[] = [];
  for (let each = 0; each < 5; each++) made.unshift(await payByCard(merchant));
  const [, second = '', , , oldest = ''] = made;
  // What comes in between stands before the first page, and nothing of the others is shown twice or left out.
  const paged = await pages(merchant, 'limit=2', () => payByCard(merchant));
  assert.deepEqual(paged, made);
  const byChange = await pages(merchant, 'limit=3&time=changed&status=paid', async (page) => {
    if (page > 0) return;
    // Gateways tell times in seconds.
    await merchant.post('/sandbox/clock', { advance_seconds: 60 });
    assert.equal((await merchant.post('/payments/cancel', { imp_uid: second })).code, 0);
  });
  assert.ok(byChange.includes(oldest));
  assert.equal(new Set(byChange).size, byChange.length);
  assert.deepEqual(idsOf(await merchant.get('/search/payments?time=changed&limit=1')), [second], 'by its cancellation');
  assert.notEqual(idsOf(await merchant.get('/search/payments?time=requested&limit=1'))[0], second);

  const { next } = (await merchant.get('/search/payments?limit=1')).response;
  for (const query of [`cursor=${next}&time=changed`, 'cursor=x', `cursor=${next}x${next}`]) {
    assert.equal((await merchant.get(`/search/payments?${query}`)).error, 'parameter_invalid', query);
  }
  assert.deepEqual(idsOf(await stranger.get(`/search/payments?cursor=${next}`)), [], 'a place is no right to see');
});

test('what an operator narrows a list by, and what another merchant sees of it', async () => {
  const merchant = await newMerchant();
  const buyer = { buyer_name: '홍길동', buyer_email: 'Gildong@Example.com', buyer_tel: '010-1234-5678' };
  const card = await payByCard(merchant, 12_000, buyer);
  const order = newOrder();
  const account = await issueVbank(merchant, 700, { merchant_uid: order });
  const window = await merchant.post('/sandbox/payments', {
    pg_provider: 'kakaopay',
    pay_method: 'card',
    amount: 900,
  });
  assert.equal(window.code, 0, window.text);
  const { imp_uid: wallet } = window.response;
  const shown = (await merchant.get(`/payments/${card}`)).response;
  const [channel] = (await merchant.get('/users/pg')).response;
  const cancelled = await merchant.post('/payments/cancel', { imp_uid: card, amount: 100 });
  assert.equal(cancelled.code, 0, cancelled.text);
  const [{ cancellation_id }] = cancelled.response.cancel_history;

  for (const [query, expected] of [
    [`status=ready`, [account]],
    ['pay_method=vbank', [account]],
    ['pg_provider=kakaopay', [wallet]],
    [`pg_provider=kakaopay&pay_method=vbank`, []],
    [`channel_key=${channel.channel_key}&status=cancelled`, [card]],
    [`pg_id=${shown.pg_id}&channel=api&status=cancelled`, [card]],
    ['sandbox=false', []],
    ['sandbox=true&status=cancelled', [card]],
    ['amount_min=600&amount_max=900', [wallet, account]],
    [`apply_num=${shown.apply_num}`, [card]],
    ['buyer_email=gildong@example.COM', [card]],
    ['buyer_tel=345678', [card]],
    ['buyer_tel=945678', []],
    ['customer_uid=nobody', []],
    ['has_doubt=true', []],
    ['refund_under_way=true', []],
    ['has_doubt=false&status=ready', [account]],
  ] as const) {
    const answer = await merchant.get(`/search/payments?${query}`);
    assert.deepEqual(idsOf(answer), expected, query);
    const bounded = await merchant.get(`/search/payments?${query}&bounded=true`);
    assert.deepEqual(idsOf(bounded), expected, query);
    const { counts, is_complete } = (await merchant.get(`/search/payments/counts?${query}`)).response;
    assert.equal(is_complete, true);
    const asked = /status=(\w+)/.exec(query)?.[1];
    if (asked) assert.equal(counts[asked], expected.length, query);
    assert.deepEqual(
      idsOf(await stranger.get(`/search/payments?${query.replace(/&?channel_key=[^&]+/, '')}`)),
      [],
      query,
    );
  }
  assert.equal((await stranger.get(`/search/payments?channel_key=${channel.channel_key}`)).error, 'channel_not_found');

  // Whatever is pasted.
  for (const [q, expected, readAs] of [
    [card, [card], ['imp_uid']],
    [` ${order} `, [account], ['merchant_uid']],
    [shown.pg_tid, [card], ['pg_tid']],
    [shown.apply_num, [card], ['apply_num']],
    [cancellation_id, [card], ['cancellation_id']],
    ['+82 10-1234-5678', [card], ['buyer_tel']],
    ['01012345678', [card], ['buyer_tel']],
    ['5678', [card], ['buyer_tel']],
    ['gildong@example.com', [card], ['buyer_email']],
    ['홍길', [card], ['buyer']],
    ['gildong', [card], ['buyer']],
    ['imp_000000000000', [], []],
    ['0101234567', [], []],
  ] as const) {
    const answer = await merchant.get(`/search/payments?q=${encodeURIComponent(q)}`);
    assert.deepEqual([idsOf(answer), answer.response.read_as], [expected, readAs], q);
    assert.deepEqual(idsOf(await stranger.get(`/search/payments?q=${encodeURIComponent(q)}`)), [], q);
  }
  assert.deepEqual(
    idsOf(await merchant.get(`/search/payments?q=5678&status=ready`)),
    [],
    'the rest of the filter counts',
  );
  const [standing] = (await merchant.get(`/search/payments?q=${card}`)).response.standings;
  assert.deepEqual(standing, {
    ...{ imp_uid: card, reserved: 0, left: 11_900, doubts: 0, refund_under_way: false, is_under_way: false },
  });
  const counted = (await merchant.get('/search/payments/counts?status=paid')).response;
  assert.equal(counted.counts.cancelled, 1, 'the state of the filter is not looked at');
});

test('a page of what is rare looks at so many payments and says how far, and a count stops there as well', async () => {
  // Not watched: holding ten thousand payments against the description takes seconds.
  const merchant = await sandbox.newMerchant();
  const oldest = await payByCard(merchant, 77_777);
  await sandbox.database.query(
    `insert into payments (imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel, status, currency,
       amount_minor, tax_free_minor, vat_minor, started_at, paid_at, updated_at)
     select 'many_' || n, p.merchant_id, p.channel_id, 'many_' || n, p.provider, p.mid, true, 'card', 'api', 'paid', 'KRW', 1000, 0, 91,
       p.started_at + n * interval '1 microsecond', p.paid_at, p.updated_at
     from payments p, generate_series(1, $2::integer) n where p.imp_uid = $1`,
    [oldest, lookedAtMax],
  );
  const first = (await merchant.get('/search/payments?amount=77777&bounded=true')).response;
  assert.deepEqual([first.list, first.looked_until > 0], [[], true]);
  const rest = await merchant.get(`/search/payments?amount=77777&bounded=true&cursor=${first.next}`);
  assert.deepEqual([idsOf(rest), rest.response.next, rest.response.looked_until], [[oldest], null, 0]);
  assert.deepEqual(idsOf(await merchant.get('/search/payments?amount=77777')), [oldest], 'it looks on by itself');
  const counted = (await merchant.get('/search/payments/counts')).response;
  assert.deepEqual([counted.counts.paid, counted.is_complete], [lookedAtMax, false]);
  const file = await merchant.get('/search/payments.csv?amount=77777&columns[]=imp_uid');
  assert.equal(file.text, `imp_uid\r\n${oldest}\r\n`, 'a file looks at all');
  const whole = await merchant.get('/search/payments.csv?columns[]=imp_uid');
  assert.equal(whole.text.split('\r\n').length, lookedAtMax + 3, 'a head, the lines, and the end of the last');
  // Microseconds tell them apart, and none is left out.
  assert.equal(new Set(await pages(merchant, 'limit=1000')).size, lookedAtMax + 1);
});

test('a file has what was asked for, and nothing that a spreadsheet would run', async () => {
  const merchant = await newMerchant();
  const hostile = [
    ...[
      '=HYPERLINK("http://x","y")',
      '+1+1',
      '-2+3',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      ' =1',
      '＝1',
      '%0A=1',
      '"=1"',
      "a,'b",
    ],
  ];
  for (const [index, name] of hostile.map((each) => each.slice(0, 16)).entries()) {
    const made = await merchant.post('/subscribe/payments/onetime', {
      ...{ merchant_uid: `=${index}`, amount: 1000, ...goodCard, name, buyer_name: name },
    });
    assert.equal(made.code, 0, made.text);
  }
  const columns = 'columns[]=buyer_name&columns[]=amount&columns[]=merchant_uid';
  const file = await merchant.get(`/search/payments.csv?${columns}&head=ko`);
  assert.equal(file.headers['content-type'], 'text/csv; charset=UTF-8');
  assert.match(file.headers['content-disposition'] ?? '', /^attachment; filename="payments-\d{4}-\d\d-\d\d\.csv"$/);
  assert.equal(file.headers['cache-control'], 'no-store');
  const [head, ...lines] = file.text.trimEnd().split('\r\n');
  const raw = await fetch(`${sandbox.url}/search/payments.csv`, { headers: { authorization: merchant.token ?? '' } });
  assert.deepEqual([...new Uint8Array(await raw.arrayBuffer()).slice(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.equal(head, '구매자,결제금액,주문번호');
  assert.equal(lines.length, hostile.length);
  for (const line of lines) {
    const cells = [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,"]*)/g)].map(([, cell = '']) =>
      cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    );
    assert.equal(cells.length, 3, line);
    assert.equal(cells[1], '1000');
    for (const cell of [cells[0] ?? '', cells[2] ?? '']) assert.doesNotMatch(cell, /^\s*[=+\-@＝%]/, line);
  }
  const all = await merchant.get('/search/payments.csv');
  assert.equal(all.text.split('\r\n')[0], paymentFileColumnNames.join(','));
  assert.equal((await merchant.get('/search/payments.csv?columns[]=card_number')).error, 'parameter_invalid');
  assert.equal((await stranger.get('/search/payments.csv?columns[]=imp_uid')).text, 'imp_uid\r\n');
});

test('filters are saved under a name', async () => {
  const made = await client.post('/saved-views', { name: ' 어제의 실패 ', query: '?status=failed' });
  assert.deepEqual(
    [made.response.name, made.response.query, made.response.shared],
    ['어제의 실패', 'status=failed', true],
  );
  const { saved_view_id: id } = made.response;
  assert.equal(
    (await client.post('/saved-views', { name: '어제의 실패', query: 'a=b' })).error,
    'saved_view_name_taken',
  );
  assert.equal((await client.post('/saved-views', { name: ' ', query: 'a=b' })).error, 'parameter_missing');
  const other = (await client.post('/saved-views', { name: 'other', query: 'a=b' })).response;
  assert.equal(
    (await client.put(`/saved-views/${other.saved_view_id}`, { name: '어제의 실패', query: 'a=b' })).error,
    'saved_view_name_taken',
  );
  const changed = await client.put(`/saved-views/${id}`, { name: '실패', query: 'status=failed&sandbox=false' });
  assert.equal(changed.response.query, 'status=failed&sandbox=false');
  const listed = async (of: ApiClient) =>
    (await of.get('/saved-views')).response.list.map(({ name }: { name: string }) => name);
  assert.deepEqual(await listed(client), ['other', '실패']);
  assert.deepEqual(await listed(stranger), []);
  for (const each of [id, 'x', '999999999']) {
    assert.equal(
      (await stranger.put(`/saved-views/${each}`, { name: 'x', query: 'a=b' })).error,
      'saved_view_not_found',
    );
    assert.equal((await stranger.delete(`/saved-views/${each}`)).error, 'saved_view_not_found');
  }
  assert.equal((await client.delete(`/saved-views/${id}`)).response.name, '실패');
  assert.equal((await client.delete(`/saved-views/${id}`)).error, 'saved_view_not_found');
  assert.deepEqual(await listed(client), ['other']);
});

test('the inbox has what waits for a second person', async () => {
  const merchant = await newMerchant();
  const section = async (kind: string) =>
    (await merchant.get('/inbox')).response.sections.find((each: { kind: string }) => each.kind === kind);
  const clerk = await join(merchant, 'operator');
  const paid = await payByCard(merchant);
  const asked = await clerk.post('/refund-requests', { imp_uid: paid, amount: 100 });
  assert.equal(asked.code, 0, asked.text);
  const requests = await section('refund_requests');
  assert.deepEqual([requests.count, requests.items[0].imp_uid, requests.items[0].amount], [1, paid, 100]);
  const planned = await clerk.post('/bulk-refunds', { file: `imp_uid,amount\n${await payByCard(merchant)},100\n` });
  assert.equal(planned.code, 0, planned.text);
  const bulk = await section('bulk_refunds');
  assert.deepEqual([bulk.count, bulk.items[0].id], [1, planned.response.bulk_refund_id]);
});

test('the inbox has what waits for a person, and the statistics what came of everything', async () => {
  const merchant = await newMerchant();
  const section = async (kind: string, of = merchant) => {
    const { sections } = (await of.get('/inbox')).response;
    return sections.find((each: { kind: string }) => each.kind === kind);
  };
  for (const kind of [
    'doubts',
    'refund_requests',
    'bulk_refunds',
    'refunds_under_way',
    'failed_webhooks',
    'accounts_due',
  ]) {
    assert.deepEqual(await section(kind), { kind, count: 0, is_more: false, oldest_at: 0, items: [] });
  }
  // Nobody listens there.
  await merchant.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/' });
  const made = await merchant.post('/sandbox/payments', { pg_provider: 'kicc', pay_method: 'vbank', amount: 1000 });
  const { imp_uid: refunded } = made.response;
  await merchant.post(`/sandbox/vbanks/${refunded}/deposit`);
  const taken = await merchant.post('/payments/cancel', { imp_uid: refunded, ...refundAccount });
  assert.equal(taken.headers['x-hwanbul-cancellation-state'], 'accepted', taken.text);
  // By the server's clock, at which it is noon, so that the account is due today.
  const due = await issueVbank(merchant, 2000, { vbank_due: Math.floor(clock.now().getTime() / 1000) + 60 });
  const [{ vbank_date }] = (await merchant.get(`/search/payments?q=${due}`)).response.list;
  await merchant.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind: 'disconnect' });
  const doubtful = newOrder();
  const unclear = await merchant.post('/subscribe/payments/onetime', {
    ...{ pg: 'ksnet', merchant_uid: doubtful, amount: 3000, ...goodCard },
  });
  assert.equal(unclear.error, 'outcome_in_doubt', unclear.text);

  const doubts = await section('doubts');
  assert.deepEqual([doubts.count, doubts.items[0].merchant_uid, doubts.items[0].what], [1, doubtful, 'approve']);
  assert.equal(doubts.oldest_at, doubts.items[0].at);
  const underWay = await section('refunds_under_way');
  assert.deepEqual([underWay.count, underWay.items[0].imp_uid, underWay.items[0].amount], [1, refunded, 1000]);
  const accounts = await section('accounts_due');
  assert.deepEqual(
    accounts.items.map(({ imp_uid, at }: { imp_uid: string; at: number }) => [imp_uid, at]),
    [[due, vbank_date]],
  );
  await eventually(async () => assert.ok((await section('failed_webhooks')).count > 0));
  assert.deepEqual(
    (await stranger.get('/inbox')).response.sections.map(({ count }: { count: number }) => count),
    [0, 0, 0, 0, 0, 0],
  );

  assert.deepEqual(idsOf(await merchant.get('/search/payments?refund_under_way=true')), [refunded]);
  const [inDoubt] = (await merchant.get('/search/payments?has_doubt=true')).response.standings;
  assert.equal(inDoubt.doubts, 1);
  assert.deepEqual(idsOf(await merchant.get('/search/payments?has_doubt=true&refund_under_way=true')), []);
  assert.deepEqual(idsOf(await stranger.get('/search/payments?has_doubt=true')), []);

  await forgetCounts();
  for (const by of ['hour', 'day']) {
    const payments = (await merchant.get(`/statistics/payments?by=${by}`)).response;
    const [kicc] = payments.list.filter(({ pg_provider }: { pg_provider: string }) => pg_provider === 'kicc');
    assert.deepEqual(
      [kicc.begun, kicc.paid, kicc.cancelled, kicc.paid_amount, kicc.cancelled_amount, kicc.currency],
      [1, 1, 1, 1000, 1000, 'KRW'],
    );
    assert.ok(payments.missing_hours > 0 === (by === 'day'), 'a week is counted at once');
    const refunds = (await merchant.get(`/statistics/refunds?by=${by}`)).response.list;
    const of = (provider: string) =>
      refunds.find(({ pg_provider }: { pg_provider: string }) => pg_provider === provider);
    assert.deepEqual([of('kicc').refunds, of('kicc').refused, of('kicc').paid_out], [1, 0, 0]);
    assert.equal(of('ksnet').doubts, 1);
  }
  // A period that was counted in part is counted on.
  const left = async () => (await merchant.get('/statistics/payments?by=day')).response.missing_hours as number;
  const [some, fewer] = [await left(), await left()];
  assert.ok(fewer < some || some === 0);
  assert.deepEqual((await stranger.get('/statistics/payments')).response.list, []);
  assert.deepEqual((await stranger.get('/statistics/refunds')).response.list, []);
  for (const query of ['from=2&to=1', 'from=1&to=99999999', 'by=day&from=1&to=99999999']) {
    assert.equal((await merchant.get(`/statistics/payments?${query}`)).error, 'parameter_invalid', query);
  }
});

test('a gateway at which more goes wrong than usual is told of', async () => {
  const merchant = await newMerchant();
  const now = Math.floor((await merchant.get('/inbox')).response.now / 3600) * 3600;
  await payByCard(merchant);
  const add = (failed: boolean, hoursAgo: number, count: number) =>
    sandbox.database.query(
      `insert into payments (imp_uid, merchant_id, channel_id, merchant_uid, provider, mid, sandbox, pay_method, channel, status, currency,
         amount_minor, tax_free_minor, vat_minor, started_at, paid_at, updated_at)
       select concat('share_', $2::boolean, $3::integer, '_', n), p.merchant_id, p.channel_id, concat('s', n), 'kcp', 'mid', true, 'card', 'api',
         case when $2::boolean then 'failed' else 'paid' end, 'KRW', 1000, 0, 91, to_timestamp($1) - $3::integer * interval '1 hour',
         case when not $2::boolean then p.paid_at end, p.updated_at
       from (select * from payments where merchant_id = (select max(merchant_id) from payments) limit 1) p, generate_series(1, $4::integer) n`,
      [now, failed, hoursAgo, count],
    );
  await add(false, 5, 95);
  await add(true, 5, 5);
  await add(false, 0, 90);
  await add(true, 0, 9);
  const rising = async () => (await merchant.get('/inbox')).response.gateways;
  assert.deepEqual(await rising(), []);
  await add(true, 1, 21);
  await forgetCounts();
  const [kcp] = await rising();
  assert.deepEqual([kcp.pg_provider, kcp.what, kcp.cases, kcp.usual_share], ['kcp', 'failed', 30, 0.05]);
  assert.equal(kcp.share, 30 / 120);
  assert.deepEqual((await stranger.get('/inbox')).response.gateways, []);
});

test('everything that was shown is recorded', (context) => record.hold(context));
