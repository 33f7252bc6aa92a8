import { createHmac } from 'node:crypto';

/** HMAC-SHA256 over the transaction and the request, in lower-case hexadecimal. */
export function messageAuthentication(secretKey: string, pgCno: string, shopTransactionId: string): string {
  return createHmac('sha256', secretKey).update(`${pgCno}|${shopTransactionId}`).digest('hex');
}
