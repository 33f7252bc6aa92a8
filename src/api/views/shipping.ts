import { Type } from 'typebox';
import type { EscrowRow } from '../../core/records/escrow.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { Answer } from '../foundation/answer.ts';

/** The shipping of an escrow payment. */
export const ShippingView = Type.Object({
  company: Type.String({ description: "i'mport's code of the courier." }),
  invoice: Type.String(),
  sent_at: Type.Integer({ description: 'Seconds since 1970.' }),
  applied_at: Type.Integer({ description: 'When the gateway had it, last; seconds since 1970.' }),
});

export type ShippingAnswer = Answer<typeof ShippingView>;

export function viewShipping({ company, invoice, sent_at, applied_at }: EscrowRow): ShippingAnswer {
  return { company, invoice, sent_at: unixSeconds(sent_at), applied_at: unixSeconds(applied_at) };
}
