import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/**
 * Keeps secrets at rest. AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits for every value; the context says
 * what the value is (such as `channel:7:credentials`) and is authenticated with it, so that a ciphertext copied to
 * another row or column does not decrypt there.
 *
 * A ciphertext is: version (1 byte), nonce (12), tag (16), and the encrypted UTF-8 text.
 */
export interface Encryption {
  encrypt(plaintext: string, context: string): Buffer;
  /** @throws DecryptionError when the ciphertext was altered, or made with another key or for another context. */
  decrypt(ciphertext: Buffer, context: string): string;
  /** 32 bytes that only a holder of the key can work out from these; for tokens that are made again rather than kept. */
  derive(nonce: Buffer, context: string): Buffer;
  /** 32 bytes that tell this key from others and give nothing of it away. */
  fingerprint(): Buffer;
}

export class DecryptionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecryptionError';
  }
}

export const keyBytes = 32;
const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + nonceBytes + tagBytes;

export function createEncryption(key: Buffer): Encryption {
  if (key.length !== keyBytes) throw new RangeError(`An encryption key has ${keyBytes} bytes, not ${key.length}.`);
  return Object.freeze({
    encrypt(plaintext: string, context: string): Buffer {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(context, 'utf8'));
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body]);
    },
    decrypt(ciphertext: Buffer, context: string): string {
      if (ciphertext.length < headerBytes || ciphertext[0] !== version) {
        throw new DecryptionError('This is not a ciphertext of a known version.');
      }
      const nonce = ciphertext.subarray(1, 1 + nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(context, 'utf8'));
      decipher.setAuthTag(ciphertext.subarray(1 + nonceBytes, headerBytes));
      try {
        return Buffer.concat([decipher.update(ciphertext.subarray(headerBytes)), decipher.final()]).toString('utf8');
      } catch {
        throw new DecryptionError('The ciphertext was altered, or made with another key or for another context.');
      }
    },
    // The length of the context goes in, so that no two pairs run together into the same bytes.
    derive: (nonce: Buffer, context: string) =>
      createHmac('sha256', key)
        .update(`derive ${Buffer.byteLength(context)} ${context} `)
        .update(nonce)
        .digest(),
    fingerprint: () => createHmac('sha256', key).update('hwanbul encryption key fingerprint, version 1').digest(),
  });
}
