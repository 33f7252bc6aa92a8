import { randomInt } from 'node:crypto';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { isTaken } from '../../../port/texts.ts';
import type { Book } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { escrowOf, escrowRefusal } from '../../../simulators/escrow.ts';
import { type BookPayment, paymentByTid, recordCancel } from '../../../simulators/payments.ts';
import { reasonRule } from '../wire/text.ts';
import { newNumber } from './payments.ts';
import { bodyOf, type KcpBody, KcpRefusal, unknownTransaction } from './protocol.ts';

/** POST /gw/mod/v1/cancel, for payments by card, transfer and telephone. */
export function cancelPayment(context: SimulatorContext): Readonly<Record<string, string>> {
  const { book, caller, now } = context;
  const body = bodyOf(context);
  const tno = body.text('tno', /^\d{14}$/);
  const modType = body.text('mod_type', /^(STSC|STPC|STE2|STE4)$/);
  const reason = body.optionalText('mod_desc', (text) => isTaken(text, reasonRule));
  const payment = paymentByTid(book, caller.mid, tno);
  if (!payment) throw new KcpRefusal(unknownTransaction);
  refuseByState(payment, now);
  const isPartial = modType === 'STPC';
  refuseByEscrow(book, payment, modType);
  const cancel = isPartial ? partialCancel(payment, body) : fullCancel(payment);
  const cancelTid = isPartial ? newNumber(book, now) : payment.tid;
  const changed = recordCancel(book, { ...cancel, tid: payment.tid, cancelTid, reason, now, detail: {} });
  if (!changed) throw new KcpRefusal('8036');
  return {
    tno: payment.tid,
    trace_no: `T${String(randomInt(10 ** 12)).padStart(12, '0')}`,
    canc_time: seoulDigits(now),
    ...(isPartial && {
      mod_mny: String(cancel.amountMinor),
      rem_mny: String(changed.balanceMinor),
      mod_pcan_seq_no: cancelTid,
      panc_card_mod_mny: payment.payMethod === 'card' ? String(cancel.amountMinor) : '0',
      panc_coupon_mod_mny: '0',
    }),
  };
}

/** An escrow payment is cancelled by `STE2` or `STE4`, any other by neither. Which code KCP answers is not public. */
function refuseByEscrow(book: Book, payment: BookPayment, modType: string): void {
  const escrow = escrowOf(book, payment.mid, payment.orderId);
  const wanted = !escrow ? /^ST[SP]C$/ : escrow.status === null ? /^STE2$/ : /^STE4$/;
  if (!wanted.test(modType) || escrowRefusal(book, payment, payment.amountMinor)) throw new KcpRefusal('8134');
}

function refuseByState(payment: BookPayment, now: Date): void {
  // A virtual account is not cancelled in this way, deposited or not.
  if (payment.payMethod === 'vbank') throw new KcpRefusal('8134');
  if (payment.status === 'cancelled') throw new KcpRefusal(payment.payMethod === 'card' ? '8133' : '8023');
  const isOfThisMonth = seoulDigits(payment.paidAt ?? now).slice(0, 6) === seoulDigits(now).slice(0, 6);
  if (payment.payMethod === 'phone' && !isOfThisMonth) throw new KcpRefusal('8134');
}

function fullCancel(payment: BookPayment): { amountMinor: bigint; taxFreeMinor: bigint } {
  if (payment.status === 'partially_cancelled') throw new KcpRefusal(payment.payMethod === 'card' ? 'CCA9' : '8040');
  return { amountMinor: payment.amountMinor, taxFreeMinor: payment.taxFreeMinor };
}

function partialCancel(payment: BookPayment, body: KcpBody): { amountMinor: bigint; taxFreeMinor: bigint } {
  const isCard = payment.payMethod === 'card';
  const amountMinor = body.amount('mod_mny', '8344');
  const left = body.amount('rem_mny', isCard ? '8037' : '8381');
  if (amountMinor === 0n) throw new KcpRefusal('8035');
  if (left !== payment.balanceMinor) throw new KcpRefusal(isCard ? '8037' : '8381');
  if (amountMinor > payment.balanceMinor) throw new KcpRefusal(isCard ? '8036' : '8382');
  if (payment.payMethod === 'phone') throw new KcpRefusal('8384');
  return { amountMinor, taxFreeMinor: taxFreePart(payment, amountMinor, body) };
}

/** A payment that mixes needs the split. One that does not is taxed, or free of tax, as a whole. */
function taxFreePart(payment: BookPayment, amountMinor: bigint, body: KcpBody): bigint {
  const isMixed = payment.taxFreeMinor > 0n && payment.taxFreeMinor < payment.amountMinor;
  if (!isMixed && !body.has('tax_flag')) return payment.taxFreeMinor === 0n ? 0n : amountMinor;
  body.text('tax_flag', /^TG03$/);
  const supply = body.amount('mod_tax_mny', '8078');
  const taxFreeMinor = body.amount('mod_free_mny', '8079');
  const vat = body.amount('mod_vat_mny', '8080');
  if (supply + vat + taxFreeMinor !== amountMinor) throw new KcpRefusal('8344');
  if (taxFreeMinor > payment.taxFreeBalanceMinor) throw new KcpRefusal('8099');
  if (supply + vat > payment.balanceMinor - payment.taxFreeBalanceMinor) throw new KcpRefusal('8098');
  return taxFreeMinor;
}
