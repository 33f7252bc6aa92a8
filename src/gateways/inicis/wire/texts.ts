import { cutToUtf8Bytes } from '../../../platform/charset/utf-8.ts';

/** Longest texts in bytes of UTF-8. Source: lengths in the comments of public clients; those of names are the window's. */
export const textBytesMax = { msg: 80, goodName: 40, personName: 30 } as const;

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
