import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import iconv from 'iconv-lite';
import { kiwoomGateway as gateway } from '../../../src/gateways/daou/adapter/adapter.ts';
import { daou } from '../../../src/gateways/daou/module.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { PayMethod } from '../../../src/port/payment.ts';
import { eventually } from '../../kit/eventually.ts';
import { openAnsweringServer } from '../kit/answering-server.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import type { WindowParts } from '../kit/scenarios.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(daou, { clock });
const { rig, server, cancelOf } = desk;
const { cancel, revoke_vbank } = gateway.operations;
const elsewhere = await openAnsweringServer();
after(() => elsewhere.close());
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const refundAccount = { holder: '홍길동', bankCode: '088', accountNumber: '110123456789', tel: null };
const part = desk.partOf();
const whole = cancelOf();
const paid = async (payMethod: PayMethod, parts?: WindowParts) =>
  cancelOf(await desk.paid(payMethod, parts), { refundAccount });
const waiting = async () => ({ ...(await desk.waiting('vbank')), reason: '주문 취소', apiKey: null });
/** Of a payment by another method than the desk's own. */
const wholeBy = (payMethod: PayMethod) => cancelOf(desk.payment, { payMethod, refundAccount });

const readyAnswer = (returnUrl = `${server.url}/pay/cancel`) =>
  JSON.stringify({ TOKEN: 'token-1', RETURNURL: returnUrl });
const success = (parts: object = {}) => ({
  RESULTCODE: '0000',
  ERRORMESSAGE: '',
  TRXID: part.gatewayTid,
  AMOUNT: '3000',
  CANCELDATE: '20240306120001',
  ...parts,
});
const eucKr = (value: unknown) => iconv.encode(typeof value === 'string' ? value : JSON.stringify(value), 'euc-kr');

type Asked = Parameters<typeof desk.answered>[1];

/** The adapter's cancel, with the given answer to its second step. */
async function answered(second: unknown, { request = part, ...call }: Asked = {}) {
  desk.willAnswer(readyAnswer());
  return desk.answered(eucKr(second), { ...call, request });
}

async function sent(request: Cancel, call: Asked = {}) {
  await answered(success(), { ...call, request });
  const [first, second] = server.requests.slice(-2);
  assert.ok(first && second);
  return { first, second, body: JSON.parse(second.body) as Record<string, string> };
}

describe('the two steps', () => {
  test('carry the same body, the key in both and the token in the second', async () => {
    const { first, second, body } = await sent(part);
    assert.deepEqual([first.path, second.path], ['/pay/ready', '/pay/cancel']);
    assert.equal(first.body, second.body);
    const { authKey } = rig.call().channel.credentials;
    assert.deepEqual([first.headers.authorization, second.headers.authorization], [authKey, authKey]);
    assert.deepEqual([first.headers.token, second.headers.token], [undefined, 'token-1']);
    assert.equal(second.headers['content-type'], 'application/json;charset=EUC-KR');
    assert.deepEqual(body, {
      CPID: rig.mid,
      PAYMETHOD: 'CARD',
      AMOUNT: '3000',
      CANCELREQ: 'Y',
      TRXID: 'tid-of-the-payment',
      CANCELREASON: '단순 변심',
      TAXFREEAMT: '0',
    });
  });

  test('name the method of the contract, and the tax-free part in the method’s own way', async () => {
    const mixed = { paymentTaxFreeMinor: 4_000n, taxFreeMinor: 1_000n };
    const card = await sent({ ...part, ...mixed }, { credentials: { authKey: 'key', cardService: 'CARDK' } });
    assert.deepEqual([card.body.PAYMETHOD, card.body.TAXFREEAMT], ['CARDK', '1000']);
    const long = '환불 사유입니다 '.repeat(5);
    const trans = {
      ...wholeBy('trans'),
      paymentTaxFreeMinor: 4_000n,
      taxFreeMinor: 4_000n,
      reason: long,
    };
    const { body } = await sent(trans);
    assert.equal(body.PAYMETHOD, 'BANK');
    assert.match(body.CANCELREASON ?? '', /^환불 사유입니다 .*[^ ]\^\[4000\]$/);
    assert.equal(body.CANCELREASON?.replace('^[4000]', '').length, 20);
    assert.deepEqual([body.BANKCODE, body.ACCOUNTNO], ['088', '110123456789']);
    assert.equal(body.TAXFREEAMT, undefined);
    const free = await sent({ ...trans, paymentTaxFreeMinor: 10_000n, taxFreeMinor: 10_000n, reason: '변심' });
    assert.equal(free.body.CANCELREASON, '변심');
    const phone = await sent(wholeBy('phone'), {
      credentials: { authKey: 'key', phoneService: 'PMOBILE' },
    });
    assert.deepEqual([phone.body.PAYMETHOD, phone.body.TAXFREEAMT], ['PMOBILE', undefined]);
    const culture = await sent(wholeBy('cultureland'));
    assert.deepEqual([culture.body.PAYMETHOD, culture.body.TAXFREEAMT], ['CULTURE', undefined]);
    assert.deepEqual([culture.body.BANKCODE, culture.body.ACCOUNTNO], [undefined, undefined]);
  });

  test('say for a transfer or a deposited account where the money goes; without that, nothing is sent', async () => {
    for (const payMethod of ['trans', 'vbank'] as const) {
      const { body } = await sent(wholeBy(payMethod));
      assert.deepEqual([body.PAYMETHOD, body.BANKCODE, body.ACCOUNTNO], ['BANK', '088', '110123456789']);
      assert.ok(!JSON.stringify(body).includes(refundAccount.holder));
      const count = server.requests.length;
      const outcome = await cancel.send(rig.call({ baseUrl: server.url }), {
        ...wholeBy(payMethod),
        refundAccount: null,
      });
      assert.deepEqual([outcome.kind, server.requests.length], ['never_sent', count]);
    }
  });

  test('never give the key to an address that is not the gateway', async () => {
    const { port } = new URL(server.url);
    const foreign = [
      `${elsewhere.url}/pay/cancel`,
      elsewhere.url.replace('http:', 'https:'),
      `http://localhost:${port}/pay/cancel`,
      `http://127.0.0.2:${port}/pay/cancel`,
      `https://127.0.0.1:${port}/pay/cancel`,
      `http://127.0.0.1:${port}@${new URL(elsewhere.url).host}/pay/cancel`,
      `http://user:word@127.0.0.1:${port}/pay/cancel`,
      `http://127.0.0.1.example.com:${port}/`,
      '/pay/cancel',
      'javascript:alert(1)',
      '',
    ];
    for (const url of foreign) {
      const count = server.requests.length;
      const outcome = await cancel.send(desk.answering(readyAnswer(url)), part);
      assert.equal(outcome.kind, 'never_sent', url);
      assert.equal(server.requests.length, count + 1, url);
    }
    assert.equal(elsewhere.requests.length, 0);
  });

  test('have moved nothing when the first is lost or not understood: never a doubt', async () => {
    const answers: readonly (readonly [number, string])[] = [
      [500, ''],
      [503, readyAnswer()],
      [302, ''],
      [200, ''],
      [200, '<html></html>'],
      [200, '{}'],
      [200, JSON.stringify({ RETURNURL: `${server.url}/pay/cancel` })],
      [200, JSON.stringify({ TOKEN: 'a\r\nb', RETURNURL: `${server.url}/pay/cancel` })],
      [401, JSON.stringify({ RESULTCODE: '9103' })],
    ];
    for (const isRepeat of [false, true]) {
      for (const [status, body] of answers) {
        const count = server.requests.length;
        const outcome = await cancel.send(desk.answering(body, { status, isRepeat }), whole);
        assert.equal(outcome.kind, 'never_sent', body);
        assert.equal(server.requests.length, count + 1);
      }
    }
  });

  test('end with the first when it is refused, with the gateway’s own word; to a repeat that is no answer', async () => {
    for (const [code, category] of [
      ['9103', 'bad_credentials'],
      ['9104', 'contract_missing'],
      ['FAIL', 'contract_missing'],
      ['9000', 'temporarily_unavailable'],
      ['9005', 'temporarily_unavailable'],
      ['9204', 'other'],
      ['1234', 'other'],
    ] as const) {
      const refusal = eucKr({ RESULTCODE: code, ERRORMESSAGE: '거절되었습니다' });
      const outcome = await cancel.send(desk.answering(refusal), whole);
      assert.deepEqual(outcome, { kind: 'refused', code, message: '거절되었습니다', category });
      const repeat = await cancel.send(desk.answering(refusal, { isRepeat: true }), whole);
      assert.equal(repeat.kind, 'unclear');
    }
  });
});

describe('an answer to the second step', () => {
  test('that is ours is confirmed; the payment’s own id stands for the cancel’s', async () => {
    const result = {
      gatewayTid: part.gatewayTid,
      amountMinor: 3_000n,
      cancelledAt: new Date('2024-03-06T12:00:01+09:00'),
      receiptUrl: null,
    };
    assert.deepEqual(await answered(success()), { kind: 'confirmed', result });
    assert.equal((await answered(success({ TRXID: '', DAOUTRX: part.gatewayTid, AMOUNT: 3000 }))).kind, 'confirmed');
    // In UTF-8 only the Korean text suffers.
    desk.willAnswer(readyAnswer());
    const inUtf8 = await desk.answered(success({ ERRORMESSAGE: '정상 처리되었습니다' }), { request: part });
    assert.equal(inUtf8.kind, 'confirmed');
  });

  test('that is not the one to this request, or none, is a doubt', async () => {
    for (const parts of [
      { TRXID: 'another' },
      { TRXID: null },
      { AMOUNT: '3001' },
      { AMOUNT: '' },
      { CANCELDATE: '' },
      { CANCELDATE: '20240230120000' },
      { RESULTCODE: '' },
    ]) {
      assert.equal((await answered(success(parts))).kind, 'unclear', JSON.stringify(parts));
    }
    assert.equal((await answered(success(), { status: 500 })).kind, 'unclear');
    for (const text of ['', '<html></html>', '[]']) assert.equal((await answered(text)).kind, 'unclear');
    const lost = await gatewayLosesSecondAnswer();
    assert.equal(lost.kind, 'unclear');
  });

  async function gatewayLosesSecondAnswer() {
    const card = await paid('card');
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'disconnect' });
    return cancel.send(rig.call(), card);
  }

  test('that is a failure keeps its code and text, and has the category of the table or of the text', async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['9101', '미등록', 'bad_credentials'],
      ['9105', '차단', 'contract_missing'],
      ['9003', '토큰 만료', 'temporarily_unavailable'],
      ['9029', '취소 가능 금액 부족', 'other'],
      ['9206', '이미 취소됨', 'already_cancelled'],
      ['9204', '취소 가능 금액을 초과하였습니다', 'over_balance'],
      ['9204', '부분취소가 불가한 거래입니다', 'partial_not_supported'],
      ['9204', '거절', 'other'],
      ['7777', '이미 취소된 거래입니다', 'already_cancelled'],
    ];
    for (const [code, message, category] of cases) {
      const outcome = await answered({ RESULTCODE: code, ERRORMESSAGE: message });
      assert.deepEqual(outcome, { kind: 'refused', code, message, category });
    }
    const unnamed = await answered({ RESULTCODE: '9206' });
    assert.equal(unnamed.kind === 'refused' && unnamed.message, '이미 취소됨');
  });

  test('that failed for no told reason has the one that is known of the request', async () => {
    const failed = { RESULTCODE: '9204', ERRORMESSAGE: '취소 실패' };
    const categoryOf = async (request: Cancel) => {
      const outcome = await answered(failed, { request });
      return outcome.kind === 'refused' && outcome.category;
    };
    assert.equal(await categoryOf({ ...whole, amountMinor: 10_001n }), 'over_balance');
    assert.equal(await categoryOf({ ...wholeBy('trans'), amountMinor: 1n }), 'partial_not_supported');
    const phone = { ...wholeBy('phone'), madeAt: new Date('2024-02-29T12:00:00+09:00') };
    assert.equal(await categoryOf(phone), 'window_passed');
    assert.equal(await categoryOf({ ...phone, madeAt: new Date('2024-03-01T00:00:00+09:00') }), 'other');
  });

  test('that tells of a time-out or a fault within is a doubt', async () => {
    for (const code of ['9000', '9005', '9999']) {
      const outcome = await answered({ RESULTCODE: code, ERRORMESSAGE: '오류' });
      assert.deepEqual([outcome.kind, 'code' in outcome && outcome.code], ['unclear', code]);
    }
    assert.equal((await answered({ RESULTCODE: '9204', ERRORMESSAGE: '처리 중인 거래입니다' })).kind, 'unclear');
  });

  test('to a repeat proves something only when all was cancelled', async () => {
    const call = { isRepeat: true, startedAt: new Date('2024-03-06T11:59:00+09:00') };
    const done = {
      kind: 'confirmed',
      result: { gatewayTid: whole.gatewayTid, amountMinor: 10_000n, cancelledAt: call.startedAt, receiptUrl: null },
    };
    const already = { RESULTCODE: '9206', ERRORMESSAGE: '이미 취소됨' };
    assert.deepEqual(await answered(already, { ...call, request: whole }), done);
    assert.deepEqual(await answered(success({ AMOUNT: '10000' }), { ...call, request: whole }), done);
    assert.equal((await answered(already, { ...call, request: part })).kind, 'unclear');
    for (const code of ['9204', '9101', '9029', '9104', '9003']) {
      const outcome = await answered({ RESULTCODE: code, ERRORMESSAGE: '거절' }, { ...call, request: whole });
      assert.equal(outcome.kind, 'unclear', code);
    }
  });
});

describe('a doubt', () => {
  const asked = (request: Cancel) => cancel.inquire(rig.call(), request, clock.now());

  test('about all that is left, or a revocation, is settled by repeating; about a part it stays open', async () => {
    assert.deepEqual(await asked(whole), { kind: 'ask_by_repeating' });
    assert.deepEqual(await asked({ ...part, balanceBeforeMinor: 3_000n }), { kind: 'ask_by_repeating' });
    assert.equal((await asked(part)).kind, 'unknown');
    const revocation = await revoke_vbank.inquire(rig.call(), await waiting(), clock.now());
    assert.deepEqual(revocation, { kind: 'ask_by_repeating' });
    assert.equal((await gateway.lookUp()).kind, 'unknown');
  });

  test('is cleared by the repeats, and the money goes back once', async () => {
    const card = await paid('card');
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'timeout', delayMs: 5 });
    assert.equal((await cancel.send(call, card)).kind, 'unclear');
    const repeats = await Promise.all([1, 2, 3].map(() => cancel.send({ ...call, isRepeat: true }, card)));
    assert.deepEqual(new Set(repeats.map(({ kind }) => kind)), new Set(['confirmed']));
    const [transaction] = (await rig.control.book({ orderId: card.orderId })).transactions;
    assert.deepEqual([transaction?.cancelledMinor, transaction?.cancels.length], [10_000n, 1]);
  });

  test('about an account that was paid meanwhile ends with a refusal', async () => {
    const request = await waiting();
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'revoke_vbank', kind: 'http_500' });
    assert.equal((await revoke_vbank.send(call, request)).kind, 'unclear');
    assert.equal((await rig.control.deposit({ orderId: request.orderId })).kind, 'done');
    const repeat = await revoke_vbank.send({ ...call, isRepeat: true }, request);
    assert.deepEqual(repeat.kind === 'refused' && [repeat.code, repeat.category], ['9204', 'other']);
  });
});

describe('against the simulator', () => {
  test('each refusal has its category', async () => {
    const card = await paid('card');
    const outcomeOf = async (request: Cancel) => {
      const outcome = await cancel.send(rig.call(), request);
      return outcome.kind === 'refused' ? [outcome.code, outcome.category] : outcome.kind;
    };
    assert.deepEqual(await outcomeOf({ ...card, gatewayTid: 'CTS0' }), ['9204', 'unknown_transaction']);
    assert.deepEqual(await outcomeOf({ ...card, amountMinor: 10_001n }), ['9204', 'over_balance']);
    assert.deepEqual(await outcomeOf({ ...card, amountMinor: 6_000n }), 'confirmed');
    // The server's own book may be behind: the text tells.
    assert.deepEqual(await outcomeOf({ ...card, amountMinor: 6_000n }), ['9204', 'over_balance']);
    assert.deepEqual(await outcomeOf({ ...card, amountMinor: 4_000n }), 'confirmed');
    assert.deepEqual(await outcomeOf(card), ['9206', 'already_cancelled']);
    const phone = await paid('phone');
    assert.deepEqual(await outcomeOf({ ...phone, amountMinor: 1n }), ['9204', 'partial_not_supported']);
    clock.set('2024-04-01T00:00:00+09:00');
    assert.deepEqual(await outcomeOf(phone), ['9204', 'window_passed']);
  });

  test('mixed payments are cancelled in parts, or as a whole by transfer', async () => {
    const mixed = { paymentTaxFreeMinor: 4_000n };
    const card = { ...(await paid('card', { taxFreeMinor: 4_000n })), ...mixed };
    assert.equal(
      (await cancel.send(rig.call(), { ...card, amountMinor: 5_000n, taxFreeMinor: 3_000n })).kind,
      'confirmed',
    );
    const tooMuch = { ...card, amountMinor: 2_000n, taxFreeMinor: 2_000n, balanceBeforeMinor: 5_000n };
    assert.equal((await cancel.send(rig.call(), tooMuch)).kind, 'refused');
    const trans = { ...(await paid('trans', { taxFreeMinor: 4_000n })), ...mixed, taxFreeMinor: 4_000n };
    assert.equal((await cancel.send(rig.call(), trans)).kind, 'confirmed');
  });

  test('an account that waits is revoked once; an unknown account never is', async () => {
    const request = await waiting();
    const call = rig.call();
    const revoked = { kind: 'confirmed', result: { gatewayTid: null, revokedAt: clock.now() } };
    assert.deepEqual(await revoke_vbank.send(call, request), revoked);
    assert.deepEqual(await revoke_vbank.send({ ...call, isRepeat: true }, request), revoked);
    const again = await revoke_vbank.send(rig.call(), request);
    assert.equal(again.kind === 'refused' && again.category, 'already_cancelled');
    const unissued = await revoke_vbank.send(rig.call(), { ...request, gatewayTid: null });
    assert.equal(unissued.kind, 'never_sent');
  });

  test('a deposited account is refunded as a whole, is paid out later, and a lost answer is settled by a repeat', async () => {
    const vbank = await paid('vbank');
    const part = await cancel.send(rig.call(), { ...vbank, amountMinor: 4_000n });
    assert.deepEqual(part.kind === 'refused' && [part.code, part.category], ['9204', 'partial_not_supported']);
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await cancel.send(call, vbank)).kind, 'unclear');
    assert.deepEqual(await cancel.inquire(call, vbank, clock.now()), { kind: 'ask_by_repeating' });
    const repeat = await cancel.send({ ...call, isRepeat: true }, vbank);
    assert.deepEqual(
      [repeat.kind, repeat.kind === 'accepted' && repeat.result.gatewayTid],
      ['accepted', vbank.gatewayTid],
    );
    const paidOut = async () => {
      const [transaction] = (await rig.control.book({ orderId: vbank.orderId })).transactions;
      return transaction?.cancels.map(({ amountMinor, isPaidOut }) => [amountMinor, isPaidOut]);
    };
    assert.deepEqual(await paidOut(), [[10_000n, false]]);
    clock.set('2024-03-15T12:00:00+09:00');
    await eventually(async () => assert.deepEqual(await paidOut(), [[10_000n, true]]));
  });

  test('an account that takes no money, or is at a bank that takes no refund, is refused', async () => {
    const refusedFor = async (account: object) => {
      for (const payMethod of ['trans', 'vbank'] as const) {
        const request = { ...(await paid(payMethod)), refundAccount: { ...refundAccount, ...account } };
        const outcome = await cancel.send(rig.call(), request);
        assert.deepEqual(outcome.kind === 'refused' && [outcome.code, outcome.category], [
          '9204',
          'bad_refund_account',
        ]);
      }
    };
    for (const { number } of rig.sandbox.refundAccounts ?? []) await refusedFor({ accountNumber: number });
    for (const bankCode of ['090', '005']) await refusedFor({ bankCode });
  });

  test('another currency, or a method that Kiwoom Pay does not have, is never sent', async () => {
    assert.equal((await cancel.send(rig.call(), { ...whole, currency: 'USD' })).kind, 'never_sent');
    assert.equal((await cancel.send(rig.call(), wholeBy('point'))).kind, 'never_sent');
  });
});
