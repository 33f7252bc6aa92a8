import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { readLine } from '../../../src/gateways/smartro/adapter/answers.ts';
import { smartro } from '../../../src/gateways/smartro/module.ts';
import { cancelForm } from '../../../src/gateways/smartro/wire/cancel.ts';
import { smilePayHash } from '../../../src/gateways/smartro/wire/hash.ts';
import { decodeEucKr, decodeEucKrForm, encodeEucKr, encodeEucKrForm } from '../../../src/platform/charset/euc-kr.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { openDesk } from '../kit/desk.ts';
import { movingClock } from '../kit/moving-clock.ts';
import { revocationOf } from '../kit/payment-requests.ts';
import { confirmed } from '../kit/scenarios.ts';
import { testsWithoutCodes } from '../kit/without-codes.ts';

const clock = movingClock('2024-03-06T12:00:00+09:00');
const desk = await openDesk(smartro, { clock, success });
const { gateway, rig, server, payment, cancelOf, answered, paid } = desk;
const { cancel, revoke_vbank } = gateway.operations;
beforeEach(() => clock.set('2024-03-06T12:00:00+09:00'));

const earlier = { ordinal: 2, earlierTids: ['earlier'] };
const whole = cancelOf();
const part = cancelOf(payment, { ...earlier, amountMinor: 3000n, balanceBeforeMinor: 8000n });
const rest = cancelOf(payment, { ...earlier, amountMinor: 7000n, balanceBeforeMinor: 7000n });

/** One line, as Smartro writes it: percent-encoded EUC-KR. Fields that are replaced by `undefined` are left out. */
function success(request: Cancel, parts: Record<string, string | undefined> = {}): string {
  const fields = {
    PayMethod: 'CARD',
    PayName: '신용카드',
    MID: rig.mid,
    TID: request.gatewayTid,
    CancelAmt: String(request.amountMinor),
    CancelMSG: request.reason,
    ResultCode: '2001',
    ResultMsg: '취소 성공',
    CancelDate: '20240306',
    CancelTime: '115959',
    CancelNum: '24030601',
    Moid: 'imp000000000001',
    PTID: request.amountMinor === request.paymentAmountMinor ? '' : 'new-part',
    ...parts,
  };
  const kept = Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return encodeEucKrForm(Object.fromEntries(kept));
}

const refusal = (ResultMsg: string) => encodeEucKrForm({ ResultCode: 'ABCD', ResultMsg });

/** What was sent, split without our own code: the values are still percent-encoded. */
function sentValues(): Record<string, string> {
  const { path, headers, body } = server.last();
  assert.equal(path, '/cancel/payCancelNVProcess.jsp');
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded; charset=euc-kr');
  assert.match(body, /^[\x21-\x7e]+$/);
  return Object.fromEntries(body.split('&').map((pair) => pair.split('=') as [string, string]));
}

const exampleKey = 'MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWQ==';

describe('on the wire', () => {
  test('a cancel of the whole payment is a full one, its hash and its reason as in a sample made with Python', () => {
    const cancel = { tid: 'SMTPAY001m01012403061947481234', amountMinor: 1000n, isPartial: true, reason: '결제 취소' };
    assert.deepEqual(cancelForm(cancel, { merchantKey: exampleKey, cancelPassword: '123456' }).split('&').sort(), [
      'CancelAmt=1000',
      'CancelMSG=%25B0%25E1%25C1%25A6%2B%25C3%25EB%25BC%25D2',
      'Cancelpw=123456',
      'PartialCancelCode=1',
      'TID=SMTPAY001m01012403061947481234',
      'hashData=OTMzNDRjOTEwYzMwMjk4NDc5ZjNhMThkNzJkNjJiZDI%3D',
    ]);
  });

  test('only the whole payment is a full cancel: a part, and what is left after a part, are partial ones', async () => {
    for (const [request, code] of [
      [whole, '0'],
      [part, '1'],
      [rest, '1'],
    ] as const) {
      await answered(undefined, { request });
      const { CancelAmt, PartialCancelCode, hashData, TID } = sentValues();
      assert.deepEqual([TID, CancelAmt, PartialCancelCode], [whole.gatewayTid, String(request.amountMinor), code]);
      const { merchantKey = '' } = rig.call().channel.credentials;
      const hash = smilePayHash(whole.gatewayTid, merchantKey, String(request.amountMinor), code);
      assert.equal(decodeURIComponent(hashData ?? ''), hash);
    }
  });

  test('a reason is cut to 100 bytes of EUC-KR, not within a character', async () => {
    await answered(success(whole), { request: { ...whole, reason: `a${'가'.repeat(60)}` } });
    const { CancelMSG = '' } = sentValues();
    const inner = decodeURIComponent(CancelMSG);
    assert.equal(inner, `a${'%B0%A1'.repeat(49)}`);
  });

  test('an account that waits is revoked by a full cancel of its amount', async () => {
    await revoke_vbank.send(desk.answering('', { status: 500 }), revocationOf(5000n));
    const { CancelAmt, PartialCancelCode, TID } = sentValues();
    assert.deepEqual([TID, CancelAmt, PartialCancelCode], ['tid-of-the-payment', '5000', '0']);
  });

  test('any reason comes out of the form as it went in, as far as EUC-KR has it', () => {
    const credentials = { merchantKey: exampleKey, cancelPassword: '1&=%+ 가' };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (reason) => {
        const cancel = { tid: 'tid', amountMinor: 1n, isPartial: false, reason };
        const fields = decodeEucKrForm(cancelForm(cancel, credentials));
        assert.equal(fields.Cancelpw, credentials.cancelPassword);
        const expected = decodeEucKr(encodeEucKr(reason.replace(/[\p{Cc}\s]+/gu, ' ').trim())) || '취소';
        const inner = decodeEucKrForm(`m=${fields.CancelMSG}`).m ?? '';
        assert.ok(encodeEucKr(inner).length <= 100);
        assert.ok(expected.startsWith(inner));
        if (encodeEucKr(reason).length <= 100) assert.equal(inner, expected);
      }),
    );
  });
});

describe('an answer to a cancel', () => {
  test('with 2001 or 2211, about this payment and amount, is confirmed', async () => {
    assert.deepEqual(await answered(undefined, { request: part }), {
      kind: 'confirmed',
      result: {
        gatewayTid: 'new-part',
        amountMinor: 3000n,
        cancelledAt: new Date('2024-03-06T02:59:59Z'),
        receiptUrl: null,
      },
    });
    const full = confirmed(await answered(success(whole, { ResultCode: '2211' })));
    assert.equal(full.gatewayTid, whole.gatewayTid);
  });

  test('may stand between empty lines, without the MID, with leading zeros and without a readable time', async () => {
    const parts = { MID: undefined, CancelAmt: '000000003000', CancelTime: undefined };
    const outcome = await answered(`\r\n\r\n${success(part, parts)}\r\n`, { request: part });
    assert.deepEqual(confirmed(outcome).cancelledAt, clock.now());
  });

  const doubtful: Readonly<Record<string, Record<string, string | undefined>>> = {
    'of another payment': { TID: 'another' },
    'without a payment': { TID: undefined },
    'of another merchant': { MID: 'another000' },
    'of another amount': { CancelAmt: '3001' },
    'without an amount': { CancelAmt: undefined },
    'with an amount that is no integer': { CancelAmt: '3,000' },
    'with a partial cancel that is known already': { PTID: 'earlier' },
  };
  for (const [name, parts] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await answered(success(part, parts), { request: part })).kind, 'unclear');
    });
  }

  test('that is no such line, has no code, or comes with another status is unclear', async () => {
    const lines = ['', '2001', '{"ResultCode":"2001"}', '<html>ResultCode=2001</html>', 'ResultMsg=2001'];
    for (const answer of [...lines, `${success(part)}\n${success(part)}`, `<br>${success(part)}`]) {
      assert.equal((await answered(answer, { request: part })).kind, 'unclear', answer);
    }
    for (const status of [201, 302, 400, 403, 404, 429, 500, 502, 503]) {
      assert.equal((await answered(undefined, { request: part, status })).kind, 'unclear', String(status));
      const answer = refusal('이미 취소된 거래입니다.');
      assert.equal((await answered(answer, { request: part, status })).kind, 'unclear', String(status));
    }
  });

  test('is read whatever it holds, and never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void readLine(text)));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,9}$/), fc.string()), (fields) => {
        const read = readLine(encodeEucKrForm(fields));
        if (Object.keys(fields).length === 0) return assert.equal(read, undefined);
        for (const [name, value] of Object.entries(fields)) {
          assert.equal(read?.[name], decodeEucKr(encodeEucKr(value)));
        }
      }),
    );
  });
});

testsWithoutCodes(desk, { refusal, code: 'ABCD' });

describe('against the simulator', () => {
  const categories: Readonly<Record<string, [Partial<Cancel>, string]>> = {
    'more than is left': [{ amountMinor: 10_001n }, 'over_balance'],
    'an unknown payment': [{ gatewayTid: 'nothing' }, 'unknown_transaction'],
  };
  for (const [name, [parts, category]] of Object.entries(categories)) {
    test(`${name} is refused as ${category}`, async () => {
      const request = { ...cancelOf(await paid('card')), ...parts };
      const outcome = await cancel.send(rig.call(), request);
      assert.equal(outcome.kind === 'refused' && outcome.category, category);
    });
  }

  test('a payment that this merchant does not have is refused as unknown', async () => {
    const request = cancelOf(await paid('card'));
    const outcome = await cancel.send(rig.call(), { ...request, gatewayTid: `${rig.mid}01012403061200009999` });
    assert.equal(outcome.kind === 'refused' && outcome.category, 'unknown_transaction');
  });

  test('a wrong key and a wrong cancel password are refused as bad credentials', async () => {
    const request = cancelOf(await paid('card'));
    for (const [parts, code] of [
      [{ merchantKey: exampleKey }, 'SIM02'],
      [{ cancelPassword: 'wrong' }, 'SIM03'],
    ] as const) {
      const credentials = { ...rig.call().channel.credentials, ...parts };
      const outcome = await cancel.send(rig.call({ credentials }), request);
      assert.ok(outcome.kind === 'refused');
      assert.deepEqual([outcome.code, outcome.category], [code, 'bad_credentials']);
    }
  });
});
