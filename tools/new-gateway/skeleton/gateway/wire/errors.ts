/** INVENTED: every code and text. */

import type { RefusalCategory } from '../../../../../src/port/outcome.ts';

/** `in_doubt`: it does not say that nothing was done. */
export interface ExamplePayError {
  readonly category: RefusalCategory | 'in_doubt';
  readonly message: string;
}

/** An order number is used once, so that E101 says that our request has arrived before. */
export const examplePayErrors = {
  E101: { category: 'in_doubt', message: '이미 사용된 주문번호입니다.' },
  E102: { category: 'other', message: '요청 값이 올바르지 않습니다.' },
  // if revocations
  E201: { category: 'already_cancelled', message: '이미 말소된 거래입니다.' },
  E202: { category: 'other', message: '이미 입금된 거래입니다.' },
  E203: { category: 'window_passed', message: '입금 기한이 지난 거래입니다.' },
  // end
  // if cancel
  E301: { category: 'already_cancelled', message: '이미 전액 취소된 거래입니다.' },
  // end
  // if cancel receipts
  E302: { category: 'other', message: '결제가 완료되지 않은 거래입니다.' },
  // end
  // if cancel revoke_receipt
  E303: { category: 'over_balance', message: '취소 가능 금액을 초과하였습니다.' },
  E304: { category: 'over_balance', message: '취소 전 잔액이 일치하지 않습니다.' },
  // end
  // if refunds
  E305: { category: 'bad_refund_account', message: '환불 계좌가 올바르지 않습니다.' },
  // end
  // if approve
  E306: { category: 'bad_card', message: '카드 정보가 올바르지 않습니다.' },
  // end
  E401: { category: 'bad_credentials', message: '서명이 올바르지 않습니다.' },
  E404: { category: 'unknown_transaction', message: '존재하지 않는 거래입니다.' },
  E503: { category: 'temporarily_unavailable', message: '일시적으로 처리할 수 없습니다.' },
  E900: { category: 'in_doubt', message: '내부 오류입니다.' },
} as const satisfies Readonly<Record<string, ExamplePayError>>;
export type ExamplePayErrorCode = keyof typeof examplePayErrors;

export function isExamplePayErrorCode(code: string): code is ExamplePayErrorCode {
  return Object.hasOwn(examplePayErrors, code);
}
