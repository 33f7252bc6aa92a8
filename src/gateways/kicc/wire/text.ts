import { cutToUtf8Bytes } from '../../../platform/charset/utf-8.ts';

/** In bytes. */
export const lengthMax = {
  shopTransactionId: 60,
  shopOrderNo: 40,
  reviseMessage: 100,
  refundDepositName: 50,
  refundAccountNo: 14,
  goodsName: 50,
  customerName: 20,
} as const;

/**
 * KICC takes neither these characters nor line breaks in any field, nor any that needs four bytes (emoji). Source: its page
 * on special characters. Some have a substitute there.
 */
const substitutes: Readonly<Record<string, string>> = { '|': ',', '\\': '/', '\n': ' ', '\r': ' ', '&': '+' };
const forbidden = /['"<>\\;|\n\r&]|[\u{10000}-\u{10ffff}]|\p{Surrogate}/gu;

/** Fit to be sent: without what KICC does not take, and cut to so many bytes of UTF-8 (it says bytes, and not of what). */
export function kiccText(text: string, bytesMax: number): string {
  const clean = text.replace(forbidden, (character) => substitutes[character] ?? '');
  return cutToUtf8Bytes(clean.trim(), bytesMax);
}

export function hasForbiddenCharacter(text: string): boolean {
  return text.search(forbidden) >= 0;
}
