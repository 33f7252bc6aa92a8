import type { RefusalCategory } from '../../../port/outcome.ts';
import { meaningOfRefusal } from '../../answers/refusal-texts.ts';

/**
 * KICC publishes no list of result codes: `0000` is a success, everything else a failure whose text says why. Only three
 * others are documented. The simulator needs codes all the same: those that begin with Z, and their texts, are this
 * project's own, and no code of KICC's looks like them.
 */
export interface KiccError {
  readonly message: string;
  readonly category: RefusalCategory;
  readonly source: 'documented' | 'sandbox';
  /** May be so because the very request, sent before, was carried out. */
  readonly ofState?: true;
}

const sandbox = (category: RefusalCategory, message: string): KiccError => ({ message, category, source: 'sandbox' });
const ofState = (category: RefusalCategory, message: string): KiccError => ({
  ...sandbox(category, message),
  ofState: true,
});

const errors = {
  '5413': { message: '기타수취불가', category: 'bad_refund_account', source: 'documented' },
  Z101: sandbox('bad_credentials', '등록되지 않은 상점입니다.'),
  Z102: sandbox('bad_credentials', '메시지 인증값이 일치하지 않습니다.'),
  Z103: ofState('other', '중복된 요청입니다.'),
  Z104: sandbox('other', '요청 항목의 형식이 올바르지 않습니다.'),
  Z105: sandbox('other', '사용할 수 없는 특수문자가 있습니다.'),
  Z106: ofState('unknown_transaction', '인증 내역이 존재하지 않습니다.'),
  Z201: sandbox('unknown_transaction', '원거래가 존재하지 않습니다.'),
  Z202: ofState('already_cancelled', '이미 취소된 거래입니다.'),
  Z203: ofState('over_balance', '취소가능금액을 초과하였습니다.'),
  Z204: ofState('over_balance', '취소가능금액이 일치하지 않습니다.'),
  Z205: ofState('other', '취소할 수 없는 거래상태입니다.'),
  Z206: ofState('other', '이미 입금된 거래입니다.'),
  Z207: sandbox('window_passed', '취소 가능 기간이 지났습니다.'),
  Z301: sandbox('unknown_transaction', '조회된 거래내역이 없습니다.'),
  Z401: ofState('other', '존재하지 않는 배치키입니다.'),
  Z402: ofState('other', '승인이 거절된 카드입니다.'),
  Z901: sandbox('temporarily_unavailable', '일시적으로 처리할 수 없습니다.'),
} as const satisfies Readonly<Record<string, KiccError>>;

export type KiccErrorCode = keyof typeof errors;
export const kiccErrors: Readonly<Record<KiccErrorCode, KiccError>> = Object.freeze(errors);

export function knownError(code: string): KiccError | undefined {
  return Object.hasOwn(errors, code) ? kiccErrors[code as KiccErrorCode] : undefined;
}

/** The result is not known yet (documented): it is to be asked for until another code comes. */
export const unknownResultCodes: readonly string[] = ['VTIM', 'VT00'];

/** What a failure says: a doubt, or the category of a clear no. A code without a counterpart is read by its text. */
export function meaningOf(code: string, message: string): RefusalCategory | 'in_doubt' {
  // A request id is used for one request only: that it came twice says that an earlier request has arrived.
  if (unknownResultCodes.includes(code) || /중복/.test(message)) return 'in_doubt';
  const known = knownError(code);
  if (known) return known.category;
  const meaning = meaningOfRefusal(message);
  return meaning === 'deposited' || meaning === 'duplicate_order' ? 'other' : meaning;
}

const keyWord = '(배치|빌링|빌)\\s*키';
const goneText = new RegExp(
  `이미\\s*(삭제|해지)|${keyWord}.{0,8}(존재하지|찾을\\s*수\\s*없|미존재)|(존재하지\\s*않는|등록되지\\s*않은|삭제된|해지된)\\s*${keyWord}`,
);

/** Does the text of a failed deletion say that there is no such key any more? KICC publishes no code that would say so. */
export function saysKeyIsGone(message: string): boolean {
  return goneText.test(message);
}
