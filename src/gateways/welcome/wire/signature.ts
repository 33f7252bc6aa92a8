import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/**
 * `signature`: SHA-256 in hexadecimal over `mid=…&mkey=…&…`, where `mkey` is the SHA-256 of the sign key. The tables of
 * the manual write `mid+mkey+timestamp`, and one public client signs that; its rule for signatures, its sample code and the
 * other clients hash names and values joined with `&`, in that order.
 */
export function signatureOf(mid: string, signKey: string, values: readonly (readonly [string, string])[]): string {
  const signed = [['mid', mid], ['mkey', sha256(signKey)], ...values];
  return sha256(signed.map(([name, value]) => `${name}=${value}`).join('&'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * A card number, birth date or password in a key-in: Base64 of AES-256 in CBC mode with PKCS #7 padding, with a key of 32
 * and an initialization vector of 16 characters that Welcome hands out. Seen in public clients; the manual refers to the
 * sales contact.
 */
export interface CardKeys {
  readonly encryptionKey: string;
  readonly encryptionIv: string;
}

/** `undefined`: the channel has no keys for card values. */
export function cardKeysOf(credentials: Readonly<Record<string, string>>): CardKeys | undefined {
  const { encryptionKey, encryptionIv } = credentials;
  return encryptionKey && encryptionIv ? { encryptionKey, encryptionIv } : undefined;
}

export function encryptCardValue(value: string, { encryptionKey, encryptionIv }: CardKeys): string {
  const cipher = createCipheriv('aes-256-cbc', encryptionKey, encryptionIv);
  return Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]).toString('base64');
}

/** `undefined`: it was not encrypted with this key. */
export function decryptCardValue(value: string, { encryptionKey, encryptionIv }: CardKeys): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-cbc', encryptionKey, encryptionIv);
    return Buffer.concat([decipher.update(Buffer.from(value, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
