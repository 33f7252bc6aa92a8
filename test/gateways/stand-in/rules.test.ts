import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import { standInRefundAccounts } from '../../../src/gateways/stand-in/simulator/sandbox-accounts.ts';
import { movingClock } from '../kit/moving-clock.ts';
import {
  accountIssue,
  barcodeIssue,
  cancelOf,
  did,
  openStandInRig,
  paidMinor,
  receiptIssue,
  receiptRevocation,
  reference,
  refundAccount,
  refusal,
  revocation,
  type StandInRig,
} from './rig.ts';

let rig: StandInRig;
before(async () => {
  rig = await openStandInRig();
});
after(() => rig?.close());

test('partial cancels add up to the payment and not beyond, and each inquiry finds its own', async () => {
  const payment = await rig.account({ isPaid: true });
  const earlierTids: string[] = [];
  let balanceBeforeMinor = paidMinor;
  for (const amountMinor of [2_000n, 2_000n, 1_000n, 5_000n]) {
    const request = cancelOf(payment, { amountMinor, balanceBeforeMinor, earlierTids: [...earlierTids] });
    const question = { operation: 'cancel', request, sentAt: new Date() } as const;
    assert.equal((await rig.standIn.inquire(rig.at(), question)).kind, 'not_done');
    const cancelled = did(await rig.standIn.cancel(rig.at(), request));
    assert.equal(cancelled.amountMinor, amountMinor);
    assert.deepEqual(await rig.standIn.inquire(rig.at(), question), { kind: 'done', result: cancelled });
    earlierTids.push(cancelled.gatewayTid);
    balanceBeforeMinor -= amountMinor;
  }
  const again = await rig.standIn.cancel(rig.at(), cancelOf(payment, { amountMinor: 1n }));
  assert.equal(refusal(again), 'S301 already_cancelled');
  const found = await rig.standIn.lookUp(rig.at(), payment);
  assert.ok(found.kind === 'found');
  assert.deepEqual([found.payment.status, found.payment.balanceMinor], ['cancelled', 0n]);
  assert.deepEqual(
    found.payment.cancels?.map(({ gatewayTid }) => gatewayTid),
    earlierTids,
  );
});

test('what the book alone shows is only taken for ours when it is new, of our amount and leaves what ours would', async () => {
  const payment = await rig.paid('card');
  const first = did(await rig.standIn.cancel(rig.at(), cancelOf(payment, { amountMinor: 1_000n })));
  const rest = { amountMinor: 1_000n, balanceBeforeMinor: 9_000n };
  did(await rig.standIn.cancel(rig.at(), cancelOf(payment, rest)));
  const ask = async (parts: object) => {
    const request = cancelOf(payment, parts);
    return (await rig.standIn.inquire(rig.at(), { operation: 'cancel', request, sentAt: new Date() })).kind;
  };
  assert.equal(await ask({ amountMinor: 1_000n }), 'done');
  assert.equal(await ask({ amountMinor: 1_000n, earlierTids: [first.gatewayTid] }), 'not_done');
  assert.equal(await ask({ amountMinor: 2_000n }), 'not_done');
  assert.equal(await ask({ amountMinor: 1_000n, balanceBeforeMinor: 8_000n }), 'not_done');

  const issue = receiptIssue(payment);
  const { receiptTid } = did(await rig.standIn.issueReceipt(rig.at(), issue));
  const revoked = did(
    await rig.standIn.revokeReceipt(rig.at(), receiptRevocation(payment, receiptTid, { amountMinor: 1_000n })),
  );
  const askReceipt = async (parts: object) => {
    const request = receiptRevocation(payment, receiptTid, { amountMinor: 1_000n, ...parts });
    return (await rig.standIn.inquire(rig.at(), { operation: 'revoke_receipt', request, sentAt: new Date() })).kind;
  };
  assert.equal(await askReceipt({}), 'done');
  assert.equal(await askReceipt({ earlierTids: [revoked.gatewayTid] }), 'not_done');
  assert.equal(await askReceipt({ balanceBeforeMinor: 9_000n }), 'not_done');
  assert.equal(await askReceipt({ receiptTid: 'another' }), 'unknown');
});

test('a cancel is refused when it is too much, stale, partial where it must be whole, or without a good account', async () => {
  const account = await rig.account({ isPaid: true });
  const card = await rig.paid('card', { taxFreeMinor: 1_000n });
  const gift = await rig.paid('booknlife');
  const waiting = await rig.account();
  const to = (accountNumber: string, bankCode = '004') =>
    cancelOf(account, { refundAccount: { ...refundAccount, accountNumber, bankCode } });
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
    assert.equal(refusal(await rig.standIn.cancel(rig.at(), request)), expected, inspect(request));
  }
  assert.equal((await rig.standIn.cancel(rig.at(), cancelOf(gift))).kind, 'confirmed');
  for (const { orderId } of [account, card, waiting]) {
    const { transactions } = await rig.control.book({ mid: rig.mid, orderId });
    assert.deepEqual(transactions[0]?.cancels, []);
  }
});

test('a refusal is repeated under its key too, and the inquiry tells of it', async () => {
  const payment = await rig.paid('card');
  const request = cancelOf(payment, { amountMinor: 1n, balanceBeforeMinor: 1n });
  const call = rig.at();
  assert.equal(refusal(await rig.standIn.cancel(call, request)), 'S304 over_balance');
  assert.equal(refusal(await rig.standIn.cancel(call, cancelOf(payment))), 'S304 over_balance');
  const question = { operation: 'cancel', request, sentAt: call.now } as const;
  assert.equal(refusal(await rig.standIn.inquire(call, question)), 'S304 over_balance');
  assert.equal((await rig.standIn.cancel(rig.at(), cancelOf(payment))).kind, 'confirmed');
});

test('a repeat that is told "done before" is a doubt, and the inquiry by its key decides it', async () => {
  const payment = await rig.paid('card');
  did(await rig.standIn.cancel(rig.at(), cancelOf(payment)));
  const call = rig.at({ isRepeat: true });
  assert.equal((await rig.standIn.cancel(call, cancelOf(payment))).kind, 'unclear');
  const question = { operation: 'cancel', request: cancelOf(payment), sentAt: call.now } as const;
  assert.equal(refusal(await rig.standIn.inquire(call, question)), 'S301 already_cancelled');
});

test('a repeat that fails for a reason of its own says nothing of the first request, which was carried out', async () => {
  const payment = await rig.paid('card');
  const call = rig.at();
  const done = await rig.standIn.cancel(call, cancelOf(payment));
  await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'reject', code: 'S303' });
  assert.equal((await rig.standIn.cancel({ ...call, isRepeat: true }, cancelOf(payment))).kind, 'unclear');
  const changed = { ...call.channel, credentials: { key: 'another key' } };
  const unknown = await rig.standIn.cancel({ ...call, channel: changed, isRepeat: true }, cancelOf(payment));
  assert.equal(unknown.kind, 'unclear');
  const question = { operation: 'cancel', request: cancelOf(payment), sentAt: call.now } as const;
  assert.equal((await rig.standIn.inquire({ ...call, channel: changed }, question)).kind, 'unknown');
  assert.deepEqual(await rig.standIn.inquire(call, question), { kind: 'done', result: did(done) });
});

test('an order id that was used before is a doubt: the first request must have arrived', async () => {
  const orderId = rig.orderId();
  const issue = accountIssue(orderId, rig.at().now);
  const account = did(await rig.standIn.issueVirtualAccount(rig.at(), issue));
  const call = rig.at();
  assert.equal((await rig.standIn.issueVirtualAccount(call, issue)).kind, 'unclear');
  const asked = await rig.standIn.inquire(call, {
    operation: 'issue_vbank',
    payment: reference(orderId, null, 'vbank'),
  });
  assert.deepEqual(asked, { kind: 'done', result: account });
  const another = await rig.standIn.inquire(call, {
    operation: 'issue_vbank',
    payment: { ...reference(orderId, null, 'vbank'), paymentAmountMinor: 1n },
  });
  assert.equal(another.kind, 'unknown');
});

test('accounts and barcodes are refused for a bank that nobody has, a time that is over, and a number that waits', async () => {
  const { standIn, at } = rig;
  const { now } = at();
  const past = new Date(now.getTime() - 2_000);
  const account = (parts: object) => standIn.issueVirtualAccount(at(), accountIssue(rig.orderId(), now, parts));
  const barcode = (parts: object) => standIn.issueBarcode(at(), barcodeIssue(rig.orderId(), parts));
  assert.equal(refusal(await account({ bankCode: '999' })), 'S104 other');
  assert.equal(refusal(await account({ dueAt: past })), 'S103 other');
  assert.equal(refusal(await barcode({ expiresAt: past })), 'S103 other');
  assert.equal(did(await barcode({ barcode: '8801234567' })).barcode, '8801234567');
  assert.equal(refusal(await barcode({ barcode: '8801234567' })), 'S102 other');
});

test('a fixed account keeps its number, and waits for one deposit at a time', async () => {
  const first = await rig.account({ fixedKey: 'customer-1' });
  const busy = await rig.standIn.issueVirtualAccount(
    rig.at(),
    accountIssue(rig.orderId(), rig.at().now, { fixedKey: 'customer-1' }),
  );
  assert.equal(refusal(busy), 'S105 other');
  await rig.control.deposit({ orderId: first.orderId });
  const second = await rig.account({ fixedKey: 'customer-1' });
  assert.equal(second.accountNumber, first.accountNumber);
  const other = await rig.account({ fixedKey: 'customer-2' });
  assert.notEqual(other.accountNumber, first.accountNumber);
});

test('a revocation is refused when it is done, paid or expired, and each of these shows in the inquiry', async () => {
  const clock = movingClock('2030-01-01T00:00:00Z');
  const own = await openStandInRig({ clock });
  const revoke = (payment: ReturnType<typeof reference>) =>
    own.standIn.revokeVirtualAccount(own.at(), revocation(payment));
  const ask = (payment: ReturnType<typeof reference>) =>
    own.standIn.inquire(own.at(), { operation: 'revoke_vbank', request: revocation(payment), sentAt: clock.now() });
  const [revoked, paid, expired] = [await own.account(), await own.account({ isPaid: true }), await own.account()];
  did(await revoke(revoked));
  assert.equal(refusal(await revoke(revoked)), 'S201 already_cancelled');
  assert.equal((await ask(revoked)).kind, 'done');
  assert.equal(refusal(await revoke(paid)), 'S202 other');
  assert.equal(refusal(await ask(paid)), 'S202 other');
  assert.equal((await ask(expired)).kind, 'not_done');
  clock.set('2030-01-03T00:00:00Z');
  assert.equal(refusal(await revoke(expired)), 'S203 window_passed');
  assert.equal(refusal(await ask(expired)), 'S203 window_passed');
  assert.equal(refusal(await own.standIn.revokeBarcode(own.at(), revocation(paid))), 'S404 unknown_transaction');
  await own.close();
});

test('a receipt is revoked in parts up to what it stands at, and needs a payment that was made', async () => {
  const issue = receiptIssue(await rig.paid('trans'));
  const { receiptTid } = did(await rig.standIn.issueReceipt(rig.at(), issue));
  const revoke = (parts: object) =>
    rig.standIn.revokeReceipt(rig.at(), receiptRevocation(issue.payment, receiptTid, parts));
  const first = did(await revoke({ amountMinor: 3_000n }));
  assert.equal(refusal(await revoke({ amountMinor: 3_000n })), 'S304 over_balance');
  const rest = { balanceBeforeMinor: 7_000n, earlierTids: [first.gatewayTid] };
  assert.equal(refusal(await revoke({ ...rest, amountMinor: 7_001n })), 'S303 over_balance');
  did(await revoke({ ...rest, amountMinor: 7_000n }));
  assert.equal(refusal(await revoke({})), 'S201 already_cancelled');
  assert.equal(
    refusal(await rig.standIn.revokeReceipt(rig.at(), receiptRevocation(issue.payment, 'unknown'))),
    'S404 unknown_transaction',
  );
  assert.equal(
    refusal(await rig.standIn.issueReceipt(rig.at(), receiptIssue(reference('imp_999999999999', null, 'trans')))),
    'S404 unknown_transaction',
  );
  assert.equal(refusal(await rig.standIn.issueReceipt(rig.at(), receiptIssue(await rig.account()))), 'S302 other');
});

test("the gateway's own rule speaks first, in its own code, and nothing is left of what was begun", async () => {
  const card = await rig.paid('card', { orderName: 'closed' });
  assert.equal(refusal(await rig.standIn.cancel(rig.at(), cancelOf(card))), 'C100 closed_hours');
  assert.equal(refusal(await rig.standIn.issueReceipt(rig.at(), receiptIssue(card))), 'C100 closed_hours');
  const orderId = rig.orderId();
  const call = rig.at();
  const issued = await rig.standIn.issueVirtualAccount(call, accountIssue(orderId, call.now, { orderName: 'closed' }));
  assert.deepEqual(issued, {
    kind: 'refused',
    code: 'C100',
    message: '운영 시간이 아닙니다.',
    category: 'closed_hours',
  });
  assert.deepEqual((await rig.control.book({ mid: rig.mid, orderId })).transactions, []);
  const asked = await rig.standIn.inquire(call, {
    operation: 'issue_vbank',
    payment: reference(orderId, null, 'vbank'),
  });
  assert.equal(refusal(asked), 'C100 closed_hours');
});

test('a lookup tells what the book says, by order id and by transaction id, and of nothing that it is not found', async () => {
  const account = await rig.account();
  const waiting = await rig.standIn.lookUp(rig.at(), { ...account, gatewayTid: null });
  assert.ok(waiting.kind === 'found');
  assert.equal(waiting.payment.status, 'waiting_for_deposit');
  assert.equal(waiting.payment.virtualAccount?.accountNumber, account.accountNumber);
  await rig.control.deposit({ orderId: account.orderId, depositorName: '김입금' });
  const paid = await rig.standIn.lookUp(rig.at(), account);
  assert.ok(paid.kind === 'found');
  assert.deepEqual([paid.payment.status, paid.payment.depositorName], ['paid', '김입금']);
  assert.equal((await rig.standIn.lookUp(rig.at(), { ...account, gatewayTid: 'another' })).kind, 'unknown');
  const nothing = await rig.standIn.lookUp(rig.at(), reference('imp_999999999999', null, 'vbank'));
  assert.equal(nothing.kind, 'not_found');
});
