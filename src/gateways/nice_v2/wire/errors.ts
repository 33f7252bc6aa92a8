import { commonErrors, meaningWithin, type NiceError, type NiceMeaning } from '../../nice/wire/errors.ts';

const said = (meaning: NiceMeaning, message: string): NiceError => ({ message, meaning });

/** What the new API answers, with the texts of nicepay-manual, common/code.md. `{…}` are places that NICE fills in. */
const errors = {
  ...commonErrors,
  P007: said('other', '필수 파라미터 {param}가 없습니다.'),
  P013: said('other', '파라미터 {}[{}]이 공급가액, 부가세, 봉사료, 비과세급액의 합과 동일하지 않습니다.'),
  P015: said('number_used', 'orderid {}가 이미 존재합니다.'),
  P024: said('other', '날짜형식(ISO8601)이 아닙니다.'),
  P026: said('unclear', '승인서버 요청 에러'),
  P027: said('unclear', '원격 실패(MCI)'),
  P031: said('other', '가상계좌 유효시간 지정 오류 입니다.'),
  P035: said('other', '망취소 요청 오류 입니다.'),
  P036: said('other', '면세금액이 결제금액을 초과할수 없습니다.'),
  P101: said('unclear', 'DB 트랜잭션 실패'),
  U100: said('other', '{0} 필수입력항목이 누락되었습니다.'),
  U104: said('bad_credentials', '사용자 인증에 실패하였습니다.'),
  U105: said('other', '필드 최대길이 초과[max:{0}, realLength:{1}]'),
  U106: said('other', '현금영수증 취소는 별도 API 이용 요망'),
  U107: said('unknown_transaction', '거래내역이 존재 하지 않습니다.'),
  U110: said('other', '지원하지 않는 지불수단 입니다.'),
  U111: said('unknown_transaction', '조회내용이 없습니다.'),
  U112: said('number_used', '이미 사용된 OrderId 입니다.'),
  U113: said('other', '결제 금액이 일치하지 않습니다.'),
  U115: said('other', '삭제된 BID 입니다.'),
  U309: said('other', '발급되지 않은 BID 입니다.'),
  U116: said('bad_credentials', '사용자 정보가 존재하지 않습니다.'),
  U120: said('unknown_transaction', 'TID가 유효하지 않습니다.'),
  U122: said('unknown_transaction', '취소 해당거래 없음'),
  U123: said('over_balance', '취소금액이 취소가능금액보다 큼.'),
  U125: said('other', '잘못된 요청 입니다.'),
  U126: said('unknown_transaction', 'orderId가 존재 하지 않습니다.'),
  U127: said('other', '요청 금액이 올바르지 않습니다.'),
  U128: said('partial_not_supported', '부분취소는 운영 환경에서 이용 가능(샌드박스는 부분취소 미제공)'),
  U130: said('other', '허용된 Date형식이 아닙니다.'),
  U303: said('unclear', 'API 지연처리 발생.'),
  U304: said('bad_credentials', 'BASIC AUTHENTICATION 실패'),
  U305: said('bad_credentials', 'BEARER AUTHENTICATION 실패'),
  U308: said('other', 'Method Not Allowed.'),
  U312: said('bad_credentials', 'SIGN DATA 검증에 실패하였습니다.'),
  U315: said('bad_credentials', '허용되지 않은 IP 입니다.'),
  U318: said('other', '취소 금액 불일치'),
  U319: said('over_balance', '요청하신 면세금액이 취소가능한 면세금액을 초과 오류'),
  U320: said('other', '페이지를 찾을 수 없습니다.'),
  U501: said('unclear', '대외계 전문통신 과정에서 오류가 발생하였습니다.'),
  U503: said('unclear', '망취소 요청'),
  U506: said('unclear', 'DB 테이블 INSERT 오류발생.'),
  U507: said('unclear', 'DB 테이블 UPDATE 실패.'),
  U508: said('unclear', '서버로 소켓 연결 중 오류가 발생하였습니다.'),
} as const satisfies Readonly<Record<string, NiceError>>;

export type NiceV2ErrorCode = keyof typeof errors;
export const niceV2Errors: Readonly<Record<NiceV2ErrorCode, NiceError>> = Object.freeze(errors);

export function isNiceV2ErrorCode(code: string): code is NiceV2ErrorCode {
  return Object.hasOwn(errors, code);
}

/** NICE's documents call every code but `0000` a failure: one that is not in the table is refused as `other`. */
export function niceV2Meaning(code: string, message: string): NiceMeaning {
  return meaningWithin(isNiceV2ErrorCode(code) ? niceV2Errors[code] : undefined, code, message);
}
