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
  S401: { message: '서명이 올바르지 않습니다.', category: 'bad_credentials' },
  S404: { message: '존재하지 않는 거래입니다.', category: 'unknown_transaction' },
  S400: { message: '요청 전문이 올바르지 않습니다.', category: 'other' },
  S500: { message: '내부 오류입니다.', category: 'temporarily_unavailable' },
  S503: { message: '일시적으로 처리할 수 없습니다.', category: 'temporarily_unavailable' },
} as const satisfies Readonly<Record<string, { message: string; category: RefusalCategory }>>;
export type StandInCode = keyof typeof standInCodes;

export function isStandInCode(code: string): code is StandInCode {
  return Object.hasOwn(standInCodes, code);
}
