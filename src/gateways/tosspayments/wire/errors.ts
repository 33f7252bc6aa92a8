import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * Toss's errors: HTTP status, code and text. `documented`: read in a public transcription of Toss's error tables.
 * `inferred`: the code or its place is ours, because no public source shows what Toss answers there.
 */
export interface TossError {
  readonly status: number;
  readonly message: string;
  readonly category: RefusalCategory;
  readonly source: 'documented' | 'inferred';
}

const documented = (status: number, category: RefusalCategory, message: string): TossError => ({
  status,
  category,
  message,
  source: 'documented',
});
const inferred = (status: number, category: RefusalCategory, message: string): TossError => ({
  status,
  category,
  message,
  source: 'inferred',
});

const later = '일시적인 오류가 발생했습니다. 잠시 후 다시 시도해주세요.';

const errors = {
  // Cancelling
  ALREADY_CANCELED_PAYMENT: documented(400, 'already_cancelled', '이미 취소된 결제 입니다.'),
  INVALID_REFUND_ACCOUNT_INFO: documented(400, 'bad_refund_account', '환불 계좌번호와 예금주명이 일치하지 않습니다.'),
  EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT: documented(
    400,
    'over_balance',
    '즉시할인금액보다 적은 금액은 부분취소가 불가능합니다.',
  ),
  INVALID_REQUEST: documented(400, 'other', '잘못된 요청입니다.'),
  INVALID_REFUND_ACCOUNT_NUMBER: documented(400, 'bad_refund_account', '잘못된 환불 계좌번호입니다.'),
  INVALID_BANK: documented(400, 'bad_refund_account', '유효하지 않은 은행입니다.'),
  NOT_MATCHES_REFUNDABLE_AMOUNT: documented(400, 'over_balance', '잔액 결과가 일치하지 않습니다.'),
  PROVIDER_ERROR: documented(400, 'temporarily_unavailable', later),
  REFUND_REJECTED: documented(400, 'other', '환불이 거절됐습니다. 결제사에 문의 부탁드립니다.'),
  ALREADY_REFUND_PAYMENT: documented(400, 'already_cancelled', '이미 환불된 결제입니다.'),
  FORBIDDEN_BANK_REFUND_REQUEST: documented(400, 'bad_refund_account', '고객 계좌가 입금이 되지 않는 상태입니다.'),
  UNAUTHORIZED_KEY: documented(401, 'bad_credentials', '인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.'),
  NOT_CANCELABLE_AMOUNT: documented(403, 'over_balance', '취소 할 수 없는 금액 입니다.'),
  FORBIDDEN_CONSECUTIVE_REQUEST: documented(
    403,
    'temporarily_unavailable',
    '반복적인 요청은 허용되지 않습니다. 잠시 후 다시 시도해주세요.',
  ),
  FORBIDDEN_REQUEST: documented(403, 'contract_missing', '허용되지 않은 요청입니다.'),
  NOT_CANCELABLE_PAYMENT: documented(403, 'other', '취소 할 수 없는 결제 입니다.'),
  EXCEED_MAX_REFUND_DUE: documented(403, 'window_passed', '환불 가능한 기간이 지났습니다.'),
  NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT: documented(
    403,
    'partial_not_supported',
    '입금 대기중인 결제는 부분 환불이 불가합니다.',
  ),
  NOT_ALLOWED_PARTIAL_REFUND: documented(
    403,
    'partial_not_supported',
    '에스크로 주문, 현금 카드 결제일 때는 부분 환불이 불가합니다. 이외 다른 결제 수단에서 부분 취소가 되지 않을 때는 토스페이먼츠에 문의해 주세요.',
  ),
  NOT_AVAILABLE_BANK: documented(403, 'closed_hours', '은행 서비스 시간이 아닙니다.'),
  INCORRECT_BASIC_AUTH_FORMAT: documented(403, 'bad_credentials', "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요."),
  NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER: documented(403, 'other', '휴면 처리된 회원의 결제는 취소할 수 없습니다.'),
  NOT_FOUND_PAYMENT: documented(404, 'unknown_transaction', '존재하지 않는 결제 정보 입니다.'),
  IDEMPOTENT_REQUEST_PROCESSING: documented(409, 'temporarily_unavailable', '이전 멱등 요청이 처리중입니다.'),
  FAILED_INTERNAL_SYSTEM_PROCESSING: documented(
    500,
    'temporarily_unavailable',
    '내부 시스템 처리 작업이 실패했습니다. 잠시 후 다시 시도해주세요.',
  ),
  FAILED_REFUND_PROCESS: documented(
    500,
    'temporarily_unavailable',
    '은행 응답시간 지연이나 일시적인 오류로 환불요청에 실패했습니다.',
  ),
  FAILED_METHOD_HANDLING_CANCEL: documented(
    500,
    'temporarily_unavailable',
    '취소 중 결제 시 사용한 결제 수단 처리과정에서 일시적인 오류가 발생했습니다.',
  ),
  FAILED_PARTIAL_REFUND: documented(
    500,
    'temporarily_unavailable',
    '은행 점검, 해약 계좌 등의 사유로 부분 환불이 실패했습니다.',
  ),
  COMMON_ERROR: documented(500, 'temporarily_unavailable', later),
  FAILED_CLOSED_ACCOUNT_REFUND: documented(500, 'bad_refund_account', '해약된 계좌로 인해 환불이 실패했습니다.'),

  // Paying
  ALREADY_PROCESSED_PAYMENT: documented(400, 'other', '이미 처리된 결제 입니다.'),
  NOT_FOUND_PAYMENT_SESSION: documented(
    404,
    'unknown_transaction',
    '결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.',
  ),
  INVALID_API_KEY: documented(400, 'bad_credentials', '잘못된 시크릿키 연동 정보 입니다.'),
  INVALID_CARD_NUMBER: documented(400, 'bad_card', '카드번호를 다시 확인해주세요.'),
  INVALID_CARD_EXPIRATION: documented(400, 'other', '카드 정보를 다시 확인해주세요. (유효기간)'),
  INVALID_STOPPED_CARD: documented(400, 'other', '정지된 카드 입니다.'),
  INVALID_CARD_LOST_OR_STOLEN: documented(400, 'other', '분실 혹은 도난 카드입니다.'),
  INVALID_REJECT_CARD: documented(400, 'other', '카드 사용이 거절되었습니다. 카드사 문의가 필요합니다.'),
  EXCEED_MAX_AMOUNT: documented(400, 'other', '거래금액 한도를 초과했습니다.'),
  EXCEED_MAX_PAYMENT_AMOUNT: documented(400, 'other', '하루 결제 가능 금액을 초과했습니다.'),
  EXCEED_MAX_DAILY_PAYMENT_COUNT: documented(400, 'other', '하루 결제 가능 횟수를 초과했습니다.'),
  BELOW_MINIMUM_AMOUNT: documented(
    400,
    'other',
    '신용카드는 결제금액이 100원 이상, 계좌는 200원이상부터 결제가 가능합니다.',
  ),
  INVALID_CARD_INSTALLMENT_PLAN: documented(400, 'other', '할부 개월 정보가 잘못되었습니다.'),
  EXCEED_MAX_CARD_INSTALLMENT_PLAN: documented(400, 'other', '설정 가능한 최대 할부 개월 수를 초과했습니다.'),
  NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT: documented(
    400,
    'other',
    '할부가 지원되지 않는 카드 또는 가맹점 입니다.',
  ),
  UNAPPROVED_ORDER_ID: documented(400, 'unknown_transaction', '아직 승인되지 않은 주문번호입니다.'),
  REJECT_CARD_PAYMENT: inferred(403, 'other', '한도초과 혹은 잔액부족으로 결제에 실패했습니다.'),
  INVALID_PASSWORD: inferred(403, 'other', '카드 비밀번호를 다시 확인해주세요.'),
  INVALID_BIRTH_OR_BUSINESS_NUMBER: inferred(400, 'other', '생년월일 또는 사업자등록번호를 다시 확인해주세요.'),
  DUPLICATED_ORDER_ID: inferred(
    400,
    'other',
    '이미 승인 및 취소가 진행된 중복된 주문번호 입니다. 다른 주문번호로 진행해주세요.',
  ),
  INVALID_ORDER_ID: inferred(
    400,
    'other',
    '주문번호는 영문 대소문자, 숫자, 특수문자(-, _, =)로 이루어진 6자 이상 64자 이하여야 합니다.',
  ),
  INVALID_IDEMPOTENCY_KEY: inferred(400, 'other', '멱등키는 300자 이하여야 합니다.'),
  INVALID_BILL_KEY_REQUEST: documented(
    400,
    'other',
    '빌링키 인증이 완료되지 않았거나 유효하지 않은 빌링 거래 건입니다.',
  ),
  BILLING_KEY_NOT_FOUND: documented(400, 'unknown_transaction', '존재하지 않는 빌링키입니다.'),
  NOT_FOUND_BILLING: documented(404, 'unknown_transaction', '존재하지 않는 빌링 정보입니다.'),
  ALREADY_REMOVED_BILLING_KEY: inferred(400, 'unknown_transaction', '이미 삭제된 빌링키입니다.'),
  NOT_MATCHES_CUSTOMER_KEY: documented(403, 'other', '빌링 인증 고객키와 결제 요청 고객키가 일치하지 않습니다.'),
  NOT_SUPPORTED_METHOD: inferred(400, 'other', '지원하지 않는 결제수단입니다.'),
  NOT_FOUND: inferred(404, 'other', '존재하지 않는 API 입니다.'),

  // Cash receipts: Toss's own table of these was not recovered.
  NOT_FOUND_CASH_RECEIPT: inferred(404, 'unknown_transaction', '존재하지 않는 현금영수증입니다.'),
  ALREADY_CANCELED_CASH_RECEIPT: inferred(400, 'already_cancelled', '이미 취소된 현금영수증입니다.'),
  NOT_CANCELABLE_CASH_RECEIPT_AMOUNT: inferred(400, 'over_balance', '취소 할 수 없는 금액 입니다.'),
} as const satisfies Readonly<Record<string, TossError>>;

export type TossErrorCode = keyof typeof errors;
export const tossErrors: Readonly<Record<TossErrorCode, TossError>> = Object.freeze(errors);

export function isTossErrorCode(code: string): code is TossErrorCode {
  return Object.hasOwn(errors, code);
}
