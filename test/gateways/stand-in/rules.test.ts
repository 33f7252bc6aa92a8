import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { standInRefundAccounts } from '../../../src/gateways/stand-in/simulator/sandbox-accounts.ts';
import type { PaymentReference } from '../../../src/port/payment.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { receiptIssueOf, receiptRevocationOf } from '../kit/payment-requests.ts';
import { confirmed, paidMinor } from '../kit/scenarios.ts';
import { accountIssue, barcodeIssue, openStandInDesk, refusal, revocation } from './kit.ts';

const desk = await openStandInDesk();
const { gateway, rig, cancelOf } = desk;
const { cancel, issue_vbank, issue_barcode, issue_receipt, revoke_receipt } = gateway.operations;
const now = () => rig.call().now;
const clock = movingClock('2030-01-01T00:00:00Z');
const expiring = await openStandInDesk({ clock });

test('partial cancels add up to the payment and not beyond, and each inquiry finds its own', async () => {
  const payment = await desk.paid('vbank');
  const earlierTids: string[] = [];
  let balanceBeforeMinor = paidMinor;
  for (const amountMinor of [2_000n, 2_000n, 1_000n, 5_000n]) {
    const request = cancelOf(payment, { amountMinor, balanceBeforeMinor, earlierTids: [...earlierTids] });
    const ask = () => cancel.inquire(rig.call(), request, now());
    assert.equal((await ask()).kind, 'not_done');
    const cancelled = confirmed(await cancel.send(rig.call(), request));
    assert.equal(cancelled.amountMinor, amountMinor);
    assert.deepEqual(await ask(), { kind: 'done', result: cancelled });
    earlierTids.push(cancelled.gatewayTid);
    balanceBeforeMinor -= amountMinor;
  }
  const again = await cancel.send(rig.call(), cancelOf(payment, { amountMinor: 1n }));
  assert.equal(refusal(again), 'S301 already_cancelled');
  const found = await gateway.lookUp(rig.call(), payment);
  assert.ok(found.kind === 'found');
  assert.deepEqual([found.payment.status, found.payment.balanceMinor], ['cancelled', 0n]);
  assert.deepEqual(
    found.payment.cancels?.map(({ gatewayTid }) => gatewayTid),
    earlierTids,
  );
});

test('what the book alone shows is only taken for ours when it is new, of our amount and leaves what ours would', async () => {
  const payment = await desk.paid('card');
  const first = confirmed(await cancel.send(rig.call(), cancelOf(payment, { amountMinor: 1_000n })));
  const rest = { amountMinor: 1_000n, balanceBeforeMinor: 9_000n };
  confirmed(await cancel.send(rig.call(), cancelOf(payment, rest)));
  const ask = async (parts: object) => (await cancel.inquire(rig.call(), cancelOf(payment, parts), now())).kind;
  assert.equal(await ask({ amountMinor: 1_000n }), 'done');
  assert.equal(await ask({ amountMinor: 1_000n, earlierTids: [first.gatewayTid] }), 'not_done');
  assert.equal(await ask({ amountMinor: 2_000n }), 'not_done');
  assert.equal(await ask({ amountMinor: 1_000n, balanceBeforeMinor: 8_000n }), 'not_done');

  const issue = receiptIssueOf(payment);
  const { receiptTid } = confirmed(await issue_receipt.send(rig.call(), issue));
  const revoked = confirmed(
    await revoke_receipt.send(rig.call(), receiptRevocationOf(issue, receiptTid, { amountMinor: 1_000n })),
  );
  const askReceipt = async (parts: object) => {
    const request = receiptRevocationOf(issue, receiptTid, { amountMinor: 1_000n, ...parts });
    return (await revoke_receipt.inquire(rig.call(), request, now())).kind;
  };
  assert.equal(await askReceipt({}), 'done');
  assert.equal(await askReceipt({ earlierTids: [revoked.gatewayTid] }), 'not_done');
  assert.equal(await askReceipt({ balanceBeforeMinor: 9_000n }), 'not_done');
  assert.equal(await askReceipt({ receiptTid: 'another' }), 'unknown');
});

test('a cancel is refused when it is too much, stale, partial where it must be whole, or without a good account', async () => {
  const account = await desk.paid('vbank');
  const card = await desk.paid('card', { taxFreeMinor: 1_000n });
  const gift = await desk.paid('booknlife');
  const waiting = await desk.waiting('vbank');
  const to = (accountNumber: string, bankCode = '004') =>
    cancelOf(account, { refundAccount: { holder: '홍길동', bankCode, accountNumber, tel: null } });
  const [, stopped] = standInRefundAccounts;
  for (const [request, expected] of [
    [cancelOf(card, { amountMinor: paidMinor + 1n, balanceBeforeMinor: paidMinor + 1n }), 'S303 over_balance'],
    [cancelOf(card, { amountMinor: 1n, balanceBeforeMinor: paidMinor - 1n }), 'S304 over_balance'],
    [cancelOf(card, { amountMinor: 2_000n, taxFreeMinor: 1_001n }), 'S303 over_balance'],
    [cancelOf(gift, { amountMinor: 1n }), 'S308 partial_not_supported'],
    [cancelOf(waiting), 'S302 other'],
    [cancelOf(account, { refundAccount: null }), 'S305 bad_refund_account'],
    [to('110', '999'), 'S306 bad_refund_account'],
    [to(stopped?.number ?? ''), 'S307 bad_refund_account'],
    [cancelOf({ ...card, gatewayTid: 'tid-of-another' }), 'S404 unknown_transaction'],
    [cancelOf({ ...card, orderId: 'imp_999999999999' }), 'S404 unknown_transaction'],
    [cancelOf(card, { taxFreeMinor: 9_000n, vatMinor: 1_001n }), 'S400 other'],
  ] as const) {
    assert.equal(refusal(await cancel.send(rig.call(), request)), expected, inspect(request));
  }
  assert.equal((await cancel.send(rig.call(), cancelOf(gift))).kind, 'confirmed');
  for (const { orderId } of [account, card, waiting]) {
    const { transactions } = await rig.control.book({ mid: rig.mid, orderId });
    assert.deepEqual(transactions[0]?.cancels, []);
  }
});

test('a refusal is repeated under its key too, and the inquiry tells of it', async () => {
  const payment = await desk.paid('card');
  const request = cancelOf(payment, { amountMinor: 1n, balanceBeforeMinor: 1n });
  const call = rig.call();
  assert.equal(refusal(await cancel.send(call, request)), 'S304 over_balance');
  assert.equal(refusal(await cancel.send(call, cancelOf(payment))), 'S304 over_balance');
  assert.equal(refusal(await cancel.inquire(call, request, call.now)), 'S304 over_balance');
  assert.equal((await cancel.send(rig.call(), cancelOf(payment))).kind, 'confirmed');
});

test('a repeat that is told "done before" is a doubt, and the inquiry by its key decides it', async () => {
  const payment = await desk.paid('card');
  confirmed(await cancel.send(rig.call(), cancelOf(payment)));
  const call = rig.call({ isRepeat: true });
  assert.equal((await cancel.send(call, cancelOf(payment))).kind, 'unclear');
  assert.equal(refusal(await cancel.inquire(call, cancelOf(payment), call.now)), 'S301 already_cancelled');
});

test('a repeat that fails for a reason of its own says nothing of the first request, which was carried out', async () => {
  const payment = await desk.paid('card');
  const call = rig.call();
  const done = await cancel.send(call, cancelOf(payment));
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code: 'S303' });
  assert.equal((await cancel.send({ ...call, isRepeat: true }, cancelOf(payment))).kind, 'unclear');
  const changed = { ...call.channel, credentials: { key: 'another key' } };
  const unknown = await cancel.send({ ...call, channel: changed, isRepeat: true }, cancelOf(payment));
  assert.equal(unknown.kind, 'unclear');
  const ask = (from: typeof call) => cancel.inquire(from, cancelOf(payment), call.now);
  assert.equal((await ask({ ...call, channel: changed })).kind, 'unknown');
  assert.deepEqual(await ask(call), { kind: 'done', result: confirmed(done) });
});

test('an order id that was used before is a doubt: the first request must have arrived', async () => {
  const issue = accountIssue(desk);
  const payment = { ...desk.payment, orderId: issue.orderId, gatewayTid: null, payMethod: 'vbank' } as const;
  const account = confirmed(await issue_vbank.send(rig.call(), issue));
  const call = rig.call();
  assert.equal((await issue_vbank.send(call, issue)).kind, 'unclear');
  const asked = await issue_vbank.inquire(call, payment, call.now);
  assert.deepEqual(asked, { kind: 'done', result: account });
  const another = await issue_vbank.inquire(call, { ...payment, paymentAmountMinor: 1n }, call.now);
  assert.equal(another.kind, 'unknown');
});

test('accounts and barcodes are refused for a bank that nobody has, a time that is over, and a number that waits', async () => {
  const past = new Date(now().getTime() - 2_000);
  const account = (parts: object) => issue_vbank.send(rig.call(), accountIssue(desk, parts));
  const barcode = (parts: object) => issue_barcode.send(rig.call(), barcodeIssue(rig.orderId(), parts));
  assert.equal(refusal(await account({ bankCode: '999' })), 'S104 other');
  assert.equal(refusal(await account({ dueAt: past })), 'S103 other');
  assert.equal(refusal(await barcode({ expiresAt: past })), 'S103 other');
  assert.equal(confirmed(await barcode({ barcode: '8801234567' })).barcode, '8801234567');
  assert.equal(refusal(await barcode({ barcode: '8801234567' })), 'S102 other');
});

test('a fixed account keeps its number, and waits for one deposit at a time', async () => {
  const issue = (fixedKey: string) => {
    const request = accountIssue(desk, { fixedKey });
    return { ...request, sent: issue_vbank.send(rig.call(), request) };
  };
  const first = issue('customer-1');
  const { accountNumber } = confirmed(await first.sent);
  const busy = await issue('customer-1').sent;
  assert.equal(refusal(busy), 'S105 other');
  await rig.control.deposit({ orderId: first.orderId });
  const second = confirmed(await issue('customer-1').sent);
  assert.equal(second.accountNumber, accountNumber);
  const other = confirmed(await issue('customer-2').sent);
  assert.notEqual(other.accountNumber, accountNumber);
});

test('a revocation is refused when it is done, paid or expired, and each of these shows in the inquiry', async () => {
  const { revoke_vbank, revoke_barcode } = expiring.gateway.operations;
  const call = () => expiring.rig.call();
  const revoke = (payment: PaymentReference) => revoke_vbank.send(call(), revocation(payment));
  const ask = (payment: PaymentReference) => revoke_vbank.inquire(call(), revocation(payment), clock.now());
  const issued = async () => {
    const request = accountIssue(expiring);
    const { gatewayTid } = confirmed(await expiring.gateway.operations.issue_vbank.send(call(), request));
    return { ...expiring.payment, orderId: request.orderId, gatewayTid, payMethod: 'vbank' } as const;
  };
  const [revoked, paid, expired] = [await issued(), await expiring.paid('vbank'), await issued()];
  confirmed(await revoke(revoked));
  assert.equal(refusal(await revoke(revoked)), 'S201 already_cancelled');
  assert.equal((await ask(revoked)).kind, 'done');
  assert.equal(refusal(await revoke(paid)), 'S202 other');
  assert.equal(refusal(await ask(paid)), 'S202 other');
  assert.equal((await ask(expired)).kind, 'not_done');
  clock.set('2030-01-03T00:00:00Z');
  assert.equal(refusal(await revoke(expired)), 'S203 window_passed');
  assert.equal(refusal(await ask(expired)), 'S203 window_passed');
  assert.equal(refusal(await revoke_barcode.send(call(), revocation(paid))), 'S404 unknown_transaction');
});

test('a receipt is revoked in parts up to what it stands at, and needs a payment that was made', async () => {
  const issue = receiptIssueOf(await desk.paid('trans'));
  const { receiptTid } = confirmed(await issue_receipt.send(rig.call(), issue));
  const revoke = (parts: object) => revoke_receipt.send(rig.call(), receiptRevocationOf(issue, receiptTid, parts));
  const first = confirmed(await revoke({ amountMinor: 3_000n }));
  assert.equal(refusal(await revoke({ amountMinor: 3_000n })), 'S304 over_balance');
  const rest = { balanceBeforeMinor: 7_000n, earlierTids: [first.gatewayTid] };
  assert.equal(refusal(await revoke({ ...rest, amountMinor: 7_001n })), 'S303 over_balance');
  confirmed(await revoke({ ...rest, amountMinor: 7_000n }));
  assert.equal(refusal(await revoke({})), 'S201 already_cancelled');
  assert.equal(
    refusal(await revoke_receipt.send(rig.call(), receiptRevocationOf(issue, 'unknown'))),
    'S404 unknown_transaction',
  );
  assert.equal(
    refusal(
      await issue_receipt.send(
        rig.call(),
        receiptIssueOf({ ...desk.payment, orderId: 'imp_999999999999', gatewayTid: null }),
      ),
    ),
    'S404 unknown_transaction',
  );
  assert.equal(
    refusal(await issue_receipt.send(rig.call(), receiptIssueOf(await desk.waiting('vbank')))),
    'S302 other',
  );
});

test("the gateway's own rule speaks first, in its own code, and nothing is left of what was begun", async () => {
  const card = await desk.paid('card', { orderName: 'closed' });
  assert.equal(refusal(await cancel.send(rig.call(), cancelOf(card))), 'C100 closed_hours');
  assert.equal(refusal(await issue_receipt.send(rig.call(), receiptIssueOf(card))), 'C100 closed_hours');
  const call = rig.call();
  const issue = accountIssue(desk, { orderName: 'closed' });
  const { orderId } = issue;
  const issued = await issue_vbank.send(call, issue);
  assert.deepEqual(issued, {
    kind: 'refused',
    code: 'C100',
    message: '운영 시간이 아닙니다.',
    category: 'closed_hours',
  });
  assert.deepEqual((await rig.control.book({ mid: rig.mid, orderId })).transactions, []);
  const payment = { ...desk.payment, orderId, gatewayTid: null, payMethod: 'vbank' } as const;
  const asked = await issue_vbank.inquire(call, payment, call.now);
  assert.equal(refusal(asked), 'C100 closed_hours');
});

test('a lookup tells what the book says, by order id and by transaction id, and of nothing that it is not found', async () => {
  const account = await desk.waiting('vbank');
  const waiting = await gateway.lookUp(rig.call(), { ...account, gatewayTid: null });
  assert.ok(waiting.kind === 'found');
  assert.equal(waiting.payment.status, 'waiting_for_deposit');
  assert.equal(waiting.payment.virtualAccount?.accountNumber, account.accountNumber);
  await rig.control.deposit({ orderId: account.orderId, depositorName: '김입금' });
  const paid = await gateway.lookUp(rig.call(), account);
  assert.ok(paid.kind === 'found');
  assert.deepEqual([paid.payment.status, paid.payment.depositorName], ['paid', '김입금']);
  assert.equal((await gateway.lookUp(rig.call(), { ...account, gatewayTid: 'another' })).kind, 'unknown');
  const nothing = await gateway.lookUp(rig.call(), { ...account, orderId: 'imp_999999999999', gatewayTid: null });
  assert.equal(nothing.kind, 'not_found');
});
