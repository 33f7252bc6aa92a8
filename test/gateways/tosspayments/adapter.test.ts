import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tossGateway as gateway } from '../../../src/gateways/tosspayments/adapter/adapter.ts';
import { tosspayments } from '../../../src/gateways/tosspayments/module.ts';
import { cardCompanyOf, tossCodes } from '../../../src/gateways/tosspayments/wire/codes.ts';
import { banks } from '../../../src/platform/codes/banks.ts';
import { cards } from '../../../src/platform/codes/cards.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { ReceiptRevocation } from '../../../src/port/receipt.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { accountIssueOf } from '../kit/payment-requests.ts';
import { confirmed, receiptRevocationRequest, scenarioOf } from '../kit/scenarios.ts';
import { tossClientOf } from './kit.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(tosspayments, { clock, payment: { gatewayTid: 'key/of the payment' } });
const { rig, server, at, payment: wellKnown } = desk;
const part = desk.partOf(wellKnown, { earlierTids: ['before'] });
const cancelAnswered = (status: number, body: unknown, parts: Partial<Cancel> = {}) =>
  desk.answered(body, { status, request: { ...part, ...parts } });

const entry = {
  cancelAmount: 3000,
  refundableAmount: 7000,
  canceledAt: '2024-03-06T12:00:00+09:00',
  transactionKey: 'ours',
};
const payment = {
  paymentKey: wellKnown.gatewayTid,
  orderId: wellKnown.orderId,
  method: '카드',
  status: 'PARTIAL_CANCELED',
  totalAmount: 10_000,
  balanceAmount: 7000,
  requestedAt: '2024-03-06T11:00:00+09:00',
  approvedAt: '2024-03-06T11:00:00+09:00',
  cancels: [entry],
};

describe('an answer to a cancellation', () => {
  test('that is the whole, right payment is confirmed', async () => {
    const outcome = await cancelAnswered(200, payment);
    assert.deepEqual(outcome, {
      kind: 'confirmed',
      result: {
        gatewayTid: 'ours',
        amountMinor: 3000n,
        cancelledAt: new Date('2024-03-06T03:00:00Z'),
        receiptUrl: null,
      },
    });
  });

  test('may give its amounts as text, and may still be in progress', async () => {
    assert.equal(
      (await cancelAnswered(200, { ...payment, totalAmount: '10000', balanceAmount: '7000' })).kind,
      'confirmed',
    );
    const running = { ...payment, cancels: [{ ...entry, cancelStatus: 'IN_PROGRESS' }] };
    assert.equal((await cancelAnswered(200, running)).kind, 'accepted');
  });

  test('of version 1.4 has no key of its own, and is known by what it leaves', async () => {
    const { transactionKey: _, ...keyless } = entry;
    const first = await cancelAnswered(200, { ...payment, cancels: [keyless] });
    assert.equal(first.kind === 'confirmed' && first.result.gatewayTid, `${payment.paymentKey}:7000`);
    const second = { ...keyless, refundableAmount: 4000 };
    const answer = { ...payment, balanceAmount: 4000, cancels: [keyless, second] };
    const request = { balanceBeforeMinor: 7000n, earlierTids: [`${payment.paymentKey}:7000`] };
    const outcome = await cancelAnswered(200, answer, request);
    assert.equal(outcome.kind === 'confirmed' && outcome.result.gatewayTid, `${payment.paymentKey}:4000`);
    const nameless = { ...keyless, refundableAmount: undefined };
    assert.equal((await cancelAnswered(200, { ...payment, cancels: [nameless] })).kind, 'unclear');
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'of another payment': { ...payment, paymentKey: 'other' },
    'of another order': { ...payment, orderId: 'imp_000000000000' },
    'without our cancellation': { ...payment, cancels: [] },
    'with cancellations that are all known already': { ...payment, cancels: [{ ...entry, transactionKey: 'before' }] },
    'with another amount': { ...payment, cancels: [{ ...entry, cancelAmount: 2999 }] },
    'with an amount that is no integer': { ...payment, cancels: [{ ...entry, cancelAmount: 3000.5 }] },
    'with a time that is none': { ...payment, cancels: [{ ...entry, canceledAt: 'today' }] },
    'in a state that Toss does not have': { ...payment, status: 'REFUNDED' },
    'with a cancellation that was aborted': { ...payment, cancels: [{ ...entry, cancelStatus: 'ABORTED' }] },
    'that is an error in spite of its status': {
      code: 'NOT_CANCELABLE_PAYMENT',
      message: '취소 할 수 없는 결제 입니다.',
    },
    'that is empty': '',
    'that is no JSON': '<html>OK</html>',
    'that is null': 'null',
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(200, body)).kind, 'unclear');
    });
  }

  test('with a 4xx and an error of Toss is refused, with the code, the text and our category', async () => {
    const refusal = (status: number, code: string) => cancelAnswered(status, { code, message: '문구', data: null });
    const categories = {
      ALREADY_CANCELED_PAYMENT: 'already_cancelled',
      NOT_CANCELABLE_AMOUNT: 'over_balance',
      EXCEED_MAX_REFUND_DUE: 'window_passed',
      NOT_ALLOWED_PARTIAL_REFUND: 'partial_not_supported',
      NOT_AVAILABLE_BANK: 'closed_hours',
      NOT_FOUND_PAYMENT: 'unknown_transaction',
      UNAUTHORIZED_KEY: 'bad_credentials',
      INVALID_REFUND_ACCOUNT_NUMBER: 'bad_refund_account',
      A_CODE_OF_THE_FUTURE: 'other',
    };
    for (const [code, category] of Object.entries(categories)) {
      assert.deepEqual(await refusal(403, code), { kind: 'refused', code, message: '문구', category });
    }
    const wrapped = await cancelAnswered(403, {
      version: '2024-06-01',
      error: { code: 'REFUND_REJECTED', message: '문구' },
    });
    assert.equal(wrapped.kind === 'refused' && wrapped.code, 'REFUND_REJECTED');
  });

  test('with a status that decides nothing is unclear, and keeps what Toss said', async () => {
    for (const status of [201, 302, 408, 409, 429, 500, 502, 503]) {
      const outcome = await cancelAnswered(status, { code: 'SOME_CODE', message: '문구' });
      assert.deepEqual(outcome, {
        kind: 'unclear',
        why: `HTTP ${status} SOME_CODE`,
        code: 'SOME_CODE',
        message: '문구',
      });
    }
    for (const status of [400, 403, 413, 500]) {
      assert.equal((await cancelAnswered(status, '<html>proxy</html>')).kind, 'unclear');
    }
  });
});

describe('on the wire', () => {
  test('a cancellation says its amount always, its tax-free part, a reason of 200 characters, and the account', async () => {
    await cancelAnswered(200, payment, {
      amountMinor: 10_000n,
      taxFreeMinor: 500n,
      reason: '가'.repeat(256),
      refundAccount: { holder: '홍길동', bankCode: '004', accountNumber: '110123456789', tel: null },
    });
    const sent = server.last();
    assert.equal(sent.path, '/v1/payments/key%2Fof%20the%20payment/cancel');
    assert.deepEqual(sent.json(), {
      cancelReason: '가'.repeat(200),
      cancelAmount: 10_000,
      taxFreeAmount: 500,
      refundReceiveAccount: { bank: '06', accountNumber: '110123456789', holderName: '홍길동' },
    });
    const { secretKey } = rig.call().channel.credentials;
    assert.equal(sent.headers.authorization, `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`);
    assert.match(String(sent.headers['idempotency-key']), /^key-\d+$/);
  });

  test('an account that waits is revoked without an amount and without an account', async () => {
    await gateway.operations.revoke_vbank.send(desk.answering('', { status: 500 }), {
      ...wellKnown,
      gatewayTid: 'key',
      payMethod: 'vbank',
      reason: '계좌말소',
      apiKey: null,
    });
    assert.deepEqual(server.last().json(), { cancelReason: '계좌말소' });
  });
});

describe('an answer in the form of the version of the key', () => {
  const account = {
    accountNumber: 'X6505636518308',
    customerName: '홍길동',
    dueDate: '2024-03-13T12:00:00+09:00',
    refundStatus: 'NONE',
  };
  const waiting = {
    ...payment,
    method: '가상계좌',
    status: 'WAITING_FOR_DEPOSIT',
    balanceAmount: 10_000,
    approvedAt: null,
    cancels: null,
    secret: 'ps_secret',
  };
  const issue = (virtualAccount: Record<string, unknown>) => {
    const call = desk.answering({ ...waiting, virtualAccount: { ...account, ...virtualAccount } });
    return gateway.operations.issue_vbank.send(call, accountIssueOf(wellKnown.orderId, { bankCode: '020' }));
  };

  test('names the bank of an account by code or by name, and a test account begins with X', async () => {
    for (const named of [
      { bankCode: '20' },
      { bankCode: '020' },
      { bank: '우리' },
      { bank: '우리은행' },
      { bank: 'WOORI' },
      { bankCode: '20', bank: '우리' },
      { bankCode: null, bank: '우리' },
    ]) {
      const issued = confirmed(await issue(named));
      assert.deepEqual([issued.bankCode, issued.bankName], ['020', '우리은행'], JSON.stringify(named));
      assert.equal(issued.accountNumber, 'X6505636518308');
    }
    assert.equal(confirmed(await issue({ bank: '국민' })).bankCode, '004');
    assert.equal(confirmed(await issue({ bank: '토스' })).bankCode, '092');
    // A name that is not known: the bank is the one that was asked for.
    assert.equal(confirmed(await issue({ bank: '새은행' })).bankCode, '020');
    assert.equal((await issue({ bank: '우리', accountNumber: 'Y1' })).kind, 'unclear');
  });

  test('tells an inquiry about an account the same, in both forms', async () => {
    for (const named of [{ bankCode: '20' }, { bank: '우리' }]) {
      const call = desk.answering({ ...waiting, virtualAccount: { ...account, ...named } });
      const asked = { ...wellKnown, payMethod: 'vbank', gatewayTid: null } as const;
      const inquiry = await gateway.operations.issue_vbank.inquire(call, asked, clock.now());
      assert.equal(inquiry.kind === 'done' && inquiry.result.bankCode, '020');
    }
  });

  test('names the bank of a transfer and the company of a card by code or by name', async () => {
    const lookedUp = async (parts: Record<string, unknown>) => {
      const looked = await gateway.lookUp(desk.answering({ ...payment, cancels: [], ...parts }), wellKnown);
      assert.ok(looked.kind === 'found');
      return looked.payment.approval;
    };
    for (const transfer of [{ bankCode: '06' }, { bank: '국민' }]) {
      const approval = await lookedUp({ method: '계좌이체', transfer });
      assert.deepEqual(approval?.bank, { code: '004', name: '국민은행' });
    }
    const byCode = await lookedUp({ card: { issuerCode: '33', acquirerCode: '31', number: '43301234****123*' } });
    assert.deepEqual([byCode?.card?.code, byCode?.card?.issuerCode], ['361', '041']);
    const url = 'https://dashboard.example/receipt';
    const byName = await lookedUp({ card: { company: '우리', number: '100212*****12', receiptUrl: url } });
    assert.deepEqual([byName?.card?.code, byName?.card?.issuerCode, byName?.receiptUrl], ['041', '041', url]);
    // As one of 2023 has it: i'mport has no code for this issuer.
    const both = await lookedUp({ card: { company: '토스뱅크', issuerCode: '24', acquirerCode: '21' } });
    assert.deepEqual([both?.card?.code, both?.card?.issuerCode], ['374', null]);
  });

  test('an account that waits is not paid, although an answer of version 1.4 may have a time of approval', async () => {
    const found = { ...waiting, approvedAt: '2024-03-06T11:00:01+09:00', virtualAccount: { ...account, bank: '우리' } };
    const looked = await gateway.lookUp(desk.answering(found), wellKnown);
    assert.ok(looked.kind === 'found');
    assert.deepEqual([looked.payment.status, looked.payment.paidAt], ['waiting_for_deposit', null]);
  });

  for (const version of ['1.4', '2022-07-27', '2022-11-16']) {
    test(`${version}: accounts, partial cancels and their inquiries work against the simulator`, async () => {
      await rig.control.changeSettings({ mid: rig.mid, settings: { apiVersion: version } });
      const issued = await scenarioOf(at('vbank'), 'issue_vbank');
      confirmed(await issued.run(rig.call()));
      assert.equal((await issued.inquire(rig.call(), clock.now())).kind, 'done');
      const paid = await desk.paid('card');
      const earlierTids: string[] = [];
      for (const balanceBeforeMinor of [10_000n, 7000n]) {
        const request = desk.partOf(paid, { balanceBeforeMinor, earlierTids, ordinal: earlierTids.length + 1 });
        const ask = () => gateway.operations.cancel.inquire(rig.call(), request, clock.now());
        assert.equal((await ask()).kind, 'not_done');
        const cancelled = confirmed(await gateway.operations.cancel.send(rig.call(), request));
        const inquiry = await ask();
        assert.deepEqual(inquiry.kind === 'done' && inquiry.result, cancelled);
        earlierTids.push(cancelled.gatewayTid);
      }
      assert.equal(new Set(earlierTids).size, 2);
      await rig.control.changeSettings({ mid: rig.mid, settings: { apiVersion: '2022-07-27' } });
    });
  }
});

describe('an inquiry about a part that was taken off a receipt', () => {
  const receiptKey = 'receipt-key';
  const at12 = '2024-03-06T12:00:00+09:00';
  const part = (parts: Record<string, unknown> = {}) => ({
    receiptKey: `c_${receiptKey}`,
    issueNumber: '730000031',
    issueStatus: 'IN_PROGRESS',
    amount: 1000,
    orderId: 'imp_000000000001-r1',
    transactionType: 'CANCEL',
    requestedAt: at12,
    ...parts,
  });
  const issued = part({
    receiptKey,
    transactionType: 'CONFIRM',
    amount: 10_000,
    requestedAt: '2024-03-06T11:00:00+09:00',
  });
  const ask = (listed: readonly object[], earlierTids: readonly string[] = []) => {
    const call = desk.answering(
      { hasNext: false, lastCursor: null, data: [issued, ...listed] },
      { now: new Date(at12) },
    );
    const request: ReceiptRevocation = {
      payment: wellKnown,
      receiptTid: receiptKey,
      receiptOrderId: 'imp_000000000001-r1',
      earlierTids,
      currency: 'KRW',
      amountMinor: 1000n,
      balanceBeforeMinor: 9000n,
      reason: '주문 취소',
    };
    return gateway.operations.revoke_receipt.inquire(call, request, new Date(at12));
  };
  const idOf = (requestedAt: string) => `c_${receiptKey}@${requestedAt}`;

  test('that shares its key with an earlier part finds it, and never offers to send it again', async () => {
    const earlier = part({ requestedAt: '2024-03-06T11:55:00+09:00' });
    const both = await ask([earlier, part()], [idOf('2024-03-06T11:55:00+09:00')]);
    assert.deepEqual(both, { kind: 'done', result: { gatewayTid: idOf(at12), revokedAt: new Date(at12) } });
    const onlyEarlier = await ask([earlier], [idOf('2024-03-06T11:55:00+09:00')]);
    assert.deepEqual(onlyEarlier, { kind: 'not_done', repeatIsSafe: true });
  });

  test('of the same second counts: one more than is known is ours', async () => {
    assert.equal((await ask([part(), part()], [idOf(at12)])).kind, 'done');
    assert.equal((await ask([part()], [idOf(at12)])).kind, 'not_done');
    assert.equal((await ask([part(), part(), part()], [idOf(at12)])).kind, 'unknown');
  });

  test('beside ids that have no time is certain only where there is nothing, or more than they can be', async () => {
    const plain = `c_${receiptKey}`;
    assert.equal((await ask([], [plain])).kind, 'not_done');
    assert.equal((await ask([part()], [plain])).kind, 'unknown');
    assert.equal((await ask([part({ requestedAt: '2024-03-06T09:00:00+09:00' })], [plain])).kind, 'not_done');
  });

  test('is not ours with another amount, of another receipt, or long before; one that failed is refused', async () => {
    for (const other of [
      { amount: 999 },
      { orderId: 'imp_000000000002-r1' },
      { transactionType: 'CONFIRM' },
      { requestedAt: '2024-03-06T11:49:59+09:00' },
    ]) {
      assert.equal((await ask([part(other)])).kind, 'not_done', JSON.stringify(other));
    }
    const failed = part({ issueStatus: 'FAILED', failure: { code: 'SOME_CODE', message: '문구' } });
    assert.deepEqual(await ask([failed]), { kind: 'refused', code: 'SOME_CODE', message: '문구', category: 'other' });
    assert.equal((await ask([failed, part()])).kind, 'done');
  });
});

describe('an inquiry', () => {
  test('calls a repeat safe while the key is kept, and not afterwards', async () => {
    const request = desk.partOf(await desk.paid('card'), { amountMinor: 1000n });
    const sentAt = clock.now();
    const daysLater = (days: number) => new Date(sentAt.getTime() + days * 24 * 3600_000);
    const ask = (now: Date) => gateway.operations.cancel.inquire(rig.call({ now }), request, sentAt);
    assert.deepEqual(await ask(daysLater(13.9)), { kind: 'not_done', repeatIsSafe: true });
    assert.deepEqual(await ask(daysLater(14)), { kind: 'not_done', repeatIsSafe: false });
  });

  test("does not take somebody else's cancellation for ours, even of the same amount", async () => {
    const paid = await desk.paid('card');
    const request = desk.partOf(paid, { amountMinor: 1000n });
    const ask = () => gateway.operations.cancel.inquire(rig.call(), request, clock.now());
    const path = `/v1/payments/${paid.gatewayTid}/cancel`;
    await tossClientOf(rig).post(path, { cancelReason: 'in the dashboard', cancelAmount: 500 });
    assert.equal((await ask()).kind, 'unknown');
    await tossClientOf(rig).post(path, { cancelReason: 'in the dashboard', cancelAmount: 1000 });
    assert.equal((await ask()).kind, 'unknown');
  });

  test('about a revocation that lost against the deposit says refused', async () => {
    const waiting = await desk.waiting('vbank');
    await rig.control.deposit({ orderId: waiting.orderId });
    const request = { ...waiting, reason: '취소', apiKey: null };
    const inquiry = await gateway.operations.revoke_vbank.inquire(rig.call(), request, clock.now());
    assert.equal(inquiry.kind === 'refused' && inquiry.code, 'NOT_CANCELABLE_PAYMENT');
  });

  test('finds a receipt that was sent before midnight and issued after it', async () => {
    clock.set('2024-03-06T23:59:59+09:00');
    const sentAt = clock.now();
    const scenario = await scenarioOf(at('trans'), 'issue_receipt');
    clock.set('2024-03-07T00:00:01+09:00');
    confirmed(await scenario.run(rig.call()));
    assert.equal((await scenario.inquire(rig.call(), sentAt)).kind, 'done');
    clock.set('2024-03-06T12:00:00+09:00');
  });

  test('tells two equal revocations of a part of one receipt apart', async () => {
    const paid = await desk.paid('trans');
    const first = { ...(await receiptRevocationRequest(at('trans'), paid)), amountMinor: 1000n };
    const revoked = confirmed(await gateway.operations.revoke_receipt.send(rig.call(), first));
    const second = { ...first, balanceBeforeMinor: 9000n, earlierTids: [revoked.gatewayTid ?? ''] };
    const ask = () => gateway.operations.revoke_receipt.inquire(rig.call(), second, clock.now());
    assert.equal((await ask()).kind, 'not_done');
    const again = confirmed(await gateway.operations.revoke_receipt.send(rig.call(), second));
    const inquiry = await ask();
    assert.deepEqual(inquiry.kind === 'done' && inquiry.result, again);
  });

  test('about an approval never offers a repeat', async () => {
    const payment = { ...wellKnown, orderId: 'imp_999999999999', gatewayTid: null };
    const asked = await gateway.operations.approve.inquire(rig.call(), payment, clock.now());
    assert.deepEqual(asked, { kind: 'not_done', repeatIsSafe: false });
  });
});

describe('codes', () => {
  test('of banks go both ways without loss, and 국민은행 is not the last two digits', () => {
    const known = [...banks.keys()].filter((code) => tossCodes.bankCode(code) !== undefined);
    assert.ok(known.length > 40);
    for (const code of known) assert.equal(tossCodes.kftcBankCode(tossCodes.bankCode(code) ?? ''), code);
    assert.equal(tossCodes.bankCode('004'), '06');
    assert.equal(tossCodes.bankCode('088'), '88');
    assert.equal(tossCodes.bankCode('999'), undefined);
    assert.equal(tossCodes.kftcBankCode('04'), undefined);
  });

  test("of card companies become i'mport's, and an unknown one becomes nothing", () => {
    assert.deepEqual(cardCompanyOf('41'), { code: '366', name: '신한카드' });
    assert.deepEqual(cardCompanyOf('31'), { code: '361', name: 'BC카드' });
    assert.deepEqual(cardCompanyOf('24'), { code: null, name: null });
    assert.deepEqual(cardCompanyOf(null), { code: null, name: null });
    for (const toss of ['11', '21', '33', '51', '61', '71', '91', '4V'])
      assert.ok(cards.has(cardCompanyOf(toss).code ?? ''));
  });
});
