import { createCipheriv, randomBytes } from 'node:crypto';

/** A ciphertext as servers before migration 0009 made them: it names no key, and is bound to its column alone. */
export function encryptUnbound(key: Buffer, plaintext: string, column: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(column, 'utf8'));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), body]);
}
