import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { niceGateway as gateway } from '../../../src/gateways/nice/adapter/adapter.ts';
import { nice } from '../../../src/gateways/nice/module.ts';
import { niceErrors } from '../../../src/gateways/nice/wire/errors.ts';
import { decodeEucKrForm, encodeEucKr } from '../../../src/platform/charset/euc-kr.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { type AnsweringParts, openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { accountIssueOf, receiptIssueOf, referenceOf, revocationOf } from '../kit/payment-requests.ts';
import { sha256 } from './kit.ts';

const noon = '2024-03-06T12:00:00+09:00';
const clock = movingClock(noon);
const desk = await openDesk(nice, {
  clock,
  call: { idempotencyKey: 'the-key-of-the-cancel', startedAt: new Date(noon) },
});
const { rig, server, payment, answering } = desk;
const { cancel, issue_vbank, revoke_vbank, issue_receipt } = gateway.operations;
const { merchantKey = '' } = rig.call().channel.credentials;
beforeEach(() => clock.set(noon));

const whole = desk.cancelOf();
const part = desk.partOf(payment, { ordinal: 2, balanceBeforeMinor: 8000n, earlierTids: ['earlier'] });
const rest = { ...part, amountMinor: 7000n, balanceBeforeMinor: 7000n };

/** A call that nothing is answered to. */
const unanswered = (parts: AnsweringParts = {}) => answering('', { status: 500, ...parts });

/** A signed answer to a cancel, as NICE writes it; fields that are replaced by `undefined` are left out. */
function cancelled(request: Cancel, parts: Record<string, string | undefined> = {}): string {
  const CancelAmt = parts.CancelAmt ?? String(request.amountMinor).padStart(12, '0');
  const TID = parts.TID ?? request.gatewayTid;
  return JSON.stringify({
    ResultCode: '2001',
    ResultMsg: '취소 성공',
    ErrorCD: '',
    ErrorMsg: '',
    CancelAmt,
    MID: rig.mid,
    Moid: request.orderId,
    Signature: sha256(TID, rig.mid, CancelAmt, merchantKey),
    PayMethod: 'CARD',
    TID,
    CancelDate: '20240306',
    CancelTime: '115959',
    CancelNum: '12345678',
    RemainAmt: '000000000000',
    ...parts,
  });
}

const refusal = (ResultCode: string) => ({ ResultCode, ResultMsg: '문구' });

const cancelAnswered = (request: Cancel, answer: unknown, parts: AnsweringParts = {}) =>
  cancel.send(answering(answer, parts), request);

/** What was sent last: its fields, read without our encoder being asked how it wrote them. */
function sent(): { path: string; fields: Record<string, string> } {
  const { path, headers, body } = server.last();
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded; charset=euc-kr');
  assert.match(body, /^[\x21-\x7e]+$/);
  return { path, fields: { ...decodeEucKrForm(body) } };
}

describe('an answer to a cancel', () => {
  test('that is signed, of our amount and our payment is confirmed; its time is that of NICE', async () => {
    assert.deepEqual(await cancelAnswered(whole, cancelled(whole)), {
      kind: 'confirmed',
      result: {
        gatewayTid: whole.gatewayTid,
        amountMinor: 10_000n,
        cancelledAt: new Date('2024-03-06T11:59:59+09:00'),
        receiptUrl: null,
      },
    });
  });

  test('of a part has the number of the cancel as its id, and may have a TID of its own when it names our Moid', async () => {
    const outcome = await cancelAnswered(part, cancelled(part, { TID: 'tid-of-the-part' }));
    assert.equal(outcome.kind === 'confirmed' && outcome.result.gatewayTid, '12345678');
    const unnumbered = await cancelAnswered(part, cancelled(part, { CancelNum: undefined }));
    assert.equal(unnumbered.kind === 'confirmed' && unnumbered.result.gatewayTid, part.gatewayTid);
  });

  test('2211 is a refund that NICE has taken: done, since it says nothing more', async () => {
    const outcome = await cancelAnswered(whole, cancelled(whole, { ResultCode: '2211', ResultMsg: '환불 성공' }));
    assert.equal(outcome.kind, 'confirmed');
  });

  const doubtful: Readonly<Record<string, string>> = {
    'without a signature': cancelled(whole, { Signature: undefined }),
    'with the signature of another key': cancelled(whole, {
      Signature: sha256(whole.gatewayTid, rig.mid, '000000010000', 'another'),
    }),
    'of another amount': cancelled(whole, { CancelAmt: '000000009999' }),
    'of an amount that is none': cancelled(whole, { CancelAmt: '10,000' }),
    'of another merchant': cancelled(whole, { MID: 'nicepay00m' }),
    'of another payment and another Moid': cancelled(whole, { TID: 'other', Moid: 'other' }),
    'of success with the words of a refusal and nothing else': JSON.stringify({
      ResultCode: '2211',
      ResultMsg: '해당거래 취소실패(기취소성공)',
    }),
    'without a result code': '{}',
    'that is empty': '',
    'that is no JSON': '<html>OK</html>',
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(whole, body)).kind, 'unclear');
    });
  }

  test('with another status than 200 decides nothing, whatever it says', async () => {
    for (const status of [201, 302, 400, 404, 500, 503]) {
      assert.equal((await cancelAnswered(whole, cancelled(whole), { status })).kind, 'unclear');
      assert.equal((await cancelAnswered(whole, refusal('2014'), { status })).kind, 'unclear');
    }
  });

  test('that is a refusal has the category of its code, and keeps code and text', async () => {
    const categories = {
      '2013': 'already_cancelled',
      '2015': 'already_cancelled',
      '2032': 'over_balance',
      '2016': 'window_passed',
      '2028': 'partial_not_supported',
      '2018': 'contract_missing',
      '2012': 'unknown_transaction',
      A122: 'unknown_transaction',
      A101: 'bad_credentials',
      A225: 'temporarily_unavailable',
      '2047': 'other',
      '7777': 'other',
    };
    for (const [code, category] of Object.entries(categories)) {
      assert.deepEqual(await cancelAnswered(whole, refusal(code)), {
        kind: 'refused',
        code,
        message: '문구',
        category,
      });
    }
  });

  test('that says nothing certain is a doubt: in progress, time-outs, numbers that were used', async () => {
    const doubts = Object.entries(niceErrors).filter(
      ([, { meaning }]) => meaning === 'unclear' || meaning === 'number_used',
    );
    assert.ok(['2002', '2212', '2056', 'A299', 'A127'].every((code) => doubts.some(([doubt]) => doubt === code)));
    for (const [code] of doubts) {
      for (const isRepeat of [false, true]) {
        const outcome = await cancelAnswered(whole, refusal(code), { isRepeat });
        assert.deepEqual(outcome, { kind: 'unclear', why: `NICE answered ${code}`, code, message: '문구' });
      }
    }
  });
});

describe('a repeat', () => {
  test('of a cancel of all that is left, that is told that all is cancelled, was carried out', async () => {
    for (const [request, code] of [
      [whole, '2015'],
      [whole, '2013'],
      [rest, '2015'],
    ] as const) {
      const first = await cancelAnswered(request, refusal(code));
      assert.equal(first.kind === 'refused' && first.category, 'already_cancelled');
      const repeat = await cancelAnswered(request, refusal(code), { isRepeat: true });
      assert.deepEqual(repeat, {
        kind: 'confirmed',
        result: {
          gatewayTid: request.gatewayTid,
          amountMinor: request.amountMinor,
          // NICE says no time here: it is that of the first request.
          cancelledAt: new Date(noon),
          receiptUrl: null,
        },
      });
    }
  });

  test('of a part is never confirmed or refused by what may be due to the first request', async () => {
    for (const code of ['2013', '2015', '2032', '2026', '2012', 'A251', 'A225', 'A127', 'A101', '2018']) {
      assert.equal((await cancelAnswered(part, refusal(code), { isRepeat: true })).kind, 'unclear', code);
    }
    // What speaks against the payment itself spoke against the first request as well.
    assert.equal((await cancelAnswered(part, refusal('2016'), { isRepeat: true })).kind, 'refused');
  });

  test('of a revocation that is told that all is cancelled was carried out; a deposited account was not revoked', async () => {
    const revocation = revocationOf(10_000n);
    const revoke = (code: string) => revoke_vbank.send(answering(refusal(code), { isRepeat: true }), revocation);
    assert.deepEqual(await revoke('2015'), {
      kind: 'confirmed',
      result: { gatewayTid: revocation.gatewayTid, revokedAt: new Date(noon) },
    });
    const deposited = await revoke('2047');
    assert.equal(deposited.kind === 'refused' && deposited.code, '2047');
  });
});

describe('on the wire', () => {
  test("a cancel of the whole payment has the order's Moid, code 0, no parts of its amount, and a signature", async () => {
    await cancelAnswered(whole, '');
    const { path, fields } = sent();
    assert.equal(path, '/webapi/cancel_process.jsp');
    assert.deepEqual(fields, {
      TID: whole.gatewayTid,
      MID: rig.mid,
      Moid: whole.orderId,
      CancelAmt: '10000',
      CancelMsg: '단순 변심',
      PartialCancelCode: '0',
      EdiDate: '20240306120000',
      SignData: sha256(rig.mid, '10000', '20240306120000', merchantKey),
      CharSet: 'utf-8',
      EdiType: 'JSON',
    });
    assert.ok(server.last().body.includes('CancelMsg=%B4%DC%BC%F8+%BA%AF%BD%C9'));
  });

  test('a part has the Moid of its order, and one of its own under the contract that NICE takes each once by', async () => {
    for (const [contract, Moid] of [
      [{}, part.orderId],
      [{ moidContract: 'unique' }, 'the-key-of-the-cancel'],
    ] as const) {
      const credentials = { ...rig.call().channel.credentials, ...contract };
      assert.equal(
        (await cancelAnswered(part, cancelled(part, { Moid, TID: 'new' }), { credentials })).kind,
        'confirmed',
      );
      assert.equal(sent().fields.Moid, Moid);
    }
  });

  test('a part, and the rest after a part, have code 1', async () => {
    for (const request of [part, rest]) {
      await cancelAnswered(request, '');
      assert.equal(sent().fields.PartialCancelCode, '1');
    }
  });

  test('a payment that mixes sends the four parts of the amount, which add up to it', async () => {
    const mixed = { ...part, paymentTaxFreeMinor: 500n };
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 1500n }), fc.bigInt({ min: 0n, max: 1500n }), async (taxFree, vat) => {
        await cancelAnswered({ ...mixed, taxFreeMinor: taxFree, vatMinor: vat }, '');
        const { SupplyAmt, GoodsVat, ServiceAmt, TaxFreeAmt } = sent().fields;
        assert.deepEqual([GoodsVat, ServiceAmt, TaxFreeAmt], [String(vat), '0', String(taxFree)]);
        assert.equal(BigInt(SupplyAmt ?? '') + vat + taxFree, mixed.amountMinor);
      }),
      { numRuns: 20 },
    );
  });

  test('a refund names bank, account and holder; what is too long is cut to bytes of EUC-KR, never within a character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('가', '힣', 'a', ' ', '漢', '😀'), minLength: 1, maxLength: 120 }),
        async (text) => {
          const refundAccount = { holder: text, bankCode: '088', accountNumber: '110123456789', tel: null };
          await cancelAnswered({ ...whole, payMethod: 'vbank', reason: text, refundAccount }, '');
          const { fields } = sent();
          assert.deepEqual([fields.RefundAcctNo, fields.RefundBankCd], ['110123456789', '088']);
          const readable = text.replaceAll('😀', encodeEucKr('😀').toString('latin1')).replace(/ +/g, ' ').trim();
          for (const [name, bytes, expected] of [
            ['CancelMsg', 100, readable || '취소'],
            ['RefundAcctNm', 10, readable],
          ] as const) {
            const value = fields[name] ?? '';
            assert.ok(encodeEucKr(value).length <= bytes && expected.startsWith(value), `${name}: ${value}`);
            if (encodeEucKr(text).length <= bytes) assert.equal(value, expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a revocation is of the whole amount and names no account; without a TID nothing is sent', async () => {
    await revoke_vbank.send(unanswered(), revocationOf(10_000n));
    const { fields } = sent();
    assert.deepEqual([fields.CancelAmt, fields.PartialCancelCode], ['10000', '0']);
    assert.ok(!Object.keys(fields).some((name) => name.startsWith('Refund')));
    const before = server.requests.length;
    const nameless = await revoke_vbank.send(rig.call({ baseUrl: server.url }), {
      ...revocationOf(1n),
      gatewayTid: null,
    });
    assert.equal(nameless.kind, 'never_sent');
    assert.equal(server.requests.length, before);
  });

  test('an issue and its repeat, minutes later, have the same TID and Moid, and the time of the first request in it', async () => {
    const issue = (parts: AnsweringParts) =>
      issue_vbank.send(
        unanswered(parts),
        accountIssueOf('imp_000000000001', { orderName: '생수'.repeat(30), vatMinor: 909n }),
      );
    await issue({});
    const first = sent();
    clock.set('2024-03-06T12:10:00+09:00');
    await issue({ isRepeat: true });
    const { fields } = sent();
    assert.equal(first.path, '/webapi/get_vacount.jsp');
    assert.deepEqual([fields.TID, fields.Moid], [first.fields.TID, first.fields.Moid]);
    assert.match(fields.TID ?? '', new RegExp(`^${rig.mid}0301240306120000\\d{4}$`));
    assert.deepEqual([fields.EdiDate, fields.VbankExpDate], ['20240306121000', '202403132359']);
    assert.equal(fields.SignData, sha256(rig.mid, '10000', '20240306121000', 'imp_000000000001', merchantKey));
    assert.equal(encodeEucKr(fields.GoodsName ?? '').length, 40);
  });

  test('a receipt has its own Moid and TID, and its parts add up', async () => {
    const request = receiptIssueOf(referenceOf('trans', 11_000n), {
      receiptOrderId: 'imp_000000000001-r1',
      taxFreeMinor: 1000n,
      vatMinor: 909n,
      type: 'company',
      identifier: '1234567890',
      identifierType: 'business',
    });
    await issue_receipt.send(unanswered(), request);
    const { path, fields } = sent();
    assert.equal(path, '/webapi/cash_receipt.jsp');
    assert.match(fields.TID ?? '', new RegExp(`^${rig.mid}0401240306120000\\d{4}$`));
    const { Moid, ReceiptAmt, ReceiptType, ReceiptTypeNo } = fields;
    assert.deepEqual(
      [Moid, ReceiptAmt, ReceiptType, ReceiptTypeNo],
      ['imp_000000000001-r1', '11000', '2', '1234567890'],
    );
    const parts = ['ReceiptSupplyAmt', 'ReceiptVAT', 'ReceiptServiceAmt', 'ReceiptTaxFreeAmt'].map(
      (name) => fields[name],
    );
    assert.deepEqual(parts, ['9091', '909', '0', '1000']);
  });
});

describe('an inquiry', () => {
  const statusOf = (TID: string, Status: string, parts: object = {}) => ({ ResultCode: '0000', TID, Status, ...parts });
  const ask = (request: Cancel, status: string, TID = request.gatewayTid) =>
    cancel.inquire(answering(statusOf(TID, status)), request, new Date(noon));

  test('about the whole payment: approved is not done; cancelled is to be heard from a repeat, which can do no harm', async () => {
    assert.deepEqual(await ask(whole, '0'), { kind: 'not_done', repeatIsSafe: true });
    assert.deepEqual(await ask(whole, '1'), { kind: 'ask_by_repeating' });
    assert.equal(sent().path, '/webapi/inquery/trans_status.jsp');
    assert.equal(sent().fields.SignData, sha256(whole.gatewayTid, rig.mid, '20240306120000', merchantKey));
    for (const status of ['9', '2', '']) assert.equal((await ask(whole, status)).kind, 'unknown');
    assert.equal((await ask(whole, '0', 'another')).kind, 'unknown');
  });

  test('about a part asks nobody and offers no repeat: NICE tells no amounts', async () => {
    const before = server.requests.length;
    const unasked = (request: Cancel) => cancel.inquire(rig.call({ baseUrl: server.url }), request, new Date(noon));
    assert.equal((await unasked(part)).kind, 'unknown');
    assert.deepEqual(await unasked(rest), { kind: 'ask_by_repeating' });
    assert.equal(server.requests.length, before);
  });

  test('about a receipt finds it by the TID that we made, with its number and its time', async () => {
    const request = receiptIssueOf(referenceOf('trans', 11_000n));
    const askOf = async (Status: string, AuthCode: string) => {
      const ask = (body: unknown) => issue_receipt.inquire(answering(body), request, new Date(noon));
      await ask({});
      const { TID = '' } = sent().fields;
      return { TID, inquiry: await ask(statusOf(TID, Status, { AuthCode, AuthDate: '240306120001' })) };
    };
    const { TID, inquiry } = await askOf('0', '87654321');
    assert.deepEqual(inquiry, {
      kind: 'done',
      result: {
        receiptTid: TID,
        approvalNumber: '87654321',
        receiptUrl: null,
        issuedAt: new Date('2024-03-06T12:00:01+09:00'),
      },
    });
    assert.deepEqual((await askOf('9', '')).inquiry, { kind: 'not_done', repeatIsSafe: true });
    assert.equal((await askOf('1', '87654321')).inquiry.kind, 'unknown');
    assert.equal((await askOf('0', '')).inquiry.kind, 'unknown');
  });
});
