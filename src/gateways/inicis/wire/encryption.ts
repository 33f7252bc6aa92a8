import { createCipheriv, createDecipheriv } from 'node:crypto';

/** What INICIS calls [ENC]: AES-128-CBC with PKCS#5 padding under the INIAPI key and IV, in base64. */
export interface FieldKeys {
  /** 16 characters each. */
  readonly iniapiKey: string;
  readonly iniapiIv: string;
}

const algorithm = 'aes-128-cbc';

export function encryptField(text: string, keys: FieldKeys): string {
  const cipher = createCipheriv(algorithm, keys.iniapiKey, keys.iniapiIv);
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

/** `undefined`: not a text that was encrypted under these keys. */
export function decryptField(encrypted: string, keys: FieldKeys): string | undefined {
  const bytes = Buffer.from(encrypted, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== encrypted) return undefined;
  try {
    const decipher = createDecipheriv(algorithm, keys.iniapiKey, keys.iniapiIv);
    return Buffer.concat([decipher.update(bytes), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
