import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * Hecto's result codes and texts, from table 41.1 of the official document. `unclear`: the code tells of a failure or a
 * time-out somewhere behind Hecto's door, or of work under way, so that nothing is certain; the inquiry then tells. Which
 * codes are of that kind is our reading of their texts: the document does not say.
 */
export interface HectoError {
  readonly message: string;
  readonly meaning: RefusalCategory | 'unclear';
}

const errors: Record<string, HectoError> = Object.create(null);
const rows: { readonly codes: string; readonly message: string; readonly meaning: HectoError['meaning'] }[] = [];

function add(meaning: HectoError['meaning'], texts: Readonly<Record<string, string>>): void {
  for (const [codes, message] of Object.entries(texts)) {
    rows.push({ codes, message, meaning });
    for (const code of codesOf(codes)) errors[code] = { message, meaning };
  }
}

/** `CA13~CA19` stands for seven codes with one text. */
function codesOf(range: string): string[] {
  const [first = '', last] = range.split('~');
  if (last === undefined) return [first];
  const prefix = first.slice(0, -2);
  const [from, to] = [Number(first.slice(-2)), Number(last.slice(-2))];
  return Array.from({ length: to - from + 1 }, (_, at) => prefix + String(from + at).padStart(2, '0'));
}

add('unclear', {
  '9901': '게이트웨이 요청 전문 오류',
  '9902': '게이트웨이 응답 전문 오류',
  '9903': '게이트웨이 요청 오류',
  '9904': '게이트웨이 응답 오류',
  '9905': '게이트웨이 시스템 오류',
  '9999': '내부 시스템 오류',
  ST10: '내부 시스템 오류',
  ST38: '처리 진행 중',
  ST50: '중복요청',
  ST60: '비정상 처리',
  ST79: '시스템 오류',
  ST99: '기타 오류',
  VTIM: '원천사 타임아웃',
  CA02: '원천사 장애',
  CA04: '결제 중계사 장애',
  CA81: '거래 처리 중 오류 발생',
  CA84: '기타 오류가 발생하였습니다.',
  CA85: '취소거래 처리 시 오류가 발생하였습니다.',
  'MP34~MP36': '원천사 중복 처리',
  MP97: '내부 오류',
  MP98: '기타 오류',
  'RA80~RA81': '원천사 네트워크 오류',
  RA82: '헥토파이낸셜 오류',
  RA83: '원천사 네트워크 오류',
  RA84: '헥토파이낸셜 오류',
  'RA86~RA87': '은행 오류',
  'CP80~CP87': '원천사 관련 오류',
  'GC20~GC24': '원천사 관련 오류',
  'GC95~GC96': '원천사 시스템 오류',
  GC97: '내부 오류',
  GC98: '기타 오류',
  TM11: '취소오류',
  TM99: '알수 없는 오류',
  PZ02: '원천사 장애',
  PZ03: '결제 중계 오류',
  PZ71: '거래 처리 중 오류 발생',
  PZ76: '기타 오류',
  'PZ77~PZ78': '환불/취소 처리 오류',
  PZ81: '진행 중 거래',
});
add('already_cancelled', {
  ST25: '중복 취소 요청',
  ST39: '환불 중복 요청',
  CA12: '기취소 거래',
  MP82: '기 취소 거래',
  RA33: '기취소 거래',
  CP30: '기취소 거래',
  GC41: '취소 기처리',
  TM01: '기 취소 거래',
  TM03: '중복 취소',
  PZ87: '기취소 거래',
});
add('over_balance', {
  '3007': '취소 한도 초과',
  ST57: '취소금액(환불금액)이 원거래금액을 초과합니다.',
  TM04: '취소금액 초과',
});
add('partial_not_supported', {
  ST54: '부분취소 불가',
  ST58: '취소요청금액이 원거래금액과 일치하지 않습니다.',
  CA88: '해당 선불카드(기프트카드)는 부분취소가 불가합니다.',
});
add('window_passed', {
  ST46: '취소기간 경과',
  MP81: '취소 기간 경과',
  TM30: '환불 기간 초과',
});
add('closed_hours', {
  ST11: '원천사 점검 시간',
  'RA30~RA31': '업무시간 마감',
  RA88: '은행 업무종료',
  PZ32: '가맹점 운영 시간 종료',
});
add('unknown_transaction', {
  ST06: '거래정보 없음',
  CA10: '거래정보 없음',
  MP03: '결제정보 없음',
  RA34: '원거래 조회 실패',
  RA35: '거래정보 없음',
  'CP32~CP33': '원거래 조회 실패',
  GC03: '결제정보 없음',
  GC05: '결제정보 없음',
  TM02: '결제정보 없음',
  PZ10: '원거래 정보 미존재',
  PZ82: '승인내역 미존재',
});
add('temporarily_unavailable', {
  ST41: '트래픽 과다',
  ST68: '서비스 중지',
  CA01: '원천사 점검',
  'MP95~MP96': '원천사 트래픽 과다',
  PZ01: '원천사 점검',
  PZ05: '원천사 점검',
});
add('bad_credentials', {
  '1901': '해쉬값 불일치 오류',
  '1902': '암호화 항목 미처리 오류',
  ST47: '미등록 상점',
});
add('contract_missing', {
  ST48: '미등록 가맹점',
  CA65: '인증거래미약정가맹점',
  MP04: '미등록 가맹점/서비스',
  RA32: '서비스 불가 상점',
  GC04: '미등록 가맹점/서비스',
  TM14: '미등록 가맹점/서비스',
});
add('bad_card', {
  CA20: '카드 유효기간이 유효하지 않습니다.',
  'CA27~CA29': '비밀번호 관련 오류',
  CA30: '식별번호 오류',
  'CA50~CA57': '카드상태 오류',
  CA58: '미등록 카드입니다. 카드사로 문의해 주세요.',
  CA70: '식별번호(생년월일/사업자번호)+비밀번호가 유효하지 않음',
});
add('bad_refund_account', {
  ST24: '예금주 불일치',
  ST32: '예금주 성명 오류',
  RA20: '은행정보 없음',
  RA21: '계좌번호 상태 에러',
});
add('other', {
  '1001': '결제 요청 정보 누락(상점아이디)',
  '1002': '결제 요청 정보 누락(결제수단)',
  '1003': '결제 요청 정보 누락(거래일자)',
  '1004': '결제 요청 정보 누락(거래시간)',
  '1005': '결제 요청 정보 누락(상점주문번호)',
  '1008': '결제 요청 정보 누락(상품명)',
  '1009': '결제 요청 정보 누락(거래금액)',
  '1013': '결제 요청 정보 누락(상점고객아이디)',
  '1101': '결제 요청 정보 길이 오류(상점아이디)',
  '1102': '결제 요청 정보 길이 오류(결제수단)',
  '1103': '결제 요청 정보 길이 오류(요청일자)',
  '1104': '결제 요청 정보 길이 오류(요청시간)',
  '1105': '결제 요청 정보 길이 오류(상점주문번호)',
  '1108': '결제 요청 정보 길이 오류(상품명)',
  '1109': '결제 요청 정보 길이 오류(거래금액)',
  '1110': '결제 요청 정보 길이 오류(고객명)',
  '1111': '결제 요청 정보 길이 오류(결과처리URL)',
  '1115': '결제 요청 정보 길이 오류(이메일)',
  '1117': '결제 요청 정보 길이 오류(상점고객아이디)',
  '1118': '결제 요청 정보 길이 오류(면세여부)',
  '1119': '결제 요청 정보 길이 오류(과세금액)',
  '1120': '결제 요청 정보 길이 오류(부가세금액)',
  '1121': '결제 요청 정보 길이 오류(비과세금액)',
  '1122': '결제 요청 정보 길이 오류(봉사료)',
  '1127': '결제 요청 정보 길이 오류(hash 데이터)',
  '6001': '유효하지 않은 요청 전문',
  ST03: '기 결제건',
  ST07: '유효하지 않은 전문',
  ST09: '유효하지 않은 요청전문',
  ST19: '기타 거래 불가',
  ST26: '취소 정보 오류',
  ST44: '원천사 정보 오류',
  ST45: '취소 실패',
  ST55: '복합과세 금액 불일치',
  ST56: '취소회차 오류',
  ST69: '서비스 불가',
  ST70: '정책 차단',
  CA03: '전문 유효성 체크',
  CA11: '기매입 거래',
  'CA13~CA19': '요청정보 오류',
  'CA21~CA23': '할부 관련 오류',
  CA26: '사용횟수 초과',
  'CA31~CA37': '한도 관련 오류',
  CA38: '포인트한도 미달로 거래 불가',
  'CA40~CA41': '거래금액 오류',
  CA42: '1000원 미만 99,999,999원 이상 금액 거래 불가',
  CA59: '법인카드는 거래가 불가능합니다.',
  'CA60~CA64': '가맹점상태 오류',
  CA80: '서비스 불가 거래',
  CA82: '카드사 전화 요망',
  CA83: '해당 거래는 취소가 불가합니다.',
  CA86: '이중 거래 입니다.',
  CA87: '가맹점 번호가 유효하지 않습니다.',
  MP01: '요청자료 오류',
  MP02: '요청정보 불일치',
  MP80: '취소 실패',
  MP94: '서비스 불가',
  RA14: '금액초과',
  RA15: '금액 불일치',
  CP03: '요청금액 초과',
  CP04: '금액 불일치',
  GC01: '요청자료 오류',
  GC02: '요청정보 불일치',
  GC40: '취소 실패',
  GC42: '취소 불가',
  GC94: '서비스 불가',
  TM05: '요청자료 오류',
  TM40: '취소 실패',
  PZ75: '취소 불가 거래',
  PZ84: '환불 불가',
  PZ86: '기처리 거래',
  PZ88: '기매입 거래',
});

export const hectoErrors: Readonly<Record<string, HectoError>> = Object.freeze(errors);

/** The same as a table, with the ranges in which Hecto writes its codes. */
export const hectoErrorRows = Object.freeze(rows);

/**
 * Refusals of a repeat that the first request may itself have caused, besides those that `outcomeOfRefusal` knows: less is
 * left than before, the next ordinal is due, or the month is over by now.
 */
export function mayFollowFirstRequest(code: string): boolean {
  return hectoErrors[code]?.meaning === 'window_passed' || ['ST26', 'ST55', 'ST56', 'ST58'].includes(code);
}
