import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
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
import type { ReceiptIssue } from '../../../src/port/receipt.ts';
import { openDesk } from '../kit/desk.ts';
import { mixedParts } from '../kit/mixed-parts.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { receiptIssueOf, receiptRevocationOf } from '../kit/payment-requests.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
const pgCno = '24030612000000000001';
const desk = await openDesk(kicc, {
  clock,
  payment: { orderId: 'imp_123456789012', gatewayTid: pgCno },
  call: { idempotencyKey: 'op_1' },
  success: () => success,
});
const { rig, server, payment: wellKnown, cancelOf, partOf, paid, answered, answering, willAnswer } = desk;
const { cancel, revoke_vbank: revoke, issue_receipt: issue, revoke_receipt: revokeReceipt } = gateway.operations;

const { secretKey = '' } = rig.call().channel.credentials;
const refundAccount = { holder: '홍길동', bankCode: '088', accountNumber: '110123456789', tel: null };
const realTime = { credentials: { secretKey, refundService: 'real_time' } };
const byVbank = { payMethod: 'vbank' } as const;

const success = {
  resCd: '0000',
  resMsg: '정상취소',
  mallId: rig.mid,
  shopTransactionId: 'op_1',
  oriPgCno: pgCno,
  cancelPgCno: '24030612000000000002',
  cancelAmount: '10000',
  transactionDate: '20240306120000',
  statusCode: 'TS02',
};

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
    const inRealTime = rig.call(realTime);
    const [all, part] = [cancelOf, partOf].map((make) => cancelFields(inRealTime, make(wellKnown, byVbank)));
    assert.deepEqual([all?.reviseTypeCode, all?.reviseSubTypeCode], ['63', '10']);
    assert.deepEqual([part?.reviseTypeCode, part?.reviseSubTypeCode], ['63', '11']);
  });

  test('of a payment that mixes says taxed, tax-free and VAT, which add up to the amount', () => {
    fc.assert(
      fc.property(mixedParts, (parts) => {
        const { taxInfo } = cancelFields(rig.call(), cancelOf(wellKnown, parts)) as { taxInfo: Record<string, number> };
        const sum = Object.values(taxInfo).reduce((total, each) => total + BigInt(each), 0n);
        assert.equal(sum, parts.amountMinor);
        assert.deepEqual(
          [BigInt(taxInfo.taxFreeAmount ?? -1), BigInt(taxInfo.vatAmount ?? -1)],
          [parts.taxFreeMinor, parts.vatMinor],
        );
      }),
    );
    for (const paymentTaxFreeMinor of [0n, 10_000n]) {
      assert.equal('taxInfo' in cancelFields(rig.call(), partOf(wellKnown, { paymentTaxFreeMinor })), false);
    }
  });

  test('of a payment that mixes is taken in parts by the simulator', async () => {
    const payment = await paid('card', { taxFreeMinor: 4_000n, vatMinor: 545n });
    const first = partOf(payment, { paymentTaxFreeMinor: 4_000n, taxFreeMinor: 1_000n, vatMinor: 181n });
    assert.equal((await cancel.send(rig.call(), first)).kind, 'confirmed');
    const rest = cancelOf(payment, {
      amountMinor: 7_000n,
      balanceBeforeMinor: 7_000n,
      paymentTaxFreeMinor: 4_000n,
      taxFreeMinor: 3_000n,
      vatMinor: 364n,
    });
    assert.equal((await cancel.send(rig.call(), rest)).kind, 'confirmed');
  });

  test('is signed over the transaction and the request in lower-case hexadecimal', async () => {
    await answered();
    const { path, json } = server.last();
    assert.equal(path, '/api/trades/revise');
    const body = json();
    const expected = createHmac('sha256', secretKey).update(`${pgCno}|op_1`).digest('hex');
    assert.equal(body.msgAuthValue, expected);
    assert.equal(messageAuthentication(secretKey, pgCno, 'op_1'), expected);
    assert.deepEqual([body.shopTransactionId, body.cancelReqDate, body.mallId], ['op_1', '20240306', rig.mid]);
  });

  test('is confirmed only by the answer to this very request', async () => {
    const kindOf = async (parts: object, status = 200) => (await answered({ ...success, ...parts }, { status })).kind;
    assert.equal(await kindOf({}), 'confirmed');
    assert.equal(await kindOf({ cancelAmount: 10_000 }), 'confirmed');
    assert.equal(await kindOf({ cancelAmount: undefined, mallId: undefined }), 'confirmed');
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
      assert.equal(await kindOf(wrong), 'unclear', JSON.stringify(wrong));
    }
    for (const status of [400, 404, 500, 503]) assert.equal(await kindOf({}, status), 'unclear', String(status));
    for (const body of ['', 'null', '[]', '{}', '<html>', '{"resCd":"0000"}', '{"resCd":0,"resMsg":""}']) {
      assert.equal((await answered(body)).kind, 'unclear', body);
    }
  });

  test('of a deposited account is taken first, unless KICC says that it is paid out, or it goes in real time', async () => {
    assert.equal((await cancel.send(rig.call(), cancelOf(await paid('vbank')))).kind, 'accepted');
    assert.equal((await cancel.send(rig.call(realTime), cancelOf(await paid('vbank')))).kind, 'confirmed');
    const paidOut = await answered({ ...success, statusCode: 'RF02' }, { request: cancelOf(wellKnown, byVbank) });
    assert.equal(paidOut.kind, 'confirmed');
  });
});

describe('a refusal', () => {
  test('keeps KICC’s code and text; a code that nobody knows is read by its text', async () => {
    for (const [code, { message, category }] of Object.entries(kiccErrors)) {
      const outcome = await answered({ resCd: code, resMsg: message });
      if (code === 'Z103') assert.equal(outcome.kind, 'unclear');
      else assert.deepEqual(outcome, { kind: 'refused', code, message, category });
    }
    for (const [text, category] of [
      ['이미 취소된 거래입니다', 'already_cancelled'],
      ['취소금액이 취소가능금액을 초과합니다', 'over_balance'],
      ['알 수 없는 이유', 'other'],
    ]) {
      const outcome = await answered({ resCd: 'B123', resMsg: text });
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
      const outcome = await answered({ resCd, resMsg });
      assert.deepEqual([outcome.kind, outcome.kind === 'unclear' && outcome.code], ['unclear', resCd]);
    }
  });

  test('of a repeat is one only where it speaks against the request itself', async () => {
    const clear = new Set(['5413', 'Z104', 'Z105', 'Z201', 'Z207', 'Z301']);
    for (const code of [...Object.keys(kiccErrors), 'B123']) {
      const outcome = await answered({ resCd: code, resMsg: '환불 불가' }, { isRepeat: true });
      assert.equal(outcome.kind, clear.has(code) ? 'refused' : 'unclear', code);
    }
  });

  test('comes from the simulator in each category that its rules have', async () => {
    const categoryOf = async (request: Cancel) => {
      const outcome = await cancel.send(rig.call(), request);
      return outcome.kind === 'refused' ? outcome.category : outcome.kind;
    };
    const payment = await paid('card');
    assert.equal(await categoryOf(cancelOf(payment, { amountMinor: 10_001n })), 'over_balance');
    assert.equal(await categoryOf(partOf(payment, { balanceBeforeMinor: 9_000n })), 'over_balance');
    await cancel.send(rig.call(), cancelOf(payment));
    assert.equal(await categoryOf(cancelOf(payment)), 'already_cancelled');
    assert.equal(await categoryOf(cancelOf()), 'unknown_transaction');
    const account = await paid('vbank');
    const number = rig.sandbox.refundAccounts?.[0]?.number ?? '';
    const bad = cancelOf(account, { refundAccount: { ...refundAccount, accountNumber: number } });
    assert.equal(await categoryOf(bad), 'bad_refund_account');
    const phone = await paid('phone');
    clock.set('2024-04-01T00:00:00+09:00');
    assert.equal(await categoryOf(cancelOf(phone)), 'window_passed');
    clock.set(noon);
  });
});

describe('a doubt', () => {
  const asked = (call: GatewayCall, request: Cancel, sentAt = clock.now()) => cancel.inquire(call, request, sentAt);

  test('whose request arrived is settled by its id, and the repeat with the same id moves nothing', async () => {
    const payment = await paid('card');
    const request = partOf(payment);
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    const repeat = await cancel.send({ ...call, isRepeat: true }, request);
    assert.deepEqual([repeat.kind, repeat.kind === 'unclear' && repeat.code], ['unclear', 'Z103']);
    const inquiry = await asked(call, request);
    assert.ok(inquiry.kind === 'done');
    assert.notEqual(inquiry.result.gatewayTid, payment.gatewayTid);
    const other = await asked(rig.call(), request);
    assert.deepEqual(other, { kind: 'not_done', repeatIsSafe: true });
    const [transaction] = (await rig.control.book({ orderId: payment.orderId })).transactions;
    assert.equal(transaction?.cancelledMinor, 3_000n);
  });

  test('over midnight is settled too; after that only a repeat may tell, which the balance guards', async () => {
    const payment = await paid('card');
    const request = partOf(payment);
    clock.set('2024-03-06T23:59:59+09:00');
    const call = rig.call();
    const sentAt = clock.now();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    await cancel.send(call, request);
    clock.set('2024-03-07T00:00:01+09:00');
    const ask = () => asked({ ...call, now: clock.now() }, request, sentAt);
    assert.equal((await ask()).kind, 'done');
    clock.set('2024-03-08T00:00:00+09:00');
    assert.deepEqual(await ask(), { kind: 'ask_by_repeating' });
    const repeat = await cancel.send({ ...call, now: clock.now(), isRepeat: true }, request);
    assert.deepEqual([repeat.kind, repeat.kind === 'unclear' && repeat.code], ['unclear', 'Z204']);
    const [transaction] = (await rig.control.book({ orderId: payment.orderId })).transactions;
    assert.equal(transaction?.cancelledMinor, 3_000n);
    clock.set(noon);
  });

  test('whose request was refused is refused by KICC’s own answer to it', async () => {
    const payment = await paid('card');
    const request = partOf(payment, { amountMinor: 10_001n });
    const call = rig.call();
    await rig.control.addFault({ mid: rig.mid, operation: 'cancel', kind: 'lost_answer' });
    assert.equal((await cancel.send(call, request)).kind, 'unclear');
    const inquiry = await asked(call, request);
    assert.deepEqual([inquiry.kind, inquiry.kind === 'refused' && inquiry.category], ['refused', 'over_balance']);
  });

  test('is settled only by answers about this request; what is not understood asks for a repeat', async () => {
    const kindAfter = async (body: unknown, request = cancelOf()) => (await asked(answering(body), request)).kind;
    assert.equal(await kindAfter(success), 'done');
    assert.equal(await kindAfter({ ...success, oriPgCno: 'another' }), 'unknown');
    assert.equal(await kindAfter({ ...success, cancelAmount: '1' }), 'unknown');
    assert.equal(await kindAfter({ ...success, resCd: 'B123', resMsg: '취소 불가' }), 'refused');
    assert.equal(await kindAfter({ ...success, resCd: 'VTIM', resMsg: '취소 불가' }), 'unknown');
    assert.equal(await kindAfter({ resCd: 'B123', resMsg: '취소 불가' }), 'ask_by_repeating');
    assert.equal(await kindAfter({ resCd: 'B404', resMsg: '해당 거래가 존재하지 않습니다' }), 'not_done');
    assert.equal(await kindAfter({ resCd: 'VT00', resMsg: '' }), 'unknown');
    assert.equal(await kindAfter('<html>'), 'unknown');
    const state = (statusCode: string) => kindAfter({ ...success, statusCode }, cancelOf(wellKnown, byVbank));
    assert.deepEqual([await state('RF01'), await state('RF02'), await state('RF03')], ['accepted', 'done', 'refused']);
  });

  test('about a refund in real time is asked for until the result is known, and never paid out twice', async () => {
    const account = await paid('vbank');
    const request = cancelOf(account, { refundAccount: { ...refundAccount, accountNumber: timedOutAccount } });
    const call = rig.call(realTime);
    const first = await cancel.send(call, request);
    assert.deepEqual([first.kind, first.kind === 'unclear' && first.code], ['unclear', 'VTIM']);
    assert.equal((await asked(call, request)).kind, 'done');
    assert.equal((await asked(call, request)).kind, 'done');
    const [transaction] = (await rig.control.book({ orderId: account.orderId })).transactions;
    assert.equal(transaction?.cancels.length, 1);
    const before = server.requests.length;
    const unknown = answering({ resCd: 'VTIM', resMsg: '' }, realTime);
    willAnswer({ resCd: 'VT00', resMsg: '' });
    assert.equal((await asked(unknown, request)).kind, 'unknown');
    assert.deepEqual(
      server.requests.slice(before).map(({ path, json }) => [path, json().refundQueryFlag]),
      [
        ['/api/trades/retrieveTransaction', undefined],
        ['/api/trades/revise', 'Y'],
      ],
    );
  });

  test('about a deposit that came before the revocation is a refusal', async () => {
    const account = await paid('vbank');
    const request = { ...account, reason: '취소', apiKey: null };
    const call = rig.call();
    const outcome = await revoke.send(call, request);
    assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.code], ['refused', 'Z206']);
    assert.equal((await revoke.inquire(call, request, clock.now())).kind, 'refused');
    const nameless = { ...request, gatewayTid: null };
    assert.equal((await revoke.send(call, nameless)).kind, 'never_sent');
    assert.equal((await revoke.inquire(call, nameless, clock.now())).kind, 'unknown');
  });

  test('about an approval can not be, since KICC has none, and it has no lookup', async () => {
    assert.equal('approve' in gateway.operations, false);
    assert.equal((await gateway.lookUp()).kind, 'unknown');
  });
});

describe('a cash receipt', () => {
  const issueOf = (parts: Partial<ReceiptIssue> = {}) =>
    receiptIssueOf(
      { ...wellKnown, payMethod: 'trans' },
      { receiptOrderId: `${rig.orderId()}-r1`, orderName: '생수 <1병> & 컵', vatMinor: 909n, ...parts },
    );

  test('is issued, found by its id, and taken back in part and then for the rest', async () => {
    const request = issueOf();
    const call = rig.call();
    const issued = await issue.send(call, request);
    assert.ok(issued.kind === 'confirmed');
    const found = await issue.inquire(call, request, clock.now());
    assert.deepEqual(found, { kind: 'done', result: issued.result });
    const revocation = receiptRevocationOf(request, issued.result.receiptTid, { amountMinor: 4_000n });
    const part = await revokeReceipt.send(rig.call(), revocation);
    assert.ok(part.kind === 'confirmed' && part.result.gatewayTid);
    const rest = {
      ...revocation,
      amountMinor: 6_000n,
      balanceBeforeMinor: 6_000n,
      earlierTids: [part.result.gatewayTid],
    };
    const last = rig.call();
    assert.equal((await revokeReceipt.send(last, rest)).kind, 'confirmed');
    assert.equal((await revokeReceipt.inquire(last, rest, clock.now())).kind, 'done');
    const receipts = (await rig.control.book({ mid: rig.mid })).receipts;
    assert.equal(receipts.find(({ orderId }) => orderId === request.receiptOrderId)?.status, 'revoked');
  });

  test('whose answer was lost may be asked for again on the same day only', async () => {
    const request = issueOf();
    const ask = async (sentAt: string, now: string): Promise<Inquiry> => {
      clock.set(now);
      const inquiry = await issue.inquire(rig.call(), request, new Date(sentAt));
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
    const outcome = await issue.send(rig.call(), issueOf({ identifierType: 'person' }));
    assert.equal(outcome.kind, 'never_sent');
    assert.equal((await issue.send(rig.call(), issueOf({ taxFreeMinor: 1_000n }))).kind, 'confirmed');
  });

  test('is confirmed only by the answer to this very request', async () => {
    const request = issueOf();
    const answer = {
      resCd: '0000',
      resMsg: '현금영수증 정상 발급',
      mallId: rig.mid,
      shopTransactionId: 'op_1',
      shopOrderNo: request.receiptOrderId,
      pgCno,
      amount: 10_000,
      approvalNo: '123456789',
    };
    const kindOf = async (parts: object) => (await issue.send(answering({ ...answer, ...parts }), request)).kind;
    assert.equal(await kindOf({}), 'confirmed');
    for (const wrong of [
      { amount: 1 },
      { shopOrderNo: 'x' },
      { pgCno: '' },
      { approvalNo: null },
      { shopTransactionId: 'x' },
    ]) {
      assert.equal(await kindOf(wrong), 'unclear', JSON.stringify(wrong));
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
