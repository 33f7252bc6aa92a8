import type { RefusalCategory } from '../../../port/outcome.ts';

/** The stand-in's codes and texts. They are this project's own: no gateway has them. */
export const standInCodes = {
  S101: { message: '이미 사용된 주문번호입니다.', category: 'other' },
  S102: { message: '이미 사용 중인 수납번호입니다.', category: 'other' },
  S103: { message: '입금(수납) 기한이 올바르지 않습니다.', category: 'other' },
  S104: { message: '지원하지 않는 은행입니다.', category: 'other' },
  S105: { message: '입금 대기 중인 고정식 계좌입니다.', category: 'other' },
  S201: { message: '이미 말소된 거래입니다.', category: 'already_cancelled' },
  S202: { message: '이미 입금(수납)된 거래입니다.', category: 'other' },
  S203: { message: '입금(수납) 기한이 지난 거래입니다.', category: 'window_passed' },
  S301: { message: '이미 전액 취소된 거래입니다.', category: 'already_cancelled' },
  S302: { message: '결제가 완료되지 않은 거래입니다.', category: 'other' },
  S303: { message: '취소 가능 금액을 초과하였습니다.', category: 'over_balance' },
  S304: { message: '취소 전 잔액이 일치하지 않습니다.', category: 'over_balance' },
  S305: { message: '환불 계좌가 필요합니다.', category: 'bad_refund_account' },
  S306: { message: '환불 계좌가 올바르지 않습니다.', category: 'bad_refund_account' },
  S307: { message: '환불 계좌로 입금할 수 없습니다.', category: 'bad_refund_account' },
  S308: { message: '부분취소를 할 수 없는 거래입니다.', category: 'partial_not_supported' },
  S351: { message: '에스크로 결제가 아닙니다.', category: 'other' },
  S352: { message: '이미 배송정보가 등록된 거래입니다.', category: 'other' },
  S353: { message: '배송정보를 변경할 수 없는 거래입니다.', category: 'other' },
  S354: { message: '에스크로 진행 상태로 인해 취소할 수 없습니다.', category: 'other' },
  S355: { message: '에스크로 거래는 부분취소할 수 없습니다.', category: 'partial_not_supported' },
  S601: { message: '아이디 또는 비밀번호가 올바르지 않습니다.', category: 'other' },
  S602: { message: '잔액이 부족합니다.', category: 'not_enough' },
  S603: { message: '등록되지 않은 회원입니다.', category: 'unknown_transaction' },
  S604: { message: 'PIN 인증 내역이 없거나 이미 사용되었습니다.', category: 'unknown_transaction' },
  S605: { message: '등록되지 않은 자동결제 키입니다.', category: 'unknown_transaction' },
  S606: { message: '사전등록되지 않은 주문번호입니다.', category: 'unknown_transaction' },
  S607: { message: '사전등록된 금액과 다릅니다.', category: 'other' },
  S701: { message: '하위 상점 금액의 합계가 결제금액과 다릅니다.', category: 'other' },
  S801: { message: '결제창 인증 내역이 없거나 유효시간이 지났습니다.', category: 'unknown_transaction' },
  S802: { message: '결제창에서 인증한 주문과 다릅니다.', category: 'other' },
  S803: { message: '결제창에서 인증한 금액과 다릅니다.', category: 'other' },
  S401: { message: '서명이 올바르지 않습니다.', category: 'bad_credentials' },
  S402: { message: '카드 정보가 올바르지 않습니다.', category: 'other' },
  S403: { message: '존재하지 않는 카드번호입니다.', category: 'bad_card' },
  S405: { message: '카드 승인이 거절되었습니다.', category: 'other' },
  S404: { message: '존재하지 않는 거래입니다.', category: 'unknown_transaction' },
  S400: { message: '요청 전문이 올바르지 않습니다.', category: 'other' },
  S500: { message: '내부 오류입니다.', category: 'temporarily_unavailable' },
  S503: { message: '일시적으로 처리할 수 없습니다.', category: 'temporarily_unavailable' },
} as const satisfies Readonly<Record<string, { message: string; category: RefusalCategory }>>;
export type StandInCode = keyof typeof standInCodes;

export function isStandInCode(code: string): code is StandInCode {
  return Object.hasOwn(standInCodes, code);
}
