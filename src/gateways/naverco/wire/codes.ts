import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * What Naver says when the state of a product order forbids something. The texts are Naver's, as shops show them; of the codes
 * only `ERR-NC-104210` is known. The others begin with `SIMULATED`, so that they can't be mistaken for Naver's, and so do the
 * texts of the returns, which are made after those of the cancels.
 */
export const navercoRefusals = {
  'ERR-NC-104210': { message: '취소상태 확인 필요(취소승인 불가능 주문상태)', category: 'other' },
  SIMULATED_ORDER_STATE: { message: '상품 주문 상태 확인 필요', category: 'other' },
  SIMULATED_SAME_STATE: { message: '변경을 요청한 상태가 기존과 동일', category: 'other' },
  SIMULATED_REFUNDED: { message: '변경을 요청한 상태가 기존과 동일', category: 'already_cancelled' },
  SIMULATED_INVOICE: { message: '배송 송장 오류(유효하지 않은 송장)', category: 'other' },
  SIMULATED_REDELIVERY: { message: '교환 상태 확인 필요(재배송 처리 불가능 주문 상태)', category: 'other' },
  SIMULATED_EXCHANGE: { message: '교환 상태 확인 필요(수거 완료 처리 불가능 주문 상태)', category: 'other' },
  SIMULATED_RETURN: { message: '반품 상태 확인 필요(반품 처리 불가능 주문 상태)', category: 'other' },
  SIMULATED_RETURN_HELD: { message: '반품 상태 확인 필요(반품 보류 중인 주문)', category: 'other' },
  SIMULATED_CLAIM: { message: '클레임 상태 확인 필요', category: 'other' },
  SIMULATED_UNKNOWN: { message: '존재하지 않는 상품 주문', category: 'unknown_transaction' },
  SIMULATED_AMOUNT: { message: '환불 금액이 상품 주문과 일치하지 않습니다.', category: 'over_balance' },
  SIMULATED_WHOLE: {
    message:
      '취소할 수 없는 상태의 상품 주문이 있습니다. 상품 주문별로 취소해주세요(/payments/{imp_uid}/naver/cancel).',
    category: 'partial_not_supported',
  },
} as const satisfies Readonly<Record<string, { message: string; category: RefusalCategory }>>;
export type NavercoRefusalCode = keyof typeof navercoRefusals;

export function categoryOf(code: string): RefusalCategory | undefined {
  return Object.hasOwn(navercoRefusals, code) ? navercoRefusals[code as NavercoRefusalCode].category : undefined;
}
