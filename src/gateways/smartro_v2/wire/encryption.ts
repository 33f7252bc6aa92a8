import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/**
 * `EncData`: Base64 of AES-256 in CBC mode with PKCS #7 padding. The key is the first 32 characters of the merchant key
 * as they stand, the initialization vector is 16 zero bytes, the plain text is UTF-8.
 */
const keyLength = 32;
const initializationVector = Buffer.alloc(16);

export function encryptData(plain: string, merchantKey: string): string {
  const cipher = createCipheriv('aes-256-cbc', merchantKey.slice(0, keyLength), initializationVector);
  return Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
}

/** `undefined`: it was not encrypted with this key. */
export function decryptData(data: string, merchantKey: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-cbc', merchantKey.slice(0, keyLength), initializationVector);
    const plain = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    return undefined;
  }
}

/** `VerifyValue`: Base64 of the SHA-256 over the parts, which differ by what is verified. */
export function verifyValue(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('')).digest('base64');
}

/** `HashData`: Base64 of the SHA-256, over the whole merchant key. */
export function hashData(tid: string, merchantKey: string, amount: string, partialCancelCode: string): string {
  return createHash('sha256').update(`${tid}${merchantKey}${amount}${partialCancelCode}`).digest('base64');
}
