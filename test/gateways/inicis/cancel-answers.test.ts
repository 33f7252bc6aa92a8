import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inicisErrors } from '../../../src/gateways/inicis/wire/errors.ts';
import type { Cancel } from '../../../src/port/cancel.ts';
import { failure, openInicisDesk, rest, tid, whole } from './desk.ts';

const desk = await openInicisDesk();
const { clock, cancelAnswered } = desk;

const fullAnswer = { resultCode: '00', resultMsg: '정상', cancelDate: '20240306', cancelTime: '120001' };
const partAnswer = {
  resultCode: '00',
  resultMsg: '정상',
  prtcDate: '20240306',
  prtcTime: '120001',
  tid: 'ours',
  prtcTid: tid,
  prtcPrice: '3000',
  prtcRemains: '7000',
  prtcCnt: '1',
};

describe('the answer to a cancel', () => {
  test('of a part is confirmed with the new transaction id, whichever way round the two ids come', async () => {
    const result = {
      gatewayTid: 'ours',
      amountMinor: 3000n,
      cancelledAt: new Date('2024-03-06T12:00:01+09:00'),
      receiptUrl: null,
    };
    assert.deepEqual(await cancelAnswered(partAnswer), { kind: 'confirmed', result });
    assert.deepEqual(await cancelAnswered({ ...partAnswer, tid, prtcTid: 'ours' }), { kind: 'confirmed', result });
    const numbers = { ...partAnswer, prtcPrice: 3000, prtcRemains: 7000, prtcType: null };
    assert.deepEqual(await cancelAnswered(numbers), { kind: 'confirmed', result });
  });

  test("of a full one is confirmed under the payment's own id", async () => {
    const outcome = await cancelAnswered({ ...fullAnswer, cshrCancelNum: null }, whole);
    assert.deepEqual(outcome, {
      kind: 'confirmed',
      result: {
        gatewayTid: tid,
        amountMinor: 10_000n,
        cancelledAt: new Date('2024-03-06T12:00:01+09:00'),
        receiptUrl: null,
      },
    });
  });

  const doubtful: Readonly<Record<string, unknown>> = {
    'about another payment': { ...partAnswer, prtcTid: 'another' },
    'with two unknown ids': { ...partAnswer, tid: 'ours', prtcTid: 'x' },
    'without an id of its own': { ...partAnswer, tid: null },
    'with the id of the payment twice': { ...partAnswer, tid },
    'with another amount': { ...partAnswer, prtcPrice: '2999' },
    'with an amount that is no integer': { ...partAnswer, prtcPrice: '3000.5' },
    'without an amount': { ...partAnswer, prtcPrice: null },
    'that leaves another balance': { ...partAnswer, prtcRemains: '6999' },
    'without a balance': { ...partAnswer, prtcRemains: '' },
    'with a time that is none': { ...partAnswer, prtcDate: '20240230' },
    'in the form of a full cancel': fullAnswer,
    'without a result': { ...partAnswer, resultCode: null },
    'that is empty': '',
    'that is a page': '<html>URL</html>',
    'that is null': 'null',
    'that is a list': '[]',
  };
  for (const [name, body] of Object.entries(doubtful)) {
    test(`${name} is unclear`, async () => {
      assert.equal((await cancelAnswered(body)).kind, 'unclear');
    });
  }

  test('with another HTTP status is unclear, whatever it says', async () => {
    for (const status of [201, 302, 400, 401, 404, 408, 429, 500, 502, 503]) {
      for (const body of [partAnswer, failure('01', '500626'), '<html>proxy</html>']) {
        assert.equal((await cancelAnswered(body, {}, { status })).kind, 'unclear', String(status));
      }
    }
  });
});

describe('a refusal', () => {
  test("has INICIS's code and text, and our category, for every code of the table", async () => {
    for (const [code, { category, isUnclear }] of Object.entries(inicisErrors)) {
      if (code === '01') continue;
      const outcome = await cancelAnswered(failure('01', code));
      const expected = isUnclear
        ? { kind: 'unclear', why: `INICIS answered ${code}`, code, message: '문구' }
        : { kind: 'refused', code, message: '문구', category };
      assert.deepEqual(outcome, expected);
    }
  });

  test('is of the category that its words say', () => {
    const categories = Object.fromEntries(Object.entries(inicisErrors).map(([code, { category }]) => [code, category]));
    const expected = {
      '500626': 'already_cancelled',
      '500826': 'over_balance',
      '500706': 'over_balance',
      '500667': 'window_passed',
      '120061': 'window_passed',
      '500699': 'partial_not_supported',
      '500705': 'partial_not_supported',
      '11C9': 'partial_not_supported',
      '500622': 'contract_missing',
      '500621': 'unknown_transaction',
      ERR205: 'bad_credentials',
      ERR012: 'other',
      '500749': 'other',
    };
    for (const [code, category] of Object.entries(expected)) assert.equal(categories[code], category, code);
  });

  test('may have its code in the place of 01', async () => {
    for (const body of [failure('500626', ''), { ...failure('500626', ''), detailResultCode: null }]) {
      const outcome = await cancelAnswered(body);
      assert.deepEqual(outcome, { kind: 'refused', code: '500626', message: '문구', category: 'already_cancelled' });
    }
  });

  test('with an unknown code is understood by its text, and else of no category', async () => {
    const kinds = async (code: string, message: string) => {
      const outcome = await cancelAnswered(failure('01', code, message));
      return outcome.kind === 'refused' ? outcome.category : outcome.kind;
    };
    assert.equal(await kinds('512626', '기 취소 거래'), 'already_cancelled');
    assert.equal(await kinds('512826', '취소 요청 금액이 잔액보다 큼'), 'over_balance');
    assert.equal(await kinds('', '해당거래 없음'), 'unknown_transaction');
    assert.equal(await kinds('599999', '새로운 사유'), 'other');
    assert.equal(await kinds('', '새로운 사유'), 'other');
  });

  test('that speaks of a time-out, of the network, of work under way or of a duplicate is no clear no', async () => {
    for (const message of [
      '타임아웃',
      '시간초과',
      '카드사 응답지연',
      '통신 오류',
      '처리중 입니다',
      '중복 요청',
      'TIME OUT',
    ]) {
      assert.equal((await cancelAnswered(failure('01', '599998', message))).kind, 'unclear', message);
    }
  });
});

describe('a repeat of a cancel', () => {
  const repeated = (code: string, parts: Partial<Cancel>, times: object = {}) =>
    cancelAnswered({ ...failure('01', code), ...times }, parts, { isRepeat: true });

  test('of all that was left is confirmed by "already cancelled", at the time that INICIS says', async () => {
    const times = { cancelDate: '20240306', cancelTime: '115959' };
    for (const parts of [whole, rest]) {
      assert.deepEqual(await repeated('500626', parts, times), {
        kind: 'confirmed',
        result: {
          gatewayTid: tid,
          amountMinor: parts.amountMinor,
          cancelledAt: new Date('2024-03-06T11:59:59+09:00'),
          receiptUrl: null,
        },
      });
      const without = await repeated('500626', parts);
      assert.deepEqual(without.kind === 'confirmed' && without.result.cancelledAt, clock.now());
    }
  });

  test('of a part is no answer when it is refused by what the first request may have left behind', async () => {
    for (const code of ['500626', '120025', '500706', '500826', '500624', '500625', 'ERR205', '500412']) {
      assert.equal((await repeated(code, {})).kind, 'unclear', code);
    }
  });

  test('of all that was left is no answer when a part was cancelled since', async () => {
    for (const code of ['500624', '500625', '500706', '500826']) {
      assert.equal((await repeated(code, whole)).kind, 'unclear', code);
    }
  });

  test('is refused where the refusal speaks against the first request as well', async () => {
    for (const code of ['500667', '500699', '500621', '500685']) {
      assert.equal((await repeated(code, whole)).kind, 'refused', code);
    }
  });
});
