import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { newReceiptNumber } from '../../../simulators/approval-numbers.ts';
import type { Book } from '../../../simulators/book.ts';
import { freshId } from '../../../simulators/fresh-id.ts';
import type { ReceiptNumbers } from '../../../simulators/wanted-receipt.ts';

/**
 * A transaction id has 40 characters: where it comes from, what it is, the MID, the time, and six digits. Seen in public are
 * `StdpayCARD`, `StdpayVBNK`, `INIAPIVBNK` and `ININPGVBNK` (the notice of a deposit); the other prefixes are inferred.
 */
export const tidPrefixes = {
  windowCard: 'StdpayCARD',
  windowTransfer: 'StdpayDBNK',
  windowAccount: 'StdpayVBNK',
  windowPhone: 'StdpayHPP_',
  keyCharge: 'INIAPICARD',
  account: 'INIAPIVBNK',
  deposit: 'ININPGVBNK',
  partialCancel: 'INIAPIRPAY',
  receipt: 'INIAPICSHR',
} as const;

export function newTid(book: Book, prefix: (typeof tidPrefixes)[keyof typeof tidPrefixes], mid: string, now: Date) {
  return freshId(book, () => `${prefix}${mid.padEnd(10, '0').slice(0, 10)}${seoulDigits(now)}${sixDigits()}`);
}

export const receiptNumbers: ReceiptNumbers = (mid, { book, now }) => ({
  tid: newTid(book, tidPrefixes.receipt, mid, now),
  approvalNumber: newReceiptNumber(),
});

function sixDigits(): string {
  return String(randomInt(0, 1_000_000)).padStart(6, '0');
}
