import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * Result codes of a cancellation. Not read in Naver Pay's own table: the codes and texts are those that several public
 * clients have copied from it, word for word the same, apart from BankCheckTime, which one older client has.
 * RequireParameter and InvalidParameter are codes of the whole API, out of a copy of the guide's page on answers.
 *
 * AlreadyComplete and TimeExpired are of approvals, out of other public clients; their texts are inferred.
 *
 * - `in_progress`: this request, or the one before it, is not finished; the same one must be sent again. An approval that is
 *   complete, already, is as much of a doubt.
 */
export interface NaverResult {
  readonly category: RefusalCategory | 'success' | 'in_progress';
  readonly message: string;
}

export const naverResults = {
  Success: { category: 'success', message: '성공' },
  Fail: { category: 'other', message: '기타 실패' },
  RequireParameter: { category: 'other', message: '필수 파라미터 누락' },
  InvalidParameter: { category: 'other', message: '입력값이 조건을 만족하지 않음' },
  InvalidMerchant: { category: 'bad_credentials', message: '유효하지 않은 가맹점' },
  InvalidPaymentId: { category: 'unknown_transaction', message: '유효하지 않은 네이버페이 결제번호' },
  AlreadyCanceled: { category: 'already_cancelled', message: '이미 전체 취소된 결제' },
  OverRemainAmount: { category: 'over_balance', message: '취소 요청 금액이 잔여 결제 금액을 초과' },
  PreCancelNotComplete: {
    category: 'temporarily_unavailable',
    message:
      '이전에 요청한 취소가 완료되지 않은 상태. 이전에 요청했던 취소 정보로 재시도 요청해야 이전 취소가 완료되고 다음 취소를 수행할 수 있습니다.',
  },
  CancelDeadlineExpired: {
    category: 'window_passed',
    message: '취소 기한이 만료되어 취소가 불가합니다. 가맹점의 자체 환불이 필요합니다.',
  },
  TaxScopeAmtGreaterThanRemainError: {
    category: 'over_balance',
    message: '취소 가능한 과면세 금액보다 큰 금액 요청',
  },
  TaxScopeAmountError: {
    category: 'other',
    message:
      '과면세 및 컵 보증금 금액의 합이 취소 요청 금액과 다른 상태. 과세 대상 금액 + 면세 대상 금액 + 컵 보증금 대상 금액 (옵션) = 취소 요청 금액',
  },
  RestAmountDiff: {
    category: 'over_balance',
    message: '가맹점의 예상 잔여금액(expectedRestAmount)과 네이버페이의 잔여금액이 일치하지 않음',
  },
  CancelNotComplete: {
    category: 'in_progress',
    message: '취소 처리가 완료되지 않았지만, 빠른 시일 내에 자동 취소 재처리 예정.',
  },
  AlreadyComplete: { category: 'in_progress', message: '이미 완료된 결제' },
  TimeExpired: { category: 'other', message: '결제 승인 가능 시간 초과' },
  AlreadyOnGoing: { category: 'in_progress', message: '해당 결제번호로 요청이 이미 진행 중인 경우' },
  MaintenanceOngoing: {
    category: 'temporarily_unavailable',
    message: '서비스 점검중 (점검 종료 후 반드시 재시도 필요)',
  },
  FaultCheckOngoing: {
    category: 'temporarily_unavailable',
    message: '원천사 시스템 점검으로 해당 결제수단을 이용할 수 없을 때',
  },
  BankCheckTime: { category: 'closed_hours', message: '현재는 은행 점검 시간 입니다. (23시 30분~0시 30분)' },
  InvalidDiscountCancelCondition: { category: 'other', message: '즉시 할인 정책에 따라 취소가 불가합니다.' },
} as const satisfies Readonly<Record<string, NaverResult>>;
export type NaverResultCode = keyof typeof naverResults;

export function isNaverResultCode(code: string): code is NaverResultCode {
  return Object.hasOwn(naverResults, code);
}
