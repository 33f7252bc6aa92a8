import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { kiccGateway as gateway } from '../../../src/gateways/kicc/adapter/adapter.ts';
import { receiptBody, receiptOrderNumber } from '../../../src/gateways/kicc/adapter/receipts.ts';
import { cancelFields, requestId } from '../../../src/gateways/kicc/adapter/requests.ts';
import { kicc } from '../../../src/gateways/kicc/module.ts';
import { timedOutAccount } from '../../../src/gateways/kicc/simulator/sandbox-accounts.ts';
import { kiccErrors, meaningOf } from '../../../src/gateways/kicc/wire/errors.ts';
import { messageAuthentication } from '../../../src/gateways/kicc/wire/signature.ts';
import { hasForbiddenCharacter, kiccText } from '../../../src/gateways/kicc/wire/text.ts';
import type { GatewayCall } from '../../../src/port/call.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import type { Inquiry } from '../../../src/port/operations.ts';
import type { PayMethod, PaymentReference } from '../../../src/port/payment.ts';
import type { ReceiptIssue } from '../../../src/port/receipt.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { openRig, type Rig } from '../kit/rig.ts';
import { depositAtKicc, payAtKicc } from './client.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
let rig: Rig;
before(async () => {
  rig = await openRig(kicc, clock);
});
after(() => rig.close());

/** A server that answers what it is told, and remembers what it was sent. */
const answers: { status: number; body: string }[] = [];
const requests: { path: string; body: Record<string, unknown> }[] = [];
const fake = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    requests.push({ path: request.url ?? '', body: JSON.parse(body) });
    const answer = answers.shift() ?? { status: 500, body: '' };
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
});
let fakeUrl = '';
before(async () => {
  await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
  const address = fake.address();
  fakeUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
after(() => {
  fake.closeAllConnections();
  fake.close();
});

type Payment = { readonly orderId: string; readonly pgCno: string };

function reference(payment: Payment, payMethod: PayMethod = 'card'): PaymentReference & { gatewayTid: string } {
  return {
    orderId: payment.orderId,
    gatewayTid: payment.pgCno,
    payMethod,
    currency: 'KRW',
    paymentAmountMinor: 10_000n,
    madeAt: clock.now(),
    accountNumber: null,
  };
}

const refundAccount = { holder: '홍길동', bankCode: '088', accountNumber: '110123456789', tel: null };

function cancelOf(payment: Payment, parts: Partial<Cancel> = {}): Cancel {
  const payMethod = parts.payMethod ?? 'card';
  return {
    ...reference(payment, payMethod),
    amountMinor: 10_000n,
    taxFreeMinor: 0n,
    vatMinor: 0n,
    balanceBeforeMinor: 10_000n,
    ordinal: 1,
    earlierTids: [],
    reason: '단순 변심',
    paymentTaxFreeMinor: 0n,
    refundAccount: payMethod === 'vbank' ? refundAccount : null,
    requester: null,
    ...parts,
  };
}

const partOf = (payment: Payment, parts: Partial<Cancel> = {}) => cancelOf(payment, { amountMinor: 3_000n, ...parts });
const wellKnown: Payment = { orderId: 'imp_123456789012', pgCno: '24030612000000000001' };
const asked = (call: GatewayCall, request: Cancel, sentAt = clock.now()) =>
  gateway.operations.cancel.inquire(call, request, sentAt);
const realTime = () => ({ ...rig.call().channel.credentials, refundService: 'real_time' });

function success(call: GatewayCall, parts: Record<string, unknown> = {}) {
  return {
    resCd: '0000',
    resMsg: '정상취소',
    mallId: rig.mid,
    shopTransactionId: requestId(call),
    oriPgCno: wellKnown.pgCno,
    cancelPgCno: '24030612000000000002',
    cancelAmount: '10000',
    transactionDate: '20240306120000',
    statusCode: 'TS02',
    ...parts,
  };
}

function say(...bodies: unknown[]): void {
  for (const body of bodies) {
    answers.push({ status: 200, body: typeof body === 'string' ? body : JSON.stringify(body) });
  }
}

describe('a cancellation', () => {
  test('has the code for what it cancels and how it was paid, and always the balance before it', () => {
    const call = rig.call();
    const types = (['card', 'trans', 'phone', 'vbank'] as const).map((payMethod) =>
      [cancelOf(wellKnown, { payMethod }), partOf(wellKnown, { payMethod })].map((request) => {
        const fields = cancelFields(call, request);
        assert.deepEqual([fields.amount, fields.remainAmount], [Number(request.amountMinor), 10_000]);
        return [fields.reviseTypeCode, fields.reviseSubTypeCode];
      }),
    );
    assert.deepEqual(types, [
      [
        ['40', undefined],
        ['32', undefined],
      ],
      [
        ['40', undefined],
        ['33', undefined],
      ],
      [
        ['40', undefined],
        ['33', undefined],
      ],
      [
        ['60', 'RF01'],
        ['62', 'RF01'],
      ],
    ]);
    const rest = cancelFields(call, cancelOf(wellKnown, { amountMinor: 7_000n, balanceBeforeMinor: 7_000n }));
    assert.deepEqual([rest.reviseTypeCode, rest.amount, rest.remainAmount], ['32', 7_000, 7_000]);
    const inRealTime = rig.call({ credentials: realTime() });
    const [all, part] = [cancelOf, partOf].map((make) =>
      cancelFields(inRealTime, make(wellKnown, { payMethod: 'vbank' })),
    );
    assert.deepEqual([all?.reviseTypeCode, all?.reviseSubTypeCode], ['63', '10']);
    assert.deepEqual([part?.reviseTypeCode, part?.reviseSubTypeCode], ['63', '11']);
  });

  test('of a payment that mixes says taxed, tax-free and VAT, which add up to the amount', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 2n, max: 999_999_999_999n }),
        fc.bigInt({ min: 0n, max: 999_999_999_999n }),
        fc.bigInt({ min: 0n, max: 999_999_999_999n }),
        (amount, a, b) => {
          const amountMinor = amount - 1n;
          const taxFreeMinor = a % (amountMinor + 1n);
          const vatMinor = b % (amountMinor - taxFreeMinor + 1n);
          const request = cancelOf(wellKnown, {
            amountMinor,
            taxFreeMinor,
            vatMinor,
            paymentAmountMinor: amount,
            balanceBeforeMinor: amount,
            paymentTaxFreeMinor: 1n,
          });
          const { taxInfo } = cancelFields(rig.call(), request) as { taxInfo: Record<string, number> };
          const sum = Object.values(taxInfo).reduce((total, each) => total + BigInt(each), 0n);
          assert.equal(sum, amountMinor);
          assert.deepEqual(
            [BigInt(taxInfo.taxFreeAmount ?? -1), BigInt(taxInfo.vatAmount ?? -1)],
            [taxFreeMinor, vatMinor],
          );
        },
      ),
    );
    for (const paymentTaxFreeMinor of [0n, 10_000n]) {
      assert.equal('taxInfo' in cancelFields(rig.call(), partOf(wellKnown, { paymentTaxFreeMinor })), false);
    }
  });

  test('of a payment that mixes is taken in parts by the simulator', async () => {
    const payment = await payAtKicc(rig, 'card', { taxFreeMinor: 4_000n, vatMinor: 545n });
    const first = partOf(payment, { paymentTaxFreeMinor: 4_000n, taxFreeMinor: 1_000n, vatMinor: 181n });
    assert.equal((await gateway.operations.cancel.send(rig.call(), first)).kind, 'confirmed');
    const rest = cancelOf(payment, {
      amountMinor: 7_000n,
      balanceBeforeMinor: 7_000n,
      paymentTaxFreeMinor: 4_000n,
      taxFreeMinor: 3_000n,
      vatMinor: 364n,
    });
    assert.equal((await gateway.operations.cancel.send(rig.call(), rest)).kind, 'confirmed');
  });

  test('is signed over the transaction and the request in lower-case hexadecimal', async () => {
    requests.length = 0;
    const call = rig.call({ baseUrl: fakeUrl, idempotencyKey: 'op_1' });
    say(success(call));
    await gateway.operations.cancel.send(call, cancelOf(wellKnown));
    const { path, body } = requests[0] ?? { path: '', body: {} };
    assert.equal(path, '/api/trades/revise');
    const { secretKey = '' } = call.channel.credentials;
    const expected = createHmac('sha256', secretKey).update(`${wellKnown.pgCno}|op_1`).digest('hex');
    assert.equal(body.msgAuthValue, expected);
    assert.equal(messageAuthentication(secretKey, wellKnown.pgCno, 'op_1'), expected);
    assert.deepEqual([body.shopTransactionId, body.cancelReqDate, body.mallId], ['op_1', '20240306', rig.mid]);
  });

  test('is confirmed only by the answer to this very request', async () => {
    const answered = async (parts: Record<string, unknown>, status = 200) => {
      const call = rig.call({ baseUrl: fakeUrl });
      answers.push({ status, body: JSON.stringify(success(call, parts)) });
      return (await gateway.operations.cancel.send(call, cancelOf(wellKnown))).kind;
    };
    assert.equal(await answered({}), 'confirmed');
    assert.equal(await answered({ cancelAmount: 10_000 }), 'confirmed');
    assert.equal(await answered({ cancelAmount: undefined, mallId: undefined }), 'confirmed');
    for (const wrong of [
      { shopTransactionId: 'another' },
      { shopTransactionId: undefined },
      { oriPgCno: '24030612000000000009' },
      { mallId: 'T0000000' },
      { cancelAmount: '9999' },
      { cancelAmount: '-10000' },
      { cancelPgCno: '' },
      { transactionDate: '20240230120000' },
    ]) {
      assert.equal(await answered(wrong), 'unclear', JSON.stringify(wrong));
    }
    for (const status of [400, 404, 500, 503]) assert.equal(await answered({}, status), 'unclear', String(status));
    for (const body of ['', 'null', '[]', '{}', '<html>', '{"resCd":"0000"}', '{"resCd":0,"resMsg":""}']) {
      say(body);
      assert.equal(
        (await gateway.operations.cancel.send(rig.call({ baseUrl: fakeUrl }), cancelOf(wellKnown))).kind,
        'unclear',
        body,
      );
    }
  });

  test('of a deposited account is taken first, unless KICC says that it is paid out, or it goes in real time', async () => {
    const payment = await depositAtKicc(rig);
    const request = cancelOf(payment, { payMethod: 'vbank' });
    assert.equal((await gateway.operations.cancel.send(rig.call(), request)).kind, 'accepted');
    const paidOut = await depositAtKicc(rig);
    const inRealTime = rig.call({ credentials: realTime() });
    const outcome = await gateway.operations.cancel.send(inRealTime, cancelOf(paidOut, { payMethod: 'vbank' }));
    assert.equal(outcome.kind, 'confirmed');
    const call = rig.call({ baseUrl: fakeUrl });
    say(success(call, { statusCode: 'RF02' }));
    assert.equal(
      (await gateway.operations.cancel.send(call, cancelOf(wellKnown, { payMethod: 'vbank' }))).kind,
      'confirmed',
    );
  });
});

describe('a refusal', () => {
  test('keeps KICC’s code and text; a code that nobody knows is read by its text', async () => {
    const refused = async (resCd: string, resMsg: string) => {
      say({ resCd, resMsg });
      return gateway.operations.cancel.send(rig.call({ baseUrl: fakeUrl }), cancelOf(wellKnown));
    };
    for (const [code, { message, category }] of Object.entries(kiccErrors)) {
      const outcome = await refused(code, message);
      if (code === 'Z103') assert.equal(outcome.kind, 'unclear');
      else assert.deepEqual(outcome, { kind: 'refused', code, message, category });
    }
    for (const [text, category] of [
      ['이미 취소된 거래입니다', 'already_cancelled'],
      ['취소금액이 취소가능금액을 초과합니다', 'over_balance'],
      ['알 수 없는 이유', 'other'],
    ]) {
      const outcome = await refused('B123', text ?? '');
      assert.deepEqual(outcome, { kind: 'refused', code: 'B123', message: text, category });
    }
  });

  test('is none when the result is not known yet, when the request was seen before, or when it is under way', async () => {
    for (const [resCd, resMsg] of [
      ['VTIM', '타임아웃'],
      ['VT00', '처리중'],
      ['B999', '중복된 거래고유번호'],
      ['B998', '처리중인 거래입니다'],
      ['B997', '시스템 오류'],
    ]) {
      say({ resCd, resMsg });
      const outcome = await gateway.operations.cancel.send(rig.call({ baseUrl: fakeUrl }), cancelOf(wellKnown));
      assert.deepEqual([outcome.kind, outcome.kind === 'unclear' && outcome.code], ['unclear', resCd]);
    }
  });

  test('of a repeat is one only where it speaks against the request itself', async () => {
    const clear = new Set(['5413', 'Z104', 'Z105', 'Z201', 'Z207', 'Z301']);
    for (const code of [...Object.keys(kiccErrors), 'B123']) {
      say({ resCd: code, resMsg: '환불 불가' });
      const call = rig.call({ baseUrl: fakeUrl, isRepeat: true });
      const outcome = await gateway.operations.cancel.send(call, cancelOf(wellKnown));
      assert.equal(outcome.kind, clear.has(code) ? 'refused' : 'unclear', code);
    }
  });

  test('comes from the simulator in each category that its rules have', async () => {
    const categoryOf = async (request: Cancel) => {
      const outcome = await gateway.operations.cancel.send(rig.call(), request);
      return outcome.kind === 'refused' ? outcome.category : outcome.kind;
    };
    const payment = await payAtKicc(rig, 'card');
    assert.equal(await categoryOf(cancelOf(payment, { amountMinor: 10_001n })), 'over_balance');
    assert.equal(await categoryOf(partOf(payment, { balanceBeforeMinor: 9_000n })), 'over_balance');
    await gateway.operations.cancel.send(rig.call(), cancelOf(payment));
    assert.equal(await categoryOf(cancelOf(payment)), 'already_cancelled');
    assert.equal(await categoryOf(cancelOf(wellKnown)), 'unknown_transaction');
    const account = await depositAtKicc(rig);
    const number = kicc.sandboxRefundAccounts?.[0]?.number ?? '';
    const bad = cancelOf(account, {
      payMethod: 'vbank',
      refundAccount: { ...refundAccount, accountNumber: number },
    });
    assert.equal(await categoryOf(bad), 'bad_refund_account');
    const phone = await payAtKicc(rig, 'phone');
    clock.set('2024-04-01T00:00:00+09:00');
    assert.equal(await categoryOf(cancelOf(phone, { payMethod: 'phone' })), 'window_passed');
    clock.set(noon);
  });
});

describe('a doubt', () => {
  test('whose request arrived is settled by its id, and the repeat with the same id moves nothing', async () => {
    const payment = await payAtKicc(rig, 'card');
    const request = partOf(payment);
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await gateway.operations.cancel.send(call, request)).kind, 'unclear');
    const repeat = await gateway.operations.cancel.send({ ...call, isRepeat: true }, request);
    assert.deepEqual([repeat.kind, repeat.kind === 'unclear' && repeat.code], ['unclear', 'Z103']);
    const inquiry = await asked(call, request);
    assert.ok(inquiry.kind === 'done');
    assert.notEqual(inquiry.result.gatewayTid, payment.pgCno);
    const other = await asked(rig.call(), request);
    assert.deepEqual(other, { kind: 'not_done', repeatIsSafe: true });
    const [transaction] = (await rig.control.book({ orderId: payment.orderId })).transactions;
    assert.equal(transaction?.cancelledMinor, 3_000n);
  });

  test('over midnight is settled too; after that only a repeat may tell, which the balance guards', async () => {
    const payment = await payAtKicc(rig, 'card');
    const request = partOf(payment);
    clock.set('2024-03-06T23:59:59+09:00');
    const call = rig.call();
    const sentAt = clock.now();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    await gateway.operations.cancel.send(call, request);
    clock.set('2024-03-07T00:00:01+09:00');
    const ask = () => asked({ ...call, now: clock.now() }, request, sentAt);
    assert.equal((await ask()).kind, 'done');
    clock.set('2024-03-08T00:00:00+09:00');
    assert.deepEqual(await ask(), { kind: 'ask_by_repeating' });
    const repeat = await gateway.operations.cancel.send({ ...call, now: clock.now(), isRepeat: true }, request);
    assert.deepEqual([repeat.kind, repeat.kind === 'unclear' && repeat.code], ['unclear', 'Z204']);
    const [transaction] = (await rig.control.book({ orderId: payment.orderId })).transactions;
    assert.equal(transaction?.cancelledMinor, 3_000n);
    clock.set(noon);
  });

  test('whose request was refused is refused by KICC’s own answer to it', async () => {
    const payment = await payAtKicc(rig, 'card');
    const request = partOf(payment, { amountMinor: 10_001n });
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await gateway.operations.cancel.send(call, request)).kind, 'unclear');
    const inquiry = await asked(call, request);
    assert.deepEqual([inquiry.kind, inquiry.kind === 'refused' && inquiry.category], ['refused', 'over_balance']);
  });

  test('is settled only by answers about this request; what is not understood asks for a repeat', async () => {
    const kindAfter = async (body: (call: GatewayCall) => unknown, request = cancelOf(wellKnown)) => {
      const call = rig.call({ baseUrl: fakeUrl });
      say(body(call));
      return (await asked(call, request)).kind;
    };
    assert.equal(await kindAfter((call) => success(call)), 'done');
    assert.equal(await kindAfter((call) => success(call, { oriPgCno: 'another' })), 'unknown');
    assert.equal(await kindAfter((call) => success(call, { cancelAmount: '1' })), 'unknown');
    const echo = (call: GatewayCall, resCd: string) => success(call, { resCd, resMsg: '취소 불가' });
    assert.equal(await kindAfter((call) => echo(call, 'B123')), 'refused');
    assert.equal(await kindAfter((call) => echo(call, 'VTIM')), 'unknown');
    assert.equal(await kindAfter(() => ({ resCd: 'B123', resMsg: '취소 불가' })), 'ask_by_repeating');
    assert.equal(await kindAfter(() => ({ resCd: 'B404', resMsg: '해당 거래가 존재하지 않습니다' })), 'not_done');
    assert.equal(await kindAfter(() => ({ resCd: 'VT00', resMsg: '' })), 'unknown');
    assert.equal(await kindAfter(() => '<html>'), 'unknown');
    const refund = cancelOf(wellKnown, { payMethod: 'vbank' });
    const state = (statusCode: string) => kindAfter((call) => success(call, { statusCode }), refund);
    assert.deepEqual([await state('RF01'), await state('RF02'), await state('RF03')], ['accepted', 'done', 'refused']);
  });

  test('about a refund in real time is asked for until the result is known, and never paid out twice', async () => {
    const account = await depositAtKicc(rig);
    const request = cancelOf(account, {
      payMethod: 'vbank',
      refundAccount: { ...refundAccount, accountNumber: timedOutAccount },
    });
    const call = rig.call({ credentials: realTime() });
    const first = await gateway.operations.cancel.send(call, request);
    assert.deepEqual([first.kind, first.kind === 'unclear' && first.code], ['unclear', 'VTIM']);
    assert.equal((await asked(call, request)).kind, 'done');
    assert.equal((await asked(call, request)).kind, 'done');
    const [transaction] = (await rig.control.book({ orderId: account.orderId })).transactions;
    assert.equal(transaction?.cancels.length, 1);
    const unknown = rig.call({ credentials: realTime(), baseUrl: fakeUrl });
    say({ resCd: 'VTIM', resMsg: '' }, { resCd: 'VT00', resMsg: '' });
    requests.length = 0;
    assert.equal((await asked(unknown, request)).kind, 'unknown');
    assert.deepEqual(
      requests.map(({ path, body }) => [path, body.refundQueryFlag]),
      [
        ['/api/trades/retrieveTransaction', undefined],
        ['/api/trades/revise', 'Y'],
      ],
    );
  });

  test('about a deposit that came before the revocation is a refusal', async () => {
    const account = await depositAtKicc(rig);
    const request = { ...reference(account, 'vbank'), reason: '취소', apiKey: null };
    const call = rig.call();
    const outcome = await gateway.operations.revoke_vbank.send(call, request);
    assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.code], ['refused', 'Z206']);
    const { inquire } = gateway.operations.revoke_vbank;
    assert.equal((await inquire(call, request, clock.now())).kind, 'refused');
    const nameless = { ...request, gatewayTid: null };
    assert.equal((await gateway.operations.revoke_vbank.send(call, nameless)).kind, 'never_sent');
    assert.equal((await inquire(call, nameless, clock.now())).kind, 'unknown');
  });

  test('about an approval can not be, since KICC has none, and it has no lookup', async () => {
    assert.equal('approve' in gateway.operations, false);
    assert.equal((await gateway.lookUp()).kind, 'unknown');
  });
});

describe('a cash receipt', () => {
  const issueOf = (parts: Partial<ReceiptIssue> = {}): ReceiptIssue => ({
    payment: reference(wellKnown, 'trans'),
    receiptOrderId: `${rig.orderId()}-r1`,
    orderName: '생수 <1병> & 컵',
    currency: 'KRW',
    amountMinor: 10_000n,
    taxFreeMinor: 0n,
    vatMinor: 909n,
    type: 'person',
    identifier: '01012345678',
    identifierType: 'phone',
    buyer: { name: '홍길동', email: null, tel: null },
    ...parts,
  });

  test('is issued, found by its id, and taken back in part and then for the rest', async () => {
    const request = issueOf();
    const call = rig.call();
    const issued = await gateway.operations.issue_receipt.send(call, request);
    assert.ok(issued.kind === 'confirmed');
    const found = await gateway.operations.issue_receipt.inquire(call, request, clock.now());
    assert.deepEqual(found, { kind: 'done', result: issued.result });
    const revocation = {
      payment: request.payment,
      receiptTid: issued.result.receiptTid,
      receiptOrderId: request.receiptOrderId,
      earlierTids: [],
      currency: 'KRW',
      amountMinor: 4_000n,
      balanceBeforeMinor: 10_000n,
      reason: '취소',
    };
    const part = await gateway.operations.revoke_receipt.send(rig.call(), revocation);
    assert.ok(part.kind === 'confirmed' && part.result.gatewayTid);
    const rest = {
      ...revocation,
      amountMinor: 6_000n,
      balanceBeforeMinor: 6_000n,
      earlierTids: [part.result.gatewayTid],
    };
    const last = rig.call();
    assert.equal((await gateway.operations.revoke_receipt.send(last, rest)).kind, 'confirmed');
    assert.equal((await gateway.operations.revoke_receipt.inquire(last, rest, clock.now())).kind, 'done');
    const receipts = (await rig.control.book({ mid: rig.mid })).receipts;
    assert.equal(receipts.find(({ orderId }) => orderId === request.receiptOrderId)?.status, 'revoked');
  });

  test('whose answer was lost may be asked for again on the same day only', async () => {
    const request = issueOf();
    const ask = async (sentAt: string, now: string): Promise<Inquiry> => {
      clock.set(now);
      const inquiry = await gateway.operations.issue_receipt.inquire(rig.call(), request, new Date(sentAt));
      clock.set(noon);
      return inquiry;
    };
    assert.deepEqual(await ask(noon, noon), { kind: 'not_done', repeatIsSafe: true });
    // Near midnight the repeat might be taken for a new request.
    const late = await ask('2024-03-06T23:50:00+09:00', '2024-03-06T23:55:00+09:00');
    assert.deepEqual(late, { kind: 'not_done', repeatIsSafe: false });
    assert.deepEqual(await ask(noon, '2024-03-07T00:01:00+09:00'), { kind: 'not_done', repeatIsSafe: false });
    assert.equal((await ask(noon, '2024-03-08T00:01:00+09:00')).kind, 'unknown');
  });

  test('says what kind of number it goes by, and is not sent for a resident number', async () => {
    const authOf = (parts: Partial<ReceiptIssue>) => {
      const body = receiptBody(rig.call(), issueOf(parts)) as
        | { directCashReceiptnfo: Record<string, unknown> }
        | undefined;
      return body && [body.directCashReceiptnfo.issueType, body.directCashReceiptnfo.authType];
    };
    assert.deepEqual(authOf({}), ['01', '03']);
    assert.deepEqual(authOf({ type: 'company', identifier: '1234567890', identifierType: 'business' }), ['02', '04']);
    assert.deepEqual(authOf({ identifier: '123456789012345678', identifierType: 'taxcard' }), ['01', '05']);
    assert.deepEqual(authOf({ identifierType: null }), ['01', '03']);
    assert.deepEqual(authOf({ type: 'company', identifier: '1234567890', identifierType: null }), ['02', '04']);
    assert.deepEqual(authOf({ identifier: '123456789012345678', identifierType: null }), ['01', '05']);
    assert.equal(authOf({ identifier: '9001011234567', identifierType: 'person' }), undefined);
    const outcome = await gateway.operations.issue_receipt.send(rig.call(), issueOf({ identifierType: 'person' }));
    assert.equal(outcome.kind, 'never_sent');
    assert.equal(
      (await gateway.operations.issue_receipt.send(rig.call(), issueOf({ taxFreeMinor: 1_000n }))).kind,
      'confirmed',
    );
  });

  test('is confirmed only by the answer to this very request', async () => {
    const request = issueOf();
    const answered = async (parts: Record<string, unknown>) => {
      const call = rig.call({ baseUrl: fakeUrl });
      say({
        resCd: '0000',
        resMsg: '현금영수증 정상 발급',
        mallId: rig.mid,
        shopTransactionId: requestId(call),
        shopOrderNo: request.receiptOrderId,
        pgCno: wellKnown.pgCno,
        amount: 10_000,
        approvalNo: '123456789',
        ...parts,
      });
      return (await gateway.operations.issue_receipt.send(call, request)).kind;
    };
    assert.equal(await answered({}), 'confirmed');
    for (const wrong of [
      { amount: 1 },
      { shopOrderNo: 'x' },
      { pgCno: '' },
      { approvalNo: null },
      { shopTransactionId: 'x' },
    ]) {
      assert.equal(await answered(wrong), 'unclear', JSON.stringify(wrong));
    }
  });
});

describe('what goes out', () => {
  test('has no character that KICC does not take, fits in bytes, and is left alone when it is fine', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 120 }), (text, bytesMax) => {
        const sent = kiccText(text, bytesMax);
        assert.ok(!hasForbiddenCharacter(sent));
        assert.ok(!/['"<>\\;|\n\r&]/.test(sent));
        assert.ok(Buffer.byteLength(sent) <= bytesMax);
        assert.ok([...sent].every((character) => (character.codePointAt(0) ?? 0) <= 0xffff));
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[가-힣A-Za-z0-9()[\].,-]{0,30}$/), (text) => {
        assert.equal(kiccText(text, 100), text);
      }),
    );
    assert.equal(kiccText('색상|크기\\기타\n&🍎', 100), '색상,크기/기타 +');
  });

  test('a request’s id is the key, or a digest of it where that is too long; and as unique', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (a, b) => {
        const [first, second] = [a, b].map((idempotencyKey) => requestId({ idempotencyKey }));
        assert.ok((first ?? '').length <= 60);
        assert.equal(first === second, a === b);
        assert.ok(a.length > 60 || first === a);
        assert.ok(receiptOrderNumber(a).length <= 40);
      }),
    );
  });
});

test('texts that tell of an earlier request are doubts, whatever their code', () => {
  assert.equal(meaningOf('X000', '중복 요청'), 'in_doubt');
  assert.equal(meaningOf('X000', '상점 거래고유번호가 중복되었습니다'), 'in_doubt');
  assert.equal(meaningOf('X000', '주문번호 중복'), 'in_doubt');
});

test('the README lists the codes with their texts, categories and sources', () => {
  const readme = readFileSync(new URL('../../../src/gateways/kicc/README.md', import.meta.url), 'utf8');
  const listed = [
    ...readme.matchAll(/^\| `(\w{4})`( \*)? +\| (.+?) +\| (\w[\w ]+?) +\| (documented|sandbox) +\|$/gm),
  ].map(([, code, mark, text, category, source]) => [code, mark !== undefined, text, category, source]);
  const known = Object.entries(kiccErrors).map(([code, { message, category, source, ofState }]) => [
    code,
    ofState ?? false,
    message,
    code === 'Z103' ? 'a doubt' : category,
    source,
  ]);
  assert.deepEqual(listed.sort(), known.sort());
});
