import type { CertificationRefusalReason } from '../../../port/certification.ts';

/** Codes and texts of this project's own: no provider has them. */
export const identityCodes = {
  I101: { message: '입력하신 정보와 일치하는 사람을 찾을 수 없습니다.', reason: 'person_not_found' },
  I102: { message: '이용이 정지된 휴대폰입니다.', reason: 'person_not_found' },
  I103: { message: '이미 사용된 요청번호입니다.', reason: 'other' },
  I201: { message: '인증번호가 일치하지 않습니다.', reason: 'code_wrong' },
  I202: { message: '인증번호 입력 횟수를 초과하였습니다.', reason: 'over' },
  I203: { message: '인증번호 입력 시간이 지났습니다.', reason: 'over' },
  I204: { message: '이미 완료된 인증입니다.', reason: 'certified_before' },
  I205: { message: '앱에서 아직 인증하지 않았습니다.', reason: 'not_confirmed_in_app' },
  I400: { message: '요청 전문이 올바르지 않습니다.', reason: 'other' },
  I404: { message: '존재하지 않는 인증 요청입니다.', reason: 'other' },
  S401: { message: '서명이 올바르지 않습니다.', reason: 'other' },
  S500: { message: '내부 오류입니다.', reason: 'other' },
  S503: { message: '일시적으로 처리할 수 없습니다.', reason: 'other' },
} as const satisfies Readonly<
  Record<string, { readonly message: string; readonly reason: CertificationRefusalReason }>
>;
export type IdentityCode = keyof typeof identityCodes;

export function isIdentityCode(code: string): code is IdentityCode {
  return Object.hasOwn(identityCodes, code);
}
