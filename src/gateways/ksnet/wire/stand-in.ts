import type { RefusalCategory } from '../../../port/outcome.ts';
import { ksnetError } from './errors.ts';

/** The shop's key signs what goes over the stand-in. */
export function apiKeyOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.apiKey ?? '';
}

/**
 * KSNET's own rules are public though the protocol is not, and the stand-in refuses with KSNET's codes. Which code KSNET
 * gives for its closed hours, and for a tenth partial cancel, is not public: the nearest ones stand here.
 */
export const closed = { code: 'P10L', message: '취소불가거래/거래일자확인요망' } as const;
export const tooMany = { code: 'P10G', message: '취소불가거래' } as const;
export const tooLate = { code: '7003', message: '취소거절기간경과/Tel:1544-6030' } as const;

export function standInCategoryOf(code: string, message: string): RefusalCategory | undefined {
  return code === closed.code ? 'closed_hours' : ksnetError(code, message)?.category;
}
