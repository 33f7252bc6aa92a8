import { createHmac } from 'node:crypto';

/** Of our change of a transaction: HMAC-SHA256 over the transaction and the request, in lower-case hexadecimal. */
export function messageAuthentication(secretKey: string, pgCno: string, shopTransactionId: string): string {
  return createHmac('sha256', secretKey).update(`${pgCno}|${shopTransactionId}`).digest('hex');
}

/** Of KICC's answer to an approval: the same over the transaction, its amount and its time, as they stand in the answer. */
export function approvalAuthentication(
  secretKey: string,
  {
    pgCno,
    amount,
    transactionDate,
  }: { readonly pgCno: string; readonly amount: string; readonly transactionDate: string },
): string {
  return createHmac('sha256', secretKey).update(`${pgCno}|${amount}|${transactionDate}`).digest('hex');
}
