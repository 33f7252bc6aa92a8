import { cutToUtf8Bytes } from '../../../platform/charset/utf-8.ts';
import type { TextRule } from '../../../port/texts.ts';

/** In bytes. */
export const lengthMax = {
  shopTransactionId: 60,
  shopOrderNo: 40,
  reviseMessage: 100,
  refundDepositName: 50,
  refundAccountNo: 14,
  goodsName: 50,
  customerName: 20,
  authorizationId: 60,
  batchKey: 60,
  // The page on deletion has another length than that on payment.
  removedBatchKey: 40,
} as const;

/**
 * KICC takes neither these characters nor line breaks in any field, nor any that needs four bytes (emoji). Source: its page
 * on special characters. Some have a substitute there.
 */
const substitutes: Readonly<Record<string, string>> = {
  '|': ',',
  '\\': '/',
  '\n': ' ',
  '\r': ' ',
  '\t': ' ',
  '&': '+',
};
const forbidden = /['"<>\\;|&]|\p{Cc}|[\u{10000}-\u{10ffff}]|\p{Surrogate}/gu;

/** `reviseMessage`. */
export const reasonRule: TextRule = { max: lengthMax.reviseMessage, unit: 'utf8_bytes', forbidden };

/** Fit to be sent: without what KICC does not take, and cut to so many bytes of UTF-8 (it says bytes, and not of what). */
export function kiccText(text: string, bytesMax: number): string {
  const clean = text.replace(forbidden, (character) => substitutes[character] ?? '');
  return cutToUtf8Bytes(clean.trim(), bytesMax);
}

export function hasForbiddenCharacter(text: string): boolean {
  return text.search(forbidden) >= 0;
}
