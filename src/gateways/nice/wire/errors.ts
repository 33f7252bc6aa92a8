import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * What a result code says of the request that it answers.
 * - `unclear`: NICE does not know, or is not finished; nothing can be concluded.
 * - `number_used`: our order id or Moid was used before. Ours are used once, so that the earlier request was ours.
 * - `tid_used`: the TID was used before. We make it, with four digits of chance: on a first request it met somebody else's.
 */
export type NiceMeaning = RefusalCategory | 'unclear' | 'number_used' | 'tid_used';

export interface NiceError {
  readonly message: string;
  readonly meaning: NiceMeaning;
}

const said = (meaning: NiceMeaning, message: string): NiceError => ({ message, meaning });

/**
 * Codes and texts that both of NICE's APIs answer: its table of result codes (nicepay-manual, common/code.md), for
 * cancels, refunds and cash receipts.
 */
export const commonErrors = {
  '1534': said('partial_not_supported', '부분취소 불가능 거래'),
  '1615': said('other', '거래금액 합계오류(공급가액,부가세,봉사료,면세금액 합계)'),
  '2000': said('unclear', 'DB오류'),
  '2003': said('other', '취소 실패'),
  '2010': said('other', '취소 요청금액 0원 이하'),
  '2011': said('other', '취소 금액 불일치'),
  '2012': said('unknown_transaction', '취소 해당거래 없음'),
  '2013': said('already_cancelled', '취소 완료 거래'),
  '2014': said('other', '취소 불가능 거래'),
  '2015': said('already_cancelled', '기 취소 요청'),
  '2016': said('window_passed', '취소 기한 초과'),
  '2017': said('contract_missing', '취소 불가 회원사'),
  '2018': said('contract_missing', '신용카드 매입후 취소 불가능 가맹점'),
  '2019': said('unknown_transaction', '타 회원사 거래 취소 불가'),
  '2020': said('window_passed', '망상 취소 허용시간 초과'),
  // Which kind of cancel it was, in the words of the table; whether such an answer is a yes, nothing says.
  '2021': said('unclear', '매입전취소'),
  '2022': said('unclear', '매입후취소'),
  '2023': said('other', '취소 한도 초과'),
  '2024': said('bad_credentials', '취소패스워드 불일치'),
  '2025': said('bad_credentials', '취소패스워드 미 입력'),
  '2026': said('over_balance', '입금액보다 취소금액이 큽니다.'),
  '2027': said('other', '에스크로 거래는 구매 또는 구매거절 시 취소가능'),
  '2028': said('partial_not_supported', '부분취소 불가능 가맹점'),
  '2029': said('partial_not_supported', '부분취소 불가능 결제수단'),
  '2030': said('partial_not_supported', '해당결제수단 부분취소 불가'),
  '2031': said('other', '전체금액취소 불가'),
  '2032': said('over_balance', '취소금액이 취소가능금액보다 큼'),
  '2033': said('partial_not_supported', '부분취소 불가능금액 전체취소 이용바람'),
  '2052': said('partial_not_supported', '에스크로 부분취소 불가.'),
  '4123': said('other', '가상계좌 채번취소(환불) 상태이므로 입금처리 실패'),
  '7002': said('other', '현금영수증 종류오류'),
  '7003': said('number_used', '현금영수증 중복발급'),
  '7004': said('other', '현금영수증 취소오류'),
  '7010': said('unclear', 'VAN응답실패'),
  '7012': said('other', '현금영수증 Identity 번호 오류'),
  '7042': said('other', '현금영수증 최대금액 초과오류'),
  // Of cards and their keys. The texts are shortened from the table's; 8035 stands in a sample of i'mport's.
  '8035': said('other', '한도초과'),
  A124: said('other', '존재하지 않는 빌키입니다'),
  A125: said('other', '유효하지 않은 빌키입니다'),
  A126: said('other', '이미 삭제되었거나 존재하지 않는 빌키입니다'),
  A128: said('contract_missing', '신용카드 키인 이용 가맹점이 아닙니다'),
  A253: said('other', '빌키 발급에 실패하였습니다'),
  A255: said('other', '다른 상점의 빌키입니다'),
  F112: said('bad_card', '유효하지 않은 카드번호입니다'),
  F113: said('other', '카드 소유주가 아닙니다'),
  F115: said('contract_missing', '빌링 서비스가 정지된 상점입니다'),
  F116: said('contract_missing', '빌링 서비스가 해지된 상점입니다'),
  F117: said('contract_missing', '빌링 이용 상점이 아닙니다'),
  F118: said('other', '사용할 수 없는 카드입니다'),
  F201: said('other', '이미 등록된 카드입니다'),
} as const satisfies Readonly<Record<string, NiceError>>;

/**
 * What the old API answers. 2002, 2212 and 2056 are those that its manual calls unfinished; 1617, 2047 and the text of 2015
 * stand in NICE's answers to developers (tip.php), the A codes and 9000s in its table of result codes.
 */
const errors = {
  ...commonErrors,
  '1617': said('other', '거래금액 오류(공급가액,부가세,봉사료,면세금액 미입력)'),
  '2002': said('unclear', '취소 진행중'),
  '2015': said('already_cancelled', '해당거래 취소실패(기취소성공) : 전화 문의(1661-0808)'),
  '2047': said('other', '이미 입금처리가 완료되어 취소 불가'),
  '2056': said('unclear', '취소 시 카드사 타임아웃(재취소 요망)'),
  '2212': said('unclear', '환불 진행중'),
  '4104': said('other', '가상계좌 정보 오류'),
  '4117': said('other', '가상계좌 발급 실패'),
  '9000': said('other', '필드값이 누락되었습니다.'),
  '9001': said('other', '필드 길이가 잘못되었습니다.'),
  '9002': said('unclear', 'Try-Catch-Exception'),
  A101: said('bad_credentials', 'SIGN DATA 검증에 실패하였습니다'),
  A106: said('other', '날짜 형식이 올바르지 않습니다'),
  A107: said('other', '입금예정일이 지났습니다'),
  A109: said('bad_credentials', '요청한 MID의 설정 정보가 없습니다'),
  A110: said('unclear', '외부 연동결과 실패'),
  A112: said('other', '비정상적인 경로로 접속되었습니다'),
  A114: said('bad_credentials', '상점 MID가 유효하지 않습니다'),
  A115: said('other', 'TID가 유효하지 않습니다'),
  A116: said('other', '요청 금액이 올바르지 않습니다'),
  A122: said('unknown_transaction', '타 상점 거래 처리 불가(MID 불일치)'),
  A127: said('number_used', '주문번호 중복 오류'),
  A147: said('other', '필드 길이가 초과되었습니다'),
  A212: said('other', '잘못된 데이터 형식입니다'),
  A224: said('bad_credentials', '허용되지 않은 IP입니다'),
  A225: said('tid_used', 'TID 중복 오류'),
  A226: said('unclear', '전문통신 과정에서 오류가 발생하였습니다'),
  A242: said('other', '정의되지 않은 지불수단 입니다'),
  A246: said('temporarily_unavailable', '비정상 과다접속으로 인한 오류입니다'),
  A251: said('unknown_transaction', '거래내역이 존재하지 않습니다.'),
  A254: said('unclear', '제휴사 응답전문이 유효하지 않습니다.'),
  A299: said('unclear', 'API 지연처리 발생.'),
  A304: said('unclear', 'DB테이블 INSERT 오류발생.'),
  A306: said('unclear', 'DB테이블 UPDATE 실패.'),
  A401: said('unclear', '대외계 전문통신 과정에서 오류가 발생하였습니다.'),
  A402: said('unclear', 'DB트랜잭션 처리에 실패하였습니다.'),
  A403: said('unclear', '대외기관 응답 전문이 올바르지 않습니다.'),
  S999: said('unclear', '기타오류가 발생하였습니다.'),
  X002: said('unclear', '서버로 소켓 연결 중 오류가 발생하였습니다'),
  X003: said('unclear', '전문 수신 중 오류가 발생하였습니다'),
  X004: said('unclear', '전문 송신 중 오류가 발생하였습니다'),
} as const satisfies Readonly<Record<string, NiceError>>;

export type NiceErrorCode = keyof typeof errors;
export const niceErrors: Readonly<Record<NiceErrorCode, NiceError>> = Object.freeze(errors);

export function isNiceErrorCode(code: string): code is NiceErrorCode {
  return Object.hasOwn(errors, code);
}

/** NICE's documents call every code but those of success a failure: one that is not in the table is refused as `other`. */
export function niceMeaning(code: string, message: string): NiceMeaning {
  return meaningWithin(isNiceErrorCode(code) ? niceErrors[code] : undefined, code, message);
}

/**
 * 2026 has two texts: in the table the deposit is too small, and to merchants NICE says that what it still owes them is
 * (미정산 금액). The second one passes with their next sales.
 */
export function meaningWithin(known: NiceError | undefined, code: string, message: string): NiceMeaning {
  if (code === '2026' && message.includes('미정산')) return 'temporarily_unavailable';
  return known?.meaning ?? 'other';
}
