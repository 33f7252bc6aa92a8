import type { RefusalCategory } from '../../../port/outcome.ts';
import type { DanalService } from './services.ts';

/**
 * Danal's RETURNCODEs that a cancel can meet, per service: the same number means different things. Source: PortOne's
 * `danal_code` list; the texts are Danal's. `K_Credit` in that list are cards that go through NHN KCP.
 */
export interface DanalError {
  readonly message: string;
  readonly category: RefusalCategory;
  /** It says that another request is under way or was there before, not what became of it. */
  readonly provesNothing?: true;
}
type DanalErrors = Readonly<Record<string, DanalError>>;

const card = {
  '1115': { message: '이미 취소된 거래건 입니다.', category: 'already_cancelled' },
  '1116': { message: '취소 불가 상태입니다.', category: 'other' },
  '1120': { message: '취소불가 상태입니다. 잠시 후 다시 이용해 주세요.', category: 'temporarily_unavailable' },
  '1123': { message: '취소 가능기간이 만료되었습니다.', category: 'window_passed' },
  '1126': { message: '취소 금액이 불일치 합니다.', category: 'over_balance' },
  '1127': { message: '취소 한도 초과 오류입니다.', category: 'other' },
  '1128': { message: '부분취소 가능 금액 초과 오류입니다.', category: 'over_balance' },
  '1129': { message: '일취소 한도 초과 오류입니다.', category: 'temporarily_unavailable' },
  '1130': { message: '취소 불가한 가맹점입니다.', category: 'contract_missing' },
  '1140': { message: '당일거래 이외 취소 불가 가맹점입니다.', category: 'window_passed' },
  '1144': { message: '부분취소 불가한 가맹점입니다.', category: 'partial_not_supported' },
  '1145': { message: '전체취소만 가능한 해지된 가맹점입니다.', category: 'partial_not_supported' },
  '3121': { message: '이미 취소된 거래건 입니다.', category: 'already_cancelled' },
  '3247': { message: '당일 이전 거래는 취소가 불가합니다.', category: 'window_passed' },
  '3250': { message: '취소가 불가합니다.(원거래 없음)', category: 'unknown_transaction' },
  '3251': { message: '기취소 카드입니다.', category: 'already_cancelled' },
  // K_Credit
  '1032': { message: '기취소거래', category: 'already_cancelled' },
  '2050': { message: '원거래 없음', category: 'unknown_transaction' },
  '2179': { message: '기취소된 신용카드 거래 취소요청', category: 'already_cancelled' },
  '2186': { message: '매입취소 가능금액 초과', category: 'over_balance' },
  '2188': { message: '부분매입취소 불가 카드', category: 'partial_not_supported' },
  '2250': { message: '부분취소 가능금액 초과', category: 'over_balance' },
  '2251': { message: '부분취소 남은금액 불일치', category: 'over_balance' },
} as const satisfies DanalErrors;

const transfer = {
  '1103': { message: '중복 거래 요청입니다.', category: 'other', provesNothing: true },
  '1115': { message: '이미 취소된 거래건 입니다.', category: 'already_cancelled' },
  '1116': { message: '취소 불가 상태입니다.', category: 'other' },
  '1117': { message: '취소 금액이 초과되었습니다.', category: 'over_balance' },
  '1121': { message: '취소 불가한 가맹점입니다.', category: 'contract_missing' },
  '1131': { message: '부분취소 불가 거래건 입니다.', category: 'partial_not_supported' },
  '3353': { message: '이미 취소된 거래입니다.', category: 'already_cancelled' },
  '3821': { message: '원거래건이 존재하지 않습니다.', category: 'unknown_transaction' },
} as const satisfies DanalErrors;

const virtualAccount = {
  '1101': { message: '존재하지 않는 거래 입니다.', category: 'unknown_transaction' },
  '1105': {
    message: '요청 처리중입니다. 잠시 후 다시 이용해 주세요.',
    category: 'temporarily_unavailable',
    provesNothing: true,
  },
  '1106': { message: '중복 거래 요청입니다.', category: 'other', provesNothing: true },
  '1109': { message: '암/복호화에 실패했습니다.', category: 'bad_credentials' },
  '1128': { message: '환불 불가 가맹점입니다.', category: 'contract_missing' },
  '1131': { message: '사용 불가한 은행코드 입니다.', category: 'bad_refund_account' },
  '1149': { message: '환불 불가한 거래 입니다.', category: 'other' },
  '1150': { message: '이미 환불된 거래건입니다.', category: 'already_cancelled' },
  '1155': { message: '예금주 명이 불일치 합니다.', category: 'bad_refund_account' },
  '1171': { message: '부분환불 불가 가맹점입니다.', category: 'partial_not_supported' },
  '1172': { message: '부분취소 가능 금액 초과 오류입니다.', category: 'over_balance' },
  '1173': { message: '면세 혹은 복합과세 설정 불가 가맹점입니다.', category: 'contract_missing' },
} as const satisfies DanalErrors;

/**
 * What Danal says when it can't read `DATA`. The list has it for virtual accounts only; that the other services use the
 * same number is inferred.
 */
const undecipherable = { '1109': virtualAccount['1109'] } as const;

export const danalErrors = {
  card: { ...card, ...undecipherable },
  transfer: { ...transfer, ...undecipherable },
  virtualAccount,
};

export type DanalErrorCode<N extends DanalService['name']> = keyof (typeof danalErrors)[N];

export function danalError(service: DanalService, code: string): DanalError | undefined {
  const errors: DanalErrors = danalErrors[service.name];
  return Object.hasOwn(errors, code) ? errors[code] : undefined;
}
