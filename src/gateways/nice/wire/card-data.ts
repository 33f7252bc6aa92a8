import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * How both of NICE's APIs take a card (`EncData`): `name=value` pairs, encrypted with AES-128 (ECB, PKCS#5) under the first 16
 * characters of the merchant's key, in hex. Source: nicepay-manual, api/payment-subscribe.md, with a worked example; for the
 * old API, public clients.
 */
export function encryptCardData(fields: Readonly<Record<string, string>>, merchantKey: string): string {
  const plain = Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const cipher = createCipheriv('aes-128-ecb', keyOf(merchantKey), null);
  return cipher.update(plain, 'utf8', 'hex') + cipher.final('hex');
}

/** `undefined`: not made with this key. */
export function decryptCardData(encrypted: string, merchantKey: string): Readonly<Record<string, string>> | undefined {
  if (!/^([0-9a-f]{32})+$/i.test(encrypted)) return undefined;
  try {
    const decipher = createDecipheriv('aes-128-ecb', keyOf(merchantKey), null);
    const plain = decipher.update(encrypted, 'hex', 'utf8') + decipher.final('utf8');
    return Object.fromEntries(new URLSearchParams(plain));
  } catch {
    return undefined;
  }
}

function keyOf(merchantKey: string): Buffer {
  return Buffer.from(merchantKey.slice(0, 16).padEnd(16, '\0'), 'latin1');
}
