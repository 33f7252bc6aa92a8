import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

/**
 * Hecto encrypts single fields: AES-256 in ECB mode with PKCS#5 padding over UTF-8, written in base64. The key is 32
 * characters. Source: chapter 5 of the official document, whose test key and printed values are tests here.
 */
export function encryptField(aesKey: string, plain: string): string {
  const cipher = createCipheriv('aes-256-ecb', Buffer.from(aesKey, 'utf8'), null);
  return Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
}

/** `undefined` for anything that was not encrypted with this key. */
export function decryptField(aesKey: string, encrypted: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encrypted)) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-ecb', Buffer.from(aesKey, 'utf8'), null);
    const plain = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
  } catch {
    return undefined;
  }
}

/** SHA-256 over the parts and the licence key, one after the other without a separator, in lower-case hexadecimal. */
export function packetHash(licenseKey: string, parts: readonly string[]): string {
  return createHash('sha256')
    .update(`${parts.join('')}${licenseKey}`, 'utf8')
    .digest('hex');
}

/** Hecto prints hashes in both cases. */
export function isSameHash(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given.toLowerCase()), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
