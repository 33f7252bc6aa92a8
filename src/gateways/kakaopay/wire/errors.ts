import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Outcome, RefusalCategory } from '../../../port/outcome.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { readError } from './wire.ts';

/** `in_doubt`: it does not say that nothing was done. */
export interface KakaoError {
  readonly category: RefusalCategory | 'in_doubt';
  readonly message: string;
}

/**
 * Codes of the error sheet of the former API, which may still stand in `error_code`; all come with HTTP 400. The texts
 * are the sheet's, that of -710 is one that merchants have been shown.
 *
 * -784 says that the payment is in no state to be cancelled. A payment of ours was paid, so that the only such state is
 * that it has been cancelled.
 *
 * What is answered about keys and to approvals is not public: the codes with letters are the simulator's own, and a code of Kakao Pay's that
 * is not in the table is `other`.
 */
export const kakaoErrors = {
  '-710': { category: 'over_balance', message: 'requested cancel amount is bigger than cancelable amount' },
  '-721': { category: 'unknown_transaction', message: 'TID가 존재하지 않음' },
  '-722': { category: 'over_balance', message: '금액 정보 오류' },
  '-731': { category: 'bad_credentials', message: 'CID 오류' },
  '-733': { category: 'bad_credentials', message: 'CID_SECRET 오류' },
  '-781': { category: 'in_doubt', message: '결제취소 API 호출 실패' },
  '-784': { category: 'already_cancelled', message: '취소요청을 할 수 없는 상태' },
  '-785': { category: 'in_doubt', message: '결제/취소를 중복으로 요청' },
  '-798': { category: 'contract_missing', message: '허용되지 않는 ip' },
  SIM01: { category: 'other', message: '존재하지 않는 SID' },
  SIM02: { category: 'other', message: '비활성화된 SID' },
  SIM03: { category: 'other', message: '정기결제 승인 거절' },
  SIM04: { category: 'other', message: '결제 승인 요청 정보 불일치' },
  SIM05: { category: 'other', message: '결제 승인 거절' },
} as const satisfies Readonly<Record<string, KakaoError>>;
export type KakaoErrorCode = keyof typeof kakaoErrors;

/** Codes of card companies, as they come in `extras.method_result_code`. */
export const methodErrors = {
  '0022': { category: 'other', message: '거래취소불가' },
  '0025': { category: 'already_cancelled', message: '기취소거래' },
  '0140': { category: 'already_cancelled', message: '기취소거래' },
  '1015': { category: 'partial_not_supported', message: '부분취소불가거래' },
  '2003': { category: 'already_cancelled', message: '취소거절이미취소된거래' },
  '3523': { category: 'window_passed', message: '부분입금취소당일건만가능' },
} as const satisfies Readonly<Record<string, KakaoError>>;
export type MethodErrorCode = keyof typeof methodErrors;

export function isKakaoErrorCode(code: string): code is KakaoErrorCode {
  return Object.hasOwn(kakaoErrors, code);
}

export function isMethodErrorCode(code: string): code is MethodErrorCode {
  return Object.hasOwn(methodErrors, code);
}

/**
 * What an answer to an approval, a cancellation, a charge or a deletion says that is no success. A 4xx in Kakao Pay's own error form is a no, with three
 * exceptions: what the pay method's side was asked for and did not clearly refuse (-781), a request that crossed another
 * (-785), and the statuses that ask for a later try.
 */
export function failureOf(
  call: Pick<GatewayCall, 'isRepeat'>,
  result: Exclude<GatewayHttpResult, { kind: 'never_sent' }>,
): Outcome<never> {
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const { status } = result;
  const error = readError(result.text);
  if (!error) return { kind: 'unclear', why: `HTTP ${status} without a readable answer` };
  const methodCode = error.extras?.method_result_code ?? '';
  const named = isMethodErrorCode(methodCode)
    ? {
        code: methodCode as string,
        message: error.extras?.method_result_message || methodErrors[methodCode].message,
        category: methodErrors[methodCode].category as KakaoError['category'],
      }
    : own(String(error.error_code), error.error_message ?? '', status);
  const { code, message, category } = named;
  if (category === 'in_doubt' || status < 400 || status >= 500 || status === 408 || status === 429) {
    return { kind: 'unclear', why: `HTTP ${status} ${code}`, code, message };
  }
  return outcomeOfRefusal(call, { code, message, category });
}

function own(code: string, text: string, status: number): { code: string } & KakaoError {
  const known = isKakaoErrorCode(code) ? kakaoErrors[code] : undefined;
  const category = known?.category ?? (status === 401 || status === 403 ? 'bad_credentials' : 'other');
  return { code, message: text || known?.message || code, category };
}
