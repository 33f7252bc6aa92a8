import { cutToUtf8Bytes } from '../../../platform/charset/utf-8.ts';
import type { TextRule } from '../../../port/texts.ts';

const avoided =
  /[:&?'"<>\p{Cc}\p{Cs}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Cf}\p{Variation_Selector}]/gu;

/** `cnclRsn`. */
export const reasonRule: TextRule = { max: 255, unit: 'utf8_bytes', forbidden: avoided };

/**
 * A text on the wire. Hecto counts lengths in bytes of UTF-8, of the plain text also where the field is encrypted. It asks
 * merchants to leave out `: & ? ' " < >`, line breaks and emoji, and takes emoji away itself: they become spaces here.
 */
export function wireText(text: string, bytesMax: number): string {
  const spaced = text.replace(avoided, ' ').replace(/\s+/g, ' ');
  return cutToUtf8Bytes(spaced.trim(), bytesMax).trim();
}
