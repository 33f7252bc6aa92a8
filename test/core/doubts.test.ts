import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLog } from '../../src/platform/logging/log.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';
import { depositedVbank, goodCard, issueBarcode, issueVbank, newOrder, payByCard } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';

let sandbox: Sandbox;
let client: ApiClient;
const logged: string[] = [];
before(async () => {
  sandbox = await startSandbox({
    settings: briefLimits,
    log: createLog('info', { write: (line: string) => logged.push(line) }),
  });
  client = await sandbox.newMerchant();
});
after(() => sandbox.close());

const person = { reason: '가맹점관리자에서 확인', actor: '김담당' };

/** A payment by card at a gateway that can't be asked afterwards, and whose answer was lost. */
async function doubtfulApproval(kind: 'lost_answer' | 'disconnect') {
  await client.post('/sandbox/faults', { pg_provider: 'ksnet', operation: 'approve', kind });
  const order = newOrder();
  const answer = await client.post('/subscribe/payments/onetime', {
    pg: 'ksnet',
    merchant_uid: order,
    amount: 1000,
    ...goodCard,
  });
  assert.equal(answer.error, 'outcome_in_doubt', answer.text);
  const { list } = (await client.get('/doubts')).response;
  const doubt = list.find((each: { merchant_uid: string }) => each.merchant_uid === order);
  assert.ok(doubt, 'the doubt is listed');
  assert.ok(answer.message?.endsWith(`(doubt_id: ${doubt.doubt_id})`), answer.message ?? '');
  return doubt;
}

test('a payment that a person has found at the gateway is paid, and can be given back', async () => {
  const doubt = await doubtfulApproval('lost_answer');
  assert.deepEqual([doubt.kind, doubt.state, doubt.amount, doubt.pg_tid], ['approve', 'in_doubt', 1000, null]);
  const book = (await client.get(`/sandbox/books/ksnet?imp_uid=${doubt.imp_uid}`)).response.transactions[0];
  const resolve = (more: object) => client.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, ...more });

  const shown = (await client.get(`/doubts/${doubt.doubt_id}`)).response;
  assert.deepEqual(shown.found_at_gateway, [
    { name: 'pg_tid', needed: true },
    { name: 'apply_num', needed: false },
  ]);
  assert.deepEqual(
    shown.history.map(({ from, to }: { from: string; to: string }) => [from, to]),
    [
      ['none', 'requested'],
      ['requested', 'sent'],
      ['sent', 'in_doubt'],
    ],
  );
  assert.equal((await resolve({ outcome: 'confirmed' })).error, 'parameter_missing', 'its id there is needed');
  const [first, second] = await Promise.all([1, 2].map(() => resolve({ outcome: 'confirmed', pg_tid: book.pg_tid })));
  assert.deepEqual([first?.error, second?.error].filter(Boolean), ['doubt_not_open'], 'one of two persons resolves it');

  const { response } = await client.get(`/payments/${doubt.imp_uid}`);
  assert.deepEqual([response.status, response.pg_tid], ['paid', book.pg_tid]);
  const cancelled = await client.post('/payments/cancel', { imp_uid: doubt.imp_uid });
  assert.equal(cancelled.response?.status, 'cancelled', cancelled.text);
});

test('a payment that a person has not found at the gateway has failed, and its order can be paid', async () => {
  const doubt = await doubtfulApproval('disconnect');
  const resolved = await client.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, outcome: 'refused' });
  assert.equal(resolved.response?.state, 'refused', resolved.text);
  assert.equal((await client.get(`/payments/${doubt.imp_uid}`)).response.status, 'failed');
  const again = await client.post('/subscribe/payments/onetime', {
    merchant_uid: doubt.merchant_uid,
    amount: 1000,
    ...goodCard,
  });
  assert.equal(again.code, 0, again.text);
});

test("another merchant's doubt is as unknown as one that does not exist", async () => {
  const doubt = await doubtfulApproval('disconnect');
  const other = await sandbox.newMerchant();
  const answer = await other.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, outcome: 'refused' });
  assert.deepEqual([answer.status, answer.error], [404, 'doubt_not_found']);
  assert.deepEqual((await other.get('/doubts')).response.list, []);
});

/** The lines of the log that name the payment and are about an operation. */
function linesAbout(impUid: string) {
  return logged
    .map((line) => JSON.parse(line))
    .filter(({ imp_uid, msg }) => imp_uid === impUid && msg.startsWith('an operation '))
    .map(({ time, durationMs, operation, requestId, ...line }) => {
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(Number.isInteger(durationMs) && durationMs >= 0, `${durationMs}`);
      assert.match(operation, /^[0-9A-Z]{20}$/);
      assert.match(requestId, /^[0-9a-f]{8}-[0-9a-z]+$/);
      return { operation: operation as string, line };
    });
}

test('each operation is one line with all that it is searched by, and a doubt is a warning', async () => {
  const order = newOrder();
  const paid = await client.post('/subscribe/payments/onetime', { merchant_uid: order, amount: 1000, ...goodCard });
  const { imp_uid } = paid.response;
  const about = {
    imp_uid,
    merchant_uid: order,
    merchant: 'sandbox merchant',
    currency: 'KRW',
    gateway: 'tosspayments',
  };
  const ended = { level: 'info', ...about, by: 'api', msg: 'an operation has ended' };

  const refuse = { operation: 'cancel', kind: 'reject' };
  await client.post('/sandbox/faults', refuse);
  await client.post('/payments/cancel', { imp_uid, amount: 200 });
  await client.post('/payments/cancel', { imp_uid, amount: 300 });
  const [approval, refused, cancelled] = linesAbout(imp_uid);
  assert.deepEqual(approval?.line, {
    ...ended,
    kind: 'approve',
    amount: 1000,
    outcome: 'confirmed',
    why: 'the gateway confirmed it',
  });
  assert.ok(refused && cancelled);
  const { code, category, ...refusal } = refused.line;
  assert.ok(code && category);
  assert.deepEqual(refusal, {
    ...ended,
    kind: 'cancel',
    cancellation_id: refused.operation,
    amount: 200,
    outcome: 'refused',
    why: 'the gateway refused it',
  });
  assert.deepEqual(cancelled.line, {
    ...ended,
    kind: 'cancel',
    cancellation_id: cancelled.operation,
    amount: 300,
    outcome: 'confirmed',
    why: 'the gateway confirmed it',
  });

  const doubt = await doubtfulApproval('disconnect');
  const resolved = await client.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, outcome: 'refused' });
  assert.equal(resolved.code, 0, resolved.text);
  const [warning, end, ...more] = linesAbout(doubt.imp_uid);
  assert.deepEqual(more, []);
  assert.ok(warning && end);
  assert.deepEqual([warning.operation, end.operation], [doubt.doubt_id, doubt.doubt_id]);
  const { why, ...told } = warning.line;
  assert.ok(why);
  assert.deepEqual(told, {
    ...about,
    level: 'warn',
    kind: 'approve',
    imp_uid: doubt.imp_uid,
    merchant_uid: doubt.merchant_uid,
    gateway: 'ksnet',
    amount: 1000,
    outcome: 'in_doubt',
    by: 'api',
    msg: 'an operation is in doubt',
  });
  assert.deepEqual(
    [end.line.level, end.line.outcome, end.line.by, end.line.why, end.line.code, end.line.category],
    ['info', 'refused', `person:${person.actor}`, person.reason, 'resolved_by_person', 'other'],
  );
});

test('the line of a request names the merchant, and the payment that it is about', async () => {
  await client.post('/payments/cancel', { imp_uid: 'imp_000000000000', merchant_uid: 'order-of-nobody' });
  await client.get('/payments/imp_111111111111');
  // The line is written when the answer has gone.
  await eventually(async () => {
    const lines = logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered');
    assert.deepEqual(
      lines.slice(-2).map(({ merchant, imp_uid, merchant_uid, error }) => [merchant, imp_uid, merchant_uid, error]),
      [
        ['sandbox merchant', 'imp_000000000000', 'order-of-nobody', 'cancel_target_not_found'],
        ['sandbox merchant', 'imp_111111111111', undefined, 'payment_not_found'],
      ],
    );
  });
});

test('what is refused because of a doubt names it: the next operation of the payment, and another payment of the order', async () => {
  const doubt = await doubtfulApproval('lost_answer');
  const named = `(doubt_id: ${doubt.doubt_id})`;
  const cancelled = await client.post('/payments/cancel', { imp_uid: doubt.imp_uid });
  assert.equal(cancelled.error, 'cancellation_blocked_by_doubt');
  assert.ok(cancelled.message?.endsWith(named), cancelled.message ?? '');
  const again = await client.post('/subscribe/payments/onetime', {
    merchant_uid: doubt.merchant_uid,
    amount: 1000,
    ...goodCard,
  });
  assert.equal(again.error, 'order_already_paid');
  assert.ok(again.message?.endsWith(named), again.message ?? '');
});

test('doubts are listed by payment and counted, with what each keeps reserved', async () => {
  const merchant = await sandbox.newMerchant();
  await merchant.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 1_000 });
  await merchant.post('/sandbox/faults', { operation: 'cancel', kind: 'disconnect', count: 2 });
  const impUids = [await payByCard(merchant), await payByCard(merchant)];
  for (const imp_uid of impUids) await merchant.post('/payments/cancel', { imp_uid, amount: 400 });
  const { list, total } = (await merchant.get('/doubts?limit=1&with_total=true')).response;
  assert.deepEqual([list.length, total, list[0].imp_uid, list[0].reserved], [1, 2, impUids[0], 400]);
  const ofOne = (await merchant.get(`/doubts?imp_uid=${impUids[1]}&with_total=true`)).response;
  assert.deepEqual([ofOne.list[0].imp_uid, ofOne.total], [impUids[1], 1]);
});

test('a person who does not know the id of the gateway leaves it empty, and nothing else takes its place', async () => {
  const merchant = await sandbox.newMerchant();
  const imp_uid = await payByCard(merchant);
  await merchant.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 1_000 });
  await merchant.post('/sandbox/faults', { operation: 'cancel', kind: 'lost_answer' });
  await merchant.post('/payments/cancel', { imp_uid, amount: 400 });
  const [doubt] = (await merchant.get(`/doubts?imp_uid=${imp_uid}`)).response.list;
  const resolved = await merchant.post(`/doubts/${doubt.doubt_id}/resolve`, { ...person, outcome: 'confirmed' });
  assert.deepEqual([resolved.response?.state, resolved.response?.reserved], ['confirmed', 0], resolved.text);
  const [entry] = (await merchant.get(`/payments/${imp_uid}`)).response.cancel_history;
  assert.deepEqual([entry.amount, entry.pg_tid], [400, '']);
  assert.equal((await merchant.get(`/cancellations/${doubt.doubt_id}`)).response.pg_tid, null);
});

test('what a person has to say is what the resolution of each kind asks for', async () => {
  const merchant = await sandbox.newMerchant();
  await merchant.post('/sandbox/faults', {
    pg_provider: 'any',
    operation: 'inquire',
    kind: 'disconnect',
    count: 1_000,
  });
  for (const operation of ['issue_vbank', 'issue_barcode', 'issue_receipt', 'revoke_vbank', 'revoke_barcode']) {
    await merchant.post('/sandbox/faults', { pg_provider: 'any', operation, kind: 'disconnect' });
  }
  const deposited = await depositedVbank(merchant).catch(() => depositedVbank(merchant));
  await merchant.post('/cvs', { merchant_uid: newOrder(), amount: 1000 });
  await merchant.post(`/receipts/${deposited}`, { identifier: '010-1234-5678' });
  await merchant.delete(`/vbanks/${await issueVbank(merchant)}`);
  await merchant.delete(`/cvs/${await issueBarcode(merchant)}`);
  const told = { pg_tid: 'seen-there', apply_num: '12345678', vbank_num: '110123456789', barcode: '1234567890123' };
  const { list } = (await merchant.get('/doubts')).response;
  const kinds = list.map(({ kind }: { kind: string }) => kind);
  assert.deepEqual(kinds.toSorted(), [
    'issue_barcode',
    'issue_receipt',
    'issue_vbank',
    'revoke_barcode',
    'revoke_vbank',
  ]);
  for (const { doubt_id, kind } of list) {
    const asked: { name: keyof typeof told; needed: boolean }[] = (await merchant.get(`/doubts/${doubt_id}`)).response
      .found_at_gateway;
    const needed = asked.filter((each) => each.needed).map(({ name }) => name);
    const body = Object.fromEntries(needed.map((name) => [name, told[name]]));
    const resolve = (more: object) =>
      merchant.post(`/doubts/${doubt_id}/resolve`, { ...person, outcome: 'confirmed', ...more });
    for (const name of needed) {
      const wanting = await resolve({ ...body, [name]: '' });
      assert.equal(wanting.error, 'parameter_missing', `${kind} without ${name}`);
      assert.match(wanting.message ?? '', new RegExp(name));
    }
    const resolved = await resolve(body);
    assert.equal(resolved.response?.state, 'confirmed', `${kind}: ${resolved.text}`);
  }
});
