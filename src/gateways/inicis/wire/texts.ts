import { cutToUtf8Bytes } from '../../../platform/charset/utf-8.ts';
import { emptyReason, type TextRule } from '../../../port/texts.ts';

/** Longest texts in bytes of UTF-8. Source: lengths in the comments of public clients; those of names, address and telephone are the window's. */
export const textBytesMax = { msg: 80, goodName: 40, personName: 30, buyerEmail: 60, buyerTel: 40 } as const;

/** `msg`. */
export const reasonRule: TextRule = { max: textBytesMax.msg, unit: 'utf8_bytes', forbidden: /["\\]/gu };

export function wireMessage(reason: string): string {
  return wireText(reason, reasonRule.max) || emptyReason;
}

/**
 * A text that the gateway takes: no control characters, and nothing that JSON writes with a backslash, because INICIS's own
 * samples disagree on whether a backslash belongs into the hash. Cut to so many bytes of UTF-8, never within a character.
 */
export function wireText(text: string, bytesMax: number): string {
  const plain = text
    .toWellFormed()
    .replaceAll('"', "'")
    .replaceAll('\\', '/')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return cutToUtf8Bytes(plain, bytesMax).trimEnd();
}
