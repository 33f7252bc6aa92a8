import { createHash } from 'node:crypto';

/** Base64 of the 32 hexadecimal characters of an MD5, not of its 16 bytes. */
export function smilePayHash(tid: string, merchantKey: string, amount: string, partialCancelCode: string): string {
  const hex = createHash('md5').update(`${tid}${merchantKey}${amount}${partialCancelCode}`).digest('hex');
  return Buffer.from(hex).toString('base64');
}
