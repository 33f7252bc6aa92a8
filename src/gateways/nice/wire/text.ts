import { type TextRule, wireText } from '../../../port/texts.ts';

/** NICE counts in bytes of EUC-KR; both APIs do. */
export const reasonRule: TextRule = { max: 100, unit: 'euckr_bytes' };

/** A name as NICE takes it. What EUC-KR has no character for becomes `?`. */
export function niceText(text: string, bytesMax: number): string {
  return wireText(text, { ...reasonRule, max: bytesMax });
}
