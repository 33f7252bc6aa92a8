import type { Book } from './book.ts';
import type { FaultStep } from './faults.ts';
import type { FaultyRequest } from './faulty-request.ts';
import { type Magic, magicOf } from './magic.ts';
import { amountOf } from './subject.ts';

export interface ChosenMagic {
  readonly step: FaultStep;
  /** `undefined`: silence about a payment that was struck before. */
  readonly magic: Magic | undefined;
  readonly orderId: string;
}

/** What a magic amount or card makes of a request. Reads only. */
export function chooseMagic(book: Book, { mid, operation, subject }: FaultyRequest): ChosenMagic | undefined {
  const { payment } = subject;
  if (!payment) return undefined;
  const { orderId } = payment;
  if (isSilent(book, mid, orderId)) return { step: { kind: 'disconnect' }, magic: undefined, orderId };
  const magic = magicOf(operation, amountOf(operation, subject), payment.card?.maskedNumber);
  if (!magic) return undefined;
  if (magic.strikes !== 'always' && wasStruck(book, mid, orderId, magic)) return undefined;
  return { step: magic.step, magic, orderId };
}

export function recordMagic(book: Book, { mid }: FaultyRequest, { magic, orderId }: ChosenMagic): void {
  if (!magic || magic.strikes === 'always') return;
  book.run(
    'insert or ignore into magic_strikes (mid, order_id, on_what, is_silent) values (?, ?, ?, ?)',
    mid,
    orderId,
    magic.on,
    magic.strikes === 'once_then_silence' ? 1 : 0,
  );
}

/** The gateway says nothing about this payment any more. */
export function silence(book: Book, mid: string, orderId: string): void {
  const sql = `insert or replace into magic_strikes (mid, order_id, on_what, is_silent) values (?, ?, 'payment', 1)`;
  book.run(sql, mid, orderId);
}

function wasStruck(book: Book, mid: string, orderId: string, { on }: Magic): boolean {
  const sql = 'select 1 from magic_strikes where mid = ? and order_id = ? and on_what = ?';
  return hasStruck(book) && book.get(sql, mid, orderId, on) !== undefined;
}

function isSilent(book: Book, mid: string, orderId: string): boolean {
  const sql = 'select 1 from magic_strikes where mid = ? and order_id = ? and is_silent = 1';
  return hasStruck(book) && book.get(sql, mid, orderId) !== undefined;
}

/** A cheap look, so that requests cost nothing extra where nobody uses magic. */
function hasStruck(book: Book): boolean {
  return book.getKnown('select 1 from magic_strikes limit 1') !== undefined;
}
