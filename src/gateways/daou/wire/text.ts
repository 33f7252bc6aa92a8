import { cutToEucKrBytes, decodeEucKr, encodeEucKr } from '../../../platform/charset/euc-kr.ts';

/**
 * A reason as it may stand in CANCELREASON: 50 places, which are taken for bytes of EUC-KR to be on the safe side. `|` is
 * Kiwoom Pay's separator; `^`, `[` and `]` introduce commands (a tax-free amount, the end of a subscription), and a reason
 * must never become one.
 */
export const reasonBytesMax = 50;

export function wireReason(reason: string, bytesMax: number = reasonBytesMax): string {
  const plain = [...reason]
    .map((character) => (isEucKr(character) && !/[|^[\]\p{Cc}]/u.test(character) ? character : ' '))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
  return cutToEucKrBytes(plain, bytesMax).trim() || '취소';
}

function isEucKr(character: string): boolean {
  return decodeEucKr(encodeEucKr(character)) === character;
}

/**
 * JSON in which every character outside ASCII is an escape: the same bytes in EUC-KR, in which Kiwoom Pay's samples send,
 * and in UTF-8.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
