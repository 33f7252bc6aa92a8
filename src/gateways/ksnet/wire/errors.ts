import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * KSNET's response codes. `documented`: in the examples of the API specification. `table`: in a public transcription of
 * KSPAY's code table, which is older and has the same codes where both have one. One code may stand for several things;
 * then `word` is what its text must hold.
 */
export interface KsnetError {
  readonly code: string;
  readonly message: string;
  readonly category: RefusalCategory;
  readonly source: 'documented' | 'table';
  readonly word?: string;
  /** `lost`: KSNET itself does not know. `duplicate`: a request like this one was there before. */
  readonly doubt?: 'lost' | 'duplicate';
}

const documented = (code: string, message: string, category: RefusalCategory, word?: string): KsnetError => ({
  code,
  message,
  category,
  source: 'documented',
  ...(word !== undefined && { word }),
});
const table = (
  code: string,
  message: string,
  category: RefusalCategory,
  parts: Partial<KsnetError> = {},
): KsnetError => ({
  code,
  message,
  category,
  source: 'table',
  ...parts,
});
const lost = { doubt: 'lost' } as const;
const duplicate = { doubt: 'duplicate' } as const;

export const ksnetErrors = [
  // Cancelling
  documented('7003', '취소거절기간경과/Tel:1544-6030', 'window_passed', '기간'),
  table('7003', '원거래 없음', 'unknown_transaction'),
  documented('994', '취소거절/취소원거래없음', 'unknown_transaction'),
  table('7001', '이미 취소된 거래', 'already_cancelled'),
  table('7002', '이미 매입된 거래', 'other'),
  table('P10B', '거래번호오류', 'unknown_transaction'),
  table('P10C', '주문번호오류', 'unknown_transaction'),
  table('P10D', '취소거절/주문번호중복', 'other', { word: '주문번호' }),
  table('P10D', '환율정보오류', 'other'),
  table('P10F', '매입처리중', 'temporarily_unavailable', { word: '매입' }),
  table('P10F', '상점할부오류', 'other'),
  table('P10G', '취소거절/원거래없음', 'unknown_transaction', { word: '원거래' }),
  table('P10G', '취소불가거래', 'other'),
  table('P10H', '중복승인요청오류', 'other', { word: '중복', ...duplicate }),
  table('P10H', '매입취소완료', 'already_cancelled'),
  table('P10I', '승인금액오류', 'over_balance', { word: '금액' }),
  table('P10I', '사업자번호 오류', 'other'),
  table('P10L', '취소불가거래/거래일자확인요망', 'other'),
  table('P10O', '원거래검색실패', 'unknown_transaction'),
  table('P10Q', '취소거절/기취소거래', 'already_cancelled'),
  table('P118', '취소거절기간경과', 'window_passed'),

  // Who asks, and whether anybody knows what came of it
  table('P001', '미개시상점', 'contract_missing'),
  table('P002', '미등록상점', 'contract_missing'),
  table('P004', '미개시그룹', 'contract_missing'),
  table('P006', '미등록그룹', 'contract_missing'),
  table('7978', '가맹점 해지', 'contract_missing'),
  table('7979', '가맹점 미등록, 해지, 취소, 거래정지 가맹점', 'contract_missing'),
  table('P105', '중복거래', 'other', duplicate),
  table('7803', '재 조회요망(KSVAN PROCESS ERROR)', 'temporarily_unavailable', lost),
  table('8380', '무응답 또는 지연응답시 (timeout)', 'temporarily_unavailable', lost),
  table('8381', '전산장애 KSNET 전화요망', 'temporarily_unavailable', lost),
  table('P1D1', '데이터전송후 Timeout발생', 'temporarily_unavailable', lost),
  table('X101', '비정상데이타', 'other'),
  table('X102', '데이터 전송에러', 'temporarily_unavailable', lost),
  table('X103', '데이터전송후 Timeout발생', 'temporarily_unavailable', lost),

  // Paying
  documented('6003', '비밀번호오류/비밀번호확인요망', 'other'),
  documented('8326', '승인거절/월사용한도초과', 'other'),
  table('8000', '신용카드 아님', 'bad_card'),
  table('8037', '카드번호 잘못입력 (Check Digit Error)', 'bad_card'),
  table('8110', 'Key-In 불가카드', 'other'),
  table('8120', 'Key-in 불가가맹점', 'contract_missing'),
  table('8314', '유효기간 경과카드', 'other'),
  table('8324', '거래정지카드(B/L)', 'other'),
  table('8327', '1회 사용한도액 초과', 'other'),
  table('8350', '도난, 분실카드', 'other'),
  table('8373', '카드사 전화요망', 'other'),
  table('8393', '할부개월수 오류', 'other'),
  table('8417', '할부불가', 'other'),
  table('P106', '카드정보없음', 'bad_card'),
  table('P108', '카드번호오류', 'bad_card'),
  table('P10J', '유효기간오류', 'other'),
  table('P10N', '카드번호오류', 'bad_card'),
  table('2002', '잔액부족 또는 포인트부족', 'other'),
] as const satisfies readonly KsnetError[];

/** By its code, and where that has several meanings, by its text; the last one of a code is for any other text. */
export function ksnetError(code: string, message: string): KsnetError | undefined {
  const all: readonly KsnetError[] = ksnetErrors;
  return all.find((error) => error.code === code && (error.word === undefined || message.includes(error.word)));
}

/** The envelope's own codes, with the words that the specification has for them. */
export const envelopeCodes = {
  A0200: 'Success',
  A0201: 'Fail',
  A0400: '요청 파라미터 오류',
  A0401: '인증 오류',
  A0403: '프로토콜 오류',
  A0500: '서버 오류',
  A0999: '기타 오류',
} as const;
export type EnvelopeCode = keyof typeof envelopeCodes;
