import { decodeEucKr, encodeEucKr } from '../platform/charset/euc-kr.ts';

/** `utf16_units`: two for an emoji; for a gateway that says characters and may count them so. */
export type TextUnit = 'characters' | 'utf16_units' | 'utf8_bytes' | 'euckr_bytes';

/**
 * What a gateway takes of a text that a caller wrote. Such a text may hold anything; what the gateway does not take must not
 * reach it: it would refuse a cancel for it, or read a part of it as something else.
 */
export interface TextRule {
  /** Longest text, in the unit that the gateway counts in, or in the narrower one where it does not say. */
  readonly max: number;
  readonly unit: TextUnit;
  /** Each character that it does not take besides control characters, which none takes. Flags `g` and `u`. */
  readonly forbidden?: RegExp;
}

/** What stands for a reason of which a gateway takes nothing: many want one. */
export const emptyReason = '취소';

/** Never empty. */
export function wireReason(reason: string, rule: TextRule): string {
  return wireText(reason, rule) || emptyReason;
}

/** Without what the gateway does not take (a space stands for it), and cut, never within a character. */
export function wireText(text: string, rule: TextRule): string {
  const allowed = text.replace(/[\p{Cc}\p{Cs}]/gu, ' ');
  const clean = rule.forbidden ? allowed.replace(rule.forbidden, ' ') : allowed;
  const spaced = clean.replace(/\s+/gu, ' ').trim();
  return cut(rule.unit === 'euckr_bytes' ? decodeEucKr(encodeEucKr(spaced)) : spaced, rule).trimEnd();
}

/** In no rule's words: does the gateway take this text as it is? */
export function isTaken(text: string, { max, unit, forbidden }: TextRule): boolean {
  return lengthIn(text, unit) <= max && !/[\p{Cc}\p{Cs}]/u.test(text) && (!forbidden || text.search(forbidden) < 0);
}

/** How many Korean characters fit. */
export function koreanCharactersMax({ max, unit }: TextRule): number {
  return Math.floor(max / sizes[unit]('한'));
}

/** Of one character. */
const sizes: Readonly<Record<TextUnit, (character: string) => number>> = {
  characters: () => 1,
  utf16_units: (character) => character.length,
  utf8_bytes: (character) => Buffer.byteLength(character),
  euckr_bytes: (character) => encodeEucKr(character).length,
};

function cut(text: string, { max, unit }: TextRule): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += sizes[unit](character);
    if (used > max) break;
    kept += character;
  }
  return kept;
}

function lengthIn(text: string, unit: TextUnit): number {
  return [...text].reduce((sum, character) => sum + sizes[unit](character), 0);
}
