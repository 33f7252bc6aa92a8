import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * Result codes, as a reseller's public documents give them from Kiwoom Pay's manual; the words are the meanings given
 * there, not Kiwoom Pay's own texts. `in_doubt`: nothing is certain after it. `read_text`: the code says only that the
 * cancel failed; its text says why.
 */
export interface KiwoomError {
  readonly message: string;
  readonly meaning: RefusalCategory | 'in_doubt' | 'read_text';
}

export const kiwoomErrors: Readonly<Record<string, KiwoomError>> = Object.freeze({
  FAIL: { message: '가맹점 암호화 키 미설정', meaning: 'contract_missing' },
  '0304': { message: '가상계좌 오류', meaning: 'other' },
  '9000': { message: '시스템 오류', meaning: 'in_doubt' },
  '9001': { message: '필수 파라미터 오류', meaning: 'other' },
  '9002': { message: '중복 주문번호', meaning: 'other' },
  // A token is good for one cancel that was never begun.
  '9003': { message: '토큰 만료', meaning: 'temporarily_unavailable' },
  '9004': { message: '토큰 무효', meaning: 'temporarily_unavailable' },
  '9005': { message: '타임아웃', meaning: 'in_doubt' },
  '9011': { message: '파이프라인(|) 오류', meaning: 'other' },
  // What Kiwoom Pay owes the shop is less than the cancel; nothing is wrong with the payment.
  '9029': { message: '상점의 취소 가능 금액 부족', meaning: 'other' },
  '9101': { message: '미등록 CPID', meaning: 'bad_credentials' },
  '9102': { message: '잘못된 PAYMETHOD', meaning: 'other' },
  '9103': { message: '인증키 불일치', meaning: 'bad_credentials' },
  '9104': { message: 'CP 비활성', meaning: 'contract_missing' },
  '9105': { message: 'CP 차단', meaning: 'contract_missing' },
  '9204': { message: '취소 실패', meaning: 'read_text' },
  '9206': { message: '이미 취소됨', meaning: 'already_cancelled' },
  '9999': { message: '알 수 없는 오류', meaning: 'in_doubt' },
} as const satisfies Record<string, KiwoomError>);

export function kiwoomErrorOf(code: string): KiwoomError | undefined {
  return Object.hasOwn(kiwoomErrors, code) ? kiwoomErrors[code] : undefined;
}
