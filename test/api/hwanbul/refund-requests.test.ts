import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { observe, recordOf } from '../../contract/observed.ts';
import type { ApiClient } from '../../kit/api-client.ts';
import { type ConsoleClient, join } from '../../kit/console-client.ts';
import { assertBooksAgree, bookOf, depositedVbank, issueVbank, payByCard, refundAccount } from '../../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../../kit/sandbox.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let shop: ApiClient;
let owner: ConsoleClient;
let clerk: ConsoleClient & { readonly email: string };
let boss: ConsoleClient & { readonly email: string };
before(async () => {
  // A doubt is to stay one until it has been looked at.
  sandbox = await startSandbox({
    settings: { ...briefLimits, recoveryIntervalMs: 86_400_000 },
  });
  const { watchOurs } = await observe(sandbox.url, record);
  shop = watchOurs(await sandbox.newMerchant());
  owner = watchOurs(await join(shop, 'owner'));
  [clerk, boss] = [watchOurs(await join(owner, 'operator')), watchOurs(await join(owner, 'manager'))];
  const set = await owner.put('/console-settings', { approval_above: { KRW: 500 } });
  assert.equal(set.code, 0, set.text);
});
after(() => sandbox?.close());

test('above the limit a member asks, another one approves what he has seen, and the timeline names both', async () => {
  const impUid = await payByCard(shop, 1000);
  const limits = (await clerk.get(`/payments/${impUid}/cancel-limits`)).response;
  assert.deepEqual([limits.left, limits.checksum, limits.approval_above, limits.part.allowed], [1000, 1000, 500, true]);
  const body = { imp_uid: impUid, amount: 600, checksum: 1000, reason: '고객 변심' };
  const refused = await clerk.post('/payments/cancel', body);
  assert.deepEqual([refused.status, refused.error], [403, 'approval_required'], refused.text);
  const asked = await clerk.post('/refund-requests', body, { 'idempotency-key': 'dialog' });
  assert.equal(asked.code, 0, asked.text);
  const { refund_request_id: id, digest, state } = asked.response;
  assert.equal(state, 'waiting');
  assert.equal((await clerk.post('/refund-requests', body, { 'idempotency-key': 'dialog' })).text, asked.text);
  assert.equal((await clerk.post('/payments/cancel', { ...body, amount: 1 })).error, 'refund_request_open');
  assert.equal((await clerk.post(`/refund-requests/${id}/approve`, { digest })).error, 'member_not_allowed');
  assert.equal((await shop.post(`/refund-requests/${id}/approve`, { digest })).error, 'member_required');

  const approved = await boss.post(`/refund-requests/${id}/approve`, { digest });
  assert.deepEqual([approved.code, approved.response.state], [0, 'done'], approved.text);
  assert.equal((await bookOf(shop, impUid)).cancelled_amount, 600);
  await assertBooksAgree(shop, impUid);

  const timeline = (await boss.get(`/payments/${impUid}/timeline`)).response;
  const told = timeline.list.map((entry: { type: string; what: string; by: { name: string } | null }) =>
    [entry.type, entry.what, entry.by?.name ?? null].join(' '),
  );
  assert.ok(told.includes(`refund_request requested ${clerk.email}`), told.join('\n'));
  assert.ok(told.includes(`refund_request approved ${boss.email}`), told.join('\n'));
  assert.ok(told.includes(`operation cancel ${boss.email}`), told.join('\n'));
  const times = timeline.list.map(({ at }: { at: number }) => at);
  assert.deepEqual(times, times.toSorted());
  // Page by page it is the same.
  const paged: unknown[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: { list: unknown[]; next: string | null } = (
      await boss.get(`/payments/${impUid}/timeline?limit=2${next && `&after=${next}`}`)
    ).response;
    paged.push(...page.list);
    next = page.next;
  }
  assert.deepEqual(paged, timeline.list);
});

test('below the limit a member cancels at once, in the words and with the webhook of the real console', async () => {
  const impUid = await payByCard(shop, 1000);
  const done = await clerk.post('/payments/cancel', { imp_uid: impUid, amount: 300 });
  assert.deepEqual([done.code, done.response.cancel_reason], [0, '관리자페이지취소'], done.text);
  const [record] = (await shop.get(`/cancellations?imp_uid=${impUid}`)).response.list;
  const { history } = (await shop.get(`/cancellations/${record.cancellation_id}`)).response;
  assert.equal(history[0].by, `member:${clerk.email}`);
  const parts = await clerk.post('/payments/cancel', { imp_uid: impUid, amount: 300 });
  assert.equal(parts.error, 'approval_required', 'parts add up');
  assert.equal((await shop.post('/payments/cancel', { imp_uid: impUid })).code, 0, 'a program needs nobody');
});

test('who has asked for it stands in the audit of a receipt and of an account that is taken back, too', async () => {
  const paid = await depositedVbank(shop, 1000);
  const receipt = { identifier: '010-1234-5678', identifier_type: 'phone' };
  const unpaid = await issueVbank(shop, 1000);
  for (const answer of [
    await boss.post(`/receipts/${paid}`, receipt),
    await clerk.delete(`/receipts/${paid}`),
    await clerk.delete(`/vbanks/${unpaid}`, { 'idempotency-key': 'dialog' }),
    await shop.post(`/receipts/${paid}`, receipt),
  ]) {
    assert.equal(answer.code, 0, answer.text);
  }
  const askers: unknown[] = [];
  for (const impUid of [paid, unpaid]) {
    const { list } = (await boss.get(`/payments/${impUid}/timeline`)).response;
    for (const { type, what, from, by } of list) {
      if (type === 'operation' && from === 'none' && what !== 'issue_vbank') askers.push([what, by.type, by.name]);
    }
  }
  assert.deepEqual(askers, [
    ['issue_receipt', 'member', boss.email],
    ['revoke_receipt', 'member', clerk.email],
    ['issue_receipt', 'token', null],
    ['revoke_vbank', 'member', clerk.email],
  ]);
});

test('an account number is shown by its end only, wherever the request is shown', async () => {
  const impUid = await depositedVbank(shop, 1000);
  const limits = (await clerk.get(`/payments/${impUid}/cancel-limits`)).response;
  assert.equal(limits.refund_account, 'required');
  assert.ok(
    limits.banks.some(({ code, name }: { code: string; name: string }) => code === '004' && name === '국민은행'),
  );
  const without = await clerk.post('/refund-requests', { imp_uid: impUid });
  assert.equal(without.error, 'refund_account_missing');
  const asked = await clerk.post('/refund-requests', { imp_uid: impUid, ...refundAccount });
  assert.equal(asked.code, 0, asked.text);
  const { refund_request_id: id, digest, body } = asked.response;
  assert.deepEqual([body.refund_account, body.refund_bank_name], ['********9012', '국민은행']);
  for (const path of [`/refund-requests/${id}`, '/refund-requests', `/payments/${impUid}/timeline`]) {
    assert.ok(!(await boss.get(path)).text.includes('56789012'), path);
  }
  const approved = await boss.post(`/refund-requests/${id}/approve`, { digest });
  assert.equal(approved.response.state, 'done', approved.text);
  await assertBooksAgree(shop, impUid);
});

test('it is rejected with a reason, withdrawn by its maker, listed by state and page, and unknown to other merchants', async () => {
  const stranger = await join(await sandbox.newMerchant(), 'owner');
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) {
    const asked = await clerk.post('/refund-requests', { imp_uid: await payByCard(shop, 1000) });
    ids.push(asked.response.refund_request_id);
  }
  const [rejected, withdrawn] = ids;
  assert.equal((await boss.post(`/refund-requests/${rejected}/reject`, { reason: ' ' })).error, 'parameter_missing');
  assert.equal(
    (await boss.post(`/refund-requests/${rejected}/reject`, { reason: '이중 접수' })).response.state,
    'rejected',
  );
  assert.equal((await boss.post(`/refund-requests/${withdrawn}/withdraw`)).error, 'refund_request_of_another');
  assert.equal((await clerk.post(`/refund-requests/${withdrawn}/withdraw`)).response.state, 'withdrawn');
  for (const each of ids) {
    assert.equal((await stranger.get(`/refund-requests/${each}`)).error, 'refund_request_not_found');
    const stolen = await stranger.post(`/refund-requests/${each}/approve`, { digest: '0' });
    assert.equal(stolen.error, 'refund_request_not_found');
  }
  const waiting = (await boss.get('/refund-requests?state=waiting')).response;
  assert.deepEqual(
    waiting.list.map((each: { refund_request_id: string }) => each.refund_request_id),
    [ids[2]],
  );
  const first = (await boss.get('/refund-requests?limit=2')).response;
  const second = (await boss.get(`/refund-requests?limit=2&before=${first.next}`)).response;
  assert.deepEqual([first.list.length, second.list[0].refund_request_id], [2, rejected]);
});

test("the gateway's book stands beside ours, and a doubt is marked as what the two differ in", async () => {
  const impUid = await payByCard(shop, 1000);
  const alike = (await clerk.get(`/payments/${impUid}/gateway-book`)).response;
  assert.deepEqual([alike.can_be_asked, alike.book.gateway.state, alike.differences], [true, 'paid', []]);
  await shop.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 100 });
  await shop.post('/sandbox/faults', { operation: 'cancel', kind: 'lost_answer' });
  const lost = await clerk.post('/payments/cancel', { imp_uid: impUid, amount: 400 });
  assert.equal(lost.error, 'cancellation_in_doubt', lost.text);
  const doubtful = (await clerk.get(`/payments/${impUid}/cancel-limits`)).response;
  assert.deepEqual(
    [doubtful.left, doubtful.reserved, doubtful.reserved_by[0].state, doubtful.refused_because.error],
    [600, 400, 'in_doubt', 'cancellation_blocked_by_doubt'],
  );
  await shop.delete('/sandbox/faults');
  const { differences } = (await clerk.get(`/payments/${impUid}/gateway-book`)).response;
  assert.ok(differences.length > 0, 'the gateway has carried it out');
  assert.ok(differences.some(({ note }: { note: { ko: string } | null }) => note?.ko.includes('상태')));
});

test('record', (context) => record.hold(context));
