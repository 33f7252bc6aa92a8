import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isSignedStandIn,
  signatureHeader,
  signStandIn,
  standInOperations,
  standInPaths,
} from '../../../src/gateways/stand-in/wire/protocol.ts';
import { receiptIssueOf } from '../kit/payment-requests.ts';
import { confirmed } from '../kit/scenarios.ts';
import { openStandInDesk } from './kit.ts';

const desk = await openStandInDesk();
const { gateway, rig } = desk;

const issue = {
  requestId: 'request-1',
  orderId: 'order-1',
  orderName: 'Water',
  currency: 'KRW',
  amount: 1_000,
  taxFree: 0,
  vat: 0,
  barcode: null,
  expiresAt: null,
};

async function post(path: string, body: string, signature?: string): Promise<{ status: number; code: string }> {
  const { channel } = rig.call();
  const answer = await fetch(rig.url + path, {
    method: 'POST',
    body,
    headers: { [signatureHeader]: signature ?? signStandIn(channel.credentials.key ?? '', path, body) },
  });
  const { resultCode } = (await answer.json()) as { resultCode: string };
  return { status: answer.status, code: resultCode };
}

const send = (path: string, message: object, signature?: string) =>
  post(path, JSON.stringify({ mid: rig.mid, ...message }), signature);

test('a request without a signature, with one of another path or of another body is not answered', async () => {
  const path = standInPaths.issue_barcode;
  const body = JSON.stringify({ mid: rig.mid, ...issue });
  const key = rig.call().channel.credentials.key ?? '';
  for (const signature of ['', 'x', signStandIn(key, standInPaths.inquire, body), signStandIn(key, path, `${body} `)]) {
    assert.deepEqual(await post(path, body, signature), { status: 401, code: 'S401' });
  }
  for (const text of ['', 'null', '[]', '{"mid":1}', 'not json']) {
    assert.deepEqual(await post(path, text), { status: 401, code: 'S401' }, text);
  }
});

test('a merchant whose secret is empty lets nobody in', async () => {
  await rig.control.registerMerchant({ mid: 'mid-empty', credentials: {} });
  const body = JSON.stringify({ ...issue, mid: 'mid-empty' });
  const path = standInPaths.issue_barcode;
  assert.deepEqual(await post(path, body, signStandIn('', path, body)), { status: 401, code: 'S401' });
});

test('a message that lacks a field, or has a wrong one, is malformed, whatever it asks for', async () => {
  for (const operation of [...standInOperations, 'inquire'] as const) {
    assert.deepEqual(await send(standInPaths[operation], {}), { status: 200, code: 'S400' }, operation);
  }
  const path = standInPaths.issue_barcode;
  for (const wrong of [
    { amount: 0 },
    { amount: 1.5 },
    { amount: '1000' },
    { amount: 2 ** 53 },
    { taxFree: -1 },
    { taxFree: 600, vat: 401 },
    { currency: 'krw' },
    { orderId: '' },
    { orderId: 'x'.repeat(81) },
    { requestId: null },
    { barcode: '12' },
    { barcode: 'ㄱㄴㄷㄹ' },
    { expiresAt: -1 },
    { orderName: 'x'.repeat(301) },
  ]) {
    // What is well-formed and still refused is remembered under its key.
    const requestId = 'requestId' in wrong ? wrong.requestId : `request-${JSON.stringify(wrong).slice(0, 40)}`;
    assert.deepEqual(await send(path, { ...issue, ...wrong, requestId }), { status: 200, code: 'S400' });
  }
  assert.deepEqual((await rig.control.book({ mid: rig.mid })).transactions, []);
  assert.deepEqual(await send(path, issue), { status: 200, code: '0000' });
});

test('a path that the stand-in does not have is unknown', async () => {
  assert.deepEqual(await send('/_stand-in/payments/approve', issue), { status: 404, code: 'S404' });
});

test('a request of one merchant does not answer another, even with the same key and order', async () => {
  const credentials = { key: 'key of a second one' };
  await rig.control.registerMerchant({ mid: 'mid-second', credentials });
  const body = JSON.stringify({ ...issue, mid: 'mid-second', requestId: 'request-2' });
  const path = standInPaths.issue_barcode;
  const first = await send(path, { ...issue, orderId: 'order-2', requestId: 'request-2' });
  assert.equal(first.code, '0000');
  assert.equal((await post(path, body, signStandIn(credentials.key, path, body))).code, '0000');
  const { transactions } = await rig.control.book({ mid: 'mid-second' });
  assert.deepEqual(
    transactions.map(({ orderId }) => orderId),
    ['order-1'],
  );
});

test('a signature holds for exactly its secret, path and body', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, text, text, (secret, path, body, other) => {
      const signature = signStandIn(secret, path, body);
      assert.match(signature, /^[0-9a-f]{64}$/);
      assert.ok(isSignedStandIn(secret, path, Buffer.from(body), signature));
      assert.equal(isSignedStandIn(`${secret}${other}`, path, body, signature), false);
      assert.equal(isSignedStandIn(secret, path, body + other, signature), false);
      assert.equal(isSignedStandIn('', path, body, signStandIn('', path, body)), false);
    }),
  );
});

test('account numbers of refunds and identifiers of receipts are not kept in the book', async () => {
  const payment = await desk.paid('vbank');
  confirmed(await gateway.operations.issue_receipt.send(rig.call(), receiptIssueOf(payment)));
  confirmed(await gateway.operations.cancel.send(rig.call(), desk.cancelOf(payment)));
  for (const file of [rig.bookFile, `${rig.bookFile}-wal`]) {
    const bytes = readFileSync(file);
    for (const secret of ['110123456789', '01012345678']) assert.equal(bytes.includes(secret), false, secret);
  }
});
