/** INVENTED: every field and code. That the simulator checks what the gateway checks stays. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openDesk } from '../../../../test/gateways/kit/desk.ts';
import { movingClock } from '../../../../test/gateways/kit/moving-clock.ts';
import { assertNotKept } from '../../../../test/gateways/kit/not-kept.ts';
import { examplePay } from '../gateway/module.ts';
import { examplePayErrors } from '../gateway/wire/errors.ts';
import { type ExamplePayAnswer, examplePayClientOf, type Fields } from './kit.ts';

const desk = await openDesk(examplePay, { clock: movingClock('2024-03-06T12:00:00+09:00') });
const { rig } = desk;
const { post } = examplePayClientOf(rig);

async function refusedWith(answer: Promise<ExamplePayAnswer>, code: keyof typeof examplePayErrors): Promise<void> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.code], [code === 'E401' ? 401 : 400, code]);
  assert.equal(body.message, examplePayErrors[code].message);
}

async function done(answer: Promise<ExamplePayAnswer>): Promise<Record<string, unknown>> {
  const { status, text, body } = await answer;
  assert.deepEqual([status, body.code], [200, '0000'], text);
  return body.result ?? {};
}

// if cancel issue_vbank
async function transactionOf(orderId: string) {
  return (await rig.control.book({ orderId })).transactions[0];
}
// end

test('every error code stands in the README, and the README names no other', () => {
  const readme = readFileSync(new URL('../gateway/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(E\d{3})` +\| (\w+) +\|$/gm)].map(([, code, category]) => [code, category]);
  const table = Object.entries(examplePayErrors).map(([code, { category }]) => [code, category]);
  assert.deepEqual(rows, table);
});

test('who calls must be known, and have signed this path, this key and this body', async () => {
  const find = (fields: Fields, key?: string, headers?: Readonly<Record<string, string | null>>) =>
    post('/v1/payments/find', fields, key, headers);
  await refusedWith(find({ orderId: 'imp_1' }), 'E404');
  await refusedWith(find({ orderId: 'imp_1' }, '', { 'x-merchant-id': 'nobody' }), 'E401');
  await refusedWith(find({ orderId: 'imp_1' }, '', { 'x-signature': null }), 'E401');
  await refusedWith(find({ orderId: 'imp_1' }, '', { 'x-signature': '0'.repeat(64) }), 'E401');
  await refusedWith(find({ orderId: 'imp_1' }, '', { 'idempotency-key': 'not signed' }), 'E401');
});
// if cancel

const cancelFields = (transactionId: string, parts: Fields = {}): Fields => ({
  transactionId,
  amount: 1_000,
  taxFree: 0,
  vat: 0,
  balanceBefore: 10_000,
  reason: '단순 변심',
  ...parts,
});
let keys = 0;
const cancel = (tid: string, parts?: Fields, key = `cancel-${++keys}`) =>
  post('/v1/payments/cancel', cancelFields(tid, parts), key);

test('a cancel is refused when a field is not of its form, and nothing is done', async () => {
  const { gatewayTid: tid, orderId } = await desk.paid('card');
  for (const parts of [
    { amount: 0 },
    { amount: -1 },
    { amount: '1000' },
    { amount: 1.5 },
    { taxFree: undefined },
    { taxFree: 600, vat: 600 },
    { reason: '가'.repeat(101) },
  ]) {
    await refusedWith(cancel(tid, parts), 'E102');
  }
  await refusedWith(cancel(tid, {}, ''), 'E102');
  await refusedWith(cancel('P9999999999'), 'E404');
  assert.equal((await transactionOf(orderId))?.cancelledMinor, 0n);
});

test('a cancel is refused when it is more than is left, of another balance, or of nothing', async () => {
  const { gatewayTid: tid, orderId } = await desk.paid('card');
  await refusedWith(cancel(tid, { amount: 10_001 }), 'E303');
  await refusedWith(cancel(tid, { balanceBefore: 9_999 }), 'E304');
  const { cancelId: _id, ...answer } = await done(cancel(tid, { amount: 4_000 }));
  const { orderId: order, ...rest } = answer;
  assert.equal(order, orderId);
  assert.deepEqual(rest, { transactionId: tid, amount: 4_000, balance: 6_000, cancelledAt: '2024-03-06T12:00:00' });
  await done(cancel(tid, { amount: 6_000, balanceBefore: 6_000 }));
  await refusedWith(cancel(tid, { amount: 1 }), 'E301');
  assert.equal((await transactionOf(orderId))?.cancelledMinor, 10_000n);
});

test('a key brings the first answer back, byte for byte, a refusal too, and nothing is done again', async () => {
  const { gatewayTid: tid, orderId } = await desk.paid('card');
  const first = await cancel(tid, {}, 'once');
  assert.equal((await cancel(tid, { balanceBefore: 9_000 }, 'once')).text, first.text);
  await refusedWith(cancel(tid, { amount: 10_001 }, 'refused'), 'E303');
  await refusedWith(cancel(tid, { balanceBefore: 9_000 }, 'refused'), 'E303');
  assert.equal((await transactionOf(orderId))?.cancelledMinor, 1_000n);
  const asked = (key: string) => done(post('/v1/requests/find', { path: '/v1/payments/cancel', key }));
  assert.deepEqual(await asked('once'), first.body);
  assert.deepEqual(await asked('never sent'), {});
});
// if refunds

test('a deposited account is refunded to an account of a bank that is known, which is not kept', async () => {
  const { gatewayTid: tid, orderId } = await desk.paid('vbank');
  const refundAccount = { bank: 'SHINHAN', accountNumber: '110123456789', holder: '홍길동' };
  await refusedWith(cancel(tid), 'E305');
  await refusedWith(cancel(tid, { refundAccount: { ...refundAccount, bank: 'NOBODY' } }), 'E305');
  await refusedWith(cancel(tid, { refundAccount: { ...refundAccount, accountNumber: '110-123' } }), 'E102');
  await done(cancel(tid, { refundAccount }));
  assertNotKept(rig, orderId, ['110123456789']);
});
// end
// end
// if approve

test('an approval takes an order once, and no card that has expired; the number is not kept', async () => {
  const fields = {
    orderId: rig.orderId(),
    orderName: '생수',
    amount: 10_000,
    taxFree: 0,
    vat: 0,
    cardNumber: '4330123412341239',
    expiry: '2403',
    installmentMonths: 0,
  };
  const approve = (parts: Fields, key: string) => post('/v1/cards/approve', { ...fields, ...parts }, key);
  await refusedWith(approve({ expiry: '2402' }, 'approve-1'), 'E306');
  await refusedWith(approve({ cardNumber: '1234' }, 'approve-2'), 'E306');
  const { card } = await done(approve({}, 'approve-3'));
  assert.deepEqual(card, { number: '433012******1239', company: 'SHINHAN', installmentMonths: 0 });
  await refusedWith(approve({}, 'approve-4'), 'E101');
  assertNotKept(rig, fields.orderId, ['4330123412341239']);
});
// end
// if issue_vbank

test('an account is issued at a bank that is known, until a time that is to come, once for an order', async () => {
  const fields = {
    orderId: rig.orderId(),
    orderName: '생수',
    amount: 10_000,
    taxFree: 0,
    vat: 0,
    bank: 'SHINHAN',
    dueAt: '2024-03-06T12:00:01',
    holder: '상점',
  };
  const issue = (parts: Fields, key: string) => post('/v1/virtual-accounts/issue', { ...fields, ...parts }, key);
  await refusedWith(issue({ bank: 'NOBODY' }, 'issue-1'), 'E102');
  await refusedWith(issue({ dueAt: '2024-03-06T12:00:00' }, 'issue-2'), 'E102');
  await refusedWith(issue({ dueAt: 'tomorrow' }, 'issue-3'), 'E102');
  await done(issue({}, 'issue-4'));
  await refusedWith(issue({}, 'issue-5'), 'E101');
  assert.equal((await transactionOf(fields.orderId))?.status, 'waiting_for_deposit');
});
// end
// if revoke_vbank

test('an account is revoked once, and not after its deposit', async () => {
  const revoke = (orderId: string, key: string) => post('/v1/virtual-accounts/revoke', { orderId }, key);
  const { orderId } = await desk.waiting('vbank');
  await done(revoke(orderId, 'revoke-1'));
  await refusedWith(revoke(orderId, 'revoke-2'), 'E201');
  await refusedWith(revoke((await desk.paid('vbank')).orderId, 'revoke-3'), 'E202');
  await refusedWith(revoke('imp_999999999999', 'revoke-4'), 'E404');
});
// end
// if cvs

test('a barcode that still waits is not issued to another order', async () => {
  const issue = (parts: Fields, key: string) => {
    const fields = { orderId: rig.orderId(), orderName: '생수', amount: 10_000, taxFree: 0, vat: 0, ...parts };
    return post('/v1/barcodes/issue', fields, key);
  };
  const { barcode } = await done(issue({}, 'barcode-1'));
  await refusedWith(issue({ barcode }, 'barcode-2'), 'E101');
  await refusedWith(issue({ dueAt: '2024-03-06T12:00:00' }, 'barcode-3'), 'E102');
});
// end
// if receipts

test('a cash receipt is issued for a payment that was made, and its identifier is not kept', async () => {
  const { orderId } = await desk.paid('trans');
  const fields = {
    orderId,
    orderName: '생수',
    amount: 10_000,
    taxFree: 0,
    vat: 0,
    receiptOrderId: 'rcpt_1',
    type: 'person',
    identifier: '01012345678',
  };
  const issue = (parts: Fields, key: string) => post('/v1/cash-receipts/issue', { ...fields, ...parts }, key);
  await refusedWith(issue({ type: 'nobody' }, 'receipt-1'), 'E102');
  await refusedWith(issue({ identifier: 'x' }, 'receipt-2'), 'E102');
  await refusedWith(issue({ orderId: 'imp_999999999999' }, 'receipt-3'), 'E404');
  await done(issue({}, 'receipt-4'));
  await refusedWith(issue({}, 'receipt-5'), 'E101');
  assertNotKept(rig, 'rcpt_1', ['01012345678']);
});
// end
