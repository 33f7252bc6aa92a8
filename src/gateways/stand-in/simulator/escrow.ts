import type { Static } from 'typebox';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { escrowOf, recordShipping } from '../../../simulators/escrow.ts';
import type { RegisterShippingMessage } from '../wire/protocol.ts';
import { knownPayment } from './payments.ts';
import { StandInRefusal } from './refusal.ts';
import type { Carried } from './view.ts';

/** The goods of an escrow payment are on their way. Who sends them to whom is looked at, and not kept. */
export function registerShipping(message: Static<typeof RegisterShippingMessage>, context: SimulatorContext): Carried {
  const { book, caller, now } = context;
  const payment = knownPayment(message, context);
  const { mid, orderId, status } = payment;
  const escrow = escrowOf(book, mid, orderId);
  if (!escrow) throw new StandInRefusal('S351');
  if (status !== 'paid') throw new StandInRefusal('S302');
  const { isChange, company, invoice } = message;
  const sentAt = new Date(message.sentAt * 1000);
  if (!recordShipping(book, { mid: caller.mid, orderId, isChange, company, invoice, sentAt, now })) {
    throw new StandInRefusal(isChange || escrow.status !== 'shipped' ? 'S353' : 'S352');
  }
  return { payment, entryId: null };
}
