import { randomInt } from 'node:crypto';

/** Eight digits, as card companies give them. */
export function newApprovalNumber(): string {
  return String(randomInt(10_000_000, 100_000_000));
}

/** Nine digits, as the tax office gives them to cash receipts. */
export function newReceiptNumber(): string {
  return String(randomInt(100_000_000, 1_000_000_000));
}
