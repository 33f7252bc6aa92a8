/** INVENTED: every field. What is tested of each answer, and what must come of it, stays. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cancel } from '../../../../src/port/cancel.ts';
import { openDesk } from '../../../../test/gateways/kit/desk.ts';
import { movingClock } from '../../../../test/gateways/kit/moving-clock.ts';
import { accountIssueOf, receiptIssueOf, referenceOf } from '../../../../test/gateways/kit/payment-requests.ts';
import { examplePay } from '../gateway/module.ts';
import { refused, signed, succeeded } from './kit.ts';

const desk = await openDesk(examplePay, {
  clock: movingClock('2024-03-06T12:00:00+09:00'),
  payment: { orderId: 'imp_123456789012', gatewayTid: 'P0123456789' },
  // if cancel
  success: (request) => succeeded(cancelled(request)),
  // end
});
const { gateway, payment, answering } = desk;
// if cancel

/** The answer that confirms a cancel. */
function cancelled(request: Cancel) {
  return {
    transactionId: request.gatewayTid,
    orderId: request.orderId,
    cancelId: 'C0000000001',
    amount: Number(request.amountMinor),
    balance: Number(request.balanceBeforeMinor - request.amountMinor),
    cancelledAt: '2024-03-06T11:59:59',
  };
}

describe('a cancel', () => {
  const { rig, server, answered, partOf } = desk;
  const { cancel } = gateway.operations;
  const part = partOf(payment, { earlierTids: ['C0000000000'] });
  const result = {
    gatewayTid: 'C0000000001',
    amountMinor: 3_000n,
    cancelledAt: new Date('2024-03-06T11:59:59+09:00'),
    receiptUrl: null,
  };

  test('goes out with its key, signed, and with the balance before it', async () => {
    const request = { ...part, reason: '가'.repeat(101), balanceBeforeMinor: 8_000n };
    await answered(undefined, { request, idempotencyKey: 'the-key' });
    const { path, headers, text, json } = server.last();
    const { credentials, mid } = rig.call().channel;
    assert.equal(path, '/v1/payments/cancel');
    assert.equal(headers['x-merchant-id'], mid);
    assert.equal(headers['idempotency-key'], 'the-key');
    assert.equal(headers['x-signature'], signed(credentials.secretKey ?? '', path, 'the-key', text()));
    const { transactionId, amount, balanceBefore, reason } = json();
    assert.deepEqual([transactionId, amount, balanceBefore], [payment.gatewayTid, 3_000, 8_000]);
    assert.equal(reason, '가'.repeat(100), 'a reason that is too long is cut on the wire');
  });

  test('is confirmed by the answer to this very request', async () => {
    assert.deepEqual(await answered(undefined, { request: part }), { kind: 'confirmed', result });
  });

  const doubtful: Readonly<Record<string, Record<string, unknown>>> = {
    'of another payment': { transactionId: 'P9999999999' },
    'of another order': { orderId: 'imp_999999999999' },
    'that is an earlier cancel': { cancelId: 'C0000000000' },
    'of another amount': { amount: 2_999 },
    'that leaves too little, as if it were the second time': { balance: 4_000 },
    'with a time that is none': { cancelledAt: '2024-13-06T11:59:59' },
    'without its id': { cancelId: undefined },
  };
  for (const [name, parts] of Object.entries(doubtful)) {
    test(`whose answer is one ${name} is unclear`, async () => {
      const outcome = await answered(succeeded({ ...cancelled(part), ...parts }), { request: part });
      assert.equal(outcome.kind, 'unclear');
    });
  }

  test('is refused in the words of the gateway, whether the code is known or not', async () => {
    const message = '그 까닭';
    for (const [code, category] of [
      ['E301', 'already_cancelled'],
      ['E303', 'over_balance'],
      ['E401', 'bad_credentials'],
      ['E999', 'other'],
    ] as const) {
      const outcome = await answered(refused(code, message), { status: 400 });
      assert.deepEqual(outcome, { kind: 'refused', code, message, category });
    }
  });

  test('is unclear when the gateway says that it does not know, or says nothing that can be read', async () => {
    assert.equal((await answered(refused('E900', '내부 오류'), { status: 400 })).kind, 'unclear');
    assert.equal((await answered(refused('E301', '이미 취소'), { status: 503 })).kind, 'unclear');
    for (const body of ['', 'null', '<html>', '{}', '[]']) {
      assert.equal((await answered(body)).kind, 'unclear', body);
      assert.equal((await answered(body, { status: 400 })).kind, 'unclear', body);
    }
  });

  test('that is repeated and refused may have been done the first time', async () => {
    const outcome = await answered(refused('E301', '이미 취소'), { status: 400, isRepeat: true });
    assert.equal(outcome.kind, 'unclear');
  });

  test('is asked about by its key: done, refused, not arrived, or nobody knows', async () => {
    const asked = (result: unknown, status = 200) =>
      cancel.inquire(answering(succeeded(result), { status, idempotencyKey: 'the-key' }), part, new Date());
    assert.deepEqual(await asked(succeeded(cancelled(part))), { kind: 'done', result });
    assert.deepEqual(server.last().json(), { path: '/v1/payments/cancel', key: 'the-key' });
    assert.equal((await asked(refused('E303', '초과'))).kind, 'refused');
    assert.deepEqual(await asked(null), { kind: 'not_done', repeatIsSafe: true });
    for (const result of [succeeded({ ...cancelled(part), amount: 1 }), refused('E900', '내부 오류'), {}, 'x']) {
      assert.equal((await asked(result)).kind, 'unknown', JSON.stringify(result));
    }
    assert.equal((await asked(null, 500)).kind, 'unknown');
  });
});
// end
// if approve

describe('an approval', () => {
  const { approve } = gateway.operations;
  const approval = {
    transactionId: 'P0123456789',
    orderId: payment.orderId,
    amount: 10_000,
    approvalNumber: '12345678',
    approvedAt: '2024-03-06T11:59:59',
    card: { number: '433012******1239', company: 'SHINHAN', installmentMonths: 3 },
  };
  const asked = (parts: object) =>
    approve.inquire(answering(succeeded(succeeded({ ...approval, ...parts }))), payment, new Date());

  test('tells the card in the words of all gateways, and of one that is not known nothing', async () => {
    const found = await asked({});
    const card = found.kind === 'done' ? found.result.card : null;
    assert.deepEqual([card?.code, card?.name, card?.installmentMonths], ['366', '신한카드', 3]);
    const strange = await asked({ card: { ...approval.card, company: '__proto__' } });
    assert.equal(strange.kind === 'done' && strange.result.card?.code, null);
  });

  test('of another order or amount is not ours', async () => {
    for (const parts of [{ orderId: 'imp_999999999999' }, { amount: 9_999 }]) {
      assert.equal((await asked(parts)).kind, 'unknown');
    }
  });
});
// end
// if issue_vbank

describe('a virtual account', () => {
  const { issue_vbank } = gateway.operations;
  const account = {
    transactionId: 'P0123456789',
    orderId: payment.orderId,
    amount: 10_000,
    bank: 'SHINHAN',
    accountNumber: '9123456789012',
    holder: '환불상점',
    dueAt: '2024-03-13T23:59:59',
    issuedAt: '2024-03-06T11:59:59',
  };
  const issued = (parts: object) =>
    issue_vbank.send(answering(succeeded({ ...account, ...parts })), accountIssueOf(payment.orderId));

  test("is asked for at the gateway's own bank, on Seoul's clock", async () => {
    const outcome = await issued({});
    const { bank, dueAt, amount } = desk.server.last().json();
    assert.deepEqual([bank, dueAt, amount], ['SHINHAN', '2024-03-13T23:59:59', 10_000]);
    assert.equal(outcome.kind === 'confirmed' && outcome.result.bankCode, '088');
  });

  test('of another order, amount or unknown bank is not ours', async () => {
    for (const parts of [{ orderId: 'imp_999999999999' }, { amount: 9_999 }, { bank: 'NOBODY' }]) {
      assert.equal((await issued(parts)).kind, 'unclear');
    }
  });
});
// end
// if revoke_vbank

test('a revocation of an account is confirmed only where the answer is about it', async () => {
  const { revoke_vbank } = gateway.operations;
  const revocation = {
    transactionId: payment.gatewayTid,
    orderId: payment.orderId,
    revocationId: 'V0000000001',
    revokedAt: '2024-03-06T11:59:59',
  };
  const revoked = (parts: object) =>
    revoke_vbank.send(answering(succeeded({ ...revocation, ...parts })), { ...payment, reason: '취소', apiKey: null });
  assert.equal((await revoked({})).kind, 'confirmed');
  for (const parts of [{ orderId: 'imp_999999999999' }, { transactionId: 'P9999999999' }, { revokedAt: '' }]) {
    assert.equal((await revoked(parts)).kind, 'unclear');
  }
});
// end
// if cvs

test('a barcode is confirmed only where the answer is about it, and is the one that was asked for', async () => {
  const { issue_barcode } = gateway.operations;
  const answer = {
    transactionId: 'P0123456789',
    orderId: payment.orderId,
    amount: 10_000,
    barcode: '88123456789',
    dueAt: '2024-03-13T23:59:59',
    issuedAt: '2024-03-06T11:59:59',
  };
  const { taxFreeMinor: _taxFree, vatMinor: _vat, ...order } = accountIssueOf(payment.orderId);
  const issued = (parts: object, barcode: string | null = null) =>
    issue_barcode.send(answering(succeeded({ ...answer, ...parts })), { ...order, barcode, expiresAt: null });
  assert.equal((await issued({})).kind, 'confirmed');
  assert.equal((await issued({}, '88123456789')).kind, 'confirmed');
  assert.equal((await issued({}, '88000000000')).kind, 'unclear');
  assert.equal((await issued({ amount: 9_999 })).kind, 'unclear');
});
// end
// if receipts

test('a cash receipt is confirmed only where the answer is about it', async () => {
  const { issue_receipt } = gateway.operations;
  const request = receiptIssueOf(referenceOf('trans', 10_000n));
  const receipt = {
    receiptId: 'R0000000001',
    receiptOrderId: request.receiptOrderId,
    amount: 10_000,
    approvalNumber: '123456789',
    issuedAt: '2024-03-06T11:59:59',
  };
  const issued = (parts: object) => issue_receipt.send(answering(succeeded({ ...receipt, ...parts })), request);
  assert.equal((await issued({})).kind, 'confirmed');
  for (const parts of [{ receiptOrderId: 'another' }, { amount: 9_999 }, { approvalNumber: '' }]) {
    assert.equal((await issued(parts)).kind, 'unclear');
  }
});
// end

test('a lookup about another payment, or that can not be read, is no answer', async () => {
  const answer = { transactionId: 'P9999999999', orderId: payment.orderId };
  for (const body of [succeeded(answer), refused('E503', '점검 중'), '']) {
    assert.equal((await gateway.lookUp(answering(body), payment)).kind, 'unknown');
  }
  assert.equal((await gateway.lookUp(answering(refused('E404', '없음'), { status: 400 }), payment)).kind, 'not_found');
});
