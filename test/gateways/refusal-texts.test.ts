import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { inquireCancelByRepeating } from '../../src/gateways/answers/no-inquiry.ts';
import {
  meaningOfRefusal,
  outcomeOfRefusalText,
  type RefusalMeaning,
} from '../../src/gateways/answers/refusal-texts.ts';
import type { GatewayCall } from '../../src/port/call.ts';
import { cancelRequestOf } from './kit/payment-requests.ts';

/** Texts as Korean gateways write them; some are published answers of gateways with codes. */
const texts: Readonly<Record<string, RefusalMeaning>> = {
  '해당거래 취소실패(기취소성공)': 'already_cancelled',
  '기 취소 거래': 'already_cancelled',
  '이미 취소된 거래입니다.': 'already_cancelled',
  '이미 취소되었습니다': 'already_cancelled',
  '이미 전액취소된 거래': 'already_cancelled',
  '이미 부분취소된 거래는 전체취소를 할 수 없습니다.': 'other',
  '이미 취소 요청 중인 거래입니다.': 'in_doubt',
  '취소 처리중입니다. 잠시 후 확인하여 주십시오.': 'in_doubt',
  '카드사 응답 시간초과': 'in_doubt',
  '카드사 통신 오류': 'in_doubt',
  '시스템 오류가 발생하였습니다.': 'in_doubt',
  '취소금액이 미정산 금액보다 큽니다.': 'over_balance',
  '상점의 취소가능 금액이 부족합니다.': 'over_balance',
  '취소 요청 금액이 취소 가능 금액을 초과하였습니다.': 'over_balance',
  '부분취소 잔액 오류': 'other',
  '취소 가능 기간이 지났습니다.': 'window_passed',
  '부분취소를 할 수 없는 거래입니다.': 'partial_not_supported',
  '부분취소 불가 가맹점': 'partial_not_supported',
  '부분취소 계약이 필요합니다.': 'contract_missing',
  '서비스 시간이 아닙니다.': 'closed_hours',
  '원거래가 존재하지 않습니다.': 'unknown_transaction',
  '해당 거래가 없습니다': 'unknown_transaction',
  'signature 검증에 실패하였습니다.': 'bad_credentials',
  '취소 패스워드가 일치하지 않습니다.': 'bad_credentials',
  '등록되지 않은 가맹점입니다. 가맹점 번호가 올바르지 않습니다.': 'bad_credentials',
  '카드 비밀번호 오류': 'other',
  '카드번호가 올바르지 않습니다.': 'bad_card',
  '환불 계좌번호 오류': 'bad_refund_account',
  '입금된 가상계좌는 취소할 수 없습니다.': 'deposited',
  '주문번호가 중복되었습니다.': 'duplicate_order',
  '은행 점검 시간': 'temporarily_unavailable',
  한도초과: 'other',
  '': 'other',
};

describe('what a refusal means by its text', () => {
  for (const [text, meaning] of Object.entries(texts)) {
    test(`"${text}" is ${meaning}`, () => assert.equal(meaningOfRefusal(text), meaning));
  }

  test('is found for any text without failing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => void meaningOfRefusal(text)));
  });
});

describe('a failure without a published code', () => {
  const first = { isRepeat: false };
  const repeat = { isRepeat: true };
  const failure = (message: string) => ({ code: '77', message });

  test('of a first request is refused, with its own code and text', () => {
    assert.deepEqual(outcomeOfRefusalText(first, failure('이미 취소된 거래입니다.'), 'done'), {
      kind: 'refused',
      code: '77',
      message: '이미 취소된 거래입니다.',
      category: 'already_cancelled',
    });
    assert.deepEqual(outcomeOfRefusalText(first, failure(''), 'done'), {
      kind: 'refused',
      code: '77',
      message: '77',
      category: 'other',
    });
  });

  test('that tells of a time-out or of a request under way is no refusal, first or not', () => {
    for (const call of [first, repeat]) {
      assert.equal(outcomeOfRefusalText(call, failure('승인기관 응답 지연'), 'done').kind, 'unclear');
      assert.equal(outcomeOfRefusalText(call, failure('처리중인 거래입니다'), 'done').kind, 'unclear');
    }
  });

  test('of a repeat proves something only when it says that all has been cancelled, or that the deposit is there', () => {
    const cancelled = failure('기취소 거래입니다');
    assert.deepEqual(outcomeOfRefusalText(repeat, cancelled, 'done'), { kind: 'confirmed', result: 'done' });
    assert.equal(outcomeOfRefusalText(repeat, cancelled, null).kind, 'unclear');
    assert.equal(outcomeOfRefusalText(repeat, failure('입금 완료된 계좌입니다.'), 'done').kind, 'refused');
    for (const text of Object.keys(texts)) {
      const { kind } = outcomeOfRefusalText(repeat, failure(text), 'done');
      const meaning = text === '' ? 'other' : meaningOfRefusal(text);
      const expected = { already_cancelled: 'confirmed', deposited: 'refused' }[meaning as string] ?? 'unclear';
      assert.equal(kind, expected, text);
    }
  });
});

describe('a question to a gateway without an inquiry', () => {
  const ask = async (amountMinor: bigint, balanceBeforeMinor: bigint) => {
    const request = { ...cancelRequestOf('card', 10_000n), amountMinor, balanceBeforeMinor };
    return (await inquireCancelByRepeating({} as GatewayCall, request, new Date())).kind;
  };

  test('about a cancel of all that is left is answered by a repeat, whole payment or not', async () => {
    assert.equal(await ask(10_000n, 10_000n), 'ask_by_repeating');
    assert.equal(await ask(4_000n, 4_000n), 'ask_by_repeating');
  });

  test('about a cancel that leaves something stays open, and is never repeated', async () => {
    const amounts = fc.bigInt({ min: 1n, max: 10n ** 12n });
    await fc.assert(
      fc.asyncProperty(amounts, amounts, async (amount, left) => {
        assert.equal(await ask(amount, amount + left), 'unknown');
      }),
    );
  });
});
