/**
 * A whole amount of a JSON body: a number, or its digits as a text, which gateways that want numbers take as well (clients in
 * PHP, Ruby and Java send what a form gave them). `undefined`: neither.
 */
export function jsonAmount(value: unknown): bigint | undefined {
  const digits = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^\d{1,15}$/.test(digits) ? BigInt(digits) : undefined;
}
