import { createHash, timingSafeEqual } from 'node:crypto';

/** How NICE signs, in both of its APIs: the SHA-256 of all parts in a row, the merchant's key last, in lower case hex. */
export function niceSignature(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join(''), 'utf8').digest('hex');
}

/** Without telling by its time how much of the signature was right. */
export function isSameSignature(given: string | null | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
