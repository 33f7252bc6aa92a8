import { decodeEucKr, encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { type TextRule, wireReason } from '../../../port/texts.ts';

/**
 * `CANCELREASON`: 20 characters of the merchant's own, 50 with what Kiwoom Pay's commands add. `|` is its separator; `^`, `[`
 * and `]` introduce commands (a tax-free amount, the end of a subscription), and a reason must never become one.
 */
export const reasonRule: TextRule = { max: 20, unit: 'characters', forbidden: /[|^[\]]/gu };
/** With the command behind it. */
export const reasonLengthMax = 50;

/** Only what EUC-KR has characters for. */
export function kiwoomReason(reason: string): string {
  return wireReason([...reason].map((character) => (isEucKr(character) ? character : ' ')).join(''), reasonRule);
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
