// if cvs
/** INVENTED: the fields with which a barcode is issued, its form, and how long one waits that is given no time. */

import { randomInt } from 'node:crypto';
import { seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../../../src/simulators/definition.ts';
import type { BarcodeAnswer } from '../wire/barcodes.ts';
import { makePayment, orderOf } from './payments.ts';
import { type Fields, refusal } from './protocol.ts';

const waitsMs = 7 * 24 * 3600_000;

export function issueBarcode({ book, caller, now }: SimulatorContext, fields: Fields): BarcodeAnswer {
  const barcode = fields.textOrNull('barcode', 48) ?? `88${randomInt(10 ** 11, 10 ** 12)}`;
  const isTimeGiven = fields.textOrNull('dueAt', 30) !== null;
  const dueAt = isTimeGiven ? fields.time('dueAt') : new Date(now.getTime() + waitsMs);
  if (dueAt <= now) throw refusal('E102');
  const payment = makePayment(book, {
    ...orderOf(fields),
    mid: caller.mid,
    payMethod: 'cvs',
    status: 'waiting_for_deposit',
    requestedAt: now,
    dueAt,
    barcode,
  });
  return {
    transactionId: payment.tid,
    orderId: payment.orderId,
    amount: Number(payment.amountMinor),
    barcode,
    dueAt: seoulLocal(dueAt),
    issuedAt: seoulLocal(now),
  };
}
// end
