import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { CancelRequest } from '../../../src/core/cancellation/request.ts';
import type { Payment } from '../../../src/core/records/payment.ts';
import { createRefundRequest } from '../../../src/core/refund-requests/create-request.ts';
import {
  approveRefundRequest,
  rejectRefundRequest,
  withdrawRefundRequest,
} from '../../../src/core/refund-requests/decide-request.ts';
import { listRefundRequests, readRefundRequest } from '../../../src/core/refund-requests/find-requests.ts';
import type { Person } from '../../../src/core/refund-requests/parts.ts';
import type { Services } from '../../../src/core/services.ts';
import { Refusal } from '../../../src/platform/errors/refusal.ts';
import { type Core, startCore } from '../../kit/core.ts';

let core: Core;
before(async () => {
  core = await startCore();
});
after(() => core.close());
beforeEach(() => core.gateway.forget());

const clerk: Person = { id: 1n, email: 'clerk@shop.kr' };
const boss: Person = { id: 2n, email: 'boss@shop.kr' };
const other: Person = { id: 3n, email: 'other@shop.kr' };

const asked = (payment: Payment, more: Partial<CancelRequest> = {}): CancelRequest => ({
  impUid: payment.imp_uid,
  merchantUid: undefined,
  amount: undefined,
  checksum: undefined,
  taxFree: undefined,
  vatAmount: undefined,
  reason: '고객 변심',
  refundHolder: undefined,
  refundBank: undefined,
  refundAccount: undefined,
  refundTel: undefined,
  details: {},
  ...more,
});

const request = (payment: Payment, more: Partial<CancelRequest> = {}, by = clerk, key?: string, on = core.services) =>
  createRefundRequest(on, payment.merchant_id, by, asked(payment, more), key);

const found = (payment: Payment, id: string) => readRefundRequest(core.database, payment.merchant_id, id);

async function approve(payment: Payment, id: string, by = boss, on: Services = core.services): Promise<void> {
  const { row } = await found(payment, id);
  await approveRefundRequest(on, payment.merchant_id, id, by, { digest: row.digest, why: null });
}

/** The name of the refusal, or `undefined` of what was done. */
async function refusalOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.errorCode;
    throw error;
  }
}

const member = (needsApproval = (_minor: bigint): boolean => false) => ({
  by: 'member:clerk@shop.kr',
  why: 'asked for in the console',
  refundRequestId: null,
  needsApproval,
});

const cancels = () => core.gateway.sent.filter(({ operation }) => operation === 'cancel').length;

test('what was approved is sent to the letter, once, in the name of both', async () => {
  const payment = await core.pay({ pay_method: 'vbank' });
  core.gateway.capabilities.payMethods.vbank = {
    ...core.gateway.capabilities.payMethods.vbank,
    refundAccount: 'required',
  } as never;
  const account = { refundHolder: '홍길동', refundBank: '004', refundAccount: '123-456-789012' };
  const id = await request(payment, { amount: 300, ...account });
  const waiting = await found(payment, id);
  assert.deepEqual([waiting.standing, waiting.row.amount_minor, cancels()], ['waiting', 300n, 0]);
  assert.ok(!waiting.row.body.includes('789012'), 'the account is encrypted');
  await approve(payment, id);
  const sent = core.gateway.sent.at(-1)?.request as { amountMinor: bigint; refundAccount: object; reason: string };
  assert.deepEqual(
    [sent.amountMinor, sent.reason, sent.refundAccount],
    [300n, '고객 변심', { holder: '홍길동', bankCode: '004', accountNumber: '123456789012', tel: null }],
  );
  const done = await found(payment, id);
  assert.deepEqual([done.standing, done.row.state, cancels()], ['done', 'carried_out', 1]);
  const operation = await core.operation(done.operation?.id ?? '');
  const [asking] = await core.database.query<{ by: string; why: string }>(
    'select by, why from operation_audit where merchant_id = $1 and operation_id = $2 order by id',
    [payment.merchant_id, operation.id],
  );
  assert.equal(asking?.by, 'member:boss@shop.kr');
  assert.match(asking?.why ?? '', new RegExp(`${id}.*clerk@shop.kr.*boss@shop.kr`));
  assert.deepEqual((await core.announced(payment)).at(-1), ['cancelled', 'cancelled', operation.id]);
  // Nobody repeats it: neither the approver who has lost the answer, nor the round.
  await approve(payment, id);
  await core.services.refundRequests.runOnce();
  assert.equal(cancels(), 1);
});

test('nobody decides on his own request, under another number of the same name neither, and only he withdraws it', async () => {
  const payment = await core.pay();
  const id = await request(payment);
  assert.equal(await refusalOf(approve(payment, id, clerk)), 'refund_request_own');
  assert.equal(await refusalOf(approve(payment, id, { id: 9n, email: 'Clerk@Shop.kr' })), 'refund_request_own');
  const reject = (by: Person) => rejectRefundRequest(core.services, payment.merchant_id, id, by, '아님');
  assert.equal(await refusalOf(reject(clerk)), 'refund_request_own');
  const withdraw = (by: Person) => withdrawRefundRequest(core.services, payment.merchant_id, id, by);
  assert.equal(await refusalOf(withdraw(boss)), 'refund_request_of_another');
  await withdraw(clerk);
  await withdraw(clerk);
  assert.equal((await found(payment, id)).standing, 'withdrawn');
  assert.equal(await refusalOf(approve(payment, id)), 'refund_request_not_waiting');
  assert.equal(cancels(), 0);
  await assert.rejects(
    core.database.query(
      `update refund_requests set state = 'approved', decided_by = requested_by, decided_by_name = 'x'
       where merchant_id = $1 and id = $2`,
      [payment.merchant_id, id],
    ),
    /refund_requests_are_decided_by_another/,
    'the database holds it as well',
  );
});

test('who approves has to have seen what is sent', async () => {
  const payment = await core.pay();
  const id = await request(payment);
  const approval = (digest: string) =>
    approveRefundRequest(core.services, payment.merchant_id, id, boss, { digest, why: null });
  assert.equal(await refusalOf(approval('0'.repeat(64))), 'refund_request_changed');
  assert.equal((await found(payment, id)).standing, 'waiting');
  assert.equal(
    await refusalOf(
      approveRefundRequest(core.services, payment.merchant_id, 'X'.repeat(20), boss, { digest: '', why: null }),
    ),
    'refund_request_not_found',
  );
});

test('an open request keeps others and every member away from the payment, and no program', async () => {
  const payment = await core.pay();
  const id = await request(payment, { amount: 300 });
  assert.equal(await refusalOf(request(payment, { amount: 200 }, other)), 'refund_request_open');
  assert.equal(await refusalOf(core.cancel(payment, { member: member() })), 'refund_request_open');
  assert.equal((await core.cancel(payment, { amount: 100 })).state, 'confirmed', 'a program cancels');
  // So the payment is not any more what was approved.
  await approve(payment, id);
  const refused = await found(payment, id);
  assert.deepEqual(
    [refused.standing, refused.row.error_code, refused.operation],
    ['refused', 'checksum_mismatch', null],
  );
  assert.equal(cancels(), 1);
  assert.equal((await core.cancel(payment, { member: member() })).state, 'confirmed', 'and the payment is free again');
});

test('a member is held to the amount that needs no second person, in parts as well', async () => {
  const payment = await core.pay();
  const limited = member((minor) => minor > 500n);
  assert.equal(await refusalOf(core.cancel(payment, { member: limited })), 'approval_required');
  assert.equal((await core.cancel(payment, { amount: 400, member: limited })).state, 'confirmed');
  assert.equal(await refusalOf(core.cancel(payment, { amount: 200, member: limited })), 'approval_required');
  const [entry] = (await core.read(payment)).cancel_history;
  assert.equal(entry?.reason, '관리자페이지취소');
  const told = (await core.announced(payment)).filter(([event]) => event === 'cancelled');
  assert.equal(told.length, 1, 'the webhook goes out as from the console of the real server');
});

test('a repeat under the key of a lost answer is the same request, and another under it is refused', async () => {
  const payment = await core.pay();
  const id = await request(payment, { amount: 300 }, clerk, 'dialog-1');
  assert.equal(await request(payment, { amount: 300 }, clerk, 'dialog-1'), id);
  assert.equal(await refusalOf(request(payment, { amount: 301 }, clerk, 'dialog-1')), 'idempotency_key_reused');
  assert.equal(await refusalOf(request(payment, { amount: 300 }, other, 'dialog-1')), 'refund_request_open');
});

test('what the payment or its gateway does not allow is refused before anybody is asked', async () => {
  const payment = await core.pay();
  assert.equal(await refusalOf(request(payment, { amount: 1001 })), 'cancel_amount_exceeds_balance');
  assert.equal(await refusalOf(request(payment, { checksum: 999 })), 'checksum_mismatch');
  core.gateway.capabilities.payMethods.card = {
    ...core.gateway.capabilities.payMethods.card,
    partialCancel: false,
  } as never;
  assert.equal(await refusalOf(request(payment, { amount: 1 })), 'partial_cancel_not_supported');
});

test('a lost answer leaves the request in doubt, and it ends as its operation does', async () => {
  const payment = await core.pay();
  core.gateway.operations.cancel.send = async () => ({ kind: 'unclear', why: 'lost' });
  core.gateway.operations.cancel.inquire = async () => ({ kind: 'unknown', why: 'not now', isFinal: true });
  const id = await request(payment);
  await approve(payment, id);
  const { standing, operation } = await found(payment, id);
  assert.deepEqual([standing, operation?.state], ['in_doubt', 'in_doubt']);
  assert.equal(await refusalOf(request(payment, {}, other)), 'cancellation_blocked_by_doubt');
  const listed = await listRefundRequests(core.database, payment.merchant_id, {
    state: 'in_doubt',
    impUid: payment.imp_uid,
    beforeId: undefined,
    limit: 10,
  });
  assert.deepEqual(
    listed.map(({ row }) => row.id),
    [id],
  );
  core.gateway.operations.cancel.inquire = async ({ now }: { now: Date }) => ({
    kind: 'done',
    result: { gatewayTid: 'found-there', amountMinor: 1000n, cancelledAt: now, receiptUrl: null },
  });
  await core.database.query(`update operations set next_inquiry_at = '-infinity' where merchant_id = $1 and id = $2`, [
    payment.merchant_id,
    operation?.id,
  ]);
  await core.services.recovery.runOnce();
  assert.equal((await found(payment, id)).standing, 'done');
  assert.equal(cancels(), 1);
});

test('a refusal of the gateway is told in its own words', async () => {
  const payment = await core.pay();
  core.gateway.operations.cancel.send = async () => ({
    kind: 'refused',
    code: 'NO',
    message: '취소 가능 기간이 지났습니다',
    category: 'window_passed',
  });
  const id = await request(payment);
  await approve(payment, id);
  const { standing, operation } = await found(payment, id);
  assert.deepEqual([standing, operation?.message], ['refused', '취소 가능 기간이 지났습니다']);
  assert.notEqual(await request(payment, {}, other), id, 'and another can be made');
});

test('what nobody decides on expires, and cannot be approved any more', async () => {
  const payment = await core.pay();
  const id = await request(payment);
  await core.database.query(`update refund_requests set expires_at = '-infinity' where merchant_id = $1 and id = $2`, [
    payment.merchant_id,
    id,
  ]);
  assert.equal(await refusalOf(approve(payment, id)), 'refund_request_not_waiting');
  await core.services.refundRequests.runOnce();
  assert.equal((await found(payment, id)).standing, 'expired');
});

test('of two who approve at two servers, and one who withdraws, one has it', async () => {
  const second = core.another();
  for (let round = 0; round < 8; round++) {
    const payment = await core.pay();
    const id = await request(payment);
    const withdraw = withdrawRefundRequest(second, payment.merchant_id, id, clerk);
    const outcomes = await Promise.all([
      refusalOf(approve(payment, id, boss)),
      refusalOf(approve(payment, id, other, second)),
      refusalOf(withdraw),
    ]);
    assert.equal(outcomes.filter((each) => each === undefined).length, 1, outcomes.join());
    const { standing } = await found(payment, id);
    const operations = await core.operations(payment);
    assert.deepEqual([standing, operations.length], outcomes[2] === undefined ? ['withdrawn', 0] : ['done', 1]);
  }
});

test('of two clerks at two servers one makes the request, and beside a cancellation of a member one of the two comes first', async () => {
  const second = core.another();
  for (let round = 0; round < 12; round++) {
    const payment = await core.pay();
    const made = await Promise.all([
      refusalOf(request(payment, {}, clerk)),
      refusalOf(request(payment, {}, other, undefined, second)),
      refusalOf(core.cancel(payment, { member: member() }, second)),
    ]);
    const requests = await listRefundRequests(core.database, payment.merchant_id, {
      state: 'waiting',
      impUid: payment.imp_uid,
      beforeId: undefined,
      limit: 10,
    });
    const operations = await core.operations(payment);
    assert.equal(requests.length + operations.length, 1, made.join());
    assert.equal(made.filter((each) => each === undefined).length, 1, made.join());
  }
});

test('an approval and a cancellation by a program give back once', async () => {
  const second = core.another();
  for (let round = 0; round < 8; round++) {
    const payment = await core.pay();
    const id = await request(payment);
    await Promise.all([approve(payment, id), refusalOf(core.cancel(payment, {}, second))]);
    const { standing } = await found(payment, id);
    const operations = await core.operations(payment);
    assert.equal(operations.length, 1);
    assert.equal((await core.read(payment)).cancelled_minor, 1000n);
    assert.equal(standing === 'done', operations[0]?.reason === '고객 변심');
  }
});

test('what a dead process has approved and not begun, a round carries out, once among several', async () => {
  const payment = await core.pay();
  const id = await request(payment);
  const { row } = await found(payment, id);
  // As the statement of the approval leaves it.
  await core.database.query(
    `update refund_requests set state = 'approved', decided_by = 2, decided_by_name = 'boss@shop.kr', decided_at = now()
     where merchant_id = $1 and id = $2`,
    [payment.merchant_id, row.id],
  );
  const second = core.another();
  await Promise.all([core.services.refundRequests.runOnce(), second.refundRequests.runOnce()]);
  assert.equal((await found(payment, id)).standing, 'done');
  assert.equal(cancels(), 1);
});

test('a reservation that is not under the key of the approved request begins nothing', async () => {
  const payment = await core.pay();
  const id = await request(payment);
  const carriedOut = (idempotencyId: bigint) =>
    core.services.reserveCancel({
      operationId: '0'.repeat(20),
      merchantId: payment.merchant_id,
      paymentId: payment.id,
      plan: {
        amountMinor: 1000n,
        checksumMinor: 1000n,
        taxFreeMinor: null,
        vatMinor: null,
        reason: 'test',
        refundAccount: null,
        details: {},
      },
      secrets: null,
      idempotencyId,
      by: 'test',
      ofMember: { why: 'test', refundRequestId: id },
      requestedAt: new Date(),
    });
  assert.equal(await carriedOut(1n), undefined, 'it is not approved');
  await core.database.query(
    `update refund_requests set state = 'approved', decided_by = 2, decided_by_name = 'boss', decided_at = now(), idempotency_id = 77,
       lease_until = 'infinity' where merchant_id = $1 and id = $2`,
    [payment.merchant_id, id],
  );
  assert.equal(await carriedOut(1n), undefined, 'it is another one’s');
  assert.ok(await carriedOut(77n));
});
