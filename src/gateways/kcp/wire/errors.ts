import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * KCP's result codes of cancellations, with their texts. Source: the list in PortOne's repository
 * (error_code_doc/nhnkcp-code.xlsx). KCP publishes none for wrong signatures, malformed fields and unknown transactions;
 * which of these codes the simulator answers there is inferred (see the README).
 */
export interface KcpError {
  readonly message: string;
  readonly category: RefusalCategory;
  /**
   * What is said of the payment's state may be so because the very request, sent before, was carried out: on a repeat
   * such a refusal says nothing certain.
   */
  readonly ofState?: true;
  /** Another change is under way; whether it is the same request is not said. */
  readonly inProgress?: true;
}

const ofState = { ofState: true } as const;
const inProgress = { inProgress: true } as const;

const errors = {
  '8012': { message: '취소불가 - 상점관리자 문의', category: 'bad_credentials' },
  '8023': { message: '기승인 취소된 거래', category: 'already_cancelled', ...ofState },
  '8029': { message: '부분취소 결제수단 불일치', category: 'partial_not_supported' },
  '8030': { message: '부분취소 원거래 검색 오류', category: 'unknown_transaction' },
  '8035': { message: '부분취소 최소금액 미만', category: 'other' },
  '8036': { message: '부분취소 가능금액 초과', category: 'over_balance', ...ofState },
  '8037': { message: '부분취소 남은금액 불일치', category: 'over_balance', ...ofState },
  '8038': { message: '변경요청(부분취소/환불) 가능 금액 불일치', category: 'over_balance', ...ofState },
  '8039': { message: '변경요청(부분취소/환불) 가능 금액 초과', category: 'over_balance', ...ofState },
  '8040': { message: '부분취소(환불) 진행중 거래, 전체취소 불가', category: 'other', ...ofState },
  '8078': { message: '포맷에러(변경|부분취소 과세금액)', category: 'other' },
  '8079': { message: '포맷에러(변경|부분취소 비과세금액)', category: 'other' },
  '8080': { message: '포맷에러(변경|부분취소 부가세금액)', category: 'other' },
  '8098': {
    message: '변경요청(부분취소) 가능 과세/부가세 금액 초과',
    category: 'over_balance',
    ...ofState,
  },
  '8099': { message: '변경요청(부분취소) 가능 비과세 금액 초과', category: 'over_balance', ...ofState },
  '8133': { message: '기취소된 신용카드 거래 취소요청', category: 'already_cancelled', ...ofState },
  '8134': { message: '거래취소 불가 상태', category: 'other', ...ofState },
  '8178': {
    message: '취소 요청한 금액보다 상계가능한 정산예정금액이 부족하여 취소가 불가합니다',
    category: 'temporarily_unavailable',
  },
  '8327': { message: '전체환불 불가 사이트', category: 'contract_missing' },
  '8328': { message: '부분환불 불가 사이트', category: 'partial_not_supported' },
  '8329': { message: '환불요청 불가 상태', category: 'other', ...ofState },
  '8337': { message: '기 환불 완료된 거래건', category: 'already_cancelled', ...ofState },
  '8340': { message: '기 환불 요청된 거래건', category: 'already_cancelled', ...ofState },
  '8344': { message: '취소 금액 불일치', category: 'other', ...ofState },
  '8345': { message: '당월 환불 불가 - 일반 취소로 진행 요망', category: 'other' },
  '8381': { message: '부분취소 가능 금액 불일치', category: 'over_balance', ...ofState },
  '8382': { message: '부분취소 가능 금액 초과', category: 'over_balance', ...ofState },
  '8384': { message: '부분취소 처리불가 거래유형', category: 'partial_not_supported' },
  '8385': { message: '부분취소 처리불가 결제기관', category: 'partial_not_supported' },
  '8386': { message: '부분취소 가능횟수 초과', category: 'partial_not_supported', ...ofState },
  '8387': { message: '부분취소 진행중 거래', category: 'temporarily_unavailable', ...inProgress },
  '8388': { message: '취소 진행중 거래', category: 'temporarily_unavailable', ...inProgress },
  '8392': { message: '부분취소 불가 사이트', category: 'partial_not_supported' },
  '8549': { message: '환불 요청금액 오류(원승인금액 불일치)', category: 'other', ...ofState },
  '8550': {
    message: '부분환불 요청금액 오류(부분환불 가능금액 초과)',
    category: 'over_balance',
    ...ofState,
  },
  // Of payments by number and by key: KCP publishes no list of them; these codes are the simulator's own.
  SM01: { message: '요청 항목이 올바르지 않습니다.', category: 'other' },
  SM02: { message: '카드 정보(유효기간, 인증정보)가 올바르지 않습니다.', category: 'other' },
  SM03: { message: '카드번호가 올바르지 않습니다.', category: 'bad_card' },
  SM04: { message: '한도초과', category: 'other' },
  SM05: { message: '승인이 거절된 카드입니다.', category: 'other' },
  SM06: { message: '등록되지 않은 배치키입니다.', category: 'other' },
  CCA2: { message: '현재 승인된 상태, 매입취소 불가', category: 'other', ...ofState },
  CCA9: { message: '부분취소 거래, 전체취소 불가', category: 'other', ...ofState },
  CCC0: { message: '카드사 시스템 점검 중입니다.', category: 'temporarily_unavailable' },
} as const satisfies Readonly<Record<string, KcpError>>;

export type KcpErrorCode = keyof typeof errors;
export const kcpErrors: Readonly<Record<KcpErrorCode, KcpError>> = Object.freeze(errors);

export function isKcpErrorCode(code: string): code is KcpErrorCode {
  return Object.hasOwn(errors, code);
}
