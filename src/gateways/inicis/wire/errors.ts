import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * INICIS's failures: code, text, and what they mean here. `documented`: read in a public source. `inferred`: the code is
 * INICIS's, but its text, or its place, is ours. `simulator`: the code is ours, since INICIS publishes none for it.
 */
export interface InicisError {
  readonly message: string;
  readonly category: RefusalCategory;
  readonly source: 'documented' | 'inferred' | 'simulator';
  /** It does not say whether the request was carried out. */
  readonly isUnclear?: true;
}

const documented = (category: RefusalCategory, message: string): InicisError => ({
  category,
  message,
  source: 'documented',
});

const errors = {
  500626: documented('already_cancelled', '기 취소 거래'),
  120025: documented('already_cancelled', '이미 취소 된 거래임'),
  1225: documented('already_cancelled', '이미 취소 된 거래임'),
  500706: documented('over_balance', '부분취소 잔액 오류'),
  500826: documented('over_balance', '취소 요청 금액이 잔액보다 큼'),
  500667: documented('window_passed', '취소 기한 초과'),
  500714: documented('window_passed', '취소기한이 초과 되었습니다.'),
  120061: documented('window_passed', '취소기한 경과로 취소 불가'),
  500699: documented('partial_not_supported', '부분취소 가능한 지불수단 아님'),
  500702: documented('partial_not_supported', '복합지불 부분취소 불가'),
  500705: documented('partial_not_supported', '부분취소 가능 횟수 초과'),
  500707: documented('partial_not_supported', '부분취소 불가 카드사'),
  500959: documented('partial_not_supported', '간편결제 부분취소 불가 거래'),
  '11C9': documented(
    'partial_not_supported',
    '해당 카드는 부분취소가 불가능한 카드입니다. 직접 환불하여 주시기 바랍니다.',
  ),
  500412: documented('contract_missing', '부분취소 불가 가맹점'),
  500622: documented('contract_missing', '취소불가 가맹점'),
  500627: documented('contract_missing', '매입후취소 불가능 가맹점'),
  500263: documented('unknown_transaction', '취소 TID 정보 불일치'),
  500621: documented('unknown_transaction', '타가맹점거래 취소 불가'),
  500700: documented('unknown_transaction', '부분취소대상 원거래번호(TID)가 아닙니다'),
  500624: documented('other', '부분취소 원거래 취소불가'),
  500625: documented('other', '부분취소 일반취소불가'),
  500628: documented('other', '취소불가능 거래'),
  120022: documented('other', '거래취소불가(기매입된 거래)'),
  500685: documented('other', '에스크로 거래는 에스크로 모듈을 통해 취소해야합니다.'),
  500749: documented('other', '부분취소로 전체금액 취소는 불가능합니다.'),
  500906: documented('other', '[취소한도초과] 취소금액입금하여 한도증액요청'),
  // It asks the merchant to find out whether an equal request was carried out before.
  500127: { ...documented('other', '부분취소 처리 실패(중복요청여부확인요망)'), isUnclear: true },
  '01': documented('unknown_transaction', '해당거래 없음'),
  ERR205: documented('bad_credentials', 'hashData 불일치'),
  ERR012: { category: 'other', message: '요청 값 오류', source: 'inferred' },
  // A charge without the buyer's name, address or telephone; a public client has the code.
  ER0102: { category: 'other', message: '필수 값 누락', source: 'inferred' },
  // What INICIS answers to a card or a key that it does not take is not public.
  SIM01: { category: 'bad_card', message: '카드번호가 올바르지 않습니다.', source: 'simulator' },
  SIM02: { category: 'other', message: '카드 정보(유효기간, 인증정보)가 올바르지 않습니다.', source: 'simulator' },
  SIM03: { category: 'other', message: '한도초과', source: 'simulator' },
  SIM04: { category: 'other', message: '승인이 거절된 카드입니다.', source: 'simulator' },
  SIM05: { category: 'other', message: '등록되지 않은 빌링키입니다.', source: 'simulator' },
} as const satisfies Readonly<Record<string, InicisError>>;

export type InicisErrorCode = keyof typeof errors extends infer Code ? `${Code & (string | number)}` : never;
export const inicisErrors: Readonly<Record<InicisErrorCode, InicisError>> = Object.freeze(errors);

/** For an order number that has been used: the code and the text that the simulator gives are ours. */
export const duplicateOrder = { code: '01', message: '주문번호 중복' } as const;

export function isInicisErrorCode(code: string): code is InicisErrorCode {
  return Object.hasOwn(inicisErrors, code);
}

/** `01` only says that it failed, so that its text decides. */
const byText: ReadonlyMap<string, InicisError> = new Map(
  Object.values(inicisErrors).map((error: InicisError) => [error.message, error]),
);

/** Texts of a failure after which something may have happened all the same. Inferred: INICIS's full list is not public. */
const unclearText =
  /타임\s*아웃|time\s*-?\s*out|시간\s*초과|응답\s*(없음|지연)|통신\s*(오류|장애|에러|실패)|처리\s*중|중복/i;

/**
 * What a failure means. One number comes with several first halves (500626, 512626), so that a code that is not in the table is
 * understood by its text.
 */
export function meaningOf(code: string, message: string): { category: RefusalCategory; isUnclear: boolean } {
  const known =
    (code !== '01' && isInicisErrorCode(code) ? inicisErrors[code] : undefined) ?? byText.get(message.trim());
  if (known) return { category: known.category, isUnclear: known.isUnclear ?? false };
  return { category: 'other', isUnclear: unclearText.test(message) };
}
