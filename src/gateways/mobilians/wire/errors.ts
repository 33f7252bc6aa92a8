import type { RefusalCategory } from '../../../port/outcome.ts';

export interface MobiliansError {
  readonly message: string;
  /** `in_doubt`: the code does not say that nothing was done. */
  readonly category: RefusalCategory | 'in_doubt';
}

export const succeeded = '0000';

/** The HMAC does not fit, whatever is paid with. */
export const wrongHmac = '6102';

/** Codes of cancels of phone payments. Source: the table of codes that PortOne publishes. */
export const phoneErrors = {
  '0011': { message: '미등록폰', category: 'other' },
  '0012': { message: '주민번호 불일치', category: 'other' },
  '0013': { message: '분실 또는 사용정지', category: 'other' },
  '0014': { message: '해지', category: 'other' },
  '0020': { message: '결제시점과 취소시점의 고객관리정보 불일치', category: 'other' },
  '0024': { message: '결제차단', category: 'other' },
  '0025': { message: '결제차단', category: 'other' },
  '0030': { message: 'LGU+ 선결제 거래로 취소 불가', category: 'other' },
  '0036': { message: '결제차단(이용자 요청)', category: 'other' },
  '0041': { message: '거래내역 미존재', category: 'unknown_transaction' },
  '0042': { message: '취소기간경과', category: 'window_passed' },
  '0043': { message: '승인내역오류', category: 'other' },
  '0044': { message: '이미 취소된 거래', category: 'already_cancelled' },
  '0045': { message: '취소 정보 불일치', category: 'over_balance' },
  '0060': { message: '취소 구분 코드 오류', category: 'other' },
  '0097': { message: '요청자료 오류', category: 'other' },
  '0098': { message: '통신사 통신오류', category: 'in_doubt' },
  '0099': { message: '기타', category: 'in_doubt' },
} as const satisfies Readonly<Record<string, MobiliansError>>;
export type PhoneErrorCode = keyof typeof phoneErrors;

/** Codes of other pay methods are not published: their text is read. */
export function knownError(code: string, payMethod: string): MobiliansError | undefined {
  if (code === wrongHmac) return { message: 'HMAC 검증에 실패하였습니다.', category: 'bad_credentials' };
  return payMethod === 'phone' && Object.hasOwn(phoneErrors, code) ? phoneErrors[code as PhoneErrorCode] : undefined;
}
