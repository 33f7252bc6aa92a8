import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { niceV2Gateway as gateway } from '../../../src/gateways/nice_v2/adapter/adapter.ts';
import type { ReceiptRevocation } from '../../../src/port/receipt.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { receiptIssueOf, receiptRevocationOf, referenceOf } from '../kit/payment-requests.ts';
import { noticeKeysOf, rawNotice } from '../kit/raw-notice.ts';
import { sha256 } from '../nice/kit.ts';
import { fieldsOfCancel, niceNoon, noon, openNiceV2Desk, receiptOrderId, refusal } from './kit.ts';

const clock = movingClock(noon);
const desk = await openNiceV2Desk(clock);
const { rig, server, payment, answering, willAnswer, nice } = desk;
const { gatewayTid: tid } = payment;
const { issue_receipt, revoke_receipt } = gateway.operations;
beforeEach(() => clock.set(noon));

describe('a lookup', () => {
  const lookUp = (bodies: unknown[], parts = {}) => {
    for (const body of bodies) willAnswer(body);
    return gateway.lookUp(rig.call({ baseUrl: server.url }), { ...payment, ...parts });
  };

  test('tells the payment in our words: company, mask, instalments, cancels', async () => {
    const found = await lookUp([nice.cancelledPart()]);
    assert.ok(found.kind === 'found');
    const { status, balanceMinor, approval, cancels } = found.payment;
    assert.deepEqual([status, balanceMinor], ['partially_cancelled', 5000n]);
    assert.deepEqual(approval?.card, {
      maskedNumber: '536112******1234',
      code: '361',
      name: 'BC카드',
      issuerCode: '365',
      issuerName: '삼성카드',
      installmentMonths: 3,
      type: 1,
    });
    assert.deepEqual(
      cancels?.map((cancel) => [cancel.gatewayTid, cancel.amountMinor]),
      [
        ['earlier', 2000n],
        ['ours', 3000n],
      ],
    );
  });

  test('of a card number that is masked in another way shows no more of it than others do', async () => {
    const card = { cardCode: '04', cardNum: '12341234****1234', cardQuota: 0, cardType: 'credit', acquCardCode: '04' };
    const found = await lookUp([nice.payment({ card })]);
    assert.equal(found.kind === 'found' && found.payment.approval?.card?.maskedNumber, '123412******1234');
  });

  test('knows wallets by what they were paid with, transfers by their bank, telephones, and nothing else', async () => {
    const methods = [
      [{ payMethod: 'kakaopay' }, 'card'],
      [{ payMethod: 'naverpay', card: null }, 'point'],
      [{ payMethod: 'bank', card: null, bank: { bankCode: '088', bankName: '신한은행' } }, 'trans'],
      [{ payMethod: 'cellphone', card: null }, 'phone'],
    ] as const;
    for (const [parts, payMethod] of methods) {
      const found = await lookUp([nice.payment(parts)]);
      assert.equal(found.kind === 'found' && found.payment.payMethod, payMethod);
    }
    assert.equal((await lookUp([nice.payment({ payMethod: 'barter' })])).kind, 'unknown');
  });

  test('by order id asks for the day in Seoul, and around midnight for both days', async () => {
    const byOrder = { gatewayTid: null, madeAt: new Date('2024-03-06T00:30:00+09:00') };
    assert.equal((await lookUp([refusal('U126'), refusal('U126')], byOrder)).kind, 'not_found');
    const days = server.requests.slice(-2).map(({ path }) => new URLSearchParams(path.split('?')[1]).get('orderDate'));
    assert.deepEqual(days, ['20240306', '20240305']);
    assert.equal((await lookUp([refusal('U126'), nice.payment()], byOrder)).kind, 'found');
    assert.equal(
      (await lookUp([nice.payment({ orderId: 'other' })], { ...byOrder, madeAt: new Date(noon) })).kind,
      'unknown',
    );
  });
});

describe('cash receipts', () => {
  const issue = receiptIssueOf(referenceOf('trans', 11_000n), {
    receiptOrderId,
    orderName: '생수',
    taxFreeMinor: 1000n,
    vatMinor: 909n,
    type: 'company',
    identifier: '1234567890',
    identifierType: 'business',
    buyer: { name: '홍길동', email: null, tel: '010-1234-5678' },
  });
  const revocation = receiptRevocationOf(issue, 'tid-of-the-receipt');

  test('are issued with four parts that add up, and confirmed by a signed answer to our order id', async () => {
    const answered = (parts: Record<string, unknown>) =>
      issue_receipt.send(answering(nice.receipt({ approvedAt: niceNoon, approveNo: '87654321', ...parts })), issue);
    assert.deepEqual(await answered({}), {
      kind: 'confirmed',
      result: {
        receiptTid: 'tid-of-the-receipt',
        approvalNumber: '87654321',
        receiptUrl: null,
        issuedAt: new Date(noon),
      },
    });
    const { signData, ediDate, ...body } = server.last().json();
    assert.equal(signData, sha256(issue.receiptOrderId, '11000', String(ediDate), nice.secretKey));
    assert.deepEqual(body, {
      orderId: issue.receiptOrderId,
      amount: 11_000,
      goodsName: '생수',
      receiptType: 'company',
      receiptNo: '1234567890',
      supplyAmt: 9091,
      goodsVat: 909,
      taxFreeAmt: 1000,
      serviceAmt: 0,
      buyerName: '홍길동',
      buyerTel: '01012345678',
      returnCharSet: 'utf-8',
    });
    assert.equal((await answered({ orderId: 'other' })).kind, 'unclear');
    assert.equal((await answered({ approvedAt: '0' })).kind, 'unclear');
    assert.equal((await answered({ signature: 'x' })).kind, 'unclear');
  });

  test('whose answer was lost can not be found: NICE knows them by a TID that we do not have', async () => {
    const before = server.requests.length;
    const call = rig.call({ baseUrl: server.url });
    assert.equal((await issue_receipt.inquire(call, issue, new Date(noon))).kind, 'unknown');
    assert.equal(server.requests.length, before);
  });

  test('are revoked whole without an amount, in part with the four parts', async () => {
    const revoked = { tid: 'tid-of-the-cancel', orderId: 'the-key-of-the-cancel', cancelledAt: niceNoon };
    const revoke = (request: ReceiptRevocation, parts: Record<string, unknown>) =>
      revoke_receipt.send(answering(nice.receipt({ ...revoked, ...parts })), request);
    assert.deepEqual(await revoke(revocation, { cancelAmt: 11_000, balanceAmt: 0 }), {
      kind: 'confirmed',
      result: { gatewayTid: 'tid-of-the-cancel', revokedAt: new Date(noon) },
    });
    assert.deepEqual(Object.keys(server.last().json()).sort(), fieldsOfCancel);
    const partly = { ...revocation, amountMinor: 1100n };
    assert.equal((await revoke(partly, { cancelAmt: 1100, balanceAmt: 9900 })).kind, 'confirmed');
    const { cancelAmt, supplyAmt, goodsVat, taxFreeAmt, serviceAmt } = server.last().json();
    assert.deepEqual([cancelAmt, supplyAmt, goodsVat, taxFreeAmt, serviceAmt], [1100, 1000, 100, 0, 0]);
    // Without an amount NICE takes back whatever is left, which may be less than we know.
    assert.equal((await revoke(revocation, { cancelAmt: 9000, balanceAmt: 0 })).kind, 'unclear');
  });

  test('that were revoked or not are known by their balance', async () => {
    const request = { ...revocation, amountMinor: 1000n };
    const ask = (balanceAmt: number, parts = {}) => {
      const receipt = nice.receipt({ cancelAmt: 0, balanceAmt, cancelledAt: niceNoon, ...parts });
      return revoke_receipt.inquire(answering(receipt), request, new Date(noon));
    };
    assert.deepEqual(await ask(11_000), { kind: 'not_done', repeatIsSafe: true });
    const done = await ask(10_000, { tid: 'tid-of-the-cancel' });
    assert.deepEqual(done, { kind: 'done', result: { gatewayTid: 'tid-of-the-cancel', revokedAt: new Date(noon) } });
    assert.equal((await ask(9000)).kind, 'unknown');
    assert.equal((await ask(10_000, { cancelledAt: '0' })).kind, 'unknown');
    assert.equal((await ask(10_000, { signature: 'x' })).kind, 'unknown');
  });
});

describe('a webhook', () => {
  const keys = noticeKeysOf(rig);
  const raw = (body: unknown) => rawNotice(typeof body === 'string' ? body : JSON.stringify(body));
  const vbank = {
    vbankCode: '088',
    vbankNumber: '70123456789012',
    vbankExpDate: niceNoon,
    vbankHolder: '나이스',
  };
  const deposited = (parts = {}) => nice.payment({ payMethod: 'vbank', card: null, vbank, ...parts });

  test('of an account that is paid tells of a deposit, for the book to confirm: the status is not signed', () => {
    const notice = raw(deposited());
    assert.deepEqual(gateway.notices.identify(notice), { mid: null, orderId: payment.orderId, gatewayTid: tid });
    const opened = gateway.notices.open(notice, keys);
    assert.ok(opened.kind === 'notice');
    assert.deepEqual(opened, {
      kind: 'notice',
      trust: 'unverified',
      orderId: payment.orderId,
      gatewayTid: tid,
      event: {
        kind: 'deposit',
        amountMinor: 10_000n,
        accountNumber: vbank.vbankNumber,
        depositorName: null,
        depositedAt: new Date('2024-03-06T11:00:00+09:00'),
        depositTid: null,
      },
    });
  });

  test('of anything else is nothing to do', () => {
    for (const parts of [
      { status: 'ready', paidAt: '0' },
      { status: 'cancelled' },
      { status: 'partialCancelled' },
      { payMethod: 'card' },
      { resultCode: '3095' },
    ]) {
      const opened = gateway.notices.open(raw(deposited(parts)), keys);
      assert.equal(opened.kind === 'notice' && opened.event.kind, 'nothing_to_do', JSON.stringify(parts));
    }
  });

  test('without the right signature is forged, and what is none is not recognised', () => {
    for (const forged of [
      deposited({ signature: null }),
      deposited({ signature: 'x' }),
      { ...deposited(), amount: 1 },
    ]) {
      assert.equal(gateway.notices.open(raw(forged), keys).kind, 'forged');
    }
    for (const other of ['', 'null', '{}', 'MID=nicepay00m&MOID=x&TID=y', { ...deposited(), tid: undefined }]) {
      assert.equal(gateway.notices.identify(raw(other)), undefined);
    }
  });

  test('is answered with OK as text/html', () => {
    assert.deepEqual(gateway.notices.answer('taken'), {
      status: 200,
      contentType: 'text/html; charset=utf-8',
      body: 'OK',
    });
    assert.notEqual(gateway.notices.answer('later').status, 200);
  });
});
